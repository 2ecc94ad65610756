"""The rules that a lead comes to one after the other: the first that holds and, where that can let it go, the next one that does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from leadroute.language.references import borrowed, references
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.rules import Match, Rule, Scale, Step, Target
from leadroute.proofs.formula import FALSE, TRUE, Formula, Literal
from leadroute.routing.targets import lets_go

_DEEPEST = 40
"""A lead that so many rules hand on is not followed further."""


@frozen
class Stop:
    """Where a lead is at a stage: with a ``rule``, in the default (``ends``), or, without either, still where it was before."""

    rule: Rule | None = None
    ends: bool = False


class Stages:
    """Stage by stage where the leads of one project are, as literals.

    ``rules`` are the enabled ones. At a stage a lead is at the position of a rule, at ``default``, or at ``stays``.
    """

    def __init__(self, project: Project, rules: Sequence[Rule], takes: Sequence[Literal], formula: Formula) -> None:
        self.project = project
        self.rules = tuple(rules)
        self.default = len(self.rules)
        self.stays = self.default + 1
        self.going = [lets_go(rule, project) for rule in self.rules]
        self._positions = {rule.id: at for at, rule in enumerate(self.rules)}
        self._formula = formula
        self.count = min(sum(self.going), _DEEPEST) + 2
        """How many stages there are, the last of which nobody is at a rule."""
        self.deep: Literal = FALSE
        """The lead goes on beyond that."""
        self._places = self._followed(takes)

    def at(self, stage: int, position: int) -> Literal:
        """A lead is at a position at a stage."""
        return self._places[min(stage, self.count - 1)][position]

    def stop(self, position: int) -> Stop:
        """What a position means."""
        return Stop(self.rules[position]) if position < self.default else Stop(ends=position == self.default)

    def chosen(self, model: frozenset[Literal], stage: int) -> int:
        """The position of a model at a stage."""
        places = self._places[min(stage, self.count - 1)]
        return next((at for at, literal in enumerate(places) if literal == TRUE or literal in model), self.stays)

    def along(self, path: Sequence[str]) -> list[int]:
        """The positions of a lead, stage by stage, that these rules may keep."""
        found = [self._positions[name] for name in path]
        return found if found and not self.going[found[-1]] else [*found, self.default]

    def _followed(self, takes: Sequence[Literal]) -> list[list[Literal]]:
        all_of, any_of = self._formula.all_of, self._formula.any_of
        last = self.count - 1
        visits = [[FALSE] * len(takes) for _ in range(self.count)]
        # The lead came to so many rules that let it go, and to none that keeps it.
        still: list[Literal] = [TRUE, *([FALSE] * last)]
        for at, literal in enumerate(takes):
            for stage in range(last):
                visits[stage][at] = all_of([still[stage], literal])
            for stage in range(last, -1, -1):
                still[stage] = all_of([still[stage], -literal])
                if self.going[at] and stage:
                    still[stage] = any_of([still[stage], visits[stage - 1][at]])
        if sum(self.going) > _DEEPEST:
            self.deep = still[last]
        return [[*row, ends, -any_of([*row, ends])] for row, ends in zip(visits, still, strict=True)]


def rule_reads(rule: Rule) -> Iterator[str]:
    """The lead's fields that a rule reads when it chooses among people."""
    assign = rule.assign
    yield from _target_reads(assign.target)
    for rung in assign.require:
        yield from borrowed(rung)
    for term in assign.prefer:
        if isinstance(term.value, Match):
            yield from borrowed(term.value.condition)
        elif isinstance(term.value, Scale) and term.value.part_ref is not None:
            yield term.value.part_ref
        if term.when is not None:
            yield from references(term.when)
    if assign.effort is not None and assign.effort.ref is not None:
        yield assign.effort.ref
    yield from step_reads(assign.otherwise)
    if rule.respond is not None:
        yield from step_reads(rule.respond.then)


def step_reads(steps: Iterable[Step]) -> Iterator[str]:
    """The lead's fields that fallback steps read."""
    for step in steps:
        yield from _target_reads(step.target)
        for rung in step.require or ():
            yield from borrowed(rung)


def _target_reads(target: Target | None) -> Iterator[str]:
    if target is not None and target.ref is not None:
        yield target.ref
