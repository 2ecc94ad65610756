"""Which leads were decided before. Imported only once a ledger is opened."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, Column, ColumnElement, FromClause, Integer, MetaData, Row, Select, Table, delete, select

from leadroute.ledger.as_of import decisions_as_of
from leadroute.ledger.records import Earlier
from leadroute.ledger.store import Store
from leadroute.ledger.tables import TEXT, batches, decisions, reps, verdicts
from leadroute.model.decisions import Decision, Outcome, Verdict
from leadroute.model.previous import Previous

BLOCK = 1 << 16
"""Ids looked up at once: the memory that a lookup takes beside its answer."""

_IN = 900
"""Values in one list of a query; databases limit their number."""

_wanted = Table(
    "wanted",
    MetaData(),
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("lead", TEXT, nullable=False),
    prefixes=["TEMPORARY"],
)

_COLUMNS = ("verdict", "rep", "batch", "fit", "effort", "cost", "counted")
_NARROW = {"verdict": np.int32, "rep": np.int32, "batch": np.int32, "counted": np.bool_}
Columns = dict[str, npt.NDArray[Any]]


def in_order(ids: Any) -> npt.NDArray[np.int64]:
    """The positions of the ids that are not null, in the order of their bytes.

    That is the order of the table: neighbours lie together, on disk and in memory, whatever the order of the file.
    """
    import pyarrow.compute as pc

    size = len(ids) - ids.null_count
    if size == 0:
        return np.zeros(0, np.int64)
    # From the buffer: as `taken`, `to_numpy` imports pandas.
    order = np.frombuffer(pc.sort_indices(ids).buffers()[1], np.uint64, size)
    return order.astype(np.int64)


def taken(ids: Any, positions: npt.NDArray[np.int64]) -> Any:
    """The ids at some positions. ``pa.array`` would import pandas, which takes longer than a small batch."""
    import pyarrow as pa

    data = pa.py_buffer(np.ascontiguousarray(positions, np.int64))
    return ids.take(pa.Array.from_buffers(pa.int64(), len(positions), [None, data]))


def decided(store: Store, ids: Any, before: int | None) -> Earlier:
    """The newest decisions of these leads, where they are assigned or queued; of batches numbered below ``before`` alone, if set."""
    found: list[Columns] = []
    if before is not None or store.connection.execute(select(decisions.c.lead).limit(1)).first() is not None:
        found.extend(_matches(store, ids, before))
    columns = {name: np.concatenate([block[name] for block in found] or [np.empty(0, np.int64)]) for name in ("position", *_COLUMNS)}
    found.clear()

    known = {row.number: _verdict(row) for row in _rows(store, verdicts, verdicts.c.number, columns["verdict"])}
    standing = [number for number, verdict in known.items() if verdict.outcome is not Outcome.HELD]
    number = np.full(len(ids), -1, dtype=np.int64)
    kept = _newest(columns["position"], columns["batch"], number) & np.isin(columns["verdict"], standing)
    columns = {name: column[kept] for name, column in columns.items()}
    number[:] = -1
    number[columns["position"]] = np.arange(len(columns["position"]))

    names = {row.batch: row.name for row in _rows(store, batches, batches.c.batch, columns["batch"])}
    rep_ids = {row.number: row.rep for row in store.connection.execute(select(reps))}
    verdict_numbers, verdict = _numbered(columns["verdict"])
    rep_numbers, rep = _numbered(columns["rep"])
    batch_numbers, batch = _numbered(columns["batch"])
    return Earlier(
        number=number,
        verdicts=tuple(known[at] for at in verdict_numbers),
        reps=tuple(rep_ids[at] for at in rep_numbers),
        batches=tuple(names[at] for at in batch_numbers),
        verdict=verdict,
        rep=rep,
        batch=batch,
        fit=columns["fit"],
        effort=columns["effort"],
        cost=columns["cost"],
        counted=columns["counted"].astype(np.bool_),
    )


def previous(store: Store, ids: Any, before: int | None) -> Previous:
    """Who had each of these leads last, and how often it was decided; of batches numbered below ``before`` alone, if set."""
    found = [block for block in _matches(store, ids, before) if len(block["position"])]
    position, batch, rep = (
        np.concatenate([block[name] for block in found] or [np.empty(0, np.int64)]) for name in ("position", "batch", "rep")
    )
    last = np.full(len(ids), -1, np.int64)
    order = np.argsort(batch, kind="stable")
    order = order[rep[order] >= 0]
    last[position[order]] = rep[order]  # of several decisions at one position the last one stays
    numbers, at = _numbered(last)
    names = {row.number: row.rep for row in _rows(store, reps, reps.c.number, last)}
    return Previous(tuple(names[number] for number in numbers), at, np.bincount(position.astype(np.int64), minlength=len(ids)))


def decided_in(store: Store, ids: Any, batch: int) -> npt.NDArray[np.bool_]:
    """Which of these leads a batch decided."""
    there = np.zeros(len(ids), np.bool_)
    for block in _matches(store, ids, batch + 1):
        there[block["position"][block["batch"] == batch]] = True
    return there


def decision_of(store: Store, lead: str) -> Decision | None:
    """A lead's newest decision, whatever its outcome."""
    row = store.connection.execute(
        select(
            verdicts.c.outcome,
            verdicts.c.reason,
            verdicts.c.why,
            verdicts.c.rule,
            verdicts.c.pool,
            verdicts.c.queue,
            decisions.c.fit,
            reps.c.rep,
            batches.c.name,
        )
        .select_from(
            decisions.join(verdicts, verdicts.c.number == decisions.c.verdict)
            .join(batches, batches.c.batch == decisions.c.batch)
            .outerjoin(reps, reps.c.number == decisions.c.rep)
        )
        .where(decisions.c.lead == lead)
        .order_by(decisions.c.batch.desc())
        .limit(1)
    ).first()
    return None if row is None else decision(row)


