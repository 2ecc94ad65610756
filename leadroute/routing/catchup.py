"""Who came back and still makes up turns: how many, for how long, and how often they may take a lead meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from leadroute.model.rules import MILLION, CatchUp
from leadroute.model.standings import NO_DEBT, Debt, Owed

if TYPE_CHECKING:
    from leadroute.routing.turns import Turns

Key = str | None


class CatchingUp:
    """One rotation's debts while a batch is decided.

    What a rep makes up is what they rise above the others: their own turns, less the rise of the lowest level among those who are there
    and owe nothing (``_others``). Whenever it changes who that is, the debts take note of what was made up so far, and it is measured
    anew from there (``settle``), so that nobody's coming or going counts as a rise. An absent rep makes nothing up, and neither does
    one beside whom everybody else is absent or owes, too.
    """

    def __init__(self, turns: Turns, recent: Mapping[str, Sequence[str]]) -> None:
        self._turns = turns
        self._debts: dict[Key, dict[int, Debt]] = {}
        self._owing: dict[Key, dict[int, int]] = {}
        self._gone: dict[Key, dict[str, Debt]] = {}
        self._others: dict[Key, list[int]] = {}
        self._floor: dict[Key, int] = {}
        self._told: dict[tuple[Key, str], Debt] = {}
        self._recent: dict[str, deque[str]] = {}
        self._before = recent
        self._widest = turns.rotation.absence.every

    def take_over(self, key: Key, rep: str, member: int | None, told: Debt, debt: Debt) -> None:
        """What an earlier batch left a rep to make up; ``member`` is ``None`` for one who is not in the rotation now.

        ``told`` is what the record says so far, ``debt`` with a new weight reckoned in.
        """
        self._told[key, rep] = told
        self._widest = max([self._widest, *(part.every for part in debt.parts)])
        if member is None:
            self._gone.setdefault(key, {})[rep] = debt
        elif debt.parts:
            self._of(key)[member] = debt

    def owing(self, key: Key) -> Mapping[int, int]:
        """Who is there and owes in a cell, with the turns that they had when it was measured last: always the same mapping."""
        return self._owing.setdefault(key, {})

    def debts(self, key: Key) -> Mapping[int, Debt]:
        """What everybody of a cell still makes up, the absent too: always the same mapping."""
        return self._of(key)

    def recent(self, pool: str) -> deque[str] | None:
        """Who took the pool's last leads; ``None`` where no policy asks."""
        if self._widest <= 1:
            return None
        found = self._recent.get(pool)
        if found is None:
            found = self._recent[pool] = deque(self._before.get(pool, ()), self._widest - 1)
        return found

    def waiting(self, key: Key, recent: deque[str] | None) -> Collection[int]:
        """Who is skipped: those who owe and took one of the pool's last ``every - 1`` leads. Who has become level owes no more.

        Whoever is absent by a limit, and has room for a small lead all the same, still owes.
        """
        owing, cell = self.owing(key), self._turns.cells[key]
        if any(cell[member] != own and self._made_up(key, member) >= self._debts[key][member].total for member, own in owing.items()):
            self.settle([key])
        debts = self.debts(key)
        if not recent or not debts:
            return ()
        newest, ids = list(recent), self._turns.ids
        every = {member: max(part.every for part in debt.parts) for member, debt in debts.items()}
        return {member for member in debts if every[member] > 1 and ids[member] in newest[1 - every[member] :]}

    def left(self, key: Key, member: int) -> int:
        """How many turns (millionths) a rep who is there still makes up in a cell."""
        return replace(self._debts[key][member], made_up=self._made_up(key, member)).left

    def settle(self, keys: Iterable[Key] | None = None) -> None:
        """Note in the debts what was made up, and measure anew from here, with those who are there now."""
        for key in self._turns.cells if keys is None else keys:
            debts = self._of(key)
            for member in self.owing(key):
                debt = replace(debts[member], made_up=self._made_up(key, member))
                if debt.left > 0:
                    debts[member] = debt
                else:
                    del debts[member]
            self.measure(key)

    def measure_all(self) -> None:
        """Measure from here in every cell."""
        for key in self._turns.cells:
            self.measure(key)

    def measure(self, key: Key) -> None:
        """Measure from here who makes up how much in a cell."""
        turns, cell = self._turns, self._turns.cells[key]
        there = [member for member in turns.members if turns.weights[member] and turns.there(member)]
        debts, owing = self._of(key), self._owing.setdefault(key, {})
        owing.clear()
        owing.update({member: cell[member] for member in there if member in debts})
        self._others[key] = [member for member in there if member not in debts]
        self._floor[key] = self._lowest(key)

    def split(self, key: Key, member: int, missed: int, policy: CatchUp, now: int) -> tuple[int, Owed | None]:
        """What a return adds of the turns that were missed, and what it leaves to be made up.

        Debts of earlier returns count towards ``most``, and nobody is left more than brings them level with the others: who is ahead of
        them has nothing to make up.
        """
        turns = self._turns
        before = self._of(key).get(member, NO_DEBT)
        left = missed
        if policy.most is not None:
            most = (2 * policy.most * turns.rotation.cost + MILLION) // (2 * MILLION)
            left = max(0, min(missed, most - before.left))
        raised = missed - left
        if self._others[key]:
            level = -(-self._lowest(key) // turns.factors[member])
            left = max(0, min(left, level - turns.cells[key][member] - raised - before.total + before.made_up))
        until = None if policy.within is None else now + policy.within
        return raised, Owed(left, until, policy.every) if left else None

    def owe(self, key: Key, member: int, owed: Owed) -> Debt:
        """Note what a return has left, and give all that the rep makes up now; :meth:`measure` has to follow."""
        before = self._of(key).get(member, NO_DEBT)
        parts = list(before.parts)
        if parts and (parts[-1].until, parts[-1].every) == (owed.until, owed.every):
            owed = replace(owed, turns=parts.pop().turns + owed.turns)
        debt = self._of(key)[member] = replace(before, parts=(*parts, owed))
        self._told[key, self._turns.ids[member]] = debt
        return debt

    def untold(self) -> list[tuple[Key, str, Debt]]:
        """What changed since it was last told, by cell and rep: what was made up, and what a new weight rescaled."""
        owed = self.owed()
        found = [(key, rep, owed.get(key, {}).get(rep, NO_DEBT)) for key, rep in self._told]
        changed = [one for one in found if one[2] != self._told[one[:2]]]
        self._told.update({(key, rep): debt for key, rep, debt in changed})
        return changed

    def owed(self) -> dict[Key, dict[str, Debt]]:
        """Everybody's debts by rep id, to be carried to the next batch."""
        found = {key: dict(gone) for key, gone in self._gone.items()}
        for key, debts in self._debts.items():
            found.setdefault(key, {}).update({self._turns.ids[member]: debt for member, debt in debts.items()})
        return {key: debts for key, debts in found.items() if debts}

    def last_takers(self) -> dict[str, tuple[str, ...]]:
        """Who took each pool's last leads, to be carried to the next batch."""
        kept = {**self._before, **self._recent}
        return {pool: tuple(reps)[1 - self._widest :] for pool, reps in kept.items() if reps} if self._widest > 1 else {}

    def _of(self, key: Key) -> dict[int, Debt]:
        """The debts of one cell by member, those of absent reps too."""
        return self._debts.setdefault(key, {})

    def _made_up(self, key: Key, member: int) -> int:
        """How many turns a rep who is there has made up by now."""
        made_up = self._debts[key][member].made_up
        if not self._others[key]:
            return made_up
        factor = self._turns.factors[member]
        own = self._turns.cells[key][member] - self._owing[key][member]
        return made_up + own + (2 * (self._floor[key] - self._lowest(key)) + factor) // (2 * factor)

    def _lowest(self, key: Key) -> int:
        """The lowest level of the others, as ``turns * factor``."""
        cell, factors = self._turns.cells[key], self._turns.factors
        return min((cell[other] * factors[other] for other in self._others[key]), default=0)


def without_late(debt: Debt, now: int) -> tuple[int, Debt]:
    """What was not made up of the parts whose time is over, and what goes on."""
    late, made_up, parts = 0, debt.made_up, []
    spent = max(0, debt.made_up)
    for part in debt.parts:
        paid = min(part.turns, spent)
        spent -= paid
        if part.until is not None and part.until < now:
            late += part.turns - paid
            made_up -= paid
        else:
            parts.append(part)
    return late, Debt(tuple(parts), made_up) if parts else NO_DEBT


def rescaled(debt: Debt, weight: int, before: int) -> Debt:
    """A debt at a new weight: the levels that it is worth stay."""
    if weight == before:
        return debt
    parts = tuple(replace(part, turns=_rescaled(part.turns, weight, before)) for part in debt.parts)
    return Debt(tuple(part for part in parts if part.turns), _rescaled(debt.made_up, weight, before))


def _rescaled(turns: int, weight: int, before: int) -> int:
    """Rounded half up."""
    return (2 * turns * weight + before) // (2 * before)
