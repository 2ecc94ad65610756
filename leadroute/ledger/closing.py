"""Leads whose work is done, and leads that somebody answered. Imported only once a ledger is opened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, and_, exists, func, insert, literal_column, select

from leadroute.ledger import giving, recording
from leadroute.ledger.giving import picked
from leadroute.ledger.records import Action, Noted, Parts
from leadroute.ledger.store import Store
from leadroute.ledger.tables import answers, batches, decisions, returns

LOAD = Parts(turn=False, load=True, counted=False)


def close(store: Store, ids: Any, action: Action) -> Noted:
    """Free the load of these leads' reps, in the open transaction. What was noted before is not noted again."""
    connection = store.connection
    with giving.picking(connection):
        giving.pick_newest(store, ids)
        closed = exists().where(
            returns.c.lead == picked.c.lead, returns.c.batch == picked.c.batch, returns.c.load == 1, returns.c.undone == 0
        )
        fresh, found = _found(connection, ids, closed, action)
        if fresh:
            number = recording.add(connection, recording.CLOSE, action, leads=fresh)
            giving.write(connection, number, action.at, LOAD, giving.left(connection, LOAD), action.why)
    return found


def answer(store: Store, ids: Any, action: Action) -> Noted:
    """Note that somebody answered these leads, in the open transaction. What was noted since the decision is not noted again."""
    connection = store.connection
    with giving.picking(connection):
        giving.pick_newest(store, ids)
        answered = exists().where(answers.c.lead == picked.c.lead, answers.c.batch > picked.c.batch, ~undone(answers.c.batch))
        fresh, found = _found(connection, ids, answered, action)
        if fresh:
            number = recording.add(connection, recording.ANSWERED, action, leads=fresh)
            values = [literal_column(str(value), BigInteger) for value in (number, action.at)]
            rows = _assigned(picked.c.lead, *values).where(~answered)
            connection.execute(insert(answers).from_select([column.name for column in answers.c], rows))
    return found


def undone(batch: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a batch was taken back."""
    undo = batches.alias("undo_of")
    return exists().where(undo.c.undoes == batch)


def _found(connection: Connection, ids: Any, noted: ColumnElement[bool], action: Action) -> tuple[int, Noted]:
    """How many of the picked decisions are to be noted, and the account of all ids."""
    texts = ids.drop_null().unique()
    known = _count(connection, select(picked.c.lead))
    assigned = _count(connection, _assigned(picked.c.lead))
    before = _count(connection, _assigned(picked.c.lead).where(noted))
    fresh = assigned - before
    return fresh, Noted(action.name if fresh else None, fresh, before, known - assigned, len(texts) - known)


def _assigned(*columns: Any) -> Select[Any]:
    """Of the picked decisions those that gave the lead to somebody."""
    same = and_(decisions.c.lead == picked.c.lead, decisions.c.batch == picked.c.batch)
    return select(*columns).select_from(picked.join(decisions, same)).where(decisions.c.rep >= 0)


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())
