"""The right side of a test: literals read by the type beside them, and references to the lead's fields."""

from __future__ import annotations

import re
from dataclasses import replace

from leadroute import values
from leadroute.language.text import compared, sought
from leadroute.model.clock import DAY, HOUR, MINUTE, WEEKDAYS, day_span
from leadroute.model.condition import Ago, Days, Literal, Operand
from leadroute.model.fields import Field, FieldType, Value
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.nodes import Node, Scalar
from leadroute.project.scope import Scope

UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
"""Microseconds of the units of time spans."""

_AGO = re.compile(r"([-+]?)([0-9]{1,6})([mhdw])")
_BARE_DATE = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
_NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
_MOMENTS = frozenset({FieldType.DATE, FieldType.DATETIME})


def span_micros(text: str) -> int:
    """A time span such as ``4h`` (which the schema checks) in microseconds."""
    return int(text[:-1]) * UNITS[text[-1]]


def reference(text: str) -> str | None:
    """The field that ``$name`` names; ``None`` for a literal."""
    return text[1:] if text.startswith("$") and not text.startswith("$$") else None


def naming(name: str, at: Scalar, scope: Scope, findings: Findings, what: str = "a name") -> bool:
    """Whether ``$name`` is a field of one text, as is needed where its value names something; a finding where it is not."""
    found = scope.field(name, at, findings)
    if found is not None and not found.type.is_text:
        said = f"`${name}` is {a_type(found.type)}, and {what} is needed here"
        findings.add("type-mismatch", said, at, help="use a field of one text")
        return False
    return found is not None


def literal_text(text: str) -> str:
    """A literal's text, ``$$`` undone."""
    return text[1:] if text.startswith("$$") else text


def read_literal(field: Field, text: str, timezone: str) -> Value | None:
    """A literal in a rule: as the field writes its values; else numbers with a point and dates in ISO 8601."""
    if field.type is FieldType.LIST:
        return values.read(field if field.decimal == "." else replace(field, decimal="."), text, timezone)
    found = values.read(field, text, timezone)
    if found is None and (field.format is not None or field.decimal != "."):
        found = values.read(replace(field, format=None, decimal="."), text, timezone)
    return found


def read_beside(field: Field, text: str, timezone: str, *, ordered: bool) -> Literal | None:
    """A literal beside a field, with the forms of time: ``-7d`` where the test is ``ordered``, a bare date beside a datetime."""
    if field.type in _MOMENTS:
        if ordered and (ago := _AGO.fullmatch(text.strip())) is not None:
            return _ago(ago)
        if field.type is FieldType.DATETIME and _BARE_DATE.fullmatch(text.strip()) and (day := values.day(text)) is not None:
            try:
                start, end = day_span(day, timezone)
            except (OverflowError, ValueError):
                return None
            return Days(start, end)
    return read_literal(field, text, timezone)


def _ago(found: re.Match[str]) -> Ago:
    sign, count, unit = found.groups()
    backwards = 1 if sign == "-" else -1
    days = {"d": 1, "w": 7}.get(unit)
    return Ago(backwards * int(count) * UNITS[unit], backwards * int(count) * days if days else None)


