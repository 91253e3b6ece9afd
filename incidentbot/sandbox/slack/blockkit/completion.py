"""What Slack adds to blocks before it keeps them: ids that the app did not give."""

import copy
from typing import Any

from incidentbot.sandbox.slack.blockkit.validation import elements_of
from incidentbot.sandbox.slack.ids import new_secret
from incidentbot.sandbox.slack.model import Json

_WITHOUT_ACTION = ("image", "url", "plain_text", "mrkdwn", "card", "task_card")


def completed(blocks: list[Json]) -> list[Json]:
    """A copy of valid blocks in which every block and every element has its id."""
    done = copy.deepcopy(blocks)
    for block in done:
        block.setdefault("block_id", new_secret(6)[:5])
        for _, element in elements_of(block):
            _complete_element(block, element)
    return done


def _complete_element(block: Json, element: Any) -> None:
    kind = str(element.get("type", ""))
    if kind not in _WITHOUT_ACTION and not kind.startswith("rich_text") and block.get("type") != "context":
        element.setdefault("action_id", new_secret(6)[:5])
