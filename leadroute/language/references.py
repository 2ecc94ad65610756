"""Which of a lead's fields conditions and derived fields read, and which tests say the same."""

from __future__ import annotations

from collections.abc import Iterator

from leadroute.model.condition import All, Condition, Not, Operand, Test
from leadroute.model.derive import Cases, DeriveStep, Lookup, Score
from leadroute.model.fields import Field

Leaf = tuple[object, ...]


def tests(condition: Condition) -> Iterator[Test]:
    """Every test in a condition, from left to right."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from tests(condition.part)
    else:
        for part in condition.parts:
            yield from tests(part)


def references(condition: Condition) -> frozenset[str]:
    """The fields that a condition over a lead reads: its subjects and its ``$fields``."""
    found = set(borrowed(condition))
    found.update(test.subject.name for test in tests(condition))
    return frozenset(found)


def borrowed(condition: Condition) -> frozenset[str]:
    """The lead's fields that a condition over a rep reads: its ``$fields`` alone."""
    found: set[str] = set()
    for test in tests(condition):
        if test.subject.part_ref is not None:
            found.add(test.subject.part_ref)
        found.update(operand.ref for operand in test.operands if operand.ref is not None)
    return frozenset(found)


def conjuncts(condition: Condition | None) -> tuple[Condition, ...]:
    """The parts that must all hold, nested ``all`` flattened; ``None`` (always) has none."""
    if condition is None:
        return ()
    if isinstance(condition, All):
        return tuple(part for whole in condition.parts for part in conjuncts(whole))
    return (condition,)


def leaf_key(test: Test) -> Leaf:
    """What makes two tests the same predicate: everything but where and how they are written."""
    operands = tuple((operand.value, type(operand.value), operand.ref, operand.type) for operand in test.operands)
    return (test.subject, test.op, operands, test.domains)


def gives(step: DeriveStep) -> tuple[Field, ...]:
    """The fields that a step defines."""
    return step.fields if isinstance(step, Lookup) else (step.field,)


def reads(step: DeriveStep | Score) -> frozenset[str]:
    """The fields that a step reads."""
    if isinstance(step, Cases):
        found = {name for condition, then in step.cases for name in references(condition) | _refs(then)}
        return frozenset(found) | _refs(step.otherwise)
    if isinstance(step, Lookup):
        return frozenset(step.by).union(*(_refs(operand) for operand in step.otherwise))
    if isinstance(step, Score):
        return frozenset(name for line in step.points for name in references(line.when) | _refs(line.add))
    return frozenset({step.of})


def _refs(operand: Operand | None) -> frozenset[str]:
    return frozenset({operand.ref} if operand is not None and operand.ref is not None else ())
