"""A process that has imported everything and forks workers: a line on its input for each, its pid on the output.

Importing takes a second, a fork some milliseconds; only so can a proof kill workers by the thousand. The forge has no
threads and no connections, so that a child begins as clean as a new process.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta

from incidentbot.bootstrap import build
from incidentbot.delivery.claim import Timings
from incidentbot.domain.policy import Pace
from incidentbot.log import configure
from incidentbot.settings import load

SETTLE = 0.5
LEASE = 2.0
UNLIMITED = Pace(channel_posts_a_second=1000, channel_burst=1000, posts_a_minute=1_000_000, tier_share=1000)


def work() -> None:
    """Deliver effects until killed."""
    settings = load()
    configure("json", "error", secrets=settings.secrets())
    timings = Timings(settle=timedelta(seconds=SETTLE), lease=timedelta(seconds=LEASE), look=timedelta(seconds=0.1))
    asyncio.run(build(settings, timings=timings, pace=UNLIMITED).deliver())


def main() -> None:
    """Fork a worker for each line that comes, until there are no more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever dies leaves nothing behind
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            work()
            os._exit(1)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
