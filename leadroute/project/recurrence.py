"""Recurrence rules of calendars (RFC 5545): checked before a library unrolls them, since some rules would keep it busy for ever."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

FREQUENCIES = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
TOO_OFTEN = ("SECONDLY", "MINUTELY")
MOST_TIMES = 100_000
"""The largest ``COUNT``."""

_DAYS = "(?:MO|TU|WE|TH|FR|SA|SU)"
_FORMS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "FREQ": re.compile("[A-Z]+"),
        "UNTIL": re.compile("[0-9]{8}(?:T[0-9]{6}Z?)?"),
        "COUNT": re.compile("[1-9][0-9]{0,5}"),
        "INTERVAL": re.compile("[1-9][0-9]{0,4}"),
        "BYSECOND": re.compile("[0-5]?[0-9]"),
        "BYMINUTE": re.compile("[0-5]?[0-9]"),
        "BYHOUR": re.compile("(?:[01]?[0-9]|2[0-3])(?:,(?:[01]?[0-9]|2[0-3]))*"),
        "BYDAY": re.compile(f"(?:[+-]?[1-9][0-9]?)?{_DAYS}(?:,(?:[+-]?[1-9][0-9]?)?{_DAYS})*"),
        "BYMONTHDAY": re.compile("[+-]?(?:[1-9]|[12][0-9]|3[01])(?:,[+-]?(?:[1-9]|[12][0-9]|3[01]))*"),
        "BYYEARDAY": re.compile("[+-]?[1-9][0-9]{0,2}(?:,[+-]?[1-9][0-9]{0,2})*"),
        "BYWEEKNO": re.compile("[+-]?[1-9][0-9]?(?:,[+-]?[1-9][0-9]?)*"),
        "BYMONTH": re.compile("(?:0?[1-9]|1[0-2])(?:,(?:0?[1-9]|1[0-2]))*"),
        "BYSETPOS": re.compile("[+-]?[1-9][0-9]{0,2}(?:,[+-]?[1-9][0-9]{0,2})*"),
        "WKST": re.compile(_DAYS),
    }
)
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Rule = Mapping[str, str]
"""The parts of a rule by name, in upper case."""


def too_often(text: str) -> bool:
    """Whether a rule repeats within the hour: nobody's day, and millions of entries."""
    parts = dict(part.partition("=")[::2] for part in text.strip().upper().split(";"))
    return parts.get("FREQ") in TOO_OFTEN or any("," in parts.get(name, "") for name in ("BYMINUTE", "BYSECOND"))


def read_rule(text: str, start: date | datetime) -> Rule | str:
    """The parts of a rule; a sentence that says what is wrong where it cannot be followed.

    ``start`` is the first entry of the series.
    """
    rule: dict[str, str] = {}
    for part in filter(None, text.strip().upper().split(";")):
        name, _, value = part.partition("=")
        if name.startswith("X-"):
            continue
        form = _FORMS.get(name)
        if form is None:
            return f"`{name}` is no part of a recurrence rule"
        if form.fullmatch(value) is None:
            return f"`{name}` cannot be `{value}`"
        rule[name] = value
    if rule.get("FREQ") not in FREQUENCIES:
        return f"`FREQ` cannot be `{rule['FREQ']}`" if "FREQ" in rule else "the recurrence rule has no `FREQ`"
    if int(rule.get("COUNT", 1)) > MOST_TIMES:
        return f"`COUNT` is more than {MOST_TIMES:,}"
    if "UNTIL" in rule and _until(rule["UNTIL"], start) is None:
        return f"`UNTIL` cannot be `{rule['UNTIL']}`"
    return _never(rule, start) or rule


