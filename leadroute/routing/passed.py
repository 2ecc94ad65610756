"""Whom the leads of a batch passed over, and why: what a rep is told who asks for their share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from leadroute.model.decisions import Decisions, PassedOver, Verdict
from leadroute.model.frozen import frozen
from leadroute.routing.chain import Chain, PoolTry
from leadroute.routing.desk import Desk, PoolGate
from leadroute.routing.ends import SIGNATURE_BITS
from leadroute.routing.fulfil import Fulfilment
from leadroute.routing.router import Router

REQUIRE = "require"
LIMITS = "limits"
HAD_IT = "had it before"
"""Gates that stop a rep; the others are reasons of availability, and ``weight 0``."""


@frozen
class _Rung:
    """Whom a rung of a pool's ladder lets through, the same for many cases.

    ``candidates`` pass its requirement and availability, ``fulfilling`` the requirement alone; ``had`` had the lead before.
    """

    gate: PoolGate
    candidates: frozenset[int]
    fulfilling: frozenset[int]
    had: frozenset[int]

    def reasons(self, eligible: frozenset[int]) -> Iterator[tuple[int, str]]:
        """The members who were not eligible, each with the first gate that stopped them, in the order of ``explain``."""
        for rep in self.gate.pool.members:
            if rep in eligible:
                continue
            if rep not in self.fulfilling:
                yield rep, REQUIRE
            elif rep in self.had:
                yield rep, HAD_IT
            else:
                yield rep, self.gate.reasons.get(rep, LIMITS)


def passed_over(router: Router, decisions: Decisions) -> tuple[PassedOver, ...]:
    """Of each pool and rep, how many leads that the pool handed out in this batch the rep could not take, by reason.

    Worked out for all leads at once that have the same case, way and eligible reps. Call it after ``router.decide``.
    """
    desk = router.desk
    handed = np.array([verdict.pool is not None for verdict in decisions.verdicts] + [False], np.bool_)
    rows = np.flatnonzero(decisions.fresh & handed[decisions.verdict] & (decisions.rep >= 0) & (decisions.eligible >= 0))
    if desk is None or len(rows) == 0:
        return ()
    key = router.codes[rows].astype(np.int64) * len(decisions.verdicts) + decisions.verdict[rows]
    groups, counts = np.unique((key << SIGNATURE_BITS) + decisions.eligible[rows], return_counts=True)
    finder = _Finder(desk, router.chains, decisions)
    found: Counter[tuple[_Rung, int]] = Counter()
    for group, leads in zip(groups.tolist(), counts.tolist(), strict=True):
        signature = group & ((1 << SIGNATURE_BITS) - 1)
        found[finder.rung(group >> SIGNATURE_BITS, signature), signature] += leads
    passed: Counter[tuple[str, int, str]] = Counter()
    for (rung, signature), leads in found.items():
        for rep, reason in rung.reasons(finder.eligible(signature)):
            passed[rung.gate.pool.name, rep, reason] += leads
    ids = router.tally.ids
    return tuple(PassedOver(pool, ids[rep], reason, leads) for (pool, rep, reason), leads in sorted(passed.items()))


class _Finder:
    """Finds the rung of a pool's ladder that decided, and keeps what is asked again and again."""

    def __init__(self, desk: Desk, chains: list[Chain | None], decisions: Decisions) -> None:
        self._desk = desk
        self._chains = chains
        self._verdicts = decisions.verdicts
        self._eligible: dict[int, frozenset[int]] = {}
        self._ladders: dict[int, list[_Rung]] = {}
        self._away: dict[int, Fulfilment] = {}
        self._made: dict[_Rung, _Rung] = {}

    def eligible(self, signature: int) -> frozenset[int]:
        """The reps of a set, by position."""
        found = self._eligible.get(signature)
        if found is None:
            found = self._eligible[signature] = frozenset(self._desk.ends.signatures.things[signature])
        return found

    def rung(self, key: int, signature: int) -> _Rung:
        """The rung that gave a lead to one of its eligible reps; ``key`` is its case and verdict."""
        ladder = self._ladders.get(key)
        if ladder is None:
            code, verdict = divmod(key, len(self._verdicts))
            chain = self._chains[code]
            assert chain is not None  # noqa: S101 - every case that is decided has one
            ladder = self._ladders[key] = list(self._ladder(chain, self._verdicts[verdict]))
        eligible = self.eligible(signature)
        # Who is eligible passed the limits: an earlier rung that lets one of them through would have decided.
        return next(rung for rung in ladder if not rung.candidates.isdisjoint(eligible))

    def _ladder(self, chain: Chain, verdict: Verdict) -> Iterator[_Rung]:
        """The rungs of the try that ends with a verdict."""
        case = chain.case
        attempt = chain.tries[chain.ending(verdict)]
        assert isinstance(attempt, PoolTry)  # noqa: S101 - a verdict that names a pool is a pool's
        gate = attempt.gate
        away = self._away.get(id(gate))
        if away is None:
            away = self._away[id(gate)] = Fulfilment(tuple(gate.reasons), self._desk.project.reps, self._desk.clock, self._desk.reading)
        had = frozenset() if case.unanswered is None else case.unanswered.had
        for require, seats in attempt.rungs:
            there = frozenset(self._desk.candidates(gate, require, case.values) if had else seats.candidates)
            others = frozenset(away.people) if require is None else away.who(require, case.values)
            made = _Rung(gate, frozenset(seats.candidates), there | others, had)
            yield self._made.setdefault(made, made)
