"""The availability gate."""

from __future__ import annotations

import pytest

from leadroute.model.clock import HOUR
from leadroute.model.roster import Rep
from leadroute.model.rules import Availability, AvailabilityKind
from leadroute.people.available import BUSY, HOLIDAY, INACTIVE, LEAVE, SHIFT, Presence, presence
from leadroute.people.working import Stretches
from tests.people.test_working import OFFICE, Diary, entry, instant, leave, off

IGNORE, NOT_AWAY, WORKING, WITHIN = AvailabilityKind
NOW = instant("2026-11-23T08:00")
EARLY = Rep("early", "", "", hours=OFFICE)
AWAY = Rep("away", "", "", away=(leave("2026-11-23", "2026-11-23"),))
BACK = Rep("back", "", "", hours=OFFICE, away=(leave("2026-11-20", "2026-11-22"),))
GONE = Rep("gone", "", "", active=False)


@pytest.mark.parametrize(
    ("rep", "kind", "hours", "reason", "start"),
    [
        (GONE, IGNORE, 0, "inactive", 0),
        (GONE, WITHIN, 4, "inactive", 0),
        (AWAY, IGNORE, 0, None, 0),
        (AWAY, NOT_AWAY, 0, "on leave", 0),
        (AWAY, WORKING, 0, "on leave", 0),
        (AWAY, WITHIN, 4, "on leave", 0),
        (AWAY, WITHIN, 16, None, 16),
        (EARLY, NOT_AWAY, 0, None, 0),
        (EARLY, WORKING, 0, "outside working hours", 0),
        (EARLY, WITHIN, 1, None, 1),
        (EARLY, WITHIN, 0, "outside working hours", 0),
        (BACK, WITHIN, 4, None, 1),
    ],
)
def test_availability(rep: Rep, kind: AvailabilityKind, hours: int, reason: str | None, start: int) -> None:
    """``ignore`` asks only whether one is active, ``not_away`` for leave, ``working`` for hours, ``within`` for work by then."""
    found = presence(rep, Availability(kind, hours * HOUR), NOW)
    assert found == Presence(reason, NOW + start * HOUR)


THURSDAY = instant("2026-11-26T10:00")
FEAST = Rep("feast", "", "", hours=OFFICE, holidays=off("2026-11-26"))
MEETING = Rep("meeting", "", "", hours=OFFICE, calendar=Diary((entry("2026-11-26T09:00", "2026-11-26T12:00", zone="UTC"),)))
OUT = Rep("out", "", "", calendar=Diary((entry("2026-11-26T00:00", "2026-11-27T00:00", zone="UTC", whole_days=True),)))
DAY_OFF = Rep("off", "", "", holidays=off("2026-11-26"), away=(leave("2026-11-26", "2026-11-26"),))
NOW_ON = ((THURSDAY - HOUR, THURSDAY + HOUR),)
LATER = ((THURSDAY + HOUR, THURSDAY + 2 * HOUR),)


@pytest.mark.parametrize(
    ("rep", "kind", "hours", "call", "reason", "start"),
    [
        (FEAST, IGNORE, 0, None, None, 0),
        (FEAST, NOT_AWAY, 0, None, HOLIDAY, 0),
        (FEAST, WORKING, 0, None, HOLIDAY, 0),
        (FEAST, WITHIN, 22, None, HOLIDAY, 0),
        (FEAST, WITHIN, 23, None, None, 23),
        (MEETING, NOT_AWAY, 0, None, None, 0),
        (MEETING, WORKING, 0, None, BUSY, 0),
        (MEETING, WITHIN, 1, None, BUSY, 0),
        (MEETING, WITHIN, 2, None, None, 2),
        (OUT, NOT_AWAY, 0, None, LEAVE, 0),
        (OUT, WORKING, 0, None, LEAVE, 0),
        (OUT, WITHIN, 14, None, None, 14),
        (DAY_OFF, NOT_AWAY, 0, None, LEAVE, 0),
        (FEAST, NOT_AWAY, 0, NOW_ON, None, 0),
        (FEAST, WORKING, 0, NOW_ON, None, 0),
        (FEAST, NOT_AWAY, 0, LATER, SHIFT, 0),
        (FEAST, IGNORE, 0, LATER, None, 0),
        (FEAST, WITHIN, 1, LATER, None, 1),
        (FEAST, WITHIN, 1, (), SHIFT, 0),
        (MEETING, WORKING, 0, NOW_ON, BUSY, 0),
        (OUT, NOT_AWAY, 0, NOW_ON, LEAVE, 0),
        (GONE, NOT_AWAY, 0, NOW_ON, INACTIVE, 0),
    ],
)
def test_holidays_calendars_and_shifts(
    rep: Rep, kind: AvailabilityKind, hours: int, call: Stretches | None, reason: str | None, start: int
) -> None:
    """`not_away` asks for leave, holidays and shifts; meetings count for `working` and `within` alone."""
    found = presence(rep, Availability(kind, hours * HOUR), THURSDAY, call)
    assert found == Presence(reason, THURSDAY + start * HOUR)


def test_the_default_is_not_away() -> None:
    """Active and not on leave, whatever the hour."""
    assert presence(EARLY, Availability(), NOW).reason is None
    assert presence(AWAY, Availability(), NOW).reason == "on leave"
