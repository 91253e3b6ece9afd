"""The answer to a question in words: text, a table, bars, or a proposal that somebody has to confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from incidentbot.domain.inquiry import NotAnswered
from incidentbot.domain.job import Answered, Failed, Job, JobState, QuestionOrder
from incidentbot.domain.nopesight import ProposedAction, Table
from incidentbot.domain.proposals import PROPOSALS
from incidentbot.domain.text import clean_line
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import NOTHING, Escaped, Words, code, cut, escape, fill, fit, joined, number, user
from incidentbot.render.nopesight import reference_number, why_not
from incidentbot.render.vocabulary import person

TEXT_LIMIT: Final = 3900
ROWS: Final = 20
TABLE_LIMIT: Final = 2900
CELL: Final = 40
BARS: Final = 20
_ABSENT: Final = frozenset({"not_connected", "not_there"})
_MISSING: Final[Mapping[str, Escaped]] = Words(
    {
        "not_connected": fill("NopeSight is not connected"),
        "unreachable": fill("NopeSight's AI does not answer"),
        "busy": fill("NopeSight's AI is busy"),
        "token_refused": fill("NopeSight refuses this service's token"),
        "not_there": fill("this NopeSight has no AI that answers"),
        "refused": fill("NopeSight's AI refused the question"),
    }
)


def answer(job: Job) -> Message:
    """The message as it must look now: thinking, answered, or why not."""
    if isinstance(job.result, Failed) or job.state is JobState.FAILED:
        number_of = job.result.number if isinstance(job.result, Failed) else ""
        text = joined([fill("Sorry, this could not be answered. Ask again in a moment."), reference_number(number_of)])
        return Message(text, (blocks.section(text),))
    if not isinstance(job.result, Answered):
        text = fill("Thinking… 🤔")
        return Message(text, (blocks.section(text),))
    return _answered(job, job.result)


def _answered(job: Job, given: Answered) -> Message:
    said, table, action = given.answer.answer, given.answer.table, given.answer.action
    if given.by == "nobody" and not said:
        text = joined([fill("Sorry, this could not be answered."), why_not(_reason(given))])
        return Message(text, (blocks.section(text), blocks.context([_asked(job)])))
    opening = fill("I do not understand that question.") if given.by == "nobody" else NOTHING
    shown: list[dict[str, Any]] = [blocks.section(opening)] if opening else []
    quoted, left = blocks.body(said, 2500)
    shown += [blocks.paragraph(said)] if quoted and not left else quoted
    if table is not None:
        shown += _table(table)
    if action is not None:
        shown += _proposal(job.id, given, action)
    shown.append(blocks.context([_asked(job), _by(given), left]))
    counted = fill("({count} rows)", count=number(table.total)) if table is not None else NOTHING
    text = joined([opening, escape(said, 2500), counted, escape(action.description, 300) if action else NOTHING])
    return Message(fit(text or fill("An answer without words."), TEXT_LIMIT), tuple(shown))


def _asked(job: Job) -> Escaped:
    """To which question this is the answer: several may have been asked at once."""
    question = job.order.text if isinstance(job.order, QuestionOrder) else ""
    return fill("“{question}” by {who}", question=escape(question, 150), who=person(job.actor))


def _reason(given: Answered) -> NotAnswered:
    return NotAnswered(given.missing or "refused", given.number)


def _by(given: Answered) -> Escaped:
    if given.by == "ai":
        return fill("By NopeSight's AI, which can be wrong")
    missing = _MISSING.get(given.missing, NOTHING)
    own = fill("By incidentbot, from its own and NopeSight's data")
    # That there is no AI is no error that anybody would look up.
    number_of = NOTHING if given.missing in _ABSENT else reference_number(given.number)
    return joined([own, missing, number_of], " · ")


def _table(table: Table) -> list[dict[str, Any]]:
    """The table in columns, or as bars where it pairs names with numbers."""
    rows = [[cut(clean_line(cell, CELL) or "–", CELL) for cell in row] for row in table.rows[:ROWS]]  # noqa: RUF001 (a dash for nothing)
    heads = [cut(clean_line(column, CELL) or "–", CELL) for column in table.columns]  # noqa: RUF001 (as above)
    text, told = _lines(heads, rows, _bars(rows))
    left = table.total - told
    more = [blocks.context([fill("and {left} more", left=number(left))])] if left > 0 else []
    return [blocks.preformatted(text), *more] if text else more


def _lines(heads: Sequence[str], rows: Sequence[Sequence[str]], bars: Sequence[str]) -> tuple[str, int]:
    """As many lines as there is room for, and how many rows they tell."""
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(heads, widths, strict=True)).rstrip()]
    for place, row in enumerate(rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        lines.append(f"{line}  {bars[place]}".rstrip() if bars else line)
        if sum(map(len, lines)) + len(lines) > TABLE_LIMIT:
            return cut("\n".join(lines[:-1]), TABLE_LIMIT), place
    return cut("\n".join(lines), TABLE_LIMIT), len(rows)


def _bars(rows: Sequence[Sequence[str]]) -> list[str]:
    """A bar a row where each is a name and a number that is not negative, else none."""
    try:
        values = [float(row[1]) for row in rows if len(row) == 2]  # noqa: PLR2004 - a name and a number
    except ValueError:
        return []
    if len(values) != len(rows) or len(rows) < 2 or min(values) < 0 or not 0 < max(values) < float("inf"):  # noqa: PLR2004 - one bar says nothing
        return []
    return ["█" * max(round(value / max(values) * BARS), 1 if value else 0) for value in values]


def _proposal(job_id: str, given: Answered, action: ProposedAction) -> list[dict[str, Any]]:
    described = escape(action.description or action.name.replace("_", " "), 500)
    if action.name not in PROPOSALS:
        return [blocks.section(fill("It proposes something that is not done from here: {what}", what=described))]
    if given.settled:
        who = user(given.settled_by)
        done = fill("Dismissed by {who}", who=who)
        if given.settled == "confirmed":
            done = fill("Confirmed by {who}", who=who)
        return [blocks.section(joined([described, done], "\n"))]
    told = [
        fill("{name}: {value}", name=escape(name, 60), value=code(str(value), 200)) for name, value in _plain(action)
    ]
    risk = fill("Risk: {risk}", risk=escape(action.risk, 40))
    buttons = (
        blocks.button(fill_plain("Do it"), ids.CONFIRM_PROPOSAL, job_id, primary=True),
        blocks.button(fill_plain("No, thanks"), ids.DISMISS_PROPOSAL, job_id),
    )
    shown = joined([fill("Shall I? {what}", what=described), *told, risk], "\n")
    return [blocks.section(shown), blocks.actions(*buttons)]


def _plain(action: ProposedAction) -> list[tuple[str, str | int | float]]:
    return [(name, value) for name, value in action.parameters.items() if isinstance(value, str | int | float)][:10]
