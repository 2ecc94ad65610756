"""Clauses over numbered literals, and questions about them put to a SAT solver.

A literal is a whole number: ``v`` says that variable ``v`` is true, ``-v`` that it is false. ``TRUE`` always holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any

from leadroute.model.frozen import record

Literal = int
TRUE: Literal = 1
FALSE: Literal = -1
_PAIRWISE = 5
"""Up to so many, "at most one" is said pair by pair; beyond, a ladder of helping variables takes fewer clauses."""


class Formula:
    """A conjunction of clauses that grows. Equal gates are made once."""

    def __init__(self) -> None:
        self.size = 1
        self.clauses: list[list[Literal]] = [[TRUE]]
        self._gates: dict[tuple[Literal, ...], Literal] = {}

    def variable(self) -> Literal:
        """A new variable."""
        self.size += 1
        return self.size

    def add(self, *clause: Literal) -> None:
        """Demand that one of some literals holds."""
        self.clauses.append(list(clause))

    def all_of(self, literals: Iterable[Literal]) -> Literal:
        """A literal that holds exactly where all of some do; none: always."""
        parts = set(literals)
        parts.discard(TRUE)
        if FALSE in parts or not parts.isdisjoint([-part for part in parts]):
            return FALSE
        if len(parts) < 2:
            return parts.pop() if parts else TRUE
        key = tuple(sorted(parts))
        gate = self._gates.get(key)
        if gate is None:
            gate = self._gates[key] = self.variable()
            self.clauses += [[-gate, part] for part in key]
            self.clauses.append([gate, *(-part for part in key)])
        return gate

    def any_of(self, literals: Iterable[Literal]) -> Literal:
        """A literal that holds exactly where one of some does; none: never."""
        return -self.all_of([-literal for literal in literals])

    def exactly_one(self, literals: Sequence[Literal]) -> None:
        """Demand that exactly one of some literals holds."""
        self.clauses.append(list(literals))
        if len(literals) <= _PAIRWISE:
            self.clauses += [[-one, -other] for at, one in enumerate(literals) for other in literals[at + 1 :]]
            return
        before = literals[0]  # "one so far"
        for literal in literals[1:-1]:
            so_far = self.variable()
            self.clauses += [[-before, so_far], [-literal, so_far], [-before, -literal]]
            before = so_far
        self.clauses.append([-before, -literals[-1]])


@record
class Budget:
    """How much solving may cost: ``conflicts`` in all and ``each`` per question, so that answers repeat on any machine.

    ``seconds`` is a last stop, looked at between questions; what it cuts off is undecided, never wrong. ``spent`` are the conflicts so far.
    """

    conflicts: int = 500_000
    each: int = 50_000
    seconds: float = 60.0
    spent: int = 0
    started: float | None = None

    @property
    def left(self) -> int:
        """The conflicts that the next question may cost, 0 when it must not be asked."""
        if self.started is None:
            self.started = monotonic()
        if monotonic() - self.started > self.seconds:
            return 0
        return max(0, min(self.each, self.conflicts - self.spent))


class Solver:
    """Answers questions about a formula as it stands; ``demand`` adds what holds for this solver alone."""

    def __init__(self, formula: Formula, budget: Budget) -> None:
        from pysat.solvers import Glucose4

        self._formula = formula
        self._budget = budget
        self._solver: Any = Glucose4()
        self._fed = 0
        self._counted = 0
        self._model: frozenset[Literal] | None = None

    def demand(self, *clause: Literal) -> None:
        """A clause for this solver alone."""
        self._solver.add_clause(list(clause))

    def holds(self, assumptions: Iterable[Literal]) -> bool | None:
        """Whether all assumptions can hold together; ``None`` when the budget ran out first."""
        clauses = self._formula.clauses
        for clause in clauses[self._fed :]:
            self._solver.add_clause(clause)
        self._fed = len(clauses)
        self._model = None
        left = self._budget.left
        if left == 0:
            return None
        self._solver.conf_budget(left)
        answer: bool | None = self._solver.solve_limited(assumptions=list(assumptions))
        conflicts: int = self._solver.accum_stats()["conflicts"]
        self._budget.spent += conflicts - self._counted
        self._counted = conflicts
        return answer

    @property
    def model(self) -> frozenset[Literal]:
        """The literals that hold in the last answer that was yes."""
        if self._model is None:
            self._model = frozenset(self._solver.get_model())
        return self._model

    @property
    def core(self) -> list[Literal]:
        """Assumptions of the last question that cannot hold together, as a rule not the fewest."""
        return list(self._solver.get_core() or ())

    def least(self, wanted: Sequence[Literal], given: Sequence[Literal] = ()) -> list[Literal]:
        """Of assumptions that cannot hold together with ``given``, a smallest set that still cannot: none can be left out.

        In the order of ``wanted``; those late in the order are left out first. What the budget does not decide stays in.
        """
        if self.holds([*given, *wanted]) is not False:
            return list(wanted)
        core = set(self.core)
        kept = [literal for literal in wanted if literal in core]
        for literal in reversed(list(kept)):
            if literal not in kept:
                continue
            rest = [other for other in kept if other != literal]
            if self.holds([*given, *rest]) is False:
                core = set(self.core)
                kept = [other for other in rest if other in core]
        return kept
