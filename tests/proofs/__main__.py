"""The proofs by name: `python -m tests.proofs NAME [--seed N] [--count N] [--seconds S]`; `change` or `night` for all.

Each prints its seed and what it ran. Nothing is printed but one line a proof, unless it fails.
"""

import argparse
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import inf

from tests.databases import PostgreSQL
from tests.proofs import (
    forgeries,
    fuzz,
    histories,
    injection,
    kills,
    machine,
    orderings,
    outages,
    pairs,
    processes,
    races,
    restarts,
    sight_outages,
    tampering,
)
from tests.proofs.budget import Budget, NotHeld
from tests.simulation import seeds
from tests.simulation.run import fresh_sqlite

Figures = dict[str, int] | dict[str, float]
HOUR = 3_600.0
# What a change is tried with is the same each time, so that what fails is the change's; nights look for what is new.
CHANGE_SEED = 1


@contextmanager
def database(engine: str) -> Iterator[str]:
    """The URL of an empty, migrated database."""
    if engine == "sqlite":
        with fresh_sqlite() as url:
            yield url
        return
    server = PostgreSQL(f"proof{secrets.token_hex(3)}")
    try:
        with server.migrated() as url:
            yield url
    finally:
        server.close()


def on(engine: str, run: Callable[[int, Budget, str], Figures]) -> Callable[[int, Budget], Figures]:
    """The proof on a database of its own."""
    return partial(_on, engine, run)


def _on(engine: str, run: Callable[[int, Budget, str], Figures], seed: int, budget: Budget) -> Figures:
    with database(engine) as url:
        return run(seed, budget, url)


@dataclass(frozen=True)
class Proof:
    """`change` and `night` are how many rounds it wants; `seconds` and `hours` what it gets of a change or a night."""

    name: str
    run: Callable[[int, Budget], Figures]
    change: int
    seconds: float
    night: int
    hours: float = 1.0


PROOFS = (
    Proof("simulation", seeds.run, 500, 300, 10_000, 4),
    Proof("outages", outages.run, 5, 90, 20),
    Proof("long-outage", partial(outages.run, minutes=72 * 60), 0, 0, 5),
    Proof("sight-outages", sight_outages.run, 7, 30, 70),
    Proof("long-sight-outage", partial(sight_outages.run, minutes=72 * 60), 0, 0, 7),
    Proof("pairs", pairs.run, 100, 60, 300),
    Proof("orderings", orderings.run, 720, 60, 36_000),
    Proof("kills-sqlite", on("sqlite", kills.run), 500, 150, 5_000, 2),
    Proof("kills-postgresql", on("postgresql", kills.run), 500, 150, 5_000, 2),
    Proof("processes-sqlite", on("sqlite", processes.run), 10, 60, 500),
    Proof("processes-postgresql", on("postgresql", processes.run), 10, 60, 500),
    Proof("restarts-postgresql", on("postgresql", restarts.run), 6, 60, 100),
    Proof("races-sqlite", on("sqlite", races.run), 2_000, 40, 100_000),
    Proof("races-postgresql", on("postgresql", races.run), 2_000, 60, 100_000),
    Proof("histories-sqlite", on("sqlite", histories.run), 100, 40, 2_000),
    Proof("histories-postgresql", on("postgresql", histories.run), 100, 90, 2_000),
    Proof("forgeries", forgeries.run, 50_000, 30, 1_000_000),
    Proof("injection", injection.run, 500, 20, 10_000),
    Proof("fuzz-sqlite", on("sqlite", fuzz.run), 10_000, 120, 500_000, 4),
    Proof("fuzz-postgresql", on("postgresql", fuzz.run), 10_000, 120, 500_000, 4),
    Proof("tampering-sqlite", on("sqlite", tampering.run), 500, 40, 10_000),
    Proof("tampering-postgresql", on("postgresql", tampering.run), 500, 60, 10_000),
    Proof("machine-sqlite", on("sqlite", machine.run), 50_000, 120, 1_000_000, 3),
    Proof("machine-postgresql", on("postgresql", machine.run), 50_000, 120, 1_000_000, 3),
)


def tell(proof: Proof, seed: int, budget: Budget) -> bool:
    """Run one, and say in a line what it did; whether all of it held."""
    began = time.monotonic()
    try:
        figures = proof.run(seed, budget)
    except NotHeld as failed:
        print(f"{proof.name}: DOES NOT HOLD (seed {seed})\n{failed}", flush=True)
        return False
    told = ", ".join(f"{count} {what}" for what, count in figures.items())
    print(f"{proof.name}: {told} (of {budget.count} wanted; seed {seed}; {time.monotonic() - began:.0f} s)", flush=True)
    return True


def everything(chosen: list[tuple[Proof, int, float]], seed: int, workers: int) -> bool:
    """Each in a process of its own, some beside each other; whether all held."""

    def alone(one: tuple[Proof, int, float]) -> bool:
        proof, count, seconds = one
        asked = [proof.name, "--seed", seed, "--count", count, "--seconds", seconds]
        command = [sys.executable, "-m", "tests.proofs", *map(str, asked)]
        return subprocess.run(command, check=False).returncode == 0

    with ThreadPoolExecutor(workers) as pool:
        return all(list(pool.map(alone, chosen)))


def shares(name: str, seconds: float) -> list[tuple[Proof, int, float]]:
    """What of each proof is asked for in a change or a night: rounds, and its share of `seconds` (0: all it wants)."""
    change = name == "change"
    wanted = [
        (proof, proof.change if change else proof.night, proof.seconds if change else proof.hours * HOUR)
        for proof in PROOFS
        if proof.change or not change
    ]
    scale = seconds / sum(one[2] for one in wanted) if seconds else 1.0
    return [(proof, count, wants * scale) for proof, count, wants in wanted]


def main() -> int:
    """0 where everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs", description=__doc__)
    parser.add_argument("name", choices=["change", "night", *(proof.name for proof in PROOFS)])
    parser.add_argument(
        "--seed", type=int, default=0, help="0: a new one, which is printed; for change always the same"
    )
    parser.add_argument("--count", type=int, default=0, help="rounds; 0: as many as a change wants")
    parser.add_argument("--seconds", type=float, default=inf, help="no round begins later than this")
    parser.add_argument("--workers", type=int, default=2, help="proofs beside each other, for change and night")
    parser.add_argument("--within", type=float, default=0, help="seconds for all of change or night, shared evenly")
    asked = parser.parse_args()
    seed = asked.seed or (CHANGE_SEED if asked.name == "change" else secrets.randbelow(10**6) + 1)
    if asked.name in ("change", "night"):
        chosen = shares(asked.name, asked.within * asked.workers)
        return 0 if everything(chosen, seed, asked.workers) else 1
    proof = next(one for one in PROOFS if one.name == asked.name)
    return 0 if tell(proof, seed, Budget(asked.count or proof.change or proof.night, asked.seconds)) else 1


if __name__ == "__main__":
    sys.exit(main())
