"""Which way trouble travels along a relationship. Pure."""

from collections.abc import Iterable
from typing import Final

from incidentbot.domain.cmdb import Relationship
from incidentbot.domain.monitoring import CiRef

# "A depends on B": trouble of the target reaches the source. "A hosts B": trouble of the source reaches the target.
_STANDS_ON: Final = frozenset({"depends_on", "runs_on", "hosted_by", "hosted_on", "uses"})
_CARRIES: Final = frozenset({"hosts", "impacts", "used_by", "supports"})


def reached_from(ci_id: str, relationships: Iterable[Relationship]) -> tuple[CiRef, ...]:
    """The CIs, each once, that stand directly on `ci_id`."""
    found: dict[str, CiRef] = {}
    for one in relationships:
        if one.type in _STANDS_ON and one.target_id == ci_id and one.source_id:
            found.setdefault(one.source_id, CiRef(one.source_id, one.source_name or one.source_id))
        elif one.type in _CARRIES and one.source_id == ci_id and one.target_id:
            found.setdefault(one.target_id, CiRef(one.target_id, one.target_name or one.target_id))
    found.pop(ci_id, None)
    return tuple(found.values())
