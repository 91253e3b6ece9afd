"""/incident report: made here, shown while it is made, posted with its picture, its PDF below it, and a page."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pypdfium2 as pdfium
import pytest

from incidentbot.sandbox.shown import Shown
from incidentbot.sandbox.slack.faults import Fault, FaultKind
from tests.functional.stories.running import Story, pass_time, story

PATIENCE = 60.0
AT_HOME = {"INCIDENTBOT_BASE_URL": "https://incidents.example"}


@pytest.fixture
def running(sqlite_url: str, tmp_path: Path) -> Iterator[Story]:
    with story(sqlite_url, tmp_path, extra=AT_HOME, by_socket=False) as s:
        s.slack.slash("/incident", "create Payments are down --severity critical", as_="ana", channel="#incidents")
        card = s.slack.expect_message(channel="#incidents", event_type="incident", timeout=PATIENCE)
        s.slack.expect_reply(card, containing="Incident created", timeout=PATIENCE)
        s.slack.expect_ephemeral("ana", containing="Created", timeout=PATIENCE)
        yield s


def ordered(s: Story, typed: str, *, channel: str = "#incidents", as_: str = "ana") -> Shown:
    s.slack.slash("/incident", typed, as_=as_, channel=channel)
    s.slack.expect_ephemeral(as_, containing="being made", timeout=PATIENCE)
    return s.slack.expect_message(channel=channel, event_type="report", timeout=PATIENCE)


def filed(s: Story, message: Shown) -> Shown:
    """The reply with the PDF, once the message links to it."""
    reply = s.slack.expect_reply(message, containing="Full report attached", timeout=PATIENCE)
    s.slack.wait_until(lambda: "download_report" in message.action_ids, timeout=PATIENCE)
    return reply


def pictured(message: Shown) -> str:
    """The id of the file that the message shows."""
    return next((block["slack_file"]["id"] for block in message.blocks if block["type"] == "image"), "")


def online(message: Shown) -> str:
    """Where the report is shown as a page."""
    buttons = [one for block in message.blocks if block["type"] == "actions" for one in block["elements"]]
    return next(str(one["url"]) for one in buttons if one["action_id"] == "open_report")


def test_a_report_comes_with_its_picture_its_pdf_and_its_page_and_is_shared(running: Story) -> None:
    s = running
    message = ordered(s, "report incidents 7d")
    s.slack.expect_edit(message, containing="Report Generated Successfully", timeout=PATIENCE)
    reply = filed(s, message)
    assert "1 incident in the last 7 days, 1 more than before: 1 critical." in message.shown
    assert {"download_report", "open_report", "share_report"} <= set(message.action_ids)
    (stored,) = (s.slack.workspace.files[one] for one in reply.record.content.files)
    picture = s.slack.workspace.files[pictured(message)]
    assert picture.alt_text.startswith("1 incident from")
    assert (stored.data or b"").startswith(b"%PDF")
    pages = pdfium.PdfDocument(stored.data)
    assert "Payments are down" in "".join(page.get_textpage().get_text_range() for page in pages)
    _read_online(s, online(message).removeprefix(AT_HOME["INCIDENTBOT_BASE_URL"]))
    _share(s, message)


def _read_online(s: Story, link: str) -> None:
    with httpx.Client(base_url=s.url, trust_env=False, timeout=PATIENCE) as client:
        shown = client.get(link)
        assert shown.status_code == 200
        assert "Payments are down" in shown.text
        policy = shown.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; frame-ancestors 'none'; ")
        assert "script" not in policy
        for broken in (link[:-1] + ("0" if link[-1] != "0" else "1"), link.replace("until=1", "until=9"), link[:40]):
            assert client.get(broken).status_code == 404


def _share(s: Story, message: Shown) -> None:
    s.slack.click(message, "share_report", as_="ben")
    modal = s.slack.expect_modal("ben", callback_id="share_modal", timeout=PATIENCE)
    modal.fill(share_select=s.slack.workspace.channel("#alerts").id)
    assert modal.submit().closed
    s.slack.expect_ephemeral("ben", containing="Shared", timeout=PATIENCE)
    shared = s.slack.expect_message(channel="#alerts", event_type="report", timeout=PATIENCE)
    assert pictured(shared) == pictured(message)
    assert "Shared by" in shared.shown
    filed(s, shared)


def test_what_slack_refuses_half_way_is_tried_again_until_all_of_it_is_there(running: Story) -> None:
    """Each of the three steps fails once, and the PDF's last answer is lost: the harness fails where it comes twice."""
    s, faults = running, running.slack.server.platform.faults
    for method in ("files.getUploadURLExternal", "upload", "files.completeUploadExternal"):
        faults.add(Fault(FaultKind.STATUS, method, times=1, status=503))
    faults.lose_replies("files.completeUploadExternal", times=1, skip=2)
    message = ordered(s, "report INC-1")
    s.slack.expect_edit(message, containing="Report Generated Successfully", timeout=PATIENCE)
    filed(s, message)
    assert pictured(message)
    assert [one.method for one in faults.active()] == []


def test_a_picture_that_slack_does_not_take_is_left_out_and_said_and_the_rest_arrives(running: Story) -> None:
    running.slack.server.platform.faults.fail("files.getUploadURLExternal", "file_uploads_disabled")
    message = ordered(running, "report INC-1")
    running.slack.expect_edit(message, containing="did not take the picture", timeout=PATIENCE)
    filed(running, message)


def test_a_period_in_which_nothing_happened_is_told_in_a_line(running: Story) -> None:
    message = ordered(running, "report 2020-01-01/2020-01-02")
    running.slack.expect_edit(message, containing="No incident from 1 Jan 2020", timeout=PATIENCE)
    assert "share_report" not in message.action_ids


UNCLEAR = (
    ("report weekly", "daily_summary"),
    ("report incidents 10y", "7d"),
    ("report incidents 3650d", "731d"),
    ("report INC-99", "INC-99"),
    ("report incidents 7d now", "not understood"),
)


def test_an_order_that_is_not_understood_is_refused_with_what_would_do(running: Story) -> None:
    for typed, told in UNCLEAR:
        running.slack.slash("/incident", typed, as_="ana")
        running.slack.expect_ephemeral("ana", containing=told, timeout=PATIENCE)


def test_a_report_and_its_files_are_gone_when_their_time_is_over(sqlite_url: str, tmp_path: Path) -> None:
    with story(sqlite_url, tmp_path, same_time=True, config="reports: {keep_for: 2h}", by_socket=False) as s:
        s.slack.slash("/incident", "create Payments are down --severity low", as_="ana", channel="#incidents")
        card = s.slack.expect_message(channel="#incidents", event_type="incident", timeout=PATIENCE)
        s.slack.expect_reply(card, containing="Incident created", timeout=PATIENCE)
        s.slack.expect_ephemeral("ana", containing="Created", timeout=PATIENCE)
        message = ordered(s, "report INC-1")
        reply = filed(s, message)
        files = {pictured(message), *reply.record.content.files}
        assert files <= set(s.slack.workspace.files)
        pass_time(s, 3 * 3600)
        s.slack.expect_edit(message, containing="reports are not kept for longer here", timeout=PATIENCE)
        s.slack.wait_until(lambda: not files & set(s.slack.workspace.files), timeout=PATIENCE)
        s.slack.leave()
