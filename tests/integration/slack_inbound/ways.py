"""How somebody uses each way in that the code declares: what Slack would send, so that it gets as far as its right.

A way in that is not here fails tests/architecture/test_ways_in.py: say here how it is used, and the matrix of roles and
the matrix of workspaces try it by themselves.
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from incidentbot.domain.capture import SaidMessage
from incidentbot.domain.cmdb import Ci
from incidentbot.domain.lifecycle import State
from incidentbot.domain.nopesight import Playbook
from incidentbot.domain.people import Actor, Source
from incidentbot.domain.permissions import Right
from incidentbot.domain.preferences import UNLESS_SAID
from incidentbot.domain.proposals import PROPOSALS
from incidentbot.domain.story import Story
from incidentbot.render import ids
from incidentbot.render.action import action_modal
from incidentbot.render.capture import capture_modal
from incidentbot.render.ci_modal import ci_update_modal
from incidentbot.render.correction import correct_modal
from incidentbot.render.modals import incident_modal, resolve_modal, update_modal
from incidentbot.render.own_channel import channel_modal
from incidentbot.render.people_modal import people_modal
from incidentbot.render.playbook_modals import Carried, confirm_modal, playbook_modal
from incidentbot.render.preferences import preferences_modal
from incidentbot.render.retrospective_modal import retrospective_modal
from incidentbot.render.schedules import schedule_modal
from incidentbot.render.share import share_modal
from incidentbot.slack.ways_in import First, Inside, WayIn
from incidentbot.usecases import Cause, reopen, resolve, unacknowledge
from incidentbot.usecases.capture import take_in
from tests.integration.slack_inbound.conftest import ADDRESS, CHANNEL, JSON, TEAM, Slack

Use = Callable[[Slack, str], Awaitable[Any]]
EVENT: Final = "evt-1"
ROOT, SAID_AT = "1.5", "1772366280.000200"
CI: Final = Ci("ci-1", "web-1", "server", "active", "v1")
PLAYBOOK: Final = Playbook("pb-1", "Restart")


@dataclass(frozen=True)
class Way:
    """One way in as it is declared, the right it takes, and how a person uses it for INC-1, EVENT or CI.

    `before` is what has to be so for the person; `also` are rights that it takes besides.
    """

    kind: str
    name: str
    surface: str
    right: Right
    words: str
    use: Use
    before: Callable[[Slack, str], None] = lambda _slack, _person: None
    also: frozenset[Right] = frozenset()

    @property
    def declared(self) -> tuple[str, str, str, Right]:
        return self.kind, self.name, self.surface, self.right

    def __str__(self) -> str:
        return " ".join(word for word in (self.kind, self.name, self.words, self.surface) if word)


def declared(ways: tuple[WayIn, ...]) -> set[tuple[str, str, str, Right]]:
    """Every way in that takes a right, with each of its rights."""
    found: set[tuple[str, str, str, Right]] = set()
    for way in ways:
        match way.needs:
            case First(right, surface):
                found.add((way.kind, way.name, surface, right))
            case Inside(rights, surface):
                found |= {(way.kind, way.name, surface, right) for right in rights}
    return found


# --- what Slack sends -------------------------------------------------------------------------------------------------


def _typed(command: str, text: str) -> Use:
    async def use(slack: Slack, person: str) -> None:
        assert (await slack.post(slack.slash_body(text, as_=person, command=command))).status == 200

    return use


def _clicked(action_id: str, value: str = "INC-1") -> Use:
    async def use(slack: Slack, person: str) -> None:
        await slack.interact(slack.click_payload(action_id, value, as_=person))

    return use


def _clicked_in_home(action_id: str) -> Use:
    async def use(slack: Slack, person: str) -> None:
        button = {"type": "button", "action_id": action_id, "block_id": "b", "value": "INC-1"}
        container, view = {"type": "view", "view_id": "V0HOME"}, {"id": "V0HOME", "type": "home", "callback_id": "home"}
        payload = slack.interaction("block_actions", as_=person, container=container, view=view, actions=[button])
        await slack.interact(payload)

    return use


def _chosen_in_form() -> Use:
    async def use(slack: Slack, person: str) -> None:
        view = {**playbook_modal(Carried(EVENT), [PLAYBOOK]), "id": "V0OPENED", "team_id": TEAM}
        chosen = {"type": "static_select", "action_id": ids.PLAYBOOK_SELECT, "block_id": ids.PLAYBOOK}
        state = {"values": {ids.PLAYBOOK: {ids.PLAYBOOK_SELECT: {"selected_option": {"value": PLAYBOOK.id}}}}}
        payload = slack.interaction("block_actions", as_=person, view={**view, "state": state}, actions=[chosen])
        await slack.interact(payload)

    return use


def _submitted(view_of: Callable[[Slack], dict[str, Any]], **values: Any) -> Use:
    async def use(slack: Slack, person: str) -> None:
        await slack.submit(view_of(slack), values, as_=person)

    return use


def _shortcut(kind: str, callback_id: str) -> Use:
    async def use(slack: Slack, person: str) -> None:
        message = {"ts": SAID_AT, "thread_ts": ROOT, "user": person, "text": "Checkout times out"}
        where: dict[str, Any] = {"channel": {"id": CHANNEL}, "message": message} if kind == "message_action" else {}
        await slack.interact(slack.interaction(kind, as_=person, callback_id=callback_id, **where))

    return use


def _searched(slack: Slack, person: str) -> Awaitable[Any]:
    sought = slack.interaction("block_suggestion", as_=person, action_id=ids.CIS_SELECT, block_id=ids.CIS, value="web")
    return slack.interact(sought)


def _told(event: dict[str, Any]) -> Use:
    async def use(slack: Slack, person: str) -> None:
        told = {"user": person, "channel": CHANNEL, **event}
        body = {"type": "event_callback", "team_id": TEAM, "event_id": f"EvW{next(slack.numbers)}", "event": told}
        assert (await slack.post(json.dumps(body).encode(), JSON)).status == 200

    return use


def _said(words: str) -> Use:
    async def use(slack: Slack, person: str) -> None:
        await slack.mention(words, thread_ts=ROOT, as_=person)

    return use


def _reacted(kind: str) -> Use:
    item = {"type": "message", "channel": CHANNEL, "ts": SAID_AT}
    return _told({"type": f"reaction_{kind}", "reaction": "pushpin", "item": item})


def _ran(callback_id: str, **inputs: str) -> Use:
    async def use(slack: Slack, person: str) -> None:
        number = next(slack.numbers)
        function = {"callback_id": callback_id, "type": "app"}
        run = {"function_execution_id": f"FxW{number}", "bot_access_token": "xwfp-only-for-this-run"}
        given = {"user": {"id": person, "secret": "slack-vouches-for-it"}, **inputs}
        event = {"type": "function_executed", "function": function, "inputs": given, **run}
        body = {"type": "event_callback", "team_id": TEAM, "event_id": f"EvF{number}", "event": event}
        assert (await slack.post(json.dumps(body).encode(), JSON)).status == 200

    return use


# --- what has to be so before -----------------------------------------------------------------------------------------


def _api(slack: Slack) -> Cause:
    return Cause(TEAM, f"before-{next(slack.numbers)}", Actor(Source.API, name="api"), "rest")


def _open(slack: Slack, _person: str = "") -> None:
    if slack.incident().state is State.RESOLVED:
        reopen(slack.store, _api(slack), "INC-1")
    if slack.incident().state is State.ACKNOWLEDGED:
        unacknowledge(slack.store, _api(slack), "INC-1")


def _resolved(slack: Slack, _person: str) -> None:
    if slack.incident().state is not State.RESOLVED:
        resolve(slack.store, _api(slack), "INC-1")


def _pinned(slack: Slack, person: str) -> None:
    """The person's pushpin is at the message, from when they might."""
    cause = Cause(TEAM, f"before-{person}", Actor(Source.SLACK, person), "reaction")
    with slack.store.begin(TEAM) as tx:
        incident = tx.incidents.get(1, lock=True)
        assert incident
        take_in(tx, cause, incident, SaidMessage(channel=CHANNEL, ts=SAID_AT, text="It is slow", author="U0SOMEONE"))


