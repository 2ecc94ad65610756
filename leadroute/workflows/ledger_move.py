"""A whole ledger into a file, and out of one: for a backup, and to move from one database to another."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from leadroute.model.codes import diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.urls import masked
from leadroute.workflows.ledger_opening import LedgerOptions, no_ledger
from leadroute.workflows.opening import open_project
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.standing import ledger_refusal, state_of
from leadroute.workflows.writing import check_place, whole

if TYPE_CHECKING:
    from leadroute.ledger.records import Moved

STREAM = "-"


@frozen
class LedgerMoved:
    """What was moved, from or to which ledger and file."""

    state: str
    file: str
    what: Moved


def export(options: LedgerOptions, target: str) -> LedgerMoved:
    """Write the whole ledger to a file (``-``: stdout), as it is at one moment; runs may go on meanwhile.

    Raises:
        CannotRunError: There is no ledger, or it cannot be read.
        OSError: The file cannot be written; whatever was there is untouched.
    """
    from leadroute.ledger import LedgerError, open_ledger

    state = _meant(options)
    if target != STREAM:
        check_place(Path(target))
    try:
        ledger = open_ledger(state, create=False, wait=options.tell)
        if ledger is None:
            raise CannotRunError(no_ledger(state))
        with ledger, ledger.begin(write=False), _written(target) as file:
            return LedgerMoved(masked(state), target, ledger.export(file))
    except LedgerError as problem:
        raise ledger_refusal(problem) from problem


def take_in(options: LedgerOptions, source: str) -> LedgerMoved:
    """Fill a ledger that is not there yet, or empty, from a file (``-``: stdin), whole or not at all.

    Raises:
        CannotRunError: The file is no whole export, or the ledger holds something, or cannot be written.
    """
    from leadroute.ledger import LedgerError, NotPortableError, open_ledger
    from leadroute.ledger.portable import check

    state = _meant(options)
    with _read(source) as file:
        try:
            check(file)  # before anything is made
            file.seek(0)
            ledger = open_ledger(state, create=True, wait=options.tell)
            if ledger is None:
                raise CannotRunError(no_ledger(state))
            with ledger, ledger.begin():
                return LedgerMoved(masked(state), source, ledger.take_in(file))
        except NotPortableError as problem:
            raise CannotRunError(
                diagnostic(
                    "ledger", f"`{source}` cannot be imported: {problem}", help="export the ledger once more: leadroute ledger export"
                )
            ) from problem
        except LedgerError as problem:
            raise ledger_refusal(problem) from problem


def _meant(options: LedgerOptions) -> str:
    """The ledger's place; a project is needed only to say it."""
    if options.state is not None and options.state != "none":
        return options.state
    state = state_of(open_project(options.start, options.project, rules=options.rules, roster=options.roster), options.state)
    if state is None:
        raise CannotRunError(no_ledger(None))
    return state


@contextmanager
def _written(target: str) -> Iterator[IO[bytes]]:
    if target == STREAM:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with whole(Path(target)) as file:
            yield file


@contextmanager
def _read(source: str) -> Iterator[IO[bytes]]:
    """A file that can be read twice."""
    if source == STREAM:
        with tempfile.TemporaryFile() as file:
            shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
            file.seek(0)
            yield file
        return
    try:
        with Path(source).open("rb") as file:
            yield file
    except OSError as problem:
        said = f"`{source}` cannot be read: {(problem.strerror or str(problem)).lower()}"
        raise CannotRunError(diagnostic("unreadable-file", said)) from problem
