"""What a story takes for its own, beside everything else that goes on in the workspace."""

import pytest

from incidentbot.sandbox.harness import ExpectationFailed, Harness
from incidentbot.sandbox.panel import SupervisedBot
from incidentbot.sandbox.scenes import CARD, ENTRY, Scene
from incidentbot.sandbox.slack.model import Author, Content, Message
from tests.functional.sandbox.panel.conftest import Desk


@pytest.fixture
def scene(desk: Desk) -> Scene:
    """A story whose card, INC-1, was seen."""
    bot = SupervisedBot("http://127.0.0.1:9/metrics", (), running=lambda: True)
    scene = Scene(Harness(desk.server), desk.nopesight, bot)
    told(scene, CARD, "INC-1", "It burns")
    scene.see_card()
    return scene


def told(scene: Scene, kind: str, incident: str, text: str, *, seq: int = 0, thread: str = "") -> Message:
    """The app says something about an incident."""
    workspace = scene.slack.workspace
    author = Author(workspace.installation.bot_user_id, workspace.installation.bot_id)
    payload = {"incident": incident, "seq": seq} if seq else {"incident": incident}
    content = Content(text=text, metadata={"event_type": kind, "event_payload": payload})
    return workspace.post(workspace.channel("#incidents").id, author, content, thread_ts=thread)


def test_other_incidents_are_no_part_of_a_story(scene: Scene) -> None:
    told(scene, CARD, "INC-11", "It burns elsewhere")
    scene.check_order()


def test_a_second_card_of_the_same_incident_is(scene: Scene) -> None:
    told(scene, CARD, "INC-1", "It burns")
    with pytest.raises(ExpectationFailed, match="It burns"):
        scene.check_order()


def test_an_entry_that_is_missing_is_named(scene: Scene) -> None:
    for seq in (1, 3):
        told(scene, ENTRY, "INC-1", "And then", seq=seq, thread=scene.card.ts)
    with pytest.raises(ExpectationFailed, match="1, 3"):
        scene.check_order()


def test_a_word_to_one_person_about_it_is(scene: Scene) -> None:
    workspace = scene.slack.workspace
    author = Author(workspace.installation.bot_user_id, workspace.installation.bot_id)
    channel = workspace.channel("#incidents").id
    workspace.whisper(channel, workspace.person("ben").id, author, Content(text="INC-11 is resolved"))
    scene.check_order()
    workspace.whisper(channel, workspace.person("ben").id, author, Content(text="INC-1 is resolved"))
    with pytest.raises(ExpectationFailed, match="INC-1 is resolved"):
        scene.check_order()