# --- every way in -----------------------------------------------------------------------------------------------------

INCIDENT_WORDS: Final = {
    "create Another one": Right.CREATE,
    "create": Right.CREATE,
    "update INC-1 --severity low": Right.UPDATE,
    "update INC-1": Right.UPDATE,
    "assign INC-1 <@U0SOMEONE>": Right.ASSIGN,
    "note INC-1 text": Right.COMMENT,
    "invite INC-1 <@U0SOMEONE>": Right.INVITE,
    "role INC-1 scribe <@U0SOMEONE>": Right.ASSIGN,
    "people INC-1": Right.ASSIGN,
    "channel INC-1": Right.UPDATE,
    "handover INC-1 <@U0SOMEONE>": Right.ASSIGN,
    "leave INC-1": Right.ASSIGN,
    "correct INC-1 started 20m ago": Right.UPDATE,
    "correct INC-1": Right.UPDATE,
    "action INC-1 add Test the backup": Right.UPDATE,
    "action INC-1 add": Right.UPDATE,
    "action INC-1 change 1": Right.UPDATE,
    "action INC-1 done 1": Right.UPDATE,
    "action INC-1 reopen 1": Right.UPDATE,
    "action INC-1 change 1 --due 3d": Right.UPDATE,
    "action INC-1 list": Right.SHOW,
    "export INC-1 json": Right.SHOW,
    "retrospective INC-1": Right.COMMENT,
    "retrospective INC-1 edit": Right.COMMENT,
    "ack INC-1": Right.ACKNOWLEDGE,
    "unack INC-1": Right.ACKNOWLEDGE,
    "snooze INC-1 30m": Right.ACKNOWLEDGE,
    "resolve INC-1 done": Right.RESOLVE,
    "reopen INC-1": Right.REOPEN,
    "list all": Right.LIST,
    "show INC-1": Right.SHOW,
    "why INC-1": Right.WHY,
    "simulate severity=critical": Right.WHY,
    "stats 7d": Right.STATS,
    "report": Right.REPORT,
    "oncall": Right.LIST,
    "doctor": Right.DOCTOR,
    "help": Right.HELP,
}
NOPESIGHT_WORDS: Final = {
    "status": Right.STATUS,
    "search web": Right.SEARCH,
    "report daily_summary last_24h": Right.REPORT,
    "maintenance": Right.STATUS,
    "help": Right.HELP,
}
CMDB_WORDS: Final = {
    "search web": Right.SEARCH,
    "show web-1": Right.SHOW,
    "update web-1": Right.UPDATE,
    "help": Right.HELP,
}
SAID: Final = {
    "ack": Right.ACKNOWLEDGE,
    "unack": Right.ACKNOWLEDGE,
    "snooze 30m": Right.ACKNOWLEDGE,
    "resolve done": Right.RESOLVE,
    "note text": Right.COMMENT,
    "status": Right.STATUS,
    "schedule daily summary at 9:30 am": Right.REPORT,
    "schedules": Right.REPORT,
    "stop 3": Right.REPORT,
    "help": Right.HELP,
}
_SEARCH: Final = json.dumps({"text": "web", "page": 2})


