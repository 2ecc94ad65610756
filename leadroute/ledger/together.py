"""Which leads of the ledger share a key with others: written with a batch, looked up for the next. Imported only once a ledger is opened.

A value is kept as a digest of 128 bits together with its field's name: as exact as the value itself, of one length whatever an analyst
names as a key, and no list of people's addresses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Select, Table, delete, exists, select

from leadroute.ledger.lookup import BLOCK, taken
from leadroute.ledger.store import Store
from leadroute.ledger.tables import TEXT, batches, decisions, follows, reps, shared_keys
from leadroute.model.columns import Mask
from leadroute.model.decisions import Decisions
from leadroute.model.together import Precedents, SharedKey, Together

_sought = Table(
    "sought",
    MetaData(),
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("value", LargeBinary, nullable=False),
    prefixes=["TEMPORARY"],
)
_anew = Table("anew", MetaData(), Column("lead", TEXT, primary_key=True), prefixes=["TEMPORARY"])


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
    numbers = [np.full(len(key.texts), -1, np.int64) for key in keys]
    found: list[tuple[int, int, str]] = []
    _anew.create(store.connection)
    _sought.create(store.connection)
    store.add(_anew, [[(lead,) for lead in anew]])
    for key, number in zip(keys, numbers, strict=True):
        codes = np.unique(key.codes[wanted])
        for code, batch, rep, lead in _newest(store, query, key, codes[codes >= 0], set(named)):
            number[code] = len(found)
            found.append((rep, batch, lead))
    _sought.drop(store.connection)
    _anew.drop(store.connection)
    rep_names = {row.number: row.rep for row in store.connection.execute(select(reps))}
    rep_numbers, rep_at = np.unique([one[0] for one in found], return_inverse=True)
    batch_numbers, batch_at = np.unique([one[1] for one in found], return_inverse=True)
    return Precedents(
        numbers=tuple(numbers),
        reps=tuple(rep_names[number] for number in rep_numbers.tolist()),
        batches=tuple(named[number] for number in batch_numbers.tolist()),
        rep=rep_at.astype(np.int32),
        batch=batch_at.astype(np.int32),
        leads=[one[2] for one in found],
    )


def write(store: Store, batch: int, ids: Any, decided: Decisions, together: Together) -> None:
    """The keys of the leads that the batch gave to somebody, and whom they followed."""
    given = np.flatnonzero(decided.fresh & (decided.rep >= 0))
    for key in together.keys:
        store.add(shared_keys, _key_rows(batch, ids, given, key, together.served))
    by_name = {row.name: row.batch for row in store.connection.execute(select(batches.c.name, batches.c.batch))}
    store.add(follows, _follow_rows(batch, ids, together, by_name))


def _query(first: int, before: int | None, *, without: bool) -> Select[Any]:
    """The decisions behind the values sought: those that are the newest of their lead, and gave it to somebody."""
    newer = decisions.alias("newer")
    later = (newer.c.lead == shared_keys.c.lead) & (newer.c.batch > shared_keys.c.batch)
    found: Select[Any] = (
        select(_sought.c.position, shared_keys.c.batch, shared_keys.c.served, decisions.c.rep, shared_keys.c.lead)
        .join_from(_sought, shared_keys, shared_keys.c.value == _sought.c.value)
        .join(decisions, (decisions.c.lead == shared_keys.c.lead) & (decisions.c.batch == shared_keys.c.batch))
        .where(shared_keys.c.batch >= first, decisions.c.rep >= 0)
    )
    if before is not None:
        found = found.where(shared_keys.c.batch < before)
        later &= newer.c.batch < before
    if without:
        found = found.where(~exists().where(_anew.c.lead == shared_keys.c.lead))
    return found.where(~exists().where(later))


def _newest(
    store: Store, query: Select[Any], key: SharedKey, codes: npt.NDArray[np.int32], batches_there: set[int]
) -> Iterator[tuple[int, int, int, str]]:
    """For each of these values that is there: its code, and batch, rep and lead of its newest decision."""
    values = digests(key.field, _texts(key, codes))
    order = in_order_of(values)
    step = store.at_once or max(len(order), 1)
    for start in range(0, len(order), step):
        parts = _blocks(order[start : start + step])
        store.add(_sought, ([(int(codes[at]), values[at]) for at in part.tolist()] for part in parts))
        newest: dict[int, tuple[int, int, int, str]] = {}
        for rows in store.fetch(query, BLOCK):
            for code, batch, served, rep, lead in rows:
                known = newest.get(code)
                if batch in batches_there and (known is None or (batch, served) > known[:2]):
                    newest[code] = batch, served, rep, lead
        for code, (batch, _, rep, lead) in newest.items():
            yield code, batch, rep, lead
        store.connection.execute(delete(_sought))


def _key_rows(
    batch: int, ids: Any, given: npt.NDArray[np.int64], key: SharedKey, served: npt.NDArray[np.int64]
) -> Iterator[list[tuple[object, ...]]]:
    rows = given[key.codes[given] >= 0]
    codes, code_at = np.unique(key.codes[rows], return_inverse=True)
    values = digests(key.field, _texts(key, codes))
    rank = np.empty(len(codes), np.int64)
    rank[in_order_of(values)] = np.arange(len(codes))
    # In the order of the table, whose neighbours lie together.
    for part in _blocks(np.lexsort((served[rows], rank[code_at]))):
        leads = taken(ids, rows[part]).to_pylist()
        places = served[rows[part]].tolist()
        yield [(values[code], batch, place, lead) for code, place, lead in zip(code_at[part].tolist(), places, leads, strict=True)]


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


def digests(field: str, texts: Sequence[str]) -> list[bytes]:
    """What values of a field are known by."""
    start = blake2b(field.encode() + b"\0", digest_size=16)
    found = []
    for text in texts:
        one = start.copy()
        one.update(text.encode("utf-8", "surrogatepass"))
        found.append(one.digest())
    return found


def in_order_of(values: Sequence[bytes]) -> npt.NDArray[np.int64]:
    """The positions of digests in the order of their bytes."""
    halves = np.frombuffer(b"".join(values), ">u8").reshape(-1, 2)
    return np.lexsort((halves[:, 1], halves[:, 0]))


def _texts(key: SharedKey, codes: npt.NDArray[np.int32]) -> list[str]:
    found: list[str] = taken(key.texts, codes.astype(np.int64)).to_pylist()
    return found


def _blocks(positions: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    for at in range(0, len(positions), BLOCK):
        yield positions[at : at + BLOCK]
