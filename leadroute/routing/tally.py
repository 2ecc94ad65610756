"""Who carries what while a batch is decided: the working form of Standings, by positions in the roster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from leadroute.model.clock import Clock, day
from leadroute.model.decisions import Decisions
from leadroute.model.limits import DAILY, NO_LIMITS, Limit, Limits, Window
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import MILLION, Pool
from leadroute.model.standings import Figure, RotationStanding, Standings, Use
from leadroute.routing.caps import Cap, Caps, caps_of
from leadroute.routing.turns import Turns, half_up

NO_LIMIT = 1 << 100
"""More than any load or count."""


class Seated(Protocol):
    """Something that keeps a list of reps with room, and is told when one may have none left."""

    def recheck(self, rep: int) -> None:
        """Look again whether ``rep`` has room."""


@dataclass(slots=True)
class PoolTally:
    """What one pool has handed to each rep (by position): effort in millionths, and leads counted in this batch, of ``quota`` at most.

    They are kept up lead by lead where the pool is ``limited``, else added up when the batch is decided.
    """

    at: int
    name: str
    load: list[int]
    counted: list[int]
    open: int
    quota: list[int]
    caps: Caps
    limited: bool


def quota(limits: Limits, used: Mapping[Use, int], pool: str, rep: str) -> int:
    """How many leads the limits that count leads still allow; below 0 where more than that were taken."""
    left = (limit.most // MILLION - used.get(Use(limit.window.key, "", pool, rep), 0) for limit in limits.plain)
    return min(left, default=NO_LIMIT)


def weight_on(rep: Rep, weight: int, today: int) -> int:
    """A weight (millionths) with the rep's ramp on a routing date (days since the epoch), rounded half up to millionths."""
    ramp = rep.ramp
    if ramp is None or today >= ramp.last:
        return weight
    if today <= ramp.first:
        return half_up(weight * ramp.start)
    risen = Fraction(today - ramp.first, ramp.last - ramp.first)
    return half_up(weight * (ramp.start + (1 - ramp.start) * risen))


