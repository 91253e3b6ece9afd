"""doctor: a click of the doctor's own is noted, so that it can be seen to have arrived."""

from typing import Final

from incidentbot.store import Store

SOURCE: Final = "doctor"
LONGEST: Final = 64


def click_key(number: str) -> str:
    """By what the click with this number is known in the inbox."""
    return f"doctor:{number[:LONGEST]}"


def note_click(store: Store, team_id: str, number: str) -> None:
    """Keep the click; it leads to nothing."""
    key = click_key(number)
    with store.begin(team_id) as tx:
        tx.inbox.store(key, SOURCE, b"", tx.now)
        tx.inbox.done([key], tx.now)
