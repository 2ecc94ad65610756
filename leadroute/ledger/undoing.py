"""Taking a batch back. Imported only once a ledger is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)

from leadroute.ledger import events, giving, recording, standing
from leadroute.ledger.frozen import thaw
from leadroute.ledger.giving import picked
from leadroute.ledger.moving import Move, move, moves
from leadroute.ledger.records import Action, Reference, Refused, Undone
from leadroute.ledger.store import Store
from leadroute.ledger.tables import batches, decisions, figures, follows, passed_over, reminders, returns, rotations, starts, undone
from leadroute.ledger.tables import events as noted
from leadroute.model.standings import EventKind, Figure, StandingEvent

_HOW = {recording.CLOSE: "closed", "reroute": "rerouted"}


def undo(store: Store, name: str, action: Action, *, force: bool) -> Undone | Refused:
    """Take the batch of that name back, in the open transaction: as if it had never been, as far as nothing was built upon it."""
    connection = store.connection
    target = connection.execute(select(batches).where(batches.c.name == name)).first()
    if target is None:
        return Refused(name, "unknown")
    by = connection.execute(select(batches.c.name).where(batches.c.undoes == target.batch)).scalar()
    if by is not None:
        return Refused(name, "undone", by)
    if target.kind == recording.UNDO:
        return Refused(name, "undo")
    with giving.picking(connection):
        own = _seed(connection, target)
        if not force and (references := tuple(_references(connection, target))):
            return Refused(name, "referred", references=references)
        _close_over(connection)
        taken = _count(connection)
        wholly = target.kind not in recording.ACTIONS and _last(connection, target.batch)
        number = recording.add(connection, recording.UNDO, action, leads=own, decided=taken, undoes=target.batch, wholly=wholly)
        _take_back(store, target, number, action, wholly=wholly)
    along = taken if target.kind == recording.CLOSE else taken - own
    return Undone(action.name, name, target.kind, own, along)


def _seed(connection: Connection, target: Row[Any]) -> int:
    """Pick a run's own decisions, or those that later batches made on leads that were closed; how many leads the batch is about."""
    giving.pick_batch(connection, target.batch)
    if target.kind != recording.CLOSE:
        return _count(connection)
    closed = select(returns.c.lead).where(returns.c.by == target.batch, returns.c.undone == 0)
    later = select(decisions.c.lead, decisions.c.batch).where(decisions.c.lead.in_(closed), decisions.c.batch > target.batch)
    connection.execute(insert(picked).from_select(["lead", "batch"], later))
    standing_still = select(func.count()).select_from(
        returns.join(decisions, and_(decisions.c.lead == returns.c.lead, decisions.c.batch == returns.c.batch))
    )
    return int(connection.execute(standing_still.where(returns.c.by == target.batch, returns.c.undone == 0)).scalar_one())


def _references(connection: Connection, target: Row[Any]) -> Iterator[Reference]:
    """What later batches made of the leads, by how and by batch."""
    if target.kind == recording.CLOSE:
        yield from _summed(connection, select(picked.c.lead, picked.c.batch), None)
        return
    yield from _summed(connection, _later(), None)
    yield from _summed(connection, _following(), "kept together")
    closed = (
        select(returns.c.lead, returns.c.by.label("batch"))
        .select_from(returns.join(picked, and_(picked.c.lead == returns.c.lead, picked.c.batch == returns.c.batch)))
        .join(batches, batches.c.batch == returns.c.by)
        .where(returns.c.undone == 0, batches.c.kind == recording.CLOSE)
    )
    yield from _summed(connection, closed, None)


def _summed(connection: Connection, query: Select[Any], how: str | None) -> Iterator[Reference]:
    found = query.subquery()
    group = (batches.c.batch, batches.c.name, batches.c.kind)
    summed = select(*group, func.count(), func.min(found.c.lead)).select_from(found.join(batches, batches.c.batch == found.c.batch))
    for _, name, kind, leads, lead in connection.execute(summed.group_by(*group).order_by(batches.c.batch)):
        yield Reference(name, how or _HOW.get(kind, "decided again"), int(leads), lead)


def _later() -> Select[Any]:
    """Later decisions on the leads of picked ones."""
    return (
        select(decisions.c.lead, decisions.c.batch)
        .select_from(decisions.join(picked, and_(picked.c.lead == decisions.c.lead, picked.c.batch < decisions.c.batch)))
        .where(~_is_picked(decisions.c.lead, decisions.c.batch))
        .distinct()
    )


def _following() -> Select[Any]:
    """Decisions on other leads that were made by picked ones."""
    return (
        select(decisions.c.lead, decisions.c.batch)
        .select_from(
            follows.join(picked, and_(picked.c.lead == follows.c.earlier_lead, picked.c.batch == follows.c.earlier_batch)).join(
                decisions, and_(decisions.c.lead == follows.c.lead, decisions.c.batch == follows.c.batch)
            )
        )
        .where(~_is_picked(decisions.c.lead, decisions.c.batch))
        .distinct()
    )