class Tally:
    """Loads, counts and turns by position; the one place that changes after a pick.

    ``counted`` are the leads of this batch that count in limits, ``quota`` how many may be, by the tightest limit: the whole batch is at
    one instant, so that every lead of it counts in every window. ``load`` includes the roster's figure; ``ample`` is how much a rep may
    carry and still have room for any lead. ``largest`` is the largest effort that a rule names (millionths): a rep is looked at again
    only when that much may no longer fit. ``caps`` are the limits that do not ask of all leads the same.
    ``ahead`` are those whose load in the roster is of a later instant: it has what this batch hands out in it.
    """

    def __init__(self, project: Project, standings: Standings, clock: Clock, *, largest_effort: int = MILLION) -> None:
        self.project = project
        self.clock = clock
        self.ids = [rep.id for rep in project.reps]
        self.load = [rep.load + standings.load.get(rep.id, 0) for rep in project.reps]
        self.counted = [0] * len(project.reps)
        self.open = [_or_none(rep.limits.open) for rep in project.reps]
        self.quota = [quota(rep.limits, standings.used, "", rep.id) for rep in project.reps]
        found = ((at, caps_of(rep.limits, standings.used, "", rep.id)) for at, rep in enumerate(project.reps) if rep.limits.measured)
        self.caps: Caps = dict(found)
        dates = [None if project.fresh_load else rep.load_as_of for rep in project.reps]
        self.ahead = frozenset(at for at, instant in enumerate(dates) if instant is not None and instant > clock.now)
        self.pools = {pool.name: self._pool(at, pool, standings) for at, pool in enumerate(project.pools.values())}
        self.turns = self._turns(standings)
        self.seats: list[list[Seated]] = [[] for _ in project.reps]
        self.largest = largest_effort
        self.ample = [limit - largest_effort for limit in self.open]
        self._used = standings.used
        self._figures = standings.figures
        self._rotations = standings.rotations
        self._turns_of: list[list[Turns]] = [[] for _ in project.reps]
        for turns in self.turns.values():
            for member in turns.members:
                self._turns_of[member].append(turns)

    def all_caps(self) -> Iterator[Cap]:
        """Every limit with a condition or a value, of every rep and pool."""
        for caps in (self.caps, *(pool.caps for pool in self.pools.values())):
            for of_rep in caps.values():
                yield from of_rep

    def room(self, rep: int, effort: int, pool: PoolTally | None) -> bool:
        """Whether the limits that ask of all leads the same let a rep take one of this effort (from this pool)."""
        if self.load[rep] + effort > self.open[rep] or self.counted[rep] >= self.quota[rep]:
            return False
        return pool is None or (pool.load[rep] + effort <= pool.open and pool.counted[rep] < pool.quota[rep])

    def used(self, rep: int, limit: Limit, pool: PoolTally | None) -> int:
        """What counts in a limit now, in millionths."""
        counted, caps, name = (self.counted, self.caps, "") if pool is None else (pool.counted, pool.caps, pool.name)
        if limit.plain:
            return (self._used.get(Use(limit.window.key, "", name, self.ids[rep]), 0) + counted[rep]) * MILLION
        return next(cap.used for cap in caps[rep] if cap.limit is limit)

    def charge(self, rep: int, effort: int, pool: PoolTally | None, *, loaded: bool, counted: bool) -> None:
        """Note that a rep took a lead; lists that hold the rep are told once the room may be gone."""
        load, count = self.load[rep], self.counted[rep]
        loaded = loaded and rep not in self.ahead
        if loaded:
            self.load[rep] = load = load + effort
        if counted:
            self.counted[rep] = count = count + 1
        scarce = load > self.ample[rep] or count >= self.quota[rep]
        if pool is not None and pool.limited:
            if loaded:
                pool.load[rep] += effort
            if counted:
                pool.counted[rep] += 1
            scarce = scarce or pool.load[rep] > pool.open - self.largest or pool.counted[rep] >= pool.quota[rep]
        if scarce:
            self.recheck(rep)

    def take(self, rep: int, caps: Iterable[Cap], lead: int) -> None:
        """Note that a rep took a lead that counts in these caps."""
        scarce = False
        for cap in caps:
            cap.left -= cap.takes(lead)
            scarce = scarce or (cap.amounts is None and cap.left < MILLION)
        if scarce:
            self.recheck(rep)

    def recheck(self, rep: int) -> None:
        """A rep may have no room left: tell the lists that hold them, and the rotations that they turn in."""
        for seats in list(self.seats[rep]):
            seats.recheck(rep)
        for turns in self._turns_of[rep]:
            turns.version += 1

    @property
    def limited(self) -> bool:
        """Whether anybody, or any pool, has a limit."""
        own = bool(self.caps) or any(limit != NO_LIMIT for limit in (*self.open, *self.quota))
        return own or any(pool.limited for pool in self.pools.values())

    def add_up(self, decisions: Decisions, *, watched: bool) -> None:
        """Note what a whole batch charged where nobody had to look: in pools without limits, and everywhere if nothing was ``watched``."""
        pool_of = [verdict.pool for verdict in decisions.verdicts]
        given = np.flatnonzero(decisions.rep >= 0)
        ways = decisions.verdict[given].astype(np.int64) * len(self.ids) + decisions.rep[given]
        size = len(pool_of) * len(self.ids)
        counts = np.bincount(ways[decisions.counted[given]], minlength=size)
        # Whole leads and the rest apart, since 64 bits hold one large effort, but not the sum of many.
        wholes, rests = np.zeros(size, np.int64), np.zeros(size, np.int64)
        np.add.at(wholes, ways, decisions.effort[given] // MILLION)
        np.add.at(rests, ways, decisions.effort[given] % MILLION)
        for way in np.flatnonzero((counts > 0) | (wholes > 0) | (rests > 0)).tolist():
            verdict, rep = divmod(way, len(self.ids))
            leads, effort = int(counts[way]), int(wholes[way]) * MILLION + int(rests[way])
            if rep in self.ahead:
                effort = 0
            if not watched:
                self.counted[rep] += leads
                self.load[rep] += effort
            pool = self.pools.get(pool_of[verdict] or "")
            if pool is not None and not (watched and pool.limited):
                pool.counted[rep] += leads
                pool.load[rep] += effort

    def standings(self) -> Standings:
        """Everything as names again, to be carried to the next batch."""
        result = Standings()
        for at, rep in enumerate(self.project.reps):
            charged = self.load[at] - rep.load
            if charged:
                result.load[rep.id] = charged
            for pool in self.pools.values():
                if pool.load[at]:
                    result.pool_load[pool.name, rep.id] = pool.load[at]
        result.used = self._used_now()
        result.rotations = {**self._rotations, **{key: turns.close() for key, turns in self.turns.items() if turns.cells}}
        result.figures = dict(self._figures)
        result.events = [event for turns in self.turns.values() for event in turns.events]
        for rep in self.project.reps:
            known = self._figures.get(rep.id)
            if rep.load_as_of is not None:
                result.figures[rep.id] = Figure(rep.load, rep.load_as_of, dated=True)
            elif known is None or known.load != rep.load:
                result.figures[rep.id] = Figure(rep.load, self.clock.now)
        return result

    def _used_now(self) -> dict[Use, int]:
        """What counts where the project looks: what did before, and this batch."""
        found: dict[Use, int] = {}
        for at, rep in enumerate(self.project.reps):
            self._count(found, "", at, (DAILY, *(limit.window for limit in rep.limits.plain)), self.counted[at], self.caps.get(at, ()))
        for name, pool in self.project.pools.items():
            if pool.limits.within:
                tally, windows = self.pools[name], [limit.window for limit in pool.limits.plain]
                for member in pool.members:
                    self._count(found, name, member, windows, tally.counted[member], tally.caps.get(member, ()))
        return found

    def _count(self, found: dict[Use, int], pool: str, rep: int, windows: Iterable[Window], leads: int, caps: Iterable[Cap]) -> None:
        name = self.ids[rep]
        for window in windows:
            use = Use(window.key, "", pool, name)
            if count := self._used.get(use, 0) + leads:
                found[use] = count
        for cap in caps:
            if cap.used:
                found[Use(cap.limit.window.key, cap.limit.measure.key, pool, name)] = cap.used

    def _pool(self, at: int, pool: Pool, standings: Standings) -> PoolTally:
        limits = pool.limits
        load = [standings.pool_load.get((pool.name, rep), 0) for rep in self.ids]
        quotas, caps = [NO_LIMIT] * len(self.ids), {}
        if limits.within:
            for member in pool.members:
                quotas[member] = quota(limits, standings.used, pool.name, self.ids[member])
                if limits.measured:
                    caps[member] = caps_of(limits, standings.used, pool.name, self.ids[member])
        return PoolTally(at, pool.name, load, [0] * len(self.ids), _or_none(limits.open), quotas, caps, limits != NO_LIMITS)

    def _turns(self, standings: Standings) -> dict[str, Turns]:
        members: dict[str, set[int]] = defaultdict(set)
        for pool in self.project.pools.values():
            members[pool.rotation].update(pool.members)
        today = day(self.clock.now, self.clock.timezone)
        found: dict[str, Turns] = {}
        for key, rotation in self.project.rotations.items():
            named = dict(rotation.weights)
            weights = [weight_on(rep, named.get(rep.id, rep.weight), today) for rep in self.project.reps]
            turns = Turns(rotation, sorted(members[key]), weights, self.ids)
            turns.open(standings.rotations.get(key, RotationStanding()), self.clock.now)
            found[key] = turns
        return found


def _or_none(limit: int | None) -> int:
    return NO_LIMIT if limit is None else limit
