"""Refusals of the domain as HTTP: which status, and which facts a program can act on."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from incidentbot.domain.people import Actor
from incidentbot.domain.refusals import (
    ActionItemRefused,
    BadField,
    IncidentNotFound,
    KeyReused,
    NotPermitted,
    NoWorkspace,
    Refusal,
    TimeRefused,
    TransitionRefused,
)
from incidentbot.render.plain import words
from incidentbot.render.refusals import sentence

KEY_PREFIX: Final = "rest:"
_STATUS: Final[dict[type, int]] = {
    IncidentNotFound: 404,
    KeyReused: 409,
    NotPermitted: 403,
    TransitionRefused: 409,
    TimeRefused: 409,
}


def as_problem_facts(refusal: Refusal) -> tuple[int, str, str, dict[str, Any]]:
    """Status, code, message and details of the problem that tells of `refusal`."""
    if isinstance(refusal, KeyReused):
        # The key as it was sent, without our mark for the way in.
        refusal = KeyReused(refusal.key.removeprefix(KEY_PREFIX))
    return _status(refusal), refusal.code, _message(refusal), _details(refusal)


def as_actor(actor: Actor) -> dict[str, str]:
    """Who acted, as the API shows people."""
    return {"source": actor.source.value, "id": actor.id, "name": actor.name}


def _status(refusal: Refusal) -> int:
    if isinstance(refusal, NoWorkspace):
        # Several: the request has to name one. None: it may be right, but not yet.
        return 400 if refusal.teams else 409
    if isinstance(refusal, ActionItemRefused):
        return 404 if refusal.reason == "unknown" else 409
    return _STATUS.get(type(refusal), 400)


def _message(refusal: Refusal) -> str:
    return words(sentence(refusal))


def _details(refusal: Refusal) -> dict[str, Any]:
    if isinstance(refusal, TransitionRefused):
        return {
            "state": refusal.state.value,
            "since": as_json(refusal.since),
            "by": as_actor(refusal.by),
            "allowed": [trigger.value for trigger in refusal.allowed],
        }
    facts = {name: as_json(value) for name, value in asdict(refusal).items() if name != "code"}
    return {name: value for name, value in facts.items() if value} if isinstance(refusal, BadField) else facts


_AS_JSON: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (datetime, lambda moment: moment.isoformat().replace("+00:00", "Z")),
    (StrEnum, lambda member: member.value),
    (tuple, lambda items: [as_json(item) for item in items]),
)


def as_json(value: Any) -> Any:
    """`value` as JSON has it: times in ISO 8601 and UTC, names of states and triggers, lists."""
    return next((convert(value) for kind, convert in _AS_JSON if isinstance(value, kind)), value)
