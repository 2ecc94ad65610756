"""The first step of every use case that looks into the ledger, or changes what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.model.clock import Clock
from leadroute.model.codes import diagnostic
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.urls import masked
from leadroute.workflows.opening import open_project
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.standing import clock_of, ledger_refusal, state_of

if TYPE_CHECKING:
    from leadroute.ledger import Action
    from leadroute.ledger.ledger import Ledger


@frozen
class LedgerOptions:
    """Which ledger is meant, and the instant; as in ``RouteOptions``."""

    start: Path = Path()
    project: Path | None = None
    rules: Sequence[Path] | None = None
    roster: Path | None = None
    state: str | None = None
    at: str | None = None
    why: str = ""
    tell: Callable[[str], None] | None = None


@frozen
class Opened:
    """A ledger in use: its place, the project that it belongs to, and the instant."""

    ledger: Ledger
    state: str
    project: Project
    clock: Clock
    why: str

    def action(self) -> Action:
        """The record of what is about to be done."""
        from leadroute.ledger import Action

        return Action(self.ledger.next_batch_name(self.clock.today), self.clock.now, self.why)


@contextmanager
def opened(options: LedgerOptions, *, write: bool) -> Iterator[Opened]:
    """The ledger inside one transaction; with ``write`` nobody else changes it meanwhile.

    Raises:
        CannotRunError: The project cannot be used, there is no ledger, or it cannot be read or written.
    """
    with in_use(options) as use, use.ledger.begin(write=write):
        yield use


@contextmanager
def in_use(options: LedgerOptions) -> Iterator[Opened]:
    """The ledger for several transactions, one after the other; raises like :func:`opened`."""
    from leadroute.ledger import LedgerError, open_ledger

    project = open_project(options.start, options.project, rules=options.rules, roster=options.roster)
    clock = clock_of(project, options.at)
    state = state_of(project, options.state)
    try:
        ledger = None if state is None else open_ledger(state, create=False, wait=options.tell)
        if ledger is None or state is None:
            raise CannotRunError(no_ledger(state))
        with ledger:
            yield Opened(ledger, masked(state), project, clock, options.why)
    except LedgerError as problem:
        raise ledger_refusal(problem) from problem


def no_ledger(state: str | None) -> Diagnostic:
    """The finding that there is nothing to look into."""
    if state is None:
        return diagnostic("ledger", "`none` names no ledger", help="leave --state out, or name the ledger with it")
    return diagnostic("ledger", f"there is no ledger at `{masked(state)}` yet", help="the first `leadroute route` makes it")
