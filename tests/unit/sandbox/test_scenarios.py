"""Every story is told to people in the same words everywhere."""

from pathlib import Path

from incidentbot.sandbox.scenarios import SCENARIOS

PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"


def test_every_story_is_documented_with_what_to_watch() -> None:
    told = PAGE.read_text(encoding="utf-8")
    assert [name for name, story in SCENARIOS.items() if f"| `{name}` | {story.watch} |" not in told] == []