def _is_picked(lead: ColumnElement[str], batch: ColumnElement[int]) -> ColumnElement[bool]:
    other = picked.alias("other")
    return exists().where(other.c.lead == lead, other.c.batch == batch)


def _close_over(connection: Connection) -> None:
    """Pick what refers to picked decisions, and what refers to that in turn."""
    before = -1
    while (count := _count(connection)) > before:
        before = count
        for query in (_later(), _following()):
            connection.execute(insert(picked).from_select(["lead", "batch"], query))


def _count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(picked)).scalar_one())


def _last(connection: Connection, batch: int) -> bool:
    """Whether no turn order was changed by a later batch, but for those that were taken back with all that they changed."""
    undoing = batches.alias("undoing")
    void = select(undoing.c.undoes).where(undoing.c.wholly == 1)
    later = select(batches.c.batch).where(
        batches.c.batch > batch,
        batches.c.kind.not_in([recording.CLOSE, recording.ANSWERED]),
        batches.c.wholly == 0,
        batches.c.batch.not_in(void),
    )
    return connection.execute(later.limit(1)).first() is None


def _take_back(store: Store, target: Row[Any], number: int, action: Action, *, wholly: bool) -> None:
    """Give back what is left of the picked decisions, charge again what they and the batch had given back, and let them go."""
    connection = store.connection
    why = f"undo of {target.name}"
    let_go = and_(or_(returns.c.by == target.batch, _is_picked(returns.c.lead, returns.c.by)), returns.c.undone == 0)
    charges, turns = giving.left(connection)
    again, turns_again = giving.revived(connection, let_go)
    giving.write_charges(connection, number, chain(giving.negated(charges), again))
    # A turn that was given back before has an event that took it off; once its decision is gone, that must not count either.
    no_more = giving.gone(connection)
    connection.execute(update(returns).where(let_go).values(undone=number))
    connection.execute(delete(reminders).where(reminders.c.by == target.batch))
    if wholly:
        _restore(connection, target.batch, number)
    # Weights are asked after that: it may have brought earlier ones back.
    turns_again = giving.at_present(connection, turns_again)
    wanted = moves(turns_again, 1)
    if not wholly:
        present = giving.at_present(connection, turns)
        wanted += moves(present, -1)
        # With its decision goes what a turn cost then; what a new weight has made of it since is taken off by an event.
        no_more += [replace(then, turns=then.turns - now.turns) for then, now in zip(turns, present, strict=True) if then != now]
    events.write(connection, number, giving.turn_events([*no_more, *turns_again], 1, action.at, why))
    if target.kind == recording.ADJUST:
        wanted += _adjustments(connection, target.batch, number, action.at, why)
    standings = standing.read_rotations(connection)
    events.write(connection, number, move(connection, standings, wanted, action.at, why))
    standing.write_rotations(connection, standings)
    chosen = select(picked.c.lead, picked.c.batch)
    leaving = tuple_(decisions.c.lead, decisions.c.batch).in_(chosen)
    columns = [column.name for column in undone.c]
    connection.execute(insert(undone).from_select(columns, select(decisions, literal_column(str(number))).where(leaving)))
    connection.execute(delete(decisions).where(leaving))
    connection.execute(delete(passed_over).where(passed_over.c.batch == target.batch))


def _restore(connection: Connection, batch: int, number: int) -> None:
    """Turn orders and figures as they were when a batch began, and none of its events."""
    # Later batches are all taken back themselves, so their events say nothing any more; what this one gave back has events against it.
    kept = [EventKind.GIVEN_BACK.value, EventKind.AMENDED.value]
    own = and_(noted.c.batch == batch, noted.c.kind.not_in(kept))
    later = and_(noted.c.batch > batch, noted.c.batch < number)
    connection.execute(update(noted).where(or_(own, later), noted.c.undone == 0).values(undone=number))
    frozen = connection.execute(select(starts.c.standings).where(starts.c.batch == batch)).scalar_one()
    connection.execute(delete(rotations))
    standing.write_rotations(connection, thaw(frozen).rotations)
    seen = {
        row.rep: standing.row(row.rep, Figure(int(row.effort), row.at, dated=row.why == standing.AS_OF), row.batch)
        for row in connection.execute(events.of_kind(EventKind.LOAD_SEEN))
    }
    connection.execute(delete(figures))
    if seen:
        connection.execute(insert(figures), list(seen.values()))


def _adjustments(connection: Connection, batch: int, number: int, at: int, why: str) -> list[Move]:
    """What takes the adjustments of a batch back, noted as adjustments of their own."""
    found = [
        Move(row.rotation, row.cell, row.rep, -int(row.turns))
        for row in connection.execute(events.of_kind(EventKind.ADJUSTED).where(noted.c.batch == batch))
    ]
    back = [StandingEvent(EventKind.ADJUSTED, at, one.rotation, one.cell, one.rep, turns=one.turns, why=why) for one in found]
    events.write(connection, number, back)
    return found
