"""Rich text: sections, lists, quotes and code of runs with styles."""

from incidentbot.sandbox.slack.blockkit.checks import Check, Shape, array, boolean, integer, one_of, string, typed, url

_STYLE = Shape({}, {"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean})
_MENTION_STYLE = Shape(
    {},
    {
        "bold": boolean,
        "italic": boolean,
        "strike": boolean,
        "highlight": boolean,
        "client_highlight": boolean,
        "unlink": boolean,
        "underline": boolean,
        "code": boolean,
    },
)

_RUNS: dict[str, Check] = {
    "text": Shape({"text": string(40_000)}, {"style": _STYLE}),
    "link": Shape({"url": url()}, {"text": string(40_000, least=0), "unsafe": boolean, "style": _STYLE}),
    "user": Shape({"user_id": string(255)}, {"style": _MENTION_STYLE}),
    "usergroup": Shape({"usergroup_id": string(255)}, {"style": _MENTION_STYLE}),
    "channel": Shape({"channel_id": string(255)}, {"style": _MENTION_STYLE}),
    "team": Shape({"team_id": string(255)}, {"style": _MENTION_STYLE}),
    "broadcast": Shape({"range": one_of("here", "channel", "everyone")}, {"style": _MENTION_STYLE}),
    "emoji": Shape({"name": string(255)}, {"unicode": string(255), "skin_tone": integer(1, 6), "style": _STYLE}),
    "color": Shape({"value": string(255)}, {"style": _STYLE}),
    "date": Shape(
        {"timestamp": integer(0, 99_999_999_999), "format": string(255)},
        {"url": url(), "fallback": string(3000), "style": _STYLE},
    ),
}
_RUN = typed(_RUNS, "rich text")
_SECTION = Shape({"elements": array(_RUN, 1000, least=0)})
_SECTIONS: dict[str, Check] = {"rich_text_section": _SECTION}

_PARTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_list": Shape(
        {"style": one_of("bullet", "ordered"), "elements": array(typed(_SECTIONS, "a list item"), 1000)},
        {"indent": integer(0, 8), "offset": integer(0, 100_000), "border": integer(0, 1)},
    ),
    "rich_text_preformatted": Shape(
        {"elements": array(typed(_RUNS, "preformatted text", allowed=("text", "link")), 1000, least=0)},
        {"border": integer(0, 1), "language": string(255)},
    ),
    "rich_text_quote": Shape({"elements": array(_RUN, 1000, least=0)}, {"border": integer(0, 1)}),
}

RICH_TEXT_ELEMENTS = array(typed(_PARTS, "rich text"), 1000)
RICH_TEXT_VALUE = typed({"rich_text": Shape({"elements": RICH_TEXT_ELEMENTS}, {"block_id": string(255)})}, "a value")
