"""Effects as rows: what waits to be told, who is telling it, and what came of it.

A row is unfinished until it is done, superseded by a newer one of its lane, or parked. While somebody works on it, it
bears a lease; `attempt_started_at` is set from before a call until its outcome is known, so a row that has it and no
living lease is uncertain.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from incidentbot import tracing
from incidentbot.domain.severity import Severity
from incidentbot.effects.kinds import Effect, System, from_data, to_data
from incidentbot.store.statement import Statement
from incidentbot.store.tables import effects, installations, rate_limits
from incidentbot.store.types import UtcTime

# Not told, and it still may be: waiting or parked.
ENDS_OPEN: Final = effects.c.finished_at.is_(None) | (effects.c.outcome == "parked")
# How many rows one look considers; enough to fill every worker's hands, small enough to stay a short transaction.
LOOK_AT: Final = 64

# Statements of every click and delivery, built once: building one takes longer than running it.
_UNFINISHED: Final = effects.c.finished_at.is_(None)
_NEW: Final = (
    *("team_id", "id", "kind", "system", "lane", "seq", "rank", "incident", "target", "data"),
    *("needs_card", "created_at", "due_at", "traceparent"),
)
_ROW: Final = tuple(
    effects.c[name]
    for name in (
        *("team_id", "id", "kind", "data", "incident", "target", "created_at", "due_at", "attempts"),
        *("attempt_started_at", "traceparent"),
    )
)
_INSERT: Final = Statement(sa.insert(effects), _NEW)
_SUPERSEDE: Final = Statement(
    sa.update(effects)
    .where(effects.c.team_id == sa.bindparam("of_team"), effects.c.lane == sa.bindparam("of_lane"), _UNFINISHED)
    .where(effects.c.attempt_started_at.is_(None), effects.c.lease.is_(None))
    .values(finished_at=sa.bindparam("now"), outcome="superseded")
    .returning(effects.c.created_at)
)
_HOLDS: Final = Statement(
    sa.select(effects.c.id).where(
        effects.c.team_id == sa.bindparam("of_team"),
        effects.c.id == sa.bindparam("of_id"),
        effects.c.lease == sa.bindparam("of_lease"),
    )
)
_OF_INCIDENT: Final = (
    effects.c.team_id == sa.bindparam("of_team"),
    effects.c.incident == sa.bindparam("of_incident"),
)
# Once the card stands what waited for it may go, entries to its channel; the card is edited, which no posting limits.
_CARD_PLACED: Final = Statement(
    sa.update(effects)
    .where(*_OF_INCIDENT, _UNFINISHED)
    .where((effects.c.kind == "entry") | (effects.c.kind == "card") | effects.c.needs_card)
    .values(
        target=sa.case(
            (effects.c.kind == "entry", sa.bindparam("channel", type_=sa.String)),
            (effects.c.kind == "card", ""),
            else_=effects.c.target,
        ),
        due_at=sa.case((effects.c.needs_card, sa.bindparam("now", type_=UtcTime)), else_=effects.c.due_at),
        needs_card=sa.false(),
    )
)
_POSTER_OF: Final = Statement(
    sa.select(effects.c.id)
    .where(
        effects.c.team_id == sa.bindparam("of_team"),
        effects.c.lane == sa.bindparam("of_lane"),
        effects.c.remote_id == sa.bindparam("of_remote_id"),
        effects.c.outcome == "done",
    )
    .order_by(effects.c.seq)
    .limit(1)
)
_ENTRIES_BEFORE: Final = (
    *_OF_INCIDENT,
    effects.c.kind == "entry",
    effects.c.seq < sa.bindparam("before"),
)
_MISSED_BEFORE: Final = Statement(
    sa.select(effects.c.seq, effects.c.problem)
    .where(
        *_ENTRIES_BEFORE,
        effects.c.outcome == "parked",
        effects.c.seq
        > sa.select(sa.func.coalesce(sa.func.max(effects.c.seq), 0))
        .where(*_ENTRIES_BEFORE, effects.c.outcome == "done")
        .scalar_subquery(),
    )
    .order_by(effects.c.seq)
)
_FREE_SEQ: Final = Statement(
    sa.select(sa.func.coalesce(sa.func.max(effects.c.seq), 0)).where(
        effects.c.team_id == sa.bindparam("of_team"), effects.c.lane == sa.bindparam("of_lane")
    )
)


@cache
def _change(changed: tuple[str, ...], *, leased: bool) -> Statement:
    """Sets columns of one unfinished effect, `leased`: if it bears a certain lease; adds to its attempts."""
    query = sa.update(effects).where(
        effects.c.team_id == sa.bindparam("of_team"), effects.c.id == sa.bindparam("of_id"), _UNFINISHED
    )
    if leased:
        query = query.where(effects.c.lease == sa.bindparam("of_lease"))
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in changed}
    if "attempts" in changed:
        values["attempts"] = effects.c.attempts + sa.bindparam("new_attempts")
    return Statement(query.values(values))


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An unfinished effect as read. `traceparent` is the work that it follows from, None where nobody knows."""

    team_id: str
    id: str
    effect: Effect
    incident: int
    target: str
    created_at: datetime
    due_at: datetime
    attempts: int
    attempt_started_at: datetime | None
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Planned:
    """An effect about to be stored, with what its place in the order depends on.

    `target` is the channel or person whose limit it counts against; `waits` holds it until the card is posted.
    """

    effect: Effect
    severity: Severity
    target: str
    waits: bool
    due_at: datetime


