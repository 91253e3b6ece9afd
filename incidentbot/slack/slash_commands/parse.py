"""Reads what stands after /incident. Pure: the same text always means the same, whatever incidents there are."""

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from incidentbot.domain import own_report
from incidentbot.domain.correction import Corrected
from incidentbot.domain.lifecycle import State
from incidentbot.domain.markup import plain
from incidentbot.domain.nearest import nearest
from incidentbot.domain.reference import is_prefixed, parse_reference
from incidentbot.domain.refusals import BadField, BadOption, MissingArgument, Refusal, Refused, UnknownSubcommand
from incidentbot.domain.roles import IncidentRole
from incidentbot.domain.severity import Severity
from incidentbot.domain.statistics import GroupBy
from incidentbot.domain.story import Document
from incidentbot.domain.timers import read_snooze
from incidentbot.languages import fill_plain, phrase
from incidentbot.slack.slash_commands import commands
from incidentbot.slack.slash_commands.commands import SlashCommand, Target
from incidentbot.slack.typed_text import (
    PersonTyped,
    Word,
    clean,
    free_text,
    is_mention,
    person_typed,
    straight,
    words_of,
)

COMMAND: Final = "/incident"
# As Slack delivers a channel that was picked while typing.
_CHANNEL: Final = re.compile(r"<#(?P<id>[CG][A-Z0-9]{2,30})(?:\|[^<>]*)?>", re.ASCII)
_MOST_CIS: Final = 100
_CANVAS: Final = "canvas"
_EDIT: Final = "edit"
_LONGEST_NUMBER: Final = 4
_ON_ITEMS: Final = ("add", "list", "done", "reopen", "change")
_NOBODY: Final = "none"

USAGE: Final[Mapping[str, str]] = {
    "create": "/incident create TITLE [--severity critical|high|medium|low] [--ci NAME]… [--assign @user] [--drill]",
    "ack": "/incident ack INC-n",
    "unack": "/incident unack INC-n",
    "snooze": "/incident snooze INC-n 30m|4h|2d",
    "resolve": "/incident resolve INC-n [note]",
    "reopen": "/incident reopen INC-n [reason]",
    "update": "/incident update INC-n [text] [--next 30m|2h|1d] [--severity critical|high|medium|low] [--title TITLE]",
    "assign": "/incident assign INC-n @user",
    "note": "/incident note INC-n text",
    "invite": "/incident invite INC-n @user…",
    "role": "/incident role INC-n assignee|commander|communications|scribe @user|me|none",
    "people": "/incident people INC-n",
    "channel": "/incident channel INC-n [#channel]",
    "handover": "/incident handover INC-n @user [note]",
    "leave": "/incident leave INC-n",
    "correct": "/incident correct INC-n started|acknowledged|resolved 14:45|2026-01-20 14:45|20m ago",
    "action": "/incident action INC-n add TEXT [@user] [--due 3d|2026-01-20] | list | done N | reopen N"
    " | change N [TEXT] [@user|none] [--due 3d|none]",
    "export": "/incident export INC-n [markdown|json|canvas]",
    "retrospective": "/incident retrospective INC-n [canvas|edit]",
    "list": "/incident list [open|acknowledged|resolved|all] [critical|high|medium|low]",
    "show": "/incident show INC-n",
    "why": "/incident why INC-n",
    "simulate": '/incident simulate EVENT_ID | severity=critical ci_name=NAME ci_type=server service="…" …',
    "stats": "/incident stats [7d|30d|90d] [by service|ci|team|person]",
    "oncall": "/incident oncall [NAME]",
    "report": own_report.USAGE,
    "doctor": "/incident doctor",
    "help": "/incident help",
}
ALIASES: Final[Mapping[str, str]] = {
    "new": "create",
    "acknowledge": "ack",
    "unacknowledge": "unack",
    "close": "resolve",
    "handoff": "handover",
    "retro": "retrospective",
}
_STATES: Final[Mapping[str, tuple[State, ...]]] = {
    **{state.value: (state,) for state in State},
    "all": tuple(State),
}


