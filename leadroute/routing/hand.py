"""Handing leads out one after the other: the sequential heart of a batch.

Here and only here the steps are written out over local names, for this is what runs once per lead: calls, look-ups and waits for
memory are most of its cost. What does not charge alike for every lead goes the long way round (``Chain.place``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableSequence

from leadroute.routing.chain import Chain, PoolTry
from leadroute.routing.charge import Charge
from leadroute.routing.desk import Desk
from leadroute.routing.seats import Seats

Move = tuple[Charge, Seats, int]
"""What leads of a case charge, who they are handed out among, and the part of their end that is the same for all (see ``ends``)."""


class Places:
    """How leads of each case are placed, by the case's number: by the case's move where they charge alike, else by ``ways``."""

    def __init__(self, size: int) -> None:
        self.chains: list[Chain | None] = [None] * size
        self.moves: list[Move | None] = [None] * size
        self.ways: list[Callable[[int], int]] = [_never] * size

    def add(self, case: int, chain: Chain) -> None:
        """Take in the chain of a case, its first try made."""
        self.chains[case], self.ways[case] = chain, chain.place
        tried = chain.first()
        if isinstance(tried, PoolTry) and tried.charge is not None:
            self.moves[case] = tried.charge, tried.first_seats(), tried.taken.base

    def divert(self, way: Callable[[int], int]) -> int:
        """A number for leads that are placed in another way than by their case."""
        self.moves.append(None)
        self.ways.append(way)
        return len(self.ways) - 1


def hand_out(leads: Iterable[int], cases: Iterable[int], places: Places, desk: Desk, fits: MutableSequence[int]) -> list[int]:
    """Place leads in this order, each changing what the next one finds; how each one ended (see ``ends``).

    ``cases`` has the case of each; ``fits[lead]`` is set when best_fit chose.
    """
    moves, ways = places.moves, places.ways
    tally, watched, largest = desk.tally, desk.watched, desk.tally.largest
    load, counted, ample, quota = tally.load, tally.counted, tally.ample, tally.quota
    found: list[int] = []
    for lead, case in zip(leads, cases, strict=True):
        move = moves[case]
        if move is None:
            found.append(ways[case](lead))
            continue
        charge, seats, base = move
        if charge.gate.seen != charge.rotation.version:
            charge.gate.try_pool()
        runners = seats.runners
        if not runners:
            found.append(ways[case](lead))
            continue
        turn, gather = charge.turn, seats.gather
        if gather is None:
            rep = runners[0]
        elif seats.plain:
            turns = gather(turn)
            rep = runners[turns.index(min(turns))]
        elif seats.uneven:
            deadlines = gather(charge.deadlines)
            rep = runners[deadlines.index(min(deadlines))]
            if turn[rep] * seats.whole > seats.taken * charge.weights[rep]:
                rep = seats.next_due()
            seats.taken += charge.cost  # of the turns that are known to be taken; others may have been through other lists
        else:
            rep = seats.pick(runners, lead)
        if seats.fits:
            fits[lead] = seats.known[rep] if seats.known else seats.fit(rep)
        signature = seats.signature
        if signature < 0:
            signature = seats.sign(desk.ends, lead)
        turn[rep] += charge.cost
        if charge.deadlines is not None:
            charge.deadlines[rep] += charge.steps[rep]
        if watched:
            effort, pool = charge.effort, charge.pool
            load[rep] = carried = load[rep] + effort
            counted[rep] = count = counted[rep] + 1
            scarce = carried > ample[rep] or count >= quota[rep]
            if pool.limited:
                pool.load[rep] += effort
                pool.counted[rep] += 1
                scarce = scarce or pool.load[rep] + largest > pool.open or pool.counted[rep] >= pool.quota[rep]
            if scarce:
                tally.recheck(rep)
        found.append(base + signature + rep)
    return found


def _never(lead: int) -> int:
    raise AssertionError(f"lead {lead} has no chain")
