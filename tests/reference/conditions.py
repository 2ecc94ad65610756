"""Whether a condition holds for one lead, or for one rep beside one lead."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.values import Cell, FieldType, compared, day, instant, mail_lists, read

Lead = Mapping[str, Cell | None]


@dataclass(frozen=True)
class Clock:
    """The one instant of a batch, and the routing clock's zone."""

    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Side:
    """What stands on the left of the tests: how a name's type is found, and its value."""

    kind: Callable[[str], FieldType]
    cell: Callable[[str, Lead], Cell | None]


def lead_side(kinds: Mapping[str, FieldType], lead: Lead) -> Side:
    """A lead's fields on the left side."""
    return Side(lambda name: kinds[name], lambda name, _: lead[name])


def holds(condition: Mapping[str, Any], left: Side, lead: Lead, clock: Clock) -> bool:
    """Every entry must hold; `all`, `any` and `not` nest."""
    for key, test in condition.items():
        if key == "all":
            held = all(holds(one, left, lead, clock) for one in test)
        elif key == "any":
            held = any(holds(one, left, lead, clock) for one in test)
        elif key == "not":
            held = not holds(test, left, lead, clock)
        else:
            held = passes(left.kind(key), left.cell(key, lead), test, lead, clock)
        if not held:
            return False
    return True


def passes(kind: FieldType, value: Cell | None, test: Any, lead: Lead, clock: Clock) -> bool:
    """Whether one field's value passes its tests."""
    several = kind.kind in ("list", "map")
    if isinstance(test, str):
        test = {"has" if several else "is": test}
    elif isinstance(test, list):
        test = {"has_any" if several else "in": test}
    return all(passes_one(kind, value, operator, raw, lead, clock) for operator, raw in test.items())


def passes_one(kind: FieldType, value: Cell | None, operator: str, raw: Any, lead: Lead, clock: Clock) -> bool:
    """Whether a value passes one test; a missing value or a missing `$field` passes nothing but `present: false`."""
    if operator == "present":
        return (value is not None) == (compared(raw) == "true")
    if value is None:
        return False
    if operator in ("free_mail", "disposable"):
        free, disposable = mail_lists()
        listed = value.value.rpartition("@")[2] in (free if operator == "free_mail" else disposable)
        return listed == (compared(raw) == "true")
    right = operands(kind, operator, raw, lead, clock)
    if right is None:
        return False
    if operator in ("is", "in"):
        return any(equal(value, one, clock) for one in right)
    if operator in ("is_not", "not_in"):
        return not any(equal(value, one, clock) for one in right)
    if operator in ("has", "has_any"):
        return any(one.value in value.value for one in right)
    if operator == "has_all":
        return all(one.value in value.value for one in right)
    if operator == "has_none":
        return not any(one.value in value.value for one in right)
    if operator == "between":
        first, last = right
        if kind.kind == "time" and first.value > last.value:
            return value.value >= first.value or value.value <= last.value
        return ordered(value, "gte", first, clock) and ordered(value, "lte", last, clock)
    if operator in ("gt", "gte", "lt", "lte"):
        return ordered(value, operator, right[0], clock)
    return any(text_test(value, operator, one) for one in right)


def operands(kind: FieldType, operator: str, raw: Any, lead: Lead, clock: Clock) -> list[Cell] | None:
    """The right side as cells; None when a `$field` that it names is missing."""
    found: list[Cell] = []
    for text in raw if isinstance(raw, list) else [raw]:
        if text.startswith("$") and not text.startswith("$$"):
            cell = lead[text[1:]]
            if cell is None:
                return None
            found += [Cell("string", item, item) for item in cell.value] if cell.kind == "list" else [cell]
        else:
            found.append(literal(kind, operator, text[1:] if text.startswith("$$") else text, clock))
    return found


def literal(kind: FieldType, operator: str, text: str, clock: Clock) -> Cell:
    """A literal, as the field's type reads it."""
    if operator in ("contains", "starts_with", "ends_with", "matches"):
        return Cell("string", text if kind.exact else compared(text), text)
    if kind.kind in ("list", "map"):
        return Cell("string", compared(text), text)
    if kind.kind in ("date", "datetime"):
        back = re.fullmatch(r"-(\d+)([mhdw])", text.strip())
        if back:
            unit = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[back[2]]
            return Cell("datetime", clock.now - timedelta(**{unit: int(back[1])}), text)
        plain = day(text, kind.format if kind.kind == "date" else None)
        if plain is not None:
            return Cell("date", plain, text)
        moment = instant(text, clock.zone, kind.format if kind.kind == "datetime" else None)
        if moment is not None:
            return Cell("datetime", moment, text)
        raise ValueError(f"not a literal of a {kind.kind}: {text}")
    cell = read(kind, text, clock.zone)
    if cell is None:
        raise ValueError(f"not a literal of a {kind.kind}: {text}")
    return cell


def equal(left: Cell, right: Cell, clock: Clock) -> bool:
    """Whether two values are the same one."""
    if left.kind in ("date", "datetime"):
        one, other = beside(left, right, clock)
        return bool(one == other)
    if left.exact:
        return bool(left.value == (right.value if right.exact else right.text))
    if right.exact:
        return bool(left.value == compared(right.text))
    return bool(left.value == right.value)


def ordered(left: Cell, operator: str, right: Cell, clock: Clock) -> bool:
    """Whether two values stand in that order."""
    one, other = beside(left, right, clock)
    return bool({"gt": one > other, "gte": one >= other, "lt": one < other, "lte": one <= other}[operator])


def beside(left: Cell, right: Cell, clock: Clock) -> tuple[Any, Any]:
    """Two values made comparable: a date beside a datetime is its whole day on the routing clock."""
    if {left.kind, right.kind} == {"date", "datetime"}:
        return tuple(  # type: ignore[return-value]
            cell.value if cell.kind == "date" else cell.value.astimezone(clock.zone).date() for cell in (left, right)
        )
    return left.value, right.value


def text_test(value: Cell, operator: str, pattern: Cell) -> bool:
    """Whether a text passes a test of its letters."""
    if operator == "contains":
        return pattern.value in value.value
    if operator == "starts_with":
        return bool(value.value.startswith(pattern.value))
    if operator == "ends_with":
        return bool(value.value.endswith(pattern.value))
    if operator == "matches":
        import re2

        return bool(re2.search(pattern.text if value.exact else f"(?i){pattern.text}", value.text))
    raise ValueError(f"an operator that the reference does not know: {operator}")


def every_ref(documents: Sequence[Any]) -> set[str]:
    """The names of all `$fields` in nested documents (for the tools around the engine)."""
    found: set[str] = set()
    for one in documents:
        if isinstance(one, str) and one.startswith("$") and not one.startswith("$$"):
            found.add(one[1:])
        elif isinstance(one, Mapping):
            found |= every_ref(list(one.values()))
        elif isinstance(one, list):
            found |= every_ref(one)
    return found
