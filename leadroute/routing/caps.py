"""Limits with a condition or a value, such as three hot leads in four hours: what is left of them while a batch is decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leadroute.model.limits import Limit, Limits, Measure
from leadroute.model.project import Project
from leadroute.model.rules import MILLION
from leadroute.model.standings import Use
from leadroute.routing.cases import Travel


@dataclass(slots=True, eq=False)
class Cap:
    """One such limit of one rep (through one pool, or through all).

    ``left`` in millionths, below 0 where more was taken. ``amounts`` is what each lead takes of it; ``None``: each takes 1.
    """

    limit: Limit
    left: int
    amounts: Sequence[int] | None = None

    @property
    def used(self) -> int:
        """What counts now, in millionths."""
        return self.limit.most - self.left

    def takes(self, lead: int) -> int:
        """What a lead takes of it, in millionths."""
        return MILLION if self.amounts is None else self.amounts[lead]


Caps = Mapping[int, tuple[Cap, ...]]
"""By position in the roster, for those who have any."""


def caps_of(limits: Limits, used: Mapping[Use, int], pool: str, rep: str) -> tuple[Cap, ...]:
    """The caps of a rep: the rep's own (``pool`` empty), or those of a pool."""
    return tuple(Cap(limit, limit.most - used.get(Use(limit.window.key, limit.measure.key, pool, rep), 0)) for limit in limits.measured)


def applying(caps: Iterable[Cap], held: frozenset[int]) -> tuple[Cap, ...]:
    """Those that a lead counts in; ``held`` has the ``id`` of each condition that holds for it."""
    return tuple(cap for cap in caps if cap.limit.measure.when is None or id(cap.limit.measure.when) in held)


def measures(project: Project) -> list[Measure]:
    """Everything but leads that limits of a project add up, each once."""
    found = {limit.measure.key: limit.measure for limits in project.limits for limit in limits.measured}
    return list(found.values())


def amount_of(measure: Measure) -> Travel | None:
    """The number that travels with the lead as what it takes: missing or negative is 0. ``None``: 1."""
    return None if measure.of is None else Travel(measure.of, 0, zero_counts=True)
