"""Slack's text as HTML: what is formatted, what leads where, and that foreign text is never markup."""

from typing import Any

import pytest

from incidentbot.sandbox.clock import Clock
from incidentbot.sandbox.page.completions import typed
from incidentbot.sandbox.page.markup import mrkdwn, plain, rich_text, text_object
from incidentbot.sandbox.page.viewer import Viewer
from incidentbot.sandbox.slack.changes import Feed
from incidentbot.sandbox.slack.workspace import Workspace
from incidentbot.sandbox.world import demo_world

NOON = 1_795_521_600  # 24 November 2026, 12:00 UTC


def viewer(key: str = "ana") -> Viewer:
    clock = Clock(lambda: NOON + 3_600.0)
    workspace = Workspace(demo_world(), clock, Feed(clock.now))
    return Viewer(workspace, workspace.person(key))


@pytest.mark.parametrize(
    ("written", "drawn"),
    (
        ("*b* _i_ ~s~ `c`", "<b>b</b> <i>i</i> <s>s</s> <code>c</code>"),
        ("one\ntwo", "one<br>two"),
        ("> said", "<blockquote>said</blockquote>"),
        ("```\na &lt; b\n```", "<pre>\na &lt; b\n</pre>"),
        ("<@U0ANA00001>", '<span class="mention me">@Ana Ferreira</span>'),
        ("<@U0BEN00002>", '<span class="mention">@Ben Okafor</span>'),
        ("<!here>", '<span class="mention me">@here</span>'),
        ("<!subteam^S0INFRA000>", '<span class="mention">@infrastructure-team</span>'),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<javascript:alert(1)|click>", "click"),
        ("<data:text/html,x|click>", "click"),
        (':tada: :no-such"emoji:', '<span class="emoji" role="img" aria-label="tada" title=":tada:">🎉</span>'),
    ),
    ids=lambda one: repr(one)[:24],
)
def test_mrkdwn(written: str, drawn: str) -> None:
    assert drawn in str(mrkdwn(written, viewer()))


@pytest.mark.parametrize(
    "hostile",
    (
        '<https://x.example/"onmouseover=alert(1)|a>',
        "<https://x.example|<img src=x onerror=alert(1)>>",
        "`<b>`",
        '<!date^1795521600^<b>{time}</b>^https://x.example/"|<i>>',
        '<#C0GENERAL0|"><script>>',
        '<@U0NOBODY99|"><script>>',
    ),
)
def test_nothing_hostile_becomes_markup(hostile: str) -> None:
    drawn = str(mrkdwn(hostile, viewer()))
    for mark in ("<img", "<script", "<b>", "<i>", '"onmouseover'):
        assert mark not in drawn
    assert str(plain(hostile, viewer())).count("<") == 0


def test_links_lead_out_in_a_window_of_their_own_and_messages_open_here() -> None:
    out = str(mrkdwn("<https://status.example|status>", viewer()))
    assert out == '<a href="https://status.example" target="_blank" rel="noopener noreferrer">status</a>'
    inside = str(mrkdwn("<https://acme.slack.com/archives/C0GENERAL0/p1795521600000100|there>", viewer()))
    assert 'hx-get="/c/C0GENERAL0?at=1795521600.000100"' in inside
    threaded = (
        "<https://acme.slack.com/archives/C0GENERAL0/p1795521600000100?thread_ts=1795521500.000100&amp;cid=C0GENERAL0>"
    )
    assert 'hx-get="/c/C0GENERAL0/1795521500.000100?at=1795521600.000100"' in str(mrkdwn(threaded, viewer()))


@pytest.mark.parametrize(
    ("who", "pattern", "read"),
    (
        ("ana", "{date_short_pretty} at {time}", "today at 12:00"),
        ("emi", "{date_short_pretty} at {time}", "today at 21:00"),
        ("ivy", "{date_num} {time_secs}", "2026-11-24 04:00:00"),
        ("ben", "{date_long}", "Tuesday, November 24th, 2026"),
        ("ben", "{date} {ago}", "November 24th, 2026 1 hour ago"),
        ("ben", "{unknown}", "{unknown}"),
    ),
)
def test_dates_are_read_in_the_viewers_time_zone(who: str, pattern: str, read: str) -> None:
    assert f">{read}</time>" in str(mrkdwn(f"<!date^{NOON}^{pattern}|then>", viewer(who)))


def test_a_moment_that_no_calendar_has_falls_back() -> None:
    assert str(mrkdwn("<!date^99999999999999^{time}|then>", viewer())) == "then"


def test_names_in_blocks_are_read_unless_they_are_verbatim() -> None:
    assert "mention" in str(text_object({"type": "mrkdwn", "text": "@ben"}, viewer()))
    assert "mention" not in str(text_object({"type": "mrkdwn", "text": "@ben", "verbatim": True}, viewer()))
    assert str(text_object({"type": "plain_text", "text": "*a* :tada:", "emoji": False}, viewer())) == "*a* :tada:"


def test_rich_text_keeps_its_parts_and_styles() -> None:
    words = {"type": "text", "text": "<x>", "style": {"bold": True, "code": True}}
    item = {"type": "rich_text_section", "elements": [words]}
    parts: list[dict[str, Any]] = [
        {"type": "rich_text_list", "style": "ordered", "indent": 1, "offset": 2, "elements": [item]},
        {"type": "rich_text_quote", "elements": [{"type": "user", "user_id": "U0BEN00002"}]},
    ]
    assert str(rich_text(parts, viewer())) == (
        '<ol class="indent-1" start="3"><li><div><b><code>&lt;x&gt;</code></b></div></li></ol>'
        '<blockquote><span class="mention">@Ben Okafor</span></blockquote>'
    )


def test_a_message_is_edited_as_it_was_typed() -> None:
    stored = "<@U0BEN00002> &amp; <!subteam^S0ONCALL00> in <#C0GENERAL0|general>, 1 &lt; 2"
    assert typed(stored, viewer()) == "@ben & @oncall in #general, 1 < 2"
