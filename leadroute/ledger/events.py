"""What changed standings and is no decision, into a ledger and out again. Imported only once a ledger is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from leadroute.ledger.frozen import state_of, state_text
from leadroute.ledger.tables import events
from leadroute.model.standings import EventKind, StandingEvent


def write(connection: Connection, batch: int, made: Iterable[StandingEvent]) -> None:
    """Note the events of batch number ``batch``, in their order."""
    first = int(connection.execute(select(func.max(events.c.number))).scalar() or 0) + 1
    rows = [
        {
            "number": number,
            "batch": batch,
            "at": event.at,
            "kind": event.kind.value,
            "rotation": event.rotation,
            "cell": event.cell,
            "rep": event.rep,
            "pool": event.pool,
            "turns": str(event.turns),
            "weight": str(event.weight),
            "effort": str(event.effort),
            "state": state_text(event),
            "why": event.why,
            "undone": 0,
        }
        for number, event in enumerate(made, first)
    ]
    if rows:
        connection.execute(insert(events), rows)


def of_kind(kind: EventKind) -> Select[Any]:
    """The query for the events of one kind that count, in their order."""
    return select(events).where(events.c.kind == kind.value, events.c.undone == 0).order_by(events.c.number)


def read(connection: Connection) -> Iterator[StandingEvent]:
    """All events that count, in the order in which they happened."""
    return map(_event, connection.execute(select(events).where(events.c.undone == 0).order_by(events.c.number)))


def _event(row: Row[Any]) -> StandingEvent:
    state, owed = state_of(row.state)
    return StandingEvent(
        kind=EventKind(row.kind),
        at=row.at,
        rotation=row.rotation,
        cell=row.cell,
        rep=row.rep,
        pool=row.pool,
        turns=int(row.turns),
        weight=int(row.weight),
        effort=int(row.effort),
        state=state,
        owed=owed,
        why=row.why,
    )
