"""A ledger in an SQLite file. Imported only once a ledger is opened.

The rollback journal with ``synchronous=EXTRA`` is meant, not overlooked: a committed batch survives a kill and a power loss,
the ledger is one file that can be copied, reading creates nothing beside it, and for few, large writes it is faster than a
write-ahead log.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RootTransaction, Select, Table, create_engine, event, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from leadroute.ledger.errors import BUSY, LedgerError, plain, result_code
from leadroute.ledger.store import Rows, Store

_TRY = 0.2
"""Seconds that one attempt at a lock waits inside SQLite, where an interrupt is not heard."""

_CACHE = 32 << 10
"""Pages kept in memory while a batch is written, in KiB."""


class SqliteStore(Store):
    """An open ledger file; ``create`` makes it where there is none."""

    at_once = 1 << 16
    foreign = "an SQLite file of something else"

    def __init__(self, path: Path, state: str, *, create: bool, wait: Callable[[str], None] | None, timeout: float) -> None:
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
        engine = create_engine(
            "sqlite://",
            poolclass=NullPool,
            # The driver's own transactions begin too late, after the first SELECT, and so lose updates; ours begin below.
            creator=lambda: sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_TRY),
        )
        event.listen(engine, "connect", self._settings)
        event.listen(engine, "begin", self._begin)
        super().__init__(engine, state, wait=wait, timeout=timeout)
        self._folder = path.absolute().parent

    def add(self, table: Table, rows: Rows) -> None:
        """Insert rows block by block with the driver's ``executemany``."""
        statement = str(insert(table).compile(dialect=self._engine.dialect))
        for block in rows:
            if block:
                self.connection.exec_driver_sql(statement, list(block))

    def fetch(self, query: Select[Any], size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Rows as the driver's own tuples, in blocks of ``size``."""
        cursor = self.connection.connection.cursor()
        try:
            cursor.execute(str(query.compile(dialect=self._engine.dialect, compile_kwargs={"literal_binds": True})))
            while rows := cursor.fetchmany(size):
                yield rows  # type: ignore[misc]  # the driver's rows are tuples
        finally:
            cursor.close()

    @staticmethod
    def _settings(connection: sqlite3.Connection, _: object) -> None:
        for setting in ("synchronous=EXTRA", f"cache_size=-{_CACHE}", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {setting}")

    def _begin(self, connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if self._alone else "BEGIN")

    def _lock(self, *, alone: bool, deadline: float) -> RootTransaction:
        if alone and not os.access(self._folder, os.W_OK):
            raise LedgerError(f"`{self.state}` cannot be written: its folder is read-only")
        self._busy(_TRY)
        while True:
            try:
                transaction = self.connection.begin()
                try:
                    if not alone:  # a plain BEGIN locks nothing: the first read does
                        self.connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1")
                except BaseException:
                    transaction.rollback()
                    raise
            except DBAPIError as error:
                if result_code(error) not in BUSY:
                    raise
                if time.monotonic() >= deadline:
                    raise self._given_up() from None
                self._waiting()
                time.sleep(0.01)
            else:
                # From here on the rest is short: reads of others end soon, and an interrupt between two statements is heard.
                self._busy(self._timeout)
                return transaction

    def _busy(self, seconds: float) -> None:
        # By the driver: SQLAlchemy would begin a transaction for it.
        self.connection.connection.cursor().execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")

    def _release(self) -> None:
        # After a commit that failed SQLAlchemy counts the transaction as over, while the database still holds its lock.
        self.connection.connection.rollback()

    def _tables(self) -> set[str]:
        return {name for (name,) in self.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def driver_error(self) -> type[Exception]:
        """The driver's own error, where SQLAlchemy is not in between."""
        return sqlite3.Error

    def _plain(self, error: Exception, *, committing: bool) -> LedgerError | None:
        return plain(error, self.state)
