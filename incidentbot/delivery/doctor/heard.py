"""Whether Slack reaches the service at all: what it sent is in the inbox, by the kind of its keys."""

from collections.abc import Iterator

from incidentbot.domain.doctor import Finding, doubtful, well
from incidentbot.store import Store

NAME = "slack.heard"


def heard(store: Store, team_id: str) -> Iterator[Finding]:
    """What has ever arrived from this workspace."""
    with store.read(team_id) as tx:
        typed, told = tx.inbox.any_with("trigger:"), tx.inbox.any_with("event:")
    if typed and told:
        yield well(NAME, "Clicks, commands and events have arrived from Slack.")
    elif typed or told:
        has, lacks = ("Clicks and commands", "event") if typed else ("Events", "click or command")
        remedy = (
            "If people have mentioned the bot or typed /incident in vain, make the app's Event Subscriptions, Slash"
            " Commands and Interactivity as incidentbot manifest has them."
        )
        yield doubtful(NAME, f"{has} have arrived from Slack, but no {lacks} yet.", remedy)
    else:
        remedy = (
            "Type /incident help. If nothing answers: make the app as incidentbot manifest has it, with this service's"
            " address (…/slack/events), or set SLACK_APP_TOKEN for Socket Mode."
        )
        yield doubtful(NAME, "Nothing has arrived from Slack yet.", remedy)