def every_way() -> Iterator[Way]:
    """All of them, in an order that is always the same."""
    for command, words in (("/incident", INCIDENT_WORDS), ("/nopesight", NOPESIGHT_WORDS), ("/cmdb", CMDB_WORDS)):
        for text, right in words.items():
            yield Way("command", command, "slash_command", right, text, _typed(command, text))
    for text, right in SAID.items():
        yield Way("event", "app_mention", "mention", right, text, _said(text))
    yield from _buttons()
    yield from _forms()
    yield from _forms_about_reports()
    yield from _forms_of_afterwards()
    yield from _in_slack()
    for name, right in PROPOSALS.items():
        use = _clicked(ids.CONFIRM_PROPOSAL, f"job-{name}")
        yield Way("action", ids.CONFIRM_PROPOSAL, "question", right, name, use)


def _buttons() -> Iterator[Way]:
    for name, value, right, surface in (
        (ids.ACKNOWLEDGE_INCIDENT, "INC-1", Right.ACKNOWLEDGE, "button"),
        (ids.RESOLVE_INCIDENT, "INC-1", Right.RESOLVE, "button"),
        (ids.REOPEN_INCIDENT, "INC-1", Right.REOPEN, "button"),
        (ids.UPDATE_INCIDENT, "INC-1", Right.UPDATE, "button"),
        (ids.SNOOZE_INCIDENT, "INC-1", Right.ACKNOWLEDGE, "button"),
        (ids.PEOPLE_INCIDENT, "INC-1", Right.ASSIGN, "button"),
        (ids.RETROSPECTIVE, "INC-1", Right.COMMENT, "button"),
        (ids.EXPORT_INCIDENT, "INC-1", Right.COMMENT, "button"),
        (ids.WRITE_RETROSPECTIVE, "INC-1", Right.COMMENT, "button"),
        (ids.MOVE_INCIDENT, "INC-1", Right.UPDATE, "button"),
        (ids.ARCHIVE_CHANNEL, "INC-1", Right.UPDATE, "button"),
        (ids.ADD_ACTION, "INC-1", Right.UPDATE, "button"),
        (ids.CHANGE_ACTION, "INC-1 1", Right.UPDATE, "button"),
        (ids.END_ACTION, "INC-1 1", Right.UPDATE, "button"),
        (ids.REOPEN_ACTION, "INC-1 1", Right.UPDATE, "button"),
        (ids.ACKNOWLEDGE_EVENT, EVENT, Right.ACKNOWLEDGE, "button"),
        (ids.CREATE_INCIDENT, EVENT, Right.CREATE, "button"),
        (ids.SHOW_CI, CI.id, Right.VIEW, "button"),
        (ids.UPDATE_CI, CI.id, Right.UPDATE, "button"),
        (ids.SHARE_REPORT, "rep_5", Right.SHARE, "button"),
        (ids.RETRY_REPORT, "a" * 32, Right.REPORT, "button"),
        (ids.SCHEDULE_REPORT, "daily_summary", Right.REPORT, "button"),
        (ids.CHANGE_SCHEDULE, "1", Right.REPORT, "button"),
        (ids.STOP_SCHEDULE, "1", Right.REPORT, "button"),
        (ids.RUN_PLAYBOOK, EVENT, Right.RUN_PLAYBOOK, "button"),
        (ids.EXPLAIN_STATS, "7d", Right.VIEW, "button"),
        (ids.DISMISS_PROPOSAL, "job-update_ci", Right.SEARCH, "question"),
    ):
        yield Way("action", name, surface, right, "", _clicked(name, value))
    both = f"{ids.SEARCH_PREVIOUS}, {ids.SEARCH_NEXT}"
    for name in (ids.SEARCH_PREVIOUS, ids.SEARCH_NEXT):
        yield Way("action", both, "button", Right.VIEW, name, _clicked(name, _SEARCH))
    for name, right in (
        (ids.ACKNOWLEDGE_INCIDENT, Right.ACKNOWLEDGE),
        (ids.RESOLVE_INCIDENT, Right.RESOLVE),
    ):
        yield Way("action", name, "home", right, "in Home", _clicked_in_home(f"{name}:1"))
    yield Way("action", ids.END_ACTION_HOME, "home", Right.UPDATE, "", _clicked_in_home(f"{ids.END_ACTION_HOME}:0"))
    yield Way("action", ids.CREATE_INCIDENT_HOME, "home", Right.CREATE, "", _clicked_in_home(ids.CREATE_INCIDENT_HOME))
    yield Way("action", ids.PREFERENCES_HOME, "home", Right.VIEW, "", _clicked_in_home(ids.PREFERENCES_HOME))
    yield Way("action", ids.PLAYBOOK_SELECT, "button", Right.RUN_PLAYBOOK, "", _chosen_in_form())


