"""Limits: how much a rep can carry, and how much can be handed to one in a stretch of time."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from leadroute.model.clock import duration
from leadroute.model.condition import Condition
from leadroute.model.frozen import frozen
from leadroute.model.span import Span


class WindowKind(Enum):
    """The stretches of time: four of the calendar on the rep's clock, and one that rolls."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ROLLING = "rolling"


@frozen
class Window:
    """The stretch of time that a limit looks at; ``length`` (microseconds) is set for ``ROLLING`` alone.

    ``key`` names it in standings: ``day``, ``4h``.
    """

    kind: WindowKind
    length: int = 0

    @property
    def key(self) -> str:
        """The same for equal windows, however they were written."""
        return duration(self.length) if self.kind is WindowKind.ROLLING else self.kind.value


DAILY = Window(WindowKind.DAY)


@frozen
class Measure:
    """What a limit adds up of the leads for which ``when`` holds (``None``: of all): 1 each, or the number of the field ``of``.

    ``key`` is a text that says the same for equal measures whatever their writing; it names the measure in standings and in the ledger,
    where ``''`` is the plain count of leads.
    """

    key: str = ""
    when: Condition | None = None
    of: str | None = None


LEADS = Measure()
"""The plain count of leads."""


@frozen
class Limit:
    """At most so much in a window; ``most`` in millionths (of a lead, or of what ``measure.of`` counts)."""

    most: int
    window: Window
    measure: Measure = LEADS
    span: Span | None = field(default=None, compare=False)

    @property
    def plain(self) -> bool:
        """Whether every lead counts, and each as 1."""
        return self.measure == LEADS


@frozen
class Limits:
    """Limits of a rep, or of each rep in a pool. ``open`` in millionths of effort, ``None``: no limit."""

    open: int | None = None
    within: tuple[Limit, ...] = ()

    @property
    def plain(self) -> tuple[Limit, ...]:
        """Those that count leads, whatever the lead."""
        return tuple(limit for limit in self.within if limit.plain)

    @property
    def measured(self) -> tuple[Limit, ...]:
        """Those with a condition or a value."""
        return tuple(limit for limit in self.within if not limit.plain)


NO_LIMITS = Limits()
