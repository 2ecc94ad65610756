"""By when a lead must be answered."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.model.clock import HOUR, MINUTE
from leadroute.model.roster import Away, Hours, Rep, Shift
from leadroute.model.rules import Response
from leadroute.people.replying import answer_by
from leadroute.people.working import works

OFFICE = Hours(tuple(Shift(day * 1440 + start, day * 1440 + start + 120) for day in range(5) for start in (540, 780)))


def rep(**more: object) -> Rep:
    return Rep("ann", "Ann", "", **{"hours": OFFICE, **more})  # type: ignore[arg-type]


def test_the_clock_counts_all_time() -> None:
    """Whoever has the lead, and also when they have left."""
    assert answer_by(5, 10, Response(10), rep()) == answer_by(5, 10, Response(10), None) == 15
    assert answer_by(5, 10, Response(10, working=True), None) == 15


def test_who_never_works_has_no_working_time() -> None:
    """Then the clock counts."""
    assert answer_by(0, HOUR, Response(HOUR, working=True), rep(active=False)) == HOUR


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 14 * 1440),
    st.integers(1, 400),
    st.sampled_from(["UTC", "America/New_York", "Asia/Tokyo"]),
    st.lists(st.tuples(st.integers(0, 20 * 1440), st.integers(1, 2000)), max_size=2),
)
def test_working_time_is_what_a_scan_minute_by_minute_counts(
    start: int, minutes: int, timezone: str, leaves: list[tuple[int, int]]
) -> None:
    """The time is over when so many minutes have been worked; a change of clocks lies among the days."""
    base = 1_792_886_400 * 1_000_000  # 2026-10-25, a Sunday on which New York is still on summer time, and a week later is not
    since = base + start * MINUTE
    away = tuple(Away(base + at * MINUTE, base + (at + length) * MINUTE) for at, length in leaves)
    person = rep(timezone=timezone, away=away)
    at, left = since, minutes
    while left:
        left -= works(person, at)
        at += MINUTE
    assert answer_by(since, minutes * MINUTE, Response(minutes * MINUTE, working=True), person) == at
