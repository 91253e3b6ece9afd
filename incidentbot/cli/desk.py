"""Where the commands about incidents are carried out: the store is opened, the answer printed, a refusal ends in 1."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Concatenate, Final, NoReturn, ParamSpec, Protocol, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from incidentbot import queries, tracing
from incidentbot.bootstrap import CannotStart
from incidentbot.cli.explained import explained, in_words
from incidentbot.cli.starting import fail, service_for
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.refusals import NoWorkspace, Refusal, Refused
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import GroupBy
from incidentbot.domain.story import Document, Story
from incidentbot.domain.workspace import Workspace
from incidentbot.queries.people import known_names
from incidentbot.queries.story import story
from incidentbot.render import answers
from incidentbot.render import stats as render_stats
from incidentbot.render.action import action_line, in_order
from incidentbot.render.entry import line
from incidentbot.render.export import as_json, written
from incidentbot.render.markdown import named
from incidentbot.render.refusals import sentence
from incidentbot.store import DatabaseUnavailable, Store
from incidentbot.usecases import Cause, Done, Outcome, erase_person
from incidentbot.usecases.denied import may_not
from incidentbot.web.models import EntryPage
from incidentbot.web.refused import as_problem_facts
from incidentbot.web.shapes import incident_by_ref, items_by_ref, page_of, shape_of, timeline_by_ref
from incidentbot.web.stats import stats_shape

P = ParamSpec("P")

ACTOR: Final = Actor(Source.CLI, name="cli")
PAGE: Final = 100


@contextmanager
def desk(team: str | None, *, as_json: bool, as_: str = "") -> Iterator["Desk"]:
    """The desk of the workspace `team` (None: the only one). What is refused there ends the process with 1.

    Whoever is named by `as_` (an id or a name) acts there, with the rights that they have; "" is the administrator.
    """
    with opened(team, as_json=as_json) as (store, workspace):
        person = queries.person_named(store, workspace.team_id, as_) if as_ else None
        actor = Actor(Source.CLI, id=person.id, name=person.name) if person else ACTOR
        yield Desk(store, workspace, as_json=as_json, actor=actor)


@contextmanager
def opened(team: str | None, *, as_json: bool) -> Iterator[tuple[Store, Workspace]]:
    """The store and the workspace `team` (None: the only one). What is refused meanwhile ends the process with 1."""
    service = service_for("incidents")
    try:
        service.prepare_database()
        found = queries.workspace(service.store, team)
        if isinstance(found, NoWorkspace):
            refuse(found, as_json=as_json)
        with tracing.begun("command", "internal"):
            yield service.store, found
    except Refused as error:
        refuse(error.refusal, as_json=as_json)
    except CannotStart as error:
        fail(str(error))
    except DatabaseUnavailable as error:
        fail(f"The database does not answer, and nothing was changed: {error}")
    finally:
        service.close()


def refuse(refusal: Refusal, *, as_json: bool) -> NoReturn:
    """Say what was refused and what to do instead, and end."""
    if not as_json:
        fail(named(sentence(refusal), {}))
    _, code, message, details = as_problem_facts(refusal)
    _print_json({"error": {"code": code, "message": message, "details": details}})
    raise typer.Exit(1)


class Desk:
    """One workspace's incidents at a terminal."""

    def __init__(self, store: Store, workspace: Workspace, *, as_json: bool, actor: Actor = ACTOR) -> None:
        self._store = store
        self._workspace = workspace
        self._as_json = as_json
        self._actor = actor

    def explain(self, who: str, word: str) -> None:
        """Print which role somebody has, by what, and whether it lets them."""
        found = queries.explain_permission(self._store, self._workspace.team_id, who, word)
        if self._as_json:
            _print_json(explained(found))
        else:
            print(in_words(found), end="")

    def erase(self, person: str) -> None:
        """Take a person out of everything that is kept, and say what changed."""
        erased = erase_person(self._store, self._cause(), person)
        print(
            f"{person} is erased: in {erased.audit_rows} rows of the audit log, {erased.entries} timeline entries"
            f" and {erased.rows} other rows. What people wrote about them in words of their own is kept."
        )

    def _cause(self) -> Cause:
        return Cause(self._workspace.team_id, f"cli:{uuid.uuid4().hex}", self._actor, "cli")

    def _look(self) -> None:
        """Refused where who acts may not see what is asked for."""
        refusal = may_not(self._store, self._cause(), Right.VIEW)
        if refusal:
            raise Refused(refusal)

    def do(self, use_case: Callable[Concatenate[Store, Cause, P], Outcome], *args: P.args, **kwargs: P.kwargs) -> None:
        """Carry out a use case and say what came of it."""
        outcome = use_case(self._store, self._cause(), *args, **kwargs)
        if not isinstance(outcome, Done):
            refuse(outcome, as_json=self._as_json)
        if self._as_json:
            _print_json(self._shape(outcome.incident))
        else:
            print(named(answers.done(outcome).text, self._story(outcome.incident).names))

    def list(self, states: Sequence[str], severity: Severity | None, q: str, limit: int, cursor: str) -> None:
        """Print a page of incidents."""
        self._look()
        wanted = () if "all" in states else tuple(State(state) for state in states)
        page = queries.list_incidents(
            self._store, self._workspace.team_id, states=wanted, severity=severity, q=q, limit=limit, cursor=cursor
        )
        if self._as_json:
            _print_json(page_of(self._store, self._workspace, page).model_dump(mode="json"))
            return
        Console(highlight=False).print(_table(page.items))
        if page.next_cursor:
            counted = f"More than {page.total:,}" if page.exceeded else f"{page.total:,}"
            print(f"{counted} in all; the next ones: --cursor {page.next_cursor}")

    def stats(self, period: str, by: GroupBy | None, *, definitions: bool) -> None:
        """Print the figures of a period and, where wanted, what each of them means."""
        self._look()
        found = queries.stats(self._store, self._workspace.team_id, period, by)
        if self._as_json:
            _print_json(stats_shape(found).model_dump(mode="json"))
            return
        people = found.groups if by is GroupBy.PERSON else ()
        names = dict(known_names(self._store, self._workspace.team_id, people))
        told = [render_stats.statistics(found), *([render_stats.definitions()] if definitions else [])]
        print(*(named(message.text, names).replace("*", "") for message in told), sep="\n\n")

    def show(self, ref: str) -> None:
        """Print an incident with its timeline, a line an entry."""
        self._look()
        story = self._story(incident_by_ref(self._store, self._workspace, ref))
        if self._as_json:
            _print_json({**self._shape(story.incident), "timeline": list(self._entry_shapes(ref))})
            return
        names = story.names
        print(named(answers.show(story.incident, story.entries).text, names), story.url, sep="\n" if story.url else "")
        for entry in story.entries:
            print(f"  {entry.seq:>3}  {named(line(entry), names)}")

    def items(self, ref: str) -> None:
        """Print the action items of an incident, a line each, the open ones first."""
        self._look()
        found = items_by_ref(self._store, self._workspace, ref)
        if self._as_json:
            _print_json(found.model_dump(mode="json"))
            return
        story = self._story(incident_by_ref(self._store, self._workspace, ref))
        for item in in_order(story.actions):
            print(named(action_line(item), story.names))

    def person(self, who: str) -> str:
        """The id of somebody who is named by id or name; "" for nobody."""
        return queries.person_named(self._store, self._workspace.team_id, who).id if who else ""

    def export(self, ref: str, document: Document) -> None:
        """Print an incident as a document; with --json, one that is no JSON is the value of "markdown"."""
        self._look()
        story = self._story(incident_by_ref(self._store, self._workspace, ref))
        if document is Document.JSON:
            _print_json(as_json(story))
        elif self._as_json:
            _print_json({"ref": story.incident.reference, "markdown": written(story, document)})
        else:
            print(written(story, document), end="")

    def _story(self, incident: Incident) -> Story:
        return story(self._store, self._workspace, incident)

    def _entry_shapes(self, ref: str) -> Iterator[dict[str, Any]]:
        def page(cursor: str) -> EntryPage:
            return timeline_by_ref(self._store, self._workspace, ref, PAGE, cursor)

        for part in _pages(page):
            yield from (entry.model_dump(mode="json") for entry in part.items)

    def _shape(self, incident: Incident) -> dict[str, Any]:
        return shape_of(self._store, self._workspace, incident).model_dump(mode="json")


class _Page(Protocol):
    """A part of a list, and how to ask for the next one."""

    @property
    def next_cursor(self) -> str:
        """Where the next part begins; empty at the end."""


Part = TypeVar("Part", bound=_Page)


def _pages(ask: Callable[[str], Part]) -> Iterator[Part]:
    """All parts of a list, asked for one after the other."""
    cursor = ""
    while True:
        part = ask(cursor)
        yield part
        if not (cursor := part.next_cursor):
            return


def _table(found: Sequence[Incident]) -> Table:
    table = Table("Incident", "State", "Severity", "Title", "Since", box=None, pad_edge=False)
    for one in found:
        table.add_row(
            one.reference,
            one.state.value,
            one.severity.value,
            Text(f"DRILL · {one.title}" if one.drill else one.title),
            f"{one.state_since:%Y-%m-%d %H:%M} UTC",
        )
    return table


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
