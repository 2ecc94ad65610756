"""Documents against their schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from leadroute.project.findings import Findings
from leadroute.project.nodes import plain
from leadroute.project.schemas import KINDS, schema
from leadroute.project.shape import Shape
from leadroute.project.yaml_text import read_yaml
from tests.project.world import LEADROUTE, ROSTER, RULES

TEXTS = {"project": LEADROUTE, "roster": ROSTER, "rules": RULES + "score: {points: [{when: {tier: hot}, add: 5}]}\n"}
TEXTS["tests"] = "version: 1\ntests:\n  - {name: one, lead: {a: b}, expect: {rule: one}}\n"
VALUES = [None, True, 0, 1, -1, 1.5, "", "x", "$x", "4h", "09:00", [], ["x"], [[]], {}, {"x": 1}, {"queue": "x"}, {"pool": "a", "rep": "b"}]
VALIDATORS = {kind: Draft202012Validator(schema(kind)) for kind in KINDS}


def checked(text: str, kind: str) -> tuple[object, list[str]]:
    findings = Findings()
    node = read_yaml(text, "x.yaml", findings)
    assert node is not None
    Shape(kind, findings).check(node)
    return plain(node), [item.name for item in findings.items]


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, one in inner for path in paths(one, (*at, key)))]


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    key, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = changed(value[key], tuple(rest), new)
    return copy


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(KINDS))
def test_shapes_are_those_that_jsonschema_accepts(data: st.DataObject, kind: str) -> None:
    """For any change of a document our answer is jsonschema's, keys that are not built apart."""
    import json

    document, _ = checked(TEXTS[kind], kind)
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(paths(document)))
        document = changed(document, path, data.draw(st.sampled_from(VALUES)))
        if isinstance(document, dict) and data.draw(st.booleans()):
            keys = sorted(
                {name for rules in [schema(kind), *schema(kind).get("$defs", {}).values()] for name in rules.get("properties", {})}
            )
            document = {**document, data.draw(st.sampled_from(keys)): data.draw(st.sampled_from(VALUES))}
    again, names = checked(json.dumps(document), kind)
    assert again == document
    if "not-built" not in names:
        assert (not names) == VALIDATORS[kind].is_valid(document)


@pytest.mark.parametrize("text", ["[]", "x", "null", "1"])
def test_a_document_that_is_no_mapping_is_a_wrong_type(text: str) -> None:
    """A list or a single value is no rule file."""
    assert checked(text, "rules")[1] == ["wrong-type"]


def test_a_misspelt_required_key_is_one_finding() -> None:
    """The unknown key is told, and not that the right one is missing."""
    assert checked("version: 1\nrules: [{ide: x, assign: {pool: smb}}]", "rules")[1] == ["unknown-key"]


def test_a_list_where_one_value_is_needed_names_the_operator_for_lists() -> None:
    """`is: [a, b]` is told to be `in`."""
    findings = Findings()
    node = read_yaml("version: 1\nrules: [{id: x, when: {a: {is: [b, c]}}, assign: {pool: smb}}]", "x.yaml", findings)
    assert node is not None
    Shape("rules", findings).check(node)
    assert [item.help for item in findings.items] == ["use `in` for a list"]


@pytest.mark.parametrize(
    ("assign", "name"),
    [
        ("{}", "missing-key"),
        ("{pool: a, rep: b}", "bad-value"),
        ("{pool: a, pick: bestfit}", "bad-value"),
        ("{pool: a, prefer: 1}", "wrong-type"),
    ],
)
def test_assign_names_one_target(assign: str, name: str) -> None:
    """Exactly one of pool, rep and queue."""
    assert checked(f"version: 1\nrules: [{{id: x, assign: {assign}}}]", "rules")[1] == [name]


def test_schema_files_lie_in_the_package() -> None:
    """They are shipped."""
    import leadroute

    assert {path.name for path in (Path(leadroute.__file__).parent / "schemas").glob("*.json")} == {f"{kind}.schema.json" for kind in KINDS}
