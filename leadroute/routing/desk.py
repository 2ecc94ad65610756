"""Everything that is worked out once for a batch and shared by all its cases: gates, candidate lists, who is named by what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from leadroute.language.references import borrowed
from leadroute.language.scalar import rep_holds, rep_value
from leadroute.model.clock import Clock
from leadroute.model.condition import Condition, LeadValues, Operand, Subject
from leadroute.model.fields import FieldType
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import MILLION, Availability, AvailabilityKind, Headroom, Match, Pick, Pool, Rotation, Scale, Term
from leadroute.people.available import Presence, presence
from leadroute.routing.cases import Travel
from leadroute.routing.seats import Fit, Seats
from leadroute.routing.slots import Slots
from leadroute.routing.tally import Tally
from leadroute.routing.targets import Directory
from leadroute.routing.turns import half_up

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
            found = desk.presence(member, availability)
            if found.reason is not None:
                self.reasons[member] = found.reason
            elif self.turns.weights[member] == 0:
                self.reasons[member] = "weight 0"
            else:
                self.starts[member] = found.start
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
        why.update({member: "hours" if reason == "outside working hours" else "leave" for member, reason in self.reasons.items()})
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
        self.slots = Slots()
        self.watched = watched
        self.directory = Directory(project)
        self.travels = travels
        self._gates: dict[tuple[str, Availability], PoolGate] = {}
        self._seats: dict[tuple[object, ...], Seats] = {}
        self._presence: dict[tuple[int, Availability], Presence] = {}
        self._nobodys_turns = [0] * len(project.reps)
        self._single_weights = [MILLION] * len(project.reps)
        self._borrowed: dict[int, tuple[str, ...]] = {}
        self._candidates: dict[tuple[object, ...], tuple[int, ...]] = {}
        self._fits: dict[tuple[object, ...], Mapping[int, Fit]] = {}

    def presence(self, rep: int, availability: Availability) -> Presence:
        """Whether a rep passes an availability now."""
        key = (rep, availability)
        found = self._presence.get(key)
        if found is None:
            found = self._presence[key] = presence(self.project.reps[rep], availability, self.clock.now)
        return found

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
            return tuple(gate.starts)
        key = (id(gate), id(rung), self._read(rung, lead))
        found = self._candidates.get(key)
        if found is None:
            found = self._candidates[key] = tuple(rep for rep in gate.starts if self.meets(rep, rung, lead))
        return found

    def meets(self, rep: int, rung: Condition, lead: LeadValues) -> bool:
        """Whether a rep fulfils a requirement of a lead."""
        return rep_holds(rung, self.project.reps[rep], lead, self.clock)

    def _read(self, condition: Condition, lead: LeadValues) -> tuple[object, ...]:
        """What a condition over reps reads of a lead; conditions of a project live as long as the desk, so their ``id`` names them."""
        names = self._borrowed.get(id(condition))
        if names is None:
            names = self._borrowed[id(condition)] = tuple(sorted(borrowed(condition)))
        return tuple((type(value), value) for value in map(lead.get, names))

    def rotation(self, pool: Pool) -> Rotation:
        """The rotation in which a pool takes turns."""
        return self.project.rotations[pool.rotation]

    def pool_seats(
        self,
        gate: PoolGate,
        candidates: Sequence[int],
        pick: Pick,
        cell: str | None,
        effort: Travel | int,
        fits: Mapping[int, Fit] | None,
    ) -> Seats:
        """The list of a pool's candidates for one pick; the same list for everybody whose candidates are the same."""
        soonest = gate.availability.kind is AvailabilityKind.WITHIN
        fit_key = None if fits is None else tuple(fits[rep] for rep in candidates)
        key = (gate.pool.name, tuple(candidates), pick, cell, effort, fit_key, gate.availability.within if soonest else None)
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
            )
        return found

    def single_seat(self, rep: int, effort: Travel | int) -> Seats:
        """The list of one named person."""
        key = (rep, effort)
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
            )
        return found

    def fits(self, candidates: tuple[int, ...], terms: Sequence[Term], lead: LeadValues) -> Mapping[int, Fit]:
        """The fit of each candidate; worked out once for all leads that the terms cannot tell apart."""
        key = (candidates, tuple(map(id, terms)), tuple(self._term_reads(term, lead) for term in terms))
        found = self._fits.get(key)
        if found is None:
            found = self._fits[key] = {rep: self.fit(rep, terms, lead) for rep in candidates}
        return found

    def fit(self, rep: int, terms: Sequence[Term], lead: LeadValues) -> Fit:
        """A rep's fit over the terms that apply: ``sum(weight x value) / sum(weight)``; no term: 0."""
        whole = sum((term.weight for term in terms), Fraction(0))
        if whole == 0:
            return Fit(Fraction(0), Fraction(0))
        still = sum((term.weight * self.term_value(rep, term, lead) for term in terms if not isinstance(term.value, Headroom)), Fraction(0))
        headroom = sum((term.weight for term in terms if isinstance(term.value, Headroom)), Fraction(0))
        return Fit(still / whole, headroom / whole)

    def _term_reads(self, term: Term, lead: LeadValues) -> tuple[object, ...]:
        """What a fit term reads of a lead."""
        if isinstance(term.value, Match):
            return self._read(term.value.condition, lead)
        if isinstance(term.value, Scale) and term.value.part_ref is not None:
            return (lead.get(term.value.part_ref),)
        return ()

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
