"""One text to its compared form, by the field's type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from leadroute.language.text import compared, trimmed
from leadroute.model.fields import Field, FieldType, Value
from leadroute.values.countries import country_code
from leadroute.values.domains import host
from leadroute.values.mail import is_address
from leadroute.values.numbers import decimal, real, whole
from leadroute.values.phones import phone
from leadroute.values.times import day, instant, time_of_day

EXPECTED: Mapping[FieldType, str] = MappingProxyType(
    {
        FieldType.STRING: "a text",
        FieldType.INTEGER: "a whole number such as `1200` or `1.2k`",
        FieldType.NUMBER: "a number such as `1200.50` or `1.2k`",
        FieldType.BOOLEAN: "`true` or `false` (or yes/no, y/n, t/f, 1/0)",
        FieldType.DATE: "a date such as `2026-11-23`",
        FieldType.DATETIME: "a date and time such as `2026-11-23T10:01-05:00`",
        FieldType.TIME: "a time of day such as `09:30`",
        FieldType.LIST: "a list of texts",
        FieldType.EMAIL: "an e-mail address such as `jane@acme.com`",
        FieldType.DOMAIN: "a domain such as `acme.com`",
        FieldType.COUNTRY: "a country such as `US` or `United States`",
        FieldType.PHONE: "a phone number such as `+1 415 555 0100`",
        FieldType.MAP: "names with levels such as `fintech:4;healthcare`",
    }
)
"""What a type expects, for messages."""

BOOLEANS: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(("true", "yes", "y", "t", "1"), True) | dict.fromkeys(("false", "no", "n", "f", "0"), False)
)
"""The words for yes and no, in compared form."""


def read(field: Field, text: str, timezone: str) -> Value | None:
    """The compared form of one text by the field's type, exactness, decimal mark, separator and format.

    Args:
        field: What the text belongs to.
        text: The text; blanks around it do not count, but in an ``exact`` string.
        timezone: The IANA name of the zone in which a datetime without an offset is meant.

    Returns:
        The value, or ``None`` when the text does not parse (or is a list without items).
    """
    return _READERS[field.type](field, text, timezone)


def items(field: Field, texts: list[str]) -> tuple[str, ...] | None:
    """The distinct items of a list in compared form, in the order written, empty ones dropped; ``None`` when none is left."""
    form = trimmed if field.exact else compared
    return tuple(dict.fromkeys(item for item in map(form, texts) if item)) or None


def _text(field: Field, text: str, _: str) -> Value | None:
    return text if field.exact else compared(text)


def _integer(field: Field, text: str, _: str) -> Value | None:
    number = decimal(text, field.decimal)
    return None if number is None else whole(number)


def _number(field: Field, text: str, _: str) -> Value | None:
    number = decimal(text, field.decimal)
    return None if number is None else real(number)


def _email(field: Field, text: str, timezone: str) -> Value | None:
    return _text(field, text, timezone) if is_address(trimmed(text)) else None


_READERS: dict[FieldType, Callable[[Field, str, str], Value | None]] = {
    FieldType.STRING: _text,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: lambda _, text, __: BOOLEANS.get(compared(text)),
    FieldType.DATE: lambda field, text, _: day(text, field.format),
    FieldType.DATETIME: lambda field, text, timezone: instant(text, timezone, field.format),
    FieldType.TIME: lambda _, text, __: time_of_day(text),
    FieldType.LIST: lambda field, text, _: items(field, text.split(field.separator)),
    FieldType.EMAIL: _email,
    FieldType.DOMAIN: lambda _, text, __: host(text),
    FieldType.COUNTRY: lambda _, text, __: country_code(text),
    FieldType.PHONE: lambda _, text, __: phone(text),
    FieldType.MAP: lambda _, __, ___: None,
}
