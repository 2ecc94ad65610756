"""Reps in their compiled form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from typing import Protocol

from leadroute.model.fields import Scalar
from leadroute.model.frozen import frozen
from leadroute.model.limits import NO_LIMITS, Limits
from leadroute.model.rules import MILLION
from leadroute.model.span import Span

AttributeValue = Scalar | tuple[str, ...] | Mapping[str, float]
"""A rep's attribute in compared form: text, number (``float``), boolean, list of texts, or map of name to level."""


@frozen
class Shift:
    """A stretch of weekly working time: ``start`` and ``end`` in minutes since Monday 00:00 local, ``end`` may pass the week's end."""

    start: int
    end: int


@frozen
class Hours:
    """Weekly working time in the rep's zone, sorted by start; no shift: never."""

    shifts: tuple[Shift, ...]


@frozen
class Away:
    """Leave: ``start <= t < end`` in local microseconds since 1970-01-01T00:00 on the rep's clock (both dates included as written)."""

    start: int
    end: int
    why: str = ""


class Holidays(Protocol):
    """Public holidays of a place, or those of a file. The same answer whenever it is asked: nothing but the day counts."""

    @property
    def name(self) -> str:
        """As a person would write it: ``US``, ``US-CA``, ``holidays.txt``."""

    def on(self, day: int) -> str | None:
        """The name of the holiday on a date (days since 1970-01-01); ``None`` when it is none."""


@frozen
class Busy:
    """A stretch that a calendar takes: ``start <= t < end`` in instants (microseconds since the epoch).

    ``whole_days`` for an all-day entry, which is leave; else a meeting or the like.
    """

    start: int
    end: int
    whole_days: bool = False


class Calendar(Protocol):
    """What a rep's calendar file takes of their time. The same answer whenever it is asked."""

    @property
    def name(self) -> str:
        """The file, as it is named in messages."""

    def busy(self, first: int, last: int) -> Sequence[Busy]:
        """The busy stretches of which some part lies within ``first <= t <= last``, by their start."""


@frozen
class Ramp:
    """From ``start`` (a factor) rising linearly by routing date from day ``first`` to 1 on day ``last``; ``start`` before ``first``."""

    first: int
    last: int
    start: Fraction


@frozen
class Rep:
    """One rep, defaults filled in.

    ``attributes`` hold every attribute that a condition may name, built-in ones included
    (``id``, ``name``, ``email``, ``team``, ``active``, ``languages``, ``skills``, ``weight``, ``timezone`` …); an absent one is missing.
    ``shown`` holds the same as the person wrote it.

    ``weight`` and ``load`` in millionths; ``load_as_of`` is the instant of that figure, ``None``: when it is first seen. ``hours``
    ``None``: always working. ``manager`` is the rep's own, else the team's, as a position in ``Project.reps``; ``backup`` likewise;
    ``None``: none, or not in the roster.
    ``holidays`` are the rep's own, else those of the business hours; ``None``: none.
    """

    id: str
    name: str
    email: str
    active: bool = True
    team: str | None = None
    weight: int = MILLION
    ramp: Ramp | None = None
    limits: Limits = NO_LIMITS
    load: int = 0
    load_as_of: int | None = None
    manager: int | None = None
    backup: int | None = None
    timezone: str = "UTC"
    hours: Hours | None = None
    away: tuple[Away, ...] = ()
    holidays: Holidays | None = None
    calendar: Calendar | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = None
