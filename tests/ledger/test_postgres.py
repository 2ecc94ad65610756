"""A ledger in PostgreSQL: what is its own. Everything else of this folder runs on it, too."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from leadroute.ledger import LedgerError, open_ledger
from leadroute.ledger.ledger import Ledger
from leadroute.model.rules import MILLION
from tests.databases import connected, contents, on_postgres, rows, state_in
from tests.ledger.worlds import Made, ids, opened, route

MADE = [Made("a"), Made("b", rep="bob")]


def refusal(state: str, *, create: bool = True) -> str:
    with pytest.raises(LedgerError) as caught:
        open_ledger(state, create=create, timeout=5)
    return str(caught.value)


def test_without_the_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver psycopg is an extra: a plain message names it, and no password."""
    real = builtins.__import__

    def no_psycopg(name: str, *rest: object) -> object:
        if name == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.delitem(sys.modules, "psycopg", raising=False)
    monkeypatch.setattr(builtins, "__import__", no_psycopg)
    said = refusal("postgresql+psycopg://me:secret@host/db")
    assert "pip install 'leadroute[postgres]'" in said
    assert "postgresql+psycopg://me:***@host/db" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://me:secret@127.0.0.1:1/db", "cannot be opened"),
        ("postgresql://me:secret@127.0.0.1:1/db", "cannot be opened"),
        ("postgres://me:secret@127.0.0.1:1/db", "cannot be opened"),
        ("postgresql://me:secret@nowhere.invalid/db", "cannot be opened"),
        ("postgresql://me:sec/ret@127.0.0.1:1/db", "`postgresql://me:***@127.0.0.1:1/db`"),
        ("postgresql://me:secret", "cannot be read as one"),
        ("postgresql://me@127.0.0.1:secret/db", "cannot be read as one"),
        ("postgresql://127.0.0.1:1/db?user=me&password=secret", "cannot be opened"),
        ("postgresql+psycopg2://me:secret@host/db", "not a `postgresql+psycopg2` URL"),
    ],
)
def test_what_cannot_be_reached_is_a_sentence_without_password(url: str, said: str) -> None:
    """Whatever is wrong with the URL or the server, the message says so and keeps the password."""
    found = refusal(url, create=False)
    assert said in found
    assert "secret" not in found
    assert "sec/ret" not in found


@on_postgres
def test_a_wrong_password_is_said_and_not_repeated(tmp_path: Path) -> None:
    """The server's own words come along, passwords do not."""
    right = state_in(tmp_path).partition("://")[2].partition(":")[2].partition("@")[0]
    said = refusal(state_in(tmp_path).replace(f":{right}@", ":wrongly-kept@"))
    assert "authentication failed" in said
    assert "wrongly-kept" not in said
    said = refusal(state_in(tmp_path).replace("/postgres?", "/nope?"))
    assert '"nope" does not exist' in said
    assert right not in said


@on_postgres
def test_without_create_no_table_is_made(tmp_path: Path) -> None:
    """A dry run finds no ledger, and leaves none."""
    assert open_ledger(state_in(tmp_path), create=False) is None
    assert rows(tmp_path, "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()") == [(0,)]


@on_postgres
@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("table", ["customers (id int)", "meta (key text, value text)"])
def test_somebody_elses_database_is_refused(tmp_path: Path, create: bool, table: str) -> None:
    """Tables of something else are left alone."""
    rows(tmp_path, f"CREATE TABLE {table}")
    assert "something else" in refusal(state_in(tmp_path), create=create)


@on_postgres
@pytest.mark.parametrize("create", [True, False])
def test_a_newer_ledger_is_refused(tmp_path: Path, create: bool) -> None:
    """An older leadroute leaves a newer ledger alone."""
    opened(tmp_path).close()
    rows(tmp_path, "UPDATE meta SET value = '99' WHERE key = 'version'")
    assert "newer leadroute" in refusal(state_in(tmp_path), create=create)


