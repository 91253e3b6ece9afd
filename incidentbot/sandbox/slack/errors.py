"""How the Web API says no."""

from typing import Any


class SlackError(Exception):
    """An `ok: false` answer: `code`, and what else stands in the body (`needed`, `response_metadata`, …)."""

    def __init__(self, code: str, *, messages: tuple[str, ...] = (), **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, Any] = facts
        if messages:
            self.facts["response_metadata"] = {"messages": list(messages)}


class RateLimited(Exception):
    """An HTTP 429; `retry_after` goes into the header as it stands."""

    def __init__(self, retry_after: str) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
