"""Layout 2: what was done to the record, and where and why standings change, so that they can be rebuilt and charges given back.

Layout 1 did not note where a turn was charged. What its batches left behind is carried over as events without a batch: standings are as
they were, and can be rebuilt; a batch of layout 1 that is undone gives back limits and load, but no turns.
"""

from __future__ import annotations

import json
from typing import Any

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, Connection, Text, insert, text

from leadroute.ledger import tables

NEW = frozenset(tables.metadata.tables) - {
    *("meta", "batches", "starts", "reps", "verdicts", "signatures", "decisions", "charges", "figures", "rotations"),
}
"""What this layout adds. It is the present one: a later layout has to write these tables down here as they are now."""

WHY = "carried over from layout 1"


def upgrade(op: Operations) -> None:
    """Add what layout 2 adds, and carry standings over."""
    with op.batch_alter_table("batches") as batches:
        batches.add_column(Column("kind", Text, nullable=False, server_default="route"))
        batches.add_column(Column("why", Text, nullable=False, server_default=""))
        batches.add_column(Column("undoes", BigInteger, nullable=False, server_default="0"))
        batches.add_column(Column("wholly", BigInteger, nullable=False, server_default="0"))
    with op.batch_alter_table("verdicts") as verdicts:
        verdicts.add_column(Column("tier", Text))
    with op.batch_alter_table("decisions") as decisions:
        decisions.add_column(Column("place", BigInteger, nullable=False, server_default="-1"))
    connection = op.get_bind()
    for name in sorted(NEW):
        tables.metadata.tables[name].create(connection)
    _carry_over(connection)


def _carry_over(connection: Connection) -> None:
    at = int(connection.execute(text("SELECT coalesce(max(at), 0) FROM batches")).scalar_one())
    rows: list[dict[str, Any]] = []
    for rep, load, seen, batch in connection.execute(text("SELECT rep, load, seen, batch FROM figures ORDER BY rep")):
        rows.append(_event(batch, seen, "load_seen", rep=rep, effort=load))
    rotations = [
        (key, json.loads(standing))
        for key, standing in connection.execute(text("SELECT rotation, standing FROM rotations ORDER BY rotation"))
    ]
    for key, standing in rotations:
        for cell, places in standing["cells"]:
            for rep, (turns, weight) in sorted(places.items()):
                rows.append(_event(0, at, "opened", rotation=key, cell=cell, rep=rep, turns=str(turns), weight=str(weight)))
    for key, standing in rotations:
        for rep, absence in sorted(standing["absent"].items(), key=lambda item: (item[1][1], item[0])):
            state = json.dumps(absence, sort_keys=True, separators=(",", ":"))
            rows.append(_event(0, absence[1], "absent", rotation=key, rep=rep, state=state))
    if rows:
        connection.execute(insert(tables.events), [{**row, "number": number} for number, row in enumerate(rows, 1)])


def _event(batch: int, at: int, kind: str, **more: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("rotation", "cell", "rep", "pool", "state"))
    return {**nothing, "turns": "0", "weight": "0", "effort": "0", "batch": batch, "at": at, "kind": kind, "why": WHY, "undone": 0, **more}
