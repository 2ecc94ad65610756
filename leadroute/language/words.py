"""What conditions say, in words: made from the same tree that is evaluated, and from the very values that were seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any as Anything

from leadroute.language.evaluate import Evaluator
from leadroute.language.operators import OPERATORS
from leadroute.language.scalar import rep_holds, rep_value
from leadroute.model.clock import EPOCH, EPOCH_DAY, MINUTE, Clock
from leadroute.model.columns import CodedColumn, LeadBatch, NumberColumn, TextColumn
from leadroute.model.condition import All, Any, Condition, LeadValues, Not, Operand, Test
from leadroute.model.fields import FieldType, Value
from leadroute.model.frozen import frozen
from leadroute.model.roster import Rep


@frozen
class Said:
    """What was found of a condition: whether it holds, the words for it, and whether a missing value decided."""

    holds: bool
    words: str
    missing: bool = False


Tell = Callable[[Test], Said]


def of_lead(condition: Condition, batch: LeadBatch, row: int, evaluator: Evaluator) -> Said:
    """A condition over one lead of a block, told by its first failing test, or by all tests when it holds."""
    import numpy as np

    rows = np.array([row], np.int64)

    def tell(test: Test) -> Said:
        holds = bool(evaluator.mask(test, batch, rows)[0])
        absent = [name for name in _asked(test) if seen(batch, name, row) is None]
        return Said(holds, _lead_words(test, batch, row, holds=holds, absent=absent), bool(absent) and not holds)

    return _told(condition, tell)


def of_rep(condition: Condition, rep: Rep, lead: LeadValues, clock: Clock) -> Said:
    """A condition over a rep, told by its first failing test: ``languages lack es``."""

    def tell(test: Test) -> Said:
        holds = rep_holds(test, rep, lead, clock)
        return Said(holds, _rep_words(test, lead, holds=holds, absent=rep_value(test.subject, rep, lead) is None))

    return _told(condition, tell)


def seen(batch: LeadBatch, name: str, row: int) -> str | None:
    """A lead's value as a person reads it; ``None`` when it is missing."""
    column = batch.columns[name]
    if isinstance(column, CodedColumn):
        code = int(column.codes[row])
        if code < 0:
            return None
        value = column.vocabulary.values[code]
        if isinstance(value, bool):
            return shown(value, column.type)
        return column.vocabulary.texts[code] if column.vocabulary.texts[code] else shown(value, column.type)
    if isinstance(column, NumberColumn):
        return None if column.missing[row] else shown(column.values[row].item(), column.type)
    assert isinstance(column, TextColumn)  # noqa: S101 - there are three kinds of columns
    found = column.text[row].as_py()
    return None if found is None else str(found)


def shown(value: Value, kind: FieldType) -> str:
    """A compared value as a person would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, str):
        return value
    if kind is FieldType.DATE:
        return (EPOCH_DAY + timedelta(days=int(value))).isoformat()
    if kind is FieldType.DATETIME:
        return (EPOCH + timedelta(microseconds=int(value))).isoformat().replace("+00:00", "Z")
    if kind is FieldType.TIME:
        minutes = int(value) // MINUTE
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return f"{value:,}" if isinstance(value, int) else repr(value)


def written(condition: Condition) -> str:
    """A condition as it is written, in one line: ``languages has $language and skills has $industry``."""
    if isinstance(condition, Test):
        operator = OPERATORS[condition.op]
        denied = operator.takes == "boolean" and condition.operands[0].value is False
        return f"{_subject(condition)} {operator.opposite if denied else operator.words} {_operands(condition, {})}".strip()
    if isinstance(condition, Not):
        return f"not ({written(condition.part)})"
    if not condition.parts:
        return "always" if isinstance(condition, All) else "never"
    joint = " and " if isinstance(condition, All) else " or "
    return joint.join(f"({written(part)})" if isinstance(part, All | Any) else written(part) for part in condition.parts)


def _told(condition: Condition, tell: Tell) -> Said:
    if isinstance(condition, Test):
        return tell(condition)
    if isinstance(condition, Not):
        inner = _told(condition.part, tell)
        return Said(not inner.holds, inner.words if not inner.holds else f"{inner.words}, which is excluded", inner.missing)
    parts = [_told(part, tell) for part in condition.parts]
    if isinstance(condition, All):
        failed = next((part for part in parts if not part.holds), None)
        if failed is not None:
            return failed
        return Said(True, "; ".join(part.words for part in parts) or "always", any(part.missing for part in parts))
    held = next((part for part in parts if part.holds), None)
    if held is not None:
        return held
    return Said(False, "; ".join(part.words for part in parts) or "never", any(part.missing for part in parts))


def _asked(test: Test) -> list[str]:
    """The lead's fields that a test reads, the subject first."""
    return [test.subject.name, *(operand.ref for operand in test.operands if operand.ref is not None)]


def _lead_words(test: Test, batch: LeadBatch, row: int, *, holds: bool, absent: list[str]) -> str:
    name = test.subject.name
    value = seen(batch, name, row)
    if value is None:
        return f"{name} is missing"
    if test.op == "present":
        return f"{name} `{value}`" if holds else f"{name} `{value}` is present"
    if absent:
        return f"{absent[0]} is missing"
    lead = {name: seen(batch, name, row) for name in _asked(test)}
    if test.op == "is" and holds:
        return f"{name} `{value}`"
    operator = OPERATORS[test.op]
    verb = operator.words if holds == (test.op not in {"free_mail", "disposable"} or bool(test.operands[0].value)) else operator.opposite
    return f"{name} `{value}` {verb} {_operands(test, lead)}".rstrip()


def _rep_words(test: Test, lead: Mapping[str, Anything], *, holds: bool, absent: bool) -> str:
    subject = _subject(test, lead)
    if absent and not holds:
        return f"no {subject}"
    operator = OPERATORS[test.op]
    verb = operator.words if holds else operator.opposite
    if verb == "lacks" and test.subject.name.endswith("s"):
        verb = "lack"
    return f"{subject} {verb} {_operands(test, lead)}".rstrip()


def _subject(test: Test, lead: Mapping[str, Anything] | None = None) -> str:
    subject = test.subject
    if subject.part is not None:
        return f"{subject.name}.{subject.part}"
    if subject.part_ref is not None:
        value = (lead or {}).get(subject.part_ref)
        return f"{subject.name}.{value}" if value is not None else f"{subject.name}.${subject.part_ref}"
    return subject.name


def _operands(test: Test, lead: Mapping[str, Anything]) -> str:
    if OPERATORS[test.op].takes == "boolean":
        return ""
    texts = [_operand(operand, lead) for operand in test.operands]
    return " and ".join(texts) if test.op == "between" else ", ".join(texts)


def _operand(operand: Operand, lead: Mapping[str, Anything]) -> str:
    if operand.ref is None:
        return f"`{operand.text}`"
    value = lead.get(operand.ref)
    if value is None:
        return f"${operand.ref} (missing)" if operand.ref in lead else f"${operand.ref}"
    return f"`{shown(value, operand.type)}`"
