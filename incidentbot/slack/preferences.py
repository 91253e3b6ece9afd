"""The listeners of a person's preferences: the button in Home, and the form."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from incidentbot.domain.preferences import Preferences, read_quiet_hours
from incidentbot.domain.refusals import BadField
from incidentbot.queries.preferences import preferences_of
from incidentbot.render import ids
from incidentbot.render.modals import field_errors, refusal_modal
from incidentbot.render.preferences import MUTABLE, preferences_modal
from incidentbot.slack.asker import Asker
from incidentbot.slack.forms import open_form
from incidentbot.slack.modals.fields import Fields
from incidentbot.slack.parts import SlackParts
from incidentbot.usecases.prefer import prefer


class PreferenceForms:
    """What a person wants to be told directly."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def clicked(self, ack: AsyncAck, body: Mapping[str, Any], asker: Asker) -> None:
        """Open the form, filled in as the person left it."""
        said, zone = await self._parts.store.ask(preferences_of, asker.team_id, asker.actor.id)
        view = preferences_modal(said, zone)
        open_form(self._parts, asker, body.get("trigger_id") or "", view, "/incident help")
        await ack()

    async def submitted(self, ack: AsyncAck, view: Mapping[str, Any], asker: Asker) -> None:
        """Close the form once it is stored; otherwise it shows what is wrong with the hours."""
        said = _read(Fields(view))
        if isinstance(said, BadField):
            await ack(response_action="errors", errors=field_errors(said, ids.PREFERENCES_MODAL))
            return
        cause = asker.cause(f"view:{Fields(view).id}", "modal")
        denied = await self._parts.store.run(prefer, cause, said)
        if denied:
            await ack(response_action="update", view=refusal_modal(denied))
        else:
            await ack()


def _read(fields: Fields) -> Preferences | BadField:
    """What was filled in; a severity that the form does not offer means nothing."""
    wanted = {value for value, _ in fields.choices(ids.SEVERITIES, ids.SEVERITIES_CHECK)}
    muted = frozenset(severity for severity in MUTABLE if severity.value not in wanted)
    since = fields.time(ids.QUIET_SINCE, ids.QUIET_SINCE_PICK)
    until = fields.time(ids.QUIET_UNTIL, ids.QUIET_UNTIL_PICK)
    quiet = read_quiet_hours(since, until)
    return quiet if isinstance(quiet, BadField) else Preferences(muted, quiet)
