"""What conditions say, in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from leadroute.language.evaluate import Evaluator
from leadroute.language.words import Said, of_lead, of_rep, seen, shown, written
from leadroute.model.clock import HOUR
from leadroute.model.condition import All, Condition, Not, Operand, Subject, Test
from leadroute.model.condition import Any as AnyOf
from leadroute.model.fields import FieldType, Value
from leadroute.model.roster import Rep
from tests.language.blocks import CLOCK, Blocks, Lead, conditions, lead_holds, leads

S, N, L, B = FieldType.STRING, FieldType.INTEGER, FieldType.LIST, FieldType.BOOLEAN
NAME, SIZE, TAGS = Subject("name", S), Subject("size", N), Subject("tags", L)


def a_test_of(subject: Subject, op: str, *values: Value) -> Test:
    return Test(subject, op, tuple(Operand(shown(value, subject.type), value, type=subject.type) for value in values))


BIG, ACME = a_test_of(SIZE, "gte", 1000), a_test_of(NAME, "is", "acme")
REFERS = Test(NAME, "is", (Operand("city", ref="city", type=S),))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (BIG, Said(False, "size `49` is not at least `1,000`")),
        (ACME, Said(True, "name `Acme`")),
        (Not(ACME), Said(False, "name `Acme`, which is excluded")),
        (Not(BIG), Said(True, "size `49` is not at least `1,000`")),
        (All((ACME, BIG)), Said(False, "size `49` is not at least `1,000`")),
        (All((ACME, a_test_of(SIZE, "lt", 50))), Said(True, "name `Acme`; size `49` is under `50`")),
        (AnyOf((BIG, a_test_of(NAME, "in", "x", "y"))), Said(False, "size `49` is not at least `1,000`; name `Acme` is none of `x`, `y`")),
        (AnyOf((BIG, ACME)), Said(True, "name `Acme`")),
        (a_test_of(TAGS, "has", "x"), Said(False, "tags is missing", missing=True)),
        (Test(TAGS, "present", (Operand("false", False, type=B),)), Said(True, "tags is missing")),
        (Test(NAME, "present", (Operand("false", False, type=B),)), Said(False, "name `Acme` is present")),
        (REFERS, Said(False, "city is missing", missing=True)),
        (All(()), Said(True, "always")),
        (AnyOf(()), Said(False, "never")),
    ],
)
def test_a_condition_over_a_lead_is_told_by_what_decided(condition: Condition, said: Said) -> None:
    """The first failing test with the value as it was written; *missing*, never just "no"."""
    lead = Lead({"name": "acme", "size": 49}, {"name": "Acme"})
    assert of_lead(condition, Blocks().of([lead]), 0, Evaluator(CLOCK)) == said


@given(conditions(), leads())
@settings(max_examples=100)
def test_the_words_never_disagree_with_the_answer(condition: Condition, lead: Lead) -> None:
    """Whatever the condition: what is told holds when the condition holds, and says something."""
    said = of_lead(condition, Blocks().of([lead]), 0, Evaluator(CLOCK))
    assert said.holds == lead_holds(condition, lead)
    assert said.words
    assert written(condition)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (a_test_of(Subject("languages", L), "has", "es"), "languages lack `es`"),
        (a_test_of(Subject("region", S), "is", "na"), "region is not `na`"),
        (a_test_of(Subject("team", S), "is", "x"), "no team"),
        (
            Test(Subject("skills", FieldType.NUMBER, part_ref="industry"), "gte", (Operand("3", 3.0, type=FieldType.NUMBER),)),
            "no skills.retail",
        ),
    ],
)
def test_a_condition_over_a_rep_is_told_in_the_plural_of_people(test: Test, words: str) -> None:
    """Made to be counted: ``7 languages lack es``."""
    rep = Rep("a", "", "", attributes={"languages": ("en",), "region": "emea"})
    assert of_rep(test, rep, {"industry": "retail"}, CLOCK) == Said(False, words)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (True, B, "true"),
        (("a", "b"), L, "a, b"),
        (20_780, FieldType.DATE, "2026-11-23"),
        (CLOCK.now, FieldType.DATETIME, "2026-11-23T11:00:00Z"),
        (9 * HOUR, FieldType.TIME, "09:00"),
        (1234567, N, "1,234,567"),
        (2.0, FieldType.NUMBER, "2"),
        (2.5, FieldType.NUMBER, "2.5"),
    ],
)
def test_values_are_shown_as_a_person_would_write_them(value: Value, kind: FieldType, text: str) -> None:
    """Dates in ISO 8601, whole numbers without a point."""
    assert shown(value, kind) == text


def test_a_lead_s_value_is_seen_as_it_was_written() -> None:
    """Numbered or kept as text; a missing one is none."""
    lead = Lead({"name": "acme"}, {"name": "ACME"})
    for as_text in (frozenset[str](), frozenset({"name"})):
        batch = Blocks().of([lead], as_text)
        assert (seen(batch, "name", 0), seen(batch, "city", 0), seen(batch, "size", 0)) == ("ACME", None, None)


def test_a_condition_is_written_in_one_line() -> None:
    """As it stands in the rules, nested ones in brackets."""
    assert written(All((ACME, AnyOf((BIG, Not(REFERS)))))) == "name is `acme` and (size is at least `1,000` or not (name is $city))"
