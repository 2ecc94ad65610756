"""One rule test: its leads routed in its circumstances, by the functions that route files, as far as what is expected asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from leadroute.model.examples import Difference, Example, Ran, Stage, Status
from leadroute.model.frozen import frozen
from leadroute.workflows.coverage import Reached, note_asked, note_decided
from leadroute.workflows.derivation import derivation
from leadroute.workflows.differences import NONE, facts_of, of_fact, of_gates, of_whole
from leadroute.workflows.example_leads import Taken, take_in
from leadroute.workflows.instants import fields_of
from leadroute.workflows.snapshot import NOT_THERE, Line, differing, lines_of

if TYPE_CHECKING:
    from leadroute.model.columns import LeadBatch, Mask
    from leadroute.model.condition import Condition
    from leadroute.model.decisions import Decision, Decisions
    from leadroute.model.examples import Expected
    from leadroute.model.project import Project
    from leadroute.model.trace import RuleTrace, Trace


_AT_ONCE = 1000
"""Examples that are run at one go, at most."""


@frozen
class Done:
    """A test that was run, and who got which lead of a batch that has a snapshot."""

    ran: Ran
    lines: tuple[Line, ...] | None = None


@frozen
class _Told:
    """What is known of leads that were taken in, by their positions: what was decided (``None``: nothing was), which rule matched."""

    taken: Taken
    ids: Sequence[str]
    decided: Sequence[Decision] | Decisions | None
    matched: Sequence[str | None]


def run(project: Project, example: Example, reached: Reached, *, update: bool = False) -> Done:
    """Run one test; ``reached`` is told what its leads came to. With ``update`` a snapshot is taken, and not compared.

    Raises:
        LeadFileError: The lead file of the test cannot be read.
    """
    taken = take_in(project, example, example.stage, reached)
    ids = taken.ids[: taken.size]
    decisions: Decisions | None = None
    lines: tuple[Line, ...] | None = None
    others: list[Difference] = []
    if example.stage is Stage.DECIDE:
        decisions = taken.decided(taken.wanted)
        _note(taken, note_decided(taken.router, decisions, taken.wanted, reached), reached)
        others += of_whole(example.whole, ids, decisions, taken.router)
        if example.whole.snapshot is not None:
            lines = tuple(lines_of(ids, decisions))
            others += [] if update else differing(example.whole.snapshot, lines)
    if taken.size == 0 and example.file is not None:
        others = [Difference("leads", "some", "none in the file", None, None, example.file.span)]
    told = _Told(taken, ids, decisions, _matched(taken, example, reached))
    return Done(_judged(project, example, told, lambda lead: explained(project, example, lead), others), lines)


def alike(project: Project, examples: Iterable[Example]) -> list[list[Example]]:
    """Examples that can be run at one go, in the order of the first of each: of one lead each, in the same circumstances."""
    found: dict[object, list[Example]] = {}
    for example in examples:
        alone = example.batch or example.start.before
        named = frozenset(name for lead in example.leads for name in lead)
        asked = fields_of(project, example, Stage.DERIVE)
        start = (example.at, example.stage, repr(example.reps), repr(example.start), example.given, _asks(example, "matches"))
        found.setdefault(id(example) if alone else (*start, named, asked), []).append(example)
    return [some[at : at + _AT_ONCE] for some in found.values() for at in range(0, len(some), _AT_ONCE)]


def run_alike(project: Project, examples: Sequence[Example], reached: Reached) -> Iterator[Ran]:
    """Run examples that are ``alike``: their leads are taken in together, and each is decided as if there were no other.

    Raises:
        LeadFileError: The leads cannot be read together.
    """
    import numpy as np

    joint = replace(examples[0], leads=tuple(lead for example in examples for lead in example.leads))
    taken = take_in(project, joint, joint.stage, reached, apart=True).alone()
    decided = _each_decided(taken, reached) if joint.stage is Stage.DECIDE else None
    told = _Told(taken, taken.ids, decided, _matched(taken, joint, reached))
    replayed: list[Taken] = []

    def account(lead: int) -> Trace:
        if not replayed:
            replayed.append(take_in(project, joint, Stage.DECIDE, apart=True).alone())
        replayed[0].router.start(replayed[0].standings)
        return _explained(replayed[0], lead, np.arange(len(told.ids)) == lead)

    for lead, example in enumerate(examples):
        own = replace(told, taken=replace(taken, own=range(lead, lead + 1)))
        yield _judged(project, example, own, account)


def _each_decided(taken: Taken, reached: Reached) -> list[Decision]:
    """For each lead what is decided where it is the only one; leads that are alike come to the same."""
    import numpy as np

    found: list[Decision] = []
    met: dict[tuple[int, ...], int] = {}
    kept: dict[int, int] = {}
    nobody = np.zeros(taken.size, np.bool_)
    for lead, key in enumerate(taken.router.alike()):
        twin = met.setdefault(key, lead) if taken.wanted[lead] else lead
        if twin < lead:
            found.append(found[twin])
            if twin in kept:
                kept[lead] = kept[twin]
            continue
        one = nobody.copy()
        one[lead] = taken.wanted[lead]
        taken.router.start(taken.standings)
        decisions = taken.decided(one)
        found.append(decisions[lead])
        kept |= note_decided(taken.router, decisions, one, reached)
    _note(taken, kept, reached)
    return found


def explained(project: Project, example: Example, row: int) -> Trace:
    """The account of one lead (by its position), the whole example replayed."""
    taken = take_in(project, example, Stage.DECIDE)
    return _explained(taken, row, taken.wanted)


def _explained(taken: Taken, lead: int, wanted: Mask) -> Trace:
    from leadroute.routing.trace import explain
    from leadroute.workflows.explain import in_use

    ids = taken.ids
    block, _ = taken.place(lead)
    return in_use(taken.router, explain(taken.router, block, lead, wanted, ids[lead], called=ids.__getitem__))


def _judged(project: Project, example: Example, told: _Told, account: Callable[[int], Trace], others: Iterable[Difference] = ()) -> Ran:
    """How a test came out; ``account`` gives that of one lead, ``others`` is what is otherwise of all together."""
    taken, first = told.taken, told.taken.own.start
    there = taken.size > 0 and bool(taken.wanted[first])
    trace = account(first) if there and (example.gated or _asks(example, "rung")) else None
    found = [*_differences(example, told, trace), *others]
    known = example.fails is not None
    if not found:
        return Ran(example, Status.PASSED_AGAINST_KNOWN if known else Status.PASSED)
    row = next((one.row for one in found if one.row is not None), 0)
    telling = any(one.found != NOT_THERE for one in found)
    if telling and trace is None and example.stage is not Stage.DERIVE and row < taken.size and taken.wanted[first + row]:
        trace = account(first + row)
    derivations = _derivations(project, taken, row, [one.key for one in found if one.row == row])
    return Ran(example, Status.FAILED_AS_KNOWN if known else Status.FAILED, tuple(found), trace, derivations)


def _differences(example: Example, told: _Told, trace: Trace | None) -> Iterator[Difference]:
    """What is otherwise than expected, lead by lead, and at the gates."""
    taken, ids = told.taken, told.ids
    rung = next((attempt.rung for attempt in trace.tries if attempt.took), 0) if trace is not None else None
    invalid = taken.reader.invalid_codes()
    meant = example.batch or _asks(example, "outcome") or _asks(example, "reason")
    for row, lead in enumerate(taken.own):
        if invalid[lead] >= 0 and example.expect and (told.decided is None or not meant):
            why = taken.reader.invalid_reasons[int(invalid[lead])].why
            yield Difference("lead", "one that can be decided", f"invalid: {why}".replace("`", ""), ids[lead], row, example.span)
            continue
        facts = facts_of(told.decided[lead] if told.decided is not None else None, told.matched[lead] if told.matched else None, rung)
        for one in example.expect:
            if one.condition is not None:
                found = _of_field(one, one.condition, taken, *taken.place(lead))
                differs = None if found is None else Difference(one.key, one.wanted[0], found, ids[lead], row, one.span)
            else:
                differs = of_fact(one, facts, ids[lead], row)
                if differs is not None and told.decided is not None and not taken.wanted[lead]:
                    differs = replace(differs, found=f"{differs.found}: {told.decided[lead].why}".replace("`", ""))
            if differs is not None:
                yield differs
    for gated in example.gated:
        lead = taken.own.start
        if trace is not None:
            yield from of_gates(gated, trace, ids[lead])
        elif told.decided is not None:
            yield Difference(gated.key, ", ".join(gated.gates), told.decided[lead].why, ids[lead], 0, gated.span)


def _of_field(one: Expected, condition: Condition, taken: Taken, block: LeadBatch, row: int) -> str | None:
    """What a field holds that is otherwise than expected; ``None`` where it is as expected."""
    import numpy as np

    from leadroute.language.evaluate import Evaluator
    from leadroute.language.words import seen

    if Evaluator(taken.router.clock).mask(condition, block, np.array([row], np.int64))[0]:
        return None
    return seen(block, one.key, row) or NONE


def _derivations(project: Project, taken: Taken, row: int, keys: Iterable[str]) -> dict[str, tuple[RuleTrace, ...]]:
    """How those of some fields that are derived came to be in one lead."""
    if row >= taken.size:
        return {}
    place = taken.place(taken.own.start + row)
    found = {key: derivation(project, key, *place, taken.router.evaluator) for key in keys}
    return {key: steps for key, steps in found.items() if steps}


def _matched(taken: Taken, example: Example, reached: Reached) -> list[str | None]:
    """The first rule that holds for each lead, whoever can take it then; empty where an example asks for none."""
    if not _asks(example, "matches"):
        return []
    router = taken.router
    found = [at for block in taken.blocks for at in router.matcher.first(block).tolist()]
    if example.stage is Stage.MATCH:
        kept = {lead: found[lead] if found[lead] >= 0 else len(router.rules) for lead in taken.wanted.nonzero()[0].tolist()}
        reached.rules.update(router.rules[at].id for at in kept.values() if at < len(router.rules))
        _note(taken, kept, reached)
    return [router.rules[at].id if at >= 0 else None for at in found]


def _note(taken: Taken, kept: Mapping[int, int], reached: Reached) -> None:
    """Tell ``reached`` what rules said to leads, up to that which kept each."""
    for block in taken.blocks:
        note_asked(taken.router, block, kept, reached)


def _asks(example: Example, fact: str) -> bool:
    return any(one.key == fact and one.condition is None for one in example.expect)
