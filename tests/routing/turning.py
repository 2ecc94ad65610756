"""Rotations of a few reps for the tests of turns, driven by hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from leadroute.model.rules import MILLION, Rotation
from leadroute.model.standings import RotationStanding
from leadroute.routing.turns import Turns, due

NAMES = tuple("abcdefghijklmnopqrstuvwxyz")


def opened(
    weights: Sequence[int], standing: RotationStanding | None = None, *, members: Sequence[int] | None = None, names: Sequence[str] = NAMES
) -> Turns:
    """A rotation of reps ``a``, ``b`` … with weights in millionths."""
    turns = Turns(Rotation("r"), range(len(weights)) if members is None else members, weights, names[: len(weights)])
    turns.open(standing or RotationStanding(), 0)
    return turns


def take(turns: Turns, among: Sequence[int] | None = None, *, cost: int = MILLION, cell: str | None = None) -> int:
    """Hand out one lead among some reps (default: everybody in the rotation), and charge its turn."""
    left = list(turns.members if among is None else among)
    taken = turns.cell(cell)
    rep = due(left, taken, turns.weights, cost)
    taken[rep] += cost
    if turns.uneven:
        turns.deadlines[cell][rep] += cost * turns.factors[rep]
    return rep


def level(turns: Turns, rep: int, cell: str | None = None) -> Fraction:
    """What a rep has taken by weight."""
    return Fraction(turns.cell(cell)[rep], turns.weights[rep])


def run(weights: Sequence[int], costs: Sequence[int]) -> list[int]:
    """Who takes each of some leads, from equal levels."""
    turns = opened(weights)
    return [take(turns, cost=cost) for cost in costs]
