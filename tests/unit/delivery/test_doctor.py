"""A look of the doctor's ends in time, whatever it meets."""

import asyncio
from collections.abc import Iterable

from incidentbot.clients.errors import Retryable, Uncertain
from incidentbot.delivery.doctor.patient import looked
from incidentbot.domain.doctor import Finding, Verdict, doubtful, failing, unused, well, worst
from incidentbot.store import DatabaseUnavailable


async def never() -> Iterable[Finding]:
    await asyncio.Event().wait()
    return ()


def test_a_look_that_gets_no_answer_is_a_finding() -> None:
    (found,) = asyncio.run(looked("slack", never(), 0.01))
    assert (found.name, found.verdict, bool(found.remedy)) == ("slack", Verdict.FAIL, True)


def test_what_a_look_meets_is_a_finding_and_no_error() -> None:
    async def meets(error: Exception) -> Iterable[Finding]:
        raise error

    async def looks() -> list[Verdict]:
        errors = (DatabaseUnavailable("away"), Uncertain("lost"), Retryable("reset"), Retryable("limited", 30.0))
        return [found.verdict for error in errors for found in await looked("x", meets(error), 30.0)]

    assert asyncio.run(looks()) == [Verdict.FAIL, Verdict.FAIL, Verdict.FAIL, Verdict.WARN]


def test_the_worst_line_is_the_verdict() -> None:
    lines = [well("a", "a"), unused("b", "b"), doubtful("c", "c", "d"), failing("d", "d", "e")]
    assert [worst(lines[:count]) for count in range(5)] == [Verdict.OK, *Verdict]
