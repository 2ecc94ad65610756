"""The record of one batch, to be compared with what the rules give. Imported only once a ledger is opened."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, select

from leadroute.ledger.lookup import BLOCK
from leadroute.ledger.records import Recorded
from leadroute.ledger.store import Store
from leadroute.ledger.tables import decisions, places, reps, signatures, undone, verdicts
from leadroute.model.decisions import Outcome, Verdict

_COLUMNS = ("position", "verdict", "rep", "fit", "signature", "effort", "cost", "place", "counted")


def recorded(store: Store, batch: int) -> Recorded:
    """Every decision of a batch, those that were undone since too."""
    connection = store.connection
    leads: list[str] = []
    blocks = [np.empty((0, len(_COLUMNS)), np.int64)]
    for table in (decisions, undone):
        query = select(table.c.lead, *(table.c[name] for name in _COLUMNS)).where(table.c.batch == batch)
        for rows in store.fetch(query, BLOCK):
            leads.extend(row[0] for row in rows)
            numbers = np.fromiter(chain.from_iterable(row[1:] for row in rows), np.int64, len(rows) * len(_COLUMNS))
            blocks.append(numbers.reshape(-1, len(_COLUMNS)))
    columns = np.concatenate(blocks)
    return Recorded(
        leads=leads,
        columns={name: columns[:, at] for at, name in enumerate(_COLUMNS)},
        verdicts={row.number: (_verdict(row), row.tier) for row in _of(connection, verdicts, batch)},
        reps={row.number: row.rep for row in connection.execute(select(reps))},
        signatures={row.number: tuple(json.loads(row.reps)) for row in _of(connection, signatures, batch)},
        places={row.number: (row.rotation, row.cell) for row in _of(connection, places, batch)},
    )


def _of(connection: Connection, table: Table, batch: int) -> Any:
    return connection.execute(select(table).where(table.c.batch == batch))


def _verdict(row: Any) -> Verdict:
    return Verdict(Outcome(row.outcome), row.reason, row.why, row.rule, row.pool, row.queue)
