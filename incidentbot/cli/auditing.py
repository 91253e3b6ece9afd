"""What `incidentbot audit` prints, over all workspaces."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

import typer

from incidentbot.bootstrap import CannotStart
from incidentbot.cli.starting import fail, service_for
from incidentbot.domain.audit import Broken, Head
from incidentbot.queries import export_audit, verify_audit
from incidentbot.store import DatabaseUnavailable, Store


@contextmanager
def _opened() -> Iterator[Store]:
    service = service_for("incidents")
    try:
        service.prepare_database()
        yield service.store
    except CannotStart as error:
        fail(str(error))
    except DatabaseUnavailable as error:
        fail(f"The database does not answer: {error}")
    finally:
        service.close()


def verified(team: str | None, anchors: Sequence[str], *, as_json: bool) -> None:
    """Print where each chain ends, and what is broken; ends with 1 where something is."""
    noted = [_anchor(text) for text in anchors]
    with _opened() as store:
        heads, broken = verify_audit(store, [team] if team else (), noted)
    if as_json:
        print(json.dumps({"heads": [str(head) for head in heads], "broken": [asdict(one) for one in broken]}, indent=2))
    else:
        for head in heads:
            print(f"{head.team_id}: {head.seq} rows in order; head {head}")
        for one in broken:
            print(_told(one))
    if broken:
        raise typer.Exit(1)


def _told(one: Broken) -> str:
    row = f"row {one.seq}" if one.seq else "the chain"
    return f"{one.team_id}: BROKEN at {row}: {one.why}"


def _anchor(text: str) -> Head:
    team, _, rest = text.partition(":")
    seq, _, digest = rest.partition(":")
    if not (team and seq.isascii() and seq.isdigit() and digest):
        fail(f"{text!r} is no end of a chain. `incidentbot audit export` prints them as TEAM:ROW:HASH.")
    return Head(team, int(seq), digest)


def exported(team: str | None) -> None:
    """Print every row, a line each."""
    with _opened() as store:
        for row in export_audit(store, [team] if team else ()):
            print(json.dumps(row, sort_keys=True))
