"""An open window is told of what changes, at once, and of nothing that is not its person's to see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from slack_sdk import WebClient

from incidentbot.sandbox.harness import PATIENCE, Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.views import checked_view, open_modal, publish_home
from tests.functional.sandbox.page.conftest import Browser

INCIDENTS = "/c/C0INCIDENT"


class Live:
    """A window with its stream."""

    def __init__(self, window: str, browser: httpx.Client, lines: Iterator[str]) -> None:
        self.window = window
        self._browser = browser
        self._lines = lines

    def until(self, words: str) -> str:
        """The update that holds the words."""
        data: list[str] = []
        for line in self._lines:
            if line.startswith("data: "):
                data.append(line.removeprefix("data: "))
            elif not line:
                update = "\n".join(data)
                data.clear()
                if words in update:
                    return update
        raise AssertionError(f"the stream ended without {words!r}")

    def go(self, path: str) -> str:
        """Look at something else in this window."""
        return self._browser.get(path, headers={"hx-request": "true", "x-window": self.window}).text


@contextmanager
def looking(browser: httpx.Client, path: str = INCIDENTS) -> Iterator[Live]:
    found = re.search(r"/events\?window=(\w+)", browser.get(path).text)
    assert found
    with browser.stream("GET", "/events", params={"window": found[1]}, timeout=PATIENCE) as stream:
        yield Live(found[1], browser, stream.iter_lines())


def test_a_message_appears_with_its_thread_count_and_edits(browser: Browser, h: Harness) -> None:
    with looking(browser("ana")) as ana:
        root = h.say("It is slow", as_="ben", channel="#incidents")
        assert 'hx-swap-oob="beforeend:#lines-C0INCIDENT"' in ana.until("It is slow")
        h.say("Since when?", as_="ana", thread=root)
        assert f"beforeend:#replies-{root.ts.replace('.', '-')}" in (update := ana.until("Since when?"))
        assert "1 reply" in update
        h.react(root, "eyes", as_="ana")
        ana.until("reacted with :eyes:")
        h.delete(root.replies()[0], as_="ana")
        assert 'hx-swap-oob="delete"' in ana.until("delete")


def test_what_came_between_the_page_and_its_stream_is_not_missed(browser: Browser, h: Harness) -> None:
    ana = browser("ana")
    found = re.search(r"/events\?window=(\w+)", ana.get(INCIDENTS).text)
    assert found
    h.say("in between", as_="ben", channel="#incidents")
    with ana.stream("GET", "/events", params={"window": found[1]}, timeout=PATIENCE) as stream:
        Live(found[1], ana, stream.iter_lines()).until("in between")


def test_who_joins_is_counted_and_may_write_from_then_on(browser: Browser, h: Harness, server: SandboxServer) -> None:
    made = server.workspace.open_channel("war-room", h.person("ben").id)
    with looking(browser("ana"), f"/c/{made.id}") as ana:
        server.workspace.join(made.id, h.person("emi").id)
        update = ana.until("2 members")
        assert "Join the channel" not in update
        browser("ana").post("/do/join", data={"channel": made.id})
        update = ana.until("3 members")
        assert 'placeholder="Message #war-room"' in update
        assert f"entry-{made.id}" in update
        server.workspace.archive(made.id)
        ana.until("This channel is archived.")


def test_another_channel_only_marks_its_entry(browser: Browser, h: Harness) -> None:
    with looking(browser("ana")) as ana:
        h.say("hello @ana", as_="ben", channel="#general")
        update = ana.until("entry-C0GENERAL0")
        assert "general, 1 for you" in update
        assert "hello" not in update


def test_a_window_that_moves_on_is_told_of_where_it_is(browser: Browser, h: Harness) -> None:
    with looking(browser("ana")) as ana:
        assert "<html" not in ana.go("/c/C0GENERAL0")
        h.say("hello", as_="ben", channel="#general")
        ana.until("beforeend:#lines-C0GENERAL0")


def test_nobody_is_told_of_what_is_not_theirs(browser: Browser, h: Harness, server: SandboxServer) -> None:
    client = WebClient(server.workspace.installation.bot_token, base_url=server.api_url)
    with looking(browser("ana")) as ana, looking(browser("ben")) as ben:
        client.chat_postEphemeral(channel="C0INCIDENT", user=h.person("ana").id, text="for ana alone")
        h.say("secret", as_="grace", channel="#leadership")
        h.say("the end", as_="ben", channel="#incidents")
        assert "Only visible to you" in ana.until("for ana alone")
        seen = ben.until("the end")
        assert "for ana alone" not in seen
        assert "C0LEADERS0" not in seen


def test_a_modal_opens_and_closes_in_its_persons_window(browser: Browser, server: SandboxServer, h: Harness) -> None:
    text = {"type": "plain_text", "text": "Question"}
    modal = {"type": "modal", "title": text, "blocks": [{"type": "section", "text": text}]}
    with looking(browser("ana")) as ana:
        open_modal(server.workspace, h.person("ana").id, checked_view(modal, "modal"), push=False)
        assert 'data-view="' in ana.until("modal-content")
        browser("ana").post("/do/close")
        assert 'data-view="' not in ana.until("modal-content")


def test_the_home_tab_and_the_errors_of_slack_are_live_too(browser: Browser, server: SandboxServer, h: Harness) -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "Your *incidents*"}, "block_id": "b"}
    with looking(browser("ana"), "/app/home") as ana:
        publish_home(server.workspace, h.person("ana").id, {"type": "home", "blocks": [block]})
        ana.until("Your <b>incidents</b>")
        server.workspace.notify(h.person("ana").id, '/x failed with the error "dispatch_failed"')
        ana.until("dispatch_failed")
    h.expect_notice("dispatch_failed")


def test_what_slack_refuses_to_show_is_shown_as_refused(browser: Browser, server: SandboxServer) -> None:
    client = WebClient(server.workspace.installation.bot_token, base_url=server.api_url)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    with looking(browser("ana")) as ana:
        with pytest.raises(Exception, match="invalid_blocks"):
            client.chat_postMessage(channel="C0INCIDENT", text="x", blocks=blocks)
        update = ana.until("invalid_blocks")
        assert "chat.postMessage" in update
        assert "must be less than 3001 characters [json-pointer:/blocks/0/text/text]" in update


def test_a_flood_is_drawn_once_as_a_whole(browser: Browser, server: SandboxServer, h: Harness) -> None:
    with looking(browser("ana")) as ana:
        with server.platform.feed.lock:
            for number in range(60):
                h.say(f"line {number}", as_="ben", channel="#incidents")
        update = ana.until("line 59")
        assert 'id="lines-C0INCIDENT" hx-swap-oob="innerHTML"' in update
        assert update.count("<article") == 40


def test_a_window_of_a_sandbox_that_was_started_anew_is_loaded_again(browser: Browser) -> None:
    ana = browser("ana")
    with ana.stream("GET", "/events", params={"window": "unknown"}) as stream:
        assert "event: stale" in stream.read().decode()
    assert ana.get("/stale").headers["hx-refresh"] == "true"
    moved = ana.get(INCIDENTS, headers={"hx-request": "true", "x-window": "unknown"})
    assert moved.headers["hx-refresh"] == "true"
