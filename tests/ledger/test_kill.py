"""A batch is whole or not there, whenever the process dies; and many processes at once lose nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leadroute.model.rules import MILLION
from tests.databases import rows
from tests.ledger.worlds import days, opened, today

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.kill, pytest.mark.slow]

KILLS = 20
ROUTE_UNTIL_KILLED = """
import sys
from itertools import count
from pathlib import Path
from tests.ledger.worlds import Made, opened, route
with opened(Path(sys.argv[1])) as ledger:
    for number in count():
        name = route(ledger, [Made(f"{sys.argv[2]}-{number}-{at}", rep=("ann", "bob")[at % 2]) for at in range(2000)])
        print(name, flush=True)
"""

WRITERS, BATCHES = 4, 200
ROUTE_OFTEN = """
import sys
from pathlib import Path
from tests.ledger.worlds import Made, opened, route
with opened(Path(sys.argv[1])) as ledger:
    for number in range(int(sys.argv[3])):
        route(ledger, [Made(f"{sys.argv[2]}-{number}-{at}", rep=("ann", "bob")[at % 2]) for at in range(2)])
"""


def test_a_killed_run_leaves_each_batch_whole_or_not_at_all(tmp_path: Path, database: str) -> None:
    """After each of many kills: every batch that was reported is there, none in part, and turns, loads and decisions agree."""
    chance = random.Random(20)
    journals = 0
    for run in range(KILLS):
        command = [sys.executable, "-c", ROUTE_UNTIL_KILLED, str(tmp_path), str(run)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            first = child.stdout.readline()
            time.sleep(chance.uniform(0, 0.4))
            os.kill(child.pid, signal.SIGKILL)
            reported = (first + child.stdout.read()).split("\n")[:-1]
        journal = tmp_path / "state.db-journal"
        journals += journal.exists() and journal.stat().st_size > 0
        with opened(tmp_path) as ledger, ledger.begin():  # the lock: a server may still be ending what the dead one began
            batches = ledger.batches()
            names = {batch.name for batch in batches}
            assert set(reported) <= names
            found = ledger.standings(days({"ann": 0, "bob": 0}), {"ann": 0, "bob": 0}, 0)
            total = 1000 * len(batches)
            for rep in ("ann", "bob"):
                assert today(found).get(rep, 0) == total
                assert found.load.get(rep, 0) == total * MILLION
                assert not total or found.rotations["pool:smb"].cells[None][rep].turns == total * MILLION
            for name in names:
                ledger.started_from(name)
        assert rows(tmp_path, "SELECT count(*) FROM decisions GROUP BY batch") == [(2000,)] * len(batches)
        if database == "sqlite":
            assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert database != "sqlite" or journals, "no kill met a commit under way: the test proves nothing"


def test_four_writers_at_once_are_exact(tmp_path: Path) -> None:
    """Of 200 batches of each of four processes none is lost or doubled, and turns, loads and counts are those of all together."""
    opened(tmp_path).close()
    command = [sys.executable, "-c", ROUTE_OFTEN, str(tmp_path)]
    writers = [subprocess.Popen([*command, str(at), str(BATCHES)]) for at in range(WRITERS)]
    assert [writer.wait() for writer in writers] == [0] * WRITERS
    batches = WRITERS * BATCHES
    with opened(tmp_path) as ledger:
        found = ledger.standings(days({"ann": 0, "bob": 0}), {"ann": 0, "bob": 0}, 0)
        assert [batch.name for batch in ledger.batches()] == [f"2026-11-23-{number}" for number in range(1, batches + 1)]
    for rep in ("ann", "bob"):
        assert found.rotations["pool:smb"].cells[None][rep].turns == batches * MILLION
        assert found.load[rep] == batches * MILLION
        assert today(found)[rep] == batches
    assert rows(tmp_path, "SELECT count(*), count(DISTINCT lead) FROM decisions") == [(2 * batches, 2 * batches)]
