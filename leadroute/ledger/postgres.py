"""A ledger in a PostgreSQL database. Imported only once such a ledger is opened.

One writer at a time by an advisory lock that the transaction holds: whoever waits for it stands in line, readers pass, and the server
gives it back when its holder dies. A writer sees what was committed up to now (``READ COMMITTED`` after the lock: nobody else writes), a
reader one state (``REPEATABLE READ``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, RootTransaction, Select, Table, Text, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from leadroute.ledger.errors import IN_DOUBT, LOST, NOT_REACHED, WAITED_TOO_LONG, LedgerError, plain_postgres, sqlstate
from leadroute.ledger.store import Rows, Store

_CONNECT = 15
"""Seconds to wait for a server that does not answer."""

_KEY = 0x1EAD << 32
"""Beside other users of advisory locks in the same database."""

_LOCK = f"({_KEY} + coalesce(to_regclass('batches')::oid, to_regnamespace(quote_ident(current_schema()))::oid)::bigint)"
"""One lock per ledger: by its table, so that nobody's search path makes two of one; before there is a table, by its schema."""

_SETTINGS = """
SELECT set_config(name, value, true) FROM (
    SELECT name, '0' AS value FROM pg_settings
    WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')
    UNION ALL SELECT 'lock_timeout', '{lock}'
    UNION ALL SELECT 'cursor_tuple_fraction', '1'
    UNION ALL SELECT 'jit', 'off'
    UNION ALL VALUES ('tcp_keepalives_idle', '60'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '6')
    UNION ALL SELECT 'synchronous_commit', 'on' WHERE current_setting('synchronous_commit') = 'off'
) AS settings
"""
"""For this transaction alone: a long batch is no runaway query, a client whose machine is gone keeps the lock for two minutes and not for
two hours, and what is committed is on the server's disk."""

_TYPES = {BigInteger: "int8", Text: "text", LargeBinary: "bytea"}


class PostgresStore(Store):
    """An open ledger in a database; ``url`` is an SQLAlchemy URL, ``state`` the same without its password."""

    at_once = None  # one join over all ids: the planner then weighs an index walk against one pass over the table
    foreign = "a database of something else; give the ledger a database or a schema of its own (`?options=-csearch_path%3DNAME`)"

    def __init__(self, url: str, state: str, *, wait: Callable[[str], None] | None, timeout: float) -> None:
        try:
            import psycopg
        except ImportError as error:
            raise LedgerError(
                f"`{state}` is in PostgreSQL, for which the driver is missing: pip install 'leadroute[postgres]' ({error})"
            ) from None
        parsed = _parsed(url)
        self._psycopg = psycopg
        self._password = parsed.password
        given = {"connect_timeout": str(_CONNECT), "application_name": "leadroute"}
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg").update_query_dict({**given, **parsed.query}),
            poolclass=NullPool,
            connect_args={"prepare_threshold": None},  # poolers between client and server do not all keep prepared statements
            use_native_hstore=False,
            execution_options={"preserve_rowcount": True},  # of an INSERT from a SELECT too, as SQLite's driver tells it
        )
        super().__init__(engine, state, wait=wait, timeout=timeout)

    def add(self, table: Table, rows: Rows) -> None:
        """Insert rows by ``COPY``."""
        names = [column.name for column in table.columns]  # a migrated table may have them in another order
        types = [next(name for kind, name in _TYPES.items() if isinstance(column.type, kind)) for column in table.columns]
        with self._cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(types)
            for block in rows:
                for row in block:
                    copy.write_row(row)

    def fetch(self, query: Select[Any], size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Rows as the driver's own tuples, in blocks of ``size``, by a cursor of the server: the answer is never here whole."""
        text = str(query.compile(dialect=self._engine.dialect, compile_kwargs={"literal_binds": True}))
        with self._cursor("found") as cursor:
            cursor.execute(text, binary=True)
            while rows := cursor.fetchmany(size):
                yield rows

    def _cursor(self, name: str | None = None) -> Any:
        connection: Any = self.connection.connection.driver_connection
        return connection.cursor(name) if name else connection.cursor()

    def _lock(self, *, alone: bool, deadline: float) -> RootTransaction:
        self.connection.execution_options(isolation_level="READ COMMITTED" if alone else "REPEATABLE READ")
        transaction = self.connection.begin()
        try:
            left = max(1, int(1000 * (deadline - time.monotonic())))
            self.connection.exec_driver_sql(_SETTINGS.format(lock=left))
            if alone and not self.connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock{_LOCK}").scalar():
                self._waiting()
                self.connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock{_LOCK}")
        except BaseException as error:
            transaction.rollback()
            if sqlstate(error) in WAITED_TOO_LONG:
                raise self._given_up() from None
            raise
        return transaction

    def _release(self) -> None:
        if self._open is not None and self._open.invalidated:
            self._open.close()  # the next one connects anew
            self._open = None

    def _tables(self) -> set[str]:
        found = self.connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND pg_table_is_visible(oid)"
            " AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
            " AND relpersistence <> 't'"
        )
        return {name for (name,) in found}

    def driver_error(self) -> type[Exception]:
        """The driver's own error, where SQLAlchemy is not in between."""
        return self._psycopg.Error

    def _plain(self, error: Exception, *, committing: bool) -> LedgerError | None:
        lost = NOT_REACHED if self._open is None else IN_DOUBT if committing else LOST
        return plain_postgres(error, self.state, password=self._password, lost=lost)


def _parsed(url: str) -> URL:
    """The URL's parts; nothing of a URL that cannot be taken apart is repeated, it may be the password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.drivername not in {"postgresql", "postgresql+psycopg", "postgres"}:
        raise LedgerError("the ledger's URL cannot be read as one: write postgresql+psycopg://user@host:5432/database")
    return parsed
