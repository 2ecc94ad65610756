"""Which gates stopped somebody on the way of a lead."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from leadroute.model.condition import Condition
from leadroute.routing.chain import Chain, PoolTry, RepTry
from leadroute.routing.desk import Desk

Stop = tuple[str, int | str]
"""A gate: ``require`` with the ``id`` of its condition, ``availability`` or ``limits`` with the name of the pool."""


def stops(chain: Chain, desk: Desk, verdict: object, eligible: Collection[int]) -> Iterator[Stop]:
    """The gates that stopped somebody before a lead of a case ended with a verdict, with so many eligible reps (by position).

    Of each rep the first gate counts, on every rung that was looked at.
    """
    values = chain.case.values
    for attempt in chain.tries:
        if not isinstance(attempt, PoolTry | RepTry):
            return
        took = desk.ends.verdict(attempt.taken.base) == verdict
        if isinstance(attempt, RepTry):
            if not any(desk.meets(attempt.rep, rung, values) for rung in attempt.rungs):
                yield from (("require", id(rung)) for rung in attempt.rungs)
        else:
            for require, seats in attempt.rungs:
                decided = took and not set(seats.candidates).isdisjoint(eligible)
                yield from _of_rung(attempt, require, seats.candidates, eligible if decided else (), desk, chain)
                if decided:
                    break
        if took:
            return


def _of_rung(
    attempt: PoolTry, require: Condition | None, candidates: Collection[int], eligible: Collection[int], desk: Desk, chain: Chain
) -> Iterator[Stop]:
    members, name = attempt.pool.members, attempt.pool.name
    meeting = [rep for rep in members if require is None or desk.meets(rep, require, chain.case.values)]
    if len(meeting) < len(members):
        yield "require", id(require)
    if any(rep in attempt.gate.reasons for rep in meeting):
        yield "availability", name
    if not set(candidates) <= set(eligible):
        yield "limits", name
