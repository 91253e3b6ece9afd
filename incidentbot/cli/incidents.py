"""`incidentbot incidents …`: the use cases from a terminal, also while Slack is down."""

from enum import StrEnum
from typing import Annotated

import typer

from incidentbot.domain.correction import Corrected
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import GroupBy
from incidentbot.domain.story import Document

incidents = typer.Typer(help="Look at incidents and move them, also while Slack is down.", no_args_is_help=True)
action = typer.Typer(help="What is to be done about an incident, by whom and until when.", no_args_is_help=True)
incidents.add_typer(action, name="action")

Json = Annotated[bool, typer.Option("--json", help="Answer as JSON, in the shape of the REST API.")]
Team = Annotated[str | None, typer.Option(help="The workspace (its team id), where more than one is installed.")]
As = Annotated[
    str, typer.Option("--as", metavar="USER", help="Act as this person, by their rights: a user id, or such as @ana.")
]
Ref = Annotated[str, typer.Argument(help="The incident, such as INC-42.")]
Item = Annotated[int, typer.Argument(min=1, max=9999, help="The number of the action item.")]
Assignee = Annotated[str | None, typer.Option(metavar="USER", help="Who does it: a user id, or such as @ana.")]
Due = Annotated[str | None, typer.Option(help="4h, 3d, 2w, 2026-01-20 or 2026-01-20 14:45 (UTC).")]
Words = Annotated[list[str] | None, typer.Argument(help="Why, or what was done.")]


class StateChoice(StrEnum):
    """What `--state` takes."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    ALL = "all"


def typed(words: list[str] | None) -> str:
    """Words as they were typed, without what a terminal would not show."""
    from incidentbot.domain.text import clean_text

    text = " ".join(words or ())
    return clean_text(text, len(text) + 1)


@incidents.command("list")
def list_(
    state: Annotated[list[StateChoice] | None, typer.Option(help="May be given more than once.")] = None,
    severity: Annotated[Severity | None, typer.Option(case_sensitive=False)] = None,
    q: Annotated[
        str,
        typer.Option(
            "--search", "-q", help="Words of the title or description; of the last one the beginning is enough."
        ),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
    cursor: Annotated[str, typer.Option(help="The next_cursor of the page before.")] = "",
    as_json: Json = False,
    team: Team = None,
    as_: As = "",
) -> None:
    """List incidents, the newest first; without --state, those that are not resolved."""
    from incidentbot.cli.desk import desk

    with desk(team, as_json=as_json, as_=as_) as at:
        at.list(tuple(state or ("open", "acknowledged")), severity, q, limit, cursor)


@incidents.command()
def show(ref: Ref, as_json: Json = False, team: Team = None, as_: As = "") -> None:
    """Show one incident with its timeline."""
    from incidentbot.cli.desk import desk

    with desk(team, as_json=as_json, as_=as_) as at:
        at.show(ref)


@incidents.command()
def create(
    title: Annotated[list[str], typer.Argument(help="What is broken, in one line.")],
    severity: Annotated[Severity, typer.Option(case_sensitive=False)] = Severity.HIGH,
    description: Annotated[str, typer.Option(help="What is known so far.")] = "",
    ci: Annotated[
        list[str] | None, typer.Option(help="What is affected, by its name; may be given repeatedly.")
    ] = None,
    drill: Annotated[bool, typer.Option("--drill", help="An exercise: marked everywhere, counted nowhere.")] = False,
    as_json: Json = False,
    team: Team = None,
    as_: As = "",
) -> None:
    """Create an incident."""
    from incidentbot.cli.desk import desk
    from incidentbot.domain.incident import Draft
    from incidentbot.domain.monitoring import CiRef
    from incidentbot.domain.text import clean_line, clean_text
    from incidentbot.usecases import create as create_incident

    cis = tuple(CiRef("", clean_line(name, 250)) for name in ci or ())
    draft = Draft(typed(title), severity, clean_text(description, len(description) + 1), cis=cis, drill=drill)
    with desk(team, as_json=as_json, as_=as_) as at:
        at.do(create_incident, draft)


@incidents.command()
def ack(ref: Ref, note: Words = None, as_json: Json = False, team: Team = None, as_: As = "") -> None:
    """Acknowledge an incident."""
    from incidentbot.cli.desk import desk
    from incidentbot.usecases import acknowledge

    with desk(team, as_json=as_json, as_=as_) as at:
        at.do(acknowledge, ref, typed(note))


@incidents.command()
def resolve(ref: Ref, note: Words = None, as_json: Json = False, team: Team = None, as_: As = "") -> None:
    """Resolve an incident."""
    from incidentbot.cli.desk import desk
    from incidentbot.usecases import resolve as resolve_incident

    with desk(team, as_json=as_json, as_=as_) as at:
        at.do(resolve_incident, ref, typed(note))


@incidents.command()
def reopen(ref: Ref, reason: Words = None, as_json: Json = False, team: Team = None, as_: As = "") -> None:
    """Open a resolved incident again."""
    from incidentbot.cli.desk import desk
    from incidentbot.usecases import reopen as reopen_incident

    with desk(team, as_json=as_json, as_=as_) as at:
        at.do(reopen_incident, ref, typed(reason))


@incidents.command()
def correct(
    ref: Ref,
    what: Annotated[Corrected, typer.Argument(help="What was at another time.")],
    time: Annotated[list[str], typer.Argument(help="14:45, 2026-01-20 14:45 (UTC), or 20m ago.")],
    as_json: Json = False,
    team: Team = None,
    as_: As = "",
) -> None:
    """Correct a time that was recorded wrongly."""
    from incidentbot.cli.desk import desk
    from incidentbot.usecases import correct as correct_time

    with desk(team, as_json=as_json, as_=as_) as at:
        at.do(correct_time, ref, what, typed(time))


@incidents.command()
def note(
    ref: Ref,
    text: Annotated[list[str], typer.Argument(help="What is to stand in the timeline.")],
    as_json: Json = False,
    team: Team = None,
    as_: As = "",
) -> None:
    """Add a note to an incident's timeline."""
    from incidentbot.cli.desk import desk
    from incidentbot.usecases import add_note

    with desk(team, as_json=as_json, as_=as_) as at:
        at.do(add_note, ref, typed(text))


