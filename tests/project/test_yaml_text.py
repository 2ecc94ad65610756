"""YAML to nodes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.project.findings import Findings
from leadroute.project.nodes import Mapping, Scalar, plain
from leadroute.project.yaml_text import read_yaml


def names(text: str) -> list[str]:
    findings = Findings()
    read_yaml(text, "x.yaml", findings)
    return [item.name for item in findings.items]


@pytest.mark.parametrize("text", ["NO", "010", "1e3", "09:30", "1.10", "on", "1_000", "2026-11-23", "0x10", ".inf", "12:30:45"])
def test_scalars_keep_their_text(text: str) -> None:
    """What is written is what is meant."""
    node = read_yaml(f"a: {text}", "x.yaml", Findings())
    assert isinstance(node, Mapping)
    assert node.text("a") == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("true", True),
        ("010", 10),
        ("1.5", 1.5),
        ('"1"', "1"),
        ("~", None),
        (".inf", ".inf"),
        ("1" * 41, "1" * 41),
        ("1e999", "1e999"),
    ],
)
def test_kinds_are_those_of_yaml_1_2(text: str, value: object) -> None:
    """Booleans are true and false alone; endless digits and infinities are text."""
    node = read_yaml(f"a: {text}", "x.yaml", Findings())
    assert node is not None
    assert plain(node) == {"a": value}


def test_places_count_from_one_and_characters() -> None:
    """A place is line and column, whatever stands before it."""
    node = read_yaml('é: "ü"\nb: [1, x]', "x.yaml", Findings())
    assert isinstance(node, Mapping)
    assert node.entries["é"].value.place == (1, 4, 1, 7)
    assert node.items("b")[1].place == (2, 8, 2, 9)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a: 1\na: 2", "duplicate-key"),
        ("a: {b: 1, b: 2}", "duplicate-key"),
        ("a: &a [*a]", "too-large"),
        ("a: *x", "bad-yaml"),
        ("a: &x {b: 1}\nc: {<<: *x}", "unsupported-yaml"),
        ("a: !!int 5", "unsupported-yaml"),
        ("a: 1\n---\nb: 2", "unsupported-yaml"),
        ("[a]: 1", "unsupported-yaml"),
        ("? {a: 1}\n: 2", "unsupported-yaml"),
        ("a:\n\tb: 1", "bad-yaml"),
        ("a: b: c", "bad-yaml"),
        ("", "bad-yaml"),
        ("# nothing", "bad-yaml"),
        ("%YAML 3.0\n---\na", "bad-yaml"),
        ("[" * 100_000, "too-large"),
        ("{a: " * 51 + "1" + "}" * 51, "too-large"),
    ],
)
def test_what_is_refused(text: str, name: str) -> None:
    """Each trap of YAML is one finding."""
    assert names(text) == [name]


def test_billion_laughs_are_refused_at_once() -> None:
    """Aliases are counted by what they stand for."""
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10))
    start = time.perf_counter()
    assert names(text) == ["too-large"]
    assert time.perf_counter() - start < 2


def test_an_alias_stands_for_its_anchor() -> None:
    """Anchors and aliases may save typing."""
    node = read_yaml("a: &a [x]\nb: *a\nc: &s y\nd: *s", "x.yaml", Findings())
    assert node is not None
    assert plain(node) == {"a": ["x"], "b": ["x"], "c": "y", "d": "y"}


def test_the_first_of_two_keys_counts() -> None:
    """The rest of the file is checked all the same."""
    node = read_yaml("a: 1\na: {b: 1}\nc: 3", "x.yaml", Findings())
    assert node is not None
    assert plain(node) == {"a": 1, "c": 3}


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab:-[]{}&*!|>'\"%@`#,? \n\t\u0085\u2028é0.~<")), max_size=60))
def test_any_text_is_a_node_or_a_finding(text: str) -> None:
    """Nothing is raised."""
    findings = Findings()
    node = read_yaml(text, "x.yaml", findings)
    assert node is not None or findings.failed


def test_quotes_make_text() -> None:
    """A quoted or block scalar is text."""
    node = read_yaml("- '1'\n- |\n  1\n- 1", "x.yaml", Findings())
    assert node is not None
    assert plain(node) == ["1", "1\n", 1]
    assert isinstance(node, object)
    assert not isinstance(node, Scalar)
