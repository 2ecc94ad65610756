"""Everything once more from decisions and events, held against what the ledger says. Imported only once a ledger is opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import BigInteger, Connection, Subquery, and_, exists, func, literal_column, or_, select

from leadroute.ledger import events, giving, recording, standing
from leadroute.ledger.records import Charge, Difference, Turn
from leadroute.ledger.tables import batches, charges, decisions, figures, measured, places, reps, returns, undone, verdicts
from leadroute.model.rules import MILLION
from leadroute.model.standings import EventKind, Place, RotationStanding
from leadroute.routing.rebuilt import rebuilt


def differences(connection: Connection) -> Iterator[Difference]:
    """What the ledger says of standings, and decisions and events say otherwise; nothing when all is well."""
    yield from _loose_ends(connection)
    yield from _decided(connection)
    yield from _measured(connection)
    charged, turns = giving.charged(connection, _bits())
    yield from _charges(connection, charged)
    yield from _figures(connection)
    yield from _turns(connection, turns)


def _loose_ends(connection: Connection) -> Iterator[Difference]:
    """Decisions that name what is not there."""
    for table, key, missing in (
        (verdicts, verdicts.c.number, decisions.c.verdict),
        (batches, batches.c.batch, decisions.c.batch),
        (reps, reps.c.number, decisions.c.rep),
        (places, places.c.number, decisions.c.place),
    ):
        lost = select(func.count()).select_from(decisions.outerjoin(table, key == missing)).where(key.is_(None), missing >= 0)
        count = int(connection.execute(lost).scalar_one())
        if count:
            yield Difference("decisions", f"their row in {table.name}", "missing", str(count))


def _measured(connection: Connection) -> Iterator[Difference]:
    """Amounts of limits with a condition or a value that are no decision's."""
    owned = [
        exists().where(
            table.c.lead == measured.c.lead,
            table.c.batch == measured.c.batch,
            table.c.rep == measured.c.rep,
            table.c.verdict == measured.c.verdict,
        )
        for table in (decisions, undone)
    ]
    lost = int(connection.execute(select(func.count()).select_from(measured).where(~or_(*owned))).scalar_one())
    if lost:
        yield Difference("amounts of limits", "their decision", "missing or another", str(lost))


def _decided(connection: Connection) -> Iterator[Difference]:
    """Batches whose decisions are not all there."""
    counts: defaultdict[int, int] = defaultdict(int)
    for table in (decisions, undone):
        for batch, count in connection.execute(select(table.c.batch, func.count()).group_by(table.c.batch)):
            counts[batch] += count
    runs = select(batches).where(batches.c.kind.not_in(recording.ACTIONS)).order_by(batches.c.batch)
    for row in connection.execute(runs):
        if row.decided != counts[row.batch]:
            yield Difference("decisions", f"batch {row.name}", str(row.decided), str(counts[row.batch]))


def _charges(connection: Connection, charged: Iterable[Charge]) -> Iterator[Difference]:
    """Leads counted and load charged, by the batch where they count, pool and rep."""
    expected = {(charge.batch, charge.pool, charge.rep): (charge.leads, charge.effort) for charge in charged}
    group = (charges.c.counted_in, charges.c.pool, charges.c.rep)
    sums = (func.sum(charges.c.leads), func.sum(charges.c.effort_whole), func.sum(charges.c.effort_rest))
    noted = {
        (batch, pool, rep): (int(leads), int(whole) * MILLION + int(rest))
        for batch, pool, rep, leads, whole, rest in connection.execute(select(*group, *sums).group_by(*group))
    }
    names = {row.batch: row.name for row in connection.execute(select(batches.c.batch, batches.c.name))}
    for key in sorted(expected.keys() | noted.keys()):
        batch, pool, rep = key
        where = f"{rep} in batch {names.get(batch, batch)}" + (f", pool {pool}" if pool else "")
        for what, has, should in zip(("leads counted", "load charged"), noted.get(key, (0, 0)), expected.get(key, (0, 0)), strict=True):
            if has != should:
                yield Difference(what, where, _shown(what, has), _shown(what, should))


def _figures(connection: Connection) -> Iterator[Difference]:
    """The roster's loads as last seen."""
    seen = {row.rep: (int(row.effort), row.at) for row in connection.execute(events.of_kind(EventKind.LOAD_SEEN))}
    noted = {row.rep: (int(row.load), row.seen) for row in connection.execute(select(figures))}
    for rep in sorted(seen.keys() | noted.keys()):
        if seen.get(rep) != noted.get(rep):
            yield Difference("roster load", rep, *(_amount(found[rep][0]) if rep in found else "none" for found in (noted, seen)))


def _turns(connection: Connection, charged: Iterable[Turn]) -> Iterator[Difference]:
    """Turns, the weights they count with, and absences."""
    noted = standing.read_rotations(connection)
    sums: defaultdict[tuple[str, str | None, str], int] = defaultdict(int)
    for turn in charged:
        sums[turn.rotation, turn.cell, turn.rep] += turn.turns
    try:
        expected = rebuilt(events.read(connection), sums)
    except KeyError as place:
        yield Difference("turns", f"a place that no event opened: {place.args[0]}", "charged", "not there")
        return
    for key in sorted(noted.keys() | expected.keys()):
        has, should = noted.get(key, RotationStanding()), expected.get(key, RotationStanding())
        yield from _places(key, has, should)
        kept: tuple[tuple[str, Mapping[Any, Any], Mapping[Any, Any]], ...] = (
            ("absence", has.absent, should.absent),
            ("turns to make up", has.owed, should.owed),
        )
        for what, ours, theirs in kept:
            who = sorted(str(name) for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
            if who:
                yield Difference(what, f"{key}: {', '.join(who)}", "another", "another")


def _places(key: str, has: RotationStanding, should: RotationStanding) -> Iterator[Difference]:
    for cell in sorted(has.cells.keys() | should.cells.keys(), key=lambda name: (name is not None, name or "")):
        ours, theirs = has.cells.get(cell, {}), should.cells.get(cell, {})
        for rep in sorted(ours.keys() | theirs.keys()):
            if ours.get(rep) != theirs.get(rep):
                where = f"{rep} in {key}" + (f", {cell}" if cell is not None else "")
                yield Difference("turns", where, _place(ours.get(rep)), _place(theirs.get(rep)))


def _bits() -> Subquery:
    """Which parts of each decision's charge count: turns all (what gave one back is an event), the others where nobody gave them back."""
    of = (returns.c.lead, returns.c.batch)
    parts = [func.max(returns.c[name]).label(name) for name in ("load", "counted")]
    back = select(*of, *parts).where(returns.c.undone == 0).group_by(*of).subquery("back")
    left = [(1 - func.coalesce(back.c[name], 0)).label(name) for name in ("load", "counted")]
    joined = decisions.outerjoin(back, and_(back.c.lead == decisions.c.lead, back.c.batch == decisions.c.batch))
    whole = literal_column("1", BigInteger).label("turn")
    return select(decisions.c.lead, decisions.c.batch, whole, *left).select_from(joined).subquery("bits")


def _shown(what: str, number: int) -> str:
    return _amount(number) if what == "load charged" else str(number)


def _place(place: Place | None) -> str:
    return "no place" if place is None else f"{_amount(place.turns)} by weight {_amount(place.weight)}"


def _amount(millionths: int) -> str:
    """Millionths as a decimal."""
    whole, rest = divmod(abs(millionths), MILLION)
    return f"{'-' if millionths < 0 else ''}{whole}" + (f".{rest:06}".rstrip("0") if rest else "")
