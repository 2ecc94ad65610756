"""The stretches of time over which limits count."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadroute.model.clock import EPOCH, HOUR, SECOND, local
from leadroute.model.limits import Window, WindowKind
from leadroute.people.windows import stretch

ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca"]
CALENDAR = [kind for kind in WindowKind if kind is not WindowKind.ROLLING]


def instant(text: str) -> int:
    return int((datetime.fromisoformat(text) - EPOCH).total_seconds()) * SECOND


@pytest.mark.parametrize(
    ("kind", "zone", "now", "start", "end"),
    [
        ("hour", "Asia/Kathmandu", "2026-11-23T10:20Z", "2026-11-23T10:15Z", "2026-11-23T11:15Z"),
        ("hour", "America/New_York", "2026-11-01T01:30-04:00", "2026-11-01T01:00-04:00", "2026-11-01T02:00-04:00"),
        ("hour", "America/New_York", "2026-11-01T01:30-05:00", "2026-11-01T01:00-05:00", "2026-11-01T02:00-05:00"),
        ("hour", "Australia/Lord_Howe", "2026-04-04T15:10Z", "2026-04-04T15:00Z", "2026-04-04T15:30Z"),
        ("day", "America/New_York", "2026-11-01T12:00-05:00", "2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00"),
        ("day", "America/New_York", "2026-03-08T12:00-04:00", "2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00"),
        ("week", "UTC", "2026-11-23T00:00Z", "2026-11-23T00:00Z", "2026-11-30T00:00Z"),
        ("week", "UTC", "2026-11-22T23:59Z", "2026-11-16T00:00Z", "2026-11-23T00:00Z"),
        ("week", "Asia/Tokyo", "2026-11-22T15:00Z", "2026-11-22T15:00Z", "2026-11-29T15:00Z"),
        ("week", "America/New_York", "2026-11-01T12:00-05:00", "2026-10-26T00:00-04:00", "2026-11-02T00:00-05:00"),
        ("month", "America/New_York", "2026-11-01T00:00-04:00", "2026-11-01T00:00-04:00", "2026-12-01T00:00-05:00"),
        ("month", "Asia/Tokyo", "2026-12-31T14:59Z", "2026-11-30T15:00Z", "2026-12-31T15:00Z"),
        ("month", "UTC", "2028-02-29T10:00Z", "2028-02-01T00:00Z", "2028-03-01T00:00Z"),
    ],
)
def test_hours_days_weeks_and_months_are_those_of_the_reps_clock(kind: str, zone: str, now: str, start: str, end: str) -> None:
    """Weeks begin on Monday; days are as long as the clock makes them; an hour that is shown twice is two."""
    assert stretch(Window(WindowKind(kind)), instant(now), zone) == (instant(start), instant(end))


def test_what_rolls_ends_with_now() -> None:
    """Four hours are those after ``now - 4h``, up to now itself; what is dated later does not count."""
    now = instant("2026-11-23T10:00Z")
    start, end = stretch(Window(WindowKind.ROLLING, 4 * HOUR), now, "UTC")
    assert (start, end) == (now - 4 * HOUR + 1, now + 1)


def test_the_calendar_has_an_end() -> None:
    """On its last day a window has none."""
    last = instant("9999-12-31T23:00Z")
    assert [stretch(Window(kind), last, "UTC")[1] for kind in CALENDAR] == [last + HOUR, None, None, None]


@given(
    st.integers(0, 2**51),
    st.sampled_from(CALENDAR),
    st.sampled_from(ZONES),
    st.floats(0, 1, exclude_max=True),
)
@example(instant("2011-12-29T12:00Z"), WindowKind.WEEK, "Pacific/Apia", 0.99)  # a week without a Friday
def test_windows_divide_time(now: int, kind: WindowKind, zone: str, part: float) -> None:
    """An instant lies in its window, every instant of that has the same one, and the clock shows one hour, day, week or month there."""
    start, end = stretch(Window(kind), now, zone)
    assert start is not None
    assert end is not None
    assert start <= now < end
    other = start + int(part * (end - start))
    assert stretch(Window(kind), other, zone) == (start, end)
    assert _named(kind, now, zone) == _named(kind, other, zone)


def _named(kind: WindowKind, at: int, zone: str) -> tuple[int, ...]:
    shown = local(at, zone)
    if kind is WindowKind.WEEK:
        return tuple(shown.isocalendar())[:2]
    return (shown.year, shown.month, shown.day, shown.hour)[: {WindowKind.MONTH: 2, WindowKind.DAY: 3, WindowKind.HOUR: 4}[kind]]
