"""Which of a lead's fields a condition reads."""

from __future__ import annotations

from collections.abc import Iterator

from leadroute.model.condition import All, Condition, Not, Test


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
