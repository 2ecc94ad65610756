"""One rule test: its leads routed in its circumstances, by the functions that route files, as far as what is expected asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from leadroute.language.recorder import Recorder
from leadroute.model.clock import Clock
from leadroute.model.examples import Difference, Example, Ran, Stage, Status
from leadroute.model.frozen import frozen
from leadroute.workflows.coverage import Reached, note_asked, note_decided
from leadroute.workflows.derivation import derivation
from leadroute.workflows.differences import NONE, facts_of, of_fact, of_gates, of_whole
from leadroute.workflows.instants import fields_of
from leadroute.workflows.snapshot import NOT_THERE, Line, differing, lines_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from leadroute.leads.cells import LeadFile
    from leadroute.leads.reader import Reader
    from leadroute.model.columns import LeadBatch, Mask, Rows
    from leadroute.model.condition import Condition
    from leadroute.model.decisions import Decisions
    from leadroute.model.examples import Expected
    from leadroute.model.project import Project
    from leadroute.model.standings import Standings
    from leadroute.model.together import Precedents
    from leadroute.model.trace import RuleTrace, Trace
    from leadroute.routing.router import Router


@frozen
class Done:
    """A test that was run, and who got which lead of a batch that has a snapshot."""

    ran: Ran
    lines: tuple[Line, ...] | None = None


@frozen
class _Taken:
    """The leads of an example, taken in: in blocks of one file, the first ``size`` of which count."""

    router: Router
    reader: Reader
    blocks: tuple[LeadBatch, ...]
    first: Rows
    wanted: Mask
    size: int

    @property
    def ids(self) -> list[str]:
        return [one or "" for block in self.blocks for one in block.ids.to_pylist()][: self.size]

    def places(self) -> Iterator[tuple[LeadBatch, int]]:
        """The block of each lead, and its row there."""
        found = ((block, row) for block in self.blocks for row in range(block.size))
        yield from (place for place, _ in zip(found, range(self.size), strict=False))


def run(project: Project, example: Example, reached: Reached, *, update: bool = False) -> Done:
    """Run one test; ``reached`` is told what its leads came to. With ``update`` a snapshot is taken, and not compared.

    Raises:
        LeadFileError: The lead file of the test cannot be read.
    """
    taken = _take_in(project, example, example.stage, reached)
    trace: Trace | None = None
    lines: tuple[Line, ...] | None = None
    if example.stage is Stage.DECIDE:
        decisions = _decided(taken)
        for block in taken.blocks:
            note_decided(taken.router, block, decisions, taken.wanted, reached)
        if taken.size and taken.wanted[0] and (example.gated or any(one.key == "rung" for one in example.expect)):
            trace = explained(project, example, 0)
        found = list(_differences(example, taken, decisions, trace))
        if example.whole.snapshot is not None:
            lines = tuple(lines_of(taken.ids, decisions))
            found += [] if update else differing(example.whole.snapshot, lines)
    else:
        matched = _matched(taken) if example.stage is Stage.MATCH else []
        found = list(_early(example, taken, matched))
        if matched:
            _note_matched(taken, matched, reached)
    if taken.size == 0 and example.file is not None:
        found = [Difference("leads", "some", "none in the file", None, None, example.file.span)]
    known = example.fails is not None
    if not found:
        return Done(Ran(example, Status.PASSED_AGAINST_KNOWN if known else Status.PASSED), lines)
    row = next((one.row for one in found if one.row is not None), 0)
    telling = any(one.found != NOT_THERE for one in found)
    if telling and trace is None and example.stage is not Stage.DERIVE and row < taken.size and taken.wanted[row]:
        trace = explained(project, example, row)
    derivations = _derivations(project, taken, row, [one.key for one in found if one.row == row])
    return Done(Ran(example, Status.FAILED_AS_KNOWN if known else Status.FAILED, tuple(found), trace, derivations), lines)


def _take_in(project: Project, example: Example, stage: Stage, reached: Reached | None = None) -> _Taken:
    """A new router that has seen the example's leads; ``reached`` is told what derived fields said to them."""
    from leadroute.routing.circumstances import staged

    clock = Clock(example.at or 0, project.timezone)
    staged_project, standings = staged(project, example.reps or {}, clock, example.start)
    before = _before(staged_project, standings, example, clock) if example.start.before and stage is Stage.DECIDE else None
    if before is not None:
        standings = before[0].router.standings()
    if example.file is None:
        taken = _read(staged_project, standings, clock, example, stage, reached)
    else:
        from leadroute.leads.opening import open_file

        with open_file(example.file.path) as file:
            taken = _read(staged_project, standings, clock, example, stage, reached, file)
    if before is not None:
        taken.router.precedents = _precedents(*before, taken.router)
    return taken


