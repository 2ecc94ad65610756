"""Opening a ledger: what is made, what is refused, and how it is said."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from leadroute.ledger import LedgerError, open_ledger, tables
from tests.ledger.worlds import Made, ids, opened, route

MADE = [Made("L1"), Made("L2", rep="bob")]


def test_importing_the_room_does_not_load_sqlalchemy() -> None:
    """SQLAlchemy is loaded when a ledger is opened, not when the room is imported."""
    code = "import sys, leadroute.ledger; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_create_nothing_is_made(tmp_path: Path) -> None:
    """A dry run makes no file and no folder, and finds no ledger."""
    assert open_ledger(str(tmp_path / "deep" / "state.db"), create=False) is None
    assert list(tmp_path.iterdir()) == []


def test_create_makes_the_folder(tmp_path: Path) -> None:
    """The folder of the state is made with the ledger."""
    ledger = open_ledger(str(tmp_path / "deep" / "er" / "state.db"), create=True)
    assert ledger is not None
    ledger.close()
    assert [path.name for path in (tmp_path / "deep" / "er").iterdir()] == ["state.db"]


def test_reading_leaves_no_file_beside_the_ledger(tmp_path: Path) -> None:
    """A dry run over a ledger makes nothing beside it, not even for the while, and changes no byte of it."""
    with opened(tmp_path) as ledger:
        route(ledger, MADE)
    before = (tmp_path / "state.db").read_bytes()
    ledger_or_none = open_ledger(str(tmp_path / "state.db"), create=False)
    assert ledger_or_none is not None
    with ledger_or_none as ledger, ledger.begin(write=False):
        assert len(ledger.decided(ids(MADE))) == 2
        assert os.listdir(tmp_path) == ["state.db"]
    assert (tmp_path / "state.db").read_bytes() == before
    assert os.listdir(tmp_path) == ["state.db"]


@pytest.mark.parametrize("name", ["a b.db", "50%25.db", "what?mode=memory.db", "x#y.db", "ü.db", ":memory:"])
def test_any_file_name_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    """A state is a file of exactly that name, however odd."""
    ledger = open_ledger(str(tmp_path / name), create=True)
    assert ledger is not None
    ledger.close()
    assert os.listdir(tmp_path) == [name]


def test_an_empty_file_is_no_ledger_yet(tmp_path: Path) -> None:
    """An empty file, as a killed first run leaves it, counts as none and is filled by the next run."""
    (tmp_path / "state.db").touch()
    assert open_ledger(str(tmp_path / "state.db"), create=False) is None
    with opened(tmp_path) as ledger:
        assert ledger.batches() == []


def refusal(state: Path | str, *, create: bool = True) -> str:
    with pytest.raises(LedgerError) as caught:
        open_ledger(str(state), create=create)
    return str(caught.value)


def test_other_urls_are_refused() -> None:
    """A URL is never taken for the name of a file, and what is secret in it is not repeated."""
    said = refusal("mysql://me:secret@host/db")
    assert "not a `mysql` URL" in said
    assert "secret" not in said


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder in the place of the file is said to be one."""
    assert "is a folder" in refusal(tmp_path)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A path through a file cannot be opened, with and without create."""
    (tmp_path / "file").write_text("x")
    assert "cannot be opened" in refusal(tmp_path / "file" / "state.db")


def test_a_nul_in_the_path_is_refused() -> None:
    """A path that no system takes is an error of the ledger, not a traceback."""
    assert "NUL" in refusal("a\0b", create=False)


@pytest.mark.parametrize("create", [True, False])
def test_a_text_file_is_refused(tmp_path: Path, create: bool) -> None:
    """A file that is not SQLite's is no ledger, and is left as it was."""
    file = tmp_path / "state.db"
    file.write_text("lead,rep\n" * 1000)
    assert "not an SQLite file" in refusal(file, create=create)
    assert file.read_text() == "lead,rep\n" * 1000


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("table", ["customers (id)", "meta (key, value)"])
def test_somebody_elses_database_is_refused(tmp_path: Path, create: bool, table: str) -> None:
    """An SQLite file of something else is not written into."""
    with sqlite3.connect(tmp_path / "state.db") as database:
        database.execute(f"CREATE TABLE {table}")
    database.close()
    before = (tmp_path / "state.db").read_bytes()
    assert "something else" in refusal(tmp_path / "state.db", create=create)
    assert (tmp_path / "state.db").read_bytes() == before


@pytest.mark.parametrize("create", [True, False])
def test_a_newer_ledger_is_refused(tmp_path: Path, create: bool) -> None:
    """An older leadroute leaves a newer ledger alone and says what to do."""
    opened(tmp_path).close()
    with sqlite3.connect(tmp_path / "state.db") as database:
        database.execute("UPDATE meta SET value = value + 1 WHERE key = 'version'")
    database.close()
    assert "newer leadroute" in refusal(tmp_path / "state.db", create=create)
    assert f"version {tables.VERSION + 1}" in refusal(tmp_path / "state.db", create=create)


def test_a_read_only_folder_is_refused_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be written is found when the lock is taken, not after a batch was decided."""
    ledger = opened(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with ledger, pytest.raises(LedgerError, match="read-only"), ledger.begin():
        pass


def test_a_file_that_may_not_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No permission is a sentence."""

    def refuse(*args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert refusal(tmp_path / "deep" / "state.db").endswith("cannot be opened: permission denied")


def test_many_first_runs_at_once_make_one_ledger(tmp_path: Path) -> None:
    """Whoever comes first lays out the tables, the others find them."""
    code = "import sys; from leadroute.ledger import open_ledger; open_ledger(sys.argv[1], create=True).close()"
    runs = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "state.db")]) for _ in range(4)]
    assert [run.wait() for run in runs] == [0, 0, 0, 0]
    with opened(tmp_path) as ledger:
        assert ledger.batches() == []