# Effects that meet the same limits: team, kind, whether one was begun, and where to: nowhere, some channel or person,
# or a program by its name, since each of those has limits of its own.
Sort = tuple[str, str, bool, str]
SOMEWHERE: Final = "*"


def sort_of(row: EffectRow) -> Sort:
    """The row's sort."""
    where = row.target if row.effect.system is System.SUBSCRIBER else SOMEWHERE if row.target else ""
    return row.team_id, row.effect.kind, row.attempt_started_at is not None, where


@dataclass(frozen=True, slots=True)
class Told:
    """What is written of an effect, finished or not; `remote_id` is the ts of its message, or ""."""

    id: str
    kind: str
    created_at: datetime
    finished: bool
    outcome: str
    remote_id: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """When something may become due by the passing of time; whether a limit is one of the things that time ends."""

    next_at: datetime | None
    limited: bool


class Effects:
    """The effects of `team_id`; `due`, `any_due`, `ahead` and `counts` look at all teams."""

    def __init__(self, connection: sa.Connection, team_id: str) -> None:
        self._connection = connection
        self._team_id = team_id

    @cached_property
    def _own(self) -> sa.ColumnElement[bool]:
        return effects.c.team_id == self._team_id

    def add(self, planned: Iterable[Planned], now: datetime) -> None:
        """Store effects. One that coalesces takes the place, and the age, of what waits unbegun in its lane."""
        rows = []
        for one in planned:
            since = self._supersede(one.effect.lane, now) if one.effect.coalesces else None
            rows.append(self._row(one, since or now))
        if rows:
            _INSERT.run_many(self._connection, rows)

    def due(
        self, now: datetime, *, limit: int = LOOK_AT, shut: Collection[Sort] = (), silent: Collection[str] = ()
    ) -> tuple[EffectRow, ...]:
        """Effects that may happen now: the first of their lane, not leased, not limited, not held; worst first.

        Sorts that are `shut` are left out, and Slack's effects of the teams whose Slack is `silent`.
        """
        named = {"now": now, "limit": limit}
        if not (shut or silent):
            return tuple(map(_effect_row, _due_locked().run(self._connection, named).rows))
        found = self._connection.execute(_excluding(_locked(_due()), shut, silent), named)
        return tuple(map(_effect_row, found))

    def any_due(self, now: datetime, *, shut: Collection[Sort] = (), silent: Collection[str] = ()) -> bool:
        """Whether `due` would find something; it locks nothing."""
        named = {"now": now, "limit": 1}
        if not (shut or silent):
            return _any_due().run(self._connection, named).first() is not None
        return self._connection.execute(_excluding(_due(), shut, silent), named).first() is not None

    def ahead(self, now: datetime) -> Ahead:
        """When, after `now`, something may become due by the passing of time alone."""
        [(due, lost, free)] = _next_due().run(self._connection, {"now": now}).rows
        return Ahead(
            min((moment for moment in (due, lost, free) if moment is not None), default=None), free is not None
        )

    def lease(self, row: EffectRow, lease: str, until: datetime, *, begun: datetime | None) -> None:
        """Take the row to work on it; `begun` marks that its call is about to be made."""
        values: dict[str, Any] = {"lease": lease, "lease_until": until, "held": False}
        if begun is not None:
            values["attempt_started_at"] = begun
        self._change(row.id, values)

    def holds(self, effect_id: str, lease: str) -> bool:
        """Whether the lease is still ours."""
        named = {"of_team": self._team_id, "of_id": effect_id, "of_lease": lease}
        return _HOLDS.run(self._connection, named).first() is not None

    def finish(
        self,
        effect_id: str,
        lease: str,
        outcome: str,
        now: datetime,
        *,
        remote_id: str = "",
        problem: str | None = None,
    ) -> bool:
        """The effect ends as `outcome` (done, superseded, parked); False where the lease was lost meanwhile."""
        values = {
            "finished_at": now,
            "outcome": outcome,
            "remote_id": remote_id or None,
            "problem": problem,
            "lease": None,
            "lease_until": None,
            "attempt_started_at": None,
        }
        return self._change(effect_id, values, lease=lease)

    def postpone(
        self,
        effect_id: str,
        lease: str | None,
        due_at: datetime,
        *,
        uncertain: bool,
        problem: str,
        held: bool = False,
        begun: datetime | None = None,
    ) -> bool:
        """Give the row back to be tried again at `due_at`; `uncertain` keeps the mark of a begun call, or moves it."""
        values: dict[str, Any] = {
            "lease": None,
            "lease_until": None,
            "due_at": due_at,
            "problem": problem or None,
            "held": held,
            "attempts": 1,
        }
        if not uncertain or begun is not None:
            values["attempt_started_at"] = begun
        return self._change(effect_id, values, lease=lease)

    def settle_until(self, row: EffectRow, due_at: datetime) -> None:
        """Look at an uncertain row again at `due_at`; its dead owner's lease goes."""
        self._change(row.id, {"due_at": due_at, "lease": None, "lease_until": None})

    def abandon_leases(self) -> int:
        """Take away every lease: whoever held one is known to be dead. Answers how many there were."""
        query = sa.update(effects).where(effects.c.finished_at.is_(None), effects.c.lease.is_not(None))
        return self._connection.execute(query.values(lease=None, lease_until=None)).rowcount

    def give_back(self, leases: Sequence[str], due_at: datetime) -> None:
        """Give back what these leases hold, its calls cut short: what was begun stays uncertain."""
        query = sa.update(effects).where(effects.c.lease.in_(leases))
        self._connection.execute(query.values(lease=None, lease_until=None, due_at=due_at))

    def cards_unposted(self) -> tuple[int, ...]:
        """The incidents whose card does not show their present state yet."""
        query = sa.select(effects.c.incident).where(self._own, effects.c.kind == "card", _UNFINISHED).distinct()
        return tuple(self._connection.execute(query.order_by(effects.c.incident)).scalars())

    def told(self, effect_id: str) -> Told | None:
        """What is written of an effect, whatever became of it."""
        query = sa.select(
            effects.c.id,
            effects.c.kind,
            effects.c.created_at,
            effects.c.finished_at.is_not(None),
            sa.func.coalesce(effects.c.outcome, ""),
            sa.func.coalesce(effects.c.remote_id, ""),
        ).where(self._own, effects.c.id == effect_id)
        row = self._connection.execute(query).first()
        return Told(*row) if row else None

    def poster_of(self, lane: str, remote_id: str) -> str:
        """The id of the first effect of `lane` that left the message `remote_id`, or ""."""
        named = {"of_team": self._team_id, "of_lane": lane, "of_remote_id": remote_id}
        return _POSTER_OF.run(self._connection, named).scalar() or ""

    def now_stands_at(self, effect_id: str, remote_id: str) -> None:
        """The message of a finished effect is this one."""
        query = sa.update(effects).where(self._own, effects.c.id == effect_id, effects.c.finished_at.is_not(None))
        self._connection.execute(query.values(remote_id=remote_id))

    def next_seq(self, lane: str) -> int:
        """The first number that is free in `lane`."""
        named = {"of_team": self._team_id, "of_lane": lane}
        return int(_FREE_SEQ.run(self._connection, named).scalar()) + 1

    def planned_for(self, lane: str) -> datetime | None:
        """When that is due which waits unbegun in `lane`, whose place a newer one would take; None: nothing does."""
        unbegun = (_UNFINISHED, effects.c.attempt_started_at.is_(None), effects.c.lease.is_(None))
        query = sa.select(sa.func.min(effects.c.due_at)).where(self._own, effects.c.lane == lane, *unbegun)
        due_at: datetime | None = self._connection.execute(query).scalar_one()
        return due_at

    def card_placed(self, incident: int, channel: str, now: datetime) -> None:
        """The incident's card stands in `channel`: what waited for it may go on, there."""
        named = {"of_team": self._team_id, "of_incident": incident, "channel": channel, "now": now}
        _CARD_PLACED.run(self._connection, named)

    def released(self, lane: str, now: datetime, *, target: str) -> None:
        """What the rest of `lane` waited for is there: it may go on, to `target`."""
        update = sa.update(effects).where(self._own, effects.c.lane == lane, effects.c.finished_at.is_(None))
        self._connection.execute(update.where(effects.c.needs_card).values(needs_card=False, due_at=now, target=target))

    def card_goes_to(self, incident: int, channel: str) -> None:
        """The incident's card is to be posted in `channel`, and what waits for it counts against that."""
        mine = (self._own, effects.c.incident == incident, effects.c.kind.in_(("card", "entry")))
        self._connection.execute(sa.update(effects).where(*mine, ENDS_OPEN).values(target=channel))

    def card_is_gone(self, incident: int, channel: str) -> None:
        """The incident's card stands nowhere any more: what needs it waits until it stands in `channel`."""
        self.card_goes_to(incident, channel)
        threads = effects.c.kind.in_(("entry", "invitation", "reminder", "reaction"))
        mine = (self._own, effects.c.incident == incident, threads, effects.c.finished_at.is_(None))
        self._connection.execute(sa.update(effects).where(*mine).values(needs_card=True))

    def missed_before(self, incident: int, seq: int) -> tuple[tuple[int, str], ...]:
        """The parked entries between the last posted one and entry `seq`: (seq, reason)."""
        named = {"of_team": self._team_id, "of_incident": incident, "before": seq}
        return tuple((row.seq, row.problem or "") for row in _MISSED_BEFORE.run(self._connection, named).rows)

    def go_without_card(self, incident: int, kind: str, now: datetime) -> None:
        """The incident will have no card: effects of `kind` wait for it no longer."""
        waiting = (self._own, effects.c.incident == incident, effects.c.kind == kind, effects.c.finished_at.is_(None))
        self._connection.execute(sa.update(effects).where(*waiting).values(needs_card=False, due_at=now))

    def hasten(self, incident: int, kinds: Sequence[str], now: datetime) -> None:
        """What of these kinds was planned for later is due now."""
        waiting = (self._own, effects.c.incident == incident, effects.c.kind.in_(kinds), _UNFINISHED)
        later = (effects.c.due_at > now, effects.c.attempts == 0)
        self._connection.execute(sa.update(effects).where(*waiting, *later).values(due_at=now))

    def go_on(self, systems: Collection[str], now: datetime, within: timedelta) -> None:
        """They answer again: what of theirs was tried, and would be again within that time, is due now."""
        tried = (
            self._own,
            effects.c.system.in_(systems),
            _UNFINISHED,
            effects.c.lease.is_(None),
            effects.c.attempts > 0,
        )
        later = (effects.c.due_at > now, effects.c.due_at <= now + within)
        self._connection.execute(sa.update(effects).where(*tried, *later).values(due_at=now))

    def waiting_of(self, incident: int, kinds: Sequence[str], before: datetime) -> int:
        """How many effects of these kinds the incident has that wait since before `before`."""
        query = sa.select(sa.func.count()).where(
            self._own,
            effects.c.incident == incident,
            effects.c.kind.in_(kinds),
            effects.c.finished_at.is_(None),
            effects.c.created_at < before,
        )
        return self._connection.execute(query).scalar_one()

    def counts(self, now: datetime) -> tuple[dict[str, int], float]:
        """How many effects are waiting, in_flight, held and parked, and how many seconds the oldest has waited.

        What was planned for later and never tried is not late. What was tried is, however long Slack asks us to wait.
        Programs that follow incidents have an age of their own (announcements.py).
        """
        state = sa.case((held() | effects.c.held, "held"), (effects.c.lease.is_not(None), "in_flight"), else_="waiting")
        unfinished = (
            sa.select(
                state.label("state"),
                sa.func.count().label("n"),
                sa.func.min(
                    sa.case(
                        (effects.c.system == System.SUBSCRIBER, sa.literal(now, UtcTime)), else_=effects.c.created_at
                    )
                ).label("oldest"),
            )
            .where(effects.c.finished_at.is_(None), (effects.c.due_at <= now) | (effects.c.attempts > 0))
            .group_by(sa.text("1"))
        )
        counts = dict.fromkeys(("waiting", "in_flight", "held", "parked"), 0)
        oldest = now
        for row in self._connection.execute(unfinished):
            counts[row.state] = row.n
            oldest = min(oldest, row.oldest)
        parked = sa.select(sa.func.count()).where(effects.c.outcome == "parked")
        counts["parked"] = self._connection.execute(parked).scalar_one()
        return counts, (now - oldest).total_seconds()

    def _supersede(self, lane: str, now: datetime) -> datetime | None:
        named = {"of_team": self._team_id, "of_lane": lane, "now": now}
        return min(_SUPERSEDE.run(self._connection, named).scalars(), default=None)

    def _row(self, planned: Planned, created_at: datetime) -> dict[str, Any]:
        effect = planned.effect
        return {
            "team_id": self._team_id,
            "id": uuid4().hex,
            "kind": effect.kind,
            "system": effect.system.value,
            "lane": effect.lane,
            "seq": effect.order,
            "rank": effect.urgency + planned.severity.rank,
            "incident": effect.incident,
            "target": planned.target,
            "data": to_data(effect),
            "needs_card": planned.waits,
            "created_at": created_at,
            "due_at": planned.due_at,
            "traceparent": tracing.traceparent(),
        }

    def _change(self, effect_id: str, values: Mapping[str, Any], *, lease: str | None = None) -> bool:
        """Set columns of the unfinished effect, if it bears `lease` (None: whether or not it bears one)."""
        named = {"of_team": self._team_id, "of_id": effect_id, **({} if lease is None else {"of_lease": lease})}
        new = {f"new_{name}": value for name, value in values.items()}
        query = _change(tuple(values), leased=lease is not None)
        return query.run(self._connection, named | new).count == 1


