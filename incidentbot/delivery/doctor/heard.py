"""Whether Slack reaches the service at all: what it sent is in the inbox, by the kind of its keys."""

from collections.abc import Iterator

from incidentbot.domain.doctor import Finding, doubtful, well
from incidentbot.languages import fill_plain
from incidentbot.store import Store

NAME = "slack.heard"


def heard(store: Store, team_id: str) -> Iterator[Finding]:
    """What has ever arrived from this workspace."""
    with store.read(team_id) as tx:
        typed, told = tx.inbox.any_with("trigger:"), tx.inbox.any_with("event:")
    if typed and told:
        yield well(NAME, fill_plain("Clicks, commands and events have arrived from Slack."))
    elif typed or told:
        has, lacks = (
            (fill_plain("Clicks and commands"), fill_plain("event"))
            if typed
            else (fill_plain("Events"), fill_plain("click or command"))
        )
        remedy = fill_plain(
            "If people have mentioned the bot or typed /incident in vain, make the app's Event "
            "Subscriptions, Slash Commands and Interactivity as incidentbot manifest has them."
        )
        yield doubtful(
            NAME, fill_plain("{has} have arrived from Slack, but no {lacks} yet.", has=has, lacks=lacks), remedy
        )
    else:
        remedy = fill_plain(
            "Type /incident help. If nothing answers: make the app as incidentbot manifest has "
            "it, with this service's address (…/slack/events), or set SLACK_APP_TOKEN for Socket "
            "Mode."
        )
        yield doubtful(NAME, fill_plain("Nothing has arrived from Slack yet."), remedy)
