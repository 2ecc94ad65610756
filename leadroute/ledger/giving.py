"""Giving back what decisions charged: who had it, where, and what is left of it. Imported only once a ledger is opened.

Decisions are picked first, into a table of the connection's own, and worked upon in bulk from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    MetaData,
    Subquery,
    Table,
    Text,
    and_,
    case,
    exists,
    func,
    insert,
    literal_column,
    select,
)

from leadroute.ledger import events, measured
from leadroute.ledger.lookup import BLOCK
from leadroute.ledger.records import EVERYTHING, Charge, GivenBack, Parts, Turn
from leadroute.ledger.store import Store
from leadroute.ledger.tables import batches, charges, decisions, places, reps, returns, verdicts
from leadroute.ledger.tables import events as noted
from leadroute.model.rules import MILLION
from leadroute.model.standings import EventKind, StandingEvent
from leadroute.routing.turns import half_up

_own = MetaData()
picked = Table(
    "picked",
    _own,
    Column("lead", Text, primary_key=True),
    Column("batch", BigInteger, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)
"""The decisions that are worked upon."""

_named = Table("named", _own, Column("lead", Text, nullable=False), prefixes=["TEMPORARY"])


@contextmanager
def picking(connection: Connection) -> Iterator[None]:
    """``picked`` is there, and empty, inside."""
    picked.create(connection)
    yield
    picked.drop(connection)  # after an error it goes with the transaction


def pick_newest(store: Store, ids: Any) -> None:
    """Pick the newest decision of each of some leads (an Arrow string array; nulls and leads that are not known are passed over)."""
    connection = store.connection
    _named.create(connection)
    texts = ids.drop_null().unique()
    parts = (texts.slice(at, BLOCK).to_pylist() for at in range(0, len(texts), BLOCK))
    store.add(_named, ([(text,) for text in part] for part in parts))
    newest = (
        select(decisions.c.lead, func.max(decisions.c.batch))
        .select_from(_named.join(decisions, decisions.c.lead == _named.c.lead))
        .group_by(decisions.c.lead)
    )
    connection.execute(insert(picked).from_select(["lead", "batch"], newest))
    _named.drop(connection)


def pick_batch(connection: Connection, batch: int) -> None:
    """Pick every decision of a batch."""
    connection.execute(
        insert(picked).from_select(["lead", "batch"], select(decisions.c.lead, decisions.c.batch).where(decisions.c.batch == batch))
    )


def left(connection: Connection, parts: Parts = EVERYTHING) -> tuple[list[Charge], list[Turn]]:
    """What the picked decisions charged and have not been given back yet."""
    return charged(connection, _left(parts))


def gone(connection: Connection) -> list[Turn]:
    """The turns that the picked decisions charged and that were given back."""
    before = _returned()
    bits = select(before.c.lead, before.c.batch, before.c.turn, *_nothing("load", "counted")).subquery("bits")
    return charged(connection, bits)[1]


def revived(connection: Connection, let_go: ColumnElement[bool]) -> tuple[list[Charge], list[Turn]]:
    """What some returns gave back of decisions that still count and are not picked: it is to be charged again."""
    other = picked.alias("other")
    chosen = exists().where(other.c.lead == returns.c.lead, other.c.batch == returns.c.batch)
    return charged(connection, select(returns).where(let_go, ~chosen).subquery("bits"))


def charged(connection: Connection, bits: FromClause) -> tuple[list[Charge], list[Turn]]:
    """What decisions charged, of each the parts whose bit is 1: ``bits`` has ``lead``, ``batch``, ``turn``, ``load``, ``counted``."""
    joined = bits.join(decisions, and_(decisions.c.lead == bits.c.lead, decisions.c.batch == bits.c.batch)).join(
        reps, reps.c.number == decisions.c.rep
    )
    group = (decisions.c.batch, batches.c.at, func.coalesce(verdicts.c.pool, ""), reps.c.rep)
    charge = (
        select(*group, func.sum(decisions.c.counted * bits.c.counted), *_split(decisions.c.effort * bits.c.load))
        .select_from(joined.join(verdicts, verdicts.c.number == decisions.c.verdict).join(batches, batches.c.batch == decisions.c.batch))
        .group_by(*group)
        .order_by(*group)
    )
    place = (decisions.c.batch, places.c.rotation, places.c.cell, reps.c.rep)
    turn = (
        select(*place, *_split(decisions.c.cost * bits.c.turn))
        .select_from(joined.join(places, places.c.number == decisions.c.place))
        .group_by(*place)
        .order_by(*place)
    )
    charges = [Charge(*row[:4], int(row[4]), _whole(*row[5:])) for row in connection.execute(charge)]
    turns = [Turn(*row[:4], _whole(*row[4:])) for row in connection.execute(turn)]
    return [one for one in charges if one.leads or one.effort], [one for one in turns if one.turns]


def at_present(connection: Connection, turns: Iterable[Turn]) -> list[Turn]:
    """The same turns as they count now: a weight that changed since has rescaled them along with the rep's others."""
    found = list(turns)
    weighed = (EventKind.OPENED.value, EventKind.JOINED.value, EventKind.REWEIGHTED.value)
    place = (noted.c.rotation, noted.c.cell, noted.c.rep)
    changes = (
        select(*place, noted.c.batch, noted.c.weight)
        .where(noted.c.kind.in_(weighed), noted.c.weight != "0", noted.c.undone == 0)
        .where(noted.c.rotation.in_({turn.rotation for turn in found}))
        .order_by(noted.c.number)
    )
    then: defaultdict[tuple[str, str | None, str], list[tuple[int, int]]] = defaultdict(list)
    for rotation, cell, rep, batch, weight in connection.execute(changes) if found else ():
        then[rotation, cell, rep].append((batch, int(weight)))
    return [_rescaled(turn, then[turn.rotation, turn.cell, turn.rep]) for turn in found]


