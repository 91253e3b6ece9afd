"""Whether the channels that the settings name exist, and the bot is in them."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from incidentbot.clients.errors import Permanent
from incidentbot.clients.slack.probe import Channel
from incidentbot.delivery.doctor.patient import Patient
from incidentbot.domain.doctor import Finding, doubtful, failing, well
from incidentbot.domain.policy import Policy
from incidentbot.domain.workspace import Workspace
from incidentbot.languages import fill_plain

AS_ONE: Final = "channels:read"
EVERYWHERE: Final = "chat:write.public"


async def channels(patient: Patient, workspace: Workspace) -> Iterable[Finding]:
    """A line a channel."""
    policy, slack, team = patient.store.policy, patient.slack, workspace.team_id
    names = [name for name in policy.named_channels if name.startswith("#")]
    ids = [name for name in policy.named_channels if not name.startswith("#")]
    by_name: Mapping[str, Channel] = {}
    if names and AS_ONE in workspace.scopes:
        by_name = await slack.visible_channels(team)
    by_id = dict(zip(ids, await asyncio.gather(*(_by_id(patient, team, one) for one in ids)), strict=True))
    found = {**by_id, **{name: by_name.get(name) for name in names if by_name}}
    return [_finding(name, channel, policy, workspace) for name, channel in found.items()]


async def _by_id(patient: Patient, team_id: str, channel_id: str) -> Channel | None:
    try:
        return await patient.slack.channel(team_id, channel_id)
    except Permanent as error:
        if error.code not in {"channel_not_found", "missing_scope"}:
            raise
        return None


def _finding(name: str, channel: Channel | None, policy: Policy, workspace: Workspace) -> Finding:
    line = f"slack.channel {name}"
    # Without these two a few things are not told; without the others incidents or alerts are not.
    verdict = doubtful if name in _spare(policy) else failing
    if channel is None:
        remedy = fill_plain(
            "Create it, or if it is private invite the bot there: /invite @incidentbot in {name}.", name=name
        )
        return verdict(line, fill_plain("There is no such channel, or it is private and the bot is not in it."), remedy)
    if channel.archived:
        return verdict(
            line,
            fill_plain("It is archived, so that nothing can be posted there."),
            fill_plain("Unarchive it, or set another one."),
        )
    if channel.member:
        return well(line, fill_plain("It exists, and the bot is in it."))
    remedy = fill_plain("Type /invite @incidentbot in {name}.", name=name)
    if not channel.private and EVERYWHERE in workspace.scopes:
        sentence = fill_plain(
            "The bot is not in it: it can post, but it neither sees what is said nor can look what arrived."
        )
        return doubtful(line, sentence, remedy)
    return verdict(line, fill_plain("The bot is not in it, so that it cannot post there."), remedy)


def _spare(policy: Policy) -> frozenset[str]:
    """The channels that nothing urgent is told in."""
    urgent = {policy.incidents_channel, policy.fallback_channel, *policy.channels.values()}
    urgent |= {channel for rule in policy.rules for channel in rule.channels}
    return frozenset({policy.changes_channel, policy.reports_channel}) - urgent
