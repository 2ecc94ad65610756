"""What the ledger holds of a stretch of time, summed up in the database. Imported only once a ledger is opened."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, func, literal_column, select, true, tuple_

from leadroute.ledger import recording
from leadroute.ledger.records import Adjusted, Total, Totals
from leadroute.ledger.tables import batches, decisions, events, passed_over, reps, returns, signatures, verdicts, weights
from leadroute.model.decisions import PassedOver
from leadroute.model.rules import MILLION
from leadroute.model.standings import EventKind

Key = tuple[int, int, int]
"""Numbers of a verdict, a set of eligible reps and a rep: what decisions alike have in common."""


def totals(connection: Connection, since: int | None, until: int | None) -> Totals:
    """Everything about the batches of ``since <= at < until`` (microseconds since the epoch UTC, ``None``: no bound)."""
    bounds = [batches.c.at >= since] if since is not None else []
    bounds += [batches.c.at < until] if until is not None else []
    within = and_(true(), *bounds)
    found, back = _sums(connection, bounds), _sums(connection, bounds, returned=True)
    numbers = select(batches.c.batch).where(within)
    said = {row.number: row for row in connection.execute(select(verdicts).where(verdicts.c.batch.in_(numbers)))}
    names = {row.number: row.rep for row in connection.execute(select(reps))}
    return Totals(
        batches=tuple(recording.listed(connection, within=within)),
        totals=tuple(_total(said[key[0]], key, names, found[key], back.get(key, (0, 0))) for key in sorted(found)),
        signatures={
            row.number: tuple(json.loads(row.reps))
            for row in connection.execute(select(signatures).where(signatures.c.batch.in_(numbers)).order_by(signatures.c.number))
        },
        weights=tuple(
            (row.pool, row.batch, json.loads(row.weights))
            for row in connection.execute(select(weights).order_by(weights.c.pool, weights.c.batch))
        ),
        passed=_passed(connection, passed_over.c.batch.in_(numbers)),
        adjusted=tuple(
            Adjusted(row.name, row.rep, row.rotation, row.cell, int(row.turns))
            for row in connection.execute(
                select(batches.c.name, events)
                .join_from(events, batches, batches.c.batch == events.c.batch)
                .where(within, events.c.kind == EventKind.ADJUSTED.value, batches.c.kind == recording.ADJUST)
                .order_by(events.c.number)
            )
        ),
    )


def _sums(connection: Connection, bounds: list[ColumnElement[bool]], *, returned: bool = False) -> dict[Key, tuple[int, int]]:
    """Leads and effort of the decisions that still stand, by what they have in common; of those ``returned`` whose turn was given back."""
    query = select(
        decisions.c.verdict,
        decisions.c.signature,
        decisions.c.rep,
        func.count(),
        # Split before it is added up: 64 bits hold one large amount, but not the sum of many.
        func.sum(decisions.c.effort // _million()),
        func.sum(decisions.c.effort % _million()),
    )
    if bounds:
        query = query.where(decisions.c.batch.in_(select(batches.c.batch).where(*bounds)))
    if returned:
        given_back = select(returns.c.lead, returns.c.batch).where(returns.c.turn == 1, returns.c.undone == 0)
        query = query.where(tuple_(decisions.c.lead, decisions.c.batch).in_(given_back))
    grouped = query.group_by(decisions.c.verdict, decisions.c.signature, decisions.c.rep)
    return {(row[0], row[1], row[2]): (int(row[3]), int(row[4]) * MILLION + int(row[5])) for row in connection.execute(grouped)}


def _million() -> ColumnElement[int]:
    return literal_column(str(MILLION), BigInteger)


def _total(said: Any, key: Key, names: dict[int, str], all_of: tuple[int, int], back: tuple[int, int]) -> Total:
    _, signature, rep = key
    return Total(
        batch=said.batch,
        outcome=said.outcome,
        reason=said.reason,
        rule=said.rule,
        pool=said.pool,
        queue=said.queue,
        tier=said.tier,
        rep=names.get(rep),
        signature=signature,
        leads=all_of[0],
        effort=all_of[1],
        back=back[0],
        back_effort=back[1],
    )


def _passed(connection: Connection, within: ColumnElement[bool]) -> tuple[PassedOver, ...]:
    group = (passed_over.c.pool, passed_over.c.rep, passed_over.c.reason)
    query = select(*group, func.sum(passed_over.c.leads)).where(within).group_by(*group).order_by(*group)
    return tuple(PassedOver(pool, rep, reason, int(leads)) for pool, rep, reason, leads in connection.execute(query))
