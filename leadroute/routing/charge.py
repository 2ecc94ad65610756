"""What leads that charge alike have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadroute.routing.tally import PoolTally

if TYPE_CHECKING:
    from leadroute.routing.desk import PoolGate


class Charge:
    """What every lead of one pool, one cell of its turn order and one effort charges: a turn at one cost, limits and load.

    ``steps`` is by how much a turn puts off each rep's deadline (see ``Turns``).
    """

    __slots__ = ("cost", "deadlines", "effort", "gate", "pool", "rotation", "steps", "turn", "weights")

    def __init__(self, gate: PoolGate, pool: PoolTally, cell: str | None, effort: int) -> None:
        self.gate = gate
        self.pool = pool
        self.effort = effort
        self.rotation = gate.turns
        self.turn = gate.turns.cell(cell)
        self.cost = gate.turns.rotation.cost
        self.weights = gate.turns.weights
        self.deadlines = gate.turns.deadlines.get(cell)
        self.steps = [self.cost * factor for factor in gate.turns.factors]
