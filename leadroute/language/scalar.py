"""Tests on single values: conditions over a rep, and the one place where operands become plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any as Anything

from leadroute.language.operators import OPERATORS, between_times
from leadroute.language.text import compared
from leadroute.model.clock import Clock, day, day_span
from leadroute.model.condition import Ago, All, Any, Condition, Days, LeadValues, Operand, Subject, Test
from leadroute.model.fields import FieldType, Value
from leadroute.model.roster import Rep


def rep_holds(condition: Condition, rep: Rep, lead: LeadValues, clock: Clock) -> bool:
    """Whether a condition over a rep holds; ``lead`` gives the values that its ``$fields`` name."""
    if isinstance(condition, Test):
        return rep_test(condition, rep, lead, clock)
    if isinstance(condition, All):
        return all(rep_holds(part, rep, lead, clock) for part in condition.parts)
    if isinstance(condition, Any):
        return any(rep_holds(part, rep, lead, clock) for part in condition.parts)
    return not rep_holds(condition.part, rep, lead, clock)


def lead_holds(condition: Condition, lead: LeadValues, clock: Clock) -> bool:
    """Whether a condition over a single lead holds; a pattern sees the compared value, since there is no text."""
    if isinstance(condition, Test):
        return holds(condition, lead.get(condition.subject.name), lead, clock)
    if isinstance(condition, All):
        return all(lead_holds(part, lead, clock) for part in condition.parts)
    if isinstance(condition, Any):
        return any(lead_holds(part, lead, clock) for part in condition.parts)
    return not lead_holds(condition.part, lead, clock)


def rep_test(test: Test, rep: Rep, lead: LeadValues, clock: Clock) -> bool:
    """One test over a rep."""
    subject = test.subject
    value = rep_value(subject, rep, lead)
    text = rep.shown.get(subject.name, "") if OPERATORS[test.op].on_text else None
    return holds(test, value, lead, clock, text=text)


def rep_value(subject: Subject, rep: Rep, lead: LeadValues) -> Anything:
    """A rep's attribute, or its level in a map; ``None`` is missing.

    A list or map that others write is empty, not missing, and a name in a map that nobody holds is missing.
    """
    if subject.part is not None or subject.part_ref is not None:
        name = subject.part if subject.part is not None else lead.get(subject.part_ref or "")
        levels = rep.attributes.get(subject.name)
        return levels.get(compared(str(name))) if isinstance(levels, Mapping) and name is not None else None
    value = rep.attributes.get(subject.name)
    if value is None and subject.type in {FieldType.LIST, FieldType.MAP}:
        return ()
    return value


def holds(test: Test, value: Anything, lead: LeadValues, clock: Clock, *, text: str | None = None) -> bool:
    """Whether one test holds for a subject's value (``None``: missing); ``text`` is its trimmed text, for patterns."""
    if test.op == "present":
        return (value is not None) is test.operands[0].value
    operands = operand_values(test, lead, clock)
    if value is None or operands is None:
        return False
    operator = OPERATORS[test.op]
    return operator_of(test)(text if operator.on_text and text is not None else beside(value, test.subject.type, test, clock), operands)


def operator_of(test: Test) -> Callable[[Anything, Sequence[Anything]], bool]:
    """The operator's function; a range of times of day may pass midnight."""
    if test.op == "between" and test.subject.type is FieldType.TIME:
        return between_times
    return OPERATORS[test.op].test


def operand_values(test: Test, lead: LeadValues, clock: Clock) -> list[Anything] | None:
    """The operands as plain values, a ``$list`` spread into its items; ``None`` when a ``$field`` is missing."""
    operator = OPERATORS[test.op]
    if operator.on_text:
        flag = "" if test.subject.exact else "(?i)"
        return [f"{flag}{operand.value}" for operand in test.operands]
    if test.domains:
        return [test.domains, test.operands[0].value]
    values: list[Anything] = []
    for operand in test.operands:
        if operand.ref is None:
            values.append(beside(literal(operand, test.subject.type, clock), operand.type, test, clock))
            continue
        found = lead.get(operand.ref)
        if found is None:
            return None
        values.extend(referred(found, operand, test, clock))
    return values


def referred(found: Value, operand: Operand, test: Test, clock: Clock) -> list[Anything]:
    """What a ``$field``'s value is beside the subject: folded like it, and a date beside a datetime as its whole day."""
    if isinstance(found, tuple):
        return list(found) if test.subject.exact else [compared(item) for item in found]
    if isinstance(found, str) and not test.subject.exact:
        return [compared(found)]
    return [beside(found, operand.type, test, clock)]


def literal(operand: Operand, subject: FieldType, clock: Clock) -> Anything:
    """A literal's plain value: ``-7d`` becomes an instant, or a date beside a date field."""
    value = operand.value
    if isinstance(value, Ago):
        if subject is FieldType.DATE:
            if value.days is not None:
                return day(clock.now, clock.timezone) - value.days
            return day(clock.now - value.micros, clock.timezone)
        return clock.now - value.micros
    return value


def beside(value: Anything, kind: FieldType, test: Test, clock: Clock) -> Anything:
    """A value of a type in a test: a date that stands beside datetimes is its whole day."""
    if kind is FieldType.DATE and FieldType.DATETIME in {test.subject.type, *(operand.type for operand in test.operands)}:
        return Days(*day_span(value, clock.timezone))
    return value
