"""Being put next."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from leadroute.model.rules import MILLION
from leadroute.model.standings import Place
from leadroute.routing.foremost import foremost
from leadroute.routing.turns import due

places = st.builds(Place, st.integers(-50, 50).map(lambda n: n * MILLION // 3), st.integers(1, 9).map(lambda n: n * MILLION // 2))


@given(st.lists(places, min_size=2, max_size=5), st.integers(0, 4), st.integers(1, 5 * MILLION))
def test_who_is_put_next_is_next(there: list[Place], who: int, cost: int) -> None:
    """By the engine's own rule, whatever the roster order; nobody is ever moved back by it."""
    assume(who < len(there))
    added = foremost(there[who], [place for at, place in enumerate(there) if at != who], cost)
    assert added <= 0
    turns = [place.turns + (added if at == who else 0) for at, place in enumerate(there)]
    assert due(range(len(there)), turns, [place.weight for place in there], cost) == who


@given(st.lists(st.integers(0, 50), min_size=2, max_size=5))
def test_with_equal_weights_it_is_the_least_that_does(taken: list[int]) -> None:
    """One millionth below the fewest turns: a lead's worth is neither won nor lost."""
    there = [Place(turns * MILLION, MILLION) for turns in taken]
    added = foremost(there[0], there[1:], MILLION)
    assert there[0].turns + added == min(there[0].turns, min(place.turns for place in there[1:]) - 1)


def test_alone_one_is_next_already() -> None:
    """Nobody to be put before."""
    assert foremost(Place(5, 1), [], 1) == 0
