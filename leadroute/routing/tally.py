"""Who carries what while a batch is decided: the working form of Standings, by positions in the roster."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from leadroute.model.clock import Clock, day
from leadroute.model.decisions import Decisions
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import MILLION, NO_LIMITS, Limits
from leadroute.model.standings import Figure, RotationStanding, Standings
from leadroute.routing.turns import Turns, half_up

NO_LIMIT = 1 << 100
"""More than any load or count."""


class Seated(Protocol):
    """Something that keeps a list of reps with room, and is told when one may have none left."""

    def recheck(self, rep: int) -> None:
        """Look again whether ``rep`` has room."""


@dataclass(slots=True)
class PoolTally:
    """What one pool has handed to each rep (by position): effort in millionths, and leads today.

    They are kept up lead by lead where the pool is ``limited``, else added up when the batch is decided.
    """

    at: int
    name: str
    load: list[int]
    today: list[int]
    open: int
    per_day: int
    limited: bool


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

    ``load`` includes the roster's figure; ``ample`` is how much a rep may carry and still have room for any lead. ``largest`` is the
    largest effort that a rule names (millionths): a rep is looked at again
    only when that much may no longer fit.
    """

    def __init__(self, project: Project, standings: Standings, clock: Clock, *, largest_effort: int = MILLION) -> None:
        self.project = project
        self.clock = clock
        self.ids = [rep.id for rep in project.reps]
        self.load = [rep.load + standings.load.get(rep.id, 0) for rep in project.reps]
        self.today = [standings.today.get(rep.id, 0) for rep in project.reps]
        self.open = [_or_none(rep.limits.open) for rep in project.reps]
        self.per_day = [_or_none(rep.limits.per_day) for rep in project.reps]
        self.pools = {pool.name: self._pool(at, pool.name, pool.limits, standings) for at, pool in enumerate(project.pools.values())}
        self.turns = self._turns(standings)
        self.seats: list[list[Seated]] = [[] for _ in project.reps]
        self.largest = largest_effort
        self.ample = [limit - largest_effort for limit in self.open]
        self._figures = standings.figures
        self._rotations = standings.rotations
        self._turns_of: list[list[Turns]] = [[] for _ in project.reps]
        for turns in self.turns.values():
            for member in turns.members:
                self._turns_of[member].append(turns)

    def room(self, rep: int, effort: int, pool: PoolTally | None) -> bool:
        """Whether the limits let a rep take a lead of this effort (from this pool)."""
        if self.load[rep] + effort > self.open[rep] or self.today[rep] >= self.per_day[rep]:
            return False
        return pool is None or (pool.load[rep] + effort <= pool.open and pool.today[rep] < pool.per_day)

    def charge(self, rep: int, effort: int, pool: PoolTally | None, *, loaded: bool, counted: bool) -> None:
        """Note that a rep took a lead; lists that hold the rep are told once the room may be gone."""
        load, today = self.load[rep], self.today[rep]
        if loaded:
            self.load[rep] = load = load + effort
        if counted:
            self.today[rep] = today = today + 1
        scarce = load > self.ample[rep] or today >= self.per_day[rep]
        if pool is not None and pool.limited:
            if loaded:
                pool.load[rep] += effort
            if counted:
                pool.today[rep] += 1
            scarce = scarce or pool.load[rep] > pool.open - self.largest or pool.today[rep] >= pool.per_day
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
        return any(limit != NO_LIMIT for limit in (*self.open, *self.per_day)) or any(pool.limited for pool in self.pools.values())

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
            if not watched:
                self.today[rep] += leads
                self.load[rep] += effort
            pool = self.pools.get(pool_of[verdict] or "")
            if pool is not None and not (watched and pool.limited):
                pool.today[rep] += leads
                pool.load[rep] += effort

    def standings(self) -> Standings:
        """Everything as names again, to be carried to the next batch."""
        result = Standings()
        for at, rep in enumerate(self.project.reps):
            charged = self.load[at] - rep.load
            if charged:
                result.load[rep.id] = charged
            if self.today[at]:
                result.today[rep.id] = self.today[at]
            for pool in self.pools.values():
                if pool.load[at]:
                    result.pool_load[pool.name, rep.id] = pool.load[at]
                if pool.today[at]:
                    result.pool_today[pool.name, rep.id] = pool.today[at]
        result.rotations = {**self._rotations, **{key: turns.close() for key, turns in self.turns.items() if turns.cells}}
        result.figures = dict(self._figures)
        result.events = [event for turns in self.turns.values() for event in turns.events]
        for rep in self.project.reps:
            known = self._figures.get(rep.id)
            if known is None or known.load != rep.load:
                result.figures[rep.id] = Figure(rep.load, self.clock.now)
        return result

    def _pool(self, at: int, name: str, limits: Limits, standings: Standings) -> PoolTally:
        load = [standings.pool_load.get((name, rep), 0) for rep in self.ids]
        today = [standings.pool_today.get((name, rep), 0) for rep in self.ids]
        return PoolTally(at, name, load, today, _or_none(limits.open), _or_none(limits.per_day), limits != NO_LIMITS)

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
