"""Tests on single values: missing, ``$fields``, days, and conditions over reps."""

from __future__ import annotations

import pytest
from hypothesis import given

from leadroute.language.operators import OPERATORS
from leadroute.language.scalar import holds, rep_holds, rep_value
from leadroute.model.clock import DAY, HOUR, MINUTE, Clock, day, day_span
from leadroute.model.condition import Ago, All, Days, Not, Operand, Subject, Test
from leadroute.model.condition import Any as AnyOf
from leadroute.model.fields import FieldType
from leadroute.model.roster import Rep
from tests.language.blocks import CLOCK, Lead, a_test, leads

TODAY = day(CLOCK.now, CLOCK.timezone)
S, N, D, T, L = FieldType.STRING, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME, FieldType.LIST


def made(subject: Subject, op: str, *operands: Operand) -> Test:
    return Test(subject, op, operands)


def ref(name: str, kind: FieldType) -> Operand:
    return Operand(name, ref=name, type=kind)


def lit(value: object, kind: FieldType = S) -> Operand:
    return Operand(str(value), value, type=kind)  # type: ignore[arg-type]


@given(a_test(), leads())
def test_a_test_on_a_missing_value_is_false(test: Test, lead: Lead) -> None:
    """`is_not`, `not_in` and `has_none` included; only `present: false` is true."""
    expected = test.op == "present" and test.operands[0].value is False
    assert holds(test, None, lead.values, CLOCK) is expected


@given(a_test(), leads())
def test_a_test_that_names_a_missing_field_is_false(test: Test, lead: Lead) -> None:
    """Whatever else stands beside it."""
    named = {operand.ref for operand in test.operands if operand.ref is not None}
    value = lead.values.get(test.subject.name)
    for name in named:
        lead.values.pop(name, None)
    if named:
        assert holds(test, value, lead.values, CLOCK) is False


def test_not_is_the_plain_opposite() -> None:
    """Of a missing value too."""
    test = made(Subject("x", S), "is", lit("a"))
    rep = Rep("r", "", "")
    assert not rep_holds(test, rep, {}, CLOCK)
    assert rep_holds(Not(test), rep, {}, CLOCK)
    assert rep_holds(All(()), rep, {}, CLOCK)
    assert not rep_holds(AnyOf(()), rep, {}, CLOCK)


@pytest.mark.parametrize(
    ("ago", "kind", "value"),
    [
        (Ago(7 * DAY, 7), T, CLOCK.now - 7 * DAY),
        (Ago(-2 * HOUR, None), T, CLOCK.now + 2 * HOUR),
        (Ago(7 * DAY, 7), D, TODAY - 7),
        (Ago(11 * HOUR, None), D, TODAY - 1),
    ],
)
def test_relative_literals_are_from_now(ago: Ago, kind: FieldType, value: int) -> None:
    """`-7d` is that long before now; beside a date, that many days before today on the routing clock."""
    subject = Subject("x", kind)
    assert holds(made(subject, "between", lit(ago, kind), lit(ago, kind)), value, {}, CLOCK)
    assert not holds(made(subject, "gt", lit(ago, kind)), value, {}, CLOCK)


@pytest.mark.parametrize(("value", "expected"), [(22, True), (23, True), (0, True), (6, True), (7, False), (21, False)])
def test_a_range_of_times_may_pass_midnight(value: int, expected: bool) -> None:
    """`between: [22:00, 06:00]`, both ends included."""
    kind = FieldType.TIME
    test = made(Subject("now.time", kind), "between", lit(22 * HOUR, kind), lit(6 * HOUR, kind))
    assert holds(test, value * HOUR, {}, CLOCK) is expected
    assert holds(test, 6 * HOUR + MINUTE, {}, CLOCK) is False


