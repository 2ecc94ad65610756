"""Locks, waiting, and trouble with the file."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from leadroute.ledger import LedgerError, open_ledger
from leadroute.ledger.ledger import Ledger
from leadroute.model.rules import MILLION
from tests.databases import state_in
from tests.ledger.worlds import Made, days, held, ids, opened, route, today

ROUTE_OFTEN = """
import sys
from contextlib import suppress
from pathlib import Path
from tests.databases import state_in
from tests.ledger.worlds import Made, opened, route
with opened(Path(sys.argv[1])) as ledger:
    for number in range(int(sys.argv[3])):
        route(ledger, [Made(f"{sys.argv[2]}-{number}-{at}") for at in range(3)])
"""


@pytest.mark.usefixtures("database")
def test_nothing_is_lost_between_processes(tmp_path: Path) -> None:
    """Processes that read the standings, decide and commit at the same time each find what the others left."""
    runs = [subprocess.Popen([sys.executable, "-c", ROUTE_OFTEN, str(tmp_path), str(at), "40"]) for at in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    with opened(tmp_path) as ledger:
        found = ledger.standings(days({"ann": 0}), {"ann": 0}, 0)
        assert found.rotations["pool:smb"].cells[None]["ann"].turns == 240 * MILLION
        assert found.load == {"ann": 240 * MILLION}
        assert today(found) == {"ann": 240}
        assert [batch.name for batch in ledger.batches()] == [f"2026-11-23-{number}" for number in range(1, 81)]


def second(folder: Path, said: list[str], timeout: float) -> Ledger:
    ledger = open_ledger(state_in(folder), create=True, wait=said.append, timeout=timeout)
    assert ledger is not None
    return ledger


@pytest.mark.usefixtures("database")
def test_a_second_run_waits_and_says_so_once(tmp_path: Path) -> None:
    """Whoever finds the ledger locked says that it waits, and gives up in a sentence after the time that is set."""
    said: list[str] = []
    with opened(tmp_path) as first, second(tmp_path, said, 0.7) as other:
        with first.begin(), pytest.raises(LedgerError, match=r"in use by another run, which did not finish in 0\.7 s"), other.begin():
            pass
        assert len(said) == 1
        assert "waiting" in said[0]
        with other.begin():
            pass
        assert len(said) == 1


@pytest.mark.usefixtures("database")
def test_reading_goes_on_while_another_run_decides(tmp_path: Path) -> None:
    """The write lock keeps out writers alone: a dry run sees the last committed state at once."""
    said: list[str] = []
    with opened(tmp_path) as first, second(tmp_path, said, 0.5) as other:
        route(first, [Made("a")])
        with first.begin(), other.begin(write=False):
            assert other.decided(ids([Made("a")])).number.tolist() == [0]
        assert said == []


def test_a_commit_that_readers_block_ends_in_a_sentence_and_no_trace(tmp_path: Path) -> None:
    """A reader who stays too long makes the commit fail whole."""
    with opened(tmp_path) as reader, second(tmp_path, [], 0.3) as writer:
        with reader.begin(write=False):
            reader.standings({}, {}, 0)
            with pytest.raises(LedgerError, match="in use by another run"):
                route(writer, [Made("a")])
        assert reader.batches() == []
        route(writer, [Made("a")])
        assert len(reader.batches()) == 1


def test_a_transaction_sees_one_state(tmp_path: Path) -> None:
    """Everything read in one transaction belongs together, whatever others wait to commit."""
    with opened(tmp_path) as reader, second(tmp_path, [], 0.2) as writer, reader.begin(write=False):
        assert reader.batches() == []
        with pytest.raises(LedgerError):
            route(writer, [Made("a")])
        assert reader.batches() == []


def test_a_commit_is_made_to_survive_a_power_loss(tmp_path: Path) -> None:
    """The rollback journal with the strictest syncing is in force."""
    with opened(tmp_path) as ledger:
        driver = ledger._store.connection.connection.cursor()
        assert driver.execute("PRAGMA synchronous").fetchone() == (3,)
        assert driver.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def use(file: Path) -> None:
    """Everything that reads, and a batch."""
    ledger = open_ledger(str(file), create=False, timeout=1)
    if ledger is None:
        return
    with ledger:
        ledger.standings(days({"ann": 0}), {"ann": 0}, 5)
        found = ledger.decided(ids([Made(f"L{number}") for number in range(300)]))
        assert len(found.number) == 300
        for batch in ledger.batches():
            ledger.started_from(batch.name)
        ledger.decision_of("L7")
        ledger.batch_of("L7")
        route(ledger, [Made("new"), held("h")])


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("sound")
    with opened(folder) as ledger:
        for batch in range(3):
            route(ledger, [Made(f"L{number}", rep=f"r{number % 7}", pool=f"p{number % 3}") for number in range(batch, 300, 3)])
    return (folder / "state.db").read_bytes()


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_is_a_sentence(tmp_path: Path, sound: bytes, seed: int) -> None:
    """Whatever bytes are wrong or missing, the ledger works or says that it cannot, and never breaks down."""
    chance = random.Random(seed)
    broken = bytearray(sound)
    if seed % 3 == 0:
        del broken[chance.randrange(1, len(broken)) :]
    else:
        for _ in range(chance.choice([1, 8, 200])):
            broken[chance.randrange(100 if seed % 3 == 1 else 0, len(broken))] = chance.randrange(256)
    file = tmp_path / "state.db"
    file.write_bytes(broken)
    with suppress(LedgerError):
        use(file)


def test_missing_contents_are_damage(tmp_path: Path) -> None:
    """A table that is gone, or standings that are no standings, are said to be damage."""
    with opened(tmp_path) as ledger:
        name = route(ledger, [Made("a")])
        with sqlite3.connect(tmp_path / "state.db") as database:
            database.execute("UPDATE starts SET standings = x'00'")
            database.execute("DROP TABLE signatures")
        database.close()
        with pytest.raises(LedgerError, match="is damaged"):
            ledger.started_from(name)
        with pytest.raises(LedgerError, match="no such table"):
            route(ledger, [Made("b", rep=None, pool=None, eligible=("ann",))])
        with sqlite3.connect(tmp_path / "state.db") as database:
            database.execute("UPDATE rotations SET standing = '[]'")
        database.close()
        with pytest.raises(LedgerError, match="is damaged"):
            ledger.standings({}, {}, 0)
