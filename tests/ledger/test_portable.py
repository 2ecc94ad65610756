"""A whole ledger as text, and back."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from leadroute.ledger import LedgerError, NotPortableError, open_ledger, portable, tables
from leadroute.ledger.ledger import Ledger
from tests import databases
from tests.databases import contents
from tests.ledger.worlds import Made, close, held, opened, queued, route, undo

pytestmark = pytest.mark.usefixtures("database")


def filled(folder: Path) -> Ledger:
    """A ledger with something in nearly every table; the caller closes it."""
    ledger = opened(folder)
    route(ledger, [Made("a", eligible=("ann", "bob"), fit=3), Made("dé\n\"'|", rep="bob"), held("h"), queued("q")], 10)
    route(ledger, [Made("b"), Made("h")], 20)
    close(ledger, "a")
    undo(ledger, route(ledger, [Made("c")], 30))
    return ledger


def exported(ledger: Ledger) -> bytes:
    file = io.BytesIO()
    with ledger.begin(write=False):
        ledger.export(file)
    return file.getvalue()


def taken_in(ledger: Ledger, data: bytes) -> None:
    file = io.BytesIO(data)
    portable.check(file)
    file.seek(0)
    with ledger.begin():
        ledger.take_in(file)


def test_what_comes_back_is_what_went_out(tmp_path: Path) -> None:
    """Every row of every table, and so the same bytes once more; the ledger goes on from there."""
    with filled(tmp_path / "one") as one, opened(tmp_path / "two") as two:
        data = exported(one)
        taken_in(two, data)
        assert contents(tmp_path / "two") == contents(tmp_path / "one")
        assert exported(two) == data
        assert route(one, [Made("z")], 40) == route(two, [Made("z")], 40)
        assert two.differences() == one.differences()


@databases.on_postgres
def test_databases_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From SQLite to PostgreSQL and back nothing changes."""
    with opened(tmp_path / "server") as server, monkeypatch.context() as patch:
        patch.delenv(databases.CHOSEN)
        (tmp_path / "file").mkdir()
        (tmp_path / "back").mkdir()
        with filled(tmp_path / "file") as file, opened(tmp_path / "back") as back:
            data = exported(file)
            taken_in(server, data)
            taken_in(back, exported(server))
            assert exported(back) == exported(server) == data


def test_it_is_one_object_or_array_a_line(tmp_path: Path) -> None:
    """Head, tables with their rows, end with the digest of all before."""
    with filled(tmp_path) as ledger:
        data = exported(ledger)
    lines = data.splitlines(keepends=True)
    assert json.loads(lines[0]) == {"leadroute_ledger": 1, "layout": tables.VERSION}
    named = [json.loads(line)["table"] for line in lines[1:-2] if line.startswith(b"{")]
    assert sorted(named) == sorted(set(tables.metadata.tables) - {"meta"})
    assert json.loads(lines[-2]) == {"rows": len(lines) - 3 - len(named)}
    assert json.loads(lines[-1]) == {"sha256": hashlib.sha256(b"".join(lines[:-1])).hexdigest()}


def test_a_ledger_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    """An import never mixes two ledgers."""
    with filled(tmp_path / "one") as one, opened(tmp_path / "two") as two:
        route(two, [Made("x")])
        before = contents(tmp_path / "two")
        with pytest.raises(LedgerError, match="not empty"):
            taken_in(two, exported(one))
        assert contents(tmp_path / "two") == before


def forged(lines: list[bytes]) -> bytes:
    """These lines with an end that fits."""
    rows = sum(line.startswith(b"[") for line in lines)
    body = b"".join(lines) + json.dumps({"rows": rows}).encode() + b"\n"
    return body + json.dumps({"sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n"


HEAD = json.dumps({"leadroute_ledger": 1, "layout": tables.VERSION}).encode() + b"\n"
FIGURES = b'{"table":"figures","columns":["rep","load","seen","batch"]}\n'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no exported ledger"),
        (b"lead,rep\n", "no exported ledger"),
        (b'{"leadroute_ledger":2,"layout":2}\n', "newer leadroute"),
        (b'{"leadroute_ledger":1,"layout":99}\n', "newer leadroute"),
        (b'{"leadroute_ledger":1,"layout":1}\n', "older leadroute"),
        (HEAD, "not written whole"),
        (forged([HEAD])[:-1], "not written whole"),
        (forged([HEAD, FIGURES]).replace(b"seen", b"sEen"), "changed"),
        (forged([HEAD, b'{"table":"figures","columns":["rep"]}\n']), "names a table"),
        (forged([HEAD, b'{"table":"nope","columns":[]}\n']), "names a table"),
        (forged([HEAD, FIGURES, b'["ann","5",1]\n']), "line 3 is no row of table figures"),
        (forged([HEAD, FIGURES, b'["ann","5",1,2.5]\n']), "line 3 is no row"),
        (forged([HEAD, FIGURES, b'["ann","5",1,true]\n']), "line 3 is no row"),
        (forged([HEAD, FIGURES, b'["ann",5,1,2]\n']), "line 3 is no row"),
        (forged([HEAD, FIGURES, b'[null,"5",1,2]\n']), "line 3 is no row"),
        (forged([HEAD, FIGURES, b'["ann","5",1,9223372036854775808]\n']), "line 3 is no row"),
        (forged([HEAD, FIGURES, b'["\\ud800","5",1,2]\n']), "line 3 is no row"),
        (forged([HEAD, b'{"table":"starts","columns":["batch","standings"]}\n', b'[1,"*"]\n']), "line 3 is no row"),
        (forged([HEAD, FIGURES, b'["ann","5",1,2]\n', b'["ann","5",1,2]\n']), "contradict"),
        (forged([HEAD, b'["ann","5",1,2]\n']), "another number of rows"),
    ],
)
def test_what_is_no_whole_export_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    """Whatever is wrong with the file is said in a sentence, and the ledger stays empty."""
    with opened(tmp_path) as ledger:
        with pytest.raises(NotPortableError, match=said):
            taken_in(ledger, data)
        with ledger.begin():
            assert portable.is_empty(ledger._store)


@databases.on_sqlite
@given(some.data())
@settings(max_examples=60)
def test_a_file_that_was_cut_or_changed_anywhere_is_refused(data: some.DataObject) -> None:
    """The digest holds every byte."""
    good = forged([HEAD, FIGURES, b'["ann","5",1,2]\n', b'["bob","7",1,2]\n'])
    at = data.draw(some.integers(0, len(good) - 1))
    broken = good[:at] if data.draw(some.booleans()) else good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
    with pytest.raises(NotPortableError):
        portable.check(io.BytesIO(broken))


def test_an_empty_ledger_is_moved_too(tmp_path: Path) -> None:
    """Nothing in, nothing out."""
    with opened(tmp_path / "one") as one, opened(tmp_path / "two") as two:
        taken_in(two, exported(one))
        assert two.batches() == []
    assert open_ledger(databases.state_in(tmp_path / "two"), create=False) is not None