def decision(row: Any) -> Decision:
    """A decision from a row of its columns and of those that it names."""
    return Decision(
        outcome=Outcome(row.outcome),
        reason=row.reason,
        why=row.why,
        rep=row.rep,
        queue=row.queue,
        rule=row.rule,
        pool=row.pool,
        fit=row.fit if row.fit >= 0 else None,
        batch=row.name,
    )


def query(source: FromClause = decisions, before: int | None = None) -> Select[Any]:
    """The join behind a lookup: the ids asked about, each found in the tree of decisions."""
    columns = (source.c[name] for name in _COLUMNS)
    found: Select[Any] = select(_wanted.c.position, *columns).join_from(_wanted, source, source.c.lead == _wanted.c.lead)
    return found if before is None else found.where(source.c.batch < before)


def _matches(store: Store, ids: Any, before: int | None) -> Iterator[Columns]:
    """Position and columns of every decision of these leads, block by block."""
    order = in_order(ids)
    wanted = query(decisions_as_of(store.connection, before), before)
    _wanted.create(store.connection)
    step = store.at_once or max(len(order), 1)
    for at in range(0, len(order), step):
        store.add(_wanted, _texts(ids, order[at : at + step]))
        for rows in store.fetch(wanted, BLOCK):
            yield _columns(rows)
        if at + step < len(order):
            store.connection.execute(delete(_wanted))
    _wanted.drop(store.connection)


def _texts(ids: Any, positions: npt.NDArray[np.int64]) -> Iterator[list[tuple[object, ...]]]:
    """Positions and ids, block by block."""
    for at in range(0, len(positions), BLOCK):
        part = positions[at : at + BLOCK]
        yield list(zip(part.tolist(), taken(ids, part).to_pylist(), strict=True))


def _columns(rows: list[tuple[Any, ...]]) -> Columns:
    names = ("position", *_COLUMNS)
    table = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=len(rows) * len(names)).reshape(-1, len(names))
    return {name: table[:, at].astype(_NARROW.get(name, np.int64)) for at, name in enumerate(names)}


def _newest(position: npt.NDArray[np.int64], batch: npt.NDArray[np.int32], scratch: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which decisions are the last of their lead; ``scratch`` has one entry per lead and is overwritten."""
    oldest_first = np.argsort(batch, kind="stable")
    scratch[position[oldest_first]] = oldest_first  # of several decisions at one position the last one stays
    newest: npt.NDArray[np.bool_] = scratch[position] == np.arange(len(position))
    return newest


def _numbered(column: npt.NDArray[Any]) -> tuple[list[int], npt.NDArray[np.int32]]:
    """The distinct numbers of a column, ascending, and the column as positions among them; -1 stays -1."""
    numbers, inverse = np.unique(column, return_inverse=True)
    none = int(len(numbers) > 0 and numbers[0] < 0)
    return numbers[none:].tolist(), (inverse - none).astype(np.int32)


def _rows(store: Store, table: Table, key: ColumnElement[int], column: npt.NDArray[Any]) -> Iterator[Row[Any]]:
    """The rows of a small table that a column's numbers name."""
    numbers = np.unique(column).tolist()
    for at in range(0, len(numbers), _IN):
        yield from store.connection.execute(select(table).where(key.in_(numbers[at : at + _IN])))


def _verdict(row: Row[Any]) -> Verdict:
    return Verdict(Outcome(row.outcome), row.reason, row.why, row.rule, row.pool, row.queue)
