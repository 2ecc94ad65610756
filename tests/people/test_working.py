"""Working hours, leave, and when somebody works next: on the rep's own clock, through both changes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.model.clock import DAY, EPOCH_DAY, HOUR, MINUTE, at_wall, clock_changes, wall
from leadroute.model.roster import Away, Busy, Hours, Rep, Shift
from leadroute.model.rules import OnCall, Pool
from leadroute.people.working import Stretches, in_hours, is_busy, next_working, on_call, on_holiday, on_leave, works
from leadroute.values.holidays import ListedHolidays

NEW_YORK, BERLIN = "America/New_York", "Europe/Berlin"


def instant(text: str, zone: str = "UTC") -> int:
    """An ISO timestamp, on the wall of a zone, in microseconds."""
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return int(aware.astimezone(UTC).timestamp()) * 1_000_000


def clock(text: str) -> int:
    """``mon 09:00`` in minutes since Monday."""
    day, _, time = text.partition(" ")
    hours, _, minutes = time.partition(":")
    return ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(day) * 1440 + int(hours) * 60 + int(minutes)


def shifts(*spans: tuple[str, str]) -> Hours:
    return Hours(
        tuple(
            sorted(
                (Shift(clock(start), clock(end) + (0 if clock(end) > clock(start) else 7 * 1440)) for start, end in spans),
                key=lambda s: s.start,
            )
        )
    )


def leave(first: str, last: str) -> Away:
    """Both dates included."""
    days = [(date.fromisoformat(text) - EPOCH_DAY).days for text in (first, last)]
    return Away(days[0] * DAY, (days[1] + 1) * DAY)


OFFICE = shifts(*((f"{day} 09:00", f"{day} 17:00") for day in ("mon", "tue", "wed", "thu", "fri")))
NIGHTS = shifts(("fri 22:00", "sat 06:00"), ("sun 22:00", "mon 06:00"))


@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        ("2026-11-23T09:00", OFFICE, True),
        ("2026-11-23T16:59:59", OFFICE, True),
        ("2026-11-23T17:00", OFFICE, False),
        ("2026-11-22T12:00", OFFICE, False),
        ("2026-11-21T05:59", NIGHTS, True),
        ("2026-11-21T06:00", NIGHTS, False),
        ("2026-11-22T22:00", NIGHTS, True),
        ("2026-11-23T05:59", NIGHTS, True),
        ("2026-11-23T06:00", NIGHTS, False),
        ("2026-11-22T03:00", None, True),
        ("2026-11-23T12:00", Hours(()), False),
    ],
)
def test_hours_are_weekly_on_the_wall(at: str, hours: Hours | None, expected: bool) -> None:
    """The start is included, the end is not; 22:00-06:00 passes midnight, and on Sunday the week's end; no hours are always."""
    assert in_hours(hours, wall(instant(at), "UTC")) is expected


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        (NEW_YORK, "2026-03-06T14:00+00:00", True),
        (NEW_YORK, "2026-03-09T13:00+00:00", True),
        (NEW_YORK, "2026-03-06T13:00+00:00", False),
        (NEW_YORK, "2026-10-30T13:00+00:00", True),
        (NEW_YORK, "2026-11-02T13:00+00:00", False),
        (BERLIN, "2026-03-27T08:00+00:00", True),
        (BERLIN, "2026-03-30T07:00+00:00", True),
        (BERLIN, "2026-10-26T07:00+00:00", False),
    ],
)
def test_hours_follow_daylight_saving(zone: str, at: str, expected: bool) -> None:
    """Nine o'clock is nine o'clock on the rep's wall, before and after either change of the clock."""
    assert works(Rep("a", "", "", timezone=zone, hours=OFFICE), instant(at)) is expected


def test_leave_is_whole_days_on_the_rep_s_clock() -> None:
    """Both dates are included; away ends with the day."""
    rep = Rep("a", "", "", timezone=NEW_YORK, away=(leave("2026-11-24", "2026-11-28"),))
    for text, expected in {
        "2026-11-23T23:59:59": False,
        "2026-11-24T00:00": True,
        "2026-11-28T23:59:59": True,
        "2026-11-29T00:00": False,
    }.items():
        assert on_leave(rep, instant(text, NEW_YORK)) is expected
    assert next_working(rep, instant("2026-11-28T12:00", NEW_YORK), DAY) == instant("2026-11-29T00:00", NEW_YORK)


