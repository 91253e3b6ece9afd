"""Response URLs: a way to answer an interaction, five times within thirty minutes."""

from dataclasses import dataclass, field

from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.ids import new_secret

LIFETIME = 30 * 60.0
USES = 5


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer goes: `message_ts` is the message that was acted on, `ephemeral` whether only they saw it."""

    team: str
    channel: str
    user: str
    expires: float
    message_ts: str = ""
    ephemeral: bool = False
    uses: int = 0


@dataclass(slots=True)
class ResponseUrls:
    """The response URLs that were given out, by the secret at their end."""

    _issued: dict[str, ResponseUrl] = field(default_factory=dict)

    def issue(
        self, team: str, channel: str, user: str, now: float, *, message_ts: str = "", ephemeral: bool = False
    ) -> str:
        """A new secret; the URL is the server's address with it at the end."""
        secret = new_secret(24)
        self._issued[secret] = ResponseUrl(team, channel, user, now + LIFETIME, message_ts, ephemeral)
        return secret

    def use(self, secret: str, now: float) -> ResponseUrl:
        """Count a use. SlackError: `invalid_url`, `expired_url` or `used_url`."""
        url = self._issued.get(secret)
        if url is None:
            raise SlackError("invalid_url")
        if now > url.expires:
            raise SlackError("expired_url")
        if url.uses >= USES:
            raise SlackError("used_url")
        url.uses += 1
        return url
