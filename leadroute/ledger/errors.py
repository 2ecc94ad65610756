"""Why a ledger cannot be used, in a plain sentence."""

from __future__ import annotations

import sqlite3

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})

_OURS = frozenset({sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_RANGE})
"""What only a mistake in leadroute itself can cause: never dressed up as trouble with the file."""

_SENTENCES = {
    sqlite3.SQLITE_PERM: "`{state}` may not be opened: permission denied",
    sqlite3.SQLITE_READONLY: "`{state}` cannot be written: it, or its disk, is read-only",
    sqlite3.SQLITE_FULL: "`{state}` cannot be written: the disk is full",
    sqlite3.SQLITE_CANTOPEN: "`{state}` cannot be opened; may it and its folder be read and written?",
    sqlite3.SQLITE_NOTADB: "`{state}` is no leadroute ledger: it is not an SQLite file",
    sqlite3.SQLITE_IOERR: "`{state}` cannot be read or written: the disk gave an error ({detail})",
}


class LedgerError(Exception):
    """The ledger cannot be opened, read or written; the text is one sentence for a person, without capital or full stop."""


def result_code(error: BaseException) -> int | None:
    """SQLite's primary result code behind an error, ``None`` where there is none (also for errors of other libraries)."""
    code: int | None = getattr(getattr(error, "orig", None) or error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def damaged(state: str, detail: object) -> LedgerError:
    """The error for a file whose contents do not hold together."""
    return LedgerError(f"`{state}` is damaged ({detail}); restore it from a copy, or name another with --state")


def plain(error: Exception, state: str) -> LedgerError | None:
    """The sentence for a database error; ``None`` for a mistake in leadroute itself, which must stay visible as one."""
    original = getattr(error, "orig", None) or error
    code = result_code(error)
    if code in _OURS:
        return None
    if code is None and not isinstance(original, sqlite3.OperationalError | sqlite3.DataError):
        return None
    if code in BUSY:
        return LedgerError(f"`{state}` is in use by another run, which did not finish in time; try again")
    sentence = _SENTENCES.get(code) if code is not None else None
    return LedgerError(sentence.format(state=state, detail=original)) if sentence else damaged(state, original)
