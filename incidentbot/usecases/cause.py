"""Why something is done: who wants it, by which way in, and the key by which a repeat is known."""

from dataclasses import dataclass

from incidentbot.domain.people import Actor


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of a change. The same `key` changes nothing again and gets the first answer.

    `surface` is the way in (slash_command, button, modal, mention, rest, cli …). `fingerprint` tells bodies apart
    where a key could come with another one; "" where it cannot.
    """

    team_id: str
    key: str
    actor: Actor
    surface: str
    fingerprint: str = ""
