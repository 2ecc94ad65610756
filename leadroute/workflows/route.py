"""Decide a batch of leads, write it, and commit it to the ledger."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadroute.leads.cells import BLOCK_BYTES
from leadroute.model.clock import Clock
from leadroute.model.decisions import Outcome
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.standings import Standings
from leadroute.model.uncollected import uncollected
from leadroute.people.windows import stretches
from leadroute.workflows.opening import open_project
from leadroute.workflows.standing import clock_of, dated_of, figures_of, ledger_refusal, state_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from leadroute.insight.distribution import Distribution
    from leadroute.leads.cells import LeadFile
    from leadroute.leads.reader import Reader
    from leadroute.ledger import Earlier, GivenBack
    from leadroute.ledger.ledger import Ledger
    from leadroute.model.columns import LeadBatch, Mask
    from leadroute.model.decisions import Decisions
    from leadroute.model.previous import PreviousOf
    from leadroute.routing.cases import Unanswered
    from leadroute.routing.router import Router


@frozen
class RouteOptions:
    """What a run is asked to do; paths are from the working folder, ``None`` is the default of language and command line.

    ``output`` is ``-`` for stdout. ``tell`` is told of waiting for the ledger, ``advance`` of leads read and decided.
    """

    leads: str
    output: str = "-"
    start: Path = Path()
    project: Path | None = None
    rules: Sequence[Path] | None = None
    roster: Path | None = None
    state: str | None = None
    at: str | None = None
    read_format: str | None = None
    write_format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    dry_run: bool = False
    again: bool = False
    retry_queued: bool = False
    strict: bool = False
    replace: bool = False
    safe_cells: bool = False
    block_bytes: int = BLOCK_BYTES
    tell: Callable[[str], None] | None = None
    advance: Callable[[int], None] | None = None


@frozen
class Routed:
    """What a run did.

    ``batch`` is ``None`` when nothing was recorded; ``again`` names the batch whose file was written once more; ``anew`` counts the leads
    that were decided before and, since that was asked for, are decided anew.
    """

    distribution: Distribution
    batch: str | None
    state: str | None
    again: str | None
    anew: int
    diagnostics: tuple[Diagnostic, ...]


@frozen
class Intake:
    """All leads of a file, taken in: the router that has seen them, their ids, and which repeat or are invalid."""

    router: Router
    reader: Reader
    ids: Any
    first: npt.NDArray[np.int64]
    valid: npt.NDArray[np.bool_]


def route(options: RouteOptions) -> Routed:
    """Route a batch, in the order that a crash cannot hurt: a temporary file, the ledger's commit, the rename.

    Raises:
        CannotRunError: The project, the ledger or the file cannot be used; nothing was written.
        LeadFileError: The lead file cannot be read, or the output not be written; nothing was written.
    """
    from leadroute.insight.distribution import distribution
    from leadroute.insight.leftover import left_over
    from leadroute.leads.opening import open_file
    from leadroute.leads.write import prepare
    from leadroute.ledger import BatchRecord, LedgerError
    from leadroute.routing.passed import passed_over
    from leadroute.workflows.outcome import complete

    project = open_project(options.start, options.project, rules=options.rules, roster=options.roster)
    clock = clock_of(project, options.at)
    state = state_of(project, options.state)
    with ExitStack() as stack:
        stack.enter_context(uncollected())
        file = stack.enter_context(
            open_file(options.leads, format=options.read_format, delimiter=options.delimiter, encoding=options.encoding)
        )
        check(project, clock, file, options)
        try:
            ledger = _ledger(stack, state, options)
            started = Standings() if ledger is None else standings_now(ledger, project, clock)
            intake = take_in(project, clock, started, file, options, previous=None if ledger is None else ledger.previous)
            if ledger is None:
                intake = replace(intake, ids=None)  # nobody asks for them any more
            wanted, earlier, back, anew = intake.valid & (intake.first < 0), None, None, 0
            if ledger is not None:
                earlier = ledger.decided(intake.ids)
                again_of = wanted & anew_of(earlier, options)
                anew = int(again_of.sum())
                wanted &= (earlier.number < 0) | again_of
                if anew:
                    back = ledger.giving_back(ids_at(intake.ids, again_of), why="decided again")
                    started = give_back(ledger, intake.router, [back])
            batch = None
            recorded = ledger is not None and not options.dry_run
            if recorded and ledger is not None and wanted.any():
                batch = ledger.next_batch_name(clock.today)
            follow(ledger, intake.router, wanted, anew=None if back is None else back.leads)
            before = copy.deepcopy(started) if batch is not None else None
            fresh = intake.router.decide(wanted)
            after = intake.router.standings()
            decisions = complete(
                fresh,
                first=intake.first,
                reasons=intake.reader.invalid_reasons,
                invalid=intake.reader.invalid_codes(),
                earlier=earlier,
                batch=batch,
            )
            stories = left_over(intake.router, decisions)
            output = prepare(
                file,
                decisions,
                options.output,
                format=options.write_format,
                replace=options.replace,
                safe_cells=options.safe_cells,
                durable=batch is not None,
            )
            stack.callback(output.discard)
            digest = file.digest() if recorded else ""
            if ledger is not None and batch is not None and before is not None:
                waiting = words_of_waiting(file, intake, decisions)
                record = BatchRecord(batch, clock.now, project.digest, digest, before, () if back is None else (back,), waiting=waiting)
                passed = passed_over(intake.router, fresh)
                ledger.commit(record, intake.ids, decisions, after, shared=intake.router.together(), passed=passed, ready=output.settle)
            output.publish()
            again = _again(ledger, digest, earlier, intake) if recorded and batch is None else None
        except LedgerError as problem:
            raise ledger_refusal(problem) from problem
    return Routed(
        distribution=distribution(
            project, decisions, after, intake.reader.faults, stories, intake.router.weights(), [rule.id for rule in intake.router.rules]
        ),
        batch=batch,
        state=state if recorded else None,
        again=again,
        anew=anew,
        diagnostics=intake.reader.diagnostics,
    )


def check(project: Project, clock: Clock, file: LeadFile, options: RouteOptions) -> None:
    """Refuse what can be seen to fail before anything is made: a column that is missing, or taken, and an output that cannot be.

    Raises:
        LeadFileError: It would fail.
    """
    from leadroute.leads.write import check_columns, check_target, target_format

    check_fields(project, clock, file, strict=options.strict)
    check_columns(file, target_format(file, options.output, options.write_format), replace=options.replace)
    check_target(options.output)


def check_fields(project: Project, clock: Clock, file: LeadFile, *, strict: bool = False) -> None:
    """Refuse a file without a column that deciding needs.

    Raises:
        LeadFileError: There is none.
    """
    from leadroute.leads.errors import LeadFileError
    from leadroute.leads.reader import Reader
    from leadroute.routing.router import Router

    reader = Reader(file, project, clock, fields=Router(project, Standings(), clock).fields, strict=strict)
    errors = [found for found in reader.diagnostics if found.severity == "error"]
    if errors:
        raise LeadFileError(*errors)


def take_in(
    project: Project,
    clock: Clock,
    started: Standings,
    file: LeadFile,
    options: RouteOptions,
    *,
    each: Callable[[LeadBatch], None] | None = None,
    telling: bool = False,
    previous: PreviousOf | None = None,
    unanswered: Mapping[int, Unanswered] | None = None,
) -> Intake:
    """Read a lead file once, block by block, and find the rule and the case of every lead.

    ``each`` is shown every block; ``previous`` says what the ledger holds of leads. ``telling`` reads more than deciding needs: every
    declared field that the file has, and of leads that say the same in other letters each one's own text. ``unanswered`` is for the
    router: see there.
    """
    import numpy as np
    import pyarrow as pa

    from leadroute.leads.ids import first_rows
    from leadroute.leads.reader import Reader
    from leadroute.routing.router import Router

    router = Router(project, started, clock)
    fields = router.fields | declared_in(project, file.header) if telling else router.fields
    reader = Reader(
        file,
        project,
        clock,
        fields=fields,
        strict=options.strict,
        texts_of=fields if telling else router.texts,
        evaluator=router.evaluator,
        block_bytes=options.block_bytes,
        previous=previous,
    )
    ids: list[Any] = []
    invalid: list[npt.NDArray[np.bool_]] = []
    for batch in reader.batches():
        router.match(batch, unanswered)
        ids.append(batch.ids)
        invalid.append(batch.invalid)
        if each is not None:
            each(batch)
        if options.advance is not None:
            options.advance(batch.size)
    valid = ~np.concatenate(invalid) if invalid else np.zeros(0, np.bool_)
    first = first_rows(ids, invalid)
    pa.default_memory_pool().release_unused()  # what reading took; the peak of a run should not be the sum of its stages
    return Intake(router, reader, pa.chunked_array(ids, pa.string()), first, valid)


def follow(ledger: Ledger | None, router: Router, wanted: Mask, *, anew: Any = None, before: str | None = None) -> None:
    """Show the router the leads of the ledger that the wanted ones may follow.

    ``anew`` are the ids (Arrow) of those that it holds and that are decided anew; ``before``: as it was when that batch was decided.
    """
    asked = router.project.keep_together
    if ledger is not None and asked is not None:
        ids = () if anew is None else anew.to_pylist()
        router.precedents = ledger.precedents(router.keys, wanted, router.clock.now, asked.span, anew=ids, before=before)


def declared_in(project: Project, header: Iterable[str]) -> frozenset[str]:
    """The declared fields for which there is a column."""
    from leadroute.language.text import compared

    there = {compared(name) for name in header}
    declared = (field for field in project.fields.values() if field.origin == "declared")
    return frozenset(field.name for field in declared if any(compared(name) in there for name in field.headers))


def words_of_waiting(file: LeadFile, intake: Intake, decisions: Decisions) -> tuple[tuple[str, str], ...]:
    """What the leads said that wait for an answer, or are held, after a batch: id and JSON of each, so that ``reroute`` needs no file."""
    import numpy as np

    from leadroute.leads.kept import said

    answered = {rule.id for rule in intake.router.rules if rule.respond is not None}
    waits = [
        verdict.outcome is Outcome.HELD or (verdict.outcome is Outcome.ASSIGNED and verdict.rule in answered)
        for verdict in decisions.verdicts
    ]
    if not any(waits):
        return ()
    rows = np.flatnonzero(decisions.fresh & np.array([*waits, False])[decisions.verdict])
    return tuple((intake.ids[row].as_py(), words) for row, words in said(file, intake.reader.read, rows))


def standings_now(ledger: Ledger, project: Project, clock: Clock, given_back: Sequence[GivenBack] = ()) -> Standings:
    """Where everybody stands at the batch's instant, with what the batch gives back taken off."""
    found = ledger.standings(stretches(project, clock.now), figures_of(project), clock.now, dated=dated_of(project), given_back=given_back)
    return replace(found, load={}, pool_load={}) if project.fresh_load else found


