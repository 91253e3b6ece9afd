"""Every setting, command, path and metric stands in docs/, and docs/ names none that is not there."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Final, get_args, get_origin

import pytest
import typer
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.routing import Route

from incidentbot.cli import app as command_line
from incidentbot.domain.refusals import Refusal
from incidentbot.settings import Settings
from incidentbot.settings_file import ConfigFile
from incidentbot.slack.slash_commands import parse
from incidentbot.store import Store
from incidentbot.web.app import build_paths
from incidentbot.web.parts import Oauth, WebParts
from tests.architecture.source import files, text

CODE: Final = re.compile(r"`([^`\n]+)`")


@cache
def in_code(document: str) -> tuple[str, ...]:
    """Everything that a document sets as code, in its text and in its tables."""
    return tuple(found.replace("\\|", "|") for found in CODE.findall(text(f"docs/{document}")))


def told(document: str, name: str) -> bool:
    """Whether the document sets `name` as code, alone or at the beginning of what it sets."""
    return any(re.match(rf"{re.escape(name)}(?![\w.-])", code) for code in in_code(document))


# --- settings ---------------------------------------------------------------------------------------------------------

VARIABLES: Final = tuple(
    sorted(
        str(field.validation_alias)
        for field in Settings.model_fields.values()
        if not str(field.validation_alias).startswith("_")
    )
)


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_is_documented(name: str) -> None:
    assert told("configuration.md", name)


def paths(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The path of every key of the file; `[]` stands for an item of a list, `<name>` for a key of one's own."""
    for name, field in model.model_fields.items():
        found = list(_paths_within(field.annotation, f"{prefix}{name}"))
        yield from found or [f"{prefix}{name}"]


def _paths_within(kind: Any, path: str) -> Iterator[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from paths(kind, f"{path}.")
        return
    step = {list: "[]", dict: ".<name>"}.get(get_origin(kind), "") if get_origin(kind) is not Annotated else ""
    arguments = get_args(kind)[-1:] if get_origin(kind) in {list, dict} else get_args(kind)
    for argument in arguments:
        yield from _paths_within(argument, f"{path}{step}")


# Which parameters an action takes depends on its type: one line tells of them all.
KEYS: Final = tuple(sorted({re.sub(r"\.params\..*", ".params", path) for path in paths(ConfigFile)}))


@pytest.mark.parametrize("path", KEYS)
def test_every_key_of_the_file_is_documented(path: str) -> None:
    assert told("configuration.md", path)


def test_no_key_is_documented_that_the_file_does_not_take() -> None:
    sections = tuple(f"{name}{mark}" for name in ConfigFile.model_fields for mark in (".", "[]"))
    named = {code for code in in_code("configuration.md") if code.startswith(sections)}
    assert named - set(KEYS) == set()


# --- commands ---------------------------------------------------------------------------------------------------------


def commands(group: Any, name: str = "incidentbot") -> Iterator[tuple[str, Any]]:
    """Every command by its full name (click's own types, of which typer has a copy)."""
    members: Mapping[str, Any] = getattr(group, "commands", {})
    for member, command in members.items():
        yield from commands(command, f"{name} {member}")
    if not members:
        yield name, group


COMMANDS: Final = dict(commands(typer.main.get_command(command_line)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_command_line_is_documented_with_its_options(name: str) -> None:
    assert told("commands.md", name)
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts if option.startswith("--")}
    assert [option for option in sorted(options - {"--help"}) if not told("commands.md", option)] == []


@pytest.mark.parametrize("word", (*parse.USAGE, *parse.ALIASES))
def test_every_subcommand_of_incident_is_documented(word: str) -> None:
    assert told("commands.md", f"/incident {word}") or told("commands.md", word)


# --- paths and metrics ------------------------------------------------------------------------------------------------


class _StillClock:
    def now(self) -> datetime:
        return datetime(2026, 1, 20, tzinfo=UTC)


@pytest.fixture
def application(sqlite_url: str) -> Iterator[FastAPI]:
    async def nobody(*_: object) -> Any:
        raise AssertionError("nothing is asked here")

    clock = _StillClock()
    store = Store(sqlite_url, clock=clock)
    oauth = Oauth("https://slack.example/oauth/v2/authorize", "1.2", ("chat:write",))
    yield build_paths(WebParts(store, clock.now, slack=nobody, api_token="x" * 32, nopesight_secrets=(), oauth=oauth))
    store.close()


def served(application: FastAPI) -> set[str]:
    """Method and path of whatever is answered: the API as OpenAPI has it, and the routes beside it."""
    described = application.openapi()["paths"]
    api = {f"{method.upper()} {path}" for path, methods in described.items() for method in methods}
    routes = [route for route in application.routes if isinstance(route, Route)]
    beside = {f"{method} {route.path}" for route in routes for method in route.methods or ()}
    return api | {one for one in beside if not one.startswith("HEAD ")}


def test_every_path_is_documented_and_no_other(application: FastAPI) -> None:
    named = {code for code in in_code("http.md") if re.match(r"(GET|POST|PUT|PATCH|DELETE) /", code)}
    assert named == served(application)


def test_every_metric_is_documented() -> None:
    sources = [name for name in files() if re.match(r"incidentbot/(?!sandbox/).*\.py\Z", name)]
    declared = re.compile(r'(?:Counter|Histogram|Gauge|GaugeMetricFamily|_gauge)\(\s*"(incidentbot_[a-z_]+)"')
    named = {name for source in sources for name in declared.findall(text(source))}
    assert named
    told_of = set(re.findall(r"^\| `(incidentbot_[a-z_]+)` \|", text("docs/http.md"), re.MULTILINE))
    assert {name.removesuffix("_total") for name in told_of} == named


# --- errors, and how to extend ---------------------------------------------------------------------------------------


def codes() -> set[str]:
    """The code of every refusal, and of every problem that a path answers."""
    literal = re.compile(r'(?:Problem|_refuse)\(\s*[\w.]+,\s*"([^"]*)"|^    4\d\d: \("(\w+)"', re.MULTILINE)
    sources = [name for name in files() if re.match(r"incidentbot/web/.*\.py\Z", name)]
    written = {one or other for name in sources for one, other in literal.findall(text(name))}
    return written | {kind.__dataclass_fields__["code"].default for kind in get_args(Refusal)}


def test_every_error_is_documented_and_no_other() -> None:
    assert codes() == set(re.findall(r"^\| `(\w+)` \| [45]", text("docs/errors.md"), re.MULTILINE))


def test_the_source_that_the_docs_show_is_one() -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", text("docs/extending.md"), re.DOTALL)
    made: dict[str, Any] = {}
    exec(snippet, made)  # noqa: S102 - ours
    (event,) = made["SOURCE"].read(b'{"check": "c-1", "at": "2026-01-20T10:00:00Z", "state": "down"}')
    assert (event.source, event.event_id, event.title, event.active) == ("probes", "c-1", "A check failed", True)


class _Planted(BaseModel):
    key: dict[str, list[int]] = {}


def test_what_is_planted_and_not_documented_is_found() -> None:
    assert list(paths(_Planted, "planted.")) == ["planted.key"]
    for document, name in (
        ("configuration.md", "INCIDENTBOT_PLANTED"),
        ("configuration.md", "planted.key"),
        ("commands.md", "incidentbot planted"),
        ("commands.md", "--planted"),
        ("http.md", "incidentbot_planted_total"),
    ):
        assert not told(document, name)
