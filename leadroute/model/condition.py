"""Conditions as a tree of frozen values. What they mean is the business of ``language``."""

from __future__ import annotations

from collections.abc import Mapping

from leadroute.model.fields import FieldType, Value
from leadroute.model.frozen import frozen
from leadroute.model.span import Span


@frozen
class Days:
    """A date literal beside a datetime: its whole day, ``start <= t < end`` in microseconds since the epoch."""

    start: int
    end: int


@frozen
class Ago:
    """A literal such as ``-7d``: ``micros`` before now (negative: after).

    ``days`` is set when it was written in days or weeks, and counts whole calendar days for a date field.
    """

    micros: int
    days: int | None


Literal = Value | Days | Ago


@frozen
class Operand:
    """The right side of a test: a literal, or a reference to a lead's field.

    Exactly one of ``value`` and ``ref`` is set. ``text`` is what the person wrote (without ``$`` for a reference);
    ``type`` is the type that the value has: that of the subject for a literal, that of the field for a reference.
    """

    text: str
    value: Literal | None = None
    ref: str | None = None
    type: FieldType = FieldType.STRING
    span: Span | None = None


@frozen
class Subject:
    """The left side of a test: a lead's field, or a rep's attribute inside ``who``, ``require`` and ``match``.

    For a map attribute ``part`` names one entry (``skills.fintech``: compared form) or ``part_ref`` the lead's field
    that names it (``skills.$industry``); such a subject is a number.
    """

    name: str
    type: FieldType
    part: str | None = None
    part_ref: str | None = None
    exact: bool = False


@frozen
class Test:
    """One test: subject, operator, operands.

    ``op`` is a key of ``language.operators.OPERATORS``. Bare values are ``is``, bare lists ``in`` (``has`` and ``has_any`` on a list
    or map); several tests under one field are separate ``Test`` s under ``All``. ``present``, ``free_mail`` and ``disposable`` have
    one boolean operand; for the latter two ``domains`` holds the list that is meant, in lower case.
    """

    subject: Subject
    op: str
    operands: tuple[Operand, ...]
    domains: frozenset[str] = frozenset()
    span: Span | None = None


@frozen
class All:
    """Every part holds; no part: always true."""

    parts: tuple[Condition, ...]
    span: Span | None = None


@frozen
class Any:
    """At least one part holds; no part: never true."""

    parts: tuple[Condition, ...]
    span: Span | None = None


@frozen
class Not:
    """The plain opposite of its part."""

    part: Condition
    span: Span | None = None


Condition = Test | All | Any | Not

LeadValues = Mapping[str, Value | None]
"""One lead as compared values by field name; an absent name is missing."""
