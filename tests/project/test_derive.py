"""Derived fields, lookups, score and tiers."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.derive import Cases, DomainOf, Hash, Lookup
from leadroute.model.fields import FieldType
from tests.project.world import found, good, rules

AREAS = "Country,postal_code,area,size\nUS,94,bay,10\nDeutschland,,dach,\n,,row,3\n"


def derive(text: str) -> str:
    return rules("{}", before=f"derive:\n  {text}")


def test_cases_are_strings_unless_they_say_or_take_a_field(tmp_path: Path) -> None:
    """`type:` decides, else the `$fields`, else string."""
    text = "a: {cases: [{when: {}, then: Big}]}\n  b: {cases: [{when: {}, then: $employees}], else: 0}\n"
    text += "  c: {cases: [{when: {}, then: 1.5}], type: number}"
    made = good(tmp_path, rules=derive(text))
    assert [made.fields[name].type for name in "abc"] == [FieldType.STRING, FieldType.INTEGER, FieldType.NUMBER]
    first, second, third = made.derive
    assert isinstance(first, Cases)
    assert first.cases[0][1].value == "big"
    assert first.otherwise is None
    assert isinstance(second, Cases)
    assert second.otherwise is not None
    assert second.otherwise.value == 0
    assert isinstance(third, Cases)
    assert third.cases[0][1].value == 1.5


def test_hash_and_domain(tmp_path: Path) -> None:
    """A hash is an integer, a domain_of a domain."""
    made = good(tmp_path, rules=derive("h: {hash: lead_id, into: 100}\n  d: {domain_of: email}"))
    first, second = made.derive
    assert isinstance(first, Hash)
    assert (first.of, first.into, first.field.type) == ("lead_id", 100, FieldType.INTEGER)
    assert isinstance(second, DomainOf)
    assert (second.of, second.field.type) == ("email", FieldType.DOMAIN)


def test_a_lookup_with_one_give_is_the_field_itself(tmp_path: Path) -> None:
    """Keys are read by their fields' types, prefixes as text, blanks fit anything."""
    made = good(
        tmp_path, rules=derive("area: {lookup: a.csv, by: [country, postal_code], prefix: [postal_code], give: area}"), a__csv=AREAS
    )
    (step,) = made.derive
    assert isinstance(step, Lookup)
    assert [row.keys for row in step.rows] == [("us", "94"), ("de", None), (None, None)]
    assert [row.gives for row in step.rows] == [("bay",), ("dach",), ("row",)]
    assert step.rows[0].line == 2
    assert made.fields["area"].type is FieldType.STRING


def test_a_lookup_with_several_gives_is_a_field_for_each(tmp_path: Path) -> None:
    """`name.column`, each with its type and its else; a blank result is missing."""
    text = "t: {lookup: a.csv, by: [country], give: [area, size], type: {size: integer}, else: {size: 1}}"
    made = good(tmp_path, rules=derive(text), a__csv=AREAS)
    (step,) = made.derive
    assert isinstance(step, Lookup)
    assert [field.name for field in step.fields] == ["t.area", "t.size"]
    assert made.fields["t.size"].type is FieldType.INTEGER
    assert [row.gives for row in step.rows] == [("bay", 10), ("dach", None), ("row", 3)]
    assert step.otherwise[0] is None
    assert step.otherwise[1] is not None
    assert step.otherwise[1].value == 1


def test_score_and_tiers(tmp_path: Path) -> None:
    """Tiers go from the highest to the lowest; score is a number, tier a text."""
    before = "score: {points: [{when: {}, add: -5}, {when: {}, add: $employees}], tiers: {cold: 0, hot: 50, warm: 20}}"
    made = good(tmp_path, rules=rules("{tier: hot}", before=before))
    assert made.score is not None
    assert made.score.tiers == (("hot", 50.0), ("warm", 20.0), ("cold", 0.0))
    assert [point.add.value for point in made.score.points] == [-5.0, None]
    assert (made.fields["score"].type, made.fields["tier"].type) == (FieldType.NUMBER, FieldType.STRING)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a: {cases: [{when: {b: x}, then: y}]}\n  b: {domain_of: email}", "used-too-early"),
        ("a: {cases: [{when: {score: {gte: 5}}, then: y}]}", "used-too-early"),
        ("country: {domain_of: email}", "duplicate-name"),
        ("now: {domain_of: email}", "duplicate-name"),
        ("a.b: {domain_of: email}", "bad-value"),
        ("a: {domain_of: employees}", "type-mismatch"),
        ("a: {hash: products, into: 5}", "type-mismatch"),
        ("a: {hash: lead_id, into: 0}", "bad-value"),
        ("a: {cases: [{when: {}, then: $employees}, {when: {}, then: $company}]}", "type-mismatch"),
        ("a: {cases: [{when: {}, then: $company}], type: country}", "type-mismatch"),
        ("a: {cases: [{when: {}, then: x}], type: number}", "unreadable-literal"),
        ("a: {lookup: none.csv, by: [country], give: area}", "unreadable-file"),
        ("a: {lookup: a.csv, by: [company], give: area}", "unknown-column"),
        ("a: {lookup: a.csv, by: [country], give: region}", "unknown-column"),
        ("a: {lookup: a.csv, by: [country], prefix: [postal_code], give: area}", "does-not-apply"),
        ("a: {lookup: a.csv, by: [country], give: [area], else: x}", "wrong-type"),
        ("a: {lookup: a.csv, by: [country], give: [area], else: {aera: x}}", "unknown-key"),
        ("a: {lookup: a.csv, by: [country], give: size, type: date}", "unreadable-literal"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, name: str) -> None:
    """Each mistake is of its own kind."""
    assert set(found(tmp_path, rules=derive(text), a__csv=AREAS)) == {name}


def test_a_cell_that_cannot_be_read_is_told_at_its_cell(tmp_path: Path) -> None:
    """Line and column of the table."""
    from leadroute import project
    from tests.project.world import write

    write(tmp_path, rules=derive("area: {lookup: a.csv, by: [country], give: area}"), a__csv='area,country\nx,"US"\ny, Wonderland\n')
    (item,) = project.load(tmp_path).diagnostics
    assert item.span is not None
    assert (Path(item.span.file).name, item.span.line, item.span.column) == ("a.csv", 3, 3)
