"""Routing a batch: blocks of leads in, decisions out. A pure function of project, leads, standings and clock."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, MutableSequence
from functools import cached_property
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from leadroute.language.evaluate import Evaluator, distinct_values
from leadroute.language.operators import OPERATORS
from leadroute.language.references import references, tests
from leadroute.language.text import compared
from leadroute.model.clock import Clock, day
from leadroute.model.columns import CodedColumn, LeadBatch, Mask, NumberColumn
from leadroute.model.decisions import Decisions
from leadroute.model.derive import Cases
from leadroute.model.fields import Value
from leadroute.model.limits import Measure
from leadroute.model.project import OrderKey, Project
from leadroute.model.rules import MILLION, Availability, Pick, PickKind, Pool, Rule
from leadroute.model.standings import Standings
from leadroute.model.together import Precedents, SharedKey, Together
from leadroute.people.available import presence
from leadroute.people.working import on_call
from leadroute.routing.caps import amount_of, measures
from leadroute.routing.cases import Inputter, Sorter, Travel, Unanswered, travelling
from leadroute.routing.chain import Chain, Chains
from leadroute.routing.desk import Desk, cost_travel, effort_of
from leadroute.routing.ends import NO_SIGNATURE, NOBODY, REP_BITS, SIGNATURE_BITS
from leadroute.routing.hand import Places, hand_out
from leadroute.routing.match import Matcher
from leadroute.routing.tally import Tally
from leadroute.routing.together import Keeper, KeyColumn, freed_by
from leadroute.routing.unmatched import Unmatched

Number = TypeVar("Number", bound=np.generic)
STRETCH = 1 << 16
"""Leads that are turned into Python numbers at a time: a million of those would take more memory than all columns."""


def in_force(project: Project, clock: Clock) -> tuple[Rule, ...]:
    """The rules that are in force on the routing date, in order."""
    today = day(clock.now, clock.timezone)
    return tuple(
        rule
        for rule in project.rules
        if rule.enabled and (rule.start is None or rule.start <= today) and (rule.end is None or today <= rule.end)
    )


class Router:
    """Decides one batch: ``match`` every block of leads in file order, then ``decide`` once.

    A lead costs a few numbers here (its case, its place in the serving order, what travels with it), whatever the size of its row.
    Leads of the ledger that these follow go into ``precedents`` before ``decide``.
    Afterwards ``codes`` holds the case of every lead, ``chains`` the chain of each case that was decided (else ``None``), ``desk`` what it
    was decided with, ``keeper`` (of a project that keeps leads together) who followed whom, and ``unmatched`` why no rule took a lead.
    """

    def __init__(self, project: Project, standings: Standings, clock: Clock, evaluator: Evaluator | None = None) -> None:
        self.project = project
        self.clock = clock
        self.rules = in_force(project, clock)
        self.evaluator = evaluator or Evaluator(clock)
        self.matcher = Matcher(self.rules, self.evaluator)
        self.sorter = Sorter(project, self.matcher, self.evaluator)
        self.measures = measures(project)
        self.travels = _travels(project, self.rules, self.measures)
        self.start(standings)
        self._picks = {pick.kind for pick in _picks(project)}
        self.unmatched = Unmatched(self.rules, self.evaluator)
        self.chains: list[Chain | None] = []
        self.desk: Desk | None = None
        self.keeper: Keeper | None = None
        self.precedents: Precedents | None = None
        self._served: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._key_columns = [KeyColumn(name) for name in (project.keep_together.by if project.keep_together is not None else ())]
        self._cases: list[npt.NDArray[np.int32]] = []
        self._order = [_OrderColumn(key, project) for key in project.order]
        self._tiers = _Tiers()
        self._travelled: list[list[npt.NDArray[np.int64]]] = [[] for _ in self.travels]

    def start(self, standings: Standings) -> None:
        """Let the batch start from these standings: they may be known only once it is read which leads are decided anew."""
        self.tally = Tally(self.project, standings, self.clock, largest_effort=_largest_effort(self.rules))

    @property
    def fields(self) -> frozenset[str]:
        """The fields that deciding reads: of rules, of choices among people, of the serving order."""
        names = {key.field for key in self.project.order} | {travel.field for travel in self.travels}
        names.update(column.field for column in self._key_columns)
        for rule in self.rules:
            if rule.when is not None:
                names |= references(rule.when)
        inputs = Inputter(self.project).of(self.rules)
        names.update(inputs.fields)
        for when in inputs.whens.values():
            names |= references(when)
        return frozenset(names)

    @property
    def texts(self) -> frozenset[str]:
        """The fields whose very text matters, since a pattern looks at it."""
        conditions = [rule.when for rule in self.rules if rule.when is not None]
        conditions.extend(Inputter(self.project).of(self.rules).whens.values())
        conditions.extend(when for step in self.project.derive if isinstance(step, Cases) for when, _ in step.cases)
        conditions.extend(points.when for points in (self.project.score.points if self.project.score is not None else ()))
        return frozenset(test.subject.name for condition in conditions for test in tests(condition) if OPERATORS[test.op].on_text)

    def match(self, batch: LeadBatch, unanswered: Mapping[int, Unanswered] | None = None) -> None:
        """Take in a block of leads: find the rule and the case of each.

        ``unanswered`` has, by position among all leads, those that somebody had: they stay with their rule.
        """
        codes = self.sorter.sort(batch)
        self._cases.append(codes)
        for lead, one in (unanswered or {}).items():
            if 0 <= lead - batch.start < batch.size:
                self.pass_on(batch, lead, one)
        self.unmatched.take(batch, codes, self.sorter.cases)
        for column in self._order:
            column.take(batch)
        if self.project.score is not None:
            self._tiers.take(batch)
        for key in self._key_columns:
            key.take(batch)
        for travel, chunks in zip(self.travels, self._travelled, strict=True):
            chunks.append(travelling(travel, batch))

    def first_rules(self) -> npt.NDArray[np.int32]:
        """For each lead taken in the first rule that holds, a position among ``rules``; -1 for none."""
        first = np.array([case.rules[0] if case.rules else -1 for case in self.sorter.cases], np.int32)
        return first[np.concatenate(self._cases)] if self._cases else np.zeros(0, np.int32)

    def paths(self) -> list[tuple[int, ...]]:
        """For each lead taken in the rules that may keep it, in order: the first that holds and those that it can be handed on to."""
        return [self.sorter.cases[code].rules for codes in self._cases for code in codes.tolist()]

    def alike(self) -> list[tuple[int, ...]]:
        """For each lead taken in what decides it where it is the only one: its case, and the numbers that travel with it."""
        cases = np.concatenate(self._cases) if self._cases else np.zeros(0, np.int32)
        travelled = [np.concatenate(chunks).tolist() for chunks in self._travelled if chunks]
        return list(zip(cases.tolist(), *travelled, strict=True))

    @cached_property
    def keys(self) -> tuple[SharedKey, ...]:
        """What leads are kept together by, once all are taken in."""
        return tuple(column.shared() for column in self._key_columns)

    def pass_on(self, batch: LeadBatch, lead: int, unanswered: Unanswered) -> None:
        """Let one lead of a block that was taken in (its position among all leads) stay with its rule, and go on to somebody else."""
        for codes, start in zip(self._cases, accumulate((len(codes) for codes in self._cases), initial=0), strict=False):
            if start == batch.start:
                codes[lead - start] = self.sorter.pass_on(batch, lead - start, unanswered)

    def served(self, wanted: Mask) -> npt.NDArray[np.int64]:
        """The positions of the wanted leads in the order in which they are served."""
        rows = np.flatnonzero(wanted)
        keys = [part[rows] for column in reversed(self._order) for part in column.ranks()]
        return rows[np.lexsort(keys)] if keys else rows

    def decide(self, wanted: Mask) -> Decisions:
        """Decide the wanted leads (a mask over all leads taken in); the others get verdict -1. Changes ``tally``.

        ``standings()`` afterwards is what to carry to the next batch.
        """
        size = len(wanted)
        ends = np.full(size, -1, np.int64)
        fits = array("q", [-1]) * size if PickKind.BEST_FIT in self._picks else array("q")
        desk, chains = self.open(fits)
        self._served = self.served(wanted)
        self.place(self._served, chains, ends)
        decisions = self._decisions(ends, fits, wanted.copy(), desk)
        self.tally.add_up(decisions, watched=desk.watched)
        return decisions

    def open(self, fits: MutableSequence[int], *, watched: bool = False) -> tuple[Desk, Chains]:
        """The desk at which the leads taken in are decided, and the maker of chains; ``fits`` has one entry per lead, or none.

        ``watched`` keeps loads and counts up lead by lead even where they decide nothing.
        """
        self.codes = np.concatenate(self._cases) if self._cases else np.zeros(0, np.int32)
        self._cases = [self.codes]
        travels = {
            travel: np.concatenate(chunks).tolist() if chunks else [] for travel, chunks in zip(self.travels, self._travelled, strict=True)
        }
        watched = watched or self.tally.limited or bool(self._picks - {PickKind.ROUND_ROBIN})
        desk = self.desk = Desk(self.project, self.tally, self.clock, travels, watched=watched)
        if self.project.keep_together is not None:
            self.keeper = Keeper(self.project.keep_together, self.keys, self.precedents, desk)
        return desk, Chains(desk, self.rules, fits)

    def standings(self) -> Standings:
        """Where everybody stands after the batch."""
        return self.tally.standings()

    def together(self) -> Together | None:
        """What later batches may share with this one, once it is decided; ``None`` where leads are not kept together."""
        if self.keeper is None:
            return None
        places = np.full(len(self.codes), -1, np.int64)
        places[self._served] = np.arange(len(self._served))
        return Together(self.keys, places, self.keeper.kept(), self.precedents)

    def weights(self) -> dict[str, dict[str, int]]:
        """By pool and rep id the weight in force, 0 for who is inactive or away: what the target shares are made of."""
        there = [presence(rep, Availability(), self.clock.now).reason is None for rep in self.project.reps]

        def counts(member: int, pool: Pool) -> bool:
            call = on_call(pool, member)
            return (
                there[member] if call is None else presence(self.project.reps[member], Availability(), self.clock.now, call).reason is None
            )

        here = {name: {self.tally.ids[one] for one in pool.members if counts(one, pool)} for name, pool in self.project.pools.items()}
        return {
            name: {rep: weight if rep in here[name] else 0 for rep, weight in self._weights(pool).items()}
            for name, pool in self.project.pools.items()
        }

    def _weights(self, pool: Pool) -> dict[str, int]:
        weights = self.tally.turns[pool.rotation].weights
        return {self.tally.ids[member]: weights[member] for member in pool.members}

    def place(self, served: npt.NDArray[np.int64], chains: Chains, ends: npt.NDArray[np.int64], *, stop: int | None = None) -> None:
        """The sequential heart: one lead after the other, each changing what the next one finds; ``ends`` gets how each one ended.

        ``stop``: so many of those served alone.
        """
        places = Places(len(self.sorter.cases))
        self.chains = places.chains
        # All at once and before the first lead: what is made together lies together in memory.
        for code in np.unique(self.codes[served]).tolist():
            places.add(code, chains.of(self.sorter.cases[code]))
        codes = self.codes
        if self.keeper is not None:
            freed = [self.rules[case.rules[0]].id if case.unanswered else freed_by(self.rules, case.rules) for case in self.sorter.cases]
            codes = self.keeper.divert(served, codes, freed, places)
        served = served[:stop]
        for start in range(0, len(served), STRETCH):
            stretch = served[start : start + STRETCH]
            ends[stretch] = hand_out(stretch.tolist(), codes[stretch].tolist(), places, chains.desk, chains.fits)

    def _decisions(self, ends: npt.NDArray[np.int64], fits: MutableSequence[int], fresh: Mask, desk: Desk) -> Decisions:
        """Spread the ends over columns; -1 is a lead that was not decided."""
        ways = desk.ends.ways.things
        nothing = np.broadcast_to(np.int64(-1), len(ends))
        whole = bool((ends >= 0).all())
        way = np.where(ends < 0, len(ways), ends >> (SIGNATURE_BITS + REP_BITS)).astype(np.int32)

        def column(name: str, missing: int, kind: type[Number]) -> npt.NDArray[Number]:
            values = [getattr(one, name) for one in ways]
            if whole and len(set(values)) == 1:
                return np.broadcast_to(kind(values[0]), len(ends))  # one number for all takes no memory
            return np.array([*values, missing], kind)[way]

        def part(bits: npt.NDArray[np.int64], none: int) -> npt.NDArray[np.int32]:
            found = (bits & none).astype(np.int32)
            found[found == none] = -1
            return found

        def travelled(name: str) -> npt.NDArray[np.int64]:
            numbers = column(name, 0, np.int64)
            if self.travels:
                numbers = numbers.copy()
                which = column(f"{name}_of", -1, np.int16)
                for number, travel in enumerate(self.travels):
                    rows = np.flatnonzero(which == number)
                    numbers[rows] = np.array(desk.travels[travel], np.int64)[rows]
            return numbers

        counted = column("counted", 0, np.bool_)
        return Decisions(
            verdicts=tuple(desk.ends.verdicts.things),
            reps=tuple(self.tally.ids),
            batches=(),
            signatures=tuple(tuple(self.tally.ids[rep] for rep in reps) for reps in desk.ends.signatures.things),
            places=tuple(desk.ends.places.things),
            tiers=self._tiers.names,
            weights={name: self._weights(pool) for name, pool in self.project.pools.items()},
            verdict=column("verdict", -1, np.int32),
            rep=part(ends, NOBODY),
            fit=np.where(column("fits", 0, np.bool_), np.array(fits, np.int64), -1) if fits else nothing,
            batch=np.broadcast_to(np.int32(-1), len(ends)),
            first=nothing,
            eligible=part(ends >> REP_BITS, NO_SIGNATURE),
            effort=travelled("effort"),
            cost=travelled("cost"),
            place=column("place", -1, np.int32),
            tier=self._tiers.column(len(ends)),
            counted=counted,
            fresh=fresh,
            measured={measure.key: self._amounts(measure, counted, desk) for measure in self.measures},
        )

    def _amounts(self, measure: Measure, counted: Mask, desk: Desk) -> npt.NDArray[np.int64]:
        """What each lead adds to a measure, in millionths; 0 where it does not count."""
        held = np.array([measure.when is None or id(measure.when) in case.terms for case in self.sorter.cases], np.bool_)
        travel = amount_of(measure)
        amounts = np.full(len(counted), MILLION, np.int64) if travel is None else np.array(desk.travels[travel], np.int64)
        return np.where(counted & held[self.codes], amounts, 0)


class _Tiers:
    """The score tier of each lead, for the record alone; empty where deciding reads neither score nor tier."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self._chunks: list[npt.NDArray[np.int16]] = []

    def take(self, batch: LeadBatch) -> None:
        """Note the tiers of a block's leads."""
        column = batch.columns.get("tier")
        if isinstance(column, CodedColumn):
            self.names = tuple(column.vocabulary.texts)
            self._chunks.append(column.codes.astype(np.int16))

    def column(self, size: int) -> npt.NDArray[np.int32]:
        """For each of ``size`` leads the number of its tier in ``names``, -1 for none."""
        if not self._chunks:
            return np.broadcast_to(np.int32(-1), size)
        return np.concatenate(self._chunks).astype(np.int32)


