"""What came out of a test otherwise than it expects: lead by lead, at the gates, and of a batch as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from leadroute.model.examples import Difference
from leadroute.model.rules import MILLION

if TYPE_CHECKING:
    from leadroute.model.decisions import Decision, Decisions
    from leadroute.model.examples import Expected, Gated, Number, Whole
    from leadroute.model.limits import Limits
    from leadroute.model.span import Span
    from leadroute.model.trace import RepTrace, Trace, TryTrace
    from leadroute.routing.router import Router
    from leadroute.routing.tally import PoolTally

NONE = "none"
"""What is found where there is nothing: no rep, no queue, a missing value."""


def facts_of(decision: Decision | None, matches: str | None, rung: int | None) -> Mapping[str, str]:
    """What can be expected of a lead, as far as it went; ``matches`` is the first rule that holds."""
    facts = {"matches": matches, "rung": str(rung) if rung else None}
    if decision is not None:
        facts |= {key: getattr(decision, key) for key in ("rule", "rep", "pool", "queue", "reason")}
        facts["outcome"] = decision.outcome.value
    return {key: value if value is not None else NONE for key, value in facts.items()}


def of_fact(one: Expected, facts: Mapping[str, str], lead: str, row: int) -> Difference | None:
    """Whether a fact is otherwise than expected."""
    denied = one.key == "not_rep"
    key = "rep" if denied else one.key
    found = facts[key]
    wanted = {str(int(Fraction(name))) for name in one.wanted} if key == "rung" else set(one.wanted)
    if (found in wanted) is not denied:
        return None
    words = " or ".join(one.wanted)
    return Difference(key, f"not {words}" if denied else words, found, lead, row, one.span)


def of_gates(one: Gated, trace: Trace, lead: str) -> Iterator[Difference]:
    """Whether the gates let through and stop whom they should, in the try that is meant."""
    tries = [attempt for attempt in trace.tries if attempt.kind in ("pool", "rep")]
    attempt = next((found for found in tries if one.pool is None or (found.kind == "pool" and found.name == one.pool)), None)
    where = f" in {one.pool}" if one.pool is not None else ""
    if attempt is None:
        had = f"{', '.join(found.name for found in tries)} had it before" if tries else trace.decision.why.replace("`", "")
        yield Difference(f"{one.key}{where}", ", ".join(one.gates) or "nobody", f"not tried: {had}", lead, 0, one.span)
        return
    reps = {rep.rep: rep for rep in attempt.rungs[-1].reps} if attempt.rungs else {}
    for rep, gate in one.gates.items():
        found = reps.get(rep)
        stopped = NONE if found is None else found.gate
        if stopped != gate and not (gate == "" and stopped is not None):
            yield Difference(f"{one.key}{where}", _gated(rep, gate), _found(rep, found, attempt), lead, 0, one.span)
    if one.only:
        others = [rep for rep, found in reps.items() if found.gate is None and rep not in one.gates]
        if others:
            wanted = f"nobody but {', '.join(one.gates)}" if one.gates else "nobody"
            yield Difference(f"{one.key}{where}", wanted, ", ".join(others), lead, 0, one.span)


def _gated(rep: str, gate: str | None) -> str:
    return f"{rep} passes" if gate is None else f"{rep} stopped by {gate}" if gate else f"{rep} stopped"


def _found(rep: str, found: RepTrace | None, attempt: TryTrace) -> str:
    if found is None:
        return f"{rep} is not in {attempt.name}"
    return f"{rep} passes" if found.gate is None else f"{rep} stopped by {found.gate}: {found.words}".replace("`", "")


def of_whole(whole: Whole, ids: Sequence[str], decisions: Decisions, router: Router) -> Iterator[Difference]:
    """Whether a batch went where it should as a whole; its snapshot is another matter."""
    if whole.apart is not None:
        yield from _apart(*whole.apart, ids, decisions)
    if whole.order is not None:
        yield from _order(*whole.order, ids, decisions)
    for number in whole.numbers:
        yield from _number(number, len(ids), decisions)
    got = Counter(rep for row in range(len(ids)) if (rep := decisions[row].rep) is not None)
    if whole.per_rep is not None:
        most, span = whole.per_rep
        for rep, leads in sorted(got.items()):
            if leads > most:
                yield Difference("limits", f"at most {most:,} per rep", f"{rep} {leads:,}", None, None, span)
    if whole.kept is not None:
        yield from _kept(whole.kept, got, router)


def _apart(most: Fraction, span: Span, ids: Sequence[str], decisions: Decisions) -> Iterator[Difference]:
    """Whether leads are shared out as evenly as is expected among the reps who were eligible for all of them."""
    loose = [row for row in range(len(ids)) if decisions.eligible[row] < 0]
    expected = f"at most {_decimal(most)} apart"
    if loose:
        yield Difference("share", expected, f"nobody was eligible for {ids[loose[0]]}", ids[loose[0]], loose[0], span)
        return
    for_all = set.intersection(*(set(decisions.signatures[at]) for at in decisions.eligible[: len(ids)].tolist()))
    if not for_all:
        yield Difference("share", expected, "no rep was eligible for all leads", None, None, span)
        return
    levels = _levels(decisions, for_all, len(ids))
    low, high = min(levels.values()), max(levels.values())
    if high - low > most:
        told = ", ".join(f"{rep} {_decimal(level)}" for rep, level in sorted(levels.items(), key=lambda one: (-one[1], one[0])))
        yield Difference("share", expected, f"{_decimal(high - low)} apart: {told}", None, None, span)


def _levels(decisions: Decisions, reps: Iterable[str], size: int) -> Mapping[str, Fraction]:
    """Leads / weight of some reps, with the weight in the pool that handed each lead out."""
    levels = dict.fromkeys(reps, Fraction(0))
    for row in range(size):
        found = decisions[row]
        if found.rep in levels:
            weight = decisions.weights.get(found.pool or "", {}).get(found.rep, MILLION)
            levels[found.rep] += Fraction(MILLION, weight)
    return levels


def _order(reps: Sequence[str], span: Span, ids: Sequence[str], decisions: Decisions) -> Iterator[Difference]:
    for row, rep in enumerate(reps):
        if row >= len(ids):
            yield Difference("order", f"{len(reps):,} leads", f"{len(ids):,}", None, None, span)
            return
        found = decisions[row].rep or NONE
        if found != rep:
            yield Difference("order", rep, found, ids[row], row, span)


def _number(number: Number, size: int, decisions: Decisions) -> Iterator[Difference]:
    def name(row: int) -> str | None:
        found = decisions[row]
        return found.outcome.value if number.key == "outcome" else getattr(found, number.key)

    leads = sum(name(row) == number.name for row in range(size))
    if number.least <= leads and (number.most is None or leads <= number.most):
        return
    if number.least == number.most:
        expected = f"{number.least:,}"
    else:
        parts = [f"at least {number.least:,}" if number.least else "", f"at most {number.most:,}" if number.most is not None else ""]
        expected = " and ".join(part for part in parts if part)
    yield Difference(f"leads of {number.key} {number.name}", expected, f"{leads:,}", None, None, number.span)


def _kept(span: Span, got: Mapping[str, int], router: Router) -> Iterator[Difference]:
    """Whether anybody who got a lead is above a limit now."""
    tally = router.tally
    for at, rep in enumerate(router.project.reps):
        if rep.id not in got:
            continue
        for pool, limits in [(None, rep.limits), *((one, router.project.pools[one.name].limits) for one in tally.pools.values())]:
            if pool is None or at in router.project.pools[pool.name].members:
                where = f" in {pool.name}" if pool is not None else ""
                for words in _above(at, limits, pool, router):
                    yield Difference("limits", "kept", f"{rep.id}{where}: {words}", None, None, span)


def _above(at: int, limits: Limits, pool: PoolTally | None, router: Router) -> Iterator[str]:
    tally = router.tally
    load = tally.load[at] if pool is None else pool.load[at]
    if limits.open is not None and load > limits.open:
        yield f"{_millionths(load)} of {_millionths(limits.open)} open"
    for limit in limits.within:
        used = tally.used(at, limit, pool)
        if used > limit.most:
            yield f"{_millionths(used)} of {_millionths(limit.most)} in the {limit.window.key}"


def _millionths(number: int) -> str:
    return _decimal(Fraction(number, MILLION))


def _decimal(value: Fraction) -> str:
    from leadroute.routing.trace import decimal

    return decimal(value)
