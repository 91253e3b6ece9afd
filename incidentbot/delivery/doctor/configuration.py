"""Whether what is set makes a service: everything that can be said without asking anybody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from incidentbot.domain.doctor import Finding, doubtful, failing, unused, well
from incidentbot.settings import Settings

# Slack may still carry out a call for as long as we wait for its answer.
LEAST_SETTLE: Final = timedelta(seconds=12)
SLACK: Final = "https://slack.com/api/"


def configuration(settings: Settings) -> Iterator[Finding]:
    """Findings about the settings of a service that could be loaded."""
    yield well("settings", "Everything that is set can be used.")
    yield _permissions(settings)
    yield _signing(settings)
    yield _key(settings)
    if not settings.file.integrations.slack.enabled:
        remedy = "Set integrations.slack.enabled: true in the file of INCIDENTBOT_CONFIG."
        yield doubtful("settings.posting", "Nothing is posted: Slack is switched off in the file.", remedy)
    if settings.settle_delay < LEAST_SETTLE and settings.slack_api_url == SLACK:
        sentence = (
            f"INCIDENTBOT_SETTLE_DELAY is {settings.settle_delay.total_seconds():g} s, so a message may come twice."
        )
        yield doubtful("settings.settle_delay", sentence, "Leave it at its default of 25s.")
    if settings.slack_webhook_url is None:
        remedy = "Set SLACK_WEBHOOK_URL to be alarmed in Slack while its token is refused."
        yield unused("settings.last_resort", "There is no incoming webhook as a last resort.", remedy)
    if settings.api_token is None:
        remedy = "Set INCIDENTBOT_API_TOKEN (openssl rand -hex 32) to use it."
        yield unused("settings.api", "The REST API and Alertmanager's webhook are off.", remedy)


def _permissions(settings: Settings) -> Finding:
    if settings.everybody_is_operator:
        remedy = "Set permissions in the file of INCIDENTBOT_CONFIG (docs/permissions.md)."
        return doubtful("settings.permissions", "Everybody is operator: no permissions are set.", remedy)
    return well("settings.permissions", f"Whoever is not named has the role {settings.file.role_of_everybody}.")


def _signing(settings: Settings) -> Finding:
    if settings.slack_signing_secret is None:
        remedy = "Set SLACK_SIGNING_SECRET from Basic Information at api.slack.com/apps."
        return failing("settings.signing", "There is no signing secret, and serve does not start without.", remedy)
    return well("settings.signing", "There is a signing secret.")


def _key(settings: Settings) -> Finding:
    if settings.secret_keys:
        return well("settings.secret_key", "Secrets can be kept encrypted.")
    sentence = "There is no key to keep secrets with, so workspaces cannot install the app by themselves."
    remedy = "Make one with incidentbot keys generate, and set INCIDENTBOT_SECRET_KEY."
    if settings.uses_oauth or (settings.api_token and not settings.slack_bot_token):
        return failing("settings.secret_key", sentence, remedy)
    return unused("settings.secret_key", sentence, remedy)
