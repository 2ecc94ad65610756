"""Everything that is worked out once for a batch and shared by all its cases: gates, candidate lists, who is named by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from leadroute.language.scalar import rep_holds, rep_value
from leadroute.model.clock import Clock
from leadroute.model.condition import Condition, LeadValues, Operand, Subject
from leadroute.model.fields import FieldType
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import MILLION, Availability, AvailabilityKind, Headroom, Match, Pick, Pool, Rotation, Scale, Term
from leadroute.people.available import ABSENCE, Presence, presence
from leadroute.people.working import on_call
from leadroute.routing.caps import Caps, amount_of, applying
from leadroute.routing.cases import Travel
from leadroute.routing.ends import Ends
from leadroute.routing.fulfil import Fulfilment, Reading
from leadroute.routing.seats import Fit, Seats
from leadroute.routing.tally import PoolTally, Tally
from leadroute.routing.targets import Directory
from leadroute.routing.turns import half_up

Thing = TypeVar("Thing")
Travels = Mapping[Travel, Sequence[int]]


class PoolGate:
    """A pool's availability gate under one availability: the same for every lead of a batch, except for limits."""

    def __init__(self, desk: Desk, pool: Pool, availability: Availability) -> None:
        self._desk = desk
        self.pool = pool
        self.availability = availability
        self.turns = desk.tally.turns[pool.rotation]
        self.reasons: dict[int, str] = {}
        self.starts: dict[int, int] = {}
        for member in pool.members:
            found = desk.presence(member, availability, pool)
            if found.reason is not None:
                self.reasons[member] = found.reason
            elif self.turns.weights[member] == 0:
                self.reasons[member] = "weight 0"
            else:
                self.starts[member] = found.start
        self.there = Fulfilment(tuple(self.starts), desk.project.reps, desk.clock, desk.reading)
        self.seen = -1

    def try_pool(self) -> None:
        """Note that the pool is tried: who fails now is absent, who was absent and passes returns. ``ignore`` notes nothing."""
        turns = self.turns
        if self.seen == turns.version:
            return
        if self.availability.kind is AvailabilityKind.IGNORE:
            self.seen = turns.version
            return
        tally = self._desk.tally
        own = None if turns.rotation.shared else tally.pools[self.pool.name]
        full = [member for member in self.starts if not tally.room(member, MILLION, own)]
        why = dict.fromkeys(full, "limit")
        why.update({member: ABSENCE.get(reason, "leave") for member, reason in self.reasons.items()})
        struck = set(full)
        passing = [member for member in self.starts if member not in struck]
        turns.settle([*self.reasons, *full], passing, tally.clock.now, why)
        self.seen = turns.version


