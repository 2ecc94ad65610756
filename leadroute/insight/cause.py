"""Why two projects give a lead to different people: what they do with this lead differs, or only what was handed out before it.

Each lead that moved is put to the new project a second time, with everything before it as it went under the old one (``crossed``). A cause
is the lead's *own* when the two still do something else with it: another target, other people who can take it, another way to pick one
of them. Else it moved because others did.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from itertools import zip_longest
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from leadroute.model.columns import Mask
from leadroute.model.condition import Condition
from leadroute.model.decisions import Decisions, Outcome, Verdict
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.rules import PickKind
from leadroute.model.standings import Standings
from leadroute.model.together import BACKUP, TOGETHER, SharedKey
from leadroute.routing.cases import Case
from leadroute.routing.chain import Chain, Chains, End, PoolTry, RepTry, Try
from leadroute.routing.desk import Desk, cost_travel
from leadroute.routing.ends import NO_SIGNATURE
from leadroute.routing.router import Router
from leadroute.routing.tally import Tally
from leadroute.routing.together import NOT_AWAY, freed_by

Names = frozenset[str]
Thing = TypeVar("Thing")
NOBODY: Names = frozenset()
DECIDED = frozenset({Outcome.ASSIGNED, Outcome.QUEUED, Outcome.HELD})


class Cause(Enum):
    """Why a lead moved; the first two are its own, the others follow from what became of other leads."""

    RULE = "rule"
    PERSON = "person"
    LIMIT = "limit"
    TOGETHER = "together"
    TURN = "turn"

    @property
    def own(self) -> bool:
        """Whether the new project treats this very lead otherwise."""
        return self in (Cause.RULE, Cause.PERSON)


GONE, NOT_MEMBER, REQUIRE, LIMITS = "not in the roster", "not in the pool", "require", "limits"
"""What stops a rep, beside the reasons of availability and ``weight 0``."""


@frozen
class Why:
    """One thing that differs for a lead.

    Of a rule: ``read`` (the row is invalid, or repeats another, in one project alone), ``rule``, ``step`` (the same rule tries another
    pool, rep or queue), ``pick``, ``prefer``, ``turns`` (the rotation) or ``keep_together``. Of a person, ``rep``: what stops them in the
    one project (``gains``: the old one) and not in the other; or, ``gains`` being ``None``, what else differs: ``weight``, ``load``,
    ``fit``, ``hours`` (when they work next), ``backup``. Of a limit: whose is filled (``gains``: not filled any more) by other leads.
    """

    what: str
    rep: str = ""
    gains: bool | None = None


@frozen
class Found:
    """Why leads moved."""

    cause: Cause
    whys: tuple[Why, ...] = ()


@dataclass(frozen=True)
class Run:
    """A batch as one project decided it, and the standings before it.

    ``decisions`` are those of the whole file, the router's first: its verdicts keep their numbers.
    """

    router: Router
    started: Standings
    decisions: Decisions

    @cached_property
    def at(self) -> Mapping[str, int]:
        """The position of each rep in the roster."""
        return {rep: at for at, rep in enumerate(self.router.tally.ids)}

    @property
    def desk(self) -> Desk:
        """What the batch was decided with."""
        assert self.router.desk is not None  # noqa: S101 - it was decided
        return self.router.desk

    def afresh(self) -> Desk:
        """A desk as it was before the first lead."""
        tally = Tally(self.router.project, deepcopy(self.started), self.router.clock, largest_effort=self.router.tally.largest)
        return Desk(self.router.project, tally, self.router.clock, self.desk.travels)

    def carried(self, rep: str) -> int:
        """The load of a rep before the first lead, in millionths."""
        return self.router.project.reps[self.at[rep]].load + self.started.load.get(rep, 0)

    def case(self, lead: int) -> Case:
        """The case of a lead."""
        return self.router.sorter.cases[int(self.router.codes[lead])]

    def verdict(self, lead: int) -> Verdict:
        """The verdict of a lead."""
        return self.decisions.verdicts[int(self.decisions.verdict[lead])]

    def rep(self, lead: int) -> str | None:
        """Who took a lead."""
        return self.decisions.reps[self.decisions.rep[lead]] if self.decisions.rep[lead] >= 0 else None


@frozen
class Crossed:
    """Where leads come to in the new project when all before them went where they go under the old one.

    Of each lead ``tried`` is the place of the try that takes it in its chain, -1 for one that was not asked about, and ``eligible`` the
    number of those who could take it there. ``chains`` has the chain of each case.
    """

    desk: Desk
    chains: Mapping[int, Chain]
    tried: npt.NDArray[np.int32]
    eligible: npt.NDArray[np.int32]


def crossed(old: Run, new: Run, asked: Mask) -> Crossed:
    """Put leads to the new project's own gates, and let each then go where the old one sends it."""
    desk = new.afresh()
    tally, of, codes = desk.tally, old.decisions, new.router.codes
    makes = Chains(desk, new.router.rules, [-1] * len(codes))
    chains: dict[int, Chain] = {}
    tried, eligible = np.full(len(codes), -1, np.int32), np.full(len(codes), NO_SIGNATURE, np.int32)
    rep_of = np.array([*(new.at.get(rep, -1) for rep in of.reps), -1], np.int64)[of.rep]
    pool_of = [tally.pools.get(verdict.pool or "") for verdict in of.verdicts]
    charged = rep_of >= 0 if tally.limited else np.zeros(len(codes), np.bool_)
    for lead in old.router.served(of.fresh & (asked | charged)).tolist():
        code = int(codes[lead])
        if asked[lead]:
            chain = chains.get(code)
            if chain is None:
                chain = chains[code] = makes.of(new.router.sorter.cases[code])
            for at, attempt in enumerate(chain.all()):
                signature = attempt.open_to(lead)
                if signature is not None:
                    tried[lead], eligible[lead] = at, signature
                    break
        if charged[lead]:
            rep, pool, counted = int(rep_of[lead]), pool_of[of.verdict[lead]], bool(of.counted[lead])
            tally.charge(rep, int(of.effort[lead]), pool, loaded=True, counted=counted)
            if counted:
                tally.take(rep, desk.caps((rep,), pool, new.router.sorter.cases[code].terms).get(rep, ()), lead)
    return Crossed(desk, chains, tried, eligible)


