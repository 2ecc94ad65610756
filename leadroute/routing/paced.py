"""Handing out leads in pools whose reps may catch up: who owes waits until enough leads of the pool have gone to others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from leadroute.routing.catchup import CatchingUp
from leadroute.routing.ends import NOBODY

if TYPE_CHECKING:
    from leadroute.routing.chain import PoolTry


def paced(tried: PoolTry, catching: CatchingUp, hand_out: Callable[[int], int]) -> Callable[[int], int]:
    """``PoolTry.attempt`` for a rotation in which somebody may catch up; ``hand_out`` is the one for when nobody does."""
    gate, cell = tried.gate, tried.cell
    ids, recent, debts = gate.turns.ids, catching.recent(tried.pool.name), catching.debts(cell)

    def attempt(lead: int) -> int:
        if gate.seen != gate.turns.version:
            gate.try_pool()
        end = among_others(lead) if debts else hand_out(lead)
        if end >= 0 and recent is not None:
            recent.append(ids[end & NOBODY])
        return end

    def among_others(lead: int) -> int:
        waiting = catching.waiting(cell, recent)
        for _, seats in tried.rungs:
            rep = seats.choose(lead, waiting)
            if rep >= 0:
                if seats.fits:
                    tried.fits[lead] = seats.last_fit
                return tried.taken.by(rep, seats, lead)
        return -1

    return attempt
