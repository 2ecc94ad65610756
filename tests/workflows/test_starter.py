"""The texts of a first project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from leadroute.workflows.starter import project_files, remark, scalar


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Lead Source", "Lead Source"),
        ("No", '"No"'),
        ("12", '"12"'),
        ("a: b", '"a: b"'),
        ("a, b", '"a, b"'),
        ("x #1", '"x #1"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("", '""'),
    ],
)
def test_texts_are_quoted_where_yaml_would_misread_them(text: str, written: str) -> None:
    """Plain where that is safe, inside brackets too."""
    assert scalar(text) == written
    assert yaml.safe_load(f"[{written}, {{a: {written}}}]") == [text, {"a": text}]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=20))
def test_any_text_comes_back(text: str) -> None:
    """Whatever a header holds."""
    assert yaml.safe_load(f"[{scalar(text)}]") == [text]


@given(st.text(max_size=80))
def test_a_remark_is_one_short_printable_line(text: str) -> None:
    """So that it can stand in a comment."""
    assert remark(text).isprintable()
    assert len(remark(text)) <= 40


def test_every_document_names_its_schema() -> None:
    """Editors find the schema from where each file stands."""
    files = project_files("acme", None)
    first = {path: text.splitlines()[0] for path, text in files.items() if path.endswith(".yaml")}
    assert first == {
        "leadroute.yaml": "# yaml-language-server: $schema=schemas/project.schema.json",
        "roster.yaml": "# yaml-language-server: $schema=schemas/roster.schema.json",
        "rules/inbound.yaml": "# yaml-language-server: $schema=../schemas/rules.schema.json",
        "rules/inbound.test.yaml": "# yaml-language-server: $schema=../schemas/tests.schema.json",
    }


def test_the_tests_fit_their_schema() -> None:
    """``validate`` reads no tests yet, so that is checked here."""
    from jsonschema import Draft202012Validator

    from leadroute.project import schema

    tests = yaml.safe_load(project_files("acme", None)["rules/inbound.test.yaml"])
    assert list(Draft202012Validator(schema("tests")).iter_errors(json.loads(json.dumps(tests)))) == []


def test_the_example_routes_its_own_leads(tmp_path: Path) -> None:
    """What `init` writes can be tried at once: every lead of the sample goes to somebody."""
    from leadroute.workflows.init import init
    from tests.workflows.running import run, table

    init(tmp_path / "first")
    run(tmp_path / "first", at="2026-11-23T10:01-05:00")
    rows = table(tmp_path / "first" / "out.csv")
    assert rows
    assert {row["assignment_outcome"] for row in rows} == {"assigned"}