@cache
def _due() -> sa.Select[Any]:
    now: sa.BindParameter[datetime] = sa.bindparam("now")
    ahead, limit_of = effects.alias("ahead"), rate_limits
    behind_another = (
        sa.exists()
        .where(ahead.c.team_id == effects.c.team_id, ahead.c.lane == effects.c.lane, ahead.c.seq < effects.c.seq)
        .where(ahead.c.finished_at.is_(None))
    )
    limited = sa.exists().where(
        limit_of.c.team_id == effects.c.team_id,
        limit_of.c.key == sa.literal("channel:").concat(effects.c.target),
        limit_of.c.free_at > now,
    )
    return (
        sa.select(*_ROW)
        .where(
            _UNFINISHED,
            effects.c.due_at <= now,
            effects.c.needs_card.is_(sa.false()),
            effects.c.lease.is_(None) | (effects.c.lease_until < now),
            ~behind_another,
            ~limited,
            ~held(),
        )
        .order_by(effects.c.rank, effects.c.created_at, effects.c.seq, effects.c.lane)
        .limit(sa.bindparam("limit"))
    )


def _locked(query: sa.Select[Any]) -> sa.Select[Any]:
    # SQLite's compiler leaves the lock out: one worker at a time works there.
    return query.with_for_update(skip_locked=True, of=effects)


