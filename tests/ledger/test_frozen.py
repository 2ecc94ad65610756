"""Standings as text."""

from __future__ import annotations

from hypothesis import given

from leadroute.ledger.frozen import freeze, rotation_of, rotation_text, state_of, state_text, thaw
from leadroute.model.standings import Absence, Debt, EventKind, Place, RotationStanding, StandingEvent, Standings
from tests.ledger.strategies import debts, rotations, standings


@given(standings())
def test_what_is_thawed_is_what_was_frozen(given_standings: Standings) -> None:
    """Every name, cell and number comes back, whatever its size."""
    assert thaw(freeze(given_standings)) == given_standings


@given(rotations())
def test_a_rotation_comes_back(rotation: RotationStanding) -> None:
    """Places, absences, debts and last takers come back, with a cell for a missing value beside one for the empty text."""
    assert rotation_of(rotation_text(rotation)) == rotation


def test_equal_standings_give_equal_bytes() -> None:
    """The order in which names came about leaves no mark."""
    one, other = Standings(), Standings()
    for standings_, names in ((one, ["b", "a", None]), (other, [None, "a", "b"])):
        for name in names:
            rep = name or "none"
            standings_.load[rep] = 1
            standings_.pool_load["smb", rep] = 1
            standings_.rotations.setdefault("r", RotationStanding()).cells[name] = {rep: Place(1, 1)}
    assert one == other
    assert freeze(one) == freeze(other)


def test_a_rotation_of_an_older_ledger_owes_nothing() -> None:
    """What was written before anybody could catch up is read as it was meant."""
    assert rotation_of('{"absent":{},"cells":[[null,{"ann":[5,7]}]]}') == RotationStanding({None: {"ann": Place(5, 7)}})


@given(debts())
def test_the_state_of_an_event_comes_back(debt: Debt) -> None:
    """What is owed, an absence, or nothing of either."""
    away = Absence("leave", 5, {None: {"bob": (3, 4)}})
    for state, owed in ((None, debt), (away, None), (None, None)):
        event = StandingEvent(EventKind.RETURNED, 0, "r", None, "ann", state=state, owed=owed)
        assert state_of(state_text(event)) == (state, owed)
