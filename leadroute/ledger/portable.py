"""A whole ledger as text, and back, from any database to any other. Imported only once a ledger is opened.

JSON Lines: a head with the version of this format and the ledger's layout, for each table a line with its name and columns and then its
rows as arrays in the order of their keys, at the end how many rows there are, and the SHA-256 of everything before. Equal ledgers
give equal bytes, whatever they lie in.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import IO, Any

from sqlalchemy import BigInteger, LargeBinary, Table, select
from sqlalchemy.exc import DBAPIError

from leadroute.ledger import tables
from leadroute.ledger.errors import NotPortableError
from leadroute.ledger.lookup import BLOCK
from leadroute.ledger.records import Moved
from leadroute.ledger.store import Store

FORMAT = 1
"""Of the text. A file with a higher one was written by a newer leadroute."""

_NAME = "leadroute_ledger"
_BYTES = 1 << 20
_LARGEST = 2**63

_TABLES = {table.name: table for table in tables.metadata.sorted_tables if table is not tables.meta}


def write(store: Store, file: IO[bytes]) -> Moved:
    """Write everything that the ledger holds, in the open transaction."""
    digest = hashlib.sha256()
    counts = dict.fromkeys(_TABLES, 0)

    def put(lines: list[Any]) -> None:
        data = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines).encode()
        digest.update(data)
        file.write(data)

    put([{_NAME: FORMAT, "layout": tables.VERSION}])
    for name, table in _TABLES.items():
        put([{"table": name, "columns": [column.name for column in table.columns]}])
        bytes_at = [at for at, column in enumerate(table.columns) if isinstance(column.type, LargeBinary)]
        for rows in store.fetch(select(table).order_by(*table.primary_key.columns), BLOCK if not bytes_at else BLOCK >> 8):
            counts[name] += len(rows)
            put([_plain(row, bytes_at) for row in rows] if bytes_at else rows)
    put([{"rows": sum(counts.values())}])
    file.write(json.dumps({"sha256": digest.hexdigest()}, separators=(",", ":")).encode() + b"\n")
    return Moved(counts["batches"], counts["decisions"], sum(counts.values()))


def check(file: IO[bytes]) -> None:
    """Make sure that a file is a whole export that this leadroute can take in; it is read to its end.

    Raises:
        NotPortableError: It is not.
    """
    head = _object(file.readline(_BYTES))
    if head is None or not isinstance(head.get(_NAME), int):
        raise NotPortableError("it is no exported ledger: its first line does not say so")
    if head[_NAME] > FORMAT or not isinstance(head.get("layout"), int) or head["layout"] > tables.VERSION:
        raise NotPortableError("it was exported by a newer leadroute: update this one")
    if head["layout"] < tables.VERSION:
        raise NotPortableError(
            f"it was exported by an older leadroute (its layout is version {head['layout']}, this one knows {tables.VERSION}):"
            " import it with that one, the ledger is then brought up to date by this one"
        )
    file.seek(0)
    digest = hashlib.sha256()
    before = b""  # the last line that was read is not part of the digest, and nobody knows which that is
    while data := file.read(_BYTES):
        before += data
        kept = before.rfind(b"\n", 0, len(before) - 1) + 1
        digest.update(before[:kept])
        before = before[kept:]
    end = _object(before)
    if end is None or "sha256" not in end or not before.endswith(b"\n"):
        raise NotPortableError("its end is missing: it was not written whole")
    if end["sha256"] != digest.hexdigest():
        raise NotPortableError("it was changed after it was exported: its digest is another")


def read(store: Store, file: IO[bytes]) -> Moved:
    """Take a file in that :func:`check` found good, into the empty ledger, in the open transaction.

    Raises:
        NotPortableError: It does not hold what a ledger of its layout does.
    """
    counts = dict.fromkeys(_TABLES, 0)
    lines = enumerate(file, 1)
    next(lines)
    rows: object = None
    table: Table | None = None
    for starts_table, some in groupby(lines, lambda numbered: numbered[1].startswith(b"{")):
        if starts_table:
            for number, line in some:
                said = _object(line) or {}
                if "rows" in said or "sha256" in said:
                    rows = said.get("rows", rows)
                    continue
                table = _TABLES.get(str(said.get("table")))
                if table is None or said.get("columns") != [column.name for column in table.columns]:
                    raise NotPortableError(f"line {number} names a table that no ledger of this layout has")
        elif table is not None:
            counts[table.name] += _take_in(store, table, some)
    if rows != sum(counts.values()):
        raise NotPortableError("it holds another number of rows than its end says")
    return Moved(counts["batches"], counts["decisions"], sum(counts.values()))


def is_empty(store: Store) -> bool:
    """Whether nothing was ever recorded."""
    return all(store.connection.execute(select(table).limit(1)).first() is None for table in _TABLES.values())


def _take_in(store: Store, table: Table, lines: Iterator[tuple[int, bytes]]) -> int:
    readers = [(_READERS[type(column.type)], bool(column.nullable)) for column in table.columns]
    count = 0

    def rows() -> Iterator[list[tuple[object, ...]]]:
        nonlocal count
        block: list[tuple[object, ...]] = []
        for number, line in lines:
            try:
                values = json.loads(line)
                row = tuple(_value(value, read, nullable) for value, (read, nullable) in zip(values, readers, strict=True))
            except (ValueError, TypeError) as error:
                raise NotPortableError(f"line {number} is no row of table {table.name}") from error
            block.append(row)
            if len(block) == BLOCK:
                count += len(block)
                yield block
                block = []
        count += len(block)
        yield block

    try:
        store.add(table, rows())
    except (DBAPIError, store.driver_error()) as error:
        if "IntegrityError" in {kind.__name__ for kind in type(error).__mro__}:
            raise NotPortableError(f"rows of table {table.name} contradict each other") from error
        raise
    return count


def _plain(row: tuple[Any, ...], bytes_at: list[int]) -> list[Any]:
    return [base64.b64encode(value).decode() if at in bytes_at else value for at, value in enumerate(row)]


def _value(value: object, read: Callable[[object], object], nullable: bool) -> object:
    if value is None and nullable:
        return None
    return read(value)


def _whole(value: object) -> int:
    if type(value) is not int or not -_LARGEST <= value < _LARGEST:
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # lone surrogates are no text
    return value


def _bytes(value: object) -> bytes:
    try:
        return base64.b64decode(_text(value), validate=True)
    except binascii.Error as error:
        raise ValueError from error


_READERS: dict[type, Callable[[object], object]] = {BigInteger: _whole, LargeBinary: _bytes, type(tables.TEXT): _text}


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
