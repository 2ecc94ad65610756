"""How far somebody has to be moved to be next."""

from __future__ import annotations

from collections.abc import Sequence

from leadroute.model.standings import Place


def foremost(place: Place, others: Sequence[Place], cost: int) -> int:
    """The turns (millionths, 0 or below) to add at a place so that it is next among the others, whatever the roster order.

    That is the case when it is due (at most the average level of the others) and has the smallest deadline of all.
    """
    if not others:
        return 0
    weight = place.weight
    due = sum(other.turns for other in others) * weight // sum(other.weight for other in others)
    first = min(-(-(other.turns + cost) * weight // other.weight) for other in others) - 1 - cost
    return min(0, min(due, first) - place.turns)
