"""What leads take of limits with a condition or a value, lead by lead. Imported only once a ledger is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, FromClause, Table, and_, exists, func, insert, select, true

from leadroute.ledger.lookup import BLOCK, in_order, taken
from leadroute.ledger.records import Amount
from leadroute.ledger.store import Store
from leadroute.ledger.tables import batches, measured, measures, reps, returns, undone, verdicts
from leadroute.model.decisions import Decisions
from leadroute.model.rules import MILLION


def write(
    store: Store,
    batch: int,
    ids: Any,
    decided: Decisions,
    fresh: npt.NDArray[np.int64],
    verdict: npt.NDArray[np.int64],
    rep: npt.NDArray[np.int64],
) -> None:
    """Note what the fresh leads of a batch take; ``verdict`` and ``rep`` are the numbers that they have in the ledger."""
    for key, amounts in decided.measured.items():
        rows = np.flatnonzero(amounts[fresh])
        if len(rows):
            number = _number(store.connection, key)
            store.add(measured, _rows(batch, number, ids, fresh[rows], verdict[rows], rep[rows], amounts[fresh[rows]]))


def sums(connection: Connection, piece: ColumnElement[int], within: ColumnElement[bool]) -> Iterator[tuple[int, str, str, str, int]]:
    """What counts, by piece of time, pool (``''``: none), rep and measure, in millionths; what was given back does not.

    Args:
        connection: The ledger's.
        piece: The number of the piece that the instant of a batch lies in.
        within: Which batches are looked at.
    """
    yield from _summed(connection, piece, measured.join(batches, batches.c.batch == measured.c.batch), within)


def of(connection: Connection, decisions: Table) -> list[Amount]:
    """What the decisions in a table (``lead``, ``batch``) took and did not give back, by the instants of their batches."""
    same = and_(measured.c.lead == decisions.c.lead, measured.c.batch == decisions.c.batch)
    joined = measured.join(decisions, same).join(batches, batches.c.batch == measured.c.batch)
    return [Amount(*row) for row in _summed(connection, batches.c.at, joined, true())]


def _summed(
    connection: Connection, by: ColumnElement[int], joined: FromClause, within: ColumnElement[bool]
) -> Iterator[tuple[int, str, str, str, int]]:
    found = (
        select(by.label("by"), measured.c.verdict, measured.c.rep, measured.c.measure, measured.c.whole, measured.c.rest)
        .select_from(joined)
        .where(within, ~_undone(), ~_returned())
        .subquery()  # so that what is grouped by is one column, on every database
    )
    group = (found.c.by, found.c.verdict, found.c.rep, found.c.measure)
    summed = select(*group, func.sum(found.c.whole).label("whole"), func.sum(found.c.rest).label("rest")).group_by(*group).subquery()
    named = (
        select(summed.c.by, verdicts.c.pool, reps.c.rep, measures.c.measure, summed.c.whole, summed.c.rest)
        .join_from(summed, verdicts, verdicts.c.number == summed.c.verdict)
        .join(reps, reps.c.number == summed.c.rep)
        .join(measures, measures.c.number == summed.c.measure)
    )
    for at, pool, rep, key, whole, rest in connection.execute(named):
        yield at, pool or "", rep, key, int(whole) * MILLION + int(rest)


def _undone() -> ColumnElement[bool]:
    return exists().where(undone.c.lead == measured.c.lead, undone.c.batch == measured.c.batch)


def _returned() -> ColumnElement[bool]:
    same = (returns.c.lead == measured.c.lead, returns.c.batch == measured.c.batch)
    return exists().where(*same, returns.c.counted == 1, returns.c.undone == 0)


def _number(connection: Connection, key: str) -> int:
    """The number of a measure, given out now if it is new; the write lock keeps it ours."""
    found = connection.execute(select(measures.c.number).where(measures.c.measure == key)).scalar()
    if found is None:
        found = int(connection.execute(select(func.max(measures.c.number))).scalar() or 0) + 1
        connection.execute(insert(measures), {"number": found, "measure": key})
    return found


def _rows(
    batch: int,
    measure: int,
    ids: Any,
    position: npt.NDArray[np.int64],
    verdict: npt.NDArray[np.int64],
    rep: npt.NDArray[np.int64],
    amounts: npt.NDArray[np.int64],
) -> Iterator[list[tuple[object, ...]]]:
    leads = taken(ids, position)
    order = in_order(leads)
    for at in range(0, len(order), BLOCK):
        part = order[at : at + BLOCK]
        whole, rest = np.divmod(amounts[part], MILLION)
        size = len(part)
        columns = (taken(leads, part).to_pylist(), verdict[part].tolist(), rep[part].tolist(), whole.tolist(), rest.tolist())
        yield list(zip([batch] * size, [measure] * size, *columns, strict=True))
