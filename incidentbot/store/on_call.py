"""Who is on call now, by what the settings say and what Slack and NopeSight last told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from incidentbot.domain.on_call import Duty, Roster, Rosters, Schedule, next_turn, roster_of, turn_at
from incidentbot.domain.timers import GROUP
from incidentbot.store.groups import Groups
from incidentbot.store.mentions import Mentions

# Under which name the members of a NopeSight team are kept beside those of Slack's groups.
_KEPT_AS: Final = "on_call:"


def kept_as(roster: Roster) -> str:
    """The key of what was last learnt about a roster."""
    return f"{_KEPT_AS}{roster.name}"


class OnCall:
    """The on-call names of a team."""

    def __init__(self, rosters: Rosters, mentions: Mentions, groups: Groups) -> None:
        self._rosters = rosters
        self._mentions = mentions
        self._groups = groups

    def duty(self, name: str, now: datetime) -> Duty | None:
        """Who is on call by `name` (@dba, or an id); None where nothing is known by that name."""
        roster = roster_of(self._rosters, name)
        if roster is None:
            return self._mentioned(name)
        if isinstance(roster.source, str):
            return self._of_group(roster, roster.source)
        if isinstance(roster.source, Schedule):
            return self._by_schedule(roster.name, roster.source, now)
        return Duty(f"@{roster.name}", self._groups.members(kept_as(roster)), source="nopesight")

    def _mentioned(self, name: str) -> Duty | None:
        """A group or a person of Slack that the settings mention."""
        known = self._ids([name])
        if name not in known:
            return None
        found = known[name]
        if not found:
            return Duty(name, unknown=(name,))
        if found.startswith(GROUP):
            return Duty(name, self._groups.members(found), group=found, source="group")
        return Duty(name, (found,))

    def _of_group(self, roster: Roster, group: str) -> Duty:
        found = self._ids([group]).get(group)
        if not found:
            unknown = () if found is None else (group,)
            return Duty(f"@{roster.name}", unknown=unknown, source="group")
        if not found.startswith(GROUP):
            return Duty(f"@{roster.name}", (found,), source="group")
        return Duty(f"@{roster.name}", self._groups.members(found), group=found, source="group")

    def _by_schedule(self, name: str, schedule: Schedule, now: datetime) -> Duty:
        turn = turn_at(schedule, now)
        coming = next_turn(schedule, turn)
        known = self._ids([turn.person, coming.person if coming else ""])
        person = known.get(turn.person, "")
        return Duty(
            f"@{name}",
            (person,) if person else (),
            until=turn.until,
            after=(known.get(coming.person) or coming.person) if coming else "",
            unknown=(turn.person,) if turn.person and known.get(turn.person) == "" else (),
            source="schedule",
        )

    def _ids(self, names: Iterable[str]) -> dict[str, str]:
        """The ids of those that were looked up; an id is itself."""
        wanted = [name for name in names if name]
        found = {name: name for name in wanted if not name.startswith("@")}
        return found | dict(self._mentions.known([name for name in wanted if name not in found]))