def operand(
    node: Node, field: Field, scope: Scope, findings: Findings, *, ordered: bool = False, searched: bool = False, lists: bool = False
) -> Operand | None:
    """The operand that a scalar writes beside ``field``; ``None``, with a finding, where it cannot be.

    Args:
        node: The scalar.
        field: What stands on the left: its type and exactness read the literal.
        scope: The names that ``$`` may refer to.
        findings: Where problems are noted.
        ordered: The test compares sizes, so that ``-7d`` is a time.
        searched: The literal is part of a text, not a whole one (``contains: bank`` beside an e-mail).
        lists: A ``$list`` may stand here.
    """
    if not isinstance(node, Scalar):
        return None
    name = reference(node.text)
    if name is not None:
        return _reference(name, node, field, scope, findings, lists=lists)
    text = literal_text(node.text)
    value: Literal | None
    if searched:
        value = text if field.exact else sought(text)
    elif field.type in (FieldType.LIST, FieldType.MAP):
        value = text if field.exact else compared(text)
    else:
        value = read_beside(field, text, scope.timezone, ordered=ordered)
    if value is None:
        unreadable(field, node, findings)
        return None
    if field.name.endswith(".weekday") and field.origin == "builtin" and value not in WEEKDAYS:
        advice = f"days are {listed(WEEKDAYS)}"
        findings.add("unreadable-literal", f"{shown(text)} is no day of the week", node, help=advice)
        return None
    if field.name == "tier" and field.origin == "derived" and scope.tiers and value not in scope.tiers and not searched:
        tiers = list(scope.tiers.values())
        meant = suggestion(text, tiers, f"tiers are {listed(tiers)}")
        findings.add("unknown-tier", f"no tier is named {shown(text)}", node, help=meant)
    return Operand(text=text.strip(), value=value, type=field.type, span=node.span)


def result(node: Node, made: Field, scope: Scope, findings: Findings) -> Operand | None:
    """A ``then`` or ``else``: a literal of the derived field's type, or a field whose values are of it as they stand."""
    found = operand(node, made, scope, findings, lists=made.type is FieldType.LIST)
    if found is None:
        return None
    if found.ref is None:
        if made.type is not FieldType.LIST:
            return found
        items = read_literal(made, found.text, scope.timezone)
        return Operand(text=found.text, value=items, type=made.type, span=found.span) if items else None
    if not _becomes(found.type, made.type):
        said = f"`${found.ref}` is {a_type(found.type)}, and {shown(made.name)} is {a_type(made.type)}"
        findings.add("type-mismatch", said, node, help=f"give {shown(made.name)} a `type: {found.type.value}`")
        return None
    return found


def _becomes(given: FieldType, wanted: FieldType) -> bool:
    if given is wanted or (wanted is FieldType.STRING and given.is_text):
        return True
    return wanted is FieldType.NUMBER and given is FieldType.INTEGER


def unreadable(field: Field, node: Scalar, findings: Findings) -> None:
    """Say that a literal cannot be read by its type, and what it expects."""
    kind = field.type.value
    said = f"{shown(node.text)} is no {kind}" if kind != "list" else f"{shown(node.text)} has no item"
    findings.add("unreadable-literal", f"{said}, which `{field.name}` needs", node, help=f"expected {values.EXPECTED[field.type]}")


def _reference(name: str, node: Scalar, field: Field, scope: Scope, findings: Findings, *, lists: bool) -> Operand | None:
    referred = scope.field(name, node, findings)
    if referred is None:
        return None
    if referred.type is FieldType.LIST and not lists:
        advice = "a list goes with `in`, `not_in`, `has_any`, `has_all` or `has_none`"
        findings.add("list-not-allowed", f"`${name}` is a list, and a single value is needed here", node, help=advice)
        return None
    if not comparable(field.type, referred.type):
        said = f"`${name}` is {a_type(referred.type)}, and `{field.name}` is {a_type(field.type)}"
        findings.add("type-mismatch", said, node, help="compare fields of one type")
        return None
    return Operand(text=name, ref=name, type=referred.type, span=node.span)


def comparable(left: FieldType, right: FieldType) -> bool:
    """Whether a field of one type may stand beside a reference to one of the other."""
    if left in (FieldType.LIST, FieldType.MAP):
        return right.is_text or right is FieldType.LIST
    if right is FieldType.LIST:
        return left.is_text
    if left.is_text:
        return right.is_text
    return left is right or {left, right} <= _NUMBERS or {left, right} <= _MOMENTS


def a_type(kind: FieldType) -> str:
    """A type with its article."""
    return f"{'an' if kind.value[0] in 'aeiou' else 'a'} {kind.value}"
