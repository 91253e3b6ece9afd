"""What waits, was given up, or is late, and who is there to do it."""

from collections.abc import Iterator
from typing import Final

from incidentbot.domain.doctor import Finding, doubtful, failing, unused, well
from incidentbot.languages import counted_plain, fill_plain
from incidentbot.queries import effects_summary, inbox_lag, inbox_set_aside
from incidentbot.queries.replicas import replicas
from incidentbot.queries.sync import unsynced
from incidentbot.queries.tokens import overdue_tokens
from incidentbot.store import Store
from incidentbot.store.replicas import Replica

# So long something may wait for Slack's limits before anybody should look.
LATE_SECONDS: Final = 60.0
BROKEN: Final = "invalid_blocks"
SHOWN: Final = 3


def backlog(store: Store, team: str, own_version: str) -> list[Finding]:
    """Over all workspaces, or with `team` what concerns that one."""
    with store.read("") as tx:
        homes = [one.team_id for one in tx.installations.all() if team in {"", one.team_id}]
    return [
        *_effects(store, homes),
        *_late(store),
        *(finding for one in homes for finding in _sync(store, one)),
        *_tokens(store, homes),
        *_replicas(replicas(store), own_version),
    ]


def _effects(store: Store, teams: list[str]) -> Iterator[Finding]:
    parked = [one for team in teams for one in _page(store, team, "parked")]
    held = [one for team in teams for one in _page(store, team, "held")]
    reasons = list(dict.fromkeys(problem for problem in parked if problem))
    if parked:
        sentence = fill_plain(
            "{parked} given up: {reasons}.",
            parked=_so_many(parked),
            reasons="; ".join(reasons[:SHOWN]) or fill_plain("no reason told"),
        )
        remedy = fill_plain("See incidentbot effects list, put the cause right, then incidentbot effects replay --all.")
        yield failing("effects.parked", sentence, remedy)
    else:
        yield well("effects.parked", fill_plain("Nothing was given up."))
    if any(BROKEN in reason for reason in reasons):
        sentence = fill_plain("Slack did not take the form of a message, so that it looks broken or is missing.")
        remedy = fill_plain("Replay it after an update of incidentbot, and report what effects list says of it.")
        yield failing("messages.blocks", sentence, remedy)
    if held:
        remedy = fill_plain("Install the app again (slack.token above says why); what is held goes out by itself.")
        yield failing(
            "effects.held", fill_plain("{held} held until Slack takes the token again.", held=_so_many(held)), remedy
        )


def _page(store: Store, team: str, state: str) -> list[str]:
    with store.read(team) as tx:
        return [one.problem for one in tx.parked.page([state], limit=1000)]


def _so_many(found: list[str]) -> str:
    return counted_plain(len(found), "{count} effect is", "{count} effects are")


def _late(store: Store) -> Iterator[Finding]:
    oldest, inbox, aside = effects_summary(store).oldest_seconds, inbox_lag(store), inbox_set_aside(store)
    if oldest > LATE_SECONDS:
        remedy = fill_plain(
            "See incidentbot effects list --state waiting, and whether Slack and a worker are there (below)."
        )
        yield doubtful(
            "effects.lag", fill_plain("The oldest effect has waited for {oldest} s.", oldest=f"{oldest:.0f}"), remedy
        )
    else:
        yield well("effects.lag", fill_plain("Nothing waits for long."))
    if inbox > LATE_SECONDS:
        remedy = fill_plain("Let a worker run: incidentbot serve without --no-worker, or incidentbot worker.")
        yield failing(
            "inbox.lag",
            fill_plain("The oldest delivery has waited for {inbox} s to become an incident.", inbox=f"{inbox:.0f}"),
            remedy,
        )
    if aside:
        remedy = fill_plain("Look for delivery.set_aside in the log; the bodies are kept in the table inbox.")
        yield failing(
            "inbox.set_aside", fill_plain("{aside} deliveries could not be read as events.", aside=aside), remedy
        )


def _sync(store: Store, team: str) -> Iterator[Finding]:
    lines = unsynced(store, team)
    if not lines:
        yield well("nopesight.sync", fill_plain("NopeSight knows what was done here."))
        return
    more = fill_plain(" and {value} more", value=len(lines) - SHOWN) if len(lines) > SHOWN else ""
    sentence = fill_plain("{lines}{more}.", lines="; ".join(lines[:SHOWN]), more=more)
    remedy = fill_plain("Put the cause right, then incidentbot effects replay --all; what waits is told by itself.")
    verdict = failing if any("given up" in line for line in lines) else doubtful
    yield verdict("nopesight.sync", sentence, remedy)


def _tokens(store: Store, teams: list[str]) -> Iterator[Finding]:
    """Tokens that Slack exchanges every some hours, and lately did not: they still work, and soon will not."""
    for team, expires_at in sorted(overdue_tokens(store).items()):
        if team in teams:
            sentence = fill_plain(
                "The token of {team} ends at {expires_at} UTC and could not be exchanged for a new one.",
                team=team,
                expires_at=f"{expires_at:%H:%M}",
            )
            yield failing(f"slack.rotation {team}", sentence, fill_plain("Install the app there again before then."))


def _replicas(alive: tuple[Replica, ...], own_version: str) -> Iterator[Finding]:
    if not alive:
        sentence = fill_plain("No process of the service has been seen for 30 s.")
        yield failing("replicas", sentence, fill_plain("Start incidentbot serve."))
        return
    told = "; ".join(f"{one.host} ({one.version}, {_does(one)})" for one in alive)
    yield well("replicas", fill_plain("{alive} seen: {told}.", alive=len(alive), told=told))
    if not any(one.works for one in alive):
        remedy = fill_plain("Start incidentbot worker, or serve without --no-worker.")
        yield failing("replicas.worker", fill_plain("None of them delivers: what is done is told to nobody."), remedy)
    if not any(one.serves for one in alive):
        yield unused(
            "replicas.serve", fill_plain("None of them takes requests."), fill_plain("Start incidentbot serve.")
        )
    versions = sorted({own_version, *(one.version for one in alive)})
    if len(versions) > 1:
        sentence = fill_plain("They run different versions ({versions}).", versions=", ".join(versions))
        yield doubtful("replicas.versions", sentence, fill_plain("Finish the update: restart the older ones."))


def _does(one: Replica) -> str:
    does = [word for word, so in (("takes requests", one.serves), ("delivers", one.works)) if so]
    return " and ".join(does) or "does nothing"
