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
# An absence that goes on for a graver reason has that one.
GRAVITY = {"limit": 0, "hours": 1, "leave": 2}


def kind(reason: str) -> str:
    """The kind of an absence: `limit`, `hours`, or `leave`, which is all else."""
    return reason if reason in GRAVITY else "leave"


def up(value: Fraction) -> Fraction:
    """The next whole millionth, upwards."""
    return -(-value // MILLIONTH) * MILLIONTH


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
    return lambda reason: policy(raw[kind(reason)]) if kind(reason) in raw else KEEP_PLACE


@dataclass
class Absence:
    """What was there when somebody became absent, and in which batch: the reps, and their levels in each cell that was in use."""

    batch: int
    reason: str
    there: set[str]
    levels: dict[Any, dict[str, Fraction]]


@dataclass
class Debt:
    """Turns that a return left to be made up, until when, and how often the rep may take a lead meanwhile."""

    turns: Fraction
    since: datetime
    within: str | None
    every: int


@dataclass
class Measure:
    """From where it is measured what is made up in a cell: everybody's turns then, and the lowest level to measure by."""

    turns: dict[str, Fraction]
    others: set[str]
    lowest: Fraction


@dataclass
class Rotation:
    """The turns of one rotation: one cell for each value of its `by`; `other` is the `else` of its cost."""

    other: Fraction = Fraction(1)
    batch: int = 0
    debts: dict[tuple[Any, str], list[Debt]] = field(default_factory=dict)
    made_up: dict[tuple[Any, str], Fraction] = field(default_factory=dict)
    measures: dict[Any, Measure] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    turns: dict[Any, dict[str, Fraction]] = field(default_factory=dict)
    weights: dict[str, Fraction] = field(default_factory=dict)
    absent: dict[str, Absence] = field(default_factory=dict)

    def level(self, cell: Any, rep: str) -> Fraction:
        """Turns by weight; a weight of 0 counts as the last one that was not 0 (never any: 1)."""
        return self.turns[cell].get(rep, Fraction(0)) / self.weights.get(rep, Fraction(1))

    def start_batch(self, members: Mapping[str, Fraction], now: datetime, batch: int = 0) -> None:
        """Before a batch's first lead: weights rescaled, what was not made up in time let go, leavers marked absent, then joins."""
        self.batch = batch
        self.settle()
        for rep in sorted(self.known & set(members)):
            self.weigh(rep, members[rep])
        self.let_go(now)
        self.leave(dict.fromkeys(self.known - set(members), "left"))
        self.join({rep: weight for rep, weight in members.items() if rep not in self.known})
        self.measure()

    def weigh(self, rep: str, weight: Fraction) -> None:
        """A changed weight rescales the turns, so that the level stays; a weight of 0 changes nothing."""
        if weight == 0:
            return
        before = self.weights.get(rep, Fraction(1))
        if weight != before:
            for turns in self.turns.values():
                if rep in turns:
                    turns[rep] = half_up(turns[rep] * weight / before, MILLIONTH)
            for key in [key for key in self.debts if key[1] == rep]:
                for debt in self.debts[key]:
                    debt.turns = half_up(debt.turns * weight / before, MILLIONTH)
                self.made_up[key] = half_up(self.made_up[key] * weight / before, MILLIONTH)
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
            self.measure()

    def change(self, away: Mapping[str, str], back: Iterable[str], policies: Callable[[str], Policy], now: datetime) -> None:
        """On one try of a pool: absences first, then returns; what was made up until then is taken off, and measured anew."""
        back = [rep for rep in back if rep in self.absent]
        if not back and all(rep in self.absent for rep in away):
            self.leave(away)
            return
        self.settle()
        self.leave(away)
        self.measure()
        self.come_back(back, policies, now)
        self.measure()

    def leave(self, reps: Mapping[str, str]) -> None:
        """Marks reps absent who were not: all of them first, then what each leaves behind is noted. A graver reason replaces another."""
        for rep in reps:
            if rep in self.absent and GRAVITY[kind(reps[rep])] > GRAVITY[kind(self.absent[rep].reason)]:
                self.absent[rep].reason = reps[rep]
        new = {rep for rep in reps if rep not in self.absent}
        for absence in self.absent.values():
            absence.there -= new
        there = self.known - set(self.absent) - new
        for rep in sorted(new):
            levels = {cell: {other: self.level(cell, other) for other in there} for cell in self.turns}
            self.absent[rep] = Absence(self.batch, reps[rep], set(there), levels)

    def come_back(self, reps: Iterable[str], policies: Callable[[str], Policy], now: datetime) -> None:
        """Returns, each worked out from the state before all of them."""
        new = [rep for rep in reps if rep in self.absent]
        now_there = self.known - set(self.absent)
        missed = [(cell, rep, self.missed(cell, rep, now_there)) for cell in self.turns for rep in new]
        for cell, rep, turns in missed:
            policy = policies(self.absent[rep].reason)
            if not policy.catch_up:
                self.turns[cell][rep] = self.turns[cell].get(rep, Fraction(0)) + turns
                continue
            owing, made_up = self.owing(cell, rep), self.made_up.get((cell, rep), Fraction(0))
            before = min(owing, owing - made_up)
            left = turns if policy.most is None else min(turns, max(Fraction(0), half_up(policy.most * self.other, MILLIONTH) - before))
            self.turns[cell][rep] = self.turns[cell].get(rep, Fraction(0)) + turns - left
            if self.measures[cell].others:
                # Who would be ahead of the others without it has less to make up, or nothing.
                level = up(self.lowest(cell) * self.weights.get(rep, Fraction(1)))
                left = min(left, max(Fraction(0), level - self.turns[cell][rep] - owing + made_up))
            if left:
                self.made_up.setdefault((cell, rep), Fraction(0))
                self.debts.setdefault((cell, rep), []).append(Debt(left, now, policy.within, policy.every or 1))
        for rep in new:
            del self.absent[rep]

    def missed(self, cell: Any, rep: str, now_there: set[str]) -> Fraction:
        """What `keep_place` adds to a returning rep's turns."""
        return half_up(self.rise(cell, rep, now_there) * self.weights.get(rep, Fraction(1)), MILLIONTH)

    # What is made up

    def owing(self, cell: Any, rep: str) -> Fraction:
        """The turns that returns left a rep to make up, whatever of them was made up."""
        return sum((debt.turns for debt in self.debts.get((cell, rep), [])), Fraction(0))

    def lowest(self, cell: Any) -> Fraction:
        """The lowest level now of those by whom it is measured."""
        return min((self.level(cell, rep) for rep in self.measures[cell].others), default=Fraction(0))

    def measure(self) -> None:
        """Measures anew from here, by those who are there and owe nothing."""
        for cell in self.turns:
            there = self.known - set(self.absent)
            others = {rep for rep in there if not self.owing(cell, rep)}
            self.measures[cell] = Measure(dict(self.turns[cell]), others, Fraction(0))
            self.measures[cell].lowest = self.lowest(cell)

    def paid(self, cell: Any, rep: str) -> Fraction:
        """What a rep has made up by now: the turns taken, less what the lowest of the others rose by; it may be below 0."""
        before, measure = self.made_up[cell, rep], self.measures[cell]
        if rep in self.absent or not measure.others:
            return before
        taken = self.turns[cell][rep] - measure.turns.get(rep, Fraction(0))
        rise = (self.lowest(cell) - measure.lowest) * self.weights.get(rep, Fraction(1))
        return before + half_up(taken - rise, MILLIONTH)

    def level_now(self, cell: Any, rep: str) -> bool:
        """Whether nothing is left to be made up."""
        return self.paid(cell, rep) >= self.owing(cell, rep)

    def settle(self) -> None:
        """Notes what was made up, and measures anew; who is level owes nothing any more."""
        found = {key: self.paid(*key) for key in self.debts}
        for key, paid in found.items():
            self.made_up[key] = paid
            if paid >= self.owing(*key):
                del self.debts[key], self.made_up[key]
        self.measure()

    def let_go(self, now: datetime) -> None:
        """Adds what was not made up in time; what was made up counts for the oldest first."""
        for (cell, rep), debts in list(self.debts.items()):
            spent = max(Fraction(0), self.made_up[cell, rep])
            for debt in list(debts):
                paid = min(debt.turns, spent)
                spent -= paid
                if debt.within is not None and now - debt.since > period(debt.within):
                    self.turns[cell][rep] += debt.turns - paid
                    self.made_up[cell, rep] -= paid
                    debts.remove(debt)
            if not debts:
                del self.debts[cell, rep], self.made_up[cell, rep]

    def paced(self, cell: Any, reps: Sequence[str], last: Sequence[str]) -> list[str]:
        """Of these, without those who catch up and took one of the pool's last leads, while somebody else is left."""
        if any(key[0] == cell and self.level_now(*key) for key in self.debts):
            self.settle()
        left = []
        for rep in reps:
            every = max((debt.every for debt in self.debts.get((cell, rep), [])), default=1)
            if rep not in last[max(0, len(last) - every + 1) :]:
                left.append(rep)
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

    def give_back(self, cell: Any, rep: str, levels: Fraction, batch: int) -> None:
        """Takes a turn off as if it had never been: what absences of later batches remember held it too."""
        self.turns[cell][rep] -= half_up(levels * self.weights.get(rep, Fraction(1)), MILLIONTH)
        for absence in self.absent.values():
            if absence.batch > batch and rep in absence.levels.get(cell, {}):
                absence.levels[cell][rep] -= levels

    def charge(self, cell: Any, rep: str, cost: Fraction) -> None:
        """Adds a turn."""
        self.turns[cell][rep] = self.turns[cell].get(rep, Fraction(0)) + cost
