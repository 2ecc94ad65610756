"""Where a ledger lies and whether it can be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.ledger.errors import LedgerError
from leadroute.model.urls import is_postgres, masked

if TYPE_CHECKING:
    from leadroute.ledger.ledger import Ledger
    from leadroute.ledger.store import Store


def open_ledger(state: str, *, create: bool, wait: Callable[[str], None] | None = None, timeout: float = 60.0) -> Ledger | None:
    """Open the ledger at a path or URL.

    Args:
        state: the path of an SQLite file, or the URL of a PostgreSQL database, ``postgresql+psycopg://user@host:port/database``.
        create: make the file, and its folder, or the tables, where there are none. Without it nothing is made, not even for a moment.
        wait: is told, in a sentence, when another run holds the ledger and this one waits.
        timeout: seconds to wait at most.

    Returns:
        The ledger, to be closed; ``None`` where there is none and ``create`` is not set.

    Raises:
        LedgerError: it cannot be opened, is no ledger, or was written by a newer leadroute.
    """
    store = _server(state, wait, timeout) if "://" in state else _file(state, wait, timeout, create=create)
    if store is None:
        return None

    from leadroute.ledger.ledger import Ledger

    ledger = Ledger(store)
    try:
        if ledger.prepare(create=create):
            return ledger
    except BaseException:
        ledger.close()
        raise
    ledger.close()
    return None


def _server(state: str, wait: Callable[[str], None] | None, timeout: float) -> Store:
    shown = masked(state)
    scheme = state.partition("://")[0]
    if not is_postgres(state):
        raise LedgerError(f"a ledger is a file or a `postgresql+psycopg` URL, not a `{scheme}` URL")

    from leadroute.ledger.postgres import PostgresStore

    return PostgresStore(state, shown, wait=wait, timeout=timeout)


def _file(state: str, wait: Callable[[str], None] | None, timeout: float, *, create: bool) -> Store | None:
    if "\0" in state:
        raise LedgerError("a ledger's path cannot hold a NUL character")
    path = Path(state)
    try:
        if path.is_dir():
            raise LedgerError(f"`{state}` is a folder; name a file in it")
        if create:
            path.absolute().parent.mkdir(parents=True, exist_ok=True)
        elif not path.exists() or path.stat().st_size == 0:
            return None
    except OSError as error:
        raise LedgerError(f"`{state}` cannot be opened: {(error.strerror or str(error)).lower()}") from error

    from leadroute.ledger.sqlite import SqliteStore

    return SqliteStore(path, state, create=create, wait=wait, timeout=timeout)
