"""users.*, usergroups.*, bots.info, team.info."""

from incidentbot.sandbox.slack.access import visible
from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.methods.conversations import kinds_asked
from incidentbot.sandbox.slack.model import Json
from incidentbot.sandbox.slack.pages import page
from incidentbot.sandbox.slack.registry import MethodTable, Tier
from incidentbot.sandbox.slack.wire import conversation_json, group_json, user_json
from incidentbot.sandbox.world import Person

METHODS = MethodTable()


def _may_see_addresses(call: Call) -> bool:
    return "users:read.email" in call.workspace.installation.scopes


def _find_person(call: Call, name: str = "user") -> Person:
    person = call.workspace.people.get(call.text(name))
    if person is None:
        raise SlackError("user_not_found")
    return person


@METHODS.serves("users.info", Tier.FOUR, scope="users:read")
def _info(call: Call) -> Json:
    person = _find_person(call)
    with_email, locale = _may_see_addresses(call), call.flag("include_locale")
    return {"user": user_json(call.workspace, person, with_email=with_email, locale=locale)}


@METHODS.serves("users.list", Tier.TWO, scope="users:read")
def _list(call: Call) -> Json:
    people = list(call.workspace.people.values())
    chosen, cursor = page(people, call.text("cursor"), call.page_size(len(people)))
    with_email, locale = _may_see_addresses(call), call.flag("include_locale")
    members = [user_json(call.workspace, one, with_email=with_email, locale=locale) for one in chosen]
    return {
        "members": members,
        "cache_ts": int(call.workspace.clock.now()),
        "response_metadata": {"next_cursor": cursor},
    }


@METHODS.serves("users.lookupByEmail", Tier.THREE, scope="users:read.email")
def _lookup_by_email(call: Call) -> Json:
    wanted = call.needed("email").casefold()
    for person in call.workspace.people.values():
        # Slack finds no deactivated account by its address.
        if person.email.casefold() == wanted and not person.deleted:
            return {"user": user_json(call.workspace, person)}
    raise SlackError("users_not_found")


@METHODS.serves("users.conversations", Tier.THREE)
def _conversations(call: Call) -> Json:
    user = call.text("user") or call.bot_user
    if user not in call.workspace.people:
        raise SlackError("user_not_found")
    kinds = kinds_asked(call)
    found = [
        one
        for one in call.workspace.conversations.values()
        if one.kind in kinds and user in one.members and visible(call, one) and not one.deleted
    ]
    if call.flag("exclude_archived"):
        found = [one for one in found if not one.archived]
    chosen, cursor = page(found, call.text("cursor"), call.page_size())
    channels = [conversation_json(one, call.workspace, membership=False) for one in chosen]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


@METHODS.serves("usergroups.list", Tier.TWO, scope="usergroups:read")
def _groups(call: Call) -> Json:
    users, count = call.flag("include_users"), call.flag("include_count")
    groups = call.workspace.groups.values()
    return {"usergroups": [group_json(one, call.workspace, users=users, count=count) for one in groups]}


@METHODS.serves("usergroups.users.list", Tier.TWO, scope="usergroups:read")
def _group_members(call: Call) -> Json:
    group = call.workspace.groups.get(call.needed("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}


@METHODS.serves("bots.info", Tier.THREE, scope="users:read")
def _bot(call: Call) -> Json:
    installation = call.workspace.installation
    if call.text("bot", installation.bot_id) != installation.bot_id:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": installation.bot_id,
            "deleted": False,
            "name": call.workspace.world.app.name,
            "updated": int(call.workspace.clock.now()),
            "app_id": call.workspace.world.app.app_id,
            "user_id": installation.bot_user_id,
            "icons": {},
        }
    }


@METHODS.serves("team.info", Tier.THREE, scope="team:read")
def _team(call: Call) -> Json:
    world = call.workspace.world
    if call.text("team", world.team_id) != world.team_id:
        raise SlackError("team_not_found")
    return {
        "team": {
            "id": world.team_id,
            "name": world.name,
            "domain": world.domain,
            "email_domain": world.email_domain,
            "icon": {"image_default": True},
        }
    }