def test_a_date_beside_a_datetime_is_its_whole_day() -> None:
    """Either way round, and where dates and datetimes stand beside each other in one test."""
    start, end = day_span(TODAY, CLOCK.timezone)
    for moment in (start, end - 1):
        assert holds(made(Subject("x", T), "is", ref("d", D)), moment, {"d": TODAY}, CLOCK)
        assert holds(made(Subject("x", T), "lte", lit(Days(start, end), T)), moment, {}, CLOCK)
        assert holds(made(Subject("x", D), "is", ref("t", T)), TODAY, {"t": moment}, CLOCK)
        assert holds(made(Subject("x", D), "in", lit(TODAY, D), ref("t", T)), TODAY, {"t": start - 1}, CLOCK)
        assert holds(made(Subject("x", D), "between", lit(TODAY, D), ref("t", T)), TODAY, {"t": moment}, CLOCK)
        assert not holds(made(Subject("x", D), "between", lit(TODAY + 1, D), ref("t", T)), TODAY, {"t": moment}, CLOCK)
        assert holds(made(Subject("x", D), "between", ref("d", D), ref("t", T)), TODAY, {"d": TODAY, "t": moment}, CLOCK)
        assert holds(made(Subject("x", D), "gte", ref("t", T)), TODAY, {"t": moment}, CLOCK)
        assert not holds(made(Subject("x", D), "gt", ref("t", T)), TODAY, {"t": moment}, CLOCK)
    assert not holds(made(Subject("x", D), "is", ref("t", T)), TODAY, {"t": end}, CLOCK)


def test_a_field_is_compared_as_the_left_side_is() -> None:
    """Beside a string, an exact field or the items of an exact list are compared like strings."""
    subject = Subject("x", S)
    assert holds(made(subject, "is", ref("code", S)), "acme", {"code": "ACME"}, CLOCK)
    assert holds(made(subject, "in", ref("marks", L)), "acme", {"marks": ("x", "ACME")}, CLOCK)
    assert holds(made(Subject("tags", L), "has_any", ref("marks", L)), ("acme",), {"marks": ("ACME",)}, CLOCK)
    assert not holds(made(Subject("code", S, exact=True), "is", lit("acme")), "ACME", {}, CLOCK)


ANN = Rep(
    "ann",
    "Ann",
    "",
    attributes={
        "languages": ("en", "es"),
        "skills": {"fintech": 4.0, "health care": 2.0},
        "seniority": 3.0,
        "region": "na",
        "title": "vp sales",
    },
    shown={"title": "VP  Sales"},
)


@pytest.mark.parametrize(
    ("subject", "value"),
    [
        (Subject("seniority", N), 3.0),
        (Subject("quota", N), None),
        (Subject("skills", N, part="fintech"), 4.0),
        (Subject("skills", N, part="golang"), None),
        (Subject("skills", N, part_ref="industry"), 2.0),
        (Subject("skills", N, part_ref="code"), 4.0),
        (Subject("skills", N, part_ref="nothing"), None),
        (Subject("certifications", L), ()),
        (Subject("levels", FieldType.MAP), ()),
        (Subject("levels", N, part="a"), None),
    ],
)
def test_what_a_rep_has(subject: Subject, value: object) -> None:
    """A list or map that others write is empty, not missing; a name that nobody holds is missing; names are compared like strings."""
    assert rep_value(subject, ANN, {"industry": "health care", "code": "FinTech"}) == value


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (made(Subject("languages", L), "has", ref("language", S)), True),
        (made(Subject("languages", L), "has", ref("nothing", S)), False),
        (made(Subject("languages", L), "has_all", ref("spoken", L)), False),
        (made(Subject("certifications", L), "has_none", lit("pci")), True),
        (made(Subject("certifications", L), "present", lit(True, FieldType.BOOLEAN)), True),
        (made(Subject("skills", FieldType.MAP), "has_any", lit("fintech"), lit("x")), True),
        (made(Subject("skills", N, part_ref="industry"), "gte", lit(2.0, N)), True),
        (made(Subject("skills", N, part="golang"), "lt", lit(2.0, N)), False),
        (made(Subject("skills", N, part="golang"), "present", lit(False, FieldType.BOOLEAN)), True),
        (made(Subject("title", S), "matches", lit("vp  s")), True),
        (made(Subject("title", S), "contains", lit("vp s")), True),
    ],
)
def test_conditions_over_a_rep(test: Test, expected: bool) -> None:
    """The left side is the rep's, the right side the lead's; a pattern is searched in the text as written."""
    lead = {"language": "es", "spoken": ("es", "de"), "industry": "health care"}
    assert rep_holds(test, ANN, lead, CLOCK) is expected


def test_every_operator_asks_nothing_of_the_clock_alone() -> None:
    """The same test at another instant is another answer only where a literal is relative."""
    later = Clock(CLOCK.now + DAY, CLOCK.timezone)
    for name, operator in OPERATORS.items():
        if operator.takes == "one" and T in operator.types:
            test = made(Subject("x", T), name, lit(CLOCK.now, T))
            assert holds(test, CLOCK.now, {}, CLOCK) == holds(test, CLOCK.now, {}, later)
