"""What the page shows of conversations, threads and messages, and what people do with them."""

import re

import httpx
import pytest
from slack_sdk import WebClient

from incidentbot.sandbox.harness import Harness
from incidentbot.sandbox.server import SandboxServer
from incidentbot.sandbox.slack.model import Author, Content
from tests.functional.sandbox.page.conftest import Browser

INCIDENTS = "/c/C0INCIDENT"


@pytest.fixture
def client(server: SandboxServer) -> WebClient:
    return WebClient(server.workspace.installation.bot_token, base_url=server.api_url, retry_handlers=[])


def do(browser: httpx.Client, act: str, **form: str) -> httpx.Response:
    return browser.post(f"/do/{act}", data=form)


def spot_of(page: str, words: str) -> str:
    """The place of the (last) message that holds the words."""
    lines = [line for line in re.findall(r"<article.*?</article>", page, re.DOTALL) if words in line]
    found = re.search(r'data-spot="([^"]+)"', lines[-1])
    assert found
    return found[1]


def test_everybody_lands_in_the_incidents_channel_as_whom_the_address_says(
    browser: Browser, server: SandboxServer, h: Harness
) -> None:
    answer = httpx.get(f"{server.url}/?as=grace", follow_redirects=True)
    assert (answer.url.path, answer.url.params["as"]) == (INCIDENTS, h.person("grace").id)
    assert "leadership" in answer.text  # she is in the private channel
    assert "leadership" not in browser("ana").get("/").text


def test_nobody_reads_a_conversation_that_is_not_theirs(browser: Browser) -> None:
    assert browser("grace").get("/c/C0LEADERS0").url.path == "/c/C0LEADERS0"
    assert browser("ana").get("/c/C0LEADERS0").url.path == INCIDENTS
    assert browser("ana").get("/older/C0LEADERS0?before=1.000000").status_code == 404


def test_what_one_writes_all_see_with_its_mentions(browser: Browser, h: Harness) -> None:
    answer = do(browser("ben"), "say", channel="C0INCIDENT", text="@ana look at *this* :fire: <b>")
    assert answer.status_code == 204
    page = browser("ana").get(INCIDENTS).text
    assert '<span class="mention me">@Ana Ferreira</span>' in page
    assert "<b>this</b>" in page
    assert "🔥" in page
    assert "&lt;b&gt;" in page


def test_a_conversation_is_marked_unread_until_it_is_looked_at(browser: Browser, h: Harness) -> None:
    ana = browser("ana")
    ana.get("/c/C0GENERAL0")
    h.say("hello @ana", as_="ben", channel="#general")
    h.say("hello", as_="ben", channel="#alerts")
    listed = ana.get(INCIDENTS).text
    assert re.search(r'aria-label="general, 1 for you"', listed)
    assert re.search(r'aria-label="alerts, unread"', listed)
    ana.get("/c/C0GENERAL0")
    assert 'aria-label="general"' in ana.get(INCIDENTS).text


def test_a_thread_shows_its_replies_and_its_root_tells_of_them(browser: Browser, h: Harness) -> None:
    root = h.say("It is slow", as_="ben", channel="#incidents")
    h.say("I am on it", as_="ana", thread=root)
    page = browser("ana").get(INCIDENTS).text
    assert "1 reply" in page
    assert "I am on it" not in page
    assert "I am on it" in browser("ana").get(f"/thread/C0INCIDENT/{root.ts}").text
    assert "I am on it" in browser("ana").get(f"{INCIDENTS}/{root.ts}").text


def test_a_permalink_leads_to_the_thread_in_this_page(browser: Browser, h: Harness) -> None:
    root = h.say("It is slow", as_="ben", channel="#incidents")
    reply = h.say("Since when?", as_="ana", thread=root)
    h.say(reply.permalink, as_="ana", channel="#general")
    assert f'hx-get="{INCIDENTS}/{root.ts}?at={reply.ts}"' in browser("ben").get("/c/C0GENERAL0").text


def test_what_one_person_alone_sees_nobody_else_sees(browser: Browser, h: Harness, client: WebClient) -> None:
    client.chat_postEphemeral(channel="C0INCIDENT", user=h.person("ana").id, text="for your eyes")
    page = browser("ana").get(INCIDENTS).text
    assert "for your eyes" in page
    assert "Only visible to you" in page
    assert "for your eyes" not in browser("ben").get(INCIDENTS).text
    assert do(browser("ana"), "dismiss", spot=spot_of(page, "for your eyes")).status_code == 204
    assert "for your eyes" not in browser("ana").get(INCIDENTS).text


def test_a_reaction_is_added_and_taken_away_by_the_same_click(browser: Browser, h: Harness) -> None:
    message = h.say("done", as_="ben", channel="#incidents")
    spot = spot_of(browser("ana").get(INCIDENTS).text, "done")
    do(browser("ana"), "react", spot=spot, name="tada")
    assert message.reactions == {"tada": [h.person("ana").id]}
    assert 'aria-label="tada, 1: you"' in browser("ana").get(INCIDENTS).text
    do(browser("ana"), "react", spot=spot, name="tada")
    assert message.reactions == {}


