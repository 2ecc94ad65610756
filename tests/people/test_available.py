"""The availability gate."""

from __future__ import annotations

import pytest

from leadroute.model.clock import HOUR
from leadroute.model.roster import Rep
from leadroute.model.rules import Availability, AvailabilityKind
from leadroute.people.available import Presence, presence
from tests.people.test_working import OFFICE, instant, leave

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


def test_the_default_is_not_away() -> None:
    """Active and not on leave, whatever the hour."""
    assert presence(EARLY, Availability(), NOW).reason is None
    assert presence(AWAY, Availability(), NOW).reason == "on leave"
