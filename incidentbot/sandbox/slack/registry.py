"""How a file of methods says what it implements."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from incidentbot.sandbox.slack.call import Call
from incidentbot.sandbox.slack.model import Json

Handler = Callable[[Call], Json]


class Tier(Enum):
    """Slack's rate tiers: calls a minute, per method and workspace. SPECIAL has its own rules, NONE none."""

    ONE = 1
    TWO = 20
    THREE = 50
    FOUR = 100
    SPECIAL = -1
    NONE = 0


class TokenKind(Enum):
    """Which token a method takes."""

    BOT = "bot"
    APP = "app"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Method:
    """A method: its name, rate tier, the scope it always needs (others depend on the conversation), its handler."""

    name: str
    tier: Tier
    handler: Handler
    scope: str = ""
    token: TokenKind = TokenKind.BOT


class MethodTable(dict[str, Method]):
    """Methods by name; used as a decorator maker in each file of methods."""

    def serves(
        self, name: str, tier: Tier, *, scope: str = "", token: TokenKind = TokenKind.BOT
    ) -> Callable[[Handler], Handler]:
        """Make the decorated function answer the method `name`."""

        def register(handler: Handler) -> Handler:
            self[name] = Method(name, tier, handler, scope, token)
            return handler

        return register