@incidents.command()
def stats(
    period: Annotated[str, typer.Argument(help="7d, 30d, 90d, 24h, or dates: 2026-01-01/2026-01-31.")] = "7d",
    by: Annotated[GroupBy | None, typer.Option(help="Tell the figures apart by this.")] = None,
    definitions: Annotated[bool, typer.Option("--definitions", help="Say what each figure means.")] = False,
    as_json: Json = False,
    team: Team = None,
    as_: As = "",
) -> None:
    """Tell how many incidents a period had, and how fast people were."""
    from incidentbot.cli.desk import desk

    with desk(team, as_json=as_json, as_=as_) as at:
        at.stats(period, by, definitions=definitions)


@incidents.command()
def export(
    ref: Ref,
    document: Annotated[Document, typer.Option("--format", help="All of it, or the draft of a retrospective.")] = (
        Document.MARKDOWN
    ),
    as_json: Json = False,
    team: Team = None,
    as_: As = "",
) -> None:
    """Print an incident and its whole timeline as Markdown or JSON, or the draft of a retrospective."""
    from incidentbot.cli.desk import desk

    with desk(team, as_json=as_json, as_=as_) as at:
        at.export(ref, document)


@action.command("list")
def list_items(ref: Ref, as_json: Json = False, team: Team = None, as_: As = "") -> None:
    """List the action items of an incident, the open ones first."""
    from incidentbot.cli.desk import desk

    with desk(team, as_json=as_json, as_=as_) as at:
        at.items(ref)


@action.command("add")
def add_item(
    ref: Ref,
    text: Annotated[list[str], typer.Argument(help="What is to be done.")],
    assignee: Assignee = None,
    due: Due = None,
    as_json: Json = False,
    team: Team = None,
    as_: As = "",
) -> None:
    """Add an action item."""
    from incidentbot.cli.desk import desk
    from incidentbot.usecases import add_action

    with desk(team, as_json=as_json, as_=as_) as at:
        at.do(add_action, ref, typed(text), at.person(assignee or ""), due or "")


@action.command("change")
def change_item(
    ref: Ref,
    number: Item,
    text: Annotated[str | None, typer.Option(help="What is to be done instead.")] = None,
    assignee: Assignee = None,
    due: Due = None,
    as_json: Json = False,
    team: Team = None,
    as_: As = "",
) -> None:
    """Change what an action item says, who does it (--assignee none: nobody), or when it is due (--due none)."""
    from incidentbot.cli.desk import desk
    from incidentbot.domain.action_items import ItemEdit
    from incidentbot.usecases import change_action

    with desk(team, as_json=as_json, as_=as_) as at:
        person = None if assignee is None else at.person("" if assignee == "none" else assignee)
        wanted = ItemEdit(None if text is None else typed([text]), person, "" if due == "none" else due)
        at.do(change_action, ref, number, wanted)


@action.command("done")
def end_item(ref: Ref, number: Item, as_json: Json = False, team: Team = None, as_: As = "") -> None:
    """Say that an action item is done."""
    from incidentbot.cli.desk import desk
    from incidentbot.usecases import end_action

    with desk(team, as_json=as_json, as_=as_) as at:
        at.do(end_action, ref, number)


@action.command("reopen")
def reopen_item(ref: Ref, number: Item, as_json: Json = False, team: Team = None, as_: As = "") -> None:
    """Say that an action item is not done after all."""
    from incidentbot.cli.desk import desk
    from incidentbot.usecases import reopen_action

    with desk(team, as_json=as_json, as_=as_) as at:
        at.do(reopen_action, ref, number)
