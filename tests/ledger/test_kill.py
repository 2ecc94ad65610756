"""A batch is whole or not there, whenever the process dies."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leadroute.model.rules import MILLION
from tests.ledger.worlds import opened

ROUTE_UNTIL_KILLED = """
import sys
from itertools import count
from pathlib import Path
from tests.ledger.worlds import Made, opened, route
with opened(Path(sys.argv[1])) as ledger:
    print("ready", flush=True)
    for number in count():
        name = route(ledger, [Made(f"{sys.argv[2]}-{number}-{at}", rep=("ann", "bob")[at % 2]) for at in range(2000)])
        print(name, flush=True)
"""


@pytest.mark.kill
@pytest.mark.slow
def test_a_killed_run_leaves_each_batch_whole_or_not_at_all(tmp_path: Path) -> None:
    """After each of 20 kills: every batch that was reported is there, none in part, and turns, loads and decisions agree."""
    chance = random.Random(20)
    journals = 0
    for run in range(20):
        command = [sys.executable, "-c", ROUTE_UNTIL_KILLED, str(tmp_path), str(run)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0, 0.4))
            os.kill(child.pid, signal.SIGKILL)
            reported = child.stdout.read().split("\n")[:-1]
        journal = tmp_path / "state.db-journal"
        journals += journal.exists() and journal.stat().st_size > 0
        with opened(tmp_path) as ledger:
            batches = ledger.batches()
            names = {batch.name for batch in batches}
            assert set(reported) <= names
            found = ledger.standings({"ann": 0, "bob": 0}, {"ann": 0, "bob": 0}, 0)
            total = 1000 * len(batches)
            for rep in ("ann", "bob"):
                assert found.today.get(rep, 0) == total
                assert found.load.get(rep, 0) == total * MILLION
                assert not total or found.rotations["pool:smb"].cells[None][rep].turns == total * MILLION
            for name in names:
                ledger.started_from(name)
        database = sqlite3.connect(tmp_path / "state.db")
        assert database.execute("SELECT count(*) FROM decisions GROUP BY batch").fetchall() == [(2000,)] * len(batches)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
    assert journals, "no kill met a commit under way: the test proves nothing"
