"""Standings out of a ledger and back into it. Imported only once a ledger is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, Table, and_, bindparam, delete, func, insert, or_, select

from leadroute.ledger import events
from leadroute.ledger.counts import Windows, counts
from leadroute.ledger.frozen import rotation_of, rotation_text
from leadroute.ledger.moving import move, moves
from leadroute.ledger.records import GivenBack
from leadroute.ledger.tables import batches, charges, figures, rotations
from leadroute.model.rules import MILLION
from leadroute.model.standings import EventKind, Figure, RotationStanding, StandingEvent, Standings

_EFFORT = (func.sum(charges.c.effort_whole), func.sum(charges.c.effort_rest))


def read(connection: Connection, windows: Windows, roster: Mapping[str, int], at: int, given_back: Sequence[GivenBack] = ()) -> Standings:
    """The standings at an instant; ``roster`` holds the loads that the roster gives, in millionths.

    What is ``given_back`` is taken off, though nothing of it is written yet.
    """
    seen = {row.rep: row for row in connection.execute(select(figures))}
    standings = Standings(figures={rep: Figure(int(row.load), row.seen) for rep, row in seen.items()}, rotations=read_rotations(connection))
    for back in given_back:
        move(connection, standings.rotations, moves(back.turns, -1), at, back.why)
    charges_back = [charge for back in given_back for charge in back.charges]

    changed = set()
    for rep, load in roster.items():
        figure = standings.figures.get(rep)
        if figure is None or figure.load != load:
            # A changed figure replaces what came before, and nothing has been charged since.
            standings.figures[rep] = Figure(load, at)
            changed.add(rep)
    for pool, rep, *parts in connection.execute(_since_seen(charges.c.pool, charges.c.rep).where(charges.c.pool != "")):
        if rep not in changed:
            _add_up(standings.pool_load, (pool, rep), parts)
    for rep, *parts in connection.execute(_since_seen(charges.c.rep)):
        if rep not in changed:
            _add_up(standings.load, rep, parts)
    for charge in charges_back:
        last = seen.get(charge.rep)
        if charge.rep not in changed and (last is None or (charge.at >= last.seen and charge.batch >= last.batch)):
            _take_off(standings.load, charge.rep, charge.effort)
            if charge.pool:
                _take_off(standings.pool_load, (charge.pool, charge.rep), charge.effort)

    standings.used = counts(connection, windows, given_back)
    return standings


def write(connection: Connection, batch: int, after: Standings) -> None:
    """Keep the turns, figures and events that batch number ``batch`` leaves behind; what ``after`` does not name stays as it was."""
    known = {row.rep: row for row in connection.execute(select(figures))}
    seen = [(rep, figure) for rep, figure in sorted(after.figures.items()) if not _same(known.get(rep), figure)]
    rows: list[dict[str, object]] = [{"rep": rep, "load": str(figure.load), "seen": figure.seen, "batch": batch} for rep, figure in seen]
    _replace(connection, figures, figures.c.rep, rows)
    loads = [StandingEvent(EventKind.LOAD_SEEN, figure.seen, rep=rep, effort=figure.load) for rep, figure in seen]
    events.write(connection, batch, [*loads, *after.events])
    write_rotations(connection, after.rotations)


def read_rotations(connection: Connection) -> dict[str, RotationStanding]:
    """Every rotation as it stands."""
    return {row.rotation: rotation_of(row.standing) for row in connection.execute(select(rotations))}


def write_rotations(connection: Connection, standing: Mapping[str, RotationStanding]) -> None:
    """Keep how these rotations stand; others stay as they are."""
    texts = {row.rotation: row.standing for row in connection.execute(select(rotations))}
    changed = ((key, rotation_text(rotation)) for key, rotation in sorted(standing.items()))
    _replace(
        connection,
        rotations,
        rotations.c.rotation,
        [{"rotation": key, "standing": text} for key, text in changed if texts.get(key) != text],
    )


def _since_seen(*by: ColumnElement[str]) -> Select[Any]:
    """Effort since the rep's figure was seen: at or after that instant, and not in a batch committed before the one that saw it."""
    columns: tuple[Any, ...] = (*by, *_EFFORT)
    return (
        select(*columns)
        .select_from(charges.join(batches, batches.c.batch == charges.c.counted_in).outerjoin(figures, figures.c.rep == charges.c.rep))
        .where(or_(figures.c.rep.is_(None), and_(batches.c.at >= figures.c.seen, charges.c.counted_in >= figures.c.batch)))
        .group_by(*by)
    )


def _add_up(into: dict[Any, int], key: object, parts: list[Any]) -> None:
    whole, rest = parts
    if effort := int(whole) * MILLION + int(rest):
        into[key] = effort


def _take_off(of: dict[Any, int], key: object, amount: int) -> None:
    if left := of.pop(key, 0) - amount:
        of[key] = left


def _same(row: Row[Any] | None, figure: Figure) -> bool:
    return row is not None and int(row.load) == figure.load and row.seen == figure.seen


def _replace(connection: Connection, table: Table, key: Column[str], rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(delete(table).where(key == bindparam("old")), [{"old": row[key.name]} for row in rows])
        connection.execute(insert(table), rows)
