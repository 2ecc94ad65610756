"""Reps in their compiled form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from leadroute.model.fields import Scalar
from leadroute.model.rules import MILLION, NO_LIMITS, Limits
from leadroute.model.span import Span

AttributeValue = Scalar | tuple[str, ...] | Mapping[str, float]
"""A rep's attribute in compared form: text, number (``float``), boolean, list of texts, or map of name to level."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of weekly working time: ``start`` and ``end`` in minutes since Monday 00:00 local, ``end`` may pass the week's end."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly working time in the rep's zone, sorted by start; no shift: never."""

    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Away:
    """Leave: ``start <= t < end`` in local microseconds since 1970-01-01T00:00 on the rep's clock (both dates included as written)."""

    start: int
    end: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ramp:
    """From ``start`` (a factor) rising linearly by routing date from day ``first`` to 1 on day ``last``; ``start`` before ``first``."""

    first: int
    last: int
    start: Fraction


@dataclass(frozen=True, slots=True)
class Rep:
    """One rep, defaults filled in.

    ``attributes`` hold every attribute that a condition may name, built-in ones included
    (``id``, ``name``, ``email``, ``team``, ``active``, ``languages``, ``skills``, ``weight``, ``timezone`` …); an absent one is missing.
    ``shown`` holds the same as the person wrote it.

    ``weight`` and ``load`` in millionths. ``hours`` ``None``: always working. ``manager`` is the rep's own, else the team's,
    as a position in ``Project.reps``; ``backup`` likewise; ``None``: none, or not in the roster.
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
    manager: int | None = None
    backup: int | None = None
    timezone: str = "UTC"
    hours: Hours | None = None
    away: tuple[Away, ...] = ()
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = None
