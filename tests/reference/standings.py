"""What batches leave behind: charges, load figures and the limits that count them, turns that can be given back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.reference.conditions import Clock, Lead, holds, lead_side
from tests.reference.roster import Rep
from tests.reference.turns import Rotation
from tests.reference.values import FieldType, number, period


@dataclass(frozen=True)
class Decision:
    """What became of one row; `rung` and `eligible` are for people who look for a difference."""

    outcome: str
    rep: str | None = None
    queue: str | None = None
    rule: str | None = None
    pool: str | None = None
    fit: Fraction | None = None
    rung: int | None = None
    eligible: tuple[str, ...] = ()

    def answer(self) -> tuple[str, str | None, str | None, str | None, str | None, Fraction | None]:
        """What the fast engine must say too."""
        return self.outcome, self.rep, self.queue, self.rule, self.pool, self.fit


@dataclass(eq=False)
class Charge:
    """What one lead put on one rep: `effort` of load, and one lead where it is `counted`.

    `known` are the limits with `when` or `of` that the project had then, by what they say: others count from later on.
    """

    at: datetime
    batch: int
    rep: str
    pool: str | None
    effort: Fraction
    counted: bool
    lead: Lead
    types: Mapping[str, FieldType]
    clock: Clock
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Turn:
    """A turn that was charged, and in which batch and at which weight."""

    key: tuple[str, str]
    cell: Any
    rep: str
    cost: Fraction
    batch: int
    weight: Fraction


@dataclass
class Record:
    """What is known of a lead that was decided.

    `rep` is who had it last, `times` how often it was decided, `keys` the fields by which it can be found: those of `keep_together` then.
    """

    decision: Decision
    at: datetime
    number: int
    lead: Lead
    charges: list[Charge] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    times: int = 1
    keys: tuple[str, ...] = ()
    rep: str | None = None


@dataclass
class Standings:
    """What one batch leaves to the next; `figures` are the load figures, each with the first batch that saw it."""

    rotations: dict[tuple[str, str], Rotation] = field(default_factory=dict)
    figures: dict[str, tuple[Fraction, int]] = field(default_factory=dict)
    charges: dict[str, list[Charge]] = field(default_factory=dict)
    handed_out: dict[str, list[str]] = field(default_factory=dict)
    decided: dict[str, Record] = field(default_factory=dict)
    decisions: int = 0
    batches: int = 0

    def give_back(self, record: Record) -> None:
        """Undoes what a decision charged: turns, limits and load."""
        for charge in record.charges:
            self.charges[charge.rep].remove(charge)
        for turn in record.turns:
            self.rotations[turn.key].give_back(turn.cell, turn.rep, turn.cost / turn.weight, turn.batch)
        record.charges, record.turns = [], []


@dataclass(frozen=True)
class Limit:
    """`max` leads (or the sum of a field) in a window of the rep's clock or a rolling one; per `open`: load."""

    most: Fraction
    per: str
    when: Mapping[str, Any] | None = None
    of: str | None = None

    def plain(self) -> bool:
        """Whether it counts every lead alike, so that reaching it is an absence."""
        return self.when is None and self.of is None

    def says(self) -> str:
        """What a limit counts, whatever its number and its time."""
        return f"{self.when} {self.of}"

    def covers(self, moment: datetime, now: datetime, rep: Rep) -> bool:
        """Whether a moment lies in the window of now."""
        one, other = moment.astimezone(rep.zone), now.astimezone(rep.zone)
        if self.per == "hour":
            return hour(one) == hour(other)
        if self.per == "day":
            return one.date() == other.date()
        if self.per == "week":
            return one.date().isocalendar()[:2] == other.date().isocalendar()[:2]
        if self.per == "month":
            return (one.year, one.month) == (other.year, other.month)
        return now - period(self.per) < moment <= now

    def concerns(self, lead: Lead, types: Mapping[str, FieldType], clock: Clock) -> bool:
        """Whether the limit's `when` holds for a lead."""
        return self.when is None or holds(self.when, lead_side(types, lead), lead, clock)

    def amount(self, lead: Lead) -> Fraction:
        """What a lead counts for: 1, or the value of the field; a missing or negative one nothing."""
        if self.of is None:
            return Fraction(1)
        if not self.of.startswith("$"):
            value = number(self.of)
        else:
            cell = lead[self.of[1:]]
            value = None if cell is None else Fraction(cell.value)
        return Fraction(0) if value is None else max(value, Fraction(0))


def hour(local: datetime) -> tuple[Any, ...]:
    """The hour of a clock; the two that bear one name when clocks go back are two."""
    return local.date(), local.hour, local.utcoffset()


def limits(raw: Any) -> list[Limit]:
    """`{open: 40, per_day: 8}`, or the long form."""
    if isinstance(raw, Mapping):
        return [Limit(Fraction(most), name.removeprefix("per_")) for name, most in raw.items()]
    return [Limit(Fraction(one["max"]), one["per"], one.get("when"), one.get("of")) for one in raw or []]


def open_limit(found: Sequence[Limit]) -> Fraction | None:
    """The limit of open leads."""
    return min((limit.most for limit in found if limit.per == "open" and limit.plain()), default=None)


def carried(rep: Rep, pool: str | None, standings: Standings, roster_only: bool) -> Fraction:
    """The effort charged on top of the roster's figure, by one pool or at all: since `load_as_of`, else since the figure is known."""
    first = standings.batches if roster_only else standings.figures[rep.id][1]
    return sum(
        (
            charge.effort
            for charge in standings.charges.get(rep.id, [])
            if pool in (None, charge.pool)
            and (charge.at >= rep.load_as_of if rep.load_as_of is not None and not roster_only else charge.batch >= first)
        ),
        Fraction(0),
    )


def counted(limit: Limit, rep: Rep, pool: str | None, standings: Standings, now: datetime) -> Fraction:
    """What a limit that is not `open` has counted in its window."""
    return sum(
        (
            limit.amount(charge.lead)
            for charge in standings.charges.get(rep.id, [])
            if charge.counted
            and pool in (None, charge.pool)
            and (limit.plain() or limit.says() in charge.known)
            and limit.covers(charge.at, now, rep)
            and limit.concerns(charge.lead, charge.types, charge.clock)
        ),
        Fraction(0),
    )


def expired(at: datetime, now: datetime, span: str | None) -> bool:
    """Whether something of then is further away than a period, in either direction."""
    return span is not None and abs(now - at) > period(span)
