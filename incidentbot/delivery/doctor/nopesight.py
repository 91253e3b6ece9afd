"""Whether NopeSight answers, and whether its token may do what we need."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Final

from incidentbot.clients.errors import Absent, ClientError, Permanent, Unauthorised
from incidentbot.clients.nopesight import CiQuery, EventQuery, NopeSightClient
from incidentbot.delivery.doctor.patient import Findings, Patient
from incidentbot.domain.doctor import Finding, doubtful, failing, unused, well
from incidentbot.domain.monitoring import EventStatus
from incidentbot.domain.nopesight_event import EventActor

# Nobody has such an event: whoever may change events is told so (404), whoever may not is refused before (403).
NO_EVENT: Final = "incidentbot-doctor-no-such-event"
ACTOR: Final = EventActor(name="incidentbot doctor")


async def nopesight(patient: Patient) -> Iterable[Finding]:
    """A line a thing that we need NopeSight for."""
    client = patient.nopesight
    if client is None:
        remedy = "Set NOPESIGHT_API_URL and NOPESIGHT_API_TOKEN to use it."
        return (unused("nopesight", "NopeSight is not connected: there is no NOPESIGHT_API_TOKEN.", remedy),)
    found = await asyncio.gather(
        _asked("nopesight.events", "Events can be read.", client.list_events(EventQuery(limit=1))),
        _asked("nopesight.cmdb", "Configuration items can be read.", client.search_cis(CiQuery(limit=1))),
        _status(client),
        _may_change(client),
    )
    return [*found, *_secret(patient)]


async def _status(client: NopeSightClient) -> Finding:
    try:
        await client.system_status()
    except Absent:
        return unused("nopesight.status", "This NopeSight tells no system status: /nopesight status says less.")
    except ClientError as error:
        return _refused("nopesight.status", error)
    return well("nopesight.status", "It tells how it is.")


async def _asked(name: str, sentence: str, call: Awaitable[object]) -> Finding:
    try:
        await call
    except ClientError as error:
        return _refused(name, error)
    return well(name, sentence)


async def _may_change(client: NopeSightClient) -> Finding:
    name = "nopesight.write"
    try:
        await client.set_event_status(NO_EVENT, EventStatus.ACKNOWLEDGED, ACTOR)
    except Absent:
        return well(name, "The token may change events (tried with one that does not exist).")
    except Permanent as error:
        if error.code not in {"FORBIDDEN", "HTTP_403"}:
            return well(name, "The token may change events (tried with one that does not exist).")
        remedy = "Give the token of NOPESIGHT_API_TOKEN the right to change events."
        return failing(name, f"The token may not change events ({error.code}): what is done here stays here.", remedy)
    except ClientError as error:
        return _refused(name, error)
    return doubtful(name, "NopeSight took a change of an event that does not exist.", "Look at NOPESIGHT_API_URL.")


def _refused(name: str, error: ClientError) -> Finding:
    if isinstance(error, Unauthorised):
        remedy = "Set NOPESIGHT_API_TOKEN to a valid token; NOPESIGHT_AUTH_SCHEME says how it is sent."
        return failing(name, f"NopeSight refuses the token ({error.reason}).", remedy)
    if isinstance(error, Absent):
        remedy = "Look at NOPESIGHT_API_URL, and at integrations.nopesight.paths in the file."
        return failing(name, f"There is nothing at that path ({error.reason}).", remedy)
    if isinstance(error, Permanent):
        remedy = "Give the token of NOPESIGHT_API_TOKEN the right to read it."
        return failing(name, f"NopeSight does not let us ({error.reason}).", remedy)
    remedy = "Look at the network and at NOPESIGHT_API_URL; what is done meanwhile is told it later."
    return failing(name, f"NopeSight does not answer ({error.reason}).", remedy)


def _secret(patient: Patient) -> Findings:
    if patient.settings.nopesight_webhook_secrets:
        return ()
    sentence = "Its webhook is off, so that events are fetched every 30 s instead of being told at once."
    return (unused("nopesight.webhook", sentence, "Set NOPESIGHT_WEBHOOK_SECRET, and register the webhook there."),)