@frozen
class _Rung:
    """One rung: who is ``there`` by requirement and availability, and who of them ``passed`` the limits, too."""

    there: Names
    passed: Names
    require: Condition | None = None


@frozen
class _Side:
    """What a project does with a lead: the tries of its chain up to the ``last``, which takes it, and who could take it there."""

    run: Run
    chain: Chain
    last: int
    eligible: Names

    @property
    def taker(self) -> Try:
        return self.chain.tries[self.last]

    @property
    def tried(self) -> Sequence[Try]:
        return self.chain.tries[: self.last + 1]

    def target(self, tried: Try) -> tuple[str, str | None]:
        if isinstance(tried, End):
            return tried.verdict.outcome.value, tried.verdict.queue
        return ("pool", tried.pool.name) if isinstance(tried, PoolTry) else ("rep", self.run.router.tally.ids[tried.rep])

    def names(self, reps: Iterable[int]) -> Names:
        return frozenset(map(self.run.router.tally.ids.__getitem__, reps))

    def rungs(self, tried: Try) -> list[_Rung]:
        """Each rung of a try as far as the lead came, with those who got through."""
        if isinstance(tried, End):
            return []
        if isinstance(tried, RepTry):
            there = NOBODY if tried.seats is None else self.names([tried.rep])
            return [_Rung(there, self.eligible if tried is self.taker else NOBODY)]
        rungs = [_Rung(self.names(seats.candidates), NOBODY, require) for require, seats in tried.rungs]
        if tried is not self.taker:
            return rungs
        at = self.deciding(tried)
        return [*rungs[:at], replace(rungs[at], passed=self.eligible)]

    def deciding(self, tried: PoolTry) -> int:
        return tried.rung_of({self.run.at[rep] for rep in self.eligible})

    def stopped(self, tried: Try, rung: _Rung | None, rep: str) -> str:
        """The first gate that stops a rep on a rung, in the order of ``explain``."""
        at, desk, values = self.run.at.get(rep), self.run.desk, self.chain.case.values
        if at is None:
            return GONE
        if isinstance(tried, PoolTry):
            if at not in tried.pool.members:
                return NOT_MEMBER
            if rung is None or (rung.require is not None and not desk.meets(at, rung.require, values)):
                return REQUIRE
            return tried.gate.reasons.get(at, LIMITS)
        assert isinstance(tried, RepTry)  # noqa: S101 - an end stops nobody
        if tried.rungs and not any(desk.meets(at, require, values) for require in tried.rungs):
            return REQUIRE
        return desk.presence(at, tried.availability).reason or LIMITS


