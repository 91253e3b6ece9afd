"""What a request gives to a workflow, and what its actions come to with it; nothing is carried out here."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from incidentbot.domain.permissions import Permissions, Right, Role
from incidentbot.domain.severity import Severity
from incidentbot.domain.workflows import (
    BadInputs,
    CreateIncident,
    Diagnosis,
    Given,
    Input,
    NewIncident,
    NotDone,
    Notice,
    NotifyTeam,
    OutcomeState,
    RunDiagnostics,
    Workflow,
    decide,
    fill,
    read_given,
    rehearse,
)

ADMIN = Role("admin", frozenset(Right), frozenset(Right))
OPERATOR = Role("operator", frozenset(), frozenset({Right.CREATE, Right.SHARE, Right.VIEW}))
NOBODY = Role("nobody")
PERMISSIONS = Permissions({role.name: role for role in (ADMIN, OPERATOR, NOBODY)}, default="nobody")
WORKFLOW = Workflow(
    "response",
    "Incident Response",
    (
        CreateIncident("{{workflow.title}}", "{{inputs.severity}}", "{{ inputs.description }}", cis=("{{inputs.ci}}",)),
        NotifyTeam("#incidents", ("@oncall",), "{{inputs.count}} of {{inputs.urgent}}"),
        RunDiagnostics("{{inputs.ci}}", auto_remediate=True),
    ),
    (
        Input("severity", "select", ("critical", "high", "worst"), required=True),
        Input("description"),
        Input("ci"),
        Input("count", "number"),
        Input("urgent", "boolean"),
    ),
)


def given(title: str = "", **inputs: Any) -> Given:
    return read_given(WORKFLOW, {"title": title, "inputs": {"severity": "high", **inputs}})


def problems(body: object) -> Mapping[str, str]:
    with pytest.raises(BadInputs) as caught:
        read_given(WORKFLOW, body)
    return {one.field: one.problem for one in caught.value.problems}


def test_everything_given_is_put_in_once_and_as_text() -> None:
    steps = decide(
        WORKFLOW, given("Down", description="{{inputs.ci}} {{7*7}}", ci="WEB", count=3, urgent=True), PERMISSIONS
    )
    created, told, looked = steps
    assert isinstance(created, NewIncident)
    assert (created.title, created.severity, created.description) == ("Down", Severity.HIGH, "{{inputs.ci}} {{7*7}}")
    assert [ci.name for ci in created.cis] == ["WEB"]
    assert told == Notice("#incidents", ("@oncall",), "Down", "3 of true")
    assert looked == Diagnosis("WEB", "", remediate=True)


def test_what_is_not_given_is_nothing_and_the_title_is_then_the_workflows_name() -> None:
    created, told, looked = decide(WORKFLOW, given(), PERMISSIONS)
    assert isinstance(created, NewIncident)
    assert (created.title, created.description, created.cis) == ("Incident Response", "", ())
    assert isinstance(told, Notice)
    assert told.message == " of "
    assert looked == NotDone("no service is named")


def test_a_severity_that_is_none_refuses_its_action_alone() -> None:
    created, told, _ = decide(WORKFLOW, given(severity="worst"), PERMISSIONS)
    assert created == NotDone("worst is no severity; it must be one of critical, high, medium, low")
    assert isinstance(told, Notice)


@pytest.mark.parametrize(
    ("body", "fields"),
    (
        ([], {"body"}),
        ("text", {"body"}),
        ({}, {"inputs.severity"}),
        ({"inputs": []}, {"inputs"}),
        ({"inputs": {"severity": "critical"}, "state": "resolved"}, {"state"}),
        ({"inputs": {"severity": "critical", "role": "admin"}}, {"inputs.role"}),
        ({"inputs": {"severity": "low"}}, {"inputs.severity"}),
        ({"inputs": {"severity": None}}, {"inputs.severity"}),
        ({"inputs": {"severity": ["critical"]}}, {"inputs.severity"}),
        ({"inputs": {"severity": "critical", "count": "3"}}, {"inputs.count"}),
        ({"inputs": {"severity": "critical", "count": True}}, {"inputs.count"}),
        ({"inputs": {"severity": "critical", "urgent": "yes"}}, {"inputs.urgent"}),
        ({"inputs": {"severity": "critical", "description": "x" * 3_001}}, {"inputs.description"}),
        ({"title": 7, "inputs": {"severity": "critical"}}, {"title"}),
        ({"title": "x" * 1_001, "inputs": {"severity": "critical"}}, {"title"}),
        ({"dry_run": "no", "inputs": {"severity": "critical"}}, {"dry_run"}),
        ({"inputs": {"count": "a", "urgent": 1}}, {"inputs.severity", "inputs.count", "inputs.urgent"}),
    ),
)
def test_everything_that_is_wrong_is_named_at_once(body: object, fields: set[str]) -> None:
    assert set(problems(body)) == fields


@pytest.mark.parametrize(
    ("role", "refused"),
    (
        ("admin", []),
        ("operator", ["run_diagnostics"]),
        ("nobody", ["create_incident", "notify_team", "run_diagnostics"]),
    ),
)
def test_each_action_needs_the_right_of_what_it_does(role: str, refused: list[str]) -> None:
    outcomes = rehearse(replace(WORKFLOW, role=role), given(ci="WEB"), PERMISSIONS)
    assert [one.type for one in outcomes if one.outcome is OutcomeState.REFUSED] == refused
    assert all(role in one.detail for one in outcomes if one.outcome is OutcomeState.REFUSED)


def test_looking_at_a_service_changes_nothing_and_needs_no_right_to_run_playbooks() -> None:
    workflow = replace(WORKFLOW, role="operator", actions=(RunDiagnostics("checkout"),))
    assert decide(workflow, given(), PERMISSIONS) == (Diagnosis("checkout", "", remediate=False),)


@for_any(st.text(max_size=60), st.text(max_size=60))
def test_what_is_put_in_is_never_looked_at_again(first: str, second: str) -> None:
    assert fill("{{a}}{{b}}", {"a": first, "b": second}) == first + second


@for_any(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["title", "inputs", "severity", "count", "urgent", "x"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused_by_name(body: object) -> None:
    try:
        inputs = set(read_given(WORKFLOW, body).inputs)
    except BadInputs as error:
        inputs = set() if error.problems else {"refused, and nothing is named"}
    assert inputs in (set(), {one.name for one in WORKFLOW.inputs})
