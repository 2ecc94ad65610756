"""A list of reps among whom a lead is given out: who has room, and whose it is.

One ``Seats`` serves every lead with the same candidates, effort, fit and turn order; it is worked out once and then kept up: who runs
full is struck off when it happens, so that a pick looks at people with room alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from operator import itemgetter
from typing import Any

from leadroute.model.frozen import frozen
from leadroute.model.rules import BILLION, MILLION, Pick, PickKind
from leadroute.routing.caps import Caps
from leadroute.routing.ends import REP_BITS, Ends
from leadroute.routing.tally import NO_LIMIT, PoolTally, Tally
from leadroute.routing.turns import due, scaled

Numbers = Sequence[int]
Line = tuple[int, int, int, int]
"""Fit in billionths as ``(level - slope * load) // scale``, for loads up to the fourth number: whole numbers, so that rounding is exact."""
ROUGHLY = 4.0
"""Billionths: more than floating point can be off in a fit, its rounding included."""


@frozen
class Fit:
    """A rep's fit for one case: ``still`` does not change during a batch, ``headroom`` is the weight of ``headroom`` in the whole."""

    still: Fraction
    headroom: Fraction

    def line(self, limit: int) -> Line:
        """Fit by load, for a rep whose ``limits.open`` is ``limit``."""
        still, headroom = self.still, self.headroom
        # By whole numbers, which are hashed in no time: many reps of many cases share a line.
        return _line(still.numerator, still.denominator, headroom.numerator, headroom.denominator, limit)


