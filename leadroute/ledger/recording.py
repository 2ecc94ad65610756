"""The list of batches: a run, or what a person did to the record. Imported only once a ledger is opened."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, func, insert, select

from leadroute.ledger.records import Action, Batch
from leadroute.ledger.tables import batches

ROUTE, REROUTE, UNDO, ADJUST, CLOSE, ANSWERED = "route", "reroute", "undo", "adjust", "close", "answered"
"""The kinds of batches."""
ACTIONS = (UNDO, ADJUST, CLOSE, ANSWERED)
"""Those that decide nothing."""


def add(
    connection: Connection,
    kind: str,
    action: Action,
    *,
    project_digest: str = "",
    input_digest: str = "",
    leads: int = 0,
    decided: int = 0,
    undoes: int = 0,
    wholly: bool = False,
) -> int:
    """Add a batch to the list; its number."""
    number = next_number(connection, batches.c.batch)
    connection.execute(
        insert(batches),
        {
            "batch": number,
            "name": action.name,
            "at": action.at,
            "committed_at": time.time_ns() // 1000,
            "project_digest": project_digest,
            "input_digest": input_digest,
            "leads": leads,
            "decided": decided,
            "kind": kind,
            "why": action.why,
            "undoes": undoes,
            "wholly": int(wholly),
        },
    )
    return number


def next_number(connection: Connection, number: Column[int]) -> int:
    """One more than the highest number given out; the write lock keeps it ours."""
    return int(connection.execute(select(func.max(number))).scalar() or 0) + 1


def listed(connection: Connection, name: str | None = None, *, within: ColumnElement[bool] | None = None) -> list[Batch]:
    """All batches in the order of their commits, those that a condition holds for, or the one of a name."""
    query = _query() if within is None else _query().where(within)
    if name is not None:
        query = query.where(batches.c.name == name)
    return [batch(row) for row in connection.execute(query.order_by(batches.c.batch))]


def newest_of(connection: Connection, lead_batches: Any) -> Batch | None:
    """The newest of the batches whose numbers a query gives."""
    row = connection.execute(_query().where(batches.c.batch.in_(lead_batches)).order_by(batches.c.batch.desc()).limit(1)).first()
    return None if row is None else batch(row)


def batch(row: Row[Any]) -> Batch:
    """A row of the list as a value."""
    return Batch(
        name=row.name,
        at=row.at,
        committed_at=row.committed_at,
        project_digest=row.project_digest,
        input_digest=row.input_digest,
        leads=row.leads,
        decided=row.decided,
        kind=row.kind,
        why=row.why,
        undoes=row.undoes_name,
        undone_by=row.undone_by,
    )


def _query() -> Select[Any]:
    target, undo = batches.alias("target"), batches.alias("undo_of")
    joined = batches.outerjoin(target, target.c.batch == batches.c.undoes).outerjoin(undo, undo.c.undoes == batches.c.batch)
    return select(batches, target.c.name.label("undoes_name"), undo.c.name.label("undone_by")).select_from(joined)
