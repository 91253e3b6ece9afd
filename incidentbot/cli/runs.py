"""Workflows and their runs at a terminal."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from incidentbot.cli.desk import refuse
from incidentbot.cli.starting import fail
from incidentbot.domain.workflows import (
    ActionOutcome,
    BadInputs,
    DeliveryReused,
    Input,
    Run,
    TooManyRuns,
    Workflow,
    read_given,
    rehearse,
)
from incidentbot.queries.workflows import workflow_run
from incidentbot.store import Store
from incidentbot.usecases.run_workflow import given_again, run_workflow, workflow_cause
from incidentbot.web.workflows import action_shape, run_shape


def print_workflows(found: Sequence[Workflow], *, as_json: bool) -> None:
    """Which workflows there are."""
    if as_json:
        _print_json([_shape(one) for one in found])
        return
    if not found:
        print("The settings have no workflows.")
    for one in found:
        print(f"{one.slug}: {one.name}, as {one.role}")
        print(f"  POST /slack/workflows/{one.slug}")
        for each in one.inputs:
            print(f"  input {each.name}: {_told(each)}")
        print(f"  actions: {', '.join(action.type for action in one.actions)}")


def print_trial(workflow: Workflow, title: str, inputs: Iterable[str], *, as_json: bool) -> None:
    """What a run would do."""
    from incidentbot.bootstrap import permissions_of
    from incidentbot.cli.starting import settings_for

    try:
        given = read_given(workflow, {"title": title, "inputs": _values(workflow, inputs)})
    except BadInputs as error:
        fail(f"{error}.")
    outcomes = rehearse(workflow, given, permissions_of(settings_for("workflows").file))
    if as_json:
        _print_json([action_shape(one) for one in outcomes])
        return
    for one in outcomes:
        print(_line(one))


def print_runs(found: Sequence[Run], *, as_json: bool) -> None:
    """What ran."""
    if as_json:
        _print_json([run_shape(one) for one in found])
        return
    if not found:
        print("Nothing ran yet.")
    for run in found:
        again = f", again for {run.redelivery_of}" if run.redelivery_of else ""
        print(f"{run.id}  {run.created_at:%Y-%m-%d %H:%M:%S} UTC  {run.slug}: {run.title or run.name}{again}")
        for one in run.outcomes:
            print(f"  {_line(one)}")


def run_again(store: Store, team_id: str, run_id: str, *, every: bool, as_json: bool) -> None:
    """Run it again."""
    run = workflow_run(store, team_id, run_id)
    if run is None:
        fail(f"There is no run {run_id[:80]}. `incidentbot workflows runs` lists them.")
    workflow = store.policy.workflows.get(run.slug)
    if workflow is None:
        fail(f'The settings have no workflow "{run.slug}" any more.')
    if not every and not run.undone:
        fail("Nothing of that run came to nothing. --all repeats all of it.")
    cause = workflow_cause(team_id, f"again:{uuid.uuid4().hex}", workflow, "cli")
    only = None if every else run.undone
    outcome = run_workflow(store, cause, workflow, given_again(run), repeats=run, only=only)
    match outcome:
        case Run():
            print_runs([outcome], as_json=as_json)
        case TooManyRuns():
            fail(f"It was started {outcome.limit} times within a minute. Try again in {outcome.seconds} s.")
        case DeliveryReused():
            raise AssertionError("a redelivery has an id of its own")
        case _:
            refuse(outcome, as_json=as_json)


def _values(workflow: Workflow, inputs: Iterable[str]) -> Mapping[str, object]:
    types = {one.name: one.type for one in workflow.inputs}
    pairs = (text.partition("=") for text in inputs)
    return {name.strip(): _value(types.get(name.strip(), "text"), value) for name, _, value in pairs}


def _value(kind: str, text: str) -> object:
    """What a request would have in its JSON; what is none is left as text, and refused as such."""
    if kind not in {"number", "boolean"}:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _told(one: Input) -> str:
    kind = f"one of {', '.join(one.options)}" if one.options else one.type
    return f"{kind}, required" if one.required else kind


def _line(one: ActionOutcome) -> str:
    said = [one.incident, one.detail]
    return f"{one.type}: {one.outcome.value}{''.join(f' · {text}' for text in said if text)}"


def _shape(one: Workflow) -> dict[str, Any]:
    inputs = [
        {"name": each.name, "type": each.type, "options": list(each.options), "required": each.required}
        for each in one.inputs
    ]
    return {
        "slug": one.slug,
        "name": one.name,
        "role": one.role,
        "runs_per_minute": one.runs_per_minute,
        "inputs": inputs,
        "actions": [action.type for action in one.actions],
    }


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
