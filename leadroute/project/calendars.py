"""Calendar files: what takes a rep's time, single entries at once and series when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from leadroute.model.clock import DAY, EPOCH, EPOCH_DAY, at_wall
from leadroute.model.frozen import frozen, record
from leadroute.model.roster import Busy
from leadroute.model.span import Span
from leadroute.project.findings import Findings, shown
from leadroute.project.icalendar_text import CalendarText, Entry, Property
from leadroute.project.recurrence import Rule, ended, followed, moved_up, read_rule, too_often, written
from leadroute.values.zones import zone_named

MOST_FINDINGS = 5
"""Further mistakes in one calendar are not told."""
MOST_SERIES = 5_000
"""A calendar with more series was not kept by hand."""
AROUND = 8 * DAY
"""Series are unrolled for so much time at once, at least."""

_MOMENT = re.compile(r"(?P<day>[0-9]{8})(?:T(?P<time>[0-9]{6})(?P<utc>Z)?)?")
_LENGTH = re.compile(
    r"(?P<sign>[+-]?)P(?:(?P<weeks>[0-9]{1,4})W|(?:(?P<days>[0-9]{1,5})D)?"
    r"(?:T(?:(?P<hours>[0-9]{1,5})H)?(?:(?P<minutes>[0-9]{1,6})M)?(?:(?P<seconds>[0-9]{1,7})S)?)?)"
)
_FREE = ("FREE",)
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""For what must work on every day, and is tried on one."""

When = date | datetime
"""A day, or a moment with its zone."""


class BadEntryError(Exception):
    """An entry that cannot be read: the finding's name, the sentence, and the line."""

    def __init__(self, said: str, line: int, name: str = "bad-calendar") -> None:
        super().__init__(said)
        self.said = said
        self.line = line
        self.name = name


@frozen
class Event:
    """One ``VEVENT``; ``end`` is not included.

    ``counts`` is whether it takes time: not what is cancelled, nor what is shown as free. ``replaces`` is the time of the entry of a
    series that it stands in for, ``onwards`` also for all after that.
    """

    uid: str
    sequence: int
    start: When
    end: When
    counts: bool
    rules: tuple[Rule, ...] = ()
    more: tuple[When | tuple[datetime, datetime | timedelta], ...] = ()
    without: tuple[When, ...] = ()
    replaces: When | None = None
    onwards: bool = False

    @property
    def recurs(self) -> bool:
        """Whether it is the head of a series."""
        return bool(self.rules or self.more)


@frozen
class CalendarFile:
    """A calendar as it was read for a rep whose clock shows ``timezone``.

    ``single`` are entries of their own, by their start; ``series`` each the head of one with the events that replace some of its entries.
    """

    name: str
    timezone: str
    single: tuple[Busy, ...]
    series: tuple[tuple[Event, ...], ...]
    unrolled: dict[str, tuple[int, int, tuple[Busy, ...]]] = field(default_factory=dict, repr=False, compare=False)

    def busy(self, first: int, last: int) -> Sequence[Busy]:
        """The busy stretches of which some part lies within ``first <= t <= last`` (microseconds since the epoch), by their start."""
        known = self.unrolled.get("known")
        if known is None or not (known[0] <= first and last <= known[1]):
            begin = first - first % DAY
            end = max(last, begin + AROUND)
            known = self.unrolled["known"] = (begin, end, self._around(begin, end))
        return [one for one in known[2] if one.start <= last and one.end > first]

    def _around(self, first: int, last: int) -> tuple[Busy, ...]:
        found = [one for one in self.single if one.start <= last and one.end > first]
        for events in self.series:
            found += (one for one in unrolled(events, first, last, self.timezone) if one.start <= last and one.end > first)
        return tuple(sorted(set(found), key=lambda one: (one.start, one.end, one.whole_days)))


def calendar_of(text: CalendarText, file: str, timezone: str, findings: Findings) -> CalendarFile:
    """The calendar of a rep whose clock shows ``timezone``, which is what times without a zone are in; entries with errors are told."""
    reader = _Reader(text.zones, timezone)
    single: list[Busy] = []
    events: dict[str, list[Event]] = {}
    wrong = 0
    for entry in text.entries:
        try:
            if entry.kind == "VFREEBUSY":
                single += reader.periods(entry)
            else:
                event = reader.event(entry)
                events.setdefault(event.uid, []).append(event)
        except BadEntryError as problem:
            wrong += 1
            if wrong <= MOST_FINDINGS:
                at = Span(file, problem.line, 1, problem.line, 1)
                findings.add(problem.name, problem.said, at, help="correct the entry, or take it out of the calendar")
    series: list[tuple[Event, ...]] = []
    for alike in events.values():
        if any(event.recurs for event in alike):
            series.append(tuple(alike))
        else:
            single += (stretch(event.start, event.end, timezone) for event in _latest(alike) if event.counts)
    if len(series) > MOST_SERIES:
        findings.add("too-large", f"the calendar has more than {MOST_SERIES:,} series", Span(file, 1, 1, 1, 1))
    kept = sorted({one for one in single if one.end > one.start}, key=lambda one: (one.start, one.end, one.whole_days))
    return CalendarFile(file, timezone, tuple(kept), tuple(series))


