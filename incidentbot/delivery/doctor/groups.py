"""Whether everybody whom the settings name is somebody."""

from collections.abc import Iterable

from incidentbot.clients.errors import Permanent
from incidentbot.delivery.doctor.on_call import scheduled
from incidentbot.delivery.doctor.patient import Patient
from incidentbot.domain.doctor import Finding, doubtful, failing, well
from incidentbot.domain.workspace import Workspace
from incidentbot.languages import fill_plain


async def groups(patient: Patient, workspace: Workspace) -> Iterable[Finding]:
    """The names that are mentioned, and the groups that have roles."""
    named = sorted(patient.store.policy.permissions.groups)
    mentioned = await _mentions(patient, workspace.team_id)
    found = [await _group(patient, workspace.team_id, group) for group in named]
    return [*mentioned, *found, *await scheduled(patient, workspace.team_id)]


async def _mentions(patient: Patient, team_id: str) -> Iterable[Finding]:
    names = [name for name in patient.store.policy.mentions if name.startswith("@")]
    if not names:
        return ()
    known = await _handles(patient, team_id)
    missing = [name for name in names if _handle(name) not in known]
    if missing:
        known = {*known, *await patient.slack.members(team_id)}
        missing = [name for name in names if _handle(name) not in known]
    if not missing:
        return (
            well(
                "slack.mentions", fill_plain("Everybody who is mentioned is known ({names}).", names=", ".join(names))
            ),
        )
    remedy = fill_plain("Correct the name, or make a user group with this handle in Slack.")
    return [
        doubtful(
            f"slack.mention {name}", fill_plain("No user group and no person is called so: nobody is pinged."), remedy
        )
        for name in missing
    ]


async def _handles(patient: Patient, team_id: str) -> set[str]:
    try:
        return set(await patient.slack.groups(team_id))
    except Permanent:
        # Without the right, or on a free plan, there are none to be had: the people are looked at all the same.
        return set()


async def _group(patient: Patient, team_id: str, group: str) -> Finding:
    name = f"slack.group {group}"
    try:
        members = await patient.slack.group_members(team_id, group)
    except Permanent as error:
        remedy = fill_plain("Name a group that exists under permissions.user_mappings, and grant usergroups:read.")
        return failing(
            name, fill_plain("Slack does not tell its members ({code}): nobody has its role.", code=error.code), remedy
        )
    return well(name, fill_plain("It has {members} members.", members=len(members)))


def _handle(name: str) -> str:
    return name.removeprefix("@").casefold()
