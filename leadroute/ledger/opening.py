"""Where a ledger lies and whether it can be used."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.ledger.errors import LedgerError

if TYPE_CHECKING:
    from leadroute.ledger.ledger import Ledger

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def open_ledger(state: str, *, create: bool, wait: Callable[[str], None] | None = None, timeout: float = 60.0) -> Ledger | None:
    """Open the ledger at a path.

    Args:
        state: the path of an SQLite file.
        create: make the file, and its folder, where there is none. Without it nothing is made, not even for a moment.
        wait: is told, in a sentence, when another run holds the ledger and this one waits.
        timeout: seconds to wait at most.

    Returns:
        The ledger, to be closed; ``None`` where there is none and ``create`` is not set.

    Raises:
        LedgerError: it cannot be opened, is no ledger, or was written by a newer leadroute.
    """
    if url := _URL.match(state):
        if url[1].lower().startswith("postgres"):
            raise LedgerError("a ledger in PostgreSQL is not built yet; name a file")  # the URL may hold a password: not repeated
        raise LedgerError(f"a ledger is a file, not a `{url[1]}` URL")
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

    from leadroute.ledger.ledger import Ledger
    from leadroute.ledger.store import Store

    ledger = Ledger(Store(path, state, create=create, wait=wait, timeout=timeout))
    try:
        if ledger.prepare(create=create):
            return ledger
    except BaseException:
        ledger.close()
        raise
    ledger.close()
    return None
