"""What a workspace consists of before anybody does anything: people, channels, user groups and one app."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from incidentbot.sandbox.company import COMPANY_DOMAIN, COMPANY_NAME, EMAIL_DOMAIN, PEOPLE, CompanyPerson

BOT_SCOPES: tuple[str, ...] = (
    "app_mentions:read",
    "bookmarks:read",
    "bookmarks:write",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "canvases:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
)

_COLOURS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "684b6c", "5b89d5", "de5f24", "99a949")


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the workspace. `key` is how tests and scenarios call them, `handle` what people type after @."""

    key: str
    id: str
    handle: str
    real_name: str
    email: str = ""
    title: str = ""
    tz: str = "Europe/London"
    locale: str = "en-GB"
    colour: str = "9f69e7"
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    is_guest: bool = False

    @property
    def initials(self) -> str:
        """Up to two capitals, for an avatar."""
        return "".join(word[0] for word in self.real_name.split()[:2]).upper()


@dataclass(frozen=True, slots=True)
class ChannelSeed:
    """A channel of the workspace's first day; `members` are ids of people."""

    id: str
    name: str
    topic: str = ""
    private: bool = False
    members: tuple[str, ...] = ()
    with_bot: bool = False


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group; `handle` without the @."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AppSeed:
    """The app under trial and its credentials, as Slack's app pages would show them."""

    app_id: str = "A0INCIDENT"
    name: str = "incidentbot"
    app_token: str = "xapp-1-A0INCIDENT-1000000000001-5a6e64626f78"  # noqa: S105 - a token of this sandbox alone
    signing_secret: str = "5a6e64626f785369676e696e67536563726574303031"  # noqa: S105 - as above
    client_id: str = "1000000000001.2000000000002"
    client_secret: str = "c2FuZGJveC1jbGllbnQtc2VjcmV0LTAwMDE"  # noqa: S105 - as above
    verification_token: str = "gIkuvaNzQIHg97ATvDxqgjtO"  # noqa: S105 - as above
    scopes: tuple[str, ...] = BOT_SCOPES


@dataclass(frozen=True, slots=True)
class World:
    """One workspace: who and what is in it, and the app's installation there."""

    team_id: str
    name: str
    domain: str
    people: tuple[Person, ...]
    channels: tuple[ChannelSeed, ...]
    groups: tuple[UserGroup, ...] = ()
    app: AppSeed = field(default_factory=AppSeed)
    bot_user_id: str = "U0INCBOT00"
    bot_id: str = "B0INCBOT00"
    bot_token: str = "xoxb-1000000000001-2000000000002-c2FuZGJveEJvdFRva2Vu"  # noqa: S105 - as above
    installed_by: str = ""
    email_domain: str = ""

    @property
    def url(self) -> str:
        """The workspace's address, with the closing slash that Slack gives it."""
        return f"https://{self.domain}.slack.com/"

    def without_scope(self, *scopes: str) -> "World":
        """The same workspace with an app that was granted fewer scopes."""
        kept = tuple(scope for scope in self.app.scopes if scope not in scopes)
        return replace(self, app=replace(self.app, scopes=kept))


def demo_world() -> World:
    """The company of the demo and of the tests: `acme.slack.com`."""
    people = tuple(_people())
    return World(
        team_id="T0ACME0001",
        name=COMPANY_NAME,
        domain=COMPANY_DOMAIN,
        people=people,
        channels=tuple(_channels(tuple(person.id for person in people if not person.deleted))),
        groups=_groups(),
        installed_by=_id_of("farid"),
        email_domain=EMAIL_DOMAIN,
    )


def second_world() -> World:
    """Another company that installed the same app: what belongs to one must never show in the other."""
    people = (
        Person("zoe", "U1ZOE00001", "zoe", "Zoe Adler", "zoe@globex.example", "engineer", is_admin=True),
        Person("yusuf", "U1YUSUF002", "yusuf", "Yusuf Demir", "yusuf@globex.example", "engineer"),
    )
    members = tuple(person.id for person in people)
    names = ("incidents", "alerts", "changes", "reports", "general")
    channels = tuple(
        ChannelSeed(f"C1GLOBEX{number:02}", name, members=members, with_bot=name != "general")
        for number, name in enumerate(names, 1)
    )
    return World(
        team_id="T1GLOBEX01",
        name="Globex",
        domain="globex",
        people=people,
        channels=channels,
        bot_user_id="U1INCBOT00",
        bot_id="B1INCBOT00",
        bot_token="xoxb-1000000000009-2000000000009-Z2xvYmV4Qm90VG9rZW4",  # noqa: S106 - of this sandbox alone
        installed_by=people[0].id,
        email_domain="globex.example",
    )


def _people() -> Iterator[Person]:
    for number, one in enumerate(person for person in PEOPLE if person.slack):
        yield _member(one, _COLOURS[number % len(_COLOURS)])


def _member(one: CompanyPerson, colour: str) -> Person:
    return Person(
        key=one.key,
        id=one.id,
        handle=one.key,
        real_name=one.name,
        email=one.email,
        title=one.role,
        tz=one.tz,
        colour=colour,
        deleted=one.deleted,
        is_bot=one.robot,
        is_admin=one.admin,
        is_guest=one.guest,
    )


def _id_of(key: str) -> str:
    return next(person.id for person in PEOPLE if person.key == key)


def _channels(everybody: tuple[str, ...]) -> Iterator[ChannelSeed]:
    seeds = (
        ("C0GENERAL0", "general", "Company-wide announcements", False),
        ("C0INCIDENT", "incidents", "What is broken, who has it, what happened", True),
        ("C0ALERTS00", "alerts", "Monitoring", True),
        ("C0CHANGES0", "changes", "What was changed", True),
        ("C0REPORTS0", "reports", "Daily and weekly reports", True),
        ("C0NOTIFIC0", "notifications", "Low severity", False),
        ("C0INFRACRT", "infrastructure-critical", "Servers and network, critical only", False),
        ("C0SECURITY", "security-alerts", "Security events", False),
    )
    for identity, name, topic, with_bot in seeds:
        yield ChannelSeed(identity, name, topic, members=everybody, with_bot=with_bot)
    members = (_id_of("farid"), _id_of("grace"))
    yield ChannelSeed("C0LEADERS0", "leadership", "Private", private=True, members=members)


def _groups() -> tuple[UserGroup, ...]:
    return (
        UserGroup("S0ONCALL00", "oncall", "On call", (_id_of("ana"),)),
        UserGroup("S0INFRA000", "infrastructure-team", "Infrastructure", (_id_of("ben"), _id_of("hugo"))),
        UserGroup("S0SECURITY", "security-team", "Security", (_id_of("emi"),)),
    )
