"""Numbers cut into stretches."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from leadroute.model.fields import FieldType
from leadroute.proofs.formula import Budget, Formula, Solver
from leadroute.proofs.scale import Scale, Stretch, readable, stretches

EVERYTHING = Stretch(None, None)
CUTS = st.lists(st.integers(-300, 300), max_size=8, unique=True).map(sorted)
KINDS = st.sampled_from([FieldType.INTEGER, FieldType.NUMBER])


@given(CUTS, KINDS, st.integers(-400, 400))
def test_a_number_lies_in_one_stretch(cuts: list[int], kind: FieldType, number: int) -> None:
    """None is left out, none is in two, and the scale finds it."""
    found = stretches(cuts, kind, EVERYTHING)
    inside = [at for at, stretch in enumerate(found) if stretch.holds(number)]
    assert len(inside) == 1
    assert Scale(Formula(), 1, found).index(number) == inside[0]


@given(CUTS, KINDS)
def test_a_readable_number_lies_in_its_stretch(cuts: list[int], kind: FieldType) -> None:
    """It stands for its stretch, so it must be of it."""
    for stretch in stretches(cuts, kind, EVERYTHING):
        assert stretch.holds(readable(stretch, kind))


def test_readable_numbers_are_round() -> None:
    """What a person would write as an example."""
    assert readable(Stretch(51, 9_999), FieldType.INTEGER) == 1_000
    assert readable(Stretch(math.nextafter(50.0, math.inf), None), FieldType.NUMBER) == 100
    assert readable(Stretch(None, 49), FieldType.INTEGER) == 10


@given(CUTS, st.data())
def test_a_model_is_in_one_stretch(cuts: list[int], data: st.DataObject) -> None:
    """Demanding some stretches gives one of them."""
    formula = Formula()
    scale = Scale(formula, 1, stretches(cuts, FieldType.INTEGER, EVERYTHING))
    wanted = data.draw(st.lists(st.booleans(), min_size=len(scale.stretches), max_size=len(scale.stretches)))
    solver = Solver(formula, Budget())
    answer = solver.holds([scale.where(wanted)])
    assert answer is any(wanted)
    if answer:
        assert wanted[scale.chosen(solver.model)]
