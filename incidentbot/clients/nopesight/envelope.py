"""NopeSight's envelopes: what of an answer is the thing itself, and what is an error."""

from collections.abc import Mapping
from dataclasses import dataclass

from incidentbot.domain import foreign_fields as fields
from incidentbot.domain.foreign_fields import BadShape


@dataclass(frozen=True, slots=True)
class ToldError:
    """An error as NopeSight's body tells it; both texts may be empty."""

    code: str
    message: str
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RawPage:
    """A list of objects before they are read, with the numbers around it."""

    items: tuple[Mapping[str, object], ...]
    page: int
    limit: int
    total: int


def unwrap(body: object) -> object:
    """The thing in the body: `data` of `{success, data}`, else the body itself."""
    if isinstance(body, Mapping) and "success" in body and "data" in body:
        return body["data"]
    return body


def one(body: object, path: str) -> Mapping[str, object]:
    """The one object in the body, under `{success, data}`, under `{data}` alone, or bare."""
    thing = unwrap(body)
    if isinstance(thing, Mapping) and set(thing) == {"data"}:
        thing = thing["data"]
    return fields.mapping_in(thing, path)


def page(body: object, path: str, asked_limit: int) -> RawPage:
    """The list in the body, wrapped in any of the documented ways or bare; BadShape if there is no list."""
    around = body if isinstance(body, Mapping) else {}
    thing = unwrap(body)
    if isinstance(thing, Mapping):
        around, thing = thing, fields.find(thing, "data", "items")
    if not isinstance(thing, list):
        raise BadShape(path, "a list")
    # Whatever is no object stays as an empty one, so that it is counted among what cannot be read.
    found: tuple[Mapping[str, object], ...] = tuple(item if isinstance(item, Mapping) else {} for item in thing)
    numbers = fields.nested(around, "pagination")
    return RawPage(
        items=found,
        page=max(1, fields.integer(numbers, "page", default=1)),
        limit=max(1, fields.integer(numbers, "limit", default=asked_limit)),
        total=fields.integer(numbers, "total", default=len(found)),
    )


def error_in(body: object, *, failed: bool) -> ToldError | None:
    """The error that the body tells of; None if it tells of none.

    A thing of its own (a playbook's execution) may have a field `error`: it counts only where `success` is false or
    the HTTP status says that the call `failed`.
    """
    if not isinstance(body, Mapping) or not (failed or body.get("success") is False):
        return None
    told = body.get("error")
    if not isinstance(told, Mapping):
        return ToldError("", fields.line(body, "error", "message", limit=300), {})
    return ToldError(
        fields.line(told, "code", limit=64), fields.line(told, "message", limit=300), fields.nested(told, "details")
    )
