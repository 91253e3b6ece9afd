"""A report as a page: no script, nothing fetched, and whatever it tells is text."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from itertools import zip_longest
from typing import Final

from incidentbot.domain.report_content import (
    Content,
    Row,
    Story,
    figures_head,
    happened_head,
    incidents_head,
    more_entries,
    more_rows,
)
from incidentbot.languages import fill_plain, said, speaking
from incidentbot.render.mrkdwn import is_web_address

_STYLE: Final = """
body{margin:0 auto;max-width:62rem;padding:1.5rem;font:16px/1.5 system-ui,sans-serif;color:#1d1c1d;background:#fff}
h1{line-height:1.2}small,figcaption{color:#5b5b5b}img{max-width:100%;height:auto}figure{margin:1rem 0}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .5rem}
tr{border-bottom:1px solid #e3e3e3}td{overflow-wrap:anywhere}blockquote{margin:.2rem 0;padding-left:.7rem;
border-left:2px solid #c9ccd1;white-space:pre-wrap}.sum{border-left:3px solid #0072b2;padding-left:1rem}
"""
_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# What is beyond the policy of every other answer: our own style, and the pictures that stand in the page itself.
POLICY: Final = f"default-src 'none'; frame-ancestors 'none'; img-src data:; style-src 'sha256-{_DIGEST}'"


def page(content: Content, pictures: Sequence[str]) -> str:
    """The whole page, in its content's language; `pictures` are in SVG, those of the charts before those of stories."""
    with speaking(content.language):
        parts = "\n".join(_parts(content, pictures))
    return (
        f'<!doctype html><html lang="{escape(content.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(content.name)}</title><style>{_STYLE}</style></head><body><main>{parts}</main></body></html>"
    )


def _parts(content: Content, pictures: Sequence[str]) -> Iterator[str]:
    yield f"<h1>{escape(content.name)}</h1>"
    made = fill_plain("made {when}", when=content.made)
    yield f"<p><small>{escape(content.period)} · {escape(made)} · {escape(content.zone)}</small></p>"
    yield '<div class="sum">' + "".join(f"<p>{escape(line)}</p>" for line in content.summary) + "</div>"
    if content.figures:
        rows = [(one.name, one.value, one.before) for one in content.figures]
        yield _heading(fill_plain("Key figures")) + _table(figures_head(), rows)
    charts = len(content.charts)
    for chart, svg in zip(content.charts, pictures, strict=False):
        yield _picture(svg, chart.finding)
    if content.rows:
        yield _heading(fill_plain("Incidents")) + _incidents(content.rows)
    if content.more_rows:
        yield f"<p><small>{escape(more_rows(content.more_rows))}</small></p>"
    for story, svg in zip_longest(content.stories, pictures[charts:]):
        if story is not None:
            yield from _story(story, svg or "", alone=not content.rows)


def _picture(svg: str, finding: str) -> str:
    data = base64.b64encode(svg.encode()).decode()
    said = escape(finding, quote=True)
    return f'<figure><img alt="{said}" src="data:image/svg+xml;base64,{data}"><figcaption>{said}</figcaption></figure>'


def _incidents(rows: Sequence[Row]) -> str:
    body = "".join(
        f"<tr><td>{_named(row)}</td>"
        + "".join(
            f"<td>{escape(value)}</td>"
            for value in (
                row.title,
                said(row.severity),
                said(row.state),
                row.created,
                row.acknowledged,
                row.resolved,
            )
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead>{_head(incidents_head())}</thead><tbody>{body}</tbody></table>"


def _named(row: Row) -> str:
    if not is_web_address(row.url):
        return escape(row.reference)
    return f'<a rel="noreferrer" href="{escape(row.url, quote=True)}">{escape(row.reference)}</a>'


def _story(story: Story, svg: str, *, alone: bool) -> Iterator[str]:
    own = f"<h2>{_named(story.row)}: {escape(story.row.title)}</h2>"
    yield _heading(fill_plain("What happened")) if alone else own
    if svg:
        yield _picture(svg, story.course.finding)
    body = "".join(
        f"<tr><td>{escape(one.at)}</td><td>{escape(one.what)}"
        + (f"<blockquote>{escape(one.words)}</blockquote>" if one.words else "")
        + "</td></tr>"
        for one in story.happened
    )
    yield f"<table><thead>{_head(happened_head())}</thead><tbody>{body}</tbody></table>"
    if story.more:
        yield f"<p><small>{escape(more_entries(story.more))}</small></p>"


def _heading(words: str) -> str:
    return f"<h2>{escape(words)}</h2>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{escape(value)}</td>" for value in row) + "</tr>" for row in rows)
    return f"<table><thead>{_head(head)}</thead><tbody>{body}</tbody></table>"


def _head(names: Sequence[str]) -> str:
    return "<tr>" + "".join(f'<th scope="col">{escape(name)}</th>' for name in names) + "</tr>"
