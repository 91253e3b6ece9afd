"""A click of our own, signed as Slack signs: it goes in by the front door, and is seen in the database afterwards.

A button that does nothing is the complaint that tells least; this says which hop failed.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from incidentbot.clients.errors import Retryable, Uncertain
from incidentbot.delivery.doctor.patient import Patient
from incidentbot.domain.doctor import Finding, doubtful, failing, unused, well
from incidentbot.domain.guard import NOPESIGHT, SLACK, Scheme
from incidentbot.domain.signing import sign
from incidentbot.languages import fill_plain
from incidentbot.render.ids import DOCTOR_CLICK
from incidentbot.store import Store
from incidentbot.usecases.doctor import click_key

CLICK: Final = "click.slack"
WEBHOOK: Final = "click.nopesight"
# Nobody has this id; Slack's own begin so too.
NOBODY: Final = "U0DOCTOR00"


async def clicks(patient: Patient, team: str, *, usable: bool) -> Iterable[Finding]:
    """The click, and a delivery of NopeSight's that tells nothing."""
    return [await _click(patient, team, usable=usable), await _delivery(patient)]


async def _click(patient: Patient, team: str, *, usable: bool) -> Finding:
    secret = patient.settings.slack_signing_secret
    if secret is None:
        return unused(CLICK, fill_plain("Without a signing secret nothing can be clicked over HTTP."))
    team = team or (await patient.store.ask(_first_team) if usable else "")
    number = uuid.uuid4().hex
    body = urlencode({"payload": json.dumps(_payload(team, number))}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await _sent(
        patient, CLICK, "/slack/events", body, _signed(SLACK, secret.get_secret_value(), body, patient, headers)
    )
    if isinstance(answer, Finding):
        return answer
    if answer != HTTPStatus.OK:
        return _turned_away(CLICK, answer, "SLACK_SIGNING_SECRET", patient)
    if not team:
        return doubtful(
            CLICK,
            fill_plain("A click was let in, but no workspace is known yet."),
            fill_plain("Run the doctor again in a minute."),
        )
    if not await patient.store.ask(_arrived, team, number):
        sentence = fill_plain(
            "A click was let in at {base_url}, but it is not in this database.", base_url=patient.own.base_url
        )
        return failing(
            CLICK, sentence, fill_plain("Let the running service and the doctor have the same DATABASE_URL.")
        )
    return well(
        CLICK, fill_plain("A signed click went in at {base_url} and into the database.", base_url=patient.own.base_url)
    )


async def _delivery(patient: Patient) -> Finding:
    secrets = patient.settings.nopesight_webhook_secrets
    if not secrets:
        return unused(WEBHOOK, fill_plain("Without NOPESIGHT_WEBHOOK_SECRET its webhook lets nobody in."))
    body = json.dumps({"id": "doctor", "type": "doctor.looked", "data": {}}).encode()
    headers = {
        "Content-Type": "application/json",
        "X-NopeSight-Event": "doctor.looked",
        "X-NopeSight-Delivery": f"doctor-{uuid.uuid4().hex}",
    }
    signed = _signed(NOPESIGHT, secrets[0].get_secret_value(), body, patient, headers)
    answer = await _sent(patient, WEBHOOK, "/webhooks/nopesight", body, signed)
    if isinstance(answer, Finding):
        return answer
    if answer not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
        return _turned_away(WEBHOOK, answer, "NOPESIGHT_WEBHOOK_SECRET", patient)
    return well(WEBHOOK, fill_plain("A signed delivery was taken at {base_url}.", base_url=patient.own.base_url))


def _payload(team: str, number: str) -> dict[str, object]:
    return {
        "type": "block_actions",
        "trigger_id": f"doctor.{number}",
        "team": {"id": team, "domain": ""},
        "user": {"id": NOBODY, "team_id": team},
        "actions": [{"type": "button", "action_id": DOCTOR_CLICK, "block_id": "doctor", "value": number}],
    }


def _signed(
    scheme: Scheme, secret: str, body: bytes, patient: Patient, headers: Mapping[str, str]
) -> Mapping[str, str]:
    timestamp = str(int(patient.now().timestamp()))
    signature = sign(secret, scheme.message(timestamp, body), prefix=scheme.prefix)
    return {**headers, scheme.timestamp: timestamp, scheme.signature: signature}


async def _sent(patient: Patient, name: str, path: str, body: bytes, headers: Mapping[str, str]) -> int | Finding:
    at = patient.own.base_url
    try:
        return await patient.own.post(path, body, headers)
    except Retryable:
        remedy = fill_plain(
            "Start incidentbot serve; if it runs somewhere else, set INCIDENTBOT_BASE_URL or say doctor --url."
        )
        return failing(name, fill_plain("Nothing listens at {at}.", at=at), remedy)
    except Uncertain as error:
        remedy = fill_plain("Look at what stands before it: TLS, the proxy's time-outs, the firewall.")
        return failing(
            name, fill_plain("{at} did not answer in time or in HTTP ({reason}).", at=at, reason=error.reason), remedy
        )


def _turned_away(name: str, status: int, variable: str, patient: Patient) -> Finding:
    at = patient.own.base_url
    if status == HTTPStatus.UNAUTHORIZED:
        remedy = fill_plain(
            "Give the running service the same {variable}, restart it, and compare the clocks.", variable=variable
        )
        return failing(
            name,
            fill_plain("{at} answers 401: it has another {variable}, or another time.", at=at, variable=variable),
            remedy,
        )
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        remedy = fill_plain("Give the address that it redirects to as INCIDENTBOT_BASE_URL and to Slack.")
        return failing(
            name, fill_plain("{at} redirects ({status}), which Slack does not follow.", at=at, status=status), remedy
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return failing(
            name,
            fill_plain("{at} answers {status}.", at=at, status=status),
            fill_plain("Look at the log of the service and of the proxy before it."),
        )
    remedy = fill_plain("Let the proxy pass /slack/events and /webhooks/nopesight on unchanged, body and headers.")
    return failing(
        name,
        fill_plain(
            "{at} answers {status}: something else answers there, or changes what is sent.", at=at, status=status
        ),
        remedy,
    )


def _first_team(store: Store) -> str:
    with store.read("") as tx:
        return next((one.team_id for one in tx.installations.all()), "")


def _arrived(store: Store, team_id: str, number: str) -> bool:
    with store.read(team_id) as tx:
        return tx.inbox.has(click_key(number))
