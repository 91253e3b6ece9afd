"""Interactive elements, and which of them may stand in which block."""

from incidentbot.sandbox.slack.blockkit.checks import (
    Check,
    Shape,
    array,
    boolean,
    exactly_one,
    integer,
    matching,
    one_of,
    string,
    typed,
    url,
)
from incidentbot.sandbox.slack.blockkit.objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    IDENTITY,
    MENU_OPTION,
    OPTION,
    OPTION_GROUP,
    RICH_OPTION,
    SLACK_FILE,
    WORKFLOW,
    distinct_options,
    initial_among_options,
    plain,
)
from incidentbot.sandbox.slack.blockkit.rich_text import RICH_TEXT_VALUE

_PLACEHOLDER = plain(150)
_COMMON: dict[str, Check] = {"action_id": IDENTITY}
_PICKER: dict[str, Check] = {
    **_COMMON,
    "placeholder": _PLACEHOLDER,
    "confirm": CONFIRM,
    "focus_on_load": boolean,
}
_MULTI: dict[str, Check] = {**_PICKER, "max_selected_items": integer(1, 1000)}
_ID_LIST = array(string(255), 100, least=0)
_DATE = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date of the form YYYY-MM-DD")
_TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time of the form HH:mm")
_INPUT: dict[str, Check] = {
    **_COMMON,
    "placeholder": _PLACEHOLDER,
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}
_STATIC_RULES = (exactly_one("options", "option_groups"), initial_among_options, distinct_options)
_CHOICES_RULES = (initial_among_options, distinct_options)

IMAGE_ELEMENT = Shape(
    {"alt_text": string(2000)},
    {"image_url": url(), "slack_file": SLACK_FILE},
    (exactly_one("image_url", "slack_file"),),
)
_BUTTON = Shape(
    {"text": plain(75)},
    {
        **_COMMON,
        "url": url(),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
_FEEDBACK = Shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})

ELEMENTS: dict[str, Check] = {
    "image": IMAGE_ELEMENT,
    "button": _BUTTON,
    "workflow_button": Shape(
        {"text": plain(75), "workflow": WORKFLOW},
        {**_COMMON, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "icon_button": Shape(
        {"icon": one_of("trash"), "text": plain(75)},
        {
            **_COMMON,
            "accessibility_label": string(75),
            "value": string(2000),
            "visible_to_user_ids": _ID_LIST,
            "confirm": CONFIRM,
        },
    ),
    "feedback_buttons": Shape({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _COMMON),
    "overflow": Shape({"options": array(MENU_OPTION, 5)}, {**_COMMON, "confirm": CONFIRM}, (distinct_options,)),
    "static_select": Shape(
        {},
        {**_PICKER, "options": array(OPTION, 100), "option_groups": array(OPTION_GROUP, 100), "initial_option": OPTION},
        _STATIC_RULES,
    ),
    "multi_static_select": Shape(
        {},
        {
            **_MULTI,
            "options": array(OPTION, 100),
            "option_groups": array(OPTION_GROUP, 100),
            "initial_options": array(OPTION, 100),
        },
        _STATIC_RULES,
    ),
    "external_select": Shape({}, {**_PICKER, "initial_option": OPTION, "min_query_length": integer(0, 1000)}),
    "multi_external_select": Shape(
        {}, {**_MULTI, "initial_options": array(OPTION, 100), "min_query_length": integer(0, 1000)}
    ),
    "users_select": Shape({}, {**_PICKER, "initial_user": string(255)}),
    "multi_users_select": Shape({}, {**_MULTI, "initial_users": _ID_LIST}),
    "conversations_select": Shape(
        {},
        {
            **_PICKER,
            "initial_conversation": string(255),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "multi_conversations_select": Shape(
        {},
        {
            **_MULTI,
            "initial_conversations": _ID_LIST,
            "default_to_current_conversation": boolean,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "channels_select": Shape({}, {**_PICKER, "initial_channel": string(255), "response_url_enabled": boolean}),
    "multi_channels_select": Shape({}, {**_MULTI, "initial_channels": _ID_LIST}),
    "datepicker": Shape({}, {**_PICKER, "initial_date": _DATE}),
    "timepicker": Shape({}, {**_PICKER, "initial_time": _TIME, "timezone": string(255)}),
    "datetimepicker": Shape(
        {},
        {
            **_COMMON,
            "confirm": CONFIRM,
            "focus_on_load": boolean,
            "initial_date_time": integer(1_000_000_000, 9_999_999_999),
        },
    ),
    "checkboxes": Shape(
        {"options": array(RICH_OPTION, 10)},
        {**_COMMON, "initial_options": array(RICH_OPTION, 10), "confirm": CONFIRM, "focus_on_load": boolean},
        _CHOICES_RULES,
    ),
    "radio_buttons": Shape(
        {"options": array(RICH_OPTION, 10)},
        {**_COMMON, "initial_option": RICH_OPTION, "confirm": CONFIRM, "focus_on_load": boolean},
        _CHOICES_RULES,
    ),
    "plain_text_input": Shape(
        {},
        {
            **_INPUT,
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    ),
    "rich_text_input": Shape(
        {},
        {**_INPUT, "initial_value": RICH_TEXT_VALUE, "min_lines": integer(1, 100), "max_lines": integer(1, 100)},
    ),
    "email_text_input": Shape({}, {**_INPUT, "initial_value": string(3000)}),
    "url_text_input": Shape({}, {**_INPUT, "initial_value": string(3000)}),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        {**_INPUT, "initial_value": string(100), "min_value": string(100), "max_value": string(100)},
    ),
    "file_input": Shape({}, {**_COMMON, "filetypes": array(string(100), 100), "max_files": integer(1, 10)}),
    "url": Shape({"url": url(), "text": string(3000)}),
}

_SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
_MULTI_SELECTS = tuple(f"multi_{name}" for name in _SELECTS)
_CHOICES = ("checkboxes", "radio_buttons", "datepicker", "timepicker")

IN_SECTION = (*_SELECTS, *_MULTI_SELECTS, *_CHOICES, "button", "workflow_button", "overflow", "image")
IN_ACTIONS = (*_SELECTS, *_CHOICES, "datetimepicker", "button", "workflow_button", "overflow")
IN_INPUT = (
    *_SELECTS,
    *_MULTI_SELECTS,
    *_CHOICES,
    "datetimepicker",
    "plain_text_input",
    "rich_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "file_input",
)
IN_CONTEXT_ACTIONS = ("feedback_buttons", "icon_button")


def element(allowed: tuple[str, ...], where: str) -> Check:
    """One of the elements that may stand in such a block."""
    return typed(ELEMENTS, where, allowed=allowed)
