"""Gates, "exactly one", smallest contradicting sets."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from leadroute.proofs.formula import FALSE, TRUE, Budget, Formula, Solver


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=5))
def test_gates_say_what_they_are_made_of(parts: list[tuple[int, bool]]) -> None:
    """``all_of`` and ``any_of`` agree with Python's, for every value of their variables."""
    formula = Formula()
    variables = [formula.variable() for _ in range(4)]
    literals = [variables[at] if positive else -variables[at] for at, positive in parts]
    every, some = formula.all_of(literals), formula.any_of(literals)
    solver = Solver(formula, Budget())
    for values in product([False, True], repeat=4):
        given_values = [variable if value else -variable for variable, value in zip(variables, values, strict=True)]
        truths = [values[at] is positive for at, positive in parts]
        assert solver.holds([*given_values, every]) is all(truths)
        assert solver.holds([*given_values, some]) is any(truths)


@given(st.integers(1, 12), st.integers(0, 11), st.integers(0, 11))
def test_exactly_one_holds(size: int, one: int, other: int) -> None:
    """One may, two may not, none may not."""
    formula = Formula()
    literals = [formula.variable() for _ in range(size)]
    formula.exactly_one(literals)
    solver = Solver(formula, Budget())
    one, other = one % size, other % size
    assert solver.holds([literals[one], literals[other]]) is (one == other)
    assert solver.holds([-literal for literal in literals]) is False


def test_the_least_contradiction_leaves_nothing_more_out() -> None:
    """Each of its literals is needed."""
    formula = Formula()
    a, b, c, d = (formula.variable() for _ in range(4))
    formula.add(-a, -b, -c)
    solver = Solver(formula, Budget())
    assert solver.least([d, a, b, c]) == [a, b, c]
    assert solver.least([a, b], [c, d]) == [a, b]


def test_conflicts_are_counted_and_stop() -> None:
    """A question that the budget cannot pay is not answered."""
    formula = Formula()
    pigeons = [[formula.variable() for _ in range(7)] for _ in range(8)]
    for pigeon in pigeons:
        formula.add(*pigeon)
    for hole in range(7):
        formula.clauses += [[-one[hole], -other[hole]] for at, one in enumerate(pigeons) for other in pigeons[:at]]
    budget = Budget(conflicts=50, each=20)
    solver = Solver(formula, budget)
    assert solver.holds([TRUE]) is None
    assert solver.holds([FALSE]) is None
    assert budget.spent > 0
    assert Solver(formula, Budget()).holds([TRUE]) is False