@cache
def _due_locked() -> Statement:
    return Statement(_locked(_due()))


@cache
def _any_due() -> Statement:
    return Statement(_due())


@cache
def _next_due() -> Statement:
    now: sa.BindParameter[datetime] = sa.bindparam("now")
    unfinished = (_UNFINISHED, effects.c.needs_card.is_(sa.false()))
    moments = (
        sa.select(sa.func.min(effects.c.due_at)).where(*unfinished, effects.c.due_at > now),
        sa.select(sa.func.min(effects.c.lease_until)).where(*unfinished, effects.c.lease_until > now),
        sa.select(sa.func.min(rate_limits.c.free_at)).where(rate_limits.c.free_at > now),
    )
    return Statement(sa.select(*(moment.scalar_subquery() for moment in moments)))


def _excluding(query: sa.Select[Any], shut: Collection[Sort], silent: Collection[str]) -> sa.Select[Any]:
    if shut:
        query = query.where(~sa.or_(*map(_is_sort, sorted(shut))))
    if silent:
        query = query.where(~((effects.c.system == "slack") & effects.c.team_id.in_(silent)))
    return query


def _is_sort(sort: Sort) -> sa.ColumnElement[bool]:
    team_id, kind, begun, where = sort
    started, target = effects.c.attempt_started_at, effects.c.target
    return sa.and_(
        effects.c.team_id == team_id,
        effects.c.kind == kind,
        started.is_not(None) if begun else started.is_(None),
        target != "" if where == SOMEWHERE else target == where,
    )


def held() -> sa.ColumnElement[bool]:
    """Slack refuses the token of the effect's workspace."""
    return (effects.c.system == "slack") & sa.exists().where(
        installations.c.team_id == effects.c.team_id, installations.c.token_refused_at.is_not(None)
    )


def _effect_row(row: Any) -> EffectRow:
    return EffectRow(
        team_id=row.team_id,
        id=row.id,
        effect=from_data(row.kind, row.data),
        incident=row.incident,
        target=row.target,
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        attempt_started_at=row.attempt_started_at,
        traceparent=row.traceparent,
    )
