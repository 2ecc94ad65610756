"""The account of one lead: replayed to its place in a batch, or typed in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.model.clock import Clock
from leadroute.model.codes import diagnostic
from leadroute.model.decisions import Decision
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.standings import Standings
from leadroute.model.trace import Trace
from leadroute.workflows.opening import open_project
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.reroute import unanswered_in
from leadroute.workflows.route import Intake, RouteOptions, declared_in, follow, ids_at, standings_now, take_in
from leadroute.workflows.standing import clock_of, ledger_refusal, state_of

if TYPE_CHECKING:
    from leadroute.leads.cells import LeadFile
    from leadroute.leads.reader import Reader
    from leadroute.ledger.ledger import Ledger
    from leadroute.model.columns import LeadBatch
    from leadroute.routing.cases import Unanswered
    from leadroute.routing.router import Router


@frozen
class Explained:
    """One lead's account. ``recorded`` is the decision that the ledger holds, ``changed`` says what has changed since then."""

    trace: Trace
    recorded: Decision | None = None
    changed: tuple[str, ...] = ()


@frozen
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
    strict: bool = False
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
                return _typed(project, clock, ledger, started, options.values)
            return _of_file(stack, project, clock, ledger, options)
        except LedgerError as problem:
            raise ledger_refusal(problem) from problem


def _typed(project: Project, clock: Clock, ledger: Ledger | None, started: Standings, values: Mapping[str, str]) -> Explained:
    import numpy as np

    from leadroute.leads.typed import typed_reader
    from leadroute.routing.router import Router
    from leadroute.routing.trace import explain as trace

    _check_names(project, values)
    router = Router(project, started, clock)
    given = frozenset(name for name, field in project.fields.items() if field.origin == "derived" and name in values)
    fields = router.fields | declared_in(project, values)
    reader = typed_reader(
        project,
        clock,
        [values],
        fields=fields,
        texts_of=router.texts,
        evaluator=router.evaluator,
        given=given,
        previous=None if ledger is None else ledger.previous,
    )
    batch = next(reader.batches())
    router.match(batch)
    wanted = np.ones(1, np.bool_)
    follow(ledger, router, wanted)
    told = trace(router, batch, 0, wanted, batch.ids[0].as_py())
    return Explained(in_use(router, replace(told, unread=_unread_by(reader))))


def _check_names(project: Project, values: Mapping[str, str]) -> None:
    """Refuse a typed-in name that no field or column has: it would be ignored, and the account be that of another lead."""
    from leadroute.language.text import compared
    from leadroute.project.findings import listed, suggestion

    fields = [field for field in project.fields.values() if field.origin != "builtin"]
    names = [field.name for field in fields]
    known = {compared(name) for field in fields for name in (field.name, *field.columns)}
    unknown = [name for name in values if compared(name) not in known]
    if unknown:
        otherwise = f"the fields are {listed(names)}"
        raise CannotRunError(
            *(diagnostic("unknown-field", f"there is no field `{name}`", help=suggestion(name, names, otherwise)) for name in unknown)
        )


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
    passed_on: Unanswered | None = None
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
            started = ledger.started_from(batch.name)
            if batch.kind == "reroute":
                passed_on = unanswered_in(ledger, project, clock, lead, batch.name)
                # What that batch read was no file: only the project can have changed.
                changed = changed[:1] if batch.project_digest != project.digest else ()
    found: list[LeadBatch] = []
    position: list[int] = []

    def keep(block: LeadBatch) -> None:
        at = _position(block, lead)
        if at is not None and not found:
            found.append(block)
            position.append(block.start + at)

    previous = None if ledger is None else partial(ledger.previous, before=replayed)
    intake = take_in(project, clock, started, file, _as_route(options), each=keep, telling=True, previous=previous)
    if not found:
        raise CannotRunError(_no_lead(lead, options.leads or "-", intake))
    wanted = intake.valid & (intake.first < 0)
    if passed_on is not None:
        intake.router.pass_on(found[0], position[0], passed_on)
    anew = None
    if ledger is not None:
        earlier = ledger.decided(intake.ids, before=replayed)
        wanted &= earlier.number < 0 if replayed is None else ledger.decided_in(intake.ids, replayed)
        anew = ids_at(intake.ids, wanted & (earlier.number >= 0))
    wanted &= passed_on is None
    wanted[position[0]] = True
    follow(ledger, intake.router, wanted, anew=anew, before=replayed)
    told = trace(intake.router, found[0], position[0], wanted, lead, called=lambda at: str(intake.ids[at].as_py()))
    told = replace(told, unread=_unread(project, clock, file, intake, position[0], told))
    if passed_on is not None and recorded is not None and told.decision.rep != recorded.rep and not changed:
        changed = ("nothing changed, but leads that went on before it in that batch are left out here",)
    return Explained(in_use(intake.router, told), recorded, changed)


def _unread(project: Project, clock: Clock, file: LeadFile, intake: Intake, row: int, told: Trace) -> tuple[tuple[str, str], ...]:
    """The fields of a lead that its file has, and that cannot be read: it alone is read once more."""
    import numpy as np

    from leadroute.leads.kept import KeptLeads, said
    from leadroute.leads.reader import Reader

    declared = frozenset(name for name, value in told.values if value is None and project.fields[name].origin == "declared")
    if not declared:
        return ()
    _, words = next(said(file, intake.reader.read, np.array([row], np.int64)))
    alone = KeptLeads([json.loads(words)], (field.headers for field in project.fields.values() if field.origin == "declared"))
    reader = Reader(alone, project, clock, fields=declared)
    for _ in reader.batches():
        pass
    return _unread_by(reader)


def _unread_by(reader: Reader) -> tuple[tuple[str, str], ...]:
    return tuple((name, faults.examples[0]) for name, faults in reader.faults.items())


def in_use(router: Router, told: Trace) -> Trace:
    """The account without missing values that nothing asks about."""
    from leadroute.leads.reader import needs

    asked = router.fields | needs(router.project, router.fields, frozenset()).declared
    return replace(told, values=tuple((name, value) for name, value in told.values if value is not None or name in asked))


def _position(block: LeadBatch, lead: str) -> int | None:
    """The first valid row of a block with that id."""
    import numpy as np

    from leadroute.language.text import filled, kernel

    rows = np.flatnonzero(kernel("is", filled(block.ids), [lead]) & ~block.invalid)
    return int(rows[0]) if len(rows) else None


def _as_route(options: ExplainOptions) -> RouteOptions:
    return RouteOptions(leads=options.leads or "-", strict=options.strict)


def _no_lead(lead: str, file: str, intake: Intake) -> Diagnostic:
    """There is no row of that id, or it is one that is not decided."""
    import pyarrow.compute as pc

    row = pc.index(intake.ids, lead).as_py()
    if row < 0:
        return diagnostic("no-lead", f"`{file}` has no lead `{lead}`", help="name its id as in the file")
    why = intake.reader.invalid_reasons[int(intake.reader.invalid_codes()[row])].why
    return diagnostic("no-lead", f"lead `{lead}` of `{file}` is invalid, so it is not decided: {why}")
