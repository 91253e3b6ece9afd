"""Who may do what: roles with rights, mappings of people and groups to roles, and why somebody may or may not.

A role has two tables: `commands` is what may be typed, `actions` what may be done in other ways. Of several roles that
somebody has, the one with the most rights counts alone. Whoever is not mapped has the default role. A token of the API
has the role that it was given, and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from incidentbot.domain.people import Actor, Source
from incidentbot.domain.refusals import NotPermitted, RightsTable


class Right(StrEnum):
    """What can be permitted: one a verb."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    CAPTURE = "capture"
    COMMENT = "comment"
    CREATE = "create"
    DOCTOR = "doctor"
    HELP = "help"
    INVITE = "invite"
    LIST = "list"
    MAINTENANCE = "maintenance"
    REOPEN = "reopen"
    REPORT = "report"
    RESOLVE = "resolve"
    RUN_PLAYBOOK = "run_playbook"
    RUN_WORKFLOW = "run_workflow"
    SEARCH = "search"
    SETUP = "setup"
    SHARE = "share"
    SHOW = "show"
    STATS = "stats"
    STATUS = "status"
    UPDATE = "update"
    VIEW = "view"
    WHY = "why"


# Words of the file that are another verb's.
_ALIASES: Final[Mapping[str, Right]] = {
    "action": Right.UPDATE,
    "ack": Right.ACKNOWLEDGE,
    "unack": Right.ACKNOWLEDGE,
    "unacknowledge": Right.ACKNOWLEDGE,
    "snooze": Right.ACKNOWLEDGE,
    "role": Right.ASSIGN,
    "people": Right.ASSIGN,
    "handover": Right.ASSIGN,
    "leave": Right.ASSIGN,
    "correct": Right.UPDATE,
    "export": Right.SHOW,
    "retrospective": Right.COMMENT,
    "note": Right.COMMENT,
    "schedule": Right.REPORT,
    "simulate": Right.WHY,
}
# The ways in by which somebody types; every other one is an action.
TYPED: Final = frozenset({"slash_command", "mention", "question"})
# Every way in by which a person of Slack acts.
WAYS: Final = (
    "slash_command",
    "mention",
    "question",
    "button",
    "modal",
    "shortcut",
    "reaction",
    "home",
    "link",
    "step",
)
# The operator's own token of the API; tokens that the file names have other names.
OPERATOR: Final = "api"
_GROUP: Final = "S"
# Where they are not typed, whoever may type them may do them too.
_EITHER: Final = frozenset({Right.CREATE, Right.REPORT})
# How many of those who can help a refusal names.
NAMED: Final = 5


def right_of(word: str) -> Right | None:
    """The right that a word of the file, or of the command line, stands for."""
    try:
        return _ALIASES.get(word) or Right(word)
    except ValueError:
        return None


def rights_of(words: Iterable[str]) -> frozenset[Right]:
    """The rights that the words of one table stand for; "*" is every right there is."""
    named = frozenset(words)
    return frozenset(Right) if "*" in named else frozenset(right for word in named if (right := right_of(word)))


@dataclass(frozen=True, slots=True)
class Role:
    """A name for rights."""

    name: str
    commands: frozenset[Right] = frozenset()
    actions: frozenset[Right] = frozenset()

    def has(self, right: Right, table: RightsTable) -> bool:
        """Whether the role has `right` in `table`."""
        typed, done = right in self.commands, right in self.actions
        return {"commands": typed, "actions": done, "either": typed or done}[table]

    @property
    def size(self) -> int:
        """How many rights it has, by which roles are ordered."""
        return len(self.commands) + len(self.actions)

    @property
    def has_all(self) -> bool:
        """Whether nothing is kept from it."""
        return self.commands == self.actions == frozenset(Right)


_NOBODY: Final = Role("nobody")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a person that roles depend on: their user groups, and whether they installed the app.

    Where a token of the API acts, `token` is its name, and there is no person.
    """

    person: str = ""
    groups: frozenset[str] = frozenset()
    installer: bool = False
    token: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody has, and by what: a user id, a group id, "installer", "token" or "default"."""

    role: Role
    by: str


@dataclass(frozen=True, slots=True)
class Permissions:
    """The operator's roles and mappings. `installer` is the role of whoever installed the app; "" = no special one.

    `tokens` are the roles of the API's tokens by their names; a token that is not there may do nothing.

    Where nothing was decided, nobody may do anything.
    """

    roles: Mapping[str, Role] = field(default_factory=lambda: {_NOBODY.name: _NOBODY})
    mappings: Mapping[str, str] = field(default_factory=dict)
    default: str = _NOBODY.name
    installer: str = ""
    tokens: Mapping[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> frozenset[str]:
        """The user groups that matter."""
        return frozenset(one for one in self.mappings if one.startswith(_GROUP))

    def grants(self, standing: Standing) -> tuple[Grant, ...]:
        """Every role that somebody has, the one that counts first."""
        if standing.token:
            return (Grant(self.roles.get(self.tokens.get(standing.token, ""), _NOBODY), "token"),)
        mapped = [one for one in (standing.person, *sorted(standing.groups)) if one in self.mappings]
        found = [Grant(self.roles[self.mappings[one]], one) for one in mapped]
        if standing.installer and self.installer:
            found.append(Grant(self.roles[self.installer], "installer"))
        return tuple(sorted(found, key=lambda grant: -grant.role.size)) or (Grant(self.roles[self.default], "default"),)

    def refused(self, standing: Standing, right: Right, surface: str) -> NotPermitted | None:
        """Why somebody may not, with what helps; None where they may."""
        role, table = self.grants(standing)[0].role, table_of(right, surface)
        if role.has(right, table):
            return None
        return NotPermitted(
            right=right.value,
            table=table,
            role=role.name,
            roles=tuple(one.name for one in self.roles.values() if one.has(right, table)),
            grantors=self.grantors()[:NAMED],
        )

    def grantors(self) -> tuple[str, ...]:
        """Users and groups whose role has every right: they can ask for a change, or make it."""
        return tuple(one for one, role in self.mappings.items() if self.roles[role].has_all)


def table_of(right: Right, surface: str) -> RightsTable:
    """Where a right is looked up for a way in. Creating is one thing, whether typed or clicked, and so are reports."""
    if surface in TYPED:
        return "commands"
    return "either" if right in _EITHER else "actions"


def acts_as_admin(actor: Actor) -> bool:
    """Whether no role is asked for: the operator's token or terminal, a monitoring system or the service itself acts.

    A terminal that acts as somebody has their rights, and a token that the file names those of its role.
    """
    if actor.source is Source.API:
        return actor.name == OPERATOR
    return not actor.id if actor.source is Source.CLI else actor.source is not Source.SLACK


@dataclass(frozen=True, slots=True)
class Explanation:
    """What somebody's roles say about a right: the roles by what they have them, and the answer for every way in."""

    person: str
    right: Right
    grants: tuple[Grant, ...]
    ways: Mapping[str, bool]

    @property
    def typed(self) -> bool:
        """Whether they may type it."""
        return self.ways["slash_command"]

    @property
    def done(self) -> bool:
        """Whether they may do it otherwise."""
        return self.ways["button"]


def explain(permissions: Permissions, standing: Standing, right: Right) -> Explanation:
    """Whether and why somebody may, by each way in; decided by the same rules as when they try."""
    ways = {way: permissions.refused(standing, right, way) is None for way in WAYS}
    return Explanation(standing.person, right, permissions.grants(standing), ways)