def _forms_about_reports() -> Iterator[Way]:
    shared = _submitted(lambda _: share_modal("rep_5", CHANNEL))
    yield Way("view", ids.SHARE_MODAL, "modal", Right.SHARE, "", shared)
    scheduled = _submitted(lambda _: schedule_modal("incidents", None, "Europe/Berlin", CHANNEL))
    yield Way("view", ids.SCHEDULE_MODAL, "modal", Right.REPORT, "", scheduled)


def _forms() -> Iterator[Way]:
    message = SaidMessage(channel=CHANNEL, ts=SAID_AT, text="Checkout times out", author="U0SOMEONE")
    carried = Carried(EVENT, "Disk full", CHANNEL, ROOT, PLAYBOOK.id, PLAYBOOK.name)
    for name, right, surface, use in (
        (ids.INCIDENT_MODAL, Right.CREATE, "modal", _submitted(lambda _: incident_modal(), title="Another one")),
        (ids.RESOLVE_MODAL, Right.RESOLVE, "modal", _submitted(lambda slack: resolve_modal(slack.incident()))),
        (
            ids.UPDATE_MODAL,
            Right.UPDATE,
            "modal",
            _submitted(lambda slack: update_modal(slack.incident()), note="changed"),
        ),
        (
            ids.CORRECT_MODAL,
            Right.UPDATE,
            "modal",
            _submitted(lambda slack: correct_modal(slack.incident()), time=1_772_366_000),
        ),
        (ids.PREFERENCES_MODAL, Right.VIEW, "modal", _submitted(lambda _: preferences_modal(UNLESS_SAID, ""))),
        (ids.CHANNEL_MODAL, Right.UPDATE, "modal", _submitted(lambda slack: channel_modal(slack.incident()))),
        (
            ids.PEOPLE_MODAL,
            Right.ASSIGN,
            "modal",
            _submitted(lambda slack: people_modal(slack.incident()), scribe="U0SOMEONE"),
        ),
        (
            ids.CAPTURE_MODAL,
            Right.CAPTURE,
            "modal",
            _submitted(lambda slack: capture_modal(message, [slack.incident()])),
        ),
        (
            ids.CI_UPDATE_MODAL,
            Right.UPDATE,
            "modal",
            _submitted(lambda _: ci_update_modal(CI, CHANNEL), status="maintenance"),
        ),
        (
            ids.PLAYBOOK_MODAL,
            Right.RUN_PLAYBOOK,
            "button",
            _submitted(lambda _: playbook_modal(carried, [PLAYBOOK], PLAYBOOK)),
        ),
        (
            ids.PLAYBOOK_CONFIRM_MODAL,
            Right.RUN_PLAYBOOK,
            "button",
            _submitted(lambda _: confirm_modal(carried, PLAYBOOK)),
        ),
    ):
        yield Way("view", name, surface, right, "", use)
    yield Way("options", ids.CIS_SELECT, "modal", Right.CREATE, "", _searched)


