"""Conditions over columns: the same answers as on single leads, whatever the columns' form."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadroute.language.evaluate import Evaluator, distinct_values, intervals
from leadroute.language.intervals import representatives, thresholds
from leadroute.language.references import references
from leadroute.model.columns import NumberColumn
from leadroute.model.condition import Condition, Operand, Subject, Test
from leadroute.model.fields import FieldType
from tests.language.blocks import CLOCK, TYPES, Blocks, Lead, a_test, conditions, lead_holds, leads

FORMS = st.sets(st.sampled_from(["name", "city", "code", "mail", "site"])).map(frozenset)


def some(condition: Condition) -> st.SearchStrategy[list[Lead]]:
    """Leads with the fields that a condition reads."""
    return st.lists(leads(references(condition)), min_size=1, max_size=6)


@given(a_test(), st.data(), FORMS, FORMS)
@settings(max_examples=150)
def test_a_test_over_columns_is_the_test_on_each_lead(test: Test, data: st.DataObject, one: frozenset[str], other: frozenset[str]) -> None:
    """Every operator, type, literal, ``$field``, list, day and missing value; numbered or kept as text; vocabularies that grow."""
    blocks, evaluator = Blocks(), Evaluator(CLOCK)
    for as_text in (one, other):
        found = data.draw(some(test))
        assert evaluator.mask(test, blocks.of(found, as_text)).tolist() == [lead_holds(test, lead) for lead in found]


@given(conditions(), FORMS, st.data())
@settings(max_examples=80)
def test_a_condition_over_some_rows_is_the_condition_on_those_leads(
    condition: Condition, as_text: frozenset[str], data: st.DataObject
) -> None:
    """``all``, ``any`` and ``not`` nest freely; parts are asked only of rows that they can still decide."""
    found = data.draw(some(condition))
    rows = data.draw(st.lists(st.integers(0, len(found) - 1), unique=True))
    batch = Blocks().of(found, as_text)
    answers = [lead_holds(condition, lead) for lead in found]
    assert Evaluator(CLOCK).mask(condition, batch).tolist() == answers
    assert Evaluator(CLOCK).mask(condition, batch, np.array(rows, np.int64)).tolist() == [answers[row] for row in rows]


def on(name: str, op: str, *values: object) -> Test:
    """A test by hand: literals, or ``$fields``."""
    kind = TYPES[name]
    found = [
        Operand(value[1:], ref=value[1:], type=TYPES[value[1:]])
        if isinstance(value, str) and value.startswith("$")
        else Operand(str(value), value, type=kind)  # type: ignore[arg-type]
        for value in values
    ]
    return Test(Subject(name, kind), op, tuple(found))


def test_numbers_too_large_for_fractions_are_told_apart() -> None:
    """Beyond 2**53 a number's neighbours are not 1 away."""
    found = [Lead({"deal": value}) for value in (1.0, 9e16, 1e17, 1.1e17, 1e300)]
    batch = Blocks().of(found)
    for op, expected in {"lt": [1, 1, 0, 0, 0], "gt": [0, 0, 0, 1, 1], "is_not": [1, 1, 0, 1, 1]}.items():
        assert Evaluator(CLOCK).mask(on("deal", op, 1e17), batch).tolist() == [bool(one) for one in expected]