class _OrderColumn:
    """One key of the serving order, collected over the blocks: smallest first, missing last."""

    def __init__(self, key: OrderKey, project: Project) -> None:
        self._key = key
        self._tiers = [compared(name) for name, _ in project.score.tiers] if key.field == "tier" and project.score is not None else None
        self._chunks: list[npt.NDArray[Any]] = []
        self._missing: list[Mask] = []
        self._values: list[Value] | None = None

    def take(self, batch: LeadBatch) -> None:
        """Note the key of a block's leads."""
        column = batch.columns[self._key.field]
        if isinstance(column, NumberColumn):
            self._chunks.append(column.values)
            self._missing.append(column.missing)
        else:
            codes, self._values = distinct_values(column, None)
            self._chunks.append(codes)
            self._missing.append(codes < 0)

    def ranks(self) -> Iterator[npt.NDArray[Any]]:
        """Sort keys, the least significant first."""
        if not self._chunks:
            return
        numbers = np.concatenate(self._chunks)
        if self._values is not None:
            ranks = np.array([*self._ranks(self._values), 0], np.int64)
            numbers = ranks[numbers.astype(np.int64)]
        yield -numbers if self._key.descending else numbers
        yield np.concatenate(self._missing)

    def _ranks(self, values: list[Value]) -> list[int]:
        if self._tiers is not None:
            return [self._tiers.index(str(value)) for value in values]
        place = {value: rank for rank, value in enumerate(sorted(set(values), key=str))}
        return [place[value] for value in values]


def _travels(project: Project, rules: tuple[Rule, ...], added_up: Iterable[Measure]) -> list[Travel]:
    """The numbers that travel with leads: efforts of rules, costs of rotations, what limits add up; each once."""
    found = [effort for rule in rules if isinstance(effort := effort_of(rule.assign.effort), Travel)]
    found.extend(travel for rotation in project.rotations.values() if (travel := cost_travel(rotation)) is not None)
    found.extend(travel for measure in added_up if (travel := amount_of(measure)) is not None)
    return list(dict.fromkeys(found))


def _largest_effort(rules: tuple[Rule, ...]) -> int:
    fixed = [effort for rule in rules if isinstance(effort := effort_of(rule.assign.effort), int)]
    return max([MILLION, *fixed])


def _picks(project: Project) -> Iterator[Pick]:
    yield from (pool.pick for pool in project.pools.values())
    pool_steps = (step for pool in project.pools.values() for step in pool.otherwise)
    yield from (step.pick for step in (*pool_steps, *project.default) if step.pick is not None)
    for rule in project.rules:
        picks = (rule.assign.pick, *(step.pick for step in rule.assign.otherwise))
        yield from (pick for pick in picks if pick is not None)
