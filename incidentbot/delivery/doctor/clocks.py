"""Whether clocks agree: signatures are good for 300 s, so a wrong clock turns every click away."""

from datetime import datetime, timedelta
from typing import Final

from incidentbot.domain.doctor import Finding, doubtful, failing, well
from incidentbot.domain.signing import WINDOW_SECONDS
from incidentbot.languages import fill_plain, phrase

NOTICEABLE: Final = timedelta(seconds=10)
REFUSED: Final = timedelta(seconds=WINDOW_SECONDS)
REMEDY: Final = phrase("Let this machine keep its time by NTP (timedatectl set-ntp true).")


def compared(name: str, whose: str, theirs: datetime, ours: datetime) -> Finding:
    """How far our clock is from `whose`; both aware."""
    apart = abs(ours - theirs)
    seconds = round(apart.total_seconds())
    way = "ahead of" if ours > theirs else "behind"
    if apart >= REFUSED:
        sentence = fill_plain(
            "This machine's clock is {seconds} s {way} {whose}: what Slack signs is refused.",
            seconds=seconds,
            way=way,
            whose=whose,
        )
        return failing(name, sentence, REMEDY)
    if apart >= NOTICEABLE:
        sentence = fill_plain(
            "This machine's clock is {seconds} s {way} {whose}; from {window_seconds} s on clicks are refused.",
            seconds=seconds,
            way=way,
            whose=whose,
            window_seconds=WINDOW_SECONDS,
        )
        return doubtful(name, sentence, REMEDY)
    return well(
        name,
        fill_plain(
            "This machine's clock and {whose} agree within {seconds} s.", whose=whose, seconds=NOTICEABLE.seconds
        ),
    )
