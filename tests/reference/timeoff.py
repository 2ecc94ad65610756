"""When a rep is off: leave by dates and moments, public holidays, a calendar file; and on which days a country rests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

Day = date
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Part of somebody's time, from a moment until before another."""

    start: datetime
    end: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.start <= moment < self.end


@dataclass(frozen=True)
class Days:
    """Days off: a country's holidays, or dates that were listed."""

    country: str | None = None
    dates: frozenset[Day] = field(default_factory=frozenset)

    def has(self, day: Day) -> bool:
        """Whether the day is one of them."""
        return day in self.dates or (self.country is not None and day in public(self.country, day.year))


@cache
def public(country: str, year: int) -> frozenset[Day]:
    """The public holidays of `US` or `US-CA` in a year."""
    import holidays

    name, _, part = country.partition("-")
    return frozenset(holidays.country_holidays(name, subdiv=part or None, years=year))


def days_off(raw: str | None, texts: Mapping[str, str]) -> Days:
    """`US`, `US-CA`, or the name of a file with a date on each line."""
    if raw in (None, "none"):
        return Days()
    if raw in texts:
        return Days(dates=frozenset(date.fromisoformat(found) for found in re.findall(r"(?m)^\s*(\d{4}-\d{2}-\d{2})", texts[raw])))
    return Days(country=raw)


def is_day(text: str) -> bool:
    """Whether a text is a date without a time."""
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()) is not None


def midnight(day: Day, zone: ZoneInfo) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """A moment as written; without an offset on that clock."""
    found = datetime.fromisoformat(text.strip())
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def span(first: str, last: str, zone: ZoneInfo) -> Span:
    """A leave or a shift: of two days both are in it whole, a moment begins or ends it there, as hours do."""
    start = midnight(date.fromisoformat(first), zone) if is_day(first) else moment_of(first, zone)
    if is_day(last):
        return Span(start, midnight(date.fromisoformat(last) + ONE_DAY, zone))
    return Span(start, moment_of(last, zone))


@dataclass(frozen=True)
class Event:
    """One entry of a calendar, repeated or not."""

    start: datetime | Day
    length: timedelta
    zone: ZoneInfo
    busy: bool
    every: timedelta | None
    count: int
    without: frozenset[Day]

    def spans(self) -> Sequence[tuple[bool, Span]]:
        """Its times, each with whether it is all-day."""
        found = []
        for turn in range(self.count):
            start = self.start + (self.every or timedelta(0)) * turn
            if isinstance(start, datetime):
                if start.date() in self.without:
                    continue
                begin = start.replace(tzinfo=start.tzinfo or self.zone)
                found.append((False, Span(begin.astimezone(UTC), begin.astimezone(UTC) + self.length)))
            elif start not in self.without:
                found.append((True, Span(midnight(start, self.zone), midnight(start + self.length, self.zone))))
        return found


def calendar(text: str, zone: ZoneInfo) -> tuple[list[Span], list[Span]]:
    """A calendar's all-day busy times and its timed busy ones; floating times are on the rep's clock."""
    leave: list[Span] = []
    busy: list[Span] = []
    for block in re.findall(r"(?s)BEGIN:VEVENT(.*?)END:VEVENT", text.replace("\r\n", "\n")):
        lines: dict[str, tuple[str, str]] = {}
        for line in block.strip().split("\n"):
            head, _, value = line.partition(":")
            name, _, options = head.partition(";")
            lines[name] = (options, value)
        event = read_event(lines, zone)
        if event.busy:
            for all_day, one in event.spans():
                (leave if all_day else busy).append(one)
    return leave, busy


def read_event(lines: Mapping[str, tuple[str, str]], zone: ZoneInfo) -> Event:
    """One VEVENT."""
    start, own_zone = when(*lines["DTSTART"], zone)
    if "DTEND" in lines:
        end, _ = when(*lines["DTEND"], zone)
        # Between two clock times of one zone an offset may change: what passes is counted.
        length = real(end, own_zone) - real(start, own_zone) if isinstance(end, datetime) else end - start
    else:
        length = timedelta(0) if isinstance(start, datetime) else ONE_DAY
    rule = dict(part.split("=") for part in lines["RRULE"][1].split(";")) if "RRULE" in lines else {}
    every = {"DAILY": ONE_DAY, "WEEKLY": 7 * ONE_DAY}.get(rule.get("FREQ", ""))
    without: frozenset[Day] = frozenset()
    if "EXDATE" in lines:
        left_out = when(*lines["EXDATE"], zone)[0]
        without = frozenset({left_out.date() if isinstance(left_out, datetime) else left_out})
    free = lines.get("TRANSP", ("", ""))[1] == "TRANSPARENT" or lines.get("STATUS", ("", ""))[1] == "CANCELLED"
    return Event(start, length, own_zone, not free, every, int(rule.get("COUNT", "1")), without)


def real(moment: Any, zone: ZoneInfo) -> datetime:
    """A clock time as the moment that it is."""
    return moment.replace(tzinfo=moment.tzinfo or zone).astimezone(UTC)  # type: ignore[no-any-return]


def when(options: str, value: str, zone: ZoneInfo) -> tuple[Any, ZoneInfo]:
    """A DATE, or a DATE-TIME in UTC, in its TZID or floating; with the zone whose clock it is on."""
    if "T" not in value:
        return datetime.strptime(value, "%Y%m%d").date(), zone  # noqa: DTZ007
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=ZoneInfo("UTC")), ZoneInfo("UTC")
    named = re.search(r"TZID=([^;:]+)", options)
    own = ZoneInfo(named[1]) if named else zone
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=own), own


# The lead's own clock

STATES = {("us", "ny"): "America/New_York", ("us", "ca"): "America/Los_Angeles"}
ZONE_COUNTRIES = {"Europe/Berlin": "DE", "America/New_York": "US", "Asia/Kolkata": "IN", "Pacific/Auckland": "NZ"}
COUNTRIES = {"de": "Europe/Berlin", "no": "Europe/Oslo", "gb": "Europe/London"}


def lead_days(zone: ZoneInfo, country: str | None, state: str | None) -> Days | None:
    """The public holidays of a lead's country and state, else those of its zone's country; None where no country is known."""
    import holidays

    whole = ZONE_COUNTRIES.get(zone.key) if country is None else country.upper()
    if whole is None:
        return None
    part = (state or "").upper()
    known = part in holidays.country_holidays(whole).subdivisions
    return Days(f"{whole}-{part}" if known else whole)


def lead_zone(name: str | None, country: str | None, state: str | None) -> ZoneInfo | None:
    """The zone that a lead's cells name; of countries only those that random worlds have."""
    if name is not None and name in available_timezones():
        return ZoneInfo(name)
    place = STATES.get((country or "", state or "")) or COUNTRIES.get(country or "")
    return None if place is None else ZoneInfo(place)
