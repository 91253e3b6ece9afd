"""Whether what is set makes a service: everything that can be said without asking anybody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from incidentbot.domain.doctor import Finding, doubtful, failing, unused, well
from incidentbot.languages import fill_plain
from incidentbot.settings import Settings

# Slack may still carry out a call for as long as we wait for its answer.
LEAST_SETTLE: Final = timedelta(seconds=12)
SLACK: Final = "https://slack.com/api/"


def configuration(settings: Settings) -> Iterator[Finding]:
    """Findings about the settings of a service that could be loaded."""
    yield well("settings", fill_plain("Everything that is set can be used."))
    yield _permissions(settings)
    yield _signing(settings)
    yield _key(settings)
    if not settings.file.integrations.slack.enabled:
        remedy = fill_plain("Set integrations.slack.enabled: true in the file of INCIDENTBOT_CONFIG.")
        yield doubtful("settings.posting", fill_plain("Nothing is posted: Slack is switched off in the file."), remedy)
    if settings.settle_delay < LEAST_SETTLE and settings.slack_api_url == SLACK:
        sentence = fill_plain(
            "INCIDENTBOT_SETTLE_DELAY is {total_seconds} s, so a message may come twice.",
            total_seconds=f"{settings.settle_delay.total_seconds():g}",
        )
        yield doubtful("settings.settle_delay", sentence, fill_plain("Leave it at its default of 25s."))
    if settings.slack_webhook_url is None:
        remedy = fill_plain("Set SLACK_WEBHOOK_URL to be alarmed in Slack while its token is refused.")
        yield unused("settings.last_resort", fill_plain("There is no incoming webhook as a last resort."), remedy)
    if settings.api_token is None and not settings.file.api.tokens:
        remedy = fill_plain("Set INCIDENTBOT_API_TOKEN (openssl rand -hex 32) to use it.")
        yield unused("settings.api", fill_plain("The REST API and Alertmanager's webhook are off."), remedy)


def _permissions(settings: Settings) -> Finding:
    if settings.everybody_is_operator:
        remedy = fill_plain("Set permissions in the file of INCIDENTBOT_CONFIG (docs/permissions.md).")
        return doubtful("settings.permissions", fill_plain("Everybody is operator: no permissions are set."), remedy)
    return well(
        "settings.permissions",
        fill_plain(
            "Whoever is not named has the role {role_of_everybody}.", role_of_everybody=settings.file.role_of_everybody
        ),
    )


def _signing(settings: Settings) -> Finding:
    if settings.slack_signing_secret is None:
        remedy = fill_plain("Set SLACK_SIGNING_SECRET from Basic Information at api.slack.com/apps.")
        return failing(
            "settings.signing", fill_plain("There is no signing secret, and serve does not start without."), remedy
        )
    return well("settings.signing", fill_plain("There is a signing secret."))


def _key(settings: Settings) -> Finding:
    if settings.secret_keys:
        return well("settings.secret_key", fill_plain("Secrets can be kept encrypted."))
    sentence = fill_plain("There is no key to keep secrets with, so workspaces cannot install the app by themselves.")
    remedy = fill_plain("Make one with incidentbot keys generate, and set INCIDENTBOT_SECRET_KEY.")
    if settings.uses_oauth or (settings.api_token and not settings.slack_bot_token):
        return failing("settings.secret_key", sentence, remedy)
    return unused("settings.secret_key", sentence, remedy)
