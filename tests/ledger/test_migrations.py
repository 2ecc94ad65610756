"""Ledgers of an older layout: ``layout1`` holds one that the first version made, and what that version did next."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from leadroute.ledger import open_ledger, tables
from leadroute.ledger.ledger import Ledger
from tests.databases import connected, rows, state_in
from tests.ledger.worlds import Made, ids, opened, route
from tests.workflows.running import run

pytestmark = pytest.mark.usefixtures("database")

LAYOUT1 = Path(__file__).parent / "layout1"
NEXT_DAY = "2026-11-25T10:00-05:00"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A project with a ledger of layout 1, of three batches; one rep is on leave, another has reached a limit."""
    shutil.copytree(LAYOUT1, tmp_path, dirs_exist_ok=True)
    state = state_in(tmp_path)
    script = (tmp_path / "ledger.sql").read_text("utf-8")
    if "://" in state:
        script = script.replace("BLOB", "BYTEA").replace(" WITHOUT ROWID", "").replace("BEGIN TRANSACTION;", "").replace("COMMIT;", "")
        script = re.sub(r"X'([0-9A-F]*)'", r"'\\x\1'", script)
        with connected(state) as connection:
            connection.execute(script)
        with (tmp_path / "leadroute.yaml").open("a") as settings:
            settings.write(f"state: {state}\n")
    else:
        import sqlite3

        database = sqlite3.connect(state)
        database.executescript(script)
        database.close()
        with (tmp_path / "leadroute.yaml").open("a") as settings:
            settings.write("state: state.db\n")
    return tmp_path


def version(folder: Path) -> list[tuple[object, ...]]:
    return rows(folder, "SELECT value FROM meta")


def test_it_goes_on_as_if_nothing_had_been(old: Path) -> None:
    """The next batch, on the day that the rep on leave comes back, comes out byte for byte as the first version made it."""
    run(old, "leads-4.csv", at=NEXT_DAY)
    assert (old / "out.csv").read_bytes() == (old / "routed-4.csv").read_bytes()
    assert version(old) == [(str(tables.VERSION),)]
    assert rows(old, "SELECT count(*) FROM batches") == [(4,)]


def test_standings_can_be_rebuilt(old: Path) -> None:
    """What was carried over is what was there, and so is what the next batch adds."""
    with opened(old) as ledger, ledger.begin(write=False):
        assert list(ledger.differences()) == []
    run(old, "leads-4.csv", at=NEXT_DAY)
    with opened(old) as ledger, ledger.begin(write=False):
        assert list(ledger.differences()) == []


def test_its_layout_is_the_present_one(old: Path) -> None:
    """A migrated ledger has the tables, columns, keys and indexes of a new one."""
    # Who changes tables.py writes a step for it; or adds to the last one, while that is not released.
    with opened(old) as ledger, ledger.begin():
        connection = ledger._store.connection
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
        for table in tables.metadata.sorted_tables:
            keys = inspect(connection).get_pk_constraint(table.name)["constrained_columns"]
            assert keys == [column.name for column in table.primary_key.columns]


def test_reading_it_changes_nothing(old: Path) -> None:
    """A dry run reads an older ledger as if it had been brought up to date, and leaves it as it is."""
    before = {name: rows(old, f"SELECT * FROM {name}") for name in ("meta", "batches", "decisions", "rotations")}
    found = run(old, "leads-4.csv", at=NEXT_DAY, dry_run=True)
    assert found.batch is None
    dry = (old / "out.csv").read_text("utf-8")
    assert [line.rsplit(",", 1)[0] for line in dry.splitlines()] == [
        line.rsplit(",", 1)[0] for line in (old / "routed-4.csv").read_text("utf-8").splitlines()
    ]
    ledger: Ledger | None = open_ledger(state_in(old), create=False)
    assert ledger is not None
    with ledger:
        assert len(ledger.batches()) == 3
        assert ledger.decided(ids([Made("L0")])).number.tolist() == [0]
        with pytest.raises(RuntimeError), ledger.begin(write=False):
            ledger._store.commit()
    assert {name: rows(old, f"SELECT * FROM {name}") for name in before} == before


def test_a_batch_that_fails_leaves_it_as_it_was(old: Path) -> None:
    """The migration belongs to the first batch: both are there, or neither."""
    with opened(old) as ledger:
        with pytest.raises(ZeroDivisionError), ledger.begin():
            raise ZeroDivisionError
        assert version(old) == [("1",)]
        route(ledger, [Made("new")])
        assert version(old) == [(str(tables.VERSION),)]


def test_two_runs_migrate_it_once(old: Path) -> None:
    """Whoever comes second finds it done."""
    with opened(old) as one, opened(old) as two:
        route(one, [Made("x")])
        route(two, [Made("y")])
        assert len(two.batches()) == 5


def test_alembic_is_loaded_for_an_older_ledger_alone(tmp_path: Path) -> None:
    """A present ledger is opened, written and read without it."""
    code = (
        "import sys; from pathlib import Path; from tests.ledger.worlds import Made, opened, route\n"
        "with opened(Path(sys.argv[1])) as ledger: route(ledger, [Made('a')]); ledger.batches()\n"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0


def test_a_step_leads_to_every_layout() -> None:
    """There is a step to each layout from 2 on; the last one makes tables as they are now, so it is the only one that may."""
    from leadroute.ledger.migrations import STEPS

    assert sorted(STEPS) == list(range(2, tables.VERSION + 1))
    assert tables.VERSION == 2, "write the tables of layout 2 down in migrations/layout2.py, as they were"
