"""A condition as a text that is the same for conditions that say the same, whatever their order and writing."""

from __future__ import annotations

import json

from leadroute.model.condition import Condition, Not, Operand, Subject, Test


def canonical(condition: Condition) -> str:
    """Compact text of compared values, parts in an order of their own: ``{tier: HOT, vip: yes}`` as ``{vip: true, tier: hot}``."""
    return json.dumps(_form(condition), ensure_ascii=False, separators=(",", ":"))


def _form(condition: Condition) -> list[object]:
    if isinstance(condition, Test):
        return [_name(condition.subject), condition.op, *map(_operand, condition.operands)]
    if isinstance(condition, Not):
        return ["not", _form(condition.part)]
    parts = sorted((_form(part) for part in condition.parts), key=json.dumps)
    return [type(condition).__name__.lower(), *parts]


def _name(subject: Subject) -> str:
    part = subject.part if subject.part_ref is None else f"${subject.part_ref}"
    return f"{'=' if subject.exact else ''}{subject.name}{f'.{part}' if part is not None else ''}"


def _operand(operand: Operand) -> object:
    if operand.ref is not None:
        return {"field": operand.ref}
    value = operand.value
    return value if isinstance(value, str | int | float) else repr(value)
