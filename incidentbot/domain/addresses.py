"""Addresses of incidents: links to them that mean the same wherever they are written.

They tell nothing of the incident: whoever opens one outside Slack is sent to the workspace, which asks who they are.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from incidentbot.domain.reference import parse_reference, reference

PATH: Final = "/incidents/{team}/{ref}"
_OURS: Final = re.compile(
    r"/incidents/(?P<team>[TE][A-Z0-9]{2,30})/(?P<ref>INC-[0-9]{1,9})/?", re.ASCII | re.IGNORECASE
)
_API: Final = re.compile(r"/v1/incidents/(?P<ref>INC-[0-9]{1,9})/?", re.ASCII | re.IGNORECASE)
_LONGEST: Final = 500


def address_of(base: str, team_id: str, number: int) -> str:
    """The address of incident `number` under our own `base`; "" where we have none."""
    return f"{base.rstrip('/')}/incidents/{team_id}/{reference(number)}" if base else ""


def named_by(base: str, team_id: str, url: str) -> int | None:
    """The number of the incident of `team_id` that `url` is the address of, also that of the API; None for others."""
    try:
        ours, given = urlsplit(base), urlsplit(url[:_LONGEST])
        same = base != "" and (ours.scheme, ours.hostname, ours.port) == (given.scheme, given.hostname, given.port)
    except ValueError:
        return None
    path = given.path.removeprefix(ours.path.rstrip("/"))
    found = _OURS.fullmatch(path) or _API.fullmatch(path)
    if not same or found is None or found.groupdict().get("team", team_id) != team_id:
        return None
    return parse_reference(found["ref"])
