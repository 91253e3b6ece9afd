"""Lived by `test_third_language.py` in a copy of the service that has one more catalogue: what people read, as JSON."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from incidentbot.sandbox.world import demo_world
from tests.functional.stories.running import TIMINGS, Story, at_rest, story, wait_for

PATIENT = replace(TIMINGS, introduce=timedelta(seconds=60))
LONG = 120


def main(language: str, database_url: str, folder: str) -> None:
    """Live it, and print what was read where."""
    world = demo_world()
    people = tuple(replace(one, locale=language) for one in world.people)
    config = f"language: {language}"
    world = replace(world, people=people)
    with story(database_url, Path(folder), world=world, config=config, timings=PATIENT) as s:
        read = [*lived(s), *told(s)]
        s.slack.ignore(lambda _shown: True)
    json.dump(read, sys.stdout)


def lived(s: Story) -> Iterator[tuple[str, str]]:
    """What one person is answered, and the forms that open."""
    yield "created", typed(s, "create Zzqq")
    card = s.slack.expect_message(event_type="incident", timeout=LONG)
    yield "help", typed(s, "help")
    for text in ("akc INC-1", "show INC-9", "create Zzqq --severity critcal", "report incidnets", "assign INC-1 qqq"):
        yield text, typed(s, text)
    for text in ("list", "show INC-1", "stats 7d", "note INC-1 Zzqq", "oncall"):
        yield text, typed(s, text)
    s.slack.click(card, "resolve_incident", as_="ana")
    form = s.slack.expect_modal("ana", callback_id="resolve_modal", timeout=LONG)
    yield "form", "\n".join(words_in(form.view.body))
    form.fill(resolution_input="Zzqq").submit()
    for text in ("retrospective INC-1", "export INC-1"):
        yield text, typed(s, text)
    for documents, text in enumerate(("report daily_summary", "report INC-1"), start=1):
        yield text, typed(s, text)
        wait_for(partial(filed, s, documents), "the report to be filed", LONG)
    wait_for(lambda: at_rest(s), "everything to be told", LONG)


def filed(s: Story, documents: int) -> bool:
    return sum(file.name.endswith(".pdf") for file in s.slack.workspace.files.values()) >= documents


def typed(s: Story, text: str) -> str:
    s.slack.slash("/incident", text, as_="ana")
    return s.slack.expect_ephemeral("ana", timeout=LONG).shown


def told(s: Story) -> Iterator[tuple[str, str]]:
    """What stands in channels and in files."""
    for conversation in s.slack.workspace.conversations.values():
        for message in s.slack.history(f"#{conversation.name}") if conversation.name else []:
            yield message.event_type or "message", message.shown
            yield "notification", message.text
    for file in s.slack.workspace.files.values():
        if file.name.endswith(".md") and file.data is not None:
            yield file.name, file.data.decode()
        yield "alternative text", str(getattr(file, "alt_text", "") or "")


def words_in(body: Any) -> Iterator[str]:
    """Every text of a view."""
    if isinstance(body, dict):
        if body.get("type") in {"plain_text", "mrkdwn"}:
            yield str(body.get("text", ""))
        for value in body.values():
            yield from words_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from words_in(value)


if __name__ == "__main__":
    main(*sys.argv[1:])
