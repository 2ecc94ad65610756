"""Conditions from text to trees."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.clock import day_span
from leadroute.model.condition import Ago, All, Any, Condition, Days, Not
from leadroute.model.condition import Test as OneTest
from leadroute.model.fields import FieldType
from tests.project.world import LEADROUTE, found, good, rules


def when(folder: Path, text: str) -> Condition | None:
    return good(folder, rules=rules(text)).rules[0].when


def require(folder: Path, text: str) -> Condition:
    return good(folder, rules=rules("{}", assign=f"{{pool: smb, require: {text}}}")).rules[0].assign.require[0]


@pytest.mark.parametrize(
    ("text", "op", "values"),
    [
        ("{industry: FinTech}", "is", ["fintech"]),
        ("{industry: [FinTech, ' Real  Estate ']}", "in", ["fintech", "real estate"]),
        ("{products: CRM}", "has", ["crm"]),
        ("{products: [CRM, ERP]}", "has_any", ["crm", "erp"]),
        ("{country: United States}", "is", ["us"]),
        ("{country: NO}", "is", ["no"]),
        ("{industry: 1.10}", "is", ["1.10"]),
        ("{industry: 010}", "is", ["010"]),
        ("{employees: {gte: 1.2k}}", "gte", [1200]),
        ("{employees: {between: [10, 49]}}", "between", [10, 49]),
        ("{deal_value: {gt: 99.5}}", "gt", [99.5]),
        ("{email: {contains: GMAIL}}", "contains", ["gmail"]),
        ("{email: {present: true}}", "present", [True]),
        ("{company: {matches: '^A.*Z$'}}", "matches", ["^A.*Z$"]),
        ("{now.weekday: [mon, TUE]}", "in", ["mon", "tue"]),
        ("{now.time: {between: [09:30, '18:00']}}", "between", [34_200_000_000, 64_800_000_000]),
        ("{arrived.business_hours: yes}", "is", [True]),
        ('{industry: "$$5"}', "is", ["$5"]),
    ],
)
def test_a_test_has_its_operator_and_compared_values(tmp_path: Path, text: str, op: str, values: list[object]) -> None:
    """Bare values are `is`, bare lists `in`, on lists `has` and `has_any`; literals are read by the field's type."""
    test = when(tmp_path, text)
    assert isinstance(test, OneTest)
    assert (test.op, [one.value for one in test.operands]) == (op, values)


def test_references_keep_their_type(tmp_path: Path) -> None:
    """`$name` alone or in a list is the lead's field."""
    test = when(tmp_path, "{industry: [$source, fintech]}")
    assert isinstance(test, OneTest)
    assert [(one.ref, one.value, one.type) for one in test.operands] == [
        ("source", None, FieldType.STRING),
        (None, "fintech", FieldType.STRING),
    ]


def test_words_join_conditions(tmp_path: Path) -> None:
    """A mapping is all of its entries, and so are several tests under one field; all, any and not nest."""
    tree = when(tmp_path, "{employees: {gte: 1, lt: 5}, any: [{industry: a}, {not: {all: [{source: b}]}}]}")
    assert isinstance(tree, All)
    assert isinstance(tree.parts[0], All)
    assert [part.op for part in tree.parts[0].parts if isinstance(part, OneTest)] == ["gte", "lt"]
    assert isinstance(tree.parts[1], Any)
    assert isinstance(tree.parts[1].parts[1], Not)


def test_no_condition_always_holds(tmp_path: Path) -> None:
    """An empty mapping is all of nothing."""
    assert when(tmp_path, "{}") == All((), when(tmp_path, "{}").span)  # type: ignore[union-attr]


def test_dates_beside_datetimes_are_whole_days_of_the_routing_clock(tmp_path: Path) -> None:
    """A date literal is its midnight to midnight; a date field keeps the day."""
    test = when(tmp_path, "{created_at: {gte: 2026-11-23}, born: 2026-11-23}")
    assert isinstance(test, All)
    first, second = (part.operands[0].value for part in test.parts if isinstance(part, OneTest))
    assert first == Days(*day_span(second, "America/New_York"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "micros", "days"),
    [("-7d", 7 * 86_400_000_000, 7), ("-2w", 14 * 86_400_000_000, 14), ("-5m", 300_000_000, None), ("+1h", -3_600_000_000, None)],
)
def test_time_spans_count_from_now(tmp_path: Path, text: str, micros: int, days: int | None) -> None:
    """`-7d` is seven days before now."""
    test = when(tmp_path, f"{{created_at: {{gte: {text}}}}}")
    assert isinstance(test, OneTest)
    assert test.operands[0].value == Ago(micros, days)


