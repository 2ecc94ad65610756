"""A project in other circumstances: who is away or full, and carries what, as a test says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from leadroute.language.references import tests
from leadroute.language.scalar import rep_holds
from leadroute.model.clock import DAY, Clock, day, wall
from leadroute.model.examples import NEW, RepState, Start
from leadroute.model.frozen import frozen
from leadroute.model.limits import DAILY, Limit, Limits
from leadroute.model.project import Project
from leadroute.model.roster import Away, Busy, Calendar, Rep
from leadroute.model.rules import MILLION, Pool
from leadroute.model.standings import Place, RotationStanding, Standings, Use
from leadroute.routing.tally import weight_on

_LEAVE = 400 * DAY
"""How long who is away stays away: longer than any chain waits."""


@frozen
class _Attended:
    """A calendar without its all-day entries, which are leave."""

    calendar: Calendar

    @property
    def name(self) -> str:
        return self.calendar.name

    def busy(self, first: int, last: int) -> Sequence[Busy]:
        return [one for one in self.calendar.busy(first, last) if not one.whole_days]


def staged(project: Project, states: Mapping[int, RepState], clock: Clock, start: Start = NEW) -> tuple[Project, Standings]:
    """A project whose reps (by position) differ as told, and standings in which those who are full are, and that ``start`` as told.

    Who is full is at the first limit that counts leads, else carries as much as ``limits.open`` allows, else may take none today.
    """
    standings = Standings(used=dict(start.used), pool_load=dict(start.pool_load))
    reps = list(project.reps)
    asked: set[str] = set()
    for at, state in states.items():
        rep = reps[at]
        changed = _changed(rep, state, clock)
        asked.update(name for name in changed.attributes if changed.attributes[name] != rep.attributes.get(name))
        reps[at] = _filled(changed, standings) if state.full else changed
    pools = project.pools
    if asked:
        pools = {name: _with_members(pool, reps, asked) for name, pool in project.pools.items()}
    stage = replace(project, reps=tuple(reps), pools=pools)
    for key, cells in start.turns.items():
        standings.rotations[key] = _turned(stage, key, cells, clock)
    return stage, standings


def _turned(project: Project, key: str, cells: Mapping[str | None, Mapping[str, int]], clock: Clock) -> RotationStanding:
    """A rotation in which reps have had so many turns, counted with the weights in force, and everybody else none."""
    named, today = dict(project.rotations[key].weights), day(clock.now, clock.timezone)
    members = {at for pool in project.pools.values() if pool.rotation == key for at in pool.members}
    reps = [project.reps[at] for at in sorted(members)]
    weights = {rep.id: weight_on(rep, named.get(rep.id, rep.weight), today) or MILLION for rep in reps}
    places = {cell: {rep: Place(turns.get(rep, 0), weight) for rep, weight in weights.items()} for cell, turns in cells.items()}
    return RotationStanding(cells=places)


def _changed(rep: Rep, state: RepState, clock: Clock) -> Rep:
    numbers = {"load": state.load, "weight": state.weight}
    facts: dict[str, float | bool] = {name: number / MILLION for name, number in numbers.items() if number is not None}
    if state.active is not None:
        facts["active"] = state.active
    known = {name: value for name, value in facts.items() if name != "load" or name in rep.attributes}
    texts = {name: str(value).lower() if isinstance(value, bool) else f"{value:g}" for name, value in known.items()}
    away, calendar = rep.away, rep.calendar
    if state.away:
        now = wall(clock.now, rep.timezone)
        away = (*away, Away(now - DAY, now + _LEAVE))
    elif state.away is not None:
        away, calendar = (), None if calendar is None else _Attended(calendar)
    return replace(
        rep,
        load=rep.load if state.load is None else state.load,
        weight=rep.weight if state.weight is None else state.weight,
        active=rep.active if state.active is None else state.active,
        away=away,
        calendar=calendar,
        attributes={**rep.attributes, **known},
        shown={**rep.shown, **texts},
    )


def _filled(rep: Rep, standings: Standings) -> Rep:
    """A rep who is at a limit."""
    limits = rep.limits
    if limits.plain:
        first = limits.plain[0]
        standings.used[Use(first.window.key, "", "", rep.id)] = first.most // MILLION
        return rep
    if limits.open is not None:
        return replace(rep, load=max(rep.load, limits.open))
    return replace(rep, limits=Limits(None, (Limit(0, DAILY), *limits.within)))


def _with_members(pool: Pool, reps: Sequence[Rep], changed: set[str]) -> Pool:
    """A pool with those for whom ``who`` holds now."""
    who = pool.who
    if who is None:
        return replace(pool, members=tuple(at for at, rep in enumerate(reps) if rep.active)) if "active" in changed else pool
    if not any(test.subject.name in changed for test in tests(who)):
        return pool
    clock = Clock(0, "UTC")
    return replace(pool, members=tuple(at for at, rep in enumerate(reps) if rep_holds(who, rep, {}, clock)))
