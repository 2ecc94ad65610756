"""Turn orders: who is due, who was absent, who joins.

Picking is earliest eligible virtual deadline first (EEVDF): I. Stoica and H. Abdel-Wahab, "Earliest Eligible Virtual Deadline First:
A Flexible and Accurate Mechanism for Proportional Share Resource Allocation", Old Dominion University TR-95-22, 1995.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm
from typing import TypeVar

from leadroute.model.rules import KEEP_PLACE, MILLION, Rotation
from leadroute.model.standings import Absence, Debt, EventKind, Owed, Place, RotationStanding, StandingEvent
from leadroute.routing.catchup import CatchingUp, rescaled, without_late

Key = str | None
Level = tuple[int, int]
Who = TypeVar("Who", int, str)
GRAVEST = ("limit", "hours", "leave", "left")
"""Reasons of absence; one that goes on for another reason counts as the graver of the two, the later here."""


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves upward."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


class Turns:
    """One rotation while a batch is decided, by positions in the roster.

    ``cells[key]`` holds the turns (millionths) of every rep in roster order, 0 for those who are not in the rotation; ``weights`` the
    weights in force (0: takes nothing here). ``version`` changes whenever somebody's absence or room may have changed.
    ``deadlines[key]`` holds ``(turns + cost) * factor`` of every rep, kept up with the turns: whose is smallest is found in one look,
    and is next whenever they are due. It is there where weights differ and the cost is fixed (``uneven``). ``catching`` is who makes up
    turns after a return, ``None`` where no policy lets anybody, and nobody still does. ``events`` are what happened in this batch besides
    turns that were charged.
    """

    def __init__(self, rotation: Rotation, members: Sequence[int], weights: Sequence[int], ids: Sequence[str]) -> None:
        self.rotation = rotation
        self.members = tuple(members)
        self.weights = list(weights)
        self.cells: dict[Key, list[int]] = {}
        self.version = 0
        # With ``whole`` the least common multiple of the weights in lowest terms, ``turns * factor`` compares as ``turns / weight`` does.
        divisor = gcd(*weights) or 1
        self.reduced = [weight // divisor for weight in weights]
        self.whole = lcm(*{self.reduced[member] for member in members if weights[member]})
        self.factors = [self.whole // weight if weight and self.whole % weight == 0 else 0 for weight in self.reduced]
        self.uneven = rotation.cost_of is None and len({weights[member] for member in members if weights[member]}) > 1
        self.deadlines: dict[Key, list[int]] = {}
        self.ids = ids
        self.catching: CatchingUp | None = None
        self.events: list[StandingEvent] = []
        self._now = 0
        self._scales: dict[Key, list[int]] = {}
        self._absent: dict[int, _Away] = {}
        self._gone: dict[str, Absence] = {}
        self._gone_places: dict[Key, dict[str, Place]] = {}

    def open(self, standing: RotationStanding, now: int) -> None:
        """Take over where the last batch left off: rescale changed weights, mark who left as absent, let newcomers join."""
        self._now = now
        at = {self.ids[member]: member for member in self.members}
        placed: dict[Key, set[int]] = {}
        if self.rotation.absence != KEEP_PLACE or standing.owed:
            self.catching = CatchingUp(self, standing.recent)
        for key, places in standing.cells.items():
            self._new_cell(key)
            placed[key] = set()
            owed = standing.owed.get(key, {})
            for rep, place in places.items():
                member = at.get(rep)
                if rep in owed:
                    place = self._let_go(key, rep, member, place, owed[rep])  # noqa: PLW2901 - where it stands by now
                if member is None:
                    self._gone_places.setdefault(key, {})[rep] = place
                else:
                    placed[key].add(member)
                    self._place(key, member, place)
        known = {rep for places in standing.cells.values() for rep in places}
        for rep, absence in standing.absent.items():
            self._remember(rep, absence, at)
        leavers = [rep for rep in sorted(known) if rep not in at and rep not in standing.absent]
        self._forget(leavers)
        for rep in leavers:
            levels = {
                key: {self.ids[member]: level for member, level in self._levels(key).items() if member in placed[key]} for key in self.cells
            }
            gone = self._gone[rep] = Absence("left", now, levels)
            self._note(EventKind.LEFT, rep, state=_copy(gone), why="left")
        for key, cell in self.cells.items():
            self._join(key, cell, placed[key])
            self._line_up(key)
        if self.catching is not None:
            self.catching.measure_all()

    def close(self) -> RotationStanding:
        """The standing to carry to the next batch."""
        standing = RotationStanding()
        for key, cell in self.cells.items():
            places = {self.ids[member]: Place(cell[member], self._scales[key][member]) for member in self.members}
            places.update(self._gone_places.get(key, {}))
            standing.cells[key] = places
        for member, away in self._absent.items():
            standing.absent[self.ids[member]] = self._absence(away)
        standing.absent.update(self._gone)
        if self.catching is not None:
            self.catching.settle()
            for key, rep, debt in self.catching.untold():
                self._note(EventKind.CAUGHT_UP, rep, key, owed=debt)
            standing.owed = self.catching.owed()
            standing.recent = self.catching.last_takers()
        return standing

    def cell(self, key: Key) -> list[int]:
        """The turns of one ``by`` value; everybody starts at 0 when it is first used."""
        found = self.cells.get(key)
        if found is None:
            found = self._new_cell(key)
            self._line_up(key)
            for member in self.members:
                self._note(EventKind.OPENED, self.ids[member], key, weight=self._scales[key][member])
            levels = self._levels(key)
            for away in self._absent.values():
                away.levels[key] = _of_same(away.levels, levels)
            named = {self.ids[member]: level for member, level in levels.items()}
            for absence in self._gone.values():
                absence.levels[key] = _of_same(absence.levels, named)
            if self.catching is not None:
                self.catching.measure(key)
        return found

    def there(self, member: int) -> bool:
        """Whether a member is not absent."""
        return member not in self._absent

    def settle(self, failing: Iterable[int], passing: Iterable[int], now: int, reason: Mapping[int, str]) -> None:
        """A pool is tried: who fails is absent from now on, and who passes and was absent returns.

        All absences are noted first; returns are then worked out from the state before any of them.
        """
        absent, catching = self._absent, self.catching
        fresh = []
        for member in failing:
            away = absent.get(member)
            if away is None:
                fresh.append(member)
            elif (why := reason.get(member, "")) != away.reason and _gravity(why) > _gravity(away.reason):
                away.reason = why
                self._note(EventKind.ABSENT, self.ids[member], why=why)
        back = [member for member in passing if member in absent]
        if not fresh and not back:
            return
        if catching is not None:
            catching.settle()
        if fresh:
            self._forget_members(fresh)
            for member in fresh:
                absent[member] = _Away(reason.get(member, ""), now)
            for member in fresh:
                absent[member].levels = {key: self._levels(key) for key in self.cells}
                self._note(EventKind.ABSENT, self.ids[member], state=self._absence(absent[member]), why=absent[member].reason)
        if catching is not None:
            catching.measure_all()
        returns = [(key, member, *self._return(key, member, now)) for member in back for key in self.cells]
        reasons = {member: absent.pop(member).reason for member in back}
        told = set()
        for key, member, turns, owed in returns:
            self.cells[key][member] += turns
            if self.uneven:
                self.deadlines[key][member] += turns * self.factors[member]
            debt = catching.owe(key, member, owed) if catching is not None and owed is not None else None
            if turns or debt:
                told.add(member)
                self._note(EventKind.RETURNED, self.ids[member], key, turns=turns, owed=debt, why=reasons[member])
        for member in back:
            if member not in told:
                self._note(EventKind.RETURNED, self.ids[member], next(iter(self.cells), None), why=reasons[member])
        if catching is not None:
            catching.measure_all()
        self.version += 1

    def _absence(self, away: _Away) -> Absence:
        levels = {key: {self.ids[other]: level for other, level in seen.items()} for key, seen in away.levels.items()}
        return Absence(away.reason, away.since, levels)

    def _note(
        self,
        kind: EventKind,
        rep: str,
        cell: Key = None,
        *,
        turns: int = 0,
        weight: int = 0,
        state: Absence | None = None,
        owed: Debt | None = None,
        why: str = "",
    ) -> None:
        """Note an event of this batch."""
        key = self.rotation.key
        event = StandingEvent(kind, self._now, key, cell, rep, turns=turns, weight=weight, state=state, owed=owed, why=why)
        self.events.append(event)

    def _return(self, key: Key, member: int, now: int) -> tuple[int, Owed | None]:
        """How many turns a returning rep gets added, and what is left to be made up."""
        missed = self._missed(key, member)
        policy = self.rotation.absence.after(self._absent[member].reason)
        if self.catching is None or policy is None:
            return missed, None
        return self.catching.split(key, member, missed, policy, now)

    def _missed(self, key: Key, member: int) -> int:
        """How many turns a returning rep has missed: with these added, nothing is made up (``keep_place``)."""
        cell, scales = self.cells[key], self._scales[key]
        own = Fraction(cell[member], scales[member])
        throughout = self._absent[member].levels.get(key)
        if throughout:
            before = min(Fraction(*level) for level in throughout.values())
            after = min(Fraction(cell[other], scales[other]) for other in throughout)
            return half_up(max(Fraction(0), after - before) * scales[member])
        others = [Fraction(cell[other], scales[other]) for other in self.members if other not in self._absent]
        if not others:
            return 0
        return half_up(max(Fraction(0), min(others) - own) * scales[member])

    def _new_cell(self, key: Key) -> list[int]:
        self.cells[key] = [0] * len(self.ids)
        self._scales[key] = [weight or MILLION for weight in self.weights]
        return self.cells[key]

    def _line_up(self, key: Key) -> None:
        if self.uneven:
            cost = self.rotation.cost
            self.deadlines[key] = [(turns + cost) * factor for turns, factor in zip(self.cells[key], self.factors, strict=True)]

    def _place(self, key: Key, member: int, place: Place) -> None:
        """Put a rep where it stood, its turns rescaled when its weight has changed so that the level stays."""
        weight = self.weights[member]
        if weight in (0, place.weight):
            self.cells[key][member], self._scales[key][member] = place.turns, place.weight
        else:
            self.cells[key][member] = turns = half_up(Fraction(place.turns * weight, place.weight))
            self._scales[key][member] = weight
            self._note(EventKind.REWEIGHTED, self.ids[member], key, turns=turns - place.turns, weight=weight)

    def _let_go(self, key: Key, rep: str, member: int | None, place: Place, owed: Debt) -> Place:
        """Take over what a rep has to make up; what was not made up in time is added to the place. A new weight rescales the rest, too."""
        late, debt = without_late(owed, self._now)
        if debt != owed:
            self._note(EventKind.EXPIRED, rep, key, turns=late, owed=debt)
            place = replace(place, turns=place.turns + late)
        weight = place.weight if member is None else self.weights[member] or place.weight
        if debt.parts and self.catching is not None:
            self.catching.take_over(key, rep, member, debt, rescaled(debt, weight, place.weight))
        return place

    def _join(self, key: Key, cell: list[int], placed: set[int]) -> None:
        """Newcomers start at the lowest level of those who are there; at the highest when all are absent."""
        scales = self._scales[key]
        # Who was away when this value was first used is no newcomer: they start at 0 as the others did, and the return raises them.
        for member in self.members:
            if member not in placed and member in self._absent:
                self._note(EventKind.JOINED, self.ids[member], key, weight=scales[member], why="first used meanwhile")
        newcomers = [member for member in self.members if member not in placed and member not in self._absent]
        if not newcomers:
            return
        there = [Fraction(cell[member], scales[member]) for member in placed if member not in self._absent]
        absent = [Fraction(cell[member], scales[member]) for member in placed if member in self._absent]
        absent.extend(Fraction(place.turns, place.weight) for place in self._gone_places.get(key, {}).values())
        start = min(there) if there else max(absent, default=Fraction(0))
        for member in newcomers:
            cell[member] = half_up(start * scales[member])
            self._note(EventKind.JOINED, self.ids[member], key, turns=cell[member], weight=scales[member])

    def _levels(self, key: Key) -> dict[int, Level]:
        """The level of everybody who is there now."""
        cell, scales = self.cells[key], self._scales[key]
        return {member: (cell[member], scales[member]) for member in self.members if member not in self._absent}

    def _remember(self, rep: str, absence: Absence, at: Mapping[str, int]) -> None:
        """Take over an absence of an earlier batch."""
        member = at.get(rep)
        if member is None:
            self._gone[rep] = _copy(absence)
            return
        away = self._absent[member] = _Away(absence.reason, absence.since)
        for key, levels in absence.levels.items():
            away.levels[key] = {at[other]: level for other, level in levels.items() if other in at}

    def _forget(self, leavers: Sequence[str]) -> None:
        """Who has left was not there throughout any absence."""
        for absence in self._gone.values():
            for levels in absence.levels.values():
                for rep in leavers:
                    levels.pop(rep, None)

    def _forget_members(self, fresh: Sequence[int]) -> None:
        """Who goes absent now was not there throughout any other absence."""
        for away in self._absent.values():
            for levels in away.levels.values():
                for member in fresh:
                    levels.pop(member, None)
        self._forget([self.ids[member] for member in fresh])


class _Away:
    """An absence by positions: ``levels`` as in ``Absence``."""

    __slots__ = ("levels", "reason", "since")

    def __init__(self, reason: str, since: int) -> None:
        self.reason = reason
        self.since = since
        self.levels: dict[Key, dict[int, Level]] = {}


def _copy(absence: Absence) -> Absence:
    return Absence(absence.reason, absence.since, {key: dict(levels) for key, levels in absence.levels.items()})


def _gravity(reason: str) -> int:
    return GRAVEST.index(reason) if reason in GRAVEST else -1


def _of_same(levels: Mapping[Key, Mapping[Who, Level]], now: Mapping[Who, Level]) -> dict[Who, Level]:
    """The levels now of those whose levels were noted for other ``by`` values: everybody who was there throughout an absence."""
    throughout = next(iter(levels.values()), now)
    return {who: level for who, level in now.items() if who in throughout}


def scaled(weights: Sequence[int]) -> tuple[list[int], list[int], int]:
    """Weights in lowest terms, the multiplier that puts each rep's turns on one scale, and that scale.

    With ``L`` the least common multiple of the reduced weights, ``turns * (L // weight)`` compares as ``turns / weight`` does.
    """
    divisor = gcd(*weights) or 1
    reduced = [weight // divisor for weight in weights]
    whole = lcm(*reduced) if reduced else 1
    return reduced, [whole // weight for weight in reduced], whole


def due(left: Sequence[int], turns: Sequence[int], weights: Sequence[int], cost: int) -> int:
    """Whose turn it is among ``left`` (positions, in roster order), by EEVDF with exact comparison.

    ``turns`` and ``weights`` are indexed by position; weights are positive. Who has taken no more than the fair share is due
    (``turns / weight <= T / W``); of these the smallest ``(turns + cost) / weight`` is next, ties by roster order.
    """
    if len(left) == 1:
        return left[0]
    first = weights[left[0]]
    if all(weights[rep] == first for rep in left):
        return min(left, key=turns.__getitem__)
    reduced, factors, whole = scaled([weights[rep] for rep in left])
    limit = sum([turns[rep] for rep in left]) * whole // sum(reduced)
    best, found = -1, -1
    for rep, factor in zip(left, factors, strict=True):
        taken = turns[rep] * factor
        if taken <= limit:
            deadline = taken + cost * factor
            if found < 0 or deadline < best:
                best, found = deadline, rep
    return found
