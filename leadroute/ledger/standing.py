"""Standings out of a ledger and back into it. Imported only once a ledger is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, and_, bindparam, delete, func, insert, or_, select

from leadroute.ledger import events
from leadroute.ledger.counts import Windows, counts
from leadroute.ledger.frozen import rotation_of, rotation_text
from leadroute.ledger.moving import move, moves
from leadroute.ledger.records import GivenBack
from leadroute.ledger.tables import batches, charges, figures, rotations
from leadroute.model.rules import MILLION
from leadroute.model.standings import EventKind, Figure, RotationStanding, StandingEvent, Standings

AS_OF = "load_as_of"
"""Why a figure counts from another instant than that of its batch."""

DATED = 0
"""The batch of a figure that the roster dates: what was charged from its instant on counts, by whatever batch."""

NEVER, ALWAYS = (1 << 63, 0), (-(1 << 63), 0)
"""Since when charges count, by instant and batch, for a figure that is new and for a rep without one."""

_SINCE_SEEN = or_(figures.c.rep.is_(None), and_(batches.c.at >= figures.c.seen, charges.c.counted_in >= figures.c.batch))
"""At or after the instant of the rep's figure, and not in a batch committed before the one that saw it."""


def read(
    connection: Connection,
    windows: Windows,
    roster: Mapping[str, int],
    dated: Mapping[str, int],
    at: int,
    given_back: Sequence[GivenBack] = (),
) -> Standings:
    """The standings at an instant; ``roster`` holds the loads that the roster gives, in millionths, ``dated`` since when, where it says so.

    What is ``given_back`` is taken off, though nothing of it is written yet.
    """
    stored = {row.rep: row for row in connection.execute(select(figures))}
    known = {rep: _figure(row) for rep, row in stored.items()}
    standings = Standings(figures=dict(known), rotations=read_rotations(connection))
    for back in given_back:
        move(connection, standings.rotations, moves(back.turns, -1), at, back.why)
    for rep, load in roster.items():
        if rep in dated:
            standings.figures[rep] = Figure(load, dated[rep], dated=True)
        elif rep not in known or known[rep].load != load:
            standings.figures[rep] = Figure(load, at)
    changed = {rep for rep, figure in standings.figures.items() if known.get(rep) != figure}
    # A changed figure replaces what came before; nothing has been charged since, unless the roster dates it.
    since = {rep: (row.seen, row.batch) for rep, row in stored.items()} | dict.fromkeys(changed, NEVER)
    since |= {rep: (dated[rep], 0) for rep in changed & dated.keys()}
    _add_up(standings, (one for one in _efforts(connection, _SINCE_SEEN) if one[1] not in changed))
    for instant in sorted({dated[rep] for rep in changed & dated.keys()}):
        newly = {rep for rep in changed if dated.get(rep) == instant}
        _add_up(standings, (one for one in _efforts(connection, batches.c.at >= instant) if one[1] in newly))
    charged = ((charge, since.get(charge.rep, ALWAYS)) for back in given_back for charge in back.charges)
    _add_up(standings, ((one.pool, one.rep, -one.effort) for one, (start, by) in charged if one.at >= start and one.batch >= by))
    standings.used = counts(connection, windows, given_back)
    return standings


def write(connection: Connection, batch: int, after: Standings) -> None:
    """Keep the turns, figures and events that batch number ``batch`` leaves behind; what ``after`` does not name stays as it was."""
    known = {row.rep: _figure(row) for row in connection.execute(select(figures))}
    seen = [(rep, figure) for rep, figure in sorted(after.figures.items()) if known.get(rep) != figure]
    _replace(connection, figures, figures.c.rep, [row(rep, figure, batch) for rep, figure in seen])
    loads = [
        StandingEvent(EventKind.LOAD_SEEN, figure.seen, rep=rep, effort=figure.load, why=AS_OF if figure.dated else "")
        for rep, figure in seen
    ]
    events.write(connection, batch, [*loads, *after.events])
    write_rotations(connection, after.rotations)


def row(rep: str, figure: Figure, batch: int) -> dict[str, object]:
    """A figure, first seen by batch number ``batch``, as a row of its table."""
    return {"rep": rep, "load": str(figure.load), "seen": figure.seen, "batch": DATED if figure.dated else batch}


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


def _efforts(connection: Connection, counted: ColumnElement[bool]) -> Iterator[tuple[str, str, int]]:
    """Pool (``''``: none), rep and effort of the charges that count."""
    group = (charges.c.pool, charges.c.rep)
    query = (
        select(*group, func.sum(charges.c.effort_whole), func.sum(charges.c.effort_rest))
        .select_from(charges.join(batches, batches.c.batch == charges.c.counted_in).outerjoin(figures, figures.c.rep == charges.c.rep))
        .where(counted)
        .group_by(*group)
    )
    for pool, rep, whole, rest in connection.execute(query):
        yield pool, rep, int(whole) * MILLION + int(rest)


def _add_up(standings: Standings, found: Iterable[tuple[str, str, int]]) -> None:
    """Add efforts, by pool and rep, to loads."""
    for pool, rep, effort in found:
        _add(standings.load, rep, effort)
        if pool:
            _add(standings.pool_load, (pool, rep), effort)


def _add(of: dict[Any, int], key: object, amount: int) -> None:
    if total := of.pop(key, 0) + amount:
        of[key] = total


def _figure(row: Row[Any]) -> Figure:
    return Figure(int(row.load), row.seen, dated=row.batch == DATED)


def _replace(connection: Connection, table: Table, key: Column[str], rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(delete(table).where(key == bindparam("old")), [{"old": row[key.name]} for row in rows])
        connection.execute(insert(table), rows)
