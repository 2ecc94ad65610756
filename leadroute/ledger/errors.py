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


NOT_REACHED = "`{state}` cannot be opened: {detail}"

LOST = "the connection to `{state}` was lost ({detail}); nothing of this run is recorded: try again"

IN_DOUBT = (
    "the connection to `{state}` was lost while it committed ({detail}), so the batch is there whole or not at all: say the same again,"
    " what was recorded stays as it is"
)

WAITED_TOO_LONG = frozenset({"55P03", "57014"})
"""PostgreSQL's codes for a lock that was not to be had, and a statement that was cancelled."""

_OUR_CLASSES = frozenset({"0A", "22", "23", "2D", "34", "39", "42", "26", "24"})

_NO_RIGHT = "`{state}` may not be used: {detail}"

_NUL = "`{state}` cannot hold a NUL character, and a lead's id or another text has one; an SQLite ledger can"

_POSTGRES = {
    "22021": _NUL,
    "25006": "`{state}` cannot be written: this server is read-only, as a replica is",
    "3F000": "`{state}` has no schema to write to: {detail}",
    "40001": "`{state}` is in use by another run, which did not finish in time; try again",
    "40P01": "`{state}` is in use by another run, which did not finish in time; try again",
    "42501": _NO_RIGHT,
    "53100": "`{state}` cannot be written: the server's disk is full",
    "53300": "`{state}` cannot be opened: {detail}",
}


class LedgerError(Exception):
    """The ledger cannot be opened, read or written; the text is one sentence for a person, without capital or full stop."""


class NotPortableError(Exception):
    """An exported ledger that cannot be taken in; the text is one sentence for a person, without capital or full stop."""


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


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's code of five letters behind an error, ``None`` where the server gave none."""
    code: str | None = getattr(getattr(error, "orig", None) or error, "sqlstate", None)
    return code


def plain_postgres(error: Exception, state: str, *, password: str | None, lost: str) -> LedgerError | None:
    """As :func:`plain`, for PostgreSQL; ``lost``: what it means now when the server cannot be reached (one of those below)."""
    original = getattr(error, "orig", None) or error
    detail = (str(original).strip().splitlines() or [type(original).__name__])[0]
    if password:
        detail = detail.replace(password, "***")
    code = sqlstate(error)
    if code is None:
        return _without_code(original, state, detail, lost)
    if code in WAITED_TOO_LONG:
        return LedgerError(f"`{state}` is in use by another run, which did not finish in time; try again")
    if code in _POSTGRES:
        return LedgerError(_POSTGRES[code].format(state=state, detail=detail))
    if code in {"42P01", "42703"}:  # a table or a column that is gone
        return damaged(state, detail)
    if code[:2] in _OUR_CLASSES:
        return None
    if code[:2] in {"08", "57"}:
        return LedgerError(lost.format(state=state, detail=detail))
    return LedgerError(f"`{state}` cannot be used: {detail}")


def _without_code(original: BaseException, state: str, detail: str, lost: str) -> LedgerError | None:
    """What the driver itself says: the server was not reached, or is gone, or a text cannot be sent."""
    kinds = {kind.__name__ for kind in type(original).__mro__}
    if "OperationalError" in kinds:
        return LedgerError(lost.format(state=state, detail=detail.removeprefix("connection failed: ")))
    if "DataError" in kinds and "NUL" in detail:
        return LedgerError(_NUL.format(state=state))
    return None
