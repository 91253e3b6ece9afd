"""A pushpin takes a message into the timeline, and what becomes of the message is followed."""

from pathlib import Path

from tests.functional.delivery.places import settled
from tests.functional.stories.running import Story, story


def heard(s: Story, event: str, times: int) -> None:
    """Wait until the service has taken so many events of a kind."""
    records = s.slack.server.platform.records
    s.slack.wait_until(
        lambda: sum((one.what, one.outcome) == (event, "ok") for one in list(records.deliveries)) >= times,
        what=f"{event} to be taken {times} times",
    )


def test_a_pinned_message_is_kept_and_followed(database_url: str, tmp_path: Path) -> None:
    with story(database_url, tmp_path) as s:
        s.slack.slash("/incident", "create Shop is slow", as_="ana", channel="#incidents")
        card = s.slack.expect_message(channel="#incidents", event_type="incident")
        s.slack.expect_ephemeral("ana", containing="INC-1")
        s.slack.expect_reply(card, containing="#1")
        elsewhere = s.slack.say("Lunch?", as_="ben", channel="#incidents")
        s.slack.react(elsewhere, "pushpin", as_="ana")
        said = s.slack.say("Checkout times out", as_="ben", thread=card)
        s.slack.react(said, "eyes", as_="ana")
        s.slack.react(said, "pushpin", as_="ana")
        told = s.slack.expect_reply(card, containing="Checkout times out")
        assert "#2" in told.text
        # Slack tells of each at once, and nobody is bound to hear of them in their order.
        s.slack.react(said, "pushpin", as_="dmitri")
        heard(s, "reaction_added", 4)
        settled(s)
        s.slack.unreact(said, "pushpin", as_="ana")
        heard(s, "reaction_removed", 1)
        settled(s)
        s.slack.edit(said, "Checkout times out after 30 s", as_="ben")
        assert "#3" in s.slack.expect_reply(card, containing="after 30 s").text
        s.slack.unreact(said, "pushpin", as_="dmitri")
        assert "#4" in s.slack.expect_reply(card, containing="withdrawn").text
        s.slack.react(said, "pushpin", as_="ana")
        assert "#5" in s.slack.expect_reply(card, containing="after 30 s").text
        s.slack.delete(said, as_="ben")
        assert "#6" in s.slack.expect_reply(card, containing="deleted").text