@pytest.mark.parametrize(
    ("zone", "hours", "now", "within", "expected"),
    [
        (NEW_YORK, OFFICE, "2026-11-23T08:00", 60, "2026-11-23T09:00"),
        (NEW_YORK, OFFICE, "2026-11-23T08:00", 59, None),
        (NEW_YORK, OFFICE, "2026-11-20T17:00", 64 * 60, "2026-11-23T09:00"),
        (NEW_YORK, OFFICE, "2026-03-07T09:00", 47 * 60, "2026-03-09T09:00"),
        (NEW_YORK, OFFICE, "2026-10-31T09:00", 48 * 60, None),
        (NEW_YORK, OFFICE, "2026-10-31T09:00", 49 * 60, "2026-11-02T09:00"),
        (BERLIN, OFFICE, "2026-03-28T09:00", 47 * 60, "2026-03-30T09:00"),
        (NEW_YORK, shifts(("sun 02:30", "sun 05:00")), "2026-03-08T01:00", 600, "2026-03-08T03:00"),
        (NEW_YORK, shifts(("sun 01:00", "sun 01:30")), "2026-11-01T05:45+00:00", 600, "2026-11-01T06:00+00:00"),
        (NEW_YORK, shifts(("sun 01:20", "sun 01:30")), "2026-11-01T05:45+00:00", 600, "2026-11-01T06:20+00:00"),
        (BERLIN, None, "2026-03-29T00:00", 5, "2026-03-29T00:00"),
        (BERLIN, Hours(()), "2026-03-29T00:00", 60 * 24 * 30, None),
    ],
)
def test_when_somebody_works_next(zone: str, hours: Hours | None, now: str, within: int, expected: str | None) -> None:
    """Working by then, to the minute included: a day is 23 or 25 hours long where the clock is set, and a skipped start is the jump."""
    rep = Rep("a", "", "", timezone=zone, hours=hours)
    assert next_working(rep, instant(now, zone), within * MINUTE) == (None if expected is None else instant(expected, zone))


@dataclass(frozen=True)
class Diary:
    """A calendar that was read."""

    entries: tuple[Busy, ...]
    name: str = "diary.ics"

    def busy(self, first: int, last: int) -> tuple[Busy, ...]:
        return tuple(one for one in self.entries if one.start <= last and one.end > first)


def off(*dates: str) -> ListedHolidays:
    return ListedHolidays("off", {(date.fromisoformat(text) - EPOCH_DAY).days: "off" for text in dates})


def entry(start: str, end: str, *, whole_days: bool = False, zone: str = NEW_YORK) -> Busy:
    return Busy(instant(start, zone), instant(end, zone), whole_days)


def test_a_holiday_is_a_date_on_the_rep_s_clock() -> None:
    """From their midnight to their midnight; work begins with the next morning's hours."""
    rep = Rep("a", "", "", timezone=NEW_YORK, hours=OFFICE, holidays=off("2026-11-26"))
    for text, expected in {
        "2026-11-25T23:59": False,
        "2026-11-26T00:00": True,
        "2026-11-26T23:59": True,
        "2026-11-27T00:00": False,
    }.items():
        assert on_holiday(rep, instant(text, NEW_YORK)) is expected
    assert not works(rep, instant("2026-11-26T10:00", NEW_YORK))
    assert next_working(rep, instant("2026-11-25T17:00", NEW_YORK), 3 * DAY) == instant("2026-11-27T09:00", NEW_YORK)


def test_who_always_works_begins_at_the_midnight_after_a_holiday() -> None:
    """Without hours there is no shift to wait for."""
    rep = Rep("a", "", "", timezone=BERLIN, holidays=off("2026-12-25", "2026-12-26"))
    assert next_working(rep, instant("2026-12-25T10:00", BERLIN), 2 * DAY) == instant("2026-12-27T00:00", BERLIN)


def test_a_calendar_s_whole_days_are_leave_and_the_rest_is_busy() -> None:
    """The end is not included; work begins again with it."""
    meetings = (entry("2026-11-23T10:00", "2026-11-23T11:00"), entry("2026-11-24T00:00", "2026-11-25T00:00", whole_days=True))
    rep = Rep("a", "", "", timezone=NEW_YORK, hours=OFFICE, calendar=Diary(meetings))
    at = {text: instant(f"2026-11-{text}", NEW_YORK) for text in ("23T10:00", "23T11:00", "24T10:00", "25T09:00")}
    assert [is_busy(rep, one) for one in at.values()] == [True, False, False, False]
    assert [on_leave(rep, one) for one in at.values()] == [False, False, True, False]
    assert [works(rep, one) for one in at.values()] == [False, True, False, True]
    assert next_working(rep, at["23T10:00"], DAY) == at["23T11:00"]
    assert next_working(rep, at["24T10:00"], DAY) == at["25T09:00"]