def test_a_message_is_edited_by_its_author_alone(browser: Browser, h: Harness) -> None:
    message = h.say("teh shop, @ana", as_="ben", channel="#incidents")
    spot = spot_of(browser("ben").get(INCIDENTS).text, "teh shop")
    assert "teh shop, @ana<" in browser("ben").get("/edit", params={"spot": spot}).text
    assert do(browser("ana"), "edit", spot=spot, text="mine now").status_code == 200
    assert do(browser("ben"), "edit", spot=spot, text="the shop").status_code == 204
    assert message.text == "the shop"
    assert "(edited)" in browser("ana").get(INCIDENTS).text


def test_only_its_author_or_an_admin_deletes_a_message(browser: Browser, h: Harness) -> None:
    message = h.say("oops", as_="ben", channel="#incidents")
    spot = spot_of(browser("ana").get(INCIDENTS).text, "oops")
    assert "/do/delete" not in browser("ana").get("/menu", params={"spot": spot}).text
    assert do(browser("ana"), "delete", spot=spot).status_code == 200
    assert "/do/delete" in browser("farid").get("/menu", params={"spot": spot}).text
    assert do(browser("farid"), "delete", spot=spot).status_code == 204
    assert message.deleted


def test_a_message_is_pinned_and_unpinned(browser: Browser, h: Harness) -> None:
    message = h.say("keep this", as_="ben", channel="#incidents")
    spot = spot_of(browser("ana").get(INCIDENTS).text, "keep this")
    do(browser("ana"), "pin", spot=spot)
    assert "Pinned" in browser("ben").get(INCIDENTS).text
    do(browser("ben"), "pin", spot=spot)
    assert not getattr(message.record, "pinned", True)


def test_a_slash_command_that_does_not_exist_is_refused_with_a_sentence(
    browser: Browser, server: SandboxServer
) -> None:
    server.platform.app.commands = {"/incident": True}
    answer = do(browser("ana"), "say", channel="C0INCIDENT", text="/nothing at all")
    assert (answer.status_code, answer.text) == (200, "/nothing is not a valid command.")


def test_a_channel_of_ten_thousand_messages_is_shown_from_its_end(
    browser: Browser, server: SandboxServer, h: Harness
) -> None:
    ben = Author(h.person("ben").id)
    for number in range(10_000):
        server.workspace.post("C0GENERAL0", ben, Content(f"line {number:05}"))
    page = browser("ana").get("/c/C0GENERAL0").text
    assert "line 09999" in page
    assert page.count("<article") == 50
    older = re.search(r'hx-get="(/older/[^"]+)"', page)
    assert older
    more = browser("ana").get(older[1].replace("&amp;", "&")).text
    assert re.findall(r"line (\d+)", more)[-1] == "09949"
    assert more.count("<article") == 50


def test_a_file_is_shown_as_an_image_or_offered_to_be_kept(
    browser: Browser, client: WebClient, server: SandboxServer, h: Harness
) -> None:
    for name in ("chart.png", "report.pdf"):
        client.files_upload_v2(channel="C0REPORTS0", filename=name, content=b"bytes", title=name)
    page = browser("ana").get("/c/C0REPORTS0").text
    images = re.findall(r'<img src="([^"]+)" alt="chart.png"', page)
    files = re.findall(r'<a class="file" href="([^"]+)"', page)
    assert (len(images), len(files)) == (1, 1)
    shown, kept = browser("ana").get(images[0]), browser("ana").get(files[0])
    assert (shown.content, shown.headers["content-type"]) == (b"bytes", "image/png")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert kept.headers["content-disposition"] == "attachment"


def test_the_apps_home_and_its_messages_have_their_own_tabs(browser: Browser, h: Harness, client: WebClient) -> None:
    view = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Your incidents"}}]}
    client.views_publish(user_id=h.person("ana").id, view=view)
    client.chat_postMessage(channel=h.person("ana").id, text="you are invited")
    assert "Your incidents" in browser("ana").get("/app/home").text
    assert "Your incidents" not in browser("ben").get("/app/home").text
    assert "you are invited" in browser("ana").get("/app/messages").text
    assert "incidentbot, 1 for you" not in browser("ana").get(INCIDENTS).text
    assert "chat:write" in browser("ana").get("/app/about").text


def test_the_field_completes_what_is_typed(browser: Browser) -> None:
    ana = browser("ana")
    for sign, typed, offered in (("@", "b", "@ben "), ("#", "ale", "#alerts "), (":", "fir", ":fire: ")):
        assert f'data-insert="{offered}"' in ana.get("/completions", params={"sign": sign, "q": typed}).text
