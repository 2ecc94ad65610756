"""How leads end, as one number each: which way, who was eligible, and who took it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from leadroute.model.decisions import Verdict
from leadroute.model.frozen import frozen

Thing = TypeVar("Thing", bound=Hashable)

REP_BITS = 20
SIGNATURE_BITS = 24
WAY_BITS = 19
NOBODY = (1 << REP_BITS) - 1
NO_SIGNATURE = (1 << SIGNATURE_BITS) - 1
"""An end is ``way << 44 | signature << 20 | rep``, which fits 63 bits: nothing is looked up to make one, and columns are shifted out
of it. ``rep`` is a position in the roster, or ``NOBODY``; ``signature`` numbers a set of eligible reps, or is ``NO_SIGNATURE``."""


@frozen
class Way:
    """What leads that end alike have in common: the verdict, and what they charge.

    ``effort`` is the load charged and ``cost`` the turn, both in millionths; -1 stands for the number that travels with the lead, of
    which ``effort_of`` and ``cost_of`` are the places in ``Desk.travels``; 0 is nothing. ``place`` numbers the rotation and cell in which
    the turn is charged, -1 for none. ``fits`` says that best_fit chose.
    """

    verdict: int
    effort: int = 0
    effort_of: int = -1
    cost: int = 0
    cost_of: int = -1
    place: int = -1
    counted: bool = False
    fits: bool = False


class Numbered(Generic[Thing]):
    """Things numbered as they are met, from 0 to below ``2 ** bits``."""

    def __init__(self, bits: int) -> None:
        self.things: list[Thing] = []
        self._most = (1 << bits) - 1
        self._index: dict[Thing, int] = {}

    def number(self, thing: Thing) -> int:
        """The number of a thing, given out now if it is new."""
        found = self._index.get(thing)
        if found is None:
            found = self._index[thing] = len(self.things)
            if found >= self._most:
                raise OverflowError(f"a batch has more than {self._most:,} different ends; split the file")
            self.things.append(thing)
        return found


class Ends:
    """All ways, verdicts, places of turns (rotation, cell) and sets of eligible reps (positions, in roster order) of a run."""

    def __init__(self) -> None:
        self.ways: Numbered[Way] = Numbered(WAY_BITS)
        self.verdicts: Numbered[Verdict] = Numbered(WAY_BITS)
        self.places: Numbered[tuple[str, str | None]] = Numbered(WAY_BITS)
        self.signatures: Numbered[tuple[int, ...]] = Numbered(SIGNATURE_BITS)

    def base(self, way: Way) -> int:
        """The part of an end that its way makes."""
        return self.ways.number(way) << (SIGNATURE_BITS + REP_BITS)

    def way(self, end: int) -> Way:
        """The way of an end."""
        return self.ways.things[end >> (SIGNATURE_BITS + REP_BITS)]

    def verdict(self, end: int) -> Verdict:
        """The verdict of an end."""
        return self.verdicts.things[self.way(end).verdict]

    @staticmethod
    def rep(end: int) -> int:
        """The position of the rep who took it, -1 for none."""
        found = end & NOBODY
        return -1 if found == NOBODY else found