def give_back(ledger: Ledger, router: Router, given_back: Sequence[GivenBack]) -> Standings:
    """Let a router that has taken in its leads start with what the batch gives back taken off; what it starts from."""
    started = standings_now(ledger, router.project, router.clock, given_back)
    router.start(started)
    return started


def anew_of(earlier: Earlier, options: RouteOptions) -> Mask:
    """The leads that the ledger holds as decided, and that the run is asked to decide anew."""
    import numpy as np

    if options.again:
        return earlier.number >= 0
    queued = np.array([options.retry_queued and verdict.outcome is Outcome.QUEUED for verdict in earlier.verdicts], np.bool_)
    return np.append(queued[earlier.verdict], False)[earlier.number]


def ids_at(ids: Any, mask: Mask) -> Any:
    """The ids of some leads, as one Arrow array."""
    import numpy as np

    from leadroute.language.text import take

    return take(ids, np.flatnonzero(mask)).combine_chunks()


def _ledger(stack: ExitStack, state: str | None, options: RouteOptions) -> Ledger | None:
    """The ledger, its lock held until the stack unwinds; ``None`` without one (a dry run makes none)."""
    from leadroute.ledger import open_ledger

    if state is None:
        return None
    ledger = open_ledger(state, create=not options.dry_run, wait=options.tell)
    if ledger is None:
        return None
    stack.enter_context(ledger)
    stack.enter_context(ledger.begin(write=not options.dry_run))
    return ledger


def _again(ledger: Ledger | None, digest: str, earlier: Earlier | None, intake: Intake) -> str | None:
    """The batch of this very file that decided its leads, the last one if several did: the file is then written again from the ledger."""
    if ledger is None or earlier is None or len(earlier) == 0 or len(intake.ids) == 0:
        return None
    found = [batch.name for batch in ledger.batches() if batch.input_digest == digest and batch.name in earlier.batches]
    return found[-1] if found else None
