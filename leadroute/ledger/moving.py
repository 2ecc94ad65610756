"""Turns that are given back, charged again or adjusted, in the standings. Imported only once a ledger is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from sqlalchemy import Connection, func, select

from leadroute.ledger.records import Turn
from leadroute.ledger.tables import events
from leadroute.model.frozen import frozen
from leadroute.model.rules import MILLION
from leadroute.model.standings import Absence, EventKind, Place, RotationStanding, StandingEvent
from leadroute.routing.turns import half_up


@frozen
class Move:
    """Turns (millionths) to be added to a rep's at one place; ``batch`` is the one that had charged them, ``None``: none had."""

    rotation: str
    cell: str | None
    rep: str
    turns: int
    batch: int | None = None


def moves(found: Iterable[Turn], sign: int) -> list[Move]:
    """Turns that were charged, charged again (1) or given back (-1)."""
    return [Move(turn.rotation, turn.cell, turn.rep, sign * turn.turns, turn.batch) for turn in found]


def move(
    connection: Connection, rotations: Mapping[str, RotationStanding], wanted: Iterable[Move], at: int, why: str
) -> list[StandingEvent]:
    """Change turns, and with them the levels that absences remember: as if they had been so all the time.

    A level that was remembered before the turns were charged does not hold them and stays as it is.

    Returns:
        One event for each absence that remembers another level now.
    """
    began: dict[tuple[str, str], int] | None = None
    amended: dict[tuple[str, str], Absence] = {}
    for one in wanted:
        standing = rotations.get(one.rotation)
        if standing is None or not one.turns:
            continue
        place = standing.cells.setdefault(one.cell, {}).setdefault(one.rep, Place(0, MILLION))
        place.turns += one.turns
        for rep, absence in standing.absent.items():
            level = absence.levels.get(one.cell, {}).get(one.rep)
            if level is None:
                continue
            if began is None:
                began = _began(connection)
            if one.batch is None or began.get((one.rotation, rep), 0) > one.batch:
                turns, weight = level
                # Rounded away from 0, so that what is taken off and put back leaves no trace.
                shift = half_up(Fraction(abs(one.turns) * weight, place.weight))
                absence.levels[one.cell][one.rep] = (turns + shift if one.turns > 0 else turns - shift, weight)
                amended[one.rotation, rep] = absence
    return [StandingEvent(EventKind.AMENDED, at, rotation, rep=rep, state=absence, why=why) for (rotation, rep), absence in amended.items()]


def _began(connection: Connection) -> dict[tuple[str, str], int]:
    """By rotation and rep the batch in which the newest absence began: a graver reason later on has no state of its own."""
    kinds = [EventKind.ABSENT.value, EventKind.LEFT.value]
    query = (
        select(events.c.rotation, events.c.rep, func.max(events.c.batch))
        .where(events.c.kind.in_(kinds), events.c.state.is_not(None), events.c.undone == 0)
        .group_by(events.c.rotation, events.c.rep)
    )
    return {(rotation, rep): batch for rotation, rep, batch in connection.execute(query)}
