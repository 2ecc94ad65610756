"""What a change of rules or roster would do to some leads: both projects decide them, and nothing is committed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from leadroute.model.clock import Clock
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.standings import Standings
from leadroute.model.uncollected import uncollected
from leadroute.workflows.route import RouteOptions, check_fields, follow, give_back, ids_at, standings_now, take_in
from leadroute.workflows.standing import clock_of, ledger_refusal, state_of

if TYPE_CHECKING:
    from leadroute.insight.cause import Run
    from leadroute.insight.moved import Measured
    from leadroute.leads.cells import LeadFile
    from leadroute.ledger.ledger import Ledger


@frozen
class LeadsOptions:
    """Which leads, and from where they start; as in ``RouteOptions``.

    ``state``: the ledger of the new project, else of the old one, unless one is named.
    """

    leads: str
    state: str | None = None
    at: str | None = None
    read_format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    tell: Callable[[str], None] | None = None
    advance: Callable[[int], None] | None = None


def measured(old: Project, new: Project, options: LeadsOptions) -> Measured:
    """Decide the leads of a file by both projects, from the same standings and at the same instant, and compare.

    Leads that the ledger holds are decided anew in both, as by ``route --again``: what they charged is given back first.

    Raises:
        CannotRunError: The ledger cannot be used, or the instant is none.
        LeadFileError: The lead file cannot be read, or lacks a column that one of the two needs.
    """
    from leadroute.insight.moved import measured as compared
    from leadroute.leads.opening import open_file
    from leadroute.ledger import LedgerError

    now = clock_of(new, options.at).now
    with ExitStack() as stack:
        stack.enter_context(uncollected())
        file = stack.enter_context(
            open_file(options.leads, format=options.read_format, delimiter=options.delimiter, encoding=options.encoding)
        )
        for project in (old, new):
            check_fields(project, Clock(now, project.timezone), file)
        try:
            ledger = _ledger(old, new, options)
            if ledger is not None:
                stack.enter_context(ledger)
                stack.enter_context(ledger.begin(write=False))
            (before, ids), (after, _) = (_decided(ledger, project, Clock(now, project.timezone), file, options) for project in (old, new))
        except LedgerError as problem:
            raise ledger_refusal(problem) from problem
        return compared(before, after, ids)


def _ledger(old: Project, new: Project, options: LeadsOptions) -> Ledger | None:
    """The ledger that is meant; ``None`` without one. A revision has none of its own, so that the other project's counts."""
    from leadroute.ledger import open_ledger

    for project in (new, old):
        state = state_of(project, options.state)
        ledger = None if state is None else open_ledger(state, create=False, wait=options.tell)
        if ledger is not None:
            return ledger
    return None


def _decided(ledger: Ledger | None, project: Project, clock: Clock, file: LeadFile, options: LeadsOptions) -> tuple[Run, list[str | None]]:
    """All leads of the file as a project decides them, and their ids."""
    from leadroute.insight.cause import Run
    from leadroute.workflows.outcome import complete

    started = Standings() if ledger is None else standings_now(ledger, project, clock)
    asked = RouteOptions(options.leads, advance=options.advance)
    intake = take_in(project, clock, started, file, asked, previous=None if ledger is None else ledger.previous)
    wanted = intake.valid & (intake.first < 0)
    if ledger is not None:
        anew = wanted & (ledger.decided(intake.ids).number >= 0)
        back = ledger.giving_back(ids_at(intake.ids, anew), why="decided again") if anew.any() else None
        if back is not None:
            started = give_back(ledger, intake.router, [back])
        follow(ledger, intake.router, wanted, anew=None if back is None else back.leads)
    before = copy.deepcopy(started)
    decisions = complete(
        intake.router.decide(wanted),
        first=intake.first,
        reasons=intake.reader.invalid_reasons,
        invalid=intake.reader.invalid_codes(),
        earlier=None,
        batch=None,
    )
    return Run(intake.router, before, decisions), intake.ids.to_pylist()
