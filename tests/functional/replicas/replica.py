"""One of several replicas on one database: `python replica.py PORT`. Slack's limits are not what is tried here."""

import asyncio
import sys

from incidentbot.bootstrap import build
from incidentbot.domain.policy import Pace
from incidentbot.log import configure
from incidentbot.settings import load

UNLIMITED = Pace(channel_posts_a_second=1000, channel_burst=1000, posts_a_minute=1_000_000, tier_share=1000)


def main(port: str) -> None:
    """Serve until SIGTERM."""
    settings = load()
    configure("json", "warning", secrets=settings.secrets())
    service = build(settings, pace=UNLIMITED)
    asyncio.run(service.serve("127.0.0.1", int(port)))


if __name__ == "__main__":
    main(*sys.argv[1:])
