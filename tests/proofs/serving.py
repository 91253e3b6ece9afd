"""A process of the service with a short settle delay and no limits: `python -m tests.proofs.serving PORT`."""

import asyncio
import sys
from datetime import timedelta

from incidentbot.bootstrap import build
from incidentbot.delivery.claim import Timings
from incidentbot.log import configure
from incidentbot.settings import load
from tests.proofs.forge import LEASE, SETTLE, UNLIMITED


def main(port: str) -> None:
    """Serve until SIGTERM."""
    settings = load()
    configure("json", "warning", secrets=settings.secrets())
    timings = Timings(settle=timedelta(seconds=SETTLE), lease=timedelta(seconds=LEASE), look=timedelta(seconds=0.1))
    asyncio.run(build(settings, timings=timings, pace=UNLIMITED).serve("127.0.0.1", int(port)))


if __name__ == "__main__":
    main(*sys.argv[1:])
