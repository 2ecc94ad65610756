"""Who came back and still makes up turns: how many, for how long, and how often they may take a lead meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from leadroute.model.rules import MILLION, CatchUp
from leadroute.model.standings import Owed

if TYPE_CHECKING:
    from leadroute.routing.turns import Turns

Key = str | None


class Debt:
    """What one rep still makes up in one cell, the oldest first, as of a moment; ``own`` is how many turns the rep had taken then."""

    __slots__ = ("own", "parts", "total")

    def __init__(self, parts: Iterable[Owed], own: int) -> None:
        self.parts = tuple(parts)
        self.total = sum(part.turns for part in self.parts)
        self.own = own

    @property
    def every(self) -> int:
        """The strictest of the policies that are in force."""
        return max(part.every for part in self.parts)


class CatchingUp:
    """One rotation's debts while a batch is decided.

    What a rep makes up is what they rise above the others: their own turns, less the rise of the lowest level among those who are there
    and owe nothing (``_others``). Whenever it changes who that is, what was made up so far is taken off and measured anew from there
    (``settle``), so that nobody's coming or going counts as a rise. An absent rep makes nothing up, and neither does one whom
    everybody else is absent or owing beside.
    """

    def __init__(self, turns: Turns, recent: Mapping[str, Sequence[str]]) -> None:
        self._turns = turns
        self.debts: dict[Key, dict[int, Debt]] = {}
        self.active: dict[Key, dict[int, Debt]] = {}
        self._gone: dict[Key, dict[str, tuple[Owed, ...]]] = {}
        self._others: dict[Key, list[int]] = {}
        self._floor: dict[Key, int] = {}
        self._told: dict[tuple[Key, str], tuple[Owed, ...]] = {}
        self._recent: dict[str, deque[str]] = {}
        self._before = recent
        self._widest = turns.rotation.absence.every

    def take_over(self, key: Key, rep: str, member: int | None, told: tuple[Owed, ...], parts: tuple[Owed, ...]) -> None:
        """What an earlier batch left a rep to make up; ``member`` is ``None`` for one who is not in the rotation now.

        ``told`` is what the record says so far, ``parts`` with a new weight reckoned in.
        """
        self._told[key, rep] = told
        self._widest = max([self._widest, *(part.every for part in parts)])
        if member is None:
            self._gone.setdefault(key, {})[rep] = parts
        else:
            self.of(key).update({member: Debt(parts, 0)} if parts else {})

    def of(self, key: Key) -> dict[int, Debt]:
        """The debts of one cell by member, those of absent reps too."""
        return self.debts.setdefault(key, {})

    def owing(self, key: Key) -> dict[int, Debt]:
        """The debts of those who are there: always the same mapping for a cell."""
        return self.active.setdefault(key, {})

    def recent(self, pool: str) -> deque[str] | None:
        """Who took the pool's last leads; ``None`` where no policy asks."""
        if self._widest <= 1:
            return None
        found = self._recent.get(pool)
        if found is None:
            found = self._recent[pool] = deque(self._before.get(pool, ()), self._widest - 1)
        return found

    def waiting(self, key: Key, recent: deque[str] | None) -> Collection[int]:
        """Who is skipped: those who owe and took one of the pool's last ``every - 1`` leads. Who has become level owes no more."""
        owing = self.owing(key)
        level = [member for member, debt in owing.items() if self._turns.cells[key][member] != debt.own and self.left(key, member) == 0]
        if level:
            self.settle([key])
        if not recent or not owing:
            return ()
        newest, ids = list(recent), self._turns.ids
        return {member for member, debt in owing.items() if debt.every > 1 and ids[member] in newest[1 - debt.every :]}

    def left(self, key: Key, member: int) -> int:
        """How many turns (millionths) a rep who is there still makes up in a cell."""
        debt, others = self.active[key][member], self._others[key]
        if not others:
            return debt.total
        cell, factors = self._turns.cells[key], self._turns.factors
        rise = min(cell[other] * factors[other] for other in others) - self._floor[key]
        behind = (debt.total + debt.own - cell[member]) * factors[member] + rise
        return min(max(0, -(-behind // factors[member])), debt.total)

    def settle(self, keys: Iterable[Key] | None = None) -> None:
        """Take what was made up off the debts, and measure anew from here, with those who are there now."""
        for key in self._turns.cells if keys is None else keys:
            for member in list(self.owing(key)):
                self._pay(key, member, self.left(key, member))
            self.measure(key)

    def measure(self, key: Key) -> None:
        """Measure from here who makes up how much in a cell."""
        turns, cell = self._turns, self._turns.cells[key]
        active = self.owing(key)
        active.clear()
        for member, debt in self.of(key).items():
            debt.own = cell[member]
            if turns.weights[member] and turns.there(member):
                active[member] = debt
        others = [member for member in turns.members if turns.weights[member] and turns.there(member) and member not in active]
        self._others[key] = others
        self._floor[key] = min((cell[other] * turns.factors[other] for other in others), default=0)

    def measure_all(self) -> None:
        """Measure from here in every cell."""
        for key in self._turns.cells:
            self.measure(key)

    def split(self, key: Key, member: int, missed: int, policy: CatchUp, now: int) -> tuple[int, Owed | None]:
        """What a return adds of the turns that were missed, and what it leaves to be made up.

        Debts of earlier returns count towards ``most``, and nobody is left more than brings them level with the others: who is ahead of
        them has nothing to make up.
        """
        turns = self._turns
        before = self.of(key).get(member)
        owes = 0 if before is None else before.total
        most = missed if policy.most is None else (2 * policy.most * turns.rotation.cost + MILLION) // (2 * MILLION) - owes
        left = min(missed, max(0, most))
        raised = missed - left
        if self._others.get(key):
            cell, factors = turns.cells[key], turns.factors
            floor = min(cell[other] * factors[other] for other in self._others[key])
            left = min(left, max(0, -(-floor // factors[member]) - cell[member] - raised - owes))
        until = None if policy.within is None else now + policy.within
        return raised, Owed(left, until, policy.every) if left else None

    def owe(self, key: Key, member: int, owed: Owed) -> tuple[Owed, ...]:
        """Note what a return has left, and give all that the rep makes up now; :meth:`measure` has to follow."""
        debts = self.of(key)
        parts = (*debts[member].parts, owed) if member in debts else (owed,)
        debts[member] = Debt(parts, 0)
        self._told[key, self._turns.ids[member]] = parts
        return parts

    def untold(self) -> list[tuple[Key, str, tuple[Owed, ...]]]:
        """What changed since it was last told, by cell and rep: what was made up, and what a new weight rescaled."""
        owed = self.owed()
        found = []
        for (key, rep), told in self._told.items():
            parts = owed.get(key, {}).get(rep, ())
            if parts != told:
                found.append((key, rep, parts))
        self._told.update({(key, rep): parts for key, rep, parts in found})
        return found

    def owed(self) -> dict[Key, dict[str, tuple[Owed, ...]]]:
        """Everybody's debts by rep id, to be carried to the next batch."""
        found = {key: dict(gone) for key, gone in self._gone.items()}
        for key, debts in self.debts.items():
            found.setdefault(key, {}).update({self._turns.ids[member]: debt.parts for member, debt in debts.items()})
        return {key: debts for key, debts in found.items() if debts}

    def last_takers(self) -> dict[str, tuple[str, ...]]:
        """Who took each pool's last leads, to be carried to the next batch."""
        kept = {**self._before, **self._recent}
        return {pool: tuple(reps)[1 - self._widest :] for pool, reps in kept.items() if reps} if self._widest > 1 else {}

    def _pay(self, key: Key, member: int, left: int) -> None:
        """What was made up pays the oldest debt first."""
        debts = self.of(key)
        debt = debts[member]
        made_up, parts = debt.total - left, []
        for part in debt.parts:
            paid = min(part.turns, made_up)
            made_up -= paid
            if paid < part.turns:
                parts.append(replace(part, turns=part.turns - paid))
        if parts:
            debts[member] = Debt(parts, debt.own)
        else:
            del debts[member]
