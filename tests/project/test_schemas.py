"""The JSON Schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from leadroute.language.operators import OPERATORS
from leadroute.model.fields import FieldType
from leadroute.project.attributes import BUILTIN
from leadroute.project.schemas import KINDS, schema
from leadroute.project.shape import ANNOTATIONS, KEYWORDS


def parts(rules: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema."""
    if not isinstance(rules, dict):
        return
    yield rules
    for keyword, value in rules.items():
        if keyword in ("properties", "$defs"):
            for inner in value.values():
                yield from parts(inner)
        elif keyword in ("anyOf", "oneOf"):
            for inner in value:
                yield from parts(inner)
        elif keyword in ("items", "additionalProperties", "propertyNames"):
            yield from parts(value)


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_draft_2020_12(kind: str) -> None:
    """Each is a schema by the meta-schema."""
    Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_has_a_description_and_examples(kind: str) -> None:
    """An editor documents and completes every key."""
    for rules in parts(schema(kind)):
        for name, inner in rules.get("properties", {}).items():
            assert inner["description"].endswith("."), (kind, name)
            assert inner["examples"], (kind, name)


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_is_valid(kind: str) -> None:
    """What an editor proposes is what the schema takes."""
    root = schema(kind)
    for rules in parts(root):
        for example in rules.get("examples", ()):
            problems = list(Draft202012Validator({**rules, "$defs": root.get("$defs", {})}).iter_errors(example))
            assert not problems, (kind, example, problems)


@pytest.mark.parametrize("kind", KINDS)
def test_every_mapping_is_closed(kind: str) -> None:
    """A mapping with named keys says what else may stand there."""
    for rules in parts(schema(kind)):
        if "properties" in rules:
            assert "additionalProperties" in rules


@pytest.mark.parametrize("kind", KINDS)
def test_only_keywords_are_used_that_shapes_are_checked_by(kind: str) -> None:
    """A keyword that `shape` does not know would be ignored."""
    for rules in parts(schema(kind)):
        assert set(rules) <= ANNOTATIONS | KEYWORDS
        assert "type" in rules or not {"enum", "const"} & set(rules)
        if "oneOf" in rules:
            assert all(set(branch) == {"required"} for branch in rules["oneOf"])


@pytest.mark.parametrize("kind", KINDS)
def test_keys_that_are_not_built_say_so(kind: str) -> None:
    """Their description begins with it."""
    for rules in parts(schema(kind)):
        for inner in rules.get("properties", {}).values():
            if "x-not-built" in inner:
                assert inner["description"].startswith("Not built yet. ")


@pytest.mark.parametrize("kind", ["rules", "tests"])
def test_operators_are_those_of_the_registry(kind: str) -> None:
    """The schema's operators and the engine's are the same."""
    branches = schema(kind)["$defs"]["test"]["anyOf"]
    assert set(branches[-1]["properties"]) == set(OPERATORS)


def test_types_are_those_of_the_model() -> None:
    """A field may have every type but those of built-in fields and reps alone."""
    types = schema("project")["properties"]["leads"]["properties"]["fields"]["additionalProperties"]["anyOf"][0]["enum"]
    assert set(types) == {one.value for one in FieldType} - {"time", "map"}


def test_built_in_attributes_are_keys_of_a_rep() -> None:
    """What conditions may name of every rep stands in the roster's schema."""
    assert set(BUILTIN) <= set(schema("roster")["$defs"]["rep"]["properties"])
