"""`incidentbot serve`, killed once at a crash point: `python doomed.py PORT POINT MARKER`."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from incidentbot.bootstrap import build
from incidentbot.crashpoints import arm
from incidentbot.delivery.claim import Timings
from incidentbot.settings import load


def main(port: str, point: str, marker: str) -> None:
    """Arm the point once the file MARKER.armed is there, and die at it, once."""
    died, armed = Path(marker), Path(f"{marker}.armed")

    def at(name: str) -> None:
        if name == point and armed.exists() and not died.exists():
            died.touch()
            os._exit(9)

    arm(at)
    timings = Timings(settle=timedelta(seconds=0.4), lease=timedelta(seconds=1.5))
    service = build(load(), timings=timings)
    asyncio.run(service.serve("127.0.0.1", int(port)))


if __name__ == "__main__":
    main(*sys.argv[1:])
