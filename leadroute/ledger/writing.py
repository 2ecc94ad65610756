"""A batch into a ledger. Imported only once a ledger is opened."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Column, Connection, func, insert, select

from leadroute.ledger import events, giving, measured, recording, standing, together, waiting
from leadroute.ledger.frozen import freeze
from leadroute.ledger.lookup import BLOCK, in_order, taken
from leadroute.ledger.moving import move, moves
from leadroute.ledger.recording import next_number
from leadroute.ledger.records import Action, BatchRecord
from leadroute.ledger.store import Store
from leadroute.ledger.tables import charges, decisions, passed_over, places, reps, signatures, starts, verdicts, weights
from leadroute.model.decisions import Decisions, PassedOver
from leadroute.model.rules import MILLION
from leadroute.model.standings import Standings
from leadroute.model.together import Together


def write(
    store: Store,
    record: BatchRecord,
    ids: Any,
    decided: Decisions,
    after: Standings,
    shared: Together | None = None,
    passed: Sequence[PassedOver] = (),
) -> None:
    """Everything about a batch, in the open transaction."""
    connection = store.connection
    fresh = np.flatnonzero(decided.fresh)
    batch = recording.add(
        connection,
        record.kind,
        Action(record.name, record.at),
        project_digest=record.project_digest,
        input_digest=record.input_digest,
        leads=len(decided),
        decided=len(fresh),
    )
    connection.execute(insert(starts), {"batch": batch, "standings": freeze(record.started_from)})
    for back in record.given_back:
        with giving.picking(connection):
            giving.pick_newest(store, back.leads)
            giving.write(connection, batch, record.at, back.parts, (back.charges, back.turns), back.why)
        amended = move(connection, standing.read_rotations(connection), moves(back.turns, -1), record.at, back.why)
        events.write(connection, batch, amended)
    waiting.write(store, batch, record)
    _write_charges(connection, batch, decided, fresh)
    standing.write(connection, batch, after)
    _write_weights(connection, batch, decided, fresh)
    _write_decisions(store, batch, ids, decided, fresh)
    if shared is not None:
        together.write(store, batch, ids, decided, shared)
    if passed:
        connection.execute(insert(passed_over), [{"batch": batch, **asdict(one)} for one in passed])


def _write_decisions(store: Store, batch: int, ids: Any, decided: Decisions, fresh: npt.NDArray[np.int64]) -> None:
    verdict, verdict_at = _number_verdicts(store.connection, batch, decided, fresh)
    signature_at = _number_signatures(store.connection, batch, decided, fresh)
    place_at = _number_places(store.connection, batch, decided, fresh)
    rep_at = _number_reps(store.connection, decided, fresh)

    def rows() -> Iterator[list[tuple[object, ...]]]:
        leads = ids if len(fresh) == len(ids) else taken(ids, fresh)
        if leads.null_count:
            raise ValueError("a lead without an id was decided")
        order = in_order(leads)
        for at in range(0, len(order), BLOCK):
            part = order[at : at + BLOCK]
            position = fresh[part]
            yield list(
                zip(
                    taken(leads, part).to_pylist(),
                    [batch] * len(part),
                    position.tolist(),
                    verdict_at[verdict[part]].tolist(),
                    rep_at[decided.rep[position]].tolist(),
                    decided.fit[position].tolist(),
                    signature_at[decided.eligible[position]].tolist(),
                    decided.effort[position].tolist(),
                    decided.cost[position].tolist(),
                    place_at[decided.place[position]].tolist(),
                    decided.counted[position].astype(np.int64).tolist(),
                    strict=True,
                )
            )

    store.add(decisions, rows())
    measured.write(store, batch, ids, decided, fresh, verdict_at[verdict], rep_at[decided.rep[fresh]])


# Each of these gives an array of the numbers in the ledger by the numbers in `decided`. Its last entry is -1, which is where -1 points.


def _number_verdicts(
    connection: Connection, batch: int, decided: Decisions, fresh: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Verdicts together with tiers: for each fresh lead which of these it has, and their numbers in the ledger."""
    tiers: list[str | None] = [*decided.tiers, None]
    joint = (decided.verdict[fresh] * len(tiers) + decided.tier[fresh] % len(tiers)).astype(np.int32)
    numbers, used = _used(connection, verdicts.c.number, joint, len(decided.verdicts) * len(tiers))
    rows = [
        {
            "number": int(numbers[at]),
            "batch": batch,
            "outcome": verdict.outcome.value,
            "reason": verdict.reason,
            "why": verdict.why,
            "rule": verdict.rule,
            "pool": verdict.pool,
            "queue": verdict.queue,
            "tier": tiers[at % len(tiers)],
        }
        for at, verdict in ((at, decided.verdicts[at // len(tiers)]) for at in used)
    ]
    if rows:
        connection.execute(insert(verdicts), rows)
    return joint, numbers


def _number_signatures(connection: Connection, batch: int, decided: Decisions, fresh: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    numbers, used = _used(connection, signatures.c.number, decided.eligible[fresh], len(decided.signatures))
    rows = [{"number": int(numbers[at]), "batch": batch, "reps": json.dumps(decided.signatures[at])} for at in used]
    if rows:
        connection.execute(insert(signatures), rows)
    return numbers


def _number_places(connection: Connection, batch: int, decided: Decisions, fresh: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    numbers, used = _used(connection, places.c.number, decided.place[fresh], len(decided.places))
    named = ((int(numbers[at]), *decided.places[at]) for at in used)
    rows = [{"number": number, "batch": batch, "rotation": rotation, "cell": cell} for number, rotation, cell in named]
    if rows:
        connection.execute(insert(places), rows)
    return numbers


def _number_reps(connection: Connection, decided: Decisions, fresh: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    known: dict[str, int] = {row.rep: row.number for row in connection.execute(select(reps))}
    numbers = np.full(len(decided.reps) + 1, -1, dtype=np.int64)
    rows: list[dict[str, object]] = []
    first = next_number(connection, reps.c.number)
    for at in _distinct(decided.rep[fresh]):
        rep = decided.reps[at]
        if rep not in known:
            known[rep] = first + len(rows)
            rows.append({"number": known[rep], "rep": rep})
        numbers[at] = known[rep]
    if rows:
        connection.execute(insert(reps), rows)
    return numbers


def _used(connection: Connection, number: Column[int], column: npt.NDArray[np.int32], size: int) -> tuple[npt.NDArray[np.int64], list[int]]:
    """New numbers for the values that occur in a column, and these values."""
    used = _distinct(column)
    numbers = np.full(size + 1, -1, dtype=np.int64)
    numbers[used] = next_number(connection, number) + np.arange(len(used))
    return numbers, used


def _distinct(column: npt.NDArray[np.int32]) -> list[int]:
    found: list[int] = np.unique(column[column >= 0]).tolist()
    return found


def _write_weights(connection: Connection, batch: int, decided: Decisions, fresh: npt.NDArray[np.int64]) -> None:
    """The weights in the pools that handed out a lead, where they are not those noted last."""
    used = sorted({pool for at in _distinct(decided.verdict[fresh]) if (pool := decided.verdicts[at].pool) is not None})
    newest = select(weights.c.pool, func.max(weights.c.batch).label("batch")).group_by(weights.c.pool).subquery()
    noted = select(weights.c.pool, weights.c.weights).join(newest, (newest.c.pool == weights.c.pool) & (newest.c.batch == weights.c.batch))
    known = {row.pool: row.weights for row in connection.execute(noted)}
    texts = {pool: json.dumps(decided.weights[pool], sort_keys=True, separators=(",", ":")) for pool in used if pool in decided.weights}
    rows = [{"pool": pool, "batch": batch, "weights": text} for pool, text in texts.items() if known.get(pool) != text]
    if rows:
        connection.execute(insert(weights), rows)


def _write_charges(connection: Connection, batch: int, decided: Decisions, fresh: npt.NDArray[np.int64]) -> None:
    """What the decisions charge, summed by pool and rep."""
    taken = fresh[decided.rep[fresh] >= 0]
    pools = sorted({verdict.pool or "" for verdict in decided.verdicts})
    pool_at = np.array([pools.index(verdict.pool or "") for verdict in decided.verdicts], dtype=np.int64)
    cell = pool_at[decided.verdict[taken]] * len(decided.reps) + decided.rep[taken]
    sums = np.zeros((3, len(pools) * len(decided.reps)), dtype=np.int64)
    # Effort is split before it is added up: in millionths, a batch could pass 63 bits.
    for at, amount in enumerate((decided.counted[taken], *np.divmod(decided.effort[taken], MILLION))):
        np.add.at(sums[at], cell, amount)
    rows = [
        _charge(batch, batch, pools[at // len(decided.reps)], decided.reps[at % len(decided.reps)], leads, whole * MILLION + rest)
        for at, (leads, whole, rest) in enumerate(sums.T.tolist())
        if leads or whole or rest
    ]
    if rows:
        connection.execute(insert(charges), rows)


def _charge(batch: int, counted_in: int, pool: str, rep: str, leads: int, effort: int) -> dict[str, object]:
    whole, rest = divmod(effort, MILLION)
    return {
        "batch": batch,
        "counted_in": counted_in,
        "pool": pool,
        "rep": rep,
        "leads": leads,
        "effort_whole": whole,
        "effort_rest": rest,
    }