class Causes:
    """Tells why leads moved between two runs over the same leads."""

    def __init__(self, old: Run, new: Run, found: Crossed) -> None:
        self.old = old
        self.new = new
        self._crossed = found
        self._known: dict[Hashable, Any] = {}

    def of(self, lead: int) -> Found:
        """Why a lead moved.

        The same for all that have its cases, verdicts, tries and eligible reps, and are not kept together.
        """
        was, now = self.old.verdict(lead), self.new.verdict(lead)
        if not all(verdict.outcome in DECIDED for verdict in (was, now)):
            return _rule("read")
        if was.reason in TOGETHER or now.reason in TOGETHER:
            return self._together(lead, was, now)
        old, then = self._side(self.old, lead, was), self._then(lead)
        own = self._own(old, then)
        if own is not None:
            return own if was.rule == then.taker.verdict.rule else _rule("rule")
        new = self._side(self.new, lead, now)
        if new.last == then.last and new.eligible == then.eligible:
            return Found(Cause.TURN)
        changed = then.eligible ^ new.eligible if new.last == then.last else new.eligible if new.last < then.last else then.eligible
        return Found(Cause.LIMIT, tuple(Why(LIMITS, rep, rep in new.eligible and new.last <= then.last) for rep in sorted(changed)))

    def _own(self, old: _Side, then: _Side) -> Found | None:
        """What the projects do otherwise with a lead, with the same leads before it; ``None``: nothing."""
        mine, theirs = old.taker, then.taker
        if old.target(mine) != then.target(theirs):
            return self._path(old, then)
        if old.eligible != then.eligible:
            return self._people(old, mine, then, theirs)
        if isinstance(mine, PoolTry) and isinstance(theirs, PoolTry):
            return self._once(("picked", id(mine), id(theirs), old.eligible), lambda: self._picked(old, mine, then, theirs))
        return None

    def _once(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """What is the same for many leads is worked out once."""
        if key not in self._known:
            self._known[key] = make()
        found: Thing = self._known[key]
        return found

    def _side(self, run: Run, lead: int, verdict: Verdict) -> _Side:
        chain = run.router.chains[run.router.codes[lead]]
        assert chain is not None  # noqa: S101 - every case that is decided has one
        last = self._once((id(chain), verdict), lambda: chain.ending(verdict))
        number = int(run.decisions.eligible[lead])
        return _Side(run, chain, last, self._named(run.desk, number))

    def _then(self, lead: int) -> _Side:
        found = self._crossed
        chain = found.chains[int(self.new.router.codes[lead])]
        return _Side(self.new, chain, int(found.tried[lead]), self._named(found.desk, int(found.eligible[lead])))

    def _named(self, desk: Desk, signature: int) -> Names:
        if signature in (-1, NO_SIGNATURE):
            return NOBODY
        return self._once((id(desk), signature), lambda: frozenset(desk.tally.ids[rep] for rep in desk.ends.signatures.things[signature]))

    def _path(self, old: _Side, then: _Side) -> Found:
        """The two took different targets: they tried others, or somebody can take it in the one who cannot in the other."""
        mine, theirs = list(old.tried), list(then.tried)
        while True:
            one, other = mine[0], theirs[0]
            if old.target(one) == then.target(other):
                if one is old.taker or other is then.taker:
                    return self._people(old, one, then, other)
                mine.pop(0)
                theirs.pop(0)
            # A try that nobody could pass, whatever the limits, changes nothing where the other project does not make it.
            elif one is not old.taker and _in_vain(old, one) and old.target(one) not in map(then.target, theirs):
                mine.pop(0)
            elif other is not then.taker and _in_vain(then, other) and then.target(other) not in map(old.target, mine):
                theirs.pop(0)
            else:
                return _rule("step")

    def _people(self, old: _Side, one: Try, then: _Side, other: Try) -> Found:
        """Other people could take it, with the same leads before it: who, and what stops them in the other project."""
        for mine, theirs in zip_longest(old.rungs(one), then.rungs(other)):
            passed, passing = (NOBODY if rung is None else rung.passed for rung in (mine, theirs))
            if passed != passing:
                gained = [Why(old.stopped(one, mine, rep), rep, gains=True) for rep in passing - passed]
                lost = [Why(then.stopped(other, theirs, rep), rep, gains=False) for rep in passed - passing]
                return Found(Cause.PERSON, tuple(sorted((*gained, *lost), key=lambda why: why.rep)))
        raise AssertionError("the same people passed on every rung")

    def _picked(self, old: _Side, one: PoolTry, then: _Side, other: PoolTry) -> Found | None:
        """The same people could take it from the same pool: how one is picked otherwise; ``None``: in no way."""
        mine, theirs = one.rungs[old.deciding(one)][1], other.rungs[then.deciding(other)][1]
        reps = sorted(old.eligible)
        first, last = self.old.at, self.new.at
        running = old.names(mine.soonest([first[rep] for rep in reps])), then.names(theirs.soonest([last[rep] for rep in reps]))
        if running[0] != running[1]:
            return _person("hours", running[0] ^ running[1])
        if (mine.kind, mine.margin) != (theirs.kind, theirs.margin):
            return _rule("pick")
        if self._rotation(self.old, one) != self._rotation(self.new, other):
            return _rule("turns")
        weights = [rep for rep in reps if mine.weights[first[rep]] != theirs.weights[last[rep]]]
        if weights:
            return _person("weight", weights)
        by_load = mine.kind is PickKind.LEAST_LOADED
        if mine.kind is PickKind.BEST_FIT:
            fits = [(mine.fit_by_load(first[rep]), theirs.fit_by_load(last[rep])) for rep in reps]
            if any(fit != now for fit, now in fits):
                if _terms(one, old.chain.case) != _terms(other, then.chain.case):
                    return _rule("prefer")
                return _person("fit", [rep for rep, (fit, now) in zip(reps, fits, strict=True) if fit != now])
            by_load = any(slope for _, (_, slope, _) in fits)
        loads = [rep for rep in reps if by_load and self.old.carried(rep) != self.new.carried(rep)]
        return _person("load", loads) if loads else None

    def _rotation(self, run: Run, tried: PoolTry) -> Hashable:
        """All that a turn depends on beside turns and weights."""
        rotation = tried.gate.turns.rotation
        travel = cost_travel(rotation)
        same = travel is None or self._once(travel, lambda: self.old.desk.travels.get(travel) == self.new.desk.travels.get(travel))
        return rotation.key, rotation.by, rotation.cost, travel, same or run is self.old, rotation.absence, tried.cell

    def _together(self, lead: int, was: Verdict, now: Verdict) -> Found:
        """One of the two followed an earlier lead: it may not any more, its rep cannot take it, or whom it follows has moved."""
        old, new = self.old.router, self.new.router
        if old.project.keep_together != new.project.keep_together or _freed(self.old, lead) != _freed(self.new, lead):
            return _rule("keep_together")
        if any(_text(mine, lead) != _text(theirs, lead) for mine, theirs in zip(old.keys, new.keys, strict=True)):
            return _rule("keep_together")
        whys = []
        for verdict, run, other in ((was, self.old, self.new), (now, self.new, self.old)):
            rep = run.rep(lead)
            if verdict.reason in TOGETHER and rep is not None:
                at = other.at.get(rep)
                reason = GONE if at is None else other.desk.presence(at, NOT_AWAY).reason
                if reason is not None:
                    whys.append(Why(reason, rep, run is self.new))
        if not whys and was.reason == now.reason == BACKUP:
            mine, theirs = _backups(old.project), _backups(new.project)
            whys.extend(Why("backup", rep) for rep in mine.keys() | theirs.keys() if mine.get(rep) != theirs.get(rep))
        return Found(Cause.PERSON, tuple(sorted(whys, key=lambda why: why.rep))) if whys else Found(Cause.TOGETHER)


def _in_vain(side: _Side, tried: Try) -> bool:
    return not any(rung.there for rung in side.rungs(tried))


def _rule(what: str) -> Found:
    return Found(Cause.RULE, (Why(what),))


def _person(what: str, reps: Iterable[str]) -> Found:
    return Found(Cause.PERSON, tuple(Why(what, rep) for rep in sorted(reps)))


def _terms(tried: PoolTry, case: Case) -> Sequence[Hashable]:
    """The fit terms that apply to a lead, as they are written."""
    return [(term.text, term.weight) for term in tried.taken.assign.prefer if term.when is None or id(term.when) in case.terms]


def _freed(run: Run, lead: int) -> bool:
    return freed_by(run.router.rules, run.case(lead).rules) is not None


def _text(key: SharedKey, lead: int) -> str | None:
    code = int(key.codes[lead])
    return None if code < 0 else str(key.texts[code])


def _backups(project: Project) -> dict[str, str]:
    return {rep.id: project.reps[rep.backup].id for rep in project.reps if rep.backup is not None}
