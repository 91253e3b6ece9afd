"""The Home tab of one person: what is theirs, what else is unresolved, and what can be done about it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from incidentbot.domain.action_items import ActionItem
from incidentbot.domain.home import HomeFacts
from incidentbot.domain.incident import Incident
from incidentbot.domain.lifecycle import State, Trigger
from incidentbot.domain.refusals import NotPermitted
from incidentbot.languages import fill_plain
from incidentbot.render import blocks, ids
from incidentbot.render.action import end_button
from incidentbot.render.modals import View
from incidentbot.render.mrkdwn import NOTHING, Escaped, ago, date, escape, fill, joined, link, listed, number, user
from incidentbot.render.preferences import preferences_line
from incidentbot.render.refusals import sentence
from incidentbot.render.vocabulary import STATE_SIGN, person, reference, severity, title

# Two blocks each, and one for each action item; Slack takes a hundred.
MINE: Final = 15
OTHERS: Final = 22
ITEMS: Final = 12
_TEXT: Final = 120
_Url = Callable[[Incident], str]


def home(facts: HomeFacts, url: _Url) -> View:
    """What `facts` tell; `url` gives the address of an incident's thread, or "". No time of day is in it but dates."""
    shown: list[dict[str, Any]] = [
        blocks.header(fill_plain("Incidents")),
        blocks.section(_summary(facts)),
        blocks.actions(
            blocks.button(fill_plain("Create incident"), ids.CREATE_INCIDENT_HOME, "new", primary=not facts.total),
            blocks.button(fill_plain("Direct messages"), ids.PREFERENCES_HOME, "mine"),
        ),
        blocks.context([preferences_line(facts.preferences)]),
        *_part(fill_plain("Yours"), facts.mine, MINE, facts, url),
        *_items(facts, url),
        *_part(fill_plain("Others that are not resolved"), facts.others, OTHERS, facts, url),
    ]
    left = facts.total - min(len(facts.mine), MINE) - min(len(facts.others), OTHERS)
    if left > 0:
        rest = fill("{left} more are not shown here: `/incident list` has them.", left=number(left))
        shown.append(blocks.context([rest]))
    shown.append(blocks.context([fill("Follows what happens for an hour after you open it; open it again for more.")]))
    return _view(shown)


def home_refused(refused: NotPermitted) -> View:
    """Home of somebody who may see no incidents."""
    return _view([blocks.header(fill_plain("Incidents")), blocks.section(sentence(refused))])


def _view(shown: list[dict[str, Any]]) -> View:
    return {"type": "home", "callback_id": ids.HOME, "blocks": shown}


def _summary(facts: HomeFacts) -> Escaped:
    if not facts.total:
        now = fill("🟢 Nothing is unresolved.")
    else:
        counts = {"total": number(facts.total), "mine": number(len(facts.mine)), "open": number(facts.open)}
        now = fill("*{total}* unresolved · *{mine}* yours · *{open}* that nobody has acknowledged", **counts)
    return joined([now, _since(facts)], "\n")


def _since(facts: HomeFacts) -> Escaped:
    """What happened since the visit before."""
    if facts.since is None:
        return NOTHING
    new = [one for one in (*facts.mine, *facts.others) if one.created_at > facts.since]
    told = []
    if new:
        told.append(fill("{count} new", count=number(len(new))))
    if facts.resolved:
        names = listed([reference(one) for one in facts.resolved], most=5, limit=200)
        told.append(fill("{count} resolved ({names})", count=number(len(facts.resolved)), names=names))
    what = joined(told, ", ") or fill("nothing new")
    return fill("Since your last visit, {since}: {what}", since=date(facts.since), what=what)


def _part(heading: str, incidents: Sequence[Incident], most: int, facts: HomeFacts, url: _Url) -> list[dict[str, Any]]:
    if not incidents:
        return []
    rows = [block for one in incidents[:most] for block in _row(one, url(one), changed=facts.changed(one))]
    return [{"type": "divider"}, blocks.header(heading), *rows]


def _items(facts: HomeFacts, url: _Url) -> list[dict[str, Any]]:
    """What the person is to do about incidents, also about those that are resolved."""
    if not facts.items:
        return []
    shown = facts.items[:ITEMS]
    rows = [_item(incident, item, url(incident), place) for place, (incident, item) in enumerate(shown)]
    left = facts.items_total - len(shown)
    more = [blocks.context([fill("and {left} more", left=number(left))])] if left > 0 else []
    return [{"type": "divider"}, blocks.header(fill_plain("Your action items")), *rows, *more]


def _item(incident: Incident, item: ActionItem, url: str, place: int) -> dict[str, Any]:
    named = link(url, title(incident)) if url else title(incident)
    due = fill("due {when}", when=date(item.due_at)) if item.due_at else NOTHING
    told = fill("☐ *{text}*\n{facts}", text=escape(item.text, _TEXT), facts=joined([due, named], " · "))
    done = end_button(incident.reference, item.number, f"{ids.END_ACTION_HOME}:{place}")
    return {**blocks.section(told), "accessory": done}


def _row(incident: Incident, url: str, *, changed: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    named = link(url, title(incident)) if url else title(incident)
    mark = fill(" · 🆕") if changed else NOTHING
    facts = joined([severity(incident.severity), _age(incident), _held(incident)], " · ")
    text = fill("{sign} *{named}*{mark}\n{facts}", sign=STATE_SIGN[incident.state], named=named, mark=mark, facts=facts)
    buttons = [
        *blocks.link_buttons(fill_plain("Go to thread"), _of(incident, ids.OPEN_THREAD), url),
        *_do(incident, Trigger.ACKNOWLEDGE, fill_plain("Acknowledge"), ids.ACKNOWLEDGE_INCIDENT),
        *_do(incident, Trigger.RESOLVE, fill_plain("Resolve"), ids.RESOLVE_INCIDENT),
    ]
    return blocks.section(text), blocks.actions(*buttons)


def _age(incident: Incident) -> Escaped:
    return fill("created {ago}", ago=ago(incident.created_at))


def _held(incident: Incident) -> Escaped:
    """Who has it."""
    if incident.assignee:
        return fill("assigned to {who}", who=user(incident.assignee))
    if incident.state is State.ACKNOWLEDGED:
        return fill("acknowledged by {who}", who=person(incident.state_by))
    return fill("nobody has it yet")


def _do(incident: Incident, trigger: Trigger, label: str, action_id: str) -> tuple[dict[str, Any], ...]:
    if trigger not in incident.allowed:
        return ()
    return (blocks.button(label, _of(incident, action_id), incident.reference),)


def _of(incident: Incident, action_id: str) -> str:
    """The id of a button of one row: rows have the same buttons, and ids tell them apart."""
    return f"{action_id}:{incident.number}"
