"""The ledger alone, beside the plain driver doing the same: ``python -m benchmarks.ledger --state FILE|URL [--leads N] [--rounds R]``.

A million decisions are committed as one batch, then a million leads are looked up, half of them known. Each side has a database of
its own, fresh in every round, and the same promise: what is committed is on the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

AT = 1_795_428_000_000_000
REPS = 500
COLUMNS = ("lead", "batch", "position", "verdict", "rep", "fit", "signature", "effort", "cost", "place", "counted")
FOUND = ("verdict", "rep", "batch", "fit", "effort", "cost", "counted")
Timed = dict[str, float]
"""Seconds of ``commit`` and ``lookup``."""


def ids(count: int, first: int = 0) -> list[str]:
    """Ids as lead files have them, in no order."""
    made = [f"L-{number:08d}" for number in range(first, first + count)]
    random.Random(7).shuffle(made)
    return made


def clocked(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ours(state: str, known: Sequence[str], asked: Sequence[str]) -> Timed:
    """Leadroute's ledger: everything that a batch of `route` writes, and what it asks before it."""
    import pyarrow as pa

    from leadroute.ledger import BatchRecord, open_ledger
    from leadroute.model.decisions import Decisions, Outcome, Verdict
    from leadroute.model.rules import MILLION
    from leadroute.model.standings import Standings

    count = len(known)
    reps = tuple(f"rep-{number:03d}" for number in range(REPS))
    wide, narrow = np.full(count, MILLION, np.int64), np.zeros(count, np.int32)
    decisions = Decisions(
        verdicts=(Verdict(Outcome.ASSIGNED, "pool", "rule r: pool p handed it out", "r", "p", None),),
        reps=reps,
        batches=(),
        signatures=(reps,),
        places=(("pool:p", None),),
        tiers=(),
        weights={},
        verdict=narrow,
        rep=(np.arange(count) % REPS).astype(np.int32),
        fit=wide,
        batch=narrow - 1,
        first=np.full(count, -1, np.int64),
        eligible=narrow,
        effort=wide,
        cost=wide,
        place=narrow,
        tier=narrow - 1,
        counted=np.ones(count, np.bool_),
        fresh=np.ones(count, np.bool_),
    )
    written, wanted = pa.array(known, pa.string()), pa.array(asked, pa.string())
    ledger = open_ledger(state, create=True)
    assert ledger is not None  # noqa: S101 - it was to be made
    with ledger:

        def commit() -> None:
            with ledger.begin():
                ledger.commit(BatchRecord("b", AT, "", "", Standings()), written, decisions, Standings())

        def look_up() -> None:
            with ledger.begin(write=False):
                found = ledger.decided(wanted)
            if len(found) != len(known) // 2:
                raise SystemExit(f"{len(found):,} of {len(known) // 2:,} leads found")

        return {"commit": clocked(commit), "lookup": clocked(look_up)}


def _rows(known: Sequence[str]) -> list[tuple[object, ...]]:
    return [(lead, 1, at, 1, at % REPS, 10**6, 1, 10**6, 10**6, 1, 1) for at, lead in enumerate(known)]


def plain_sqlite(state: str, known: Sequence[str], asked: Sequence[str]) -> Timed:
    """Python's own sqlite3: one table, one ``executemany``, one join with a temporary table."""
    rows, wanted = _rows(known), list(enumerate(asked))
    database = sqlite3.connect(state, isolation_level=None)
    database.execute("PRAGMA synchronous=EXTRA")
    numbers = ", ".join(f"{name} INTEGER NOT NULL" for name in COLUMNS[1:])
    database.execute(f"CREATE TABLE decisions (lead TEXT NOT NULL, {numbers}, PRIMARY KEY (lead, batch)) WITHOUT ROWID")

    def commit() -> None:
        database.execute("BEGIN IMMEDIATE")
        database.executemany(f"INSERT INTO decisions VALUES ({', '.join('?' * len(COLUMNS))})", rows)
        database.execute("COMMIT")

    def look_up() -> None:
        database.execute("BEGIN")
        database.execute("CREATE TEMP TABLE wanted (position INTEGER PRIMARY KEY, lead TEXT NOT NULL)")
        database.executemany("INSERT INTO wanted VALUES (?, ?)", wanted)
        database.execute(f"SELECT wanted.position, {', '.join(FOUND)} FROM wanted JOIN decisions USING (lead)").fetchall()
        database.execute("ROLLBACK")

    try:
        return {"commit": clocked(commit), "lookup": clocked(look_up)}
    finally:
        database.close()


def plain_postgres(state: str, known: Sequence[str], asked: Sequence[str]) -> Timed:
    """psycopg: one table, one ``COPY``, one join with a temporary table."""
    import psycopg

    rows, wanted = _rows(known), list(enumerate(asked))
    numbers = ", ".join(f"{name} BIGINT NOT NULL" for name in COLUMNS[1:])

    def copy(cursor: Any, table: str, some: Sequence[tuple[object, ...]]) -> None:
        with cursor.copy(f"COPY {table} FROM STDIN") as into:
            for row in some:
                into.write_row(row)

    with psycopg.connect(state.replace("+psycopg", "", 1)) as database:
        cursor = database.cursor()
        cursor.execute(f"CREATE TABLE decisions (lead TEXT NOT NULL, {numbers}, PRIMARY KEY (lead, batch))".encode())
        database.commit()

        def commit() -> None:
            copy(cursor, "decisions", rows)
            database.commit()

        def look_up() -> None:
            cursor.execute("CREATE TEMP TABLE wanted (position BIGINT, lead TEXT NOT NULL)")
            copy(cursor, "wanted", wanted)
            cursor.execute(f"SELECT wanted.position, {', '.join(FOUND)} FROM wanted JOIN decisions USING (lead)".encode()).fetchall()
            database.rollback()

        return {"commit": clocked(commit), "lookup": clocked(look_up)}


def fresh(state: str, who: str) -> str:
    """A place of its own for one side and round: a file that is not there, or an empty schema."""
    if "://" not in state:
        Path(state).with_name(f"{Path(state).name}-journal").unlink(missing_ok=True)
        Path(state).unlink(missing_ok=True)
        return state
    import psycopg

    with psycopg.connect(state.replace("+psycopg", "", 1), autocommit=True) as database:
        database.execute("SET client_min_messages = warning")
        database.execute(f"DROP SCHEMA IF EXISTS {who} CASCADE".encode())
        database.execute(f"CREATE SCHEMA {who}".encode())
        database.execute("CHECKPOINT")  # what the one before wrote is not this one's to bring to the disk
    return f"{state}?options=-csearch_path%3D{who}"


def main() -> None:
    """Measures both sides in turn and prints one JSON object: by side and step the seconds of each round."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    options.add_argument("--state", help="a file to be overwritten, or the URL of a server to make schemas in")
    options.add_argument("--leads", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    state = given.state
    if state is None:  # beside a server of its own
        state = os.environ["LEADROUTE_TEST_POSTGRES"]
    known = ids(given.leads)
    asked = [*known[: given.leads // 2], *ids(given.leads - given.leads // 2, 10**8 // 2)]
    random.Random(8).shuffle(asked)
    plain = plain_postgres if "://" in state else plain_sqlite
    found: dict[str, dict[str, list[float]]] = {}
    for _ in range(given.rounds):
        for who, measure in (("ours", ours), ("plain", plain)):
            for step, seconds in measure(fresh(state, who), known, asked).items():
                found.setdefault(who, {}).setdefault(step, []).append(seconds)
    fresh(state, "ours")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
