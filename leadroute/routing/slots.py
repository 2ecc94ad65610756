"""The few distinct ways in which leads of a run end, numbered, so that a lead costs one number."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from leadroute.model.decisions import Verdict

Thing = TypeVar("Thing", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Slot:
    """One way a lead can end: the verdict, the rep (a position, -1 for none), who was eligible (a signature), and what was charged.

    ``effort`` is the load charged and ``cost`` the turn, both in millionths; -1 stands for the number that travels with the lead, of
    which ``cost_of`` is the number (see ``Desk.travels``); 0 is nothing. ``fits`` says that best_fit chose.
    """

    verdict: int
    rep: int = -1
    signature: int = -1
    effort: int = 0
    effort_of: int = -1
    cost: int = 0
    cost_of: int = -1
    counted: bool = False
    fits: bool = False


class Numbered(Generic[Thing]):
    """Things numbered as they are met."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self._index: dict[Thing, int] = {}

    def number(self, thing: Thing) -> int:
        """The number of a thing, given out now if it is new."""
        found = self._index.get(thing)
        if found is None:
            found = self._index[thing] = len(self.things)
            self.things.append(thing)
        return found


class Slots:
    """All slots, verdicts and sets of eligible reps (positions, in roster order) of a run."""

    def __init__(self) -> None:
        self.slots: Numbered[Slot] = Numbered()
        self.verdicts: Numbered[Verdict] = Numbered()
        self.signatures: Numbered[tuple[int, ...]] = Numbered()
