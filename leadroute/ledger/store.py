"""The database behind a ledger: one connection, one transaction at a time. Imported only once a ledger is opened.

SQLite's rollback journal with ``synchronous=EXTRA`` is meant, not overlooked: a committed batch survives a kill and a power loss,
the ledger is one file that can be copied, reading creates nothing beside it, and for few, large writes it is faster than a
write-ahead log.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Insert, RootTransaction, Select, create_engine, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from leadroute.ledger import tables
from leadroute.ledger.errors import BUSY, LedgerError, plain, result_code

_TRY = 0.2
"""Seconds that one attempt at a lock waits inside SQLite, where an interrupt is not heard."""

_CACHE = 32 << 10
"""Pages kept in memory while a batch is written, in KiB."""


class Store:
    """An open ledger file.

    ``state`` is its name for messages; ``wait`` is told once when another run holds the lock; after ``timeout`` seconds it is given up.
    """

    def __init__(self, path: Path, state: str, *, create: bool, wait: Callable[[str], None] | None, timeout: float) -> None:
        self.state = state
        self._folder = path.absolute().parent
        self._wait = wait
        self._timeout = timeout
        self._write = False
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
        self._engine = create_engine(
            "sqlite://",
            poolclass=NullPool,
            # The driver's own transactions begin too late, after the first SELECT, and so lose updates; ours begin below.
            creator=lambda: sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_TRY),
        )
        event.listen(self._engine, "connect", self._settings)
        event.listen(self._engine, "begin", self._begin)
        self._transaction: RootTransaction | None = None
        self._open: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The one connection; made when first asked for."""
        if self._open is None:
            self._open = self._engine.connect()
        return self._open

    def close(self) -> None:
        """Give the file back; an open transaction is undone."""
        if self._open is not None:
            self._open.close()
            self._open = None
        self._engine.dispose()

    @staticmethod
    def _settings(connection: sqlite3.Connection, _: object) -> None:
        for setting in ("synchronous=EXTRA", f"cache_size=-{_CACHE}", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {setting}")

    def _begin(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if self._write else "BEGIN")

    @property
    def writing(self) -> bool:
        """Whether the write lock is held."""
        return self._write and self.active

    @property
    def active(self) -> bool:
        """Whether a transaction is open."""
        return self._transaction is not None and self._transaction.is_active

    @contextmanager
    def begin(self, *, write: bool) -> Iterator[None]:
        """One transaction: everything in it sees one state of the ledger, and without :meth:`commit` it leaves no trace.

        Args:
            write: take the write lock first, so that nobody changes what is read here before it is written back.

        Raises:
            LedgerError: the lock was not to be had in time, or the file cannot be used.
        """
        if write and not os.access(self._folder, os.W_OK):
            raise LedgerError(f"`{self.state}` cannot be written: its folder is read-only")
        with self.plainly():
            transaction = self._transaction = self._lock(write=write)
        try:
            yield
        finally:
            transaction.close()
            # After a commit that failed SQLAlchemy counts the transaction as over, while the database still holds its lock.
            self.connection.connection.rollback()
            self._transaction = None
            self._write = False

    def _lock(self, *, write: bool) -> RootTransaction:
        self._write = write
        self._busy(_TRY)
        deadline = time.monotonic() + self._timeout
        told = False
        while True:
            try:
                transaction = self.connection.begin()
                try:
                    if not write:  # a plain BEGIN locks nothing: the first read does
                        self.connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1")
                except BaseException:
                    transaction.rollback()
                    raise
            except DBAPIError as error:
                if result_code(error) not in BUSY:
                    raise
                if time.monotonic() >= deadline:
                    raise LedgerError(f"`{self.state}` is in use by another run, which did not finish in {self._timeout:g} s") from None
                if not told and self._wait is not None:
                    self._wait(f"another run is writing to `{self.state}`; waiting for it, up to {self._timeout:g} s")
                told = True
                time.sleep(0.01)
            else:
                # From here on the rest is short: reads of others end soon, and an interrupt between two statements is heard.
                self._busy(self._timeout)
                return transaction

    def _busy(self, seconds: float) -> None:
        # By the driver: SQLAlchemy would begin a transaction for it.
        self.connection.connection.cursor().execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")

    def commit(self) -> None:
        """Make everything written since :meth:`begin` lasting, whole; once this returns, it is on the disk."""
        if self._transaction is None or not self._write:
            raise RuntimeError("there is no write transaction to commit")
        with self.plainly():
            self._transaction.commit()

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Turn trouble with the file into a :class:`LedgerError`; mistakes of leadroute itself pass."""
        try:
            yield
        except (sqlite3.Error, DBAPIError) as error:
            sentence = plain(error, self.state)
            if sentence is None:
                raise
            raise sentence from error

    def version(self) -> int | None:
        """The layout's version; ``None`` for a database without any table.

        Raises:
            LedgerError: tables, but not those of a ledger.
        """
        names = [name for (name,) in self.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if not names:
            return None
        found = None
        if "meta" in names and "batches" in names:
            found = self.connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == "version")).scalar()
        if found is None or not str(found).isdecimal():
            raise LedgerError(f"`{self.state}` is no leadroute ledger, but an SQLite file of something else")
        return int(found)

    def add(self, insert: Insert, rows: Iterable[Sequence[tuple[object, ...]]]) -> None:
        """Insert rows block by block; a row is a tuple with all of the table's columns, in their order."""
        statement = str(insert.compile(dialect=self._engine.dialect))
        for block in rows:
            if block:
                self.connection.exec_driver_sql(statement, list(block))

    def fetch(self, query: Select[Any], size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Rows as the driver's own tuples, in blocks of ``size``: a million of SQLAlchemy's rows would take longer than the query."""
        cursor = self.connection.connection.cursor()
        try:
            cursor.execute(str(query.compile(dialect=self._engine.dialect, compile_kwargs={"literal_binds": True})))
            while rows := cursor.fetchmany(size):
                yield rows  # type: ignore[misc]  # the driver's rows are tuples
        finally:
            cursor.close()
