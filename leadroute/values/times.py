"""Dates and instants: ISO 8601, or a field's own format."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import timezone as fixed
from functools import lru_cache

from leadroute.model.clock import zone

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
SHAPE = re.compile(
    r"(?P<year>[0-9]{4})(?P<dash>-?)(?P<month>[0-9]{2})(?P=dash)(?P<day>[0-9]{2})"
    r"(?:[Tt ](?P<hour>[0-9]{2})(?::?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?"
    r"\s?(?P<zone>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
"""An ISO 8601 date, or date and time: extended or basic form, no weeks, no ordinal days."""

_TIME = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?")


def day(text: str, format: str | None = None) -> int | None:  # noqa: A002 (the key's own name)
    """Days since 1970-01-01 of an ISO 8601 date, or of a text in strptime ``format``.

    A text that also has a time gives its date as written: no zone moves it to another day.
    """
    moment = _moment(text, format)
    return None if moment is None else moment.toordinal() - _EPOCH_DAY


def instant(text: str, timezone: str, format: str | None = None) -> int | None:  # noqa: A002
    """Microseconds since 1970-01-01T00:00Z of an ISO 8601 timestamp, or of a text in strptime ``format``.

    Without an offset it is in ``timezone`` (an IANA name): of a time that a clock change repeats the first is meant, and one that
    it skips is read with the offset before the change. A date alone is its midnight. Beyond microseconds is cut off.
    """
    moment = _moment(text, format)
    return None if moment is None else instant_of(moment, timezone)


def instant_of(moment: datetime, timezone: str) -> int | None:
    """Microseconds since 1970-01-01T00:00Z; a naive moment is in ``timezone``."""
    try:
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone(timezone))
        return (aware - _EPOCH) // _MICROSECOND
    except OverflowError:  # the first or last day of the calendar, pushed out of it by its offset
        return None


def time_of_day(text: str) -> int | None:
    """Microseconds since midnight of ``9:30``, ``09:30`` or ``09:30:15``."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + int((found["fraction"] or "0").ljust(6, "0"))


def _moment(text: str, format: str | None) -> datetime | None:  # noqa: A002
    text = text.strip()
    try:
        if format is not None:
            return datetime.strptime(text, format)  # noqa: DTZ007 (a naive one is the caller's to place)
        return _iso(text)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    found = SHAPE.fullmatch(text)
    if found is None:
        return None
    moment = datetime(  # noqa: DTZ001 (a naive one is the caller's to place)
        int(found["year"]),
        int(found["month"]),
        int(found["day"]),
        int(found["hour"] or 0),
        int(found["minute"] or 0),
        int(found["second"] or 0),
        int((found["fraction"] or "0")[:6].ljust(6, "0")),
    )
    written = found["zone"]
    return moment if written is None else moment.replace(tzinfo=_offset(written))


@lru_cache(maxsize=256)
def _offset(written: str) -> tzinfo:

    if written in "Zz":
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    if int(digits[2:]) > 59:
        raise ValueError(written)
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return fixed(-away if written[0] == "-" else away)
