"""Whether Slack takes our messages as they are: a card full of what breaks messages is shown to its own check."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from incidentbot.clients.errors import ClientError
from incidentbot.delivery.doctor.patient import Patient
from incidentbot.domain.doctor import Finding, failing, unused, well
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.monitoring import CiRef
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.severity import Severity
from incidentbot.languages import fill_plain
from incidentbot.render.card import card

NAME: Final = "messages.form"
# Signs beyond ASCII and beyond the first plane, markup that must not work, and more of it than a block takes.
AWKWARD: Final = "Füße 🔥 日本語 <!channel> & *fat* `code` https://example.com/?a=1&b=2 " * 60


async def messages(patient: Patient) -> Iterable[Finding]:
    """Slack's word on the longest card; nothing is posted."""
    shown = card(_incident(patient.now()))
    try:
        against = await patient.slack.refused_blocks(shown.blocks)
    except ClientError as error:
        return (
            unused(NAME, fill_plain("Slack's check of blocks could not be asked ({reason}).", reason=error.reason)),
        )
    if against:
        remedy = fill_plain("Update incidentbot; until then such messages are posted as words.")
        return (
            failing(NAME, fill_plain("Slack does not take the form of a card: {against}.", against=against[0]), remedy),
        )
    return (well(NAME, fill_plain("Slack takes the form of the longest card, with every kind of sign in it.")),)


def _incident(now: datetime) -> Incident:
    actor = Actor(Source.SYSTEM)
    return Incident(
        team_id="",
        number=1,
        title=AWKWARD,
        severity=Severity.CRITICAL,
        state=State.OPEN,
        version=1,
        last_seq=1,
        source="cli",
        created_by=actor,
        created_at=now,
        state_since=now,
        state_by=actor,
        channel="",
        description=AWKWARD,
        cis=tuple(CiRef(str(number), AWKWARD, "server") for number in range(20)),
    )