def _read(
    project: Project,
    standings: Standings,
    clock: Clock,
    example: Example,
    stage: Stage,
    reached: Reached | None = None,
    file: LeadFile | None = None,
) -> _Taken:
    import numpy as np

    from leadroute.leads.ids import first_rows
    from leadroute.leads.kept import KeptLeads
    from leadroute.leads.reader import Reader, needs
    from leadroute.routing.router import Router
    from leadroute.workflows.route import declared_in

    router = Router(project, standings, clock, Recorder(clock, {} if reached is None else reached.seen))
    fields = fields_of(project, example, stage, router)
    most = None
    if file is None:
        there = {name for lead in example.leads for name in lead}
        if stage is Stage.DECIDE:
            fields |= declared_in(project, there) | example.given
        columns = {project.id_field, *needs(project, fields, example.given).declared}
        columns |= {name for name, one in project.fields.items() if one.required and one.origin == "declared"}
        file = KeptLeads(example.leads, [project.fields[name].columns or (name,) for name in sorted(columns)])
    elif example.file is not None:
        most = example.file.count
    reader = Reader(file, project, clock, fields=fields, texts_of=router.texts, evaluator=router.evaluator, given=example.given)
    blocks = tuple(reader.batches())
    if stage is Stage.DECIDE:
        for block in blocks:
            router.match(block)
    invalid = np.concatenate([np.zeros(0, np.bool_), *(block.invalid for block in blocks)])
    first = first_rows([block.ids for block in blocks], [block.invalid for block in blocks])
    size = len(invalid) if most is None else min(most, len(invalid))
    wanted = ~invalid & (first < 0)
    wanted[size:] = False
    return _Taken(router, reader, blocks, first, wanted, size)


def _before(stage: Project, standings: Standings, example: Example, clock: Clock) -> tuple[_Taken, Decisions]:
    """The leads that came before, decided."""
    taken = _read(stage, standings, clock, replace(example, leads=example.start.before, given=example.start.given), Stage.DECIDE)
    return taken, _decided(taken)


def _precedents(before: _Taken, decisions: Decisions, router: Router) -> Precedents | None:
    """Whom leads follow who share a key with one that came before; the newest counts."""
    import numpy as np

    from leadroute.model.together import Precedents

    together = before.router.together()
    if together is None:
        return None
    served = np.argsort(together.served, kind="stable").tolist()
    given = [row for row in served if together.served[row] >= 0 and decisions.rep[row] >= 0]
    numbers: list[npt.NDArray[np.int64]] = []
    for earlier, key in zip(together.keys, router.keys, strict=True):
        texts, latest = earlier.texts.to_pylist(), {}
        for number, row in enumerate(given):
            if earlier.codes[row] >= 0:
                latest[texts[earlier.codes[row]]] = number
        numbers.append(np.array([latest.get(text, -1) for text in key.texts.to_pylist()], np.int64))
    ids = before.ids
    return Precedents(
        tuple(numbers),
        decisions.reps,
        ("before",),
        np.array([decisions.rep[row] for row in given], np.int32),
        np.zeros(len(given), np.int32),
        [ids[row] for row in given],
    )


def _decided(taken: _Taken) -> Decisions:
    from leadroute.workflows.outcome import complete

    return complete(
        taken.router.decide(taken.wanted.copy()),
        first=taken.first,
        reasons=taken.reader.invalid_reasons,
        invalid=taken.reader.invalid_codes(),
        earlier=None,
        batch=None,
    )