def test_a_list_of_many_fields_is_compared_without_overflow() -> None:
    """``in`` with several ``$fields`` of many values each: their combinations are more than 64 bits hold."""
    vocabulary_size = 60_000
    blocks = Blocks()
    many = [Lead({"size": at}) for at in range(3)]
    batch = blocks.of(many)
    columns = dict(batch.columns)
    rng = np.random.default_rng(1)
    names = ["name", "city", "mail", "site", "code"]
    values = {name: rng.permutation(vocabulary_size) for name in names}
    values["code"] = np.where(np.arange(vocabulary_size) % 2, values["name"], values["code"])
    for name in names:
        blocks.vocabularies[name].values.extend(f"v{at}" for at in range(vocabulary_size))
        blocks.vocabularies[name].texts.extend(f"v{at}" for at in range(vocabulary_size))
        columns[name] = type(columns[name])(TYPES[name], values[name].astype(np.int32), blocks.vocabularies[name])
    whole = type(batch)(0, vocabulary_size, batch.ids, np.zeros(vocabulary_size, np.bool_), columns)
    rows = np.arange(0, vocabulary_size, 7)
    held = Evaluator(CLOCK).mask(on("name", "in", "$city", "$mail", "$site", "$code"), whole, rows)
    expected = [any(values["name"][row] == values[other][row] for other in names[1:]) for row in rows]
    assert held.tolist() == expected


@given(
    st.lists(st.integers(-5, 5) | st.sampled_from([-(2**63), 2**63 - 1, 2**53 + 1]), max_size=6),
    st.lists(st.integers(-7, 7) | st.just(2**53), min_size=1),
)
@example([-(2**63)], [-7])
def test_every_whole_number_is_in_the_interval_of_its_representative(cuts: list[int], values: list[int]) -> None:
    """A number and the representative of its interval stand alike to every cut."""
    ordered = sorted(set(cuts))
    column = NumberColumn(FieldType.INTEGER, np.array(values), np.zeros(len(values), np.bool_))
    stand_ins = representatives(ordered, FieldType.INTEGER)
    for value, code in zip(values, intervals(column, ordered).tolist(), strict=True):
        for cut in ordered:
            assert (value > cut, value == cut) == (stand_ins[code] > cut, stand_ins[code] == cut)  # type: ignore[operator]


REALS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(REALS, max_size=6), st.lists(REALS, min_size=1))
def test_every_number_is_in_the_interval_of_its_representative(cuts: list[float], values: list[float]) -> None:
    """The same for numbers of any size."""
    ordered = sorted(set(cuts))
    column = NumberColumn(FieldType.NUMBER, np.array([*values, *ordered]), np.zeros(len(values) + len(ordered), np.bool_))
    stand_ins = representatives(ordered, FieldType.NUMBER)
    for value, code in zip([*values, *ordered], intervals(column, ordered).tolist(), strict=True):
        for cut in ordered:
            assert (value > cut, value == cut) == (stand_ins[code] > cut, stand_ins[code] == cut)  # type: ignore[operator]


def test_missing_is_the_last_interval() -> None:
    """A missing number is in no interval."""
    column = NumberColumn(FieldType.INTEGER, np.array([0, 1]), np.array([True, False]))
    assert intervals(column, [1]).tolist() == [3, 1]
    assert thresholds(on("size", "between", 4, 2), CLOCK) == [2, 4]
    assert thresholds(on("size", "present", True), CLOCK) == []


def test_text_that_differs_in_every_lead_is_looked_at_once_per_test() -> None:
    """And only where an earlier part left it open; numbered text is not looked at one by one at all."""
    found = [Lead({"name": f"acme {at}", "size": at % 2}, {"name": f"Acme {at}"}) for at in range(100)]
    evaluator = Evaluator(CLOCK)
    condition = on("name", "contains", "9")
    assert evaluator.mask(condition, Blocks().of(found, frozenset({"name"}))).sum() == 19
    assert evaluator.text_tests == 100
    evaluator.mask(on("name", "contains", "9"), Blocks().of(found))
    assert evaluator.text_tests == 100


def test_values_of_a_column_are_numbered_alike_in_any_form() -> None:
    """Kept as text or numbered, a column's values are the same."""
    found = [Lead({"name": name.lower()}, {"name": name}) for name in ("Acme", "ACME", "b")] + [Lead()]
    for as_text in (frozenset[str](), frozenset({"name"})):
        codes, values = distinct_values(Blocks().of(found, as_text).columns["name"], None)
        assert [values[code] if code >= 0 else None for code in codes.tolist()] == ["acme", "acme", "b", None]
