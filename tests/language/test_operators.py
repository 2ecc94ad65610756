"""What each operator means on one present value."""

from __future__ import annotations

from typing import Any

import pytest

from leadroute.language.operators import OPERATORS
from leadroute.model.condition import Days
from leadroute.model.fields import FieldType

DAY = Days(100, 200)
NEXT = Days(200, 300)

# operator, value, operands, whether it holds
CASES: list[tuple[str, Any, list[Any], bool]] = [
    ("is", "a", ["a"], True),
    ("is", 1, [2], False),
    ("is", 100, [DAY], True),
    ("is", 200, [DAY], False),
    ("is", DAY, [199], True),
    ("is", DAY, [DAY], True),
    ("is", DAY, [NEXT], False),
    ("is_not", "a", ["b"], True),
    ("is_not", 150, [DAY], False),
    ("in", "a", ["b", "a"], True),
    ("in", 150, [3, DAY], True),
    ("in", DAY, [NEXT, DAY], True),
    ("in", DAY, [NEXT, 100], True),
    ("in", "a", ["b"], False),
    ("not_in", "a", ["b", "c"], True),
    ("not_in", 150, [DAY], False),
    ("present", "a", [True], True),
    ("gt", 2, [1], True),
    ("gt", 1, [1], False),
    ("gt", 199, [DAY], False),
    ("gt", 200, [DAY], True),
    ("gt", NEXT, [DAY], True),
    ("gt", DAY, [199], False),
    ("gt", DAY, [99], True),
    ("gte", 1, [1], True),
    ("gte", 99, [DAY], False),
    ("gte", 100, [DAY], True),
    ("gte", DAY, [150], True),
    ("lt", 99, [DAY], True),
    ("lt", 100, [DAY], False),
    ("lt", DAY, [200], True),
    ("lt", DAY, [NEXT], True),
    ("lte", 199, [DAY], True),
    ("lte", 200, [DAY], False),
    ("lte", DAY, [100], True),
    ("between", 5, [1, 5], True),
    ("between", 0, [1, 5], False),
    ("between", 199, [DAY, DAY], True),
    ("between", 300, [DAY, NEXT], False),
    ("between", DAY, [DAY, 250], True),
    ("contains", "acme", ["x", "cm"], True),
    ("contains", "acme", ["x"], False),
    ("starts_with", "acme", ["ac"], True),
    ("starts_with", "acme", ["me"], False),
    ("ends_with", "acme", ["me"], True),
    ("ends_with", "acme", ["ac"], False),
    ("matches", "ACME", ["(?i)^a.m"], True),
    ("matches", "ACME", ["^a.m"], False),
    ("free_mail", "a@gmail.com", [frozenset({"gmail.com"}), True], True),
    ("free_mail", "a@x.gmail.com", [frozenset({"gmail.com"}), True], False),
    ("free_mail", "a@b@gmail.com", [frozenset({"gmail.com"}), False], False),
    ("disposable", "a@trash.io", [frozenset({"trash.io"}), True], True),
    ("disposable", "a@x.de", [frozenset({"trash.io"}), False], True),
    ("disposable", "a@x.de", [frozenset({"trash.io"}), True], False),
    ("has", ("en", "es"), ["es"], True),
    ("has", {"fintech": 4.0}, ["fintech"], True),
    ("has", (), ["es"], False),
    ("has_any", ("en",), ["es", "en"], True),
    ("has_any", ("en",), ["es"], False),
    ("has_all", ("en", "es"), ["es", "en"], True),
    ("has_all", ("en",), ["es", "en"], False),
    ("has_none", ("en",), ["es"], True),
    ("has_none", (), ["es"], True),
    ("has_none", ("en",), ["en", "x"], False),
]


@pytest.mark.parametrize(("op", "value", "operands", "expected"), CASES)
def test_an_operator_on_one_value(op: str, value: Any, operands: list[Any], expected: bool) -> None:
    """Both ends of `between` are included, a day is all its instants, a host stands after the last `@`."""
    assert OPERATORS[op].test(value, operands) is expected


def test_every_operator_is_exercised_both_ways() -> None:
    """The table above holds one case that holds and one that does not, for every entry; `present` is always true of a value."""
    assert {(op, expected) for op, _, _, expected in CASES} | {("present", False)} == {
        (op, one) for op in OPERATORS for one in (True, False)
    }


def test_each_type_has_the_tests_of_the_page() -> None:
    """The table of the language: which types take which tests."""
    text = {FieldType.STRING, FieldType.EMAIL, FieldType.DOMAIN, FieldType.PHONE}
    lists = {FieldType.LIST, FieldType.MAP}
    ordered = {FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME, FieldType.TIME}
    page = {
        ("is", "is_not", "in", "not_in"): set(FieldType) - lists,
        ("present",): set(FieldType),
        ("gt", "gte", "lt", "lte", "between"): ordered,
        ("contains", "starts_with", "ends_with", "matches"): text,
        ("free_mail", "disposable"): {FieldType.EMAIL},
        ("has", "has_any", "has_all", "has_none"): lists,
    }
    assert {op: types for ops, types in page.items() for op in ops} == {name: set(op.types) for name, op in OPERATORS.items()}
