"""The database behind a ledger: one connection, one transaction at a time. Imported only once a ledger is opened.

What differs between databases is in :mod:`leadroute.ledger.sqlite` and :mod:`leadroute.ledger.postgres`; everything else of a ledger
is written once, on the tables.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, RootTransaction, Select, Table, select
from sqlalchemy.exc import DBAPIError

from leadroute.ledger import tables
from leadroute.ledger.errors import LedgerError

Rows = Iterable[Sequence[tuple[object, ...]]]
"""Blocks of rows; a row is a tuple with all of a table's columns, in their order."""


class Store(ABC):
    """An open ledger.

    ``state`` is its name for messages, without a password; ``wait`` is told once when another run holds the lock; after ``timeout``
    seconds it is given up.
    """

    at_once: int | None
    """Ids that one lookup may ask about; ``None``: any number."""

    foreign: str
    """What a database is called that holds something else than a ledger."""

    def __init__(self, engine: Engine, state: str, *, wait: Callable[[str], None] | None, timeout: float) -> None:
        self.state = state
        self._engine = engine
        self._wait = wait
        self._timeout = timeout
        self._write = self._alone = False
        self._told = False
        self._transaction: RootTransaction | None = None
        self._open: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The one connection; made when first asked for."""
        if self._open is None:
            self._open = self._engine.connect()
        return self._open

    def close(self) -> None:
        """Give the database back; an open transaction is undone."""
        if self._open is not None:
            self._open.close()
            self._open = None
        self._engine.dispose()

    @property
    def writing(self) -> bool:
        """Whether the write lock is held."""
        return self._write and self.active

    @property
    def active(self) -> bool:
        """Whether a transaction is open."""
        return self._transaction is not None and self._transaction.is_active

    @contextmanager
    def begin(self, *, write: bool, alone: bool = False) -> Iterator[None]:
        """One transaction: everything in it sees one state of the ledger, and without :meth:`commit` it leaves no trace.

        Args:
            write: take the write lock first, so that nobody changes what is read here before it is written back.
            alone: take that lock for reading too.

        Raises:
            LedgerError: the lock was not to be had in time, or the database cannot be used.
        """
        with self.plainly():
            self._told = False
            self._write = write
            self._alone = write or alone
            transaction = self._transaction = self._lock(alone=self._alone, deadline=time.monotonic() + self._timeout)
        try:
            yield
        finally:
            transaction.close()
            self._release()
            self._transaction = None
            self._write = self._alone = False

    def commit(self) -> None:
        """Make everything written since :meth:`begin` lasting, whole; once this returns, it is on the disk."""
        if self._transaction is None or not self._write:
            raise RuntimeError("there is no write transaction to commit")
        with self.plainly(committing=True):
            self._transaction.commit()

    @contextmanager
    def plainly(self, *, committing: bool = False) -> Iterator[None]:
        """Turn trouble with the database into a :class:`LedgerError`; mistakes of leadroute itself pass."""
        try:
            yield
        except (DBAPIError, self.driver_error()) as error:
            sentence = self._plain(error, committing=committing)
            if sentence is None:
                raise
            raise sentence from error

    def version(self) -> int | None:
        """The layout's version; ``None`` for a database without any table.

        Raises:
            LedgerError: tables, but not those of a ledger.
        """
        names = self._tables()
        if not names:
            return None
        found = None
        if {"meta", "batches"} <= names:
            found = self.connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == "version")).scalar()
        if found is None or not str(found).isdecimal():
            raise LedgerError(f"`{self.state}` is no leadroute ledger, but {self.foreign}")
        return int(found)

    @abstractmethod
    def add(self, table: Table, rows: Rows) -> None:
        """Insert rows block by block, below SQLAlchemy."""

    @abstractmethod
    def fetch(self, query: Select[Any], size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Rows as the driver's own tuples, in blocks of ``size``: a million of SQLAlchemy's rows would take longer than the query."""

    @abstractmethod
    def _lock(self, *, alone: bool, deadline: float) -> RootTransaction:
        """A transaction that sees one state, and holds the write lock if it is to be ``alone``; waits until ``deadline`` (monotonic)."""

    @abstractmethod
    def _release(self) -> None:
        """What a transaction that ended, by whatever way, may have left."""

    @abstractmethod
    def _tables(self) -> set[str]:
        """The names of the tables that are there."""

    @abstractmethod
    def driver_error(self) -> type[Exception]:
        """The driver's own error, where SQLAlchemy is not in between."""

    @abstractmethod
    def _plain(self, error: Exception, *, committing: bool) -> LedgerError | None:
        """The sentence for an error; ``None`` for a mistake of leadroute itself."""

    def _waiting(self) -> None:
        """Say once that another run holds the lock."""
        if not self._told and self._wait is not None:
            self._wait(f"another run is writing to `{self.state}`; waiting for it, up to {self._timeout:g} s")
        self._told = True

    def _given_up(self) -> LedgerError:
        return LedgerError(f"`{self.state}` is in use by another run, which did not finish in {self._timeout:g} s")