@on_postgres
def test_a_schema_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Tables are made, schemas are not."""
    assert "no schema" in refusal(state_in(tmp_path).replace("%3Dt_", "%3Dnot_"))


@on_postgres
def test_two_ledgers_of_a_database_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """The write lock is the ledger's own, not the database's."""
    said: list[str] = []
    with opened(tmp_path / "one") as one, opened(tmp_path / "two") as two, one.begin(), two.begin():
        pass
    assert said == []


@on_postgres
def test_a_reader_keeps_its_state_while_another_commits(tmp_path: Path) -> None:
    """What is read in one transaction belongs together, and nobody waits for its end."""
    with opened(tmp_path) as reader, opened(tmp_path) as writer:
        route(writer, MADE)
        with reader.begin(write=False):
            assert len(reader.batches()) == 1
            route(writer, [Made("c")])
            assert len(reader.batches()) == 1
            assert reader.decided(ids([Made("c")])).number.tolist() == [-1]
        assert len(reader.batches()) == 2


@on_postgres
def test_a_dry_run_leaves_nothing(tmp_path: Path) -> None:
    """A lookup of a reader makes no table that stays, and changes no row."""
    with opened(tmp_path) as ledger:
        route(ledger, MADE)
        before = contents(tmp_path)
        with ledger.begin(write=False):
            assert len(ledger.decided(ids(MADE))) == 2
        assert rows(tmp_path, "SELECT count(*) FROM pg_class WHERE relname = 'wanted'") == [(0,)]
        assert contents(tmp_path) == before


@on_postgres
def test_what_is_committed_is_on_the_disk_whatever_the_server_does_by_default(tmp_path: Path) -> None:
    """A server that would acknowledge before it wrote waits, for this transaction."""
    with opened(tmp_path) as ledger, ledger.begin():
        set_to = {name: ledger._store.connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("synchronous_commit", "jit")}
        assert set_to == {"synchronous_commit": "on", "jit": "off"}


@on_postgres
def test_settings_of_the_server_do_not_cut_a_batch_short(tmp_path: Path) -> None:
    """A time limit for statements or idle transactions is meant for others."""
    state = state_in(tmp_path) + quote(" -cstatement_timeout=50 -cidle_in_transaction_session_timeout=50")
    ledger = open_ledger(state, create=True)
    assert ledger is not None
    with ledger, ledger.begin():
        ledger._store.connection.exec_driver_sql("SELECT pg_sleep(0.2)")
        assert ledger.batches() == []


@on_postgres
def test_a_nul_in_an_id_is_a_sentence(tmp_path: Path) -> None:
    """PostgreSQL's texts hold no NUL; the batch is undone and the ledger can be used on."""
    with opened(tmp_path) as ledger:
        with pytest.raises(LedgerError, match="NUL"):
            route(ledger, [Made("a\0b")])
        route(ledger, [Made("a")])
        assert len(ledger.batches()) == 1


def cut(tmp_path: Path) -> None:
    """End all other connections of this ledger's server that are in a transaction."""
    with connected(state_in(tmp_path)) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'leadroute' AND pid IN"
            " (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = to_regclass('batches')::oid)"
        )


@pytest.fixture
def ledger(tmp_path: Path, database: str) -> Iterator[Ledger]:
    assert database == "postgresql"
    with opened(tmp_path) as ledger:
        route(ledger, MADE)
        yield ledger


@on_postgres
def test_a_lost_connection_undoes_the_batch(tmp_path: Path, ledger: Ledger) -> None:
    """A connection that breaks in a batch leaves nothing, says so, and the ledger connects anew."""
    with pytest.raises(LedgerError, match="nothing of this run is recorded"), ledger.begin():  # noqa: PT012 # the cut is part of it
        cut(tmp_path)
        ledger.batches()
    assert ledger.standings({}, {"ann": 0}, 0).load["ann"] == MILLION
    route(ledger, [Made("c")])


@on_postgres
def test_a_connection_lost_at_the_commit_is_in_doubt(tmp_path: Path, ledger: Ledger) -> None:
    """Nobody can know whether the commit went through: the message says what to do, and doing it is safe."""
    store = ledger._store
    with pytest.raises(LedgerError, match="whole or not at all: say the same again"), ledger.begin():  # noqa: PT012 # the cut is part of it
        cut(tmp_path)
        store.commit()
    assert len(ledger.batches()) == 1
