"""One rule test: its leads routed in its circumstances, by the functions that route files, and what differs from what is expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from leadroute.model.clock import Clock
from leadroute.model.examples import Difference, Example, Ran, Status
from leadroute.model.frozen import frozen
from leadroute.model.rules import MILLION, AvailabilityKind
from leadroute.model.together import TOGETHER

if TYPE_CHECKING:
    from leadroute.leads.reader import Reader
    from leadroute.model.columns import LeadBatch, Mask, Rows
    from leadroute.model.condition import Condition
    from leadroute.model.decisions import Decisions
    from leadroute.model.project import Project
    from leadroute.model.rules import Availability, Step
    from leadroute.model.span import Span
    from leadroute.model.trace import Trace
    from leadroute.routing.router import Router

_ROSTER_TIMES = ("away", "calendar", "holidays", "ramp")
_NONE = "none"


@dataclass(slots=True)
class Reached:
    """What tests have reached so far: ids of rules, and the places of fallback steps."""

    rules: set[str] = field(default_factory=set)
    steps: set[Span] = field(default_factory=set)


@frozen
class _Taken:
    """The leads of an example, taken in."""

    router: Router
    reader: Reader
    batch: LeadBatch
    first: Rows
    wanted: Mask

    @property
    def ids(self) -> list[str]:
        return [one or "" for one in self.batch.ids.to_pylist()]


def fallbacks(project: Project) -> Iterator[Step]:
    """The fallback steps of rules, of pools and of the project."""
    for rule in project.rules:
        yield from rule.assign.otherwise
    for pool in project.pools.values():
        yield from pool.otherwise
    yield from project.default


def run(project: Project, example: Example, reached: Reached) -> Ran:
    """Run one test; ``reached`` is told which rules and steps its leads came to."""
    clock = Clock(example.at or 0, project.timezone)
    taken = _take_in(project, example, clock)
    decisions = _decided(taken)
    _note(taken, decisions, reached)
    rung: int | None = None
    if any(one.key == "rung" for one in example.expect) and taken.wanted[0]:
        rung = _rung(_explained(project, example, clock, 0))
    differences = [*_differences(example, taken, decisions, rung), *_apart(example, taken, decisions)]
    known = example.fails is not None
    if not differences:
        return Ran(example, Status.PASSED_AGAINST_KNOWN if known else Status.PASSED)
    row = next((one.row for one in differences if one.row is not None), 0)
    trace = _explained(project, example, clock, row) if taken.wanted[row] else None
    return Ran(example, Status.FAILED_AS_KNOWN if known else Status.FAILED, tuple(differences), trace)


def reads_clock(project: Project, example: Example) -> str | None:
    """What makes the decision of an example depend on the instant, in words; ``None`` when nothing does."""
    from leadroute.leads.reader import needs
    from leadroute.model.standings import Standings
    from leadroute.routing.router import Router

    dated = next((rule.id for rule in project.rules if rule.start is not None or rule.end is not None), None)
    if dated is not None:
        return f"rule `{dated}` has dates"
    router = Router(project, Standings(), Clock(0, project.timezone))
    builtin = sorted(needs(project, router.fields | _asked(example), example.given).builtin)
    name = next((name for name in builtin if name.startswith(("now.", "local."))), None)
    if name is not None:
        return f"`{name}` is asked"
    if any(_is_ago(condition) for condition in _conditions(project)):
        return "a condition counts from now"
    for rep in project.reps:
        what = next((name for name in _ROSTER_TIMES if getattr(rep, name)), None)
        if what is not None:
            return f"rep `{rep.id}` has `{what}`"
    kinds = {one.kind for one in _availabilities(project)}
    if kinds & {AvailabilityKind.WORKING, AvailabilityKind.WITHIN}:
        return "`availability` asks who works"
    shifted = next((pool.name for pool in project.pools.values() if pool.shifts is not None), None)
    return None if shifted is None else f"pool `{shifted}` has shifts"


def _is_ago(condition: Condition) -> bool:
    from leadroute.language.references import tests
    from leadroute.model.condition import Ago

    return any(isinstance(operand.value, Ago) for test in tests(condition) for operand in test.operands)


def _conditions(project: Project) -> Iterator[Condition]:
    from leadroute.model.derive import Cases

    for rule in project.rules:
        yield from rule.assign.require
        yield from (term.when for term in rule.assign.prefer if term.when is not None)
        if rule.when is not None:
            yield rule.when
    for step in fallbacks(project):
        yield from step.require or ()
    for derived in project.derive:
        if isinstance(derived, Cases):
            yield from (when for when, _ in derived.cases)
    if project.score is not None:
        yield from (points.when for points in project.score.points)
    for limits in project.limits:
        yield from (limit.measure.when for limit in limits.measured if limit.measure.when is not None)


def _availabilities(project: Project) -> Iterator[Availability]:
    yield from (rule.assign.availability for rule in project.rules)
    yield from (step.availability for step in fallbacks(project) if step.availability is not None)


def _asked(example: Example) -> frozenset[str]:
    """The fields that only the expectation reads."""
    return frozenset(one.key for one in example.expect if one.key in ("score", "tier"))


def _take_in(project: Project, example: Example, clock: Clock) -> _Taken:
    """A new router that has seen the example's leads."""
    from leadroute.leads.ids import first_rows
    from leadroute.leads.kept import KeptLeads
    from leadroute.leads.reader import Reader, needs
    from leadroute.routing.circumstances import staged
    from leadroute.routing.router import Router
    from leadroute.workflows.route import declared_in

    stage, standings = staged(project, example.reps or {}, clock)
    router = Router(stage, standings, clock)
    there = {name for lead in example.leads for name in lead}
    fields = router.fields | _asked(example) | declared_in(project, there) | example.given
    columns = {project.id_field, *needs(project, fields, example.given).declared}
    columns |= {name for name, one in project.fields.items() if one.required and one.origin == "declared"}
    names = [project.fields[name].columns or (name,) for name in sorted(columns)]
    reader = Reader(
        KeptLeads(example.leads, names),
        stage,
        clock,
        fields=fields,
        texts_of=router.texts,
        evaluator=router.evaluator,
        given=example.given,
    )
    batch = next(reader.batches())
    router.match(batch)
    first = first_rows([batch.ids], [batch.invalid])
    return _Taken(router, reader, batch, first, ~batch.invalid & (first < 0))


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