@dataclass(frozen=True, slots=True)
class _Options:
    """Options by name, each with its values in the order typed, and the words that belong to none."""

    values: dict[str, list[str]] = field(default_factory=dict)
    rest: list[Word] = field(default_factory=list)

    def last(self, name: str) -> str | None:
        return self.values[name][-1] if self.values.get(name) else None


def parse_incident(text: str) -> SlashCommand | Refusal:
    """What `text`, as Slack delivers it, asks for; a refusal says what is not understood. Never raises."""
    text = clean(text)
    words = words_of(text)
    if not words:
        return commands.Help()
    typed = words[0].text.lower()
    name = ALIASES.get(typed, typed)
    if name not in USAGE:
        return UnknownSubcommand(COMMAND, plain(words[0].text)[:80], nearest(typed, [*USAGE, *ALIASES]))
    try:
        return _PARSERS[name](USAGE[name], text, words[1:])
    except Refused as refused:
        return refused.refusal


def read_severity(value: str) -> Severity:
    """The severity called `value`, in any case; refused where there is none."""
    try:
        return Severity(value.strip().lower())
    except ValueError:
        choices = tuple(severity.value for severity in Severity)
        raise Refused(BadField("severity", "unknown", value=plain(value)[:80], choices=choices)) from None


def _create(usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    options = _options(usage, text, words, ("severity", "ci", "assign"), flags=("drill",))
    severity, assignee = options.last("severity"), options.last("assign")
    cis = tuple(dict.fromkeys(plain(name) for name in options.values.get("ci", ())))
    if len(cis) > _MOST_CIS:
        raise Refused(BadField("cis", "out_of_range", limit=_MOST_CIS))
    return commands.Create(
        title=plain(free_text(text, options.rest)),
        severity=Severity.HIGH if severity is None else read_severity(severity),
        cis=cis,
        assignee=None if assignee is None else person_typed(assignee),
        drill="drill" in options.values,
    )


def _acknowledge(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    return commands.Acknowledge(_reference_only(usage, words))


def _unacknowledge(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    return commands.Unacknowledge(_reference_only(usage, words))


def _snooze(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    """`INC-1 30m`, in either order; the reference may be left out."""
    lengths = [word.text for word in words if parse_reference(word.text) is None]
    refs = [word.text for word in words if parse_reference(word.text) is not None]
    if not lengths:
        raise Refused(MissingArgument(phrase("for how long"), usage))
    if len(lengths) > 1 or len(refs) > 1:
        raise Refused(BadOption(plain((lengths[1:] or refs[1:])[0])[:80], usage))
    return commands.Snooze(refs[0] if refs else "", read_snooze(plain(lengths[0])))


def _show(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    return commands.Show(_reference_only(usage, words))


def _why(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    return commands.Why(_reference_only(usage, words))


def _simulate(usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    if not words:
        raise Refused(MissingArgument(phrase("an event"), usage))
    return commands.Simulate(straight(plain(text[words[0].start :])), usage)


def _resolve(_usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    return commands.Resolve(_target(text, words))


def _reopen(_usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    return commands.Reopen(_target(text, words))


def _note(usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    target = _target(text, words)
    if not target.text and not target.doubtful:
        raise Refused(MissingArgument(phrase("a text"), usage))
    return commands.Note(target)


def _update(usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    options = _options(usage, text, words, ("severity", "title", "next"))
    severity, title, following = options.last("severity"), options.last("title"), options.last("next")
    return commands.Update(
        next_update=None if following is None else read_snooze(plain(following)),
        target=_target(text, options.rest),
        severity=None if severity is None else read_severity(severity),
        title=None if title is None else plain(title),
    )


def _assign(usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    ref, people = _people(usage, text, words)
    if len(people) > 1:
        raise Refused(BadOption(plain(people[1].text)[:80], usage))
    return commands.Assign(ref, person_typed(people[0].text))


def _invite(usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    ref, people = _people(usage, text, words)
    typed = dict.fromkeys(person_typed(word.text) for word in people)
    return commands.Invite(ref, tuple(typed))


def _role(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    """`INC-1 commander @ana`; the reference may be left out."""
    ref, left = _reference_first(words)
    if not left:
        raise Refused(MissingArgument(phrase("a role"), usage))
    named = left[0].text.lower()
    if named not in set(IncidentRole):
        raise Refused(BadOption(plain(left[0].text)[:80], usage, nearest(named, IncidentRole)))
    if len(left) == 1:
        raise Refused(MissingArgument(phrase("a person"), usage))
    if len(left) > 2:  # noqa: PLR2004 - the role and the person
        raise Refused(BadOption(plain(left[2].text)[:80], usage))
    role, who = IncidentRole(named), left[1].text
    if who.lower() in {"none", "me"}:
        return commands.TakeRole(ref, role, mine=who.lower() == "me")
    return commands.TakeRole(ref, role, person_typed(who))


def _people_form(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    return commands.People(_reference_only(usage, words))


def _channel(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    """`INC-1 #ops`, in this order; both may be left out."""
    left = list(words)
    ref = left.pop(0).text if left and not left[0].text.startswith(("#", "<#")) else ""
    if not left:
        return commands.Channel(plain(ref)[:80])
    if len(left) > 1:
        raise Refused(BadOption(plain(left[1].text)[:80], usage))
    found = _CHANNEL.fullmatch(left[0].text)
    if not found:
        raise Refused(BadField("channel", "unknown", value=plain(left[0].text)[:80]))
    return commands.Channel(plain(ref)[:80], found["id"])


def _hand_over(usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    ref, left = _reference_first(words)
    if not left:
        raise Refused(MissingArgument(phrase("a person"), usage))
    return commands.HandOver(ref, person_typed(left[0].text), plain(free_text(text, left[1:])))


def _leave(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    return commands.Leave(_reference_only(usage, words))


def _correct(usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    """`INC-1 resolved 14:45`; the reference may be left out, and with it alone the form is meant."""
    ref, left = _reference_first(words)
    if not left:
        return commands.Correct(ref)
    named = left[0].text.lower()
    if named not in set(Corrected):
        raise Refused(BadOption(plain(left[0].text)[:80], usage, nearest(named, Corrected)))
    if len(left) == 1:
        raise Refused(MissingArgument(phrase("a time"), usage))
    return commands.Correct(ref, Corrected(named), plain(free_text(text, left[1:])))


def _action(usage: str, text: str, words: Sequence[Word]) -> SlashCommand:
    """`INC-1 add TEXT`, `INC-1 done 2` or `INC-1 list`; the reference may be left out."""
    ref, left = _reference_first(words)
    verb = left[0].text.lower() if left else "list"
    match verb:
        case "add":
            return _action_added(usage, text, ref, left[1:])
        case "change":
            return _action_changed(usage, text, ref, left[1:])
        case "done":
            return commands.ActionDone(ref, _item_alone(usage, left[1:]))
        case "reopen":
            return commands.ActionReopened(ref, _item_alone(usage, left[1:]))
        case "list" if len(left) > 1:
            raise Refused(BadOption(plain(left[1].text)[:80], usage))
        case "list":
            return commands.ActionsListed(ref)
        case _:
            raise Refused(BadOption(plain(left[0].text)[:80], usage, nearest(verb, _ON_ITEMS)))


def _action_added(usage: str, text: str, ref: str, words: Sequence[Word]) -> SlashCommand:
    """`Test the backup @ana --due 3d`; nothing at all is left to the form."""
    options = _options(usage, text, words, ("due",))
    wanted, person = _text_and_person(text, options.rest)
    due = options.last("due")
    if not wanted.strip() and words:
        raise Refused(MissingArgument(phrase("a text"), usage))
    return commands.ActionAdded(ref, wanted, person, "" if due is None else plain(due))


def _action_changed(usage: str, text: str, ref: str, words: Sequence[Word]) -> SlashCommand:
    """`2 @ben --due 2w`, `2 none`, `2 --due none`, `2 Other words`; a number that stands alone is left to the form."""
    number = _item_number(usage, words)
    options = _options(usage, text, words[1:], ("due",))
    said, due = options.rest, options.last("due")
    nobody = len(said) == 1 and said[0].text.lower() == _NOBODY and not said[0].quoted
    wanted, person = ("", None) if nobody else _text_and_person(text, said)
    when = "" if due is not None and due.lower() == _NOBODY else due
    return commands.ActionChanged(
        ref, number, wanted or None, "" if nobody else person, None if when is None else plain(when)
    )


def _text_and_person(text: str, words: Sequence[Word]) -> tuple[str, PersonTyped | None]:
    """What an item says; the person is the last word, where it is a mention."""
    mentioned = bool(words) and is_mention(words[-1].text) and not words[-1].quoted
    person = person_typed(words[-1].text) if mentioned else None
    return plain(free_text(text, words[:-1] if mentioned else words)), person


def _item_alone(usage: str, words: Sequence[Word]) -> int:
    number = _item_number(usage, words)
    if len(words) > 1:
        raise Refused(BadOption(plain(words[1].text)[:80], usage))
    return number


def _item_number(usage: str, words: Sequence[Word]) -> int:
    """The number of an action item, which comes first."""
    if not words:
        raise Refused(MissingArgument(phrase("the number of the action item"), usage))
    typed = words[0].text.lstrip("#")
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_NUMBER):
        raise Refused(BadField("action_item", "malformed", value=plain(words[0].text)[:80]))
    return int(typed)


def _export(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    ref, form = _document(usage, words, (Document.MARKDOWN, Document.JSON, _CANVAS))
    document = Document.JSON if form == Document.JSON else Document.MARKDOWN
    return commands.Export(ref, document, canvas=form == _CANVAS)


def _retrospective(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    ref, form = _document(usage, words, (_CANVAS, _EDIT))
    return commands.Retrospective(ref, canvas=form == _CANVAS, edit=form == _EDIT)


def _document(usage: str, words: Sequence[Word], forms: Sequence[str]) -> tuple[str, str]:
    """The reference and the form, either of which may be left out."""
    ref, left = _reference_first(words)
    typed = [word.text.lower() for word in left]
    if len(typed) > 1 or (typed and typed[0] not in forms):
        wrong = left[-1].text if typed[0] in forms else left[0].text
        raise Refused(BadOption(plain(wrong)[:80], usage, nearest(typed[-1], forms)))
    return ref, typed[0] if typed else ""


def _list(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    states: list[State] = []
    severity: Severity | None = None
    for word in words:
        name = word.text.lower()
        if name in _STATES:
            states += _STATES[name]
        elif name in set(Severity):
            severity = Severity(name)
        else:
            raise Refused(BadOption(plain(word.text)[:80], usage, nearest(name, [*_STATES, *Severity])))
    return commands.List(tuple(dict.fromkeys(states)) or commands.List().states, severity)


def _stats(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    named = [plain(word.text)[:80] for word in words]
    period = named.pop(0) if named and named[0].lower() != "by" else commands.Stats().period
    if not named:
        return commands.Stats(period)
    if named[0].lower() != "by":
        raise Refused(BadOption(named[0], usage))
    if len(named) == 1:
        raise Refused(MissingArgument(phrase("what to tell apart by"), usage))
    if named[1].lower() not in set(GroupBy) or len(named) > 2:  # noqa: PLR2004 - the word by and what
        raise Refused(BadOption(named[-1], usage, nearest(named[-1], GroupBy)))
    return commands.Stats(period, GroupBy(named[1].lower()))


def _on_call(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    if len(words) > 1:
        raise Refused(BadOption(plain(words[1].text)[:80], usage))
    return commands.OnCall(plain(words[0].text).lstrip("@")[:80] if words else "")


def _report(_usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    return commands.Report(tuple(plain(word.text)[:80] for word in words))


def _doctor(usage: str, _text: str, words: Sequence[Word]) -> SlashCommand:
    if words:
        raise Refused(BadOption(plain(words[0].text)[:80], usage))
    return commands.Doctor()


def _help(_usage: str, _text: str, _words: Sequence[Word]) -> SlashCommand:
    return commands.Help()


_PARSERS: Final[Mapping[str, Callable[[str, str, Sequence[Word]], SlashCommand]]] = {
    "create": _create,
    "ack": _acknowledge,
    "unack": _unacknowledge,
    "snooze": _snooze,
    "resolve": _resolve,
    "reopen": _reopen,
    "update": _update,
    "assign": _assign,
    "note": _note,
    "invite": _invite,
    "role": _role,
    "people": _people_form,
    "channel": _channel,
    "handover": _hand_over,
    "leave": _leave,
    "correct": _correct,
    "action": _action,
    "export": _export,
    "retrospective": _retrospective,
    "list": _list,
    "show": _show,
    "why": _why,
    "simulate": _simulate,
    "stats": _stats,
    "oncall": _on_call,
    "report": _report,
    "doctor": _doctor,
    "help": _help,
}


def _reference_only(usage: str, words: Sequence[Word]) -> str:
    """The reference as typed, also where it cannot be one: nobody finds it, and the person is told so."""
    if len(words) > 1:
        raise Refused(BadOption(plain(words[1].text)[:80], usage))
    return plain(words[0].text)[:80] if words else ""


def _target(text: str, words: Sequence[Word]) -> Target:
    if not words or words[0].quoted or parse_reference(words[0].text) is None:
        return Target(text=plain(free_text(text, words)))
    ref = words[0].text
    return Target(ref, plain(free_text(text, words[1:])), doubtful=not is_prefixed(ref))


def _reference_first(words: Sequence[Word]) -> tuple[str, Sequence[Word]]:
    """The reference, or "", and the words after it."""
    if words and not is_mention(words[0].text) and parse_reference(words[0].text) is not None:
        return words[0].text, words[1:]
    return "", words


def _people(usage: str, text: str, words: Sequence[Word]) -> tuple[str, Sequence[Word]]:
    """The reference, or "", and the words that name people, of which there is at least one."""
    ref, words = _reference_first(words)
    for word in words:
        if word.option:
            raise Refused(BadOption(text[word.start : word.end][:80], usage))
    if not words:
        raise Refused(MissingArgument(phrase("a person"), usage))
    return ref, words


def _options(usage: str, text: str, words: Sequence[Word], known: Sequence[str], flags: Sequence[str] = ()) -> _Options:
    """`known` options take a value each, `flags` none."""
    options = _Options()
    left = deque(words)
    while left:
        word = left.popleft()
        if not word.option:
            options.rest.append(word)
            continue
        if word.option in flags and word.value is None:
            options.values.setdefault(word.option, [])
            continue
        if word.option not in known:
            near = nearest(word.option, [*known, *flags])
            raise Refused(BadOption(f"--{word.option}"[:80], usage, f"--{near}" if near else ""))
        options.values.setdefault(word.option, []).append(_value(usage, text, word, left))
    return options


def _value(usage: str, text: str, option: Word, following: deque[Word]) -> str:
    """The value of `option`: after its "=", else the next word, taken from `following`. A title goes to its end."""
    taken: list[Word] = []
    whole = option.option == "title" and not option.quoted
    if option.value is not None:
        at = option.end - len(option.value)
        taken.append(Word(option.value, at, option.end, quoted=option.quoted))
    elif following and not following[0].option:
        taken.append(following.popleft())
    while whole and taken and not taken[0].quoted and following and not following[0].option:
        taken.append(following.popleft())
    value = free_text(text, taken)
    if not value:
        raise Refused(MissingArgument(fill_plain("a value for --{option}", option=option.option), usage))
    return value
