"""What was nearly typed is offered beside what there is, and nothing is where nothing is near."""

import pytest

from incidentbot.domain.nearest import nearest
from incidentbot.domain.refusals import BadField, PersonUnknown, Refused
from incidentbot.domain.report import read_order
from incidentbot.domain.report_schedule import read_schedule
from incidentbot.languages import speaking
from incidentbot.render.refusals import refusal
from incidentbot.slack.slash_commands.parse import read_severity


@pytest.mark.parametrize(
    ("typed", "meant"), (("akc", "ack"), ("ACKN", "ack"), ("zzz", ""), ("", ""), ("monday", "Monday"))
)
def test_the_nearest_name_is_found_in_any_case(typed: str, meant: str) -> None:
    assert nearest(typed, ["ack", "resolve", "Monday"]) == meant


def refused(read: object, *given: object) -> str:
    with pytest.raises(Refused) as caught:
        read(*given)  # type: ignore[operator]  # a reader, whose arguments these are
    return str(refusal(caught.value.refusal).text)


@pytest.mark.parametrize(
    ("read", "typed", "meant"),
    (
        (read_severity, "critcal", "critical"),
        (read_order, ["incidnets"], "incidents"),
        (read_schedule, "daily summary at 9:30 on mnday", "Monday"),
    ),
)
def test_a_value_that_was_nearly_typed_is_offered(read: object, typed: object, meant: str) -> None:
    told = refused(read, typed)
    assert f"Did you mean `{meant}`?" in told
    assert "Use one of" in told


def test_numbers_are_not_offered_for_numbers_nor_anything_for_what_is_far() -> None:
    assert "mean" not in refusal(BadField("schedule", "unknown", "12", choices=("1", "2"))).text
    assert "mean" not in refusal(BadField("severity", "unknown", "xyzzy", choices=("critical", "low"))).text


def test_a_person_whose_name_is_near_is_offered_and_still_to_be_picked() -> None:
    with speaking("de"):
        told = refusal(PersonUnknown("anna", nearest="U0ANA00001")).text
    assert "<@U0ANA00001>" in told
    assert "Tippe `@`" in told
