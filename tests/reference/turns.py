"""Turn orders: who is next (EEVDF, exact), joins, leavers, absence and return."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.reference.values import MILLIONTH, half_up, period


@dataclass(frozen=True)
class Policy:
    """What a rep who comes back finds: his place (`catch_up` False), or less than that to be made up."""

    catch_up: bool = False
    most: Fraction | None = None
    within: str | None = None
    every: int | None = None


KEEP_PLACE = Policy()


def policy(raw: Any) -> Policy:
    """`keep_place`, `catch_up` or `{catch_up: {max, within, every}}`."""
    if isinstance(raw, str):
        return Policy(raw == "catch_up")
    options = raw["catch_up"] or {}
    most, every = options.get("max"), options.get("every")
    return Policy(True, None if most is None else Fraction(most), options.get("within"), None if every is None else int(every))


def policies(raw: Any) -> Callable[[str], Policy]:
    """The policy for each reason of an absence: one for all, or one each; a reason that is not named keeps the place."""
    if raw is None:
        return lambda _: KEEP_PLACE
    if isinstance(raw, str) or "catch_up" in raw:
        return lambda _: policy(raw)
    kinds = {"hours": "hours", "limit": "limit"}
    return lambda reason: policy(raw[kind]) if (kind := kinds.get(reason, "leave")) in raw else KEEP_PLACE


@dataclass
class Absence:
    """What was there when somebody became absent: the reps, and their levels in each cell that was in use."""

    reason: str
    there: set[str]
    levels: dict[Any, dict[str, Fraction]]


@dataclass
class Debt:
    """What a rep who came back may make up: how far below his place he started, cell by cell, and until when."""

    policy: Policy
    since: datetime
    levels: dict[Any, Fraction]


@dataclass
class Rotation:
    """The turns of one rotation: one cell for each value of its `by`; `other` is the `else` of its cost."""

    other: Fraction = Fraction(1)
    debts: dict[str, Debt] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    turns: dict[Any, dict[str, Fraction]] = field(default_factory=dict)
    weights: dict[str, Fraction] = field(default_factory=dict)
    absent: dict[str, Absence] = field(default_factory=dict)

    def level(self, cell: Any, rep: str) -> Fraction:
        """Turns by weight; a weight of 0 counts as the last one that was not 0 (never any: 1)."""
        return self.turns[cell].get(rep, Fraction(0)) / self.weights.get(rep, Fraction(1))

    def start_batch(self, members: Mapping[str, Fraction], now: datetime) -> None:
        """Before a batch's first lead: weights rescaled, leavers marked absent, then joins."""
        for rep in sorted(self.known & set(members)):
            self.weigh(rep, members[rep])
        self.let_go(now)
        self.leave(dict.fromkeys(self.known - set(members), "left"))
        self.join({rep: weight for rep, weight in members.items() if rep not in self.known})

    def weigh(self, rep: str, weight: Fraction) -> None:
        """A changed weight rescales the turns, so that the level stays; a weight of 0 changes nothing."""
        if weight == 0:
            return
        before = self.weights.get(rep, Fraction(1))
        if weight != before:
            for turns in self.turns.values():
                if rep in turns:
                    turns[rep] = half_up(turns[rep] * weight / before, MILLIONTH)
        self.weights[rep] = weight

    def join(self, members: Mapping[str, Fraction]) -> None:
        """Who joins a cell in use starts at the lowest level of those not absent; all absent: at the highest."""
        starts = {}
        for cell in self.turns:
            present = [self.level(cell, rep) for rep in self.known if rep not in self.absent]
            everyone = [self.level(cell, rep) for rep in self.known]
            starts[cell] = min(present) if present else max(everyone, default=Fraction(0))
        for rep, weight in members.items():
            self.known.add(rep)
            if weight != 0:
                self.weights[rep] = weight
            for cell, start in starts.items():
                self.turns[cell][rep] = half_up(start * self.weights.get(rep, Fraction(1)), MILLIONTH)

    def use(self, cell: Any, members: Mapping[str, Fraction]) -> None:
        """The first use of the rotation, or of one value of its `by`: whoever is in it starts at 0."""
        for rep, weight in members.items():
            self.known.add(rep)
            if weight != 0:
                self.weights.setdefault(rep, weight)
        if cell not in self.turns:
            self.turns[cell] = dict.fromkeys(sorted(self.known), Fraction(0))

    def leave(self, reps: Mapping[str, str]) -> None:
        """Marks reps absent who were not: all of them first, then what each leaves behind is noted."""
        new = {rep for rep in reps if rep not in self.absent}
        for absence in self.absent.values():
            absence.there -= new
        there = self.known - set(self.absent) - new
        for rep in sorted(new):
            levels = {cell: {other: self.level(cell, other) for other in there} for cell in self.turns}
            self.absent[rep] = Absence(reps[rep], set(there), levels)

    def come_back(self, reps: Iterable[str], policies: Callable[[str], Policy], now: datetime) -> None:
        """Returns, each worked out from the state before all of them."""
        new = [rep for rep in reps if rep in self.absent]
        now_there = self.known - set(self.absent)
        raised = [(cell, rep, self.rise(cell, rep, now_there)) for cell in self.turns for rep in new]
        for cell, rep, rise in raised:
            policy, weight = policies(self.absent[rep].reason), self.weights.get(rep, Fraction(1))
            added = rise
            if policy.catch_up:
                added = Fraction(0) if policy.most is None else max(Fraction(0), rise - policy.most * self.other / weight)
                self.debts.setdefault(rep, Debt(policy, now, {})).levels[cell] = rise - added
            self.add(cell, rep, added)
        for rep in new:
            del self.absent[rep]

    def add(self, cell: Any, rep: str, levels: Fraction) -> None:
        """Raises a rep's level."""
        weight = self.weights.get(rep, Fraction(1))
        self.turns[cell][rep] = self.turns[cell].get(rep, Fraction(0)) + half_up(levels * weight, MILLIONTH)

    def behind(self, cell: Any, rep: str) -> Fraction:
        """What a rep who came back has not made up: how far below the lowest of the others there, at most what it was at first."""
        debt = self.debts.get(rep)
        others = [self.level(cell, other) for other in self.known - set(self.absent) - {rep}]
        if debt is None or not others:
            return Fraction(0)
        return min(debt.levels.get(cell, Fraction(0)), max(Fraction(0), min(others) - self.level(cell, rep)))

    def let_go(self, now: datetime) -> None:
        """Adds what was not made up in time."""
        over = [rep for rep, debt in self.debts.items() if debt.policy.within is not None and now - debt.since > period(debt.policy.within)]
        rest = [(cell, rep, self.behind(cell, rep)) for rep in over for cell in self.turns]
        for cell, rep, levels in rest:
            self.add(cell, rep, levels)
        for rep in over:
            del self.debts[rep]

    def paced(self, cell: Any, reps: Sequence[str], last: Sequence[str]) -> list[str]:
        """Of these, without those who catch up and took one of the pool's last leads, while somebody else is left."""
        left = [
            rep
            for rep in reps
            if not self.behind(cell, rep)
            or (every := self.debts[rep].policy.every) is None
            or rep not in last[len(last) - min(every - 1, len(last)) :]
        ]
        return left or list(reps)

    def rise(self, cell: Any, rep: str, now_there: set[str]) -> Fraction:
        """By how much a returning rep's level goes up in a cell, under `keep_place`."""
        absence = self.absent[rep]
        if absence.there:
            before = min(absence.levels.get(cell, {}).get(other, Fraction(0)) for other in absence.there)
            now = min(self.level(cell, other) for other in absence.there)
            return max(Fraction(0), now - before)
        if not now_there:
            return Fraction(0)
        return max(Fraction(0), min(self.level(cell, other) for other in now_there) - self.level(cell, rep))

    def next(self, cell: Any, reps: Sequence[str], weights: Mapping[str, Fraction], cost: Fraction) -> str:
        """Of these, in roster order: who is due and has the smallest deadline."""
        turns = self.turns[cell]
        level = sum((turns[rep] for rep in reps), Fraction(0)) / sum((weights[rep] for rep in reps), Fraction(0))
        due = [rep for rep in reps if turns[rep] / weights[rep] <= level]
        return min(due, key=lambda rep: (turns[rep] + cost) / weights[rep])

    def charge(self, cell: Any, rep: str, cost: Fraction) -> None:
        """Adds a turn."""
        self.turns[cell][rep] = self.turns[cell].get(rep, Fraction(0)) + cost
