"""The turns of all rotations once more, from the record."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings

from leadroute.model.standings import EventKind, RotationStanding, StandingEvent
from leadroute.routing.rebuilt import rebuilt
from tests.routing.histories import History, histories


@given(histories())
@settings(max_examples=50)
def test_a_rotation_is_what_its_events_and_the_turns_charged_say(history: History) -> None:
    """Whatever happened: joins, leavers, absences, returns, catching up, weights, rules; to the millionth, after every batch."""
    events: list[StandingEvent] = []
    charged: Counter[tuple[str, str | None, str]] = Counter()
    for batch in history.batches():
        events.extend(batch.events)
        charged.update(batch.charged)
        again = rebuilt(events, charged).get("r", RotationStanding())
        assert again == replace(batch.after, recent={})


def test_turns_in_a_place_that_nobody_opened_are_refused() -> None:
    """A record that does not hold together is no standing."""
    with pytest.raises(KeyError):
        rebuilt([], {("r", None, "a"): 1})
    with pytest.raises(KeyError):
        rebuilt([StandingEvent(EventKind.ADJUSTED, 0, "r", None, "a", turns=5)], {})
