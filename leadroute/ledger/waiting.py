"""Leads that wait for an answer, or were held: what they said, and who had them. Imported only once a ledger is opened."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, select, tuple_

from leadroute.ledger import recording
from leadroute.ledger.closing import undone
from leadroute.ledger.records import BatchRecord, WaitingLead
from leadroute.ledger.store import Store
from leadroute.ledger.tables import answers, batches, decisions, reminders, reps, returns, verdicts
from leadroute.ledger.tables import waiting as table
from leadroute.model.clock import DAY
from leadroute.model.decisions import Outcome

KEPT = 30 * DAY
"""What a lead said is let go of so long after the batch, once it waits no longer: until then an undo finds it."""

_IN = 900
"""Values in one list of a query; databases limit their number."""


def write(store: Store, batch: int, record: BatchRecord) -> None:
    """What the leads said that wait after a batch, and of whom it reminds."""
    if record.waiting:
        store.add(table, [[(lead, batch, said) for lead, said in record.waiting]])
    if record.reminded:
        store.add(reminders, [[(lead, number, batch) for lead, number in record.reminded]])
    if record.kind == recording.REROUTE:
        _let_go(store.connection, record.at)


def waiting(store: Store) -> list[WaitingLead]:
    """Leads whose newest decision gave them to somebody who has not answered, or holds them; the oldest first."""
    connection = store.connection
    had = _passed_on(connection)
    reminded = exists().where(reminders.c.lead == decisions.c.lead, reminders.c.batch == decisions.c.batch)
    columns = (decisions.c.lead, decisions.c.batch, batches.c.name, batches.c.at, verdicts.c.outcome, verdicts.c.rule, reps.c.rep)
    query = _current(*columns, reminded.label("reminded")).order_by(decisions.c.batch, decisions.c.lead)
    found = []
    for lead, number, batch, at, outcome, rule, rep, told in connection.execute(query):
        held = outcome == Outcome.HELD.value
        if held or rep is not None:
            found.append(WaitingLead(lead, number, batch, at, held, rule, rep, () if held else (*had.get(lead, ()), rep), bool(told)))
    return found


def had_before(connection: Connection, lead: str, batch: int) -> tuple[str | None, tuple[str, ...]]:
    """By which rule a lead was passed on in a batch, and who had it before, the first one first."""
    query = (
        select(batches.c.kind, reps.c.rep, verdicts.c.rule)
        .select_from(
            decisions.join(batches, batches.c.batch == decisions.c.batch)
            .join(verdicts, verdicts.c.number == decisions.c.verdict)
            .outerjoin(reps, reps.c.number == decisions.c.rep)
        )
        .where(decisions.c.lead == lead, decisions.c.batch <= batch)
        .order_by(decisions.c.batch.desc())
    )
    rows = list(connection.execute(query))
    had = _earlier([(kind, rep) for kind, rep, _ in rows])
    return rows[1].rule if had else None, had


def said(store: Store, leads: Sequence[WaitingLead]) -> list[dict[str, Any]]:
    """What each of these leads said: a value by column."""
    found: dict[str, dict[str, Any]] = {}
    for at in range(0, len(leads), _IN):
        part = [one.lead for one in leads[at : at + _IN]]
        numbers = {one.lead: one.number for one in leads[at : at + _IN]}
        for row in store.connection.execute(select(table).where(table.c.lead.in_(part))):
            if numbers[row.lead] == row.batch:
                found[row.lead] = json.loads(row.said)
    return [found[one.lead] for one in leads]


def _current(*columns: Any) -> Select[Any]:
    """Of the leads whose words are kept, the newest decisions that neither an answer nor a closing has settled."""
    known = select(table.c.lead).distinct().subquery("known")
    newest = (
        select(decisions.c.lead, func.max(decisions.c.batch).label("batch"))
        .select_from(known.join(decisions, decisions.c.lead == known.c.lead))
        .group_by(decisions.c.lead)
        .subquery("newest")
    )
    return (
        select(*columns)
        .select_from(
            newest.join(table, and_(table.c.lead == newest.c.lead, table.c.batch == newest.c.batch))
            .join(decisions, and_(decisions.c.lead == newest.c.lead, decisions.c.batch == newest.c.batch))
            .join(verdicts, verdicts.c.number == decisions.c.verdict)
            .join(batches, batches.c.batch == decisions.c.batch)
            .outerjoin(reps, reps.c.number == decisions.c.rep)
        )
        .where(~_answered(), ~_closed())
    )


def _answered() -> ColumnElement[bool]:
    return exists().where(answers.c.lead == decisions.c.lead, answers.c.batch > decisions.c.batch, ~undone(answers.c.batch))


def _closed() -> ColumnElement[bool]:
    by = batches.alias("closing")
    return exists().where(
        returns.c.lead == decisions.c.lead,
        returns.c.batch == decisions.c.batch,
        returns.c.undone == 0,
        by.c.batch == returns.c.by,
        by.c.kind == recording.CLOSE,
    )


def _passed_on(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Who had each lead that was passed on, before who has it now; the first one first."""
    passed = _current(decisions.c.lead).where(batches.c.kind == recording.REROUTE).subquery("passed")
    query = (
        select(decisions.c.lead, batches.c.kind, reps.c.rep)
        .select_from(
            decisions.join(passed, passed.c.lead == decisions.c.lead)
            .join(batches, batches.c.batch == decisions.c.batch)
            .outerjoin(reps, reps.c.number == decisions.c.rep)
        )
        .order_by(decisions.c.lead, decisions.c.batch.desc())
    )
    histories: defaultdict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for lead, kind, rep in connection.execute(query):
        histories[lead].append((kind, rep))
    return {lead: _earlier(history) for lead, history in histories.items()}


def _earlier(history: Sequence[tuple[str, str | None]]) -> tuple[str, ...]:
    """From a lead's decisions, the newest first, who had it before, the first one first: as far back as it was passed on unbroken."""
    had: list[str] = []
    for (kind, _), (_, rep) in pairwise(history):
        if kind != recording.REROUTE or rep is None:
            break
        had.append(rep)
    return tuple(reversed(had))


def _let_go(connection: Connection, at: int) -> None:
    """Forget what leads said that wait no longer."""
    old = select(batches.c.batch).where(batches.c.at < at - KEPT)
    still = _current(decisions.c.lead, decisions.c.batch)
    connection.execute(delete(table).where(table.c.batch.in_(old), tuple_(table.c.lead, table.c.batch).not_in(still)))