class Seats:
    """Candidates who passed ``require`` and ``availability``, in roster order.

    ``effort`` is theirs to take (millionths), ``None`` when it differs from lead to lead; then ``efforts[i]`` holds it. ``starts`` gives
    the instant from which each can work, where that decides (``within``). ``turns`` are the turns of the rotation's cell and
    ``weights`` the weights in it, both by position; a single person (a ``rep:`` step) has no rotation, and no turn is asked.
    ``deadlines`` are kept up with the turns where the rotation has them (see ``Turns``).
    ``costs`` holds each lead's cost of a turn where it differs, else ``cost``. ``caps`` are the limits with a condition or a value that
    these leads count in, by candidate; ``steady`` says that who has room is the same for all of these leads.
    ``gather(numbers)`` are the numbers of the runners, where there is more than one.
    """

    # A batch has thousands of these, and every lead meets another: the smaller, the fewer waits for memory.
    __slots__ = (
        "_deadlines",
        "_equal",
        "_factor",
        "_fits",
        "_lines",
        "_narrow",
        "_round_robin",
        "_weight_of",
        "candidates",
        "caps",
        "cost",
        "costs",
        "effort",
        "efforts",
        "fits",
        "gather",
        "kind",
        "known",
        "last_fit",
        "live",
        "margin",
        "next_of",
        "plain",
        "pool",
        "runners",
        "signature",
        "starts",
        "steady",
        "taken",
        "tally",
        "turn_of",
        "turns",
        "uneven",
        "weights",
        "whole",
    )

    def __init__(
        self,
        tally: Tally,
        pool: PoolTally | None,
        candidates: Numbers,
        *,
        pick: Pick,
        turns: list[int],
        weights: Numbers,
        cost: int = MILLION,
        costs: Numbers | None = None,
        effort: int | None = MILLION,
        efforts: Numbers = (),
        starts: Mapping[int, int] | None = None,
        fits: Mapping[int, Fit] | None = None,
        deadlines: list[int] | None = None,
        caps: Caps | None = None,
    ) -> None:
        self.tally = tally
        self.pool = pool
        self.candidates = tuple(candidates)
        self.kind = pick.kind
        self.margin = pick.margin
        self.turns = turns
        self.weights = weights
        self.cost = cost
        self.costs = costs
        self.effort = effort
        self.efforts = efforts
        self.starts = starts
        self.caps = caps or {}
        self.steady = effort is not None and all(cap.amounts is None for of_rep in self.caps.values() for cap in of_rep)
        self.fits = pick.kind is PickKind.BEST_FIT
        self.last_fit = -1
        self._fits = {rep: fit.line(tally.open[rep]) for rep, fit in (fits or {}).items()}
        self._narrow = PICKS[pick.kind]
        equal = len({weights[rep] for rep in self.candidates}) <= 1
        self._round_robin = pick.kind is PickKind.ROUND_ROBIN
        self._deadlines = deadlines
        self.turn_of = turns.__getitem__
        self._weight_of = weights.__getitem__
        self.next_of = turns.__getitem__ if equal else None if deadlines is None else deadlines.__getitem__
        self._equal = equal
        self._factor: dict[int, int] = {}
        if pick.kind is PickKind.LEAST_LOADED and not equal:
            self._factor = dict(zip(self.candidates, scaled([weights[rep] for rep in self.candidates])[1], strict=True))
        self._lines: list[tuple[int, float, float]] = []
        self.known: dict[int, int] = {}
        self.gather: Callable[[Any], tuple[int, ...]] | None = None
        self.whole = self.taken = 0
        self.live: list[int] = []
        self.runners: list[int] = []
        self.signature = -1
        if effort is None:
            self.live = list(self.candidates)
        else:
            self.live = [rep for rep in self.candidates if self._room(rep, effort)]
            for rep in self.live:
                tally.seats[rep].append(self)
        self._line_up()

    def recheck(self, rep: int) -> None:
        """Strike a rep off who has no room left for this effort (loads only grow while a batch is decided)."""
        if self.effort is not None and not self._room(rep, self.effort):
            self.live.remove(rep)
            self.tally.seats[rep].remove(self)
            self._line_up()

    def passing(self, lead: int) -> list[int]:
        """Who passes every gate for a lead."""
        if self.steady:
            return self.live
        effort, caps = self.effort, self.caps
        found = self.live if effort is not None else [rep for rep in self.candidates if self._room(rep, self.efforts[lead])]
        return [rep for rep in found if all(cap.takes(lead) <= cap.left for cap in caps.get(rep, ()))] if caps else found

    def _room(self, rep: int, effort: int) -> bool:
        """Whether a rep has room for a lead of this effort, as far as that is the same for all of these leads."""
        if not self.tally.room(rep, effort, self.pool):
            return False
        return not self.caps or all(cap.left >= MILLION for cap in self.caps.get(rep, ()) if cap.amounts is None)

    def choose(self, lead: int, waiting: Collection[int] = ()) -> int:
        """The rep whose lead it is (a position in the roster), -1 when nobody passes; nothing is charged yet.

        Who is ``waiting`` is left out while the pick leaves somebody else.
        """
        runners = self.runners if self.steady else self.soonest(self.passing(lead))
        if not runners:
            return -1
        rep = self.pick(runners, lead, waiting)
        if self.fits:
            self.last_fit = self.fit(rep)
        return rep

    def sign(self, ends: Ends, lead: int) -> int:
        """Who is eligible for a lead, as a part of its end; kept until the list changes where it is the same for all of these leads."""
        signature = ends.signatures.number(tuple(self.passing(lead))) << REP_BITS
        if self.steady:
            self.signature = signature
        return signature

    def pick(self, runners: list[int], lead: int, waiting: Collection[int] = ()) -> int:
        """The rep whose lead it is, of those who go on to the pick."""
        if len(runners) == 1:
            return runners[0]
        left = runners if self.plain or self.uneven or self.known else self._narrow(self, runners)
        if waiting:
            left = [rep for rep in left if rep not in waiting] or left
        return left[0] if len(left) == 1 else self.turn(left, lead)

    def turn(self, left: list[int], lead: int) -> int:
        """Whose turn it is. Whoever has the smallest deadline of all is next when they are due, and they mostly are."""
        if self.next_of is None:
            return due(left, self.turns, self.weights, self.cost if self.costs is None else self.costs[lead])
        rep = min(left, key=self.next_of)
        if self._equal:
            return rep
        if left is self.runners:
            # Turns only grow while a batch is decided: who was due by the last sum is due.
            return rep if self.turns[rep] * self.whole <= self.taken * self.weights[rep] else self.next_due()
        return self._first_due(left, sum(map(self.turn_of, left)), sum(map(self._weight_of, left)))

    def next_due(self) -> int:
        """Whose turn it is among the runners, where weights differ and the deadlines are kept up."""
        taken = self.taken = sum(map(self.turn_of, self.runners))
        return self._first_due(self.runners, taken, self.whole)

    def _first_due(self, left: list[int], taken: int, whole: int) -> int:
        turns, weights = self.turns, self.weights
        for rep in sorted(left, key=self.next_of):
            if turns[rep] * whole <= taken * weights[rep]:
                return rep
        raise AssertionError("not everybody has taken more than the average")

    def narrowed(self, runners: list[int]) -> list[int]:
        """Whom the pick leaves to the turn."""
        return self._narrow(self, runners)

    def soonest(self, passing: list[int]) -> list[int]:
        """Of those who pass, who works soonest, where that is asked."""
        starts = self.starts
        if starts is None or not passing:
            return passing
        first = min(starts[rep] for rep in passing)
        return [rep for rep in passing if starts[rep] == first]

    def fit(self, rep: int) -> int:
        """A rep's fit now, in billionths, rounded half up."""
        level, slope, scale, top = self._fits[rep]
        load = self.tally.load[rep]
        return (level - slope * (load if load < top else top)) // scale

    def fit_by_load(self, rep: int) -> tuple[Fraction, Fraction, int]:
        """How a rep's fit (billionths) comes about: without a load, what each millionth of load takes off, and up to which load."""
        level, slope, scale, top = self._fits[rep]
        return Fraction(level, scale), Fraction(slope, scale), top

    def least_loaded(self, runners: list[int]) -> list[int]:
        """Those of the smallest ``load / weight``."""
        load, factor = self.tally.load, self._factor
        loads = [load[rep] for rep in runners] if self._equal else [load[rep] * factor[rep] for rep in runners]
        least = min(loads)
        if loads.count(least) == 1:
            return [runners[loads.index(least)]]
        return [rep for rep, carried in zip(runners, loads, strict=True) if carried == least]

    def best_fit(self, runners: list[int]) -> list[int]:
        """Those at most ``margin`` below the best fit."""
        load = self.tally.load
        lines = self._lines if runners is self.runners else [self._rough(rep) for rep in runners]
        # Floating point leaves out who is plainly below (it is off by less than a billionth); the rest is compared exactly.
        rough = [level - slope * load[rep] for rep, level, slope in lines]
        ranked = sorted(rough)
        edge = ranked[-1] - self.margin
        near = bisect_left(ranked, edge - ROUGHLY)
        if near == len(ranked) - 1:
            return [runners[rough.index(ranked[-1])]]
        left = [rep for rep, about in zip(runners, rough, strict=True) if about >= ranked[near]]
        if ranked[near] >= edge + ROUGHLY:
            return left
        found = [self.fit(rep) for rep in left]
        enough = max(found) - self.margin
        return [rep for rep, fit in zip(left, found, strict=True) if fit >= enough]

    def _rough(self, rep: int) -> tuple[int, float, float]:
        level, slope, scale, _ = self._fits[rep]
        return rep, level / scale, slope / scale

    def _line_up(self) -> None:
        """Who goes on to the pick, after the list has changed, and what is worked out for all of them.

        Where no load changes a fit, the best ones are known now and the turn alone decides.
        """
        runners = self.soonest(self.live)
        self.signature = -1
        turn_decides = self._round_robin
        self.known = {}
        if self.fits:
            self._lines = [self._rough(rep) for rep in runners]
            if runners and self.steady and not any(slope for _, _, slope in self._lines):
                runners, turn_decides = self.best_fit(runners), True
                self.known = {rep: self.fit(rep) for rep in runners}
        # Where fits are ``known``, these are the best ones already; else they are all whom ``_lines`` tells of.
        self.runners = runners
        self.gather = itemgetter(*runners) if len(runners) > 1 else None
        equal = len(set(map(self._weight_of, runners))) <= 1
        fixed = turn_decides and self.steady
        # With equal weights the turn is simply the fewest turns, the first in roster order of those that tie.
        self.plain = equal and fixed
        # Where weights differ but the cost does not, the smallest deadline is looked at first (see ``turn``).
        self.uneven = not equal and fixed and self._deadlines is not None
        self.whole = sum(map(self._weight_of, runners))
        self.taken = 0


PICKS: dict[PickKind, Callable[[Seats, list[int]], list[int]]] = {
    PickKind.ROUND_ROBIN: lambda _, runners: runners,
    PickKind.LEAST_LOADED: Seats.least_loaded,
    PickKind.BEST_FIT: Seats.best_fit,
}
"""The pick strategies: each leaves some of the runners, among whom the turn decides."""


@lru_cache(maxsize=1 << 16)
def _line(still: int, of: int, headroom: int, headroom_of: int, limit: int) -> Line:
    """The line of a fit with ``still / of`` and ``headroom / headroom_of``."""
    whole = lcm(of, headroom_of)
    still, headroom = still * (whole // of), headroom * (whole // headroom_of)
    if limit == NO_LIMIT:
        return ((still + headroom) * BILLION * 2 + whole, 0, whole * 2, 0)
    if limit == 0:
        return (still * BILLION * 2 + whole, 0, whole * 2, 0)
    level, slope, scale = ((still + headroom) * BILLION * 2 + whole) * limit, headroom * BILLION * 2, whole * 2 * limit
    common = gcd(level, slope, scale)
    return level // common, slope // common, scale // common, limit
