"""Edits that take an item out of a list: exactly it, whatever is around it, or nothing at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.model.codes import diagnostic
from leadroute.model.diagnostic import Diagnostic, Edit
from leadroute.model.span import Span
from leadroute.project.findings import Findings
from leadroute.project.fixes import edited, fix_of
from leadroute.project.nodes import Scalar, plain
from leadroute.project.tree import nodes
from leadroute.project.yaml_text import read_yaml

FILE = "rules.yaml"


def dropped(text: str, drop: str) -> str | None:
    """A text without the item that holds what the ``§`` stands before; ``None`` where it cannot be taken out."""
    line, column = next((at, row.index("§")) for at, row in enumerate(text.splitlines(), 1) if "§" in row)
    text = text.replace("§", "")
    root = read_yaml(text, FILE, Findings())
    assert root is not None
    place = next(node.span for node in nodes(root) if node.place[:2] == (line, column + 1) and isinstance(node, Scalar))
    found: Diagnostic = replace(diagnostic("dead-part", "", span=place), drop=drop)
    fix = fix_of(found, root, text.splitlines())
    return None if fix is None else edited(text, fix.edits)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a: [§x, y, z] # why\n", "a: [y, z] # why\n"),
        ("a: [x, §y, z]\n", "a: [x, z]\n"),
        ("a: [x, y, §'z']\n", "a: [x, y]\n"),
        ("a: [x, {§y: 1}, z]\n", "a: [x, z]\n"),
        ("a:\n  - x\n  - §y: 1\n    z: 2\n", "a:\n  - x\n"),
        ("a: [ x,\n     §y,\n     z ]\n", "a: [ x,\n     z ]\n"),
        ("a:\n- §x\n- y\n", "a:\n- y\n"),
        ("a:\n  # one\n  - x\n  # two\n  - §y  # gone\n\n  # three\n  - z\n", "a:\n  # one\n  - x\n  # two\n\n  # three\n  - z\n"),
        ("a:\r\n  - §x\r\n  - y\r\n", "a:\r\n  - y\r\n"),
        ("a:\n  - x\n  - §y", "a:\n  - x\n"),
        ("a: [§ä, 'b # c']\n", "a: ['b # c']\n"),
    ],
)
def test_a_value_goes_and_all_else_stays(text: str, left: str) -> None:
    """In one line or over several, with the comma or the dash; comments of others, blank lines and line ends stay."""
    assert dropped(text, "") == left


@pytest.mark.parametrize(
    "text",
    [
        "a: [§x]\n",
        "a: §x\n",
        "a: [{b: §x}, y]\n",
        "a: [{b: {§c: x}}, y]\n",
        "a: &all [§x, y]\nb: *all\n",
        "m: &all {a: [§x, y]}\nb: *all\n",
        "a: [x, # why\n  §y]\n",
        "a:\n  - §&one x\n  - y\n",
        "a:\n  -\n    §x: 1\n  - y\n",
    ],
)
def test_what_cannot_go_safely_stays(text: str) -> None:
    """The only item, what an alias repeats, what has a comment inside, or what is laid out oddly."""
    assert dropped(text, "") is None


@pytest.mark.parametrize(
    ("text", "drop", "left"),
    [
        ("any: [{any: [{§a: 1}, {b: 2}]}, {c: 3}]\n", "any", "any: [{c: 3}]\n"),
        ("any: [{any: [{§a: 1}, {b: 2}]}, {c: 3}]\n", "any/any", "any: [{any: [{b: 2}]}, {c: 3}]\n"),
        ("rules:\n  - id: §a\n    when: {x: [1, 2]}\n    assign:\n      pool: p\n\n  - id: b\n", "rules", "rules:\n\n  - id: b\n"),
        ("rules:\n  - id: a\n  - §id: b\n    note: |\n      text\n  - id: c\n", "rules", "rules:\n  - id: a\n  - id: c\n"),
        ("cases:\n  - when: {any: [{§a: 1}, {b: 2}]}\n  - when: {c: 3}\n", "cases", "cases:\n  - when: {c: 3}\n"),
    ],
)
def test_a_list_is_meant_by_its_key(text: str, drop: str, left: str) -> None:
    """The outermost of that name, so that an inner list is left alone."""
    assert dropped(text, drop) == left


def test_edits_that_overlap_are_not_both_made() -> None:
    """The first one is; the other is looked at again."""
    edits = [Edit(Span(FILE, 1, 2, 1, 5), ""), Edit(Span(FILE, 1, 4, 1, 7), "!")]
    assert edited("abcdefg\n", edits) == "aefg\n"
    assert edited("abc", [Edit(Span(FILE, 2, 1, 3, 1), "")]) == "abc"


WORDS = st.sampled_from(["a", "b1", "'c, d'", '"# e"', "-1", "ä"])
FLOW = st.recursive(WORDS, lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"), max_leaves=5)
ITEMS = (
    FLOW | st.builds("{{k: {}, l: {}}}".format, FLOW, WORDS) | st.builds("k: {}  # why\n    l:\n      - {}\n      # end".format, FLOW, FLOW)
)


@given(
    st.lists(ITEMS, min_size=2, max_size=4),
    st.integers(0, 3),
    st.sampled_from(["  # c", "\n  # c", "\n", ""]),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=40, deadline=None)
def test_what_is_left_is_the_list_without_the_item(items: list[str], at: int, between: str, ends: str) -> None:
    """Whatever the items are and stands between them, nothing else of the document changes, and nothing but the item's own text goes."""
    at %= len(items)
    lines = ["before: [x, y]", "l:"]
    places = []
    for item in items:
        places.append(sum(line.count("\n") + 1 for line in lines) + 1)
        lines.append(f"  - {item}{between}")
    lines.append("after: {z: 1}")
    text = ends.join("\n".join([*lines, ""]).split("\n"))
    root = read_yaml(text, FILE, Findings())
    assert root is not None
    found = replace(diagnostic("dead-part", "", span=Span(FILE, places[at], 5, places[at], 6)), drop="l")
    fix = fix_of(found, root, text.splitlines())
    assert fix is not None
    left = read_yaml(edited(text, fix.edits), FILE, Findings())
    assert left is not None
    wanted: Any = plain(root)
    del wanted["l"][at]
    assert plain(left) == wanted
    assert edited(text, fix.edits).count("#") >= text.count("#") - items[at].count("#") - between.count("#")
