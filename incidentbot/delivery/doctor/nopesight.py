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
from incidentbot.languages import fill_plain

# Nobody has such an event: whoever may change events is told so (404), whoever may not is refused before (403).
NO_EVENT: Final = "incidentbot-doctor-no-such-event"
ACTOR: Final = EventActor(name="incidentbot doctor")


async def nopesight(patient: Patient) -> Iterable[Finding]:
    """A line a thing that we need NopeSight for."""
    client = patient.nopesight
    if client is None:
        remedy = fill_plain("Set NOPESIGHT_API_URL and NOPESIGHT_API_TOKEN to use it.")
        return (
            unused("nopesight", fill_plain("NopeSight is not connected: there is no NOPESIGHT_API_TOKEN."), remedy),
        )
    found = await asyncio.gather(
        _asked("nopesight.events", fill_plain("Events can be read."), client.list_events(EventQuery(limit=1))),
        _asked("nopesight.cmdb", fill_plain("Configuration items can be read."), client.search_cis(CiQuery(limit=1))),
        _status(client),
        _may_change(client),
    )
    return [*found, *_secret(patient)]


async def _status(client: NopeSightClient) -> Finding:
    try:
        await client.system_status()
    except Absent:
        return unused(
            "nopesight.status", fill_plain("This NopeSight tells no system status: /nopesight status says less.")
        )
    except ClientError as error:
        return _refused("nopesight.status", error)
    return well("nopesight.status", fill_plain("It tells how it is."))


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
        return well(name, fill_plain("The token may change events (tried with one that does not exist)."))
    except Permanent as error:
        if error.code not in {"FORBIDDEN", "HTTP_403"}:
            return well(name, fill_plain("The token may change events (tried with one that does not exist)."))
        remedy = fill_plain("Give the token of NOPESIGHT_API_TOKEN the right to change events.")
        return failing(
            name,
            fill_plain("The token may not change events ({code}): what is done here stays here.", code=error.code),
            remedy,
        )
    except ClientError as error:
        return _refused(name, error)
    return doubtful(
        name,
        fill_plain("NopeSight took a change of an event that does not exist."),
        fill_plain("Look at NOPESIGHT_API_URL."),
    )


def _refused(name: str, error: ClientError) -> Finding:
    if isinstance(error, Unauthorised):
        remedy = fill_plain("Set NOPESIGHT_API_TOKEN to a valid token; NOPESIGHT_AUTH_SCHEME says how it is sent.")
        return failing(name, fill_plain("NopeSight refuses the token ({reason}).", reason=error.reason), remedy)
    if isinstance(error, Absent):
        remedy = fill_plain("Look at NOPESIGHT_API_URL, and at integrations.nopesight.paths in the file.")
        return failing(name, fill_plain("There is nothing at that path ({reason}).", reason=error.reason), remedy)
    if isinstance(error, Permanent):
        remedy = fill_plain("Give the token of NOPESIGHT_API_TOKEN the right to read it.")
        return failing(name, fill_plain("NopeSight does not let us ({reason}).", reason=error.reason), remedy)
    remedy = fill_plain("Look at the network and at NOPESIGHT_API_URL; what is done meanwhile is told it later.")
    return failing(name, fill_plain("NopeSight does not answer ({reason}).", reason=error.reason), remedy)


def _secret(patient: Patient) -> Findings:
    if patient.settings.nopesight_webhook_secrets:
        return ()
    sentence = fill_plain("Its webhook is off, so that events are fetched every 30 s instead of being told at once.")
    return (
        unused(
            "nopesight.webhook", sentence, fill_plain("Set NOPESIGHT_WEBHOOK_SECRET, and register the webhook there.")
        ),
    )
