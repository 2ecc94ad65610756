"""Fields that are worked out from others: cases, lookups, stable hashes, domains, score and tier."""

from __future__ import annotations

from leadroute.model.condition import Condition, Operand
from leadroute.model.fields import Field, Value
from leadroute.model.frozen import frozen
from leadroute.model.span import Span


@frozen
class Cases:
    """``cases:``: the first ``when`` that holds gives its ``then``; else ``otherwise`` (``None``: missing)."""

    field: Field
    cases: tuple[tuple[Condition, Operand], ...]
    otherwise: Operand | None
    span: Span | None = None


@frozen
class LookupRow:
    """One table row: compared key values (``None``: blank, fits anything) and results (``None``: missing), with their texts."""

    keys: tuple[Value | None, ...]
    gives: tuple[Value | None, ...]
    texts: tuple[str | None, ...]
    line: int


@frozen
class Lookup:
    """``lookup:``: of the rows that fit the one with most filled keys wins, then the longest prefix, then the first.

    ``by`` are the fields, ``prefix`` those of them matched by prefix, ``fields`` the fields that are given (one, named like the
    step itself, or several, ``step.column``), ``otherwise`` one operand per given field where nothing fits.
    """

    name: str
    file: str
    by: tuple[str, ...]
    prefix: frozenset[str]
    fields: tuple[Field, ...]
    rows: tuple[LookupRow, ...]
    otherwise: tuple[Operand | None, ...]
    span: Span | None = None


@frozen
class Hash:
    """``hash:``: first 8 bytes, big-endian, of SHA-256 of the UTF-8 of the trimmed text, modulo ``into``."""

    field: Field
    of: str
    into: int
    span: Span | None = None


@frozen
class DomainOf:
    """``domain_of:``: the registrable domain by the public suffix list, the host where there is none."""

    field: Field
    of: str
    span: Span | None = None


DeriveStep = Cases | Lookup | Hash | DomainOf


@frozen
class Points:
    """One line of ``score.points``: ``add`` is a number or a ``$field`` (missing: 0)."""

    when: Condition
    add: Operand
    span: Span | None = None


@frozen
class Score:
    """``score:``: points are summed; ``tiers`` are ``(name, from)`` from the highest to the lowest."""

    points: tuple[Points, ...]
    tiers: tuple[tuple[str, float], ...]
    span: Span | None = None
