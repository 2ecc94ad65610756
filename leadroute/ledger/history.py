"""Everything that became of one lead. Imported only once a ledger is opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, Table, literal_column, select

from leadroute.ledger import lookup
from leadroute.ledger.records import Chapter, Happened
from leadroute.ledger.tables import answers, batches, decisions, follows, places, reps, returns, signatures, undone, verdicts


def history(connection: Connection, lead: str) -> list[Chapter]:
    """What became of a lead (its trimmed id), the oldest first; empty when the ledger does not know it."""
    found = [*_decided(connection, lead), *_returned(connection, lead), *_answered(connection, lead)]
    return [chapter for _, _, chapter in sorted(found, key=lambda one: one[:2])]


def _decided(connection: Connection, lead: str) -> Iterator[tuple[int, int, Chapter]]:
    for table in (decisions, undone):
        for row in connection.execute(_decisions(table).where(table.c.lead == lead)):
            followed = connection.execute(select(follows).where(follows.c.lead == lead, follows.c.batch == row.batch)).first()
            yield (
                row.batch,
                0,
                Chapter(
                    batch=row.name,
                    at=row.at,
                    what=Happened.DECIDED,
                    decision=lookup.decision(row),
                    tier=row.tier,
                    eligible=tuple(json.loads(row.reps)) if row.reps is not None else (),
                    effort=row.effort,
                    cost=row.cost,
                    rotation=row.rotation,
                    cell=row.cell,
                    counted=bool(row.counted),
                    follows=followed.earlier_lead if followed is not None else None,
                ),
            )
            if table is undone:
                undo = connection.execute(select(batches).where(batches.c.batch == row.by)).one()
                yield undo.batch, 1, Chapter(undo.name, undo.at, Happened.UNDONE, why=undo.why, of=row.name)


def _decisions(table: Table) -> Any:
    """Decisions of one of the two tables with everything that they name."""
    joined = (
        table.join(verdicts, verdicts.c.number == table.c.verdict)
        .join(batches, batches.c.batch == table.c.batch)
        .outerjoin(reps, reps.c.number == table.c.rep)
        .outerjoin(signatures, signatures.c.number == table.c.signature)
        .outerjoin(places, places.c.number == table.c.place)
    )
    shared = [verdicts.c[name] for name in ("outcome", "reason", "why", "rule", "pool", "queue", "tier")]
    named = (reps.c.rep, batches.c.name, batches.c.at, signatures.c.reps, places.c.rotation, places.c.cell)
    own = [table.c[name] for name in ("batch", "fit", "effort", "cost", "counted")]
    by = table.c.by if table is undone else literal_column("0").label("by")
    return select(*shared, *named, *own, by).select_from(joined)


def _returned(connection: Connection, lead: str) -> Iterator[tuple[int, int, Chapter]]:
    decided = batches.alias("decided")
    query = (
        select(returns, batches.c.name, batches.c.at, batches.c.why, batches.c.kind, decided.c.name.label("of"))
        .select_from(returns.join(batches, batches.c.batch == returns.c.by).join(decided, decided.c.batch == returns.c.batch))
        .where(returns.c.lead == lead)
    )
    for row in connection.execute(query):
        what = Happened.CLOSED if row.kind == "close" else Happened.GIVEN_BACK
        parts = tuple(name for name in ("turn", "load", "counted") if row._mapping[name])
        yield row.by, -1, Chapter(row.name, row.at, what, why=row.why, of=row.of, parts=parts, undone_by=_name(connection, row))


def _answered(connection: Connection, lead: str) -> Iterator[tuple[int, int, Chapter]]:
    query = (
        select(answers, batches.c.name, batches.c.why)
        .select_from(answers.join(batches, batches.c.batch == answers.c.batch))
        .where(answers.c.lead == lead)
    )
    for row in connection.execute(query):
        undo = connection.execute(select(batches.c.name).where(batches.c.undoes == row.batch)).scalar()
        yield row.batch, 3, Chapter(row.name, row.at, Happened.ANSWERED, why=row.why, undone_by=undo)


def _name(connection: Connection, row: Row[Any]) -> str | None:
    return connection.execute(select(batches.c.name).where(batches.c.batch == row.undone)).scalar() if row.undone else None