def test_to_be_on_call_goes_before_hours_and_holidays() -> None:
    """Leave and meetings still count; outside the shift nobody works there."""
    saturday = (instant("2026-11-28T00:00", NEW_YORK), instant("2026-11-29T00:00", NEW_YORK))
    meeting = entry("2026-11-28T00:00", "2026-11-28T06:00")
    rep = Rep("a", "", "", timezone=NEW_YORK, hours=OFFICE, holidays=off("2026-11-28"), calendar=Diary((meeting,)))
    assert not works(rep, instant("2026-11-28T05:00", NEW_YORK), (saturday,))
    assert works(rep, instant("2026-11-28T20:00", NEW_YORK), (saturday,))
    assert not works(rep, instant("2026-11-27T10:00", NEW_YORK), (saturday,))
    assert next_working(rep, instant("2026-11-27T10:00", NEW_YORK), DAY, (saturday,)) == instant("2026-11-28T06:00", NEW_YORK)
    assert next_working(rep, instant("2026-11-29T00:00", NEW_YORK), DAY, (saturday,)) is None


def test_who_is_on_call_when() -> None:
    """A pool without shifts says nothing; in one with shifts a member without one is never on call."""
    pool = Pool("p", (0, 1, 2), "pool:p", shifts=(OnCall(0, 10, (0, 1)), OnCall(5, 20, (1,))))
    assert on_call(Pool("q", (0,), "pool:q"), 0) is None
    assert [on_call(pool, rep) for rep in (0, 1, 2)] == [((0, 10),), ((0, 10), (5, 20)), ()]


WEEKENDS = {
    NEW_YORK: ("2026-03-07T20:00", "2026-10-31T20:00"),
    BERLIN: ("2026-03-28T20:00", "2026-10-24T20:00"),
    "Australia/Lord_Howe": ("2026-10-03T20:00", "2026-04-04T20:00"),
    "America/Havana": ("2026-03-07T20:00", "2026-10-31T20:00"),
    "Asia/Beirut": ("2026-03-28T20:00", "2026-10-24T20:00"),
    "Asia/Kolkata": ("2026-03-28T20:00",),
}


@given(st.data())
@settings(max_examples=120)
def test_next_working_is_what_a_scan_by_minutes_finds(data: st.DataObject) -> None:
    """Hours, leave, holidays, meetings and shifts around both changes of the clock, in zones that set it at midnight or by half an hour."""
    zone = data.draw(st.sampled_from(sorted(WEEKENDS)))
    now = instant(data.draw(st.sampled_from(WEEKENDS[zone])), zone) + data.draw(st.integers(0, 14 * 6)) * 10 * MINUTE
    saturday = 5 * 1440
    spans = data.draw(st.lists(st.tuples(st.integers(saturday, saturday + 2880), st.integers(5, 200)), max_size=3))
    hours = Hours(tuple(Shift(start, start + length) for start, length in sorted(spans)))
    today = wall(now, zone) // DAY * DAY
    away = tuple(Away(today + start * DAY, today + (start + 1) * DAY) for start in data.draw(st.lists(st.integers(-1, 1), max_size=1)))
    days = data.draw(st.sets(st.integers(-1, 1), max_size=2))
    holidays = ListedHolidays("off", {today // DAY + day: "off" for day in days}) if days else None
    meetings = data.draw(st.lists(st.tuples(st.integers(-120, 900), st.integers(1, 400), st.booleans()), max_size=3))
    diary = Diary(tuple(Busy(now + start * MINUTE, now + (start + length) * MINUTE, whole) for start, length, whole in meetings))
    rep = Rep(
        "a", "", "", timezone=zone, hours=data.draw(st.sampled_from([hours, hours, None])), away=away, holidays=holidays, calendar=diary
    )
    within = data.draw(st.integers(0, 16 * 60))
    turns = data.draw(st.none() | st.lists(st.tuples(st.integers(-120, 900), st.integers(1, 400)), max_size=2))
    call: Stretches | None = None if turns is None else tuple((now + at * MINUTE, now + (at + long) * MINUTE) for at, long in sorted(turns))
    scan = (moment for moment in range(now, now + within * MINUTE + 1, MINUTE) if works(rep, moment, call))
    assert next_working(rep, now, within * MINUTE, call) == next(scan, None)


@pytest.mark.parametrize("zone", sorted(WEEKENDS))
def test_the_clock_is_set_where_the_zone_says(zone: str) -> None:
    """Between two changes the wall and the instants go alike; at one they part."""
    first, last = instant("2026-01-01T00:00"), instant("2026-12-31T00:00")
    changes = clock_changes(zone, first, last)
    assert len(changes) == (0 if zone == "Asia/Kolkata" else 2)
    for change in changes:
        assert wall(change, zone) - wall(change - 1, zone) != 1
        assert wall(change + HOUR * 3, zone) - wall(change, zone) == HOUR * 3


def test_a_wall_time_that_comes_twice_is_two_instants() -> None:
    """The first is meant unless the second is asked for."""
    shown = wall(instant("2026-11-01T01:30", NEW_YORK), NEW_YORK)
    assert at_wall(shown, NEW_YORK) == instant("2026-11-01T05:30+00:00")
    assert at_wall(shown, NEW_YORK, again=True) == instant("2026-11-01T06:30+00:00")