def _rescaled(turn: Turn, weights: list[tuple[int, int]]) -> Turn:
    """A turn at the last of some weights, each with the batch that brought it; it was charged at the one that was in force then."""
    charged = [weight for batch, weight in weights if batch <= turn.batch]
    if not charged or charged[-1] == weights[-1][1]:
        return turn
    return replace(turn, turns=half_up(Fraction(turn.turns * weights[-1][1], charged[-1])))


def write(connection: Connection, by: int, at: int, parts: Parts, found: tuple[Iterable[Charge], Iterable[Turn]], why: str) -> None:
    """Note that batch number ``by`` gives back these parts of the picked decisions.

    The turn orders themselves are changed by the caller (see ``moving``).
    """
    bits = _left(parts)
    rows = (
        select(bits.c.lead, bits.c.batch, _constant(by), bits.c.turn, bits.c.load, bits.c.counted, _constant(0))
        .select_from(bits.join(decisions, and_(decisions.c.lead == bits.c.lead, decisions.c.batch == bits.c.batch)))
        .where(bits.c.turn + bits.c.load + bits.c.counted > 0, decisions.c.rep >= 0)
    )
    connection.execute(insert(returns).from_select([column.name for column in returns.c], rows))
    write_charges(connection, by, negated(found[0]))
    events.write(connection, by, turn_events(found[1], -1, at, why))


def write_charges(connection: Connection, by: int, found: Iterable[Charge]) -> None:
    """Note charges of earlier batches anew, or negated as given back, by batch number ``by``."""
    sums: defaultdict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for charge in found:
        summed = sums[charge.batch, charge.pool, charge.rep]
        summed[0] += charge.leads
        summed[1] += charge.effort
    rows = [
        {
            "batch": by,
            "counted_in": batch,
            "pool": pool,
            "rep": rep,
            "leads": leads,
            "effort_whole": effort // MILLION,
            "effort_rest": effort % MILLION,
        }
        for (batch, pool, rep), (leads, effort) in sorted(sums.items())
        if leads or effort
    ]
    if rows:
        connection.execute(insert(charges), rows)


def negated(found: Iterable[Charge]) -> Iterator[Charge]:
    """The same charges, given back."""
    return (replace(charge, leads=-charge.leads, effort=-charge.effort) for charge in found)


def turn_events(found: Iterable[Turn], sign: int, at: int, why: str) -> list[StandingEvent]:
    """Events of turns that are charged again (1) or given back (-1)."""
    return [StandingEvent(EventKind.GIVEN_BACK, at, turn.rotation, turn.cell, turn.rep, turns=sign * turn.turns, why=why) for turn in found]


def giving_back(store: Store, ids: Any, parts: Parts, why: str) -> GivenBack:
    """What is left of what the newest decisions of some leads charged."""
    with picking(store.connection):
        pick_newest(store, ids)
        found, taken = left(store.connection, parts)
        now = at_present(store.connection, taken)
        amounts = measured.of(store.connection, picked) if parts.counted else []
    return GivenBack(ids, parts, tuple(found), tuple(now), tuple(amounts), why)


def _returned() -> Subquery:
    """What was given back of each picked decision."""
    of = (returns.c.lead, returns.c.batch)
    parts = [func.max(returns.c[name]).label(name) for name in ("turn", "load", "counted")]
    same = and_(picked.c.lead == returns.c.lead, picked.c.batch == returns.c.batch)
    return select(*of, *parts).select_from(returns.join(picked, same)).where(returns.c.undone == 0).group_by(*of).subquery("before")


def _left(parts: Parts) -> Subquery:
    """Which of the asked parts of each picked decision were not given back."""
    before = _returned()
    bits = [
        case((func.coalesce(before.c[name], 0) == 0, _constant(int(asked))), else_=_constant(0)).label(name)
        for name, asked in (("turn", parts.turn), ("load", parts.load), ("counted", parts.counted))
    ]
    joined = picked.outerjoin(before, and_(before.c.lead == picked.c.lead, before.c.batch == picked.c.batch))
    return select(picked.c.lead, picked.c.batch, *bits).select_from(joined).subquery("bits")


def _nothing(*names: str) -> list[ColumnElement[int]]:
    return [_constant(0).label(name) for name in names]


def _split(amount: ColumnElement[int]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The sum of amounts in millionths as whole units and the rest: 64 bits hold one large amount, but not the sum of many."""
    return func.sum(amount // _constant(MILLION)), func.sum(amount % _constant(MILLION))


def _whole(units: Any, rest: Any) -> int:
    return int(units) * MILLION + int(rest)


def _constant(value: int) -> ColumnElement[int]:
    return literal_column(str(value), BigInteger)
