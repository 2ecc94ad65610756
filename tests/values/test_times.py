"""Dates and instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leadroute.values import day, instant, time_of_day

NEW_YORK = "America/New_York"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _micros(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-23T10:01-05:00", "2026-11-23T15:01+00:00"),
        ("2026-11-23 10:01:02Z", "2026-11-23T10:01:02+00:00"),
        ("2026-11-23T10:01:02.123456789z", "2026-11-23T10:01:02.123456+00:00"),
        ("2016-12-20T18:26:43.000+0000", "2016-12-20T18:26:43+00:00"),
        ("20261123T100102Z", "2026-11-23T10:01:02+00:00"),
        ("2026-11-23T10", "2026-11-23T15:00+00:00"),
        ("2026-11-23", "2026-11-23T05:00+00:00"),
        ("2026-07-01T10:00", "2026-07-01T14:00+00:00"),
        ("2026-11-01T01:30", "2026-11-01T05:30+00:00"),
        ("2026-03-08T02:30", "2026-03-08T07:30+00:00"),
    ],
)
def test_instants(text: str, meant: str) -> None:
    """With offset, with Z, naive in the zone, a date as its midnight; twice there: the first, skipped: by the offset before."""
    assert instant(text, NEW_YORK) == _micros(meant)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-1-2",
        "2026-02-30",
        "2026-11-23T24:00",
        "2026-11-23T10:60",
        "2026-11-23x10:00",
        "2026-W01",
        "26-11-23",
        "2026-11-23T10:00+24:00",
        "2026-1123",
    ],
)
def test_what_no_instant_is(text: str) -> None:
    """Other orders, days that are not there, times that are not there."""
    assert instant(text, NEW_YORK) is None
    assert day(text) is None


@given(st.datetimes(timezones=st.timezones()))
def test_iso_round_trip(moment: datetime) -> None:
    """What Python writes is read as the same instant and the written day."""
    away = moment.utcoffset()
    assume(away is not None and not away.total_seconds() % 60)  # ISO 8601 has no offsets with seconds
    assert day(moment.isoformat()) == moment.toordinal() - date(1970, 1, 1).toordinal()
    assert instant(moment.isoformat(), "UTC") == (moment - EPOCH) // timedelta(microseconds=1)


def test_a_date_with_a_time_takes_the_written_date() -> None:
    """No zone moves it to another day."""
    assert day("2026-11-23T23:59Z") == day("2026-11-23T00:00+14:00") == day("2026-11-23")


def test_own_formats() -> None:
    """A field's own format is the only one."""
    assert day("23.11.2026", "%d.%m.%Y") == day("2026-11-23")
    assert day("2026-11-23", "%d.%m.%Y") is None
    assert instant("23/11/26 10:01", NEW_YORK, "%d/%m/%y %H:%M") == _micros("2026-11-23T15:01+00:00")
    assert instant("23/11/26 10:01 +0100", NEW_YORK, "%d/%m/%y %H:%M %z") == _micros("2026-11-23T09:01+00:00")


def test_times_of_day() -> None:
    """Hours and minutes, seconds if written."""
    assert time_of_day("9:30") == time_of_day("09:30:00") == 34_200_000_000
    assert time_of_day("23:59:59.5") == 86_399_500_000
    for text in ("24:00", "9", "9:5", "09:60", ""):
        assert time_of_day(text) is None
