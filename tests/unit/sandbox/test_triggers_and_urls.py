import pytest

from incidentbot.sandbox.slack.errors import SlackError
from incidentbot.sandbox.slack.response_urls import ResponseUrls
from incidentbot.sandbox.slack.triggers import Triggers


def test_a_trigger_opens_once_within_three_seconds() -> None:
    triggers = Triggers()
    identity = triggers.issue("U1", "T1", 100.0)
    assert triggers.redeem(identity, "T1", 103.0).user == "U1"
    with pytest.raises(SlackError, match="exchanged_trigger_id"):
        triggers.redeem(identity, "T1", 103.0)


@pytest.mark.parametrize(
    ("team", "now", "error"),
    (("T1", 103.1, "expired_trigger_id"), ("T2", 100.0, "invalid_trigger_id")),
)
def test_a_trigger_that_is_late_or_elsewhere_is_refused(team: str, now: float, error: str) -> None:
    triggers = Triggers()
    identity = triggers.issue("U1", "T1", 100.0)
    with pytest.raises(SlackError, match=error):
        triggers.redeem(identity, team, now)


def test_a_response_url_is_good_five_times() -> None:
    urls = ResponseUrls()
    secret = urls.issue("T1", "C1", "U1", 0.0)
    for _ in range(5):
        assert urls.use(secret, 1.0).channel == "C1"
    with pytest.raises(SlackError, match="used_url"):
        urls.use(secret, 1.0)


def test_a_response_url_is_good_for_thirty_minutes() -> None:
    urls = ResponseUrls()
    secret = urls.issue("T1", "C1", "U1", 0.0)
    urls.use(secret, 1800.0)
    with pytest.raises(SlackError, match="expired_url"):
        urls.use(secret, 1800.1)
    with pytest.raises(SlackError, match="invalid_url"):
        urls.use("unknown", 1.0)