def _forms_of_afterwards() -> Iterator[Way]:
    item = _submitted(lambda slack: action_modal(slack.incident()), action="Test the backup")
    yield Way("view", ids.ACTION_MODAL, "modal", Right.UPDATE, "", item)
    written = _submitted(lambda slack: retrospective_modal(Story(slack.incident(), [])), happened="It broke")
    yield Way("view", ids.RETROSPECTIVE_MODAL, "modal", Right.COMMENT, "", written)


def _in_slack() -> Iterator[Way]:
    for kind, name, right in (
        ("shortcut", ids.CREATE_INCIDENT_SHORTCUT, Right.CREATE),
        ("message_action", ids.CREATE_INCIDENT_FROM_MESSAGE, Right.CREATE),
        ("message_action", ids.ADD_TO_TIMELINE, Right.CAPTURE),
    ):
        yield Way("shortcut", name, "shortcut", right, "", _shortcut(kind, name))
    opened = {"type": "app_home_opened", "tab": "home", "channel": "D0HOME"}
    yield Way("event", "app_home_opened", "home", Right.VIEW, "", _told(opened))
    url = f"{ADDRESS}/incidents/{TEAM}/INC-1"
    written = {"type": "link_shared", "channel": "C0GENERAL0", "message_ts": "3.4", "links": [{"url": url}]}
    yield Way("event", "link_shared", "link", Right.VIEW, "", _told(written), _open)
    clicked: dict[str, Any] = {"type": "entity_details_requested", "trigger_id": "1.2.x", "link": {"url": url}}
    yield Way("event", "entity_details_requested", "link", Right.VIEW, "", _told(clicked), _open)
    asked = {"type": "message", "text": "nopesight how many events?", "ts": "3.3"}
    yield Way("event", "message", "question", Right.SEARCH, "", _told(asked))
    yield Way("event", "reaction_added", "reaction", Right.CAPTURE, "", _reacted("added"))
    yield Way("event", "reaction_removed", "reaction", Right.CAPTURE, "", _reacted("removed"), _pinned)
    made = _ran(ids.CREATE_INCIDENT_STEP, title="Another one")
    yield Way("function", ids.CREATE_INCIDENT_STEP, "step", Right.CREATE, "", made)
    for right, inputs, before in (
        (Right.VIEW, {}, _open),
        (Right.COMMENT, {"text": "looked"}, _open),
        (Right.UPDATE, {"severity": "critical"}, _open),
        (Right.ACKNOWLEDGE, {"state": "acknowledged"}, _open),
        (Right.RESOLVE, {"state": "resolved"}, _open),
        (Right.REOPEN, {"state": "open"}, _resolved),
    ):
        use = _ran(ids.UPDATE_INCIDENT_STEP, incident="INC-1", **inputs)
        also = frozenset({Right.VIEW})
        yield Way("function", ids.UPDATE_INCIDENT_STEP, "step", right, " ".join(inputs.values()), use, before, also)
