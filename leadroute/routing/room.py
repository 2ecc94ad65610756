"""Which limit leaves a rep no room for a lead, and by how much."""

from __future__ import annotations

from collections.abc import Iterator

from leadroute.language.words import shown, written
from leadroute.model.condition import All, Condition, Test
from leadroute.model.fields import FieldType
from leadroute.model.limits import Limit, Window, WindowKind
from leadroute.model.rules import MILLION
from leadroute.routing.seats import Seats
from leadroute.routing.tally import PoolTally, Tally

_NOW = {WindowKind.HOUR: "this hour", WindowKind.DAY: "today", WindowKind.WEEK: "this week", WindowKind.MONTH: "this month"}


def limit_words(seats: Seats, rep: int, lead: int) -> str:
    """The first limit that stops a rep: ``at 8 of 8 today``, ``at 39.5 of 40 open, this needs 1``."""
    return next(_stopping(seats, rep, lead), "has room")


def counts_words(limit: Limit) -> str:
    """What a limit counts, after how much of how much: ``today``, ``hot in 4 h``, ``deal_value this week``."""
    measure = limit.measure
    parts = [_such(measure.when) if measure.when is not None else "", measure.of or "", window_words(limit.window)]
    return " ".join(part for part in parts if part)


def window_words(window: Window) -> str:
    """``today``, ``this week``, ``in 4 h``."""
    return _NOW.get(window.kind) or f"in {window.key[:-1]} {window.key[-1]}"


def _stopping(seats: Seats, rep: int, lead: int) -> Iterator[str]:
    tally, pool = seats.tally, seats.pool
    effort = seats.effort if seats.effort is not None else seats.efforts[lead]
    if tally.load[rep] + effort > tally.open[rep]:
        yield _words(tally.load[rep], tally.open[rep], effort, "open")
    yield from _plain(tally, rep, tally.project.reps[rep].limits.plain, None)
    if pool is not None:
        if pool.load[rep] + effort > pool.open:
            yield _words(pool.load[rep], pool.open, effort, "open from this pool")
        yield from _plain(tally, rep, tally.project.pools[pool.name].limits.plain, pool)
    for cap in seats.caps.get(rep, ()):
        needs = cap.takes(lead)
        if needs > cap.left:
            where = "" if cap in tally.caps.get(rep, ()) else " from this pool"
            yield _words(cap.used, cap.limit.most, needs, counts_words(cap.limit) + where)


def _plain(tally: Tally, rep: int, limits: tuple[Limit, ...], pool: PoolTally | None) -> Iterator[str]:
    for limit in limits:
        used = tally.used(rep, limit, pool)
        if used + MILLION > limit.most:
            yield _words(used, limit.most, MILLION, counts_words(limit) + ("" if pool is None else " from this pool"))


def _words(used: int, most: int, needs: int, what: str) -> str:
    """How much is used of how much; what the lead needs, where the limit is not reached without it."""
    taken, limit, more = (shown(number / MILLION, FieldType.NUMBER) for number in (used, most, needs))
    return f"at {taken} of {limit} {what}" if used >= most else f"at {taken} of {limit} {what}, this needs {more}"


def _such(when: Condition) -> str:
    """A condition before what it is said of: ``hot``, ``fintech or insurance``, ``vip``; in full where that would not be understood."""
    if isinstance(when, Test):
        if when.op == "is" and when.subject.type is FieldType.BOOLEAN and when.operands[0].ref is None:
            return when.subject.name if when.operands[0].value else f"not {when.subject.name}"
        texts = [operand.text for operand in when.operands if operand.ref is None]
        if when.op in ("is", "in", "has", "has_any") and when.subject.type.is_text and len(texts) == len(when.operands):
            return " or ".join(texts)
    elif isinstance(when, All) and when.parts and all(isinstance(part, Test) for part in when.parts):
        return " ".join(_such(part) for part in when.parts)
    return f"({written(when)})"