def _never(rule: Rule, start: date | datetime) -> str | None:
    """Why a rule holds on no day at all: a library would look for one until the calendar's end."""
    months = [int(month) for month in rule.get("BYMONTH", "").split(",") if month]
    days = [abs(int(day)) for day in rule.get("BYMONTHDAY", "").split(",") if day]
    if months and days and min(days) > max(_MONTH_DAYS[month - 1] for month in months):
        return "the recurrence rule names a day that its months do not have"
    frequency = rule["FREQ"]
    yearly, fine = frequency == "YEARLY", frequency in ("HOURLY", "DAILY", "WEEKLY")
    if frequency == "HOURLY" and not isinstance(start, datetime):
        return "the event is on whole days and recurs by the hour"
    if "BYSETPOS" in rule and fine:
        return "`BYSETPOS` goes with `MONTHLY` and `YEARLY` alone"
    if (not yearly and {"BYWEEKNO", "BYYEARDAY"} & rule.keys()) or (frequency == "WEEKLY" and "BYMONTHDAY" in rule):
        return f"the recurrence rule mixes `FREQ={frequency}` with days or weeks that it does not have"
    numbered = [day[:-2] != "" for day in rule.get("BYDAY", "").split(",") if day]
    if any(numbered) and (fine or not all(numbered)):
        return "`BYDAY` numbers some days of the week, which goes with `MONTHLY` and `YEARLY`, and for all days or none"
    step = int(rule.get("INTERVAL", "1"))
    hours = {"HOURLY": 1, "DAILY": 24}.get(rule["FREQ"], 0) * step
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[start.weekday()]
    if hours and hours % (7 * 24) == 0 and "BYDAY" in rule and weekday not in rule["BYDAY"]:
        return "the recurrence rule comes round on one day of the week, which `BYDAY` does not name"
    if rule["FREQ"] == "HOURLY" and "BYHOUR" in rule and isinstance(start, datetime):
        reached = {(start.hour + step * turn) % 24 for turn in range(24)}
        if reached.isdisjoint(int(hour) for hour in rule["BYHOUR"].split(",")):
            return "the recurrence rule never comes to an hour of `BYHOUR`"
    return None


def _until(text: str, start: date | datetime) -> date | datetime | None:
    """The last moment of a series; a day beside a start with a time is meant as a whole."""
    try:
        day = datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 - only the day is taken
        if not isinstance(start, datetime):
            return day
        if len(text) == 8:
            return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=start.tzinfo)
        moment = datetime.strptime(text[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - its zone comes next
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC if text.endswith("Z") else start.tzinfo)


def followed(rule: Rule, start: date | datetime) -> bool:
    """Whether the library that unrolls rules takes this one."""
    from dateutil.rrule import rrulestr

    begin = start if isinstance(start, datetime) else datetime.combine(start, time())
    try:
        rrulestr(written(rule, start), dtstart=begin)
    except ValueError:
        return False
    return True


def ended(rule: Rule, start: date | datetime, before: datetime) -> bool:
    """Whether the last entry of a series began before an instant."""
    until = _until(rule["UNTIL"], start) if "UNTIL" in rule else None
    if until is None:
        return False
    return until < before if isinstance(until, datetime) else until < before.date() - timedelta(days=1)


def moved_up(rule: Rule, start: date | datetime, length: timedelta, before: datetime) -> timedelta:
    """By how much the start of a series may be put off, so that what begins from some time before an instant on stays the same.

    A series that has gone on for years need not be counted from its first day. Whole days, never less than none.
    """
    period = {"HOURLY": 1, "DAILY": 1, "WEEKLY": 7}.get(rule["FREQ"])
    if period is None or "COUNT" in rule:
        return timedelta()
    step = period * int(rule.get("INTERVAL", "1"))
    first = start.date() if isinstance(start, datetime) else start
    room = (before.date() - first).days - length.days - 2 * step - 3
    return timedelta(days=max(room // step * step, 0))


def written(rule: Rule, start: date | datetime) -> str:
    """The rule as libraries want it: ``UNTIL`` in UTC beside a start with a time, else a date."""
    parts = dict(rule)
    until = _until(rule["UNTIL"], start) if "UNTIL" in rule else None
    if isinstance(until, datetime):
        parts["UNTIL"] = f"{until.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    elif until is not None:
        parts["UNTIL"] = f"{until:%Y%m%d}"
    return ";".join(f"{name}={value}" for name, value in parts.items())