def _explained(project: Project, example: Example, clock: Clock, row: int) -> Trace:
    """The account of one lead, the whole example replayed."""
    from leadroute.routing.trace import explain
    from leadroute.workflows.explain import in_use

    taken = _take_in(project, example, clock)
    ids = taken.ids
    return in_use(taken.router, explain(taken.router, taken.batch, row, taken.wanted, ids[row], called=ids.__getitem__))


def _rung(trace: Trace) -> int:
    return next((attempt.rung for attempt in trace.tries if attempt.took), 0)


def _note(taken: _Taken, decisions: Decisions, reached: Reached) -> None:
    """Which rules kept a lead or let one go on, and which fallback steps were tried."""
    router = taken.router
    for row in taken.wanted.nonzero()[0].tolist():
        found = decisions[row]
        if found.reason in TOGETHER:
            continue  # no rule was asked
        for at in router.sorter.cases[router.codes[row]].rules:
            reached.rules.add(router.rules[at].id)
            if router.rules[at].id == found.rule:
                break
    for chain in router.chains:
        if chain is not None:
            reached.steps.update(step.span for step in chain.steps if step.span is not None)


def _facts(taken: _Taken, decisions: Decisions, row: int, rung: int | None) -> dict[str, str]:
    from leadroute.language.words import seen

    found = decisions[row]
    facts = {
        "rule": found.rule,
        "rep": found.rep,
        "pool": found.pool,
        "queue": found.queue,
        "outcome": found.outcome.value,
        "reason": found.reason,
        "rung": str(rung) if rung else None,
    }
    for name in ("score", "tier"):
        if name in taken.batch.columns:
            facts[name] = seen(taken.batch, name, row)
    return {key: value if value is not None else _NONE for key, value in facts.items()}


def _differences(example: Example, taken: _Taken, decisions: Decisions, rung: int | None) -> Iterator[Difference]:
    """What is otherwise than expected, lead by lead."""
    ids = taken.ids
    for row in range(len(example.leads)):
        facts = _facts(taken, decisions, row, rung)
        for one in example.expect:
            found = facts["rep" if one.key == "not_rep" else one.key]
            if _fits(one.key, one.wanted, found):
                continue
            words = " or ".join(one.wanted) if one.key != "not_rep" else f"not {' or '.join(one.wanted)}"
            yield Difference("rep" if one.key == "not_rep" else one.key, words, found, ids[row], row, one.span)


def _fits(key: str, wanted: Sequence[str], found: str) -> bool:
    if key == "not_rep":
        return found not in wanted
    if key == "score":
        return found != _NONE and any(Fraction(found.replace(",", "")) == Fraction(one) for one in wanted)
    if key == "rung":
        return found != _NONE and any(int(found) == Fraction(one) for one in wanted)
    if key == "tier":
        from leadroute.language.text import compared

        return compared(found) in {compared(one) for one in wanted}
    return found in wanted


def _apart(example: Example, taken: _Taken, decisions: Decisions) -> Iterator[Difference]:
    """Whether leads are shared out as evenly as is expected among the reps who were eligible for all of them."""
    if example.most_apart is None:
        return
    most, span = example.most_apart
    ids = taken.ids
    loose = [row for row in range(len(decisions)) if decisions.eligible[row] < 0]
    expected = f"at most {_decimal(most)} apart"
    if loose:
        yield Difference("share", expected, f"nobody was eligible for {ids[loose[0]]}", ids[loose[0]], loose[0], span)
        return
    for_all = set.intersection(*(set(decisions.signatures[at]) for at in decisions.eligible.tolist()))
    if not for_all:
        yield Difference("share", expected, "no rep was eligible for all leads", None, None, span)
        return
    levels = _levels(decisions, for_all)
    low, high = min(levels.values()), max(levels.values())
    if high - low > most:
        told = ", ".join(f"{rep} {_decimal(level)}" for rep, level in sorted(levels.items(), key=lambda one: (-one[1], one[0])))
        yield Difference("share", expected, f"{_decimal(high - low)} apart: {told}", None, None, span)


def _levels(decisions: Decisions, reps: Iterable[str]) -> Mapping[str, Fraction]:
    """Leads / weight of some reps, with the weight in the pool that handed each lead out."""
    levels = dict.fromkeys(reps, Fraction(0))
    for row in range(len(decisions)):
        found = decisions[row]
        if found.rep in levels:
            weight = decisions.weights.get(found.pool or "", {}).get(found.rep, MILLION)
            levels[found.rep] += Fraction(MILLION, weight)
    return levels


def _decimal(value: Fraction) -> str:
    from leadroute.routing.trace import decimal

    return decimal(value)