class Desk:
    """What a batch is decided with.

    ``travels`` holds, for each number that travels with leads, its value per lead. ``watched`` says whether loads or counts can decide
    anything in this batch (a limit, a pick by load): where they cannot, nobody looks at them until the end.
    """

    def __init__(self, project: Project, tally: Tally, clock: Clock, travels: Travels, *, watched: bool = True) -> None:
        self.project = project
        self.tally = tally
        self.clock = clock
        self.ends = Ends()
        self.watched = watched
        self.directory = Directory(project)
        self.travels = travels
        for cap in tally.all_caps():
            travel = amount_of(cap.limit.measure)
            cap.amounts = None if travel is None else travels[travel]
        self._gates: dict[tuple[str, Availability], PoolGate] = {}
        self._seats: dict[tuple[object, ...], Seats] = {}
        self._presence: dict[tuple[int, Availability, str | None], Presence] = {}
        self._nobodys_turns = [0] * len(project.reps)
        self._single_weights = [MILLION] * len(project.reps)
        self._shared: dict[tuple[object, ...], Any] = {}
        self.reading = Reading()
        self._fits: dict[tuple[object, ...], Mapping[int, Fit]] = {}
        self._scales: dict[tuple[object, ...], Fraction] = {}
        self._term_shapes: dict[int, int] = {}
        self._term_numbers: dict[tuple[object, ...], int] = {}

    def same(self, key: tuple[object, ...], make: Callable[[], Thing]) -> Thing:
        """The one object for a key, a word and what it depends on: cases that differ in what changes nothing share their tries.

        What stands in a key by its ``id`` must live as long as the desk.
        """
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = make()
        thing: Thing = found
        return thing

    def presence(self, rep: int, availability: Availability, pool: Pool | None = None) -> Presence:
        """Whether a rep passes an availability now; ``pool`` is the one that is tried, whose shifts count."""
        call = None if pool is None else on_call(pool, rep)
        key = (rep, availability, None if pool is None or call is None else pool.name)
        found = self._presence.get(key)
        if found is None:
            found = self._presence[key] = presence(self.project.reps[rep], availability, self.clock.now, call)
        return found

    def backups(self, rep: int) -> Iterator[int]:
        """A rep's backup, then that one's, and so on."""
        seen = {rep}
        person = self.project.reps[rep].backup
        while person is not None and person not in seen:
            seen.add(person)
            yield person
            person = self.project.reps[person].backup

    def gate(self, pool: Pool, availability: Availability) -> PoolGate:
        """The pool's gate under an availability."""
        key = (pool.name, availability)
        found = self._gates.get(key)
        if found is None:
            found = self._gates[key] = PoolGate(self, pool, availability)
        return found

    def candidates(self, gate: PoolGate, rung: Condition | None, lead: LeadValues) -> tuple[int, ...]:
        """Who of a pool passes availability and fulfils a requirement of a lead, in roster order."""
        if rung is None:
            return gate.there.people
        return gate.there.in_order(rung, lead)

    def meets(self, rep: int, rung: Condition, lead: LeadValues) -> bool:
        """Whether a rep fulfils a requirement of a lead."""
        return rep_holds(rung, self.project.reps[rep], lead, self.clock)

    def pool_seats(
        self,
        gate: PoolGate,
        candidates: Sequence[int],
        pick: Pick,
        cell: str | None,
        effort: Travel | int,
        fits: Mapping[int, Fit] | None,
        held: frozenset[int] = frozenset(),
    ) -> Seats:
        """The list of a pool's candidates for one pick; the same list for everybody whose candidates are the same.

        ``held`` has the ``id`` of each condition of a limit that holds for the lead.
        """
        soonest = gate.availability.kind is AvailabilityKind.WITHIN
        # Fits are kept as long as the desk, one mapping for each way they come out: its ``id`` is cheaper than its fractions.
        caps = self.caps(candidates, self.tally.pools[gate.pool.name], held)
        within = gate.availability.within if soonest else None
        key = (gate.pool.name, tuple(candidates), pick, cell, effort, id(fits), within, _ids(caps))
        found = self._seats.get(key)
        if found is None:
            rotation = gate.turns.rotation
            travel = cost_travel(rotation)
            found = self._seats[key] = Seats(
                self.tally,
                self.tally.pools[gate.pool.name],
                candidates,
                pick=pick,
                turns=gate.turns.cell(cell),
                weights=gate.turns.weights,
                cost=rotation.cost,
                costs=None if travel is None else self.travels[travel],
                effort=None if isinstance(effort, Travel) else effort,
                efforts=self.travels[effort] if isinstance(effort, Travel) else (),
                starts=gate.starts if soonest else None,
                fits=fits,
                deadlines=gate.turns.deadlines.get(cell),
                caps=caps,
            )
        return found

    def single_seat(self, rep: int, effort: Travel | int, held: frozenset[int] = frozenset()) -> Seats:
        """The list of one named person; ``held`` as in ``pool_seats``."""
        caps = self.caps((rep,), None, held)
        key = (rep, effort, _ids(caps))
        found = self._seats.get(key)
        if found is None:
            found = self._seats[key] = Seats(
                self.tally,
                None,
                (rep,),
                pick=Pick(),
                turns=self._nobodys_turns,
                weights=self._single_weights,
                effort=None if isinstance(effort, Travel) else effort,
                efforts=self.travels[effort] if isinstance(effort, Travel) else (),
                caps=caps,
            )
        return found

    def caps(self, candidates: Sequence[int], pool: PoolTally | None, held: frozenset[int]) -> Caps:
        """The limits with a condition or a value that a lead counts in, by candidate: their own, and the pool's."""
        of_pool: Caps = {} if pool is None else pool.caps
        if not of_pool and not self.tally.caps:
            return {}
        found = {rep: applying((*self.tally.caps.get(rep, ()), *of_pool.get(rep, ())), held) for rep in candidates}
        return {rep: caps for rep, caps in found.items() if caps}

    def fits(self, gate: PoolGate, candidates: tuple[int, ...], terms: Sequence[Term], lead: LeadValues) -> Mapping[int, Fit]:
        """The fit of each candidate, ``sum(weight x value) / sum(weight)`` over the terms that apply; no term: 0.

        Worked out once for all leads that the terms cannot tell apart.
        """
        key = (gate.pool.name, candidates, tuple(self._term_key(term, lead) for term in terms))
        found = self._fits.get(key)
        if found is None:
            shares, headroom = self.same(("shares", *map(id, terms)), lambda: _shares(terms))
            still = dict.fromkeys(candidates, Fraction(0))
            for term, share in shares:
                if isinstance(term.value, Match):
                    added = dict.fromkeys(gate.there.who(term.value.condition, lead).intersection(candidates), share)
                elif isinstance(term.value, Scale):
                    added = {rep: self._scaled(rep, self._shape(term), term.value, share, lead) for rep in candidates}
                else:
                    continue
                for rep, value in added.items():
                    if value:
                        still[rep] = still[rep] + value if still[rep] else value
            found = self._fits[key] = {rep: Fit(value, headroom) for rep, value in still.items()}
        return found

    def _scaled(self, rep: int, shape: int, scale: Scale, share: Fraction, lead: LeadValues) -> Fraction:
        """``scale_value`` times its share in the fit, worked out once per rep, term and what it reads of a lead."""
        key = (rep, shape, share.numerator, share.denominator, None if scale.part_ref is None else lead.get(scale.part_ref))
        found = self._scales.get(key)
        if found is None:
            found = self._scales[key] = share * scale_value(scale, self.project.reps[rep], lead)
        return found

    def _shape(self, term: Term) -> int:
        """A number that two fit terms share when they say the same."""
        shape = self._term_shapes.get(id(term))
        if shape is None:
            form = (self.reading.shape(term.value.condition) if isinstance(term.value, Match) else term.value, term.weight)
            shape = self._term_shapes[id(term)] = self._term_numbers.setdefault(form, len(self._term_numbers))
        return shape

    def _term_key(self, term: Term, lead: LeadValues) -> tuple[object, ...]:
        """What makes two fit terms give the same for a lead."""
        shape, value = self._shape(term), term.value
        if isinstance(value, Match):
            return (shape, *self.reading.of(value.condition, lead))
        return (shape, None if not isinstance(value, Scale) or value.part_ref is None else lead.get(value.part_ref))

    def term_value(self, rep: int, term: Term, lead: LeadValues) -> Fraction:
        """One fit term's value for a rep, 0..1; ``headroom`` as of now."""
        person = self.project.reps[rep]
        value = term.value
        if isinstance(value, Match):
            return Fraction(int(rep_holds(value.condition, person, lead, self.clock)))
        if isinstance(value, Headroom):
            limit = person.limits.open
            if limit is None:
                return Fraction(1)
            return Fraction(0) if limit == 0 else 1 - min(Fraction(self.tally.load[rep], limit), Fraction(1))
        return scale_value(value, person, lead)