def explained(project: Project, example: Example, row: int) -> Trace:
    """The account of one lead (by its position), the whole example replayed."""
    from leadroute.routing.trace import explain
    from leadroute.workflows.explain import in_use

    taken = _take_in(project, example, Stage.DECIDE)
    ids = taken.ids
    block = next(block for block in taken.blocks if row < block.start + block.size)
    return in_use(taken.router, explain(taken.router, block, row, taken.wanted, ids[row], called=ids.__getitem__))


def _differences(example: Example, taken: _Taken, decisions: Decisions, trace: Trace | None) -> Iterator[Difference]:
    """What is otherwise than expected of leads that were decided."""
    ids = taken.ids
    matched = _matched(taken) if any(one.key == "matches" for one in example.expect) else [None] * taken.size
    rung = next((attempt.rung for attempt in trace.tries if attempt.took), 0) if trace is not None else None
    for row, (block, at) in enumerate(taken.places()):
        facts = facts_of(decisions, row, matched[row], rung)
        for one in example.expect:
            if one.condition is not None:
                found = _of_field(one, one.condition, taken, block, at)
                differs = None if found is None else Difference(one.key, one.wanted[0], found, ids[row], row, one.span)
            else:
                differs = of_fact(one, facts, ids[row], row)
            if differs is not None:
                yield differs
    for gated in example.gated:
        if trace is not None:
            yield from of_gates(gated, trace, ids[0])
        else:
            yield Difference(gated.key, ", ".join(gated.gates), decisions[0].why, ids[0], 0, gated.span)
    yield from of_whole(example.whole, ids, decisions, taken.router)


def _early(example: Example, taken: _Taken, matched: Sequence[str | None]) -> Iterator[Difference]:
    """What is otherwise than expected of leads of which the fields alone are asked, or the rule that matches."""
    ids, invalid = taken.ids, taken.reader.invalid_codes()
    for row, (block, at) in enumerate(taken.places()):
        if invalid[row] >= 0:
            why = taken.reader.invalid_reasons[int(invalid[row])].why
            yield Difference("lead", "one that can be decided", f"invalid: {why}".replace("`", ""), ids[row], row, example.span)
            continue
        for one in example.expect:
            if one.condition is not None:
                found = _of_field(one, one.condition, taken, block, at)
            else:
                name = matched[row] or NONE
                found = None if name in one.wanted else name
            if found is not None:
                yield Difference(one.key, " or ".join(one.wanted), found, ids[row], row, one.span)


def _of_field(one: Expected, condition: Condition, taken: _Taken, block: LeadBatch, row: int) -> str | None:
    """What a field holds that is otherwise than expected; ``None`` where it is as expected."""
    import numpy as np

    from leadroute.language.evaluate import Evaluator
    from leadroute.language.words import seen

    if Evaluator(taken.router.clock).mask(condition, block, np.array([row], np.int64))[0]:
        return None
    return seen(block, one.key, row) or NONE


def _derivations(project: Project, taken: _Taken, row: int, keys: Iterable[str]) -> dict[str, tuple[RuleTrace, ...]]:
    """How those of some fields that are derived came to be in one lead."""
    place = next((place for at, place in enumerate(taken.places()) if at == row), None)
    if place is None:
        return {}
    found = {key: derivation(project, key, *place, taken.router.evaluator) for key in keys}
    return {key: steps for key, steps in found.items() if steps}


def _matched(taken: _Taken) -> list[str | None]:
    """The first rule that holds for each lead, whoever can take it then."""
    router = taken.router
    found = [at for block in taken.blocks for at in router.matcher.first(block).tolist()]
    return [router.rules[at].id if at >= 0 else None for at in found]


def _note_matched(taken: _Taken, matched: Sequence[str | None], reached: Reached) -> None:
    """Tell ``reached`` what rules said to leads that were not decided."""
    places = {rule.id: at for at, rule in enumerate(taken.router.rules)}
    for block in taken.blocks:
        rows = [row for row in range(block.size) if taken.wanted[block.start + row]]
        names = {row: matched[block.start + row] for row in rows}
        reached.rules.update(name for name in names.values() if name is not None)
        note_asked(taken.router, block, {row: len(places) if name is None else places[name] for row, name in names.items()}, reached)
