"""The listeners of our steps in Workflow Builder: what a workflow asks for is done at once, and how it ended follows.

A workflow is nobody. It has the rights of the person who ran it, where Slack vouches for them, or else those of
everybody. Whom its author named is told as who reports it, and gives no right.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self, TypeVar

from incidentbot.domain.incident import Draft
from incidentbot.domain.lifecycle import State
from incidentbot.domain.outcome import Done, Outcome
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import BadField, Refused
from incidentbot.domain.severity import Severity
from incidentbot.domain.step import Step
from incidentbot.render.mrkdwn import is_user_id
from incidentbot.render.plain import words
from incidentbot.render.refusals import refusal
from incidentbot.slack.asker import Asker
from incidentbot.slack.parts import SlackParts
from incidentbot.slack.typed_text import clean
from incidentbot.usecases import Cause, create
from incidentbot.usecases.adjust import adjust
from incidentbot.usecases.end_step import end_step

# What a workflow wants changed may need each of them.
RIGHTS: Final = (Right.ACKNOWLEDGE, Right.COMMENT, Right.REOPEN, Right.RESOLVE, Right.UPDATE, Right.VIEW)
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a step: Slack's id of it, and what the workflow put in."""

    execution: str
    inputs: Mapping[str, Any]

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Self:
        return cls(event.get("function_execution_id") or "", event.get("inputs") or {})

    def text(self, name: str) -> str:
        """An input as text; what is no text is as good as nothing."""
        given = self.inputs.get(name)
        return clean(given).strip() if isinstance(given, str) else ""

    def one_of(self, name: str, words_of: type[Word]) -> Word | None:
        """An input as one of the words that there are, however it is spelt; None where none is given."""
        given = self.text(name)
        try:
            return words_of(given.lower()) if given else None
        except ValueError:
            choices = tuple(word.value for word in words_of)
            raise Refused(BadField(name, "unknown", value=given[:80], choices=choices)) from None

    def cause(self, asker: Asker) -> Cause:
        """A run that is delivered again changes nothing twice."""
        return asker.cause(f"step:{self.execution}", "step")


class Steps:
    """What workflows have us do. Slack delivers a run until it is acknowledged; it is done and ended once."""

    def __init__(self, parts: SlackParts) -> None:
        self._parts = parts

    async def create(self, event: Mapping[str, Any], asker: Asker) -> None:
        """A new incident."""
        await self._end(asker, _Run.of(event), self._created)

    async def update(self, event: Mapping[str, Any], asker: Asker) -> None:
        """A note, another severity, another state: whatever differs from what is so already."""
        await self._end(asker, _Run.of(event), self._adjusted)

    async def _created(self, asker: Asker, run: _Run) -> Outcome:
        severity = run.one_of("severity", Severity) or Severity.HIGH
        draft = Draft(
            run.text("title"), severity, description=run.text("description"), reporter=_named(run.text("user"))
        )
        return await self._parts.store.run(create, run.cause(asker), draft)

    async def _adjusted(self, asker: Asker, run: _Run) -> Outcome:
        severity, state = run.one_of("severity", Severity), run.one_of("state", State)
        ref, text = run.text("incident"), run.text("text")
        if not ref:
            raise Refused(BadField("incident", "blank"))
        return await self._parts.store.run(adjust, run.cause(asker), ref, severity=severity, state=state, text=text)

    async def _end(self, asker: Asker, run: _Run, work: Callable[[Asker, _Run], Awaitable[Outcome]]) -> None:
        """Do it; how it ended is told to Slack by an effect, however long Slack is away."""
        try:
            outcome = await work(asker, run)
        except Refused as refused:
            outcome = refused.refusal
        if isinstance(outcome, Done):
            ended = Step(run.execution, outcome.incident.number)
        else:
            ended = Step(run.execution, problem=words(str(refusal(outcome).text)))
        await self._parts.store.run(end_step, asker.team_id, ended)


def _named(user: str) -> str:
    return user if is_user_id(user) else ""
