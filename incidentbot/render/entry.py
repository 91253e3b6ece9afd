"""A timeline entry as the one reply in the thread that tells it, and as one line of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from incidentbot.domain.incident import Incident
from incidentbot.domain.timeline import Entry
from incidentbot.render import blocks
from incidentbot.render.documents import after_row
from incidentbot.render.message import Message
from incidentbot.render.mrkdwn import Escaped, date, escape, fill, fit, joined
from incidentbot.render.reminder import button_row
from incidentbot.render.tellers import tell
from incidentbot.render.vocabulary import drill_mark, reference

TEXT_LIMIT: Final = 3900
EXCERPT: Final = 200
GAPS_SAID: Final = 5


def entry(incident: Incident, entry: Entry, *, missed: Sequence[tuple[int, str]] = ()) -> Message:
    """The reply that tells `entry`, with its number and time in small print.

    `missed` are earlier entries that could not be posted, as (seq, reason); they are told first.
    """
    told = tell(entry)
    facts = [fill("*{label}:* {value}", label=label, value=value) for label, value in told.facts]
    quotation, left_out = blocks.body(told.quoted)
    if quotation and told.heading:
        facts.append(fill("*{heading}:*", heading=told.heading))
    gaps = [_gap(seq, reason) for seq, reason in missed]
    lines = [told.sentence, *facts]
    shown = (
        *([blocks.context(gaps)] if gaps else []),
        blocks.section(_marked(incident, fill("{sign} {told}", sign=told.sign, told=joined(lines, "\n")))),
        *quotation,
        *button_row(incident, entry),
        *after_row(incident, entry),
        blocks.context([fill("#{seq} · {when}", seq=escape(str(entry.seq)), when=date(entry.happened_at)), left_out]),
    )
    text = fill("{ref} #{seq} {line}", ref=reference(incident), seq=escape(str(entry.seq)), line=line(entry))
    text = _marked(incident, text)
    return Message(fit(joined([text, *gaps[:GAPS_SAID]], " · "), TEXT_LIMIT), shown)


def _marked(incident: Incident, text: Escaped) -> Escaped:
    """The text, after the word that it is an exercise: an entry may call people who read nothing else."""
    return joined([drill_mark(incident), text], " · ")


def line(entry: Entry) -> Escaped:
    """The entry in one line, what is quoted cut short: for lists, and for those who see no blocks."""
    told = tell(entry)
    facts = [fill("{label}: {value}", label=label, value=value) for label, value in told.facts]
    excerpt = escape(told.quoted, EXCERPT)
    if excerpt:
        quoted = fill("“{excerpt}”", excerpt=excerpt)
        facts.append(joined([told.heading, quoted], ": "))
    return fill(
        "{sign} {told} ({when})",
        sign=told.sign,
        told=joined([told.sentence, *facts], " · "),
        when=date(entry.happened_at),
    )


def _gap(seq: int, reason: str) -> Escaped:
    return fill(
        "⚠️ Entry {seq} could not be posted: {reason}",
        seq=escape(str(seq)),
        reason=escape(reason) or fill("reason unknown"),
    )