def stretch(start: When, end: When, timezone: str) -> Busy:
    """What an entry takes of the time of somebody in a zone; days are those of their own clock."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        return Busy(_instant(start), _instant(end))
    first, last = ((day - EPOCH_DAY).days * DAY for day in (start, end))
    return Busy(at_wall(first, timezone), at_wall(last, timezone), whole_days=True)


def unrolled(events: tuple[Event, ...], first: int, last: int, timezone: str) -> Iterable[Busy]:
    """What a series takes between two instants and some time around them."""
    begin, end = (EPOCH + timedelta(microseconds=moment) for moment in (first - 2 * DAY, last + 2 * DAY))
    heads = [event for event in events if event.replaces is None]
    length = max(_length(event) for event in events)
    if len(heads) == len(events) and all(_over(event, begin - length) for event in heads):
        return
    import icalendar
    import recurring_ical_events

    calendar: Any = icalendar.Calendar()
    for event in events:
        calendar.add_component(_component(event, length, begin))
    for found in recurring_ical_events.of(calendar).between(begin, end):
        if found.get("TRANSP") != "TRANSPARENT":
            one = stretch(found.start, found.end, timezone)
            if one.end > one.start:
                yield one


def _length(event: Event) -> timedelta:
    start, end = event.start, event.end
    return end - start if isinstance(start, datetime) and isinstance(end, datetime) else timedelta(days=end.toordinal() - start.toordinal())


def _over(event: Event, before: datetime) -> bool:
    return not event.more and all(ended(rule, event.start, before) for rule in event.rules)


def _component(event: Event, length: timedelta, begin: datetime) -> Any:
    import icalendar

    ahead = timedelta()
    if len(event.rules) == 1 and not event.more:
        ahead = moved_up(event.rules[0], event.start, length, begin)
    made: Any = icalendar.Event()
    made.add("UID", event.uid)
    made.add("SEQUENCE", event.sequence)
    made.add("DTSTART", event.start + ahead)
    made.add("DTEND", event.end + ahead)
    made.add("TRANSP", "OPAQUE" if event.counts else "TRANSPARENT")
    for rule in event.rules:
        made.add("RRULE", icalendar.vRecur.from_ical(written(rule, event.start)))
    if event.more:
        made.add("RDATE", list(event.more))
    if event.without:
        made.add("EXDATE", list(event.without))
    if event.replaces is not None:
        made.add("RECURRENCE-ID", event.replaces, parameters={"RANGE": "THISANDFUTURE"} if event.onwards else {})
    return made


def _latest(events: list[Event]) -> Iterable[Event]:
    """Of entries with one id, and one place in a series, the newest."""
    newest: dict[When | None, Event] = {}
    for event in events:
        known = newest.get(event.replaces)
        if known is None or event.sequence >= known.sequence:
            newest[event.replaces] = event
    return newest.values()


def _instant(moment: datetime) -> int:
    return (moment.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


@record
class _Reader:
    """Reads entries: ``zones`` are the texts of the zones that the file defines."""

    zones: Mapping[str, str]
    timezone: str
    own: dict[str, tzinfo] = field(default_factory=dict)

    def event(self, entry: Entry) -> Event:
        """A ``VEVENT``."""
        begun = entry.first("DTSTART")
        if begun is None:
            raise BadEntryError("an event has no `DTSTART`", entry.line)
        start = self._when(begun)
        out = entry.first("EXRULE")
        if out is not None:
            raise BadEntryError("`EXRULE` went out of use with RFC 5545 and is not followed", out.line)
        uid = entry.first("UID")
        replaced = entry.first("RECURRENCE-ID")
        sequence = entry.text("SEQUENCE")
        return Event(
            uid=uid.value.strip() if uid is not None else f"line {entry.line}",
            sequence=int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0,
            start=start,
            end=self._end(entry, start),
            counts=entry.text("STATUS") != "CANCELLED" and entry.text("TRANSP") != "TRANSPARENT",
            rules=tuple(self._rule(rule, start) for rule in entry.properties.get("RRULE", ())),
            more=tuple(one for dates in entry.properties.get("RDATE", ()) for one in self._more(dates)),
            without=tuple(
                self._when(replace(dates, value=text)) for dates in entry.properties.get("EXDATE", ()) for text in dates.value.split(",")
            ),
            replaces=self._when(replaced) if replaced is not None else None,
            onwards=replaced is not None and replaced.parameters.get("RANGE", "").upper() == "THISANDFUTURE",
        )

    def periods(self, entry: Entry) -> Iterable[Busy]:
        """The busy periods of a ``VFREEBUSY``."""
        for periods in entry.properties.get("FREEBUSY", ()):
            if periods.parameters.get("FBTYPE", "").upper() in _FREE:
                continue
            for text in periods.value.split(","):
                start, end = self._period(replace(periods, value=text))
                yield Busy(_instant(start), _instant(start + end if isinstance(end, timedelta) else end))

    def _rule(self, rule: Property, start: When) -> Rule:
        if too_often(rule.value):
            raise BadEntryError(f"the event recurs within the hour ({shown(rule.value)})", rule.line, "recurs-too-often")
        found = read_rule(rule.value, start)
        if isinstance(found, str):
            raise BadEntryError(found, rule.line)
        if not followed(found, start):
            raise BadEntryError(f"the recurrence rule {shown(rule.value)} cannot be followed", rule.line)
        return found

    def _end(self, entry: Entry, start: When) -> When:
        named, length = entry.first("DTEND"), entry.first("DURATION")
        if named is not None:
            end = self._when(named)
            if isinstance(end, datetime) is not isinstance(start, datetime):
                raise BadEntryError("one of `DTSTART` and `DTEND` is a day and the other a moment", named.line)
            if end < start:
                raise BadEntryError("the event ends before it begins", named.line)
            return end if isinstance(end, datetime) or end > start else end + timedelta(days=1)
        if length is not None:
            took = self._length(length)
            if not isinstance(start, datetime):
                return start + max(took, timedelta(days=1))
            return (start.astimezone(UTC) + took).astimezone(start.tzinfo)
        return start if isinstance(start, datetime) else start + timedelta(days=1)

    def _more(self, dates: Property) -> Iterable[When | tuple[datetime, datetime | timedelta]]:
        for text in dates.value.split(","):
            one = replace(dates, value=text)
            yield self._period(one) if "/" in text else self._when(one)

    def _period(self, period: Property) -> tuple[datetime, datetime | timedelta]:
        first, _, last = period.value.strip().partition("/")
        start = self._when(replace(period, value=first))
        end = self._length(replace(period, value=last)) if last[:1] in ("P", "+", "-") else self._when(replace(period, value=last))
        if not isinstance(start, datetime) or not isinstance(end, datetime | timedelta):
            raise BadEntryError(f"{shown(period.value)} is no period", period.line)
        if (end < timedelta()) if isinstance(end, timedelta) else end < start:
            raise BadEntryError(f"the period {shown(period.value)} ends before it begins", period.line)
        return start, end

    def _length(self, length: Property) -> timedelta:
        found = _LENGTH.fullmatch(length.value.strip())
        parts = {name: int(text) for name, text in found.groupdict().items() if text and name != "sign"} if found is not None else {}
        if found is None or not parts or found["sign"] == "-":
            raise BadEntryError(f"{shown(length.value)} is no duration", length.line)
        return timedelta(**parts)

    def _when(self, named: Property) -> When:
        found = _MOMENT.fullmatch(named.value.strip())
        try:
            if found is None:
                raise ValueError
            if found["time"] is None:
                return datetime.strptime(found["day"], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
            time = found["time"] if not found["time"].endswith("60") else found["time"][:4] + "59"
            moment = datetime.strptime(found["day"] + time, "%Y%m%d%H%M%S")  # noqa: DTZ007 - its zone comes next
            if not 1 < moment.year < 9999:
                raise ValueError
        except ValueError:
            raise BadEntryError(f"`{named.name}` cannot be {shown(named.value)}", named.line) from None
        return moment.replace(tzinfo=UTC if found["utc"] else self._zone(named))

    def _zone(self, named: Property) -> tzinfo:
        text = named.parameters.get("TZID")
        if not text:
            return _zone_info(self.timezone)
        known = zone_named(text)
        if known is not None:
            return _zone_info(known)
        if text not in self.zones:
            raise BadEntryError(f"no time zone is named {shown(text)}, and the calendar does not define it", named.line)
        if text not in self.own:
            self.own[text] = _defined(text, self.zones[text], named.line)
        return self.own[text]


@cache
def _zone_info(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _defined(name: str, text: str, line: int) -> tzinfo:
    """A zone as the calendar defines it."""
    from io import StringIO

    from dateutil.tz import tzical

    found: tzinfo | None = None
    rules = [read_rule(rule.partition(":")[2], _ANY_DAY) for rule in text.splitlines() if rule.upper().startswith("RRULE")]
    if all(not isinstance(rule, str) and rule["FREQ"] == "YEARLY" for rule in rules):
        try:
            found = tzical(StringIO(text)).get(name)
            _ = _ANY_DAY.astimezone(found)
        except (ValueError, AttributeError, TypeError, LookupError, ArithmeticError):
            found = None
    if found is None:
        raise BadEntryError(f"the calendar's time zone {shown(name)} cannot be read", line)
    return found
