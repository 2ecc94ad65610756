"""How a derived field of a lead came to be: its cases, or the points of its score, with what each saw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leadroute.model.trace import RuleTrace

if TYPE_CHECKING:
    from leadroute.language.evaluate import Evaluator
    from leadroute.model.columns import LeadBatch
    from leadroute.model.condition import Operand
    from leadroute.model.derive import Cases, Lookup, Score
    from leadroute.model.project import Project


def derivation(project: Project, name: str, block: LeadBatch, row: int, evaluator: Evaluator) -> tuple[RuleTrace, ...]:
    """The steps to a field's value for one lead of a block, as a rule's account: ``rule`` is what a step gives; none for other fields."""
    from leadroute.language.references import gives
    from leadroute.model.derive import Cases, Lookup

    if name in ("score", "tier") and project.score is not None:
        return tuple(_points(project.score, block, row, evaluator))
    step = next((step for step in project.derive if any(field.name == name for field in gives(step))), None)
    if isinstance(step, Cases):
        return tuple(_cases(step, block, row, evaluator))
    return tuple(_keys(step, block, row)) if isinstance(step, Lookup) else ()


def _cases(step: Cases, block: LeadBatch, row: int, evaluator: Evaluator) -> Iterator[RuleTrace]:
    from leadroute.language.words import of_lead

    for when, then in step.cases:
        said = of_lead(when, block, row, evaluator)
        yield RuleTrace(_given(then), "took" if said.holds else "no", said.words, said.missing)
        if said.holds:
            return
    yield RuleTrace(_given(step.otherwise), "took", "else")


def _points(score: Score, block: LeadBatch, row: int, evaluator: Evaluator) -> Iterator[RuleTrace]:
    from leadroute.language.words import of_lead

    for line in score.points:
        said = of_lead(line.when, block, row, evaluator)
        yield RuleTrace(_given(line.add), "took" if said.holds else "no", said.words, said.missing)


def _keys(step: Lookup, block: LeadBatch, row: int) -> Iterator[RuleTrace]:
    from leadroute.language.words import seen

    keys = [(name, seen(block, name, row)) for name in step.by]
    yield RuleTrace(step.file, "took", "; ".join(f"{name} is missing" if value is None else f"{name} `{value}`" for name, value in keys))


def _given(operand: Operand | None) -> str:
    return "missing" if operand is None else f"${operand.ref}" if operand.ref is not None else operand.text
