"""Standings as text."""

from __future__ import annotations

from hypothesis import given

from leadroute.ledger import freeze, thaw
from leadroute.ledger.frozen import rotation_of, rotation_text
from leadroute.model.standings import Place, RotationStanding, Standings
from tests.ledger.strategies import rotations, standings


@given(standings())
def test_what_is_thawed_is_what_was_frozen(given_standings: Standings) -> None:
    """Every name, cell and number comes back, whatever its size."""
    assert thaw(freeze(given_standings)) == given_standings


@given(rotations())
def test_a_rotation_comes_back(rotation: RotationStanding) -> None:
    """Places and absences come back, with a cell for a missing value beside one for the empty text."""
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