def test_mail_tests_carry_the_domains(tmp_path: Path) -> None:
    """free_mail and disposable hold the list that is meant."""
    test = when(tmp_path, "{email: {free_mail: false}}")
    assert isinstance(test, OneTest)
    assert "gmail.com" in test.domains
    assert test.operands[0].value is False


def test_exact_fields_keep_case(tmp_path: Path) -> None:
    """`exact: true` compares as written."""
    made = good(
        tmp_path,
        leadroute=LEADROUTE.replace("industry: string", "industry: {type: string, exact: true}"),
        rules=rules("{industry: FinTech}"),
    )
    test = made.rules[0].when
    assert isinstance(test, OneTest)
    assert test.operands[0].value == "FinTech"
    assert test.subject.exact


def test_conditions_over_reps_name_attributes(tmp_path: Path) -> None:
    """The left side is the rep's; a part of a map is a number."""
    tree = require(
        tmp_path, "{languages: {has: $language}, skills: {has: $industry}, skills.FinTech: {gte: 3}, skills.$industry: {gte: 2}}"
    )
    assert isinstance(tree, All)
    subjects = [part.subject for part in tree.parts if isinstance(part, OneTest)]
    assert [(one.type, one.part, one.part_ref) for one in subjects] == [
        (FieldType.LIST, None, None),
        (FieldType.MAP, None, None),
        (FieldType.NUMBER, "fintech", None),
        (FieldType.NUMBER, None, "industry"),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{employees: lots}", "unreadable-literal"),
        ("{employees: 1e3}", "unreadable-literal"),
        ("{country: Wonderland}", "unreadable-literal"),
        ("{now.weekday: monday}", "unreadable-literal"),
        ("{now.time: {gt: noon}}", "unreadable-literal"),
        ("{created_at: {is: -7d}}", "unreadable-literal"),
        ("{created_at: 0000-01-01}", "unreadable-literal"),
        ("{employees: $company}", "type-mismatch"),
        ("{employees: {gte: $nobody}}", "unknown-field"),
        ("{account.name: acme}", "not-built"),
        ("{account.id: x}", "not-built"),
        ("{products: {is: x}}", "operator-does-not-fit"),
        ("{employees: {contains: 1}}", "operator-does-not-fit"),
        ("{industry: {free_mail: true}}", "operator-does-not-fit"),
        ("{industry: {matches: $source}}", "no-reference"),
        ("{$industry: x}", "no-reference"),
        ("{industry: ~}", "wrong-type"),
        ("{industry: {}}", "missing-key"),
        ("{industry: {eq: x}}", "unknown-key"),
        ("{industry: []}", "bad-value"),
        ("{all: {industry: x}}", "wrong-type"),
        ("{tier: hot}", "unknown-field"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, name: str) -> None:
    """Each mistake is one finding."""
    assert found(tmp_path, rules=rules(text)) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{certification: {has: x}}", "unknown-attribute"),
        ("{industry: x}", "unknown-attribute"),
        ("{team.x: {gte: 1}}", "unknown-attribute"),
        ("{skills.$employees: {gte: 1}}", "type-mismatch"),
        ("{skills.$nobody: {gte: 1}}", "unknown-field"),
        ("{quota: {gte: x}}", "unreadable-literal"),
        ("{quota: {has: x}}", "operator-does-not-fit"),
        ("{remote: perhaps}", "unreadable-literal"),
    ],
)
def test_what_is_refused_of_reps(tmp_path: Path, text: str, name: str) -> None:
    """Attributes are known by the roster."""
    assert found(tmp_path, rules=rules("{}", assign=f"{{pool: smb, require: {text}}}")) == [name]


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("{not: {source: partner}}", True),
        ("{not: {any: [{source: partner}, {company: x}]}}", True),
        ("{not: {source: {present: true}}}", False),
        ("{not: {source: partner}, source: {present: true}}", False),
        ("{not: {lead_id: L1}}", False),
        ("{not: {now.weekday: mon}}", False),
    ],
)
def test_not_warns_where_it_catches_missing_values(tmp_path: Path, text: str, warned: bool) -> None:
    """A field that is tested beside it, or that is never missing, gives no warning."""
    assert found(tmp_path, rules=rules(text)) == (["not-catches-missing"] if warned else [])