def _ids(caps: Caps) -> tuple[int, ...]:
    """What tells two mappings of caps apart; they live as long as the tally."""
    return tuple(id(cap) for of_rep in caps.values() for cap in of_rep)


def _shares(terms: Sequence[Term]) -> tuple[list[tuple[Term, Fraction]], Fraction]:
    """Each term with its share in the fit, and the share of all ``headroom``."""
    whole = sum((term.weight for term in terms), Fraction(0))
    shares = [(term, term.weight / whole) for term in terms] if whole else []
    return shares, sum((share for term, share in shares if isinstance(term.value, Headroom)), Fraction(0))


def scale_value(scale: Scale, rep: Rep, lead: LeadValues) -> Fraction:
    """``value / best`` within 0..1; 0 without a value."""
    found = rep_value(Subject(scale.attribute, FieldType.NUMBER, scale.part, scale.part_ref), rep, lead)
    if found is None or isinstance(found, str | tuple | Mapping) or scale.best == 0:
        return Fraction(0)
    return min(max(Fraction(repr(found)) / scale.best, Fraction(0)), Fraction(1))


def cost_travel(rotation: Rotation) -> Travel | None:
    """The number that travels with a lead as the cost of its turn, where a field gives it."""
    return None if rotation.cost_of is None else Travel(rotation.cost_of, rotation.cost, zero_counts=False)


def effort_of(operand: Operand | None) -> Travel | int:
    """A rule's effort: a number of millionths, or the number that travels with the lead; missing or negative is 1."""
    if operand is None:
        return MILLION
    if operand.ref is not None:
        return Travel(operand.ref, MILLION, zero_counts=True)
    value = operand.value
    exact = half_up(Fraction(operand.text if isinstance(value, str) else repr(value)) * MILLION)
    return exact if exact >= 0 else MILLION
