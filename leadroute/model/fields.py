"""What a lead consists of: fields, their types, and how their cells are read."""

from __future__ import annotations

from enum import Enum

from leadroute.model.frozen import frozen
from leadroute.model.span import Span


class FieldType(Enum):
    """The types of language.md, section 1, with ``time`` (of ``now.time``) and ``map`` (a rep's skills)."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    LIST = "list"
    EMAIL = "email"
    DOMAIN = "domain"
    COUNTRY = "country"
    PHONE = "phone"
    MAP = "map"

    @property
    def is_text(self) -> bool:
        """Whether values are one text each (compared as ``str``)."""
        return self in TEXT_TYPES

    @property
    def is_ordered(self) -> bool:
        """Whether ``gt``, ``lte``, ``between`` … are defined."""
        return self in ORDERED_TYPES


TEXT_TYPES = frozenset({FieldType.STRING, FieldType.EMAIL, FieldType.DOMAIN, FieldType.COUNTRY, FieldType.PHONE})
ORDERED_TYPES = frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME, FieldType.TIME})

Scalar = str | int | float | bool
Value = Scalar | tuple[str, ...]
"""A value in its *compared form*, the form that every test sees:

==============================  =========================================================
string, email, domain, phone    ``str``: NFC, case-folded, trimmed, blanks collapsed (``exact``: as written)
country                         ``str``: ISO 3166 alpha-2 in lower case (``us``)
integer                         ``int``
number                          ``float``
boolean                         ``bool``
date                            ``int``: days since 1970-01-01
datetime                        ``int``: microseconds since 1970-01-01T00:00Z
time                            ``int``: microseconds since midnight
list                            ``tuple`` of distinct compared strings, in the order written, never empty
==============================  =========================================================

A missing value is ``None``.
"""


@frozen
class Field:
    """A declared, derived or built-in field of a lead.

    ``columns`` are the header names that are declared; ``origin`` is ``declared``, ``derived`` or ``builtin``.
    """

    name: str
    type: FieldType
    columns: tuple[str, ...] = ()
    optional: bool = False
    required: bool = False
    exact: bool = False
    decimal: str = "."
    separator: str = ";"
    format: str | None = None
    origin: str = "declared"
    span: Span | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """The header names to look for, first that exists wins: the field's own name where none is declared."""
        return self.columns or (self.name,)
