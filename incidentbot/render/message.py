"""What every renderer returns, and what links are made of."""

from dataclasses import dataclass
from typing import Any, Final

from incidentbot.render.mrkdwn import Escaped


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Slack takes it.

    `text` is mrkdwn that stands alone (notifications and screen readers get nothing else) and is at most 4,000
    characters long, which `chat.update` allows too; `blocks` are at most 50, plain JSON, and may be none.
    """

    text: Escaped
    blocks: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """Where NopeSight shows things: the base addresses of events and CIs, to which "/<id>" is added; "" = no links."""

    event_url: str = ""
    ci_url: str = ""


NO_LINKS: Final = Links()
