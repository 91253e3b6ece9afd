"""Every error that Slack documents for what we call means one thing for the call that met it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from incidentbot.clients.errors import ClientError, Faulty, Permanent, Retryable, Unauthorised, Uncertain
from incidentbot.clients.slack.client import HTTP_TIMEOUT
from incidentbot.clients.slack.failures import Limited, classify, refuse_webhook
from incidentbot.delivery.claim import Timings
from incidentbot.delivery.handlers.slack_message import MISSHAPEN
from incidentbot.usecases.repair import CARD_STUCK, CHANNEL_LOST, MESSAGE_LOST

NOW = datetime(2026, 1, 20, 14, 45, tzinfo=UTC)
# Nothing can be sent for the workspace until somebody acts: held, and sent afterwards.
HELD = (
    *("not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "org_login_required"),
    *("team_access_not_granted", "two_factor_setup_required"),
)
# Slack has done with it, and yet it may have happened.
FAULTY = ("internal_error", "fatal_error", "service_unavailable", "update_failed")
UNCLEAR = ("request_timeout",)
LIMITED = ("ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org")
LATER = ("external_channel_migrating", "streaming_state_conflict")
# Put right by another channel, a new card, or words without blocks.
MENDED = (*sorted(CHANNEL_LOST), *sorted(MESSAGE_LOST), *sorted(CARD_STUCK), *sorted(MISSHAPEN))
# Parked with the reason, for a person.
PARKED = (
    *("access_denied", "accesslimited", "app_access_restricted", "as_user_not_supported", "no_permission", "no_text"),
    *("attachment_payload_limit_exceeded", "block_mismatch", "cannot_reply_to_message", "cant_broadcast_message"),
    *("deprecated_endpoint", "duplicate_channel_not_found", "duplicate_message_not_found", "ekm_access_denied"),
    *("enterprise_is_restricted", "invalid_arg_name", "invalid_arguments", "invalid_array_arg", "invalid_charset"),
    *("invalid_form_data", "invalid_metadata_format", "invalid_metadata_schema", "invalid_post_type"),
    *("markdown_text_conflict", "messages_tab_disabled", "metadata_must_be_sent_from_app", "metadata_too_large"),
    *("method_deprecated", "missing_post_type", "missing_scope", "not_allowed_token_type", "team_not_found"),
    *("restricted_action_thread_locked", "send_on_behalf_not_allowed", "slack_connect_file_link_sharing_blocked"),
    *("too_many_attachments", "user_disabled", "users_not_found", "an_error_of_next_year"),
)


class Answer:
    """An answer as the SDK hands it over."""

    def __init__(self, status: int, code: str = "", headers: dict[str, str] | None = None) -> None:
        self.status_code = status
        self.headers = headers or {}
        self.data: Any = {"ok": False, "error": code} if code else ""


def met(status: int, code: str = "", **headers: str) -> ClientError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return classify("chat.postMessage", SlackApiError("x", Answer(status, code, named)), NOW)  # type: ignore[no-untyped-call] # the SDK has no types there


@pytest.mark.parametrize(
    ("codes", "kind"),
    (
        pytest.param(HELD, Unauthorised, id="held"),
        pytest.param(UNCLEAR, Uncertain, id="unclear"),
        pytest.param(FAULTY, Faulty, id="faulty"),
        pytest.param(LIMITED, Limited, id="limited"),
        pytest.param(LATER, Retryable, id="later"),
        pytest.param(MENDED, Permanent, id="mended"),
        pytest.param(PARKED, Permanent, id="parked"),
    ),
)
def test_an_error_code_means_one_kind_of_failure(codes: tuple[str, ...], kind: type[ClientError]) -> None:
    assert [code for code in codes if type(met(200, code)) is not kind] == []


def test_no_code_is_in_two_groups() -> None:
    every = (*HELD, *FAULTY, *UNCLEAR, *LIMITED, *LATER, *MENDED, *PARKED)
    assert len(every) == len(set(every))
    assert len(every) >= 60


@pytest.mark.parametrize("status", (500, 502, 503, 504))
def test_an_error_page_may_stand_for_a_message_that_arrived(status: int) -> None:
    assert isinstance(met(status), Uncertain)


def test_only_what_a_gateway_gave_up_waiting_for_may_still_be_on_its_way() -> None:
    assert [status for status in (500, 502, 503, 504) if not isinstance(met(status), Faulty)] == [504]


def test_an_answer_without_a_reason_is_unclear() -> None:
    assert isinstance(met(200), Uncertain)


def test_the_workspace_waits_where_slack_says_so_and_else_the_channel() -> None:
    limits = [met(429, "ratelimited", retry_after="7"), met(200, "message_limit_exceeded")]
    assert [(type(one), getattr(one, "everywhere", None)) for one in limits] == [(Limited, False), (Limited, True)]
    assert getattr(limits[0], "seconds", None) == 7


@pytest.mark.parametrize(
    ("status", "kind"), ((403, Permanent), (404, Permanent), (410, Permanent), (429, Limited), (500, Uncertain))
)
def test_an_incoming_webhook_fails_in_the_same_words(status: int, kind: type[ClientError]) -> None:
    refuse_webhook(200, {}, "ok", NOW)
    with pytest.raises(kind):
        refuse_webhook(status, {"Retry-After": "3"}, "no_service", NOW)


def test_a_call_ends_before_its_lease_does() -> None:
    timings = Timings()
    assert timings.start_within + HTTP_TIMEOUT < timings.lease.total_seconds()
