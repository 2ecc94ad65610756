"""Which leads of the ledger share a key with others: written with a batch, looked up for the next. Imported only once a ledger is opened.

A value is kept as a digest of 128 bits together with its field's name: as exact as the value itself, of one length whatever an analyst
names as a key, and no list of people's addresses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    literal_column,
    select,
)

from leadroute.ledger.lookup import BLOCK, taken
from leadroute.ledger.recording import ROUTE
from leadroute.ledger.store import Store
from leadroute.ledger.tables import TEXT, batches, decisions, follows, reps, returns, shared_keys, undone
from leadroute.model.columns import Mask
from leadroute.model.decisions import Decisions
from leadroute.model.together import DIGEST, Precedents, SharedKey, Together

_sought = Table(
    "sought",
    MetaData(),
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("value", LargeBinary, nullable=False),
    prefixes=["TEMPORARY"],
)
_anew = Table("anew", MetaData(), Column("lead", TEXT, primary_key=True), prefixes=["TEMPORARY"])

Numbers = npt.NDArray[np.int64]


def precedents(
    store: Store, keys: Sequence[SharedKey], wanted: Mask, at: int, span: int, *, anew: Sequence[str], before: int | None
) -> Precedents | None:
    """For each value of each key the newest lead that somebody has, where there is one.

    Args:
        store: the open ledger.
        keys: the keys of all leads of the run.
        wanted: which of these leads are to be decided; other values are not looked for.
        at: the batch's instant, microseconds since the epoch UTC.
        span: how far from it an earlier batch may be.
        anew: leads that are decided anew: what the ledger holds of them counts no longer.
        before: only batches numbered below count, if set.
    """
    if store.connection.execute(select(shared_keys.c.batch).limit(1)).first() is None:
        return None
    window = select(batches.c.batch, batches.c.name).where(batches.c.at.between(at - span, at + span))
    named = {row.batch: row.name for row in store.connection.execute(window) if before is None or row.batch < before}
    if not named:
        return None
    query = _query(min(named), before, without=bool(anew))
    numbers: list[Numbers] = []
    columns: list[Numbers] = []
    leads: list[str] = []
    _anew.create(store.connection)
    _sought.create(store.connection)
    store.add(_anew, [[(lead,) for lead in anew]])
    for key in keys:
        number = np.full(len(key.texts), -1, np.int64)
        for found, names in _newest(store, query, key, _used(key, wanted), np.array(list(named), np.int64)):
            number[found[:, 0]] = len(leads) + np.arange(len(found))
            columns.append(found[:, 1:])
            leads.extend(names)
        numbers.append(number)
    _sought.drop(store.connection)
    _anew.drop(store.connection)
    rep_names = {row.number: row.rep for row in store.connection.execute(select(reps))}
    whole = np.concatenate(columns or [np.zeros((0, 2), np.int64)])
    batch_numbers, batch_at = np.unique(whole[:, 0], return_inverse=True)
    rep_numbers, rep_at = np.unique(whole[:, 1], return_inverse=True)
    return Precedents(
        numbers=tuple(numbers),
        reps=tuple(rep_names[number] for number in rep_numbers.tolist()),
        batches=tuple(named[number] for number in batch_numbers.tolist()),
        rep=rep_at.astype(np.int32),
        batch=batch_at.astype(np.int32),
        leads=leads,
    )


def write(store: Store, batch: int, ids: Any, decided: Decisions, together: Together) -> None:
    """The keys of the leads that the batch gave to somebody, and whom they followed."""
    given = np.flatnonzero(decided.fresh & (decided.rep >= 0))
    known = {row.rep: row.number for row in store.connection.execute(select(reps))}
    rep = np.array([known.get(name, -1) for name in decided.reps], np.int64)[decided.rep[given]]
    for key in together.keys:
        store.add(shared_keys, _key_rows(batch, ids, given, rep, key, together.served))
    by_name = {row.name: row.batch for row in store.connection.execute(select(batches.c.name, batches.c.batch))}
    store.add(follows, _follow_rows(batch, ids, together, by_name))


def _query(first: int, before: int | None, *, without: bool) -> Select[Any]:
    """The decisions behind the values sought: place in the order of all, who has the lead now (-1: nobody, or by other keys), and its id.

    A decision counts until a later run decides its lead anew. Whoever else gave the lead on since, such as for want of an answer, left its
    keys as they were, so that these find the rep who has it now. Whatever is decided again was given back before, and hardly
    anything ever is: only what ``returns`` names is looked at again.
    """
    same = and_(decisions.c.lead == shared_keys.c.lead, decisions.c.batch > shared_keys.c.batch)
    back = and_(returns.c.lead == shared_keys.c.lead, returns.c.batch == shared_keys.c.batch)
    gone = and_(undone.c.lead == shared_keys.c.lead, undone.c.batch == shared_keys.c.batch)
    if before is not None:
        same &= decisions.c.batch < before
        back &= returns.c.by < before
        gone &= undone.c.by < before
    newest = select(decisions.c.rep).where(same).order_by(decisions.c.batch.desc()).limit(1).scalar_subquery()
    run_again = exists().where(same, batches.c.batch == decisions.c.batch, batches.c.kind == ROUTE)
    rep: ColumnElement[int] = case(
        (~exists().where(back), shared_keys.c.rep),
        (run_again, literal_column("-1", BigInteger)),
        else_=func.coalesce(newest, shared_keys.c.rep),
    )
    found: Select[Any] = (
        select(_sought.c.position, shared_keys.c.batch, rep, shared_keys.c.served, shared_keys.c.lead)
        .join_from(_sought, shared_keys, shared_keys.c.value == _sought.c.value)
        .where(shared_keys.c.batch >= first, ~exists().where(gone))
    )
    if before is not None:
        found = found.where(shared_keys.c.batch < before)
    return found.where(~exists().where(_anew.c.lead == shared_keys.c.lead)) if without else found


def _newest(store: Store, query: Select[Any], key: SharedKey, codes: Numbers, near: Numbers) -> Iterator[tuple[Numbers, list[str]]]:
    """For each of these values that is found: rows of code, batch and rep, with the ids of their leads."""
    order = codes[in_order_of(key.digests, codes)]
    step = store.at_once or max(len(order), 1)
    for start in range(0, len(order), step):
        # Positions run in the order of the table that is searched: neighbours lie together.
        parts = _blocks(np.arange(start, min(start + step, len(order))))
        store.add(
            _sought, ([(at, value_of(key, code)) for at, code in zip(part.tolist(), order[part].tolist(), strict=True)] for part in parts)
        )
        blocks: list[Numbers] = []
        leads: list[str] = []
        for rows in store.fetch(query, BLOCK):
            *numbers, names = zip(*rows, strict=True)
            blocks.append(np.stack([np.fromiter(column, np.int64, len(rows)) for column in numbers], axis=1))
            leads.extend(names)
        store.connection.execute(delete(_sought))
        found = np.concatenate(blocks or [np.zeros((0, 4), np.int64)])
        counts = np.flatnonzero((found[:, 2] >= 0) & np.isin(found[:, 1], near))
        ordered = counts[np.lexsort((found[counts, 3], found[counts, 1], found[counts, 0]))]
        last = ordered[np.append(found[ordered[1:], 0] != found[ordered[:-1], 0], True)[: len(ordered)]]
        chosen = found[last, :3]
        chosen[:, 0] = order[chosen[:, 0]]
        yield chosen, [leads[at] for at in last.tolist()]


def _key_rows(batch: int, ids: Any, given: Numbers, rep: Numbers, key: SharedKey, served: Numbers) -> Iterator[list[tuple[object, ...]]]:
    there = np.flatnonzero(key.codes[given] >= 0)
    codes, code_at = np.unique(key.codes[given[there]], return_inverse=True)
    rank = np.empty(len(codes), np.int64)
    rank[in_order_of(key.digests, codes)] = np.arange(len(codes))
    # In the order of the table, whose neighbours lie together.
    for part in _blocks(there[np.lexsort((served[given[there]], rank[code_at]))]):
        rows = given[part]
        leads = taken(ids, rows).to_pylist()
        numbers = (key.codes[rows].tolist(), served[rows].tolist(), rep[part].tolist())
        yield [(value_of(key, code), batch, place, who, lead) for code, place, who, lead in zip(*numbers, leads, strict=True)]


def _follow_rows(batch: int, ids: Any, together: Together, number_of: Mapping[str, int]) -> Iterator[list[tuple[object, ...]]]:
    kept, known = together.kept, together.precedents
    numbers = [] if known is None else [number_of[name] for name in known.batches]
    for part in _blocks(np.arange(len(kept.lead))):
        followed = kept.followed[part]
        inside = iter(taken(ids, followed[followed >= 0]).to_pylist())
        rows: list[tuple[object, ...]] = []
        for lead, at in zip(taken(ids, kept.lead[part]).to_pylist(), followed.tolist(), strict=True):
            if at >= 0 or known is None:
                rows.append((lead, batch, next(inside), batch))
            else:
                rows.append((lead, batch, known.leads[-1 - at], numbers[known.batch[-1 - at]]))
        yield rows


def value_of(key: SharedKey, code: int) -> bytes:
    """What a value of a key is known by."""
    return key.digests[code * DIGEST : (code + 1) * DIGEST]


def in_order_of(digests: bytes, codes: npt.NDArray[Any]) -> Numbers:
    """The order of some of the digests by their bytes, as positions among ``codes``."""
    halves = np.frombuffer(digests, ">u8").reshape(-1, 2)[codes]
    return np.lexsort((halves[:, 1], halves[:, 0]))


def _used(key: SharedKey, wanted: Mask) -> Numbers:
    codes = key.codes[wanted]
    return np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(key.texts)))


def _blocks(positions: Numbers) -> Iterator[Numbers]:
    for at in range(0, len(positions), BLOCK):
        yield positions[at : at + BLOCK]
