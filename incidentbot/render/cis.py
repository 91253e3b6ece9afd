"""Configuration items as a list, each leading to NopeSight."""

from collections.abc import Sequence
from typing import Final

from incidentbot.domain.monitoring import CiRef
from incidentbot.render.message import Links
from incidentbot.render.mrkdwn import Escaped, address, escape, fill, link, listed

SHOWN: Final = 5
NAME_LIMIT: Final = 80


def bullets(cis: Sequence[CiRef], links: Links) -> Escaped:
    """A line each, at most five, then "and N more"."""
    named = [_ci(ci, links) for ci in cis]
    return fill("• {items}", items=listed(named, most=SHOWN, limit=2500, separator="\n• "))


def names(cis: Sequence[CiRef]) -> Escaped:
    """Their names in a sentence."""
    return listed([escape(ci.name, NAME_LIMIT) for ci in cis], most=SHOWN, limit=600)


def _ci(ci: CiRef, links: Links) -> Escaped:
    return link(address(links.ci_url, ci.id), escape(ci.name or ci.id, NAME_LIMIT) or fill("(no name)"))
