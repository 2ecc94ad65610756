"""The account of one lead: replayed to its place in a batch, or typed in."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.model.clock import Clock
from leadroute.model.decisions import Decision
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.project import Project
from leadroute.model.standings import Standings
from leadroute.model.trace import Trace
from leadroute.workflows.opening import open_project
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.route import RouteOptions, standings_now, take_in
from leadroute.workflows.standing import clock_of, ledger_refusal, state_of

if TYPE_CHECKING:
    from leadroute.ledger.ledger import Ledger
    from leadroute.model.columns import LeadBatch

TYPED_IN = "(typed in)"


@dataclass(frozen=True, slots=True)
class Explained:
    """One lead's account. ``recorded`` is the decision that the ledger holds, ``changed`` says what has changed since then."""

    trace: Trace
    recorded: Decision | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainOptions:
    """What is asked: a lead of a file by its id, or values typed in; the rest as in ``RouteOptions``."""

    leads: str | None = None
    lead: str | None = None
    values: Mapping[str, str] | None = None
    start: Path = Path()
    project: Path | None = None
    rules: Sequence[Path] | None = None
    roster: Path | None = None
    state: str | None = None
    at: str | None = None
    read_format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None


def explain(options: ExplainOptions) -> Explained:
    """Tell one lead's story by the functions that route.

    A lead that the ledger holds is replayed from the standings that its batch started from, at that batch's instant.

    Raises:
        CannotRunError: Project, ledger or lead cannot be found or used.
        LeadFileError: The lead file cannot be read.
    """
    from leadroute.ledger import LedgerError, open_ledger

    project = open_project(options.start, options.project, rules=options.rules, roster=options.roster)
    clock = clock_of(project, options.at)
    state = state_of(project, options.state)
    with ExitStack() as stack:
        try:
            ledger = None if state is None else open_ledger(state, create=False)
            if ledger is not None:
                stack.enter_context(ledger)
            if options.values is not None:
                started = Standings() if ledger is None else standings_now(ledger, project, clock)
                return _typed(project, clock, started, options.values)
            return _of_file(stack, project, clock, ledger, options)
        except LedgerError as problem:
            raise ledger_refusal(problem) from problem


def _typed(project: Project, clock: Clock, started: Standings, values: Mapping[str, str]) -> Explained:
    import numpy as np

    from leadroute.leads.typed import typed_lead
    from leadroute.routing.router import Router
    from leadroute.routing.trace import explain as trace

    router = Router(project, started, clock)
    given = frozenset(name for name, field in project.fields.items() if field.origin == "derived" and name in values)
    batch = typed_lead(project, clock, values, fields=router.fields, texts_of=router.texts, evaluator=router.evaluator, given=given)
    router.match(batch)
    return Explained(trace(router, batch, 0, np.ones(1, np.bool_), values.get(project.id_field, TYPED_IN)))


def _of_file(stack: ExitStack, project: Project, clock: Clock, ledger: Ledger | None, options: ExplainOptions) -> Explained:
    from leadroute.leads.opening import open_file
    from leadroute.routing.trace import explain as trace

    lead = (options.lead or "").strip()
    file = stack.enter_context(
        open_file(options.leads or "-", format=options.read_format, delimiter=options.delimiter, encoding=options.encoding)
    )
    recorded = None if ledger is None else ledger.decision_of(lead)
    changed: tuple[str, ...] = ()
    replayed: str | None = None
    started = Standings() if ledger is None else standings_now(ledger, project, clock)
    if ledger is not None and recorded is not None and recorded.batch is not None:
        batch = ledger.batch_of(lead)
        if batch is not None:
            changed = tuple(
                f"the {what} changed"
                for what, differs in (
                    ("project", batch.project_digest != project.digest),
                    ("lead file", batch.input_digest != file.digest()),
                )
                if differs
            )
            replayed = batch.name
            clock = Clock(batch.at, project.timezone)
            started = copy.deepcopy(ledger.started_from(batch.name))
    found: list[LeadBatch] = []
    position: list[int] = []

    def keep(block: LeadBatch) -> None:
        at = _position(block, lead)
        if at is not None and not found:
            found.append(block)
            position.append(block.start + at)

    intake = take_in(project, clock, started, file, _as_route(options), each=keep)
    if not found:
        raise CannotRunError(_no_lead(lead, options.leads or "-"))
    wanted = intake.valid & (intake.first < 0)
    if ledger is not None:
        # Whom the replayed batch found decided, it did not decide.
        wanted &= ledger.decided(intake.ids, before=replayed).number < 0
    if not wanted[position[0]]:
        wanted[position[0]] = True
    return Explained(trace(intake.router, found[0], position[0], wanted, lead), recorded, changed)


def _position(block: LeadBatch, lead: str) -> int | None:
    """The first valid row of a block with that id."""
    import numpy as np

    from leadroute.language.text import filled, kernel

    rows = np.flatnonzero(kernel("is", filled(block.ids), [lead], exact=True) & ~block.invalid)
    return int(rows[0]) if len(rows) else None


def _as_route(options: ExplainOptions) -> RouteOptions:
    return RouteOptions(leads=options.leads or "-")


def _no_lead(lead: str, file: str) -> Diagnostic:
    return Diagnostic("LR903", "no-lead", "error", f"`{file}` has no lead `{lead}` that can be decided", help="name its id as in the file")
