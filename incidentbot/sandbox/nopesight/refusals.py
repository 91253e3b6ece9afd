"""What this NopeSight answers instead of doing as it was told."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Refused(Exception):
    """A call is refused with this HTTP status and error body."""

    status: int
    code: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """As NopeSight writes errors."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = self.details
        return {"success": False, "error": error}


def invalid(name: str, reason: str) -> Refused:
    """A field of the request is wrong."""
    return Refused(400, "VALIDATION_ERROR", f"{name}: {reason}", {"field": name, "reason": reason})


def not_found(what: str) -> Refused:
    """There is no such thing."""
    return Refused(404, "NOT_FOUND", f"{what} not found")


def conflict(message: str, **details: Any) -> Refused:
    """The thing is not in a state that allows this."""
    return Refused(409, "CONFLICT", message, details)
