"""What counts in windows of time, summed up in the database. Imported only once a ledger is opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal_column, select

from leadroute.ledger import measured
from leadroute.ledger.records import GivenBack
from leadroute.ledger.tables import batches, charges
from leadroute.model.standings import Use

Stretch = tuple[int | None, int | None]
"""Instants ``start <= t < end`` in microseconds since the epoch UTC; ``None``: no start, no end."""

Windows = Mapping[str, Mapping[str, Stretch]]
"""By rep id and key of the window: the stretch of it that lies around a batch."""

Counted = tuple[int | None, str, str, str, int]
"""Instant, pool (``''``: none), rep, measure (``''``: leads) and amount."""


def counts(connection: Connection, windows: Windows, given_back: Sequence[GivenBack] = ()) -> dict[Use, int]:
    """What counts within the windows, of each rep and of each rep in a pool; what is ``given_back`` is taken off."""
    stretches = {stretch for of_rep in windows.values() for stretch in of_rep.values()}
    if not stretches:
        return {}
    edges = sorted({edge for stretch in stretches for edge in stretch if edge is not None})
    used: defaultdict[Use, int] = defaultdict(int)
    for at, pool, rep, measure, amount in chain(_pieces(connection, edges, stretches), *map(_taken_off, given_back)):
        for window, stretch in windows.get(rep, {}).items():
            if _holds(stretch, at):
                used[Use(window, measure, "", rep)] += amount
                if pool:
                    used[Use(window, measure, pool, rep)] += amount
    return {use: amount for use, amount in used.items() if amount}


def _pieces(connection: Connection, edges: Sequence[int], stretches: set[Stretch]) -> Iterator[Counted]:
    """What counts by piece of time, pool, rep and measure. A piece begins at an edge and ends at the next; the first has no beginning."""
    starts, ends = ([stretch[side] for stretch in stretches] for side in (0, 1))
    looked_at = [batches.c.at >= edges[0]] if None not in starts else []
    looked_at += [batches.c.at < edges[-1]] if None not in ends else []
    piece, within = _piece(batches.c.at, edges, 0, len(edges)), and_(True, *looked_at)
    found = (
        select(piece.label("piece"), charges.c.pool, charges.c.rep, charges.c.leads)
        .select_from(charges.join(batches, batches.c.batch == charges.c.counted_in))
        .where(within)
        .subquery()  # so that the number of the piece is one column to group by, on every database
    )
    by = (found.c.piece, found.c.pool, found.c.rep)
    begins = (None, *edges)
    for number, pool, rep, leads in connection.execute(select(*by, func.sum(found.c.leads)).group_by(*by)):
        yield begins[number], pool, rep, "", int(leads)
    for number, pool, rep, measure, amount in measured.sums(connection, piece, within):
        yield begins[number], pool, rep, measure, amount


def _taken_off(given_back: GivenBack) -> Iterator[Counted]:
    """Instant, pool, rep, measure and amount of what is given back."""
    for charge in given_back.charges:
        yield charge.at, charge.pool, charge.rep, "", -charge.leads
    for one in given_back.amounts:
        yield one.at, one.pool, one.rep, one.measure, -one.amount


def _piece(at: ColumnElement[int], edges: Sequence[int], low: int, high: int) -> ColumnElement[int]:
    """How many of the ascending edges from ``low`` to ``high`` are at or before an instant, found by halves."""
    if low == high:
        return literal_column(str(low))
    middle = (low + high) // 2
    return case((at < edges[middle], _piece(at, edges, low, middle)), else_=_piece(at, edges, middle + 1, high))


def _holds(stretch: Stretch, at: int | None) -> bool:
    """Whether a stretch holds an instant (``None``: one before all edges), and with an edge the whole piece of time that begins there."""
    start, end = stretch
    if at is None:
        return start is None
    return (start is None or start <= at) and (end is None or at < end)
