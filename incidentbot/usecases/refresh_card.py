"""refresh_card: the card says what is late or was given up; when that changes, it is edited."""

from incidentbot.domain.lag import Lag
from incidentbot.store import Transaction
from incidentbot.usecases.confirm_card import confirm_card


def lag_of(tx: Transaction, number: int, *, but: str = "") -> Lag:
    """What of the incident is late, or was given up; effect `but`, which is just ending, is left out."""
    return tx.lags.of(number, tx.now - tx.policy.show_lag_after, but=but)


def refresh_card(tx: Transaction, number: int, *, but: str = "") -> None:
    """Plan an edit of the incident's card if it says other things of the lag than are true now."""
    mark = lag_of(tx, number, but=but).mark
    if mark != tx.incidents.lag_on_card(number):
        # Noted when it is planned, so that a lag that lasts plans one edit and not one a try.
        tx.incidents.say_lag(number, mark)
        confirm_card(tx, number)
