"""Values that a file has typed already: JSON, Parquet and XLSX cells, used as they are."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from leadroute.model.fields import Field, FieldType, Value
from leadroute.values.numbers import real, whole
from leadroute.values.reading import items, read
from leadroute.values.times import instant_of

_EPOCH_DAY = date(1970, 1, 1).toordinal()


def text_of(value: Any) -> str:
    """A typed value as the text that a person would write: ``12.0`` is ``12``, ``True`` is ``true``, dates are ISO 8601.

    ``None`` is the empty text; lists and mappings are JSON.
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() if value != value or abs(value) == float("inf"):  # noqa: PLR0124 (nan)
            return str(value)
        case float() | Decimal():
            exact = Decimal(repr(value)) if isinstance(value, float) else value
            text = f"{exact:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return json.dumps(value, ensure_ascii=False, default=text_of)


def of_typed(field: Field, value: Any, timezone: str) -> tuple[Value | None, str]:
    """The compared form of a typed value, and its text.

    A number that is given for a number is used as it is, whatever decimal mark texts of the field have; so are dates and lists.
    Everything else is read from its text.
    """
    text = text_of(value).strip()
    kind = field.type
    if kind in (FieldType.INTEGER, FieldType.NUMBER) and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if isinstance(value, int) and value.bit_length() > 1024:
            return None, text
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not exact.is_finite():
            return None, text
        return (whole(exact) if kind is FieldType.INTEGER else real(exact)), text
    if kind is FieldType.LIST and isinstance(value, list | tuple):
        return items(field, [text_of(item) for item in value]), text
    if kind is FieldType.DATE and isinstance(value, date):
        return value.toordinal() - _EPOCH_DAY, text
    if kind is FieldType.DATETIME and isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
        return instant_of(moment, timezone), text
    return read(field, text, timezone) if text else None, text
