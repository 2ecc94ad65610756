"""Canonical YAML: what a document says stays, and so does every comment."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.project.concrete import Part, Value, read_concrete
from leadroute.project.findings import Findings
from leadroute.project.format_yaml import WIDTH, format_yaml
from leadroute.project.nodes import Mapping, Node, Scalar, Sequence
from leadroute.project.yaml_text import read_yaml

ROOT = Path(__file__).parents[2]


def formatted(text: str) -> str:
    """The canonical form of a text that has one."""
    findings = Findings()
    made = format_yaml(text, "x.yaml", findings)
    assert findings.items == []
    assert made is not None
    return made


def same(text: str) -> str:
    """The text, which is canonical already."""
    assert formatted(text) == text
    return text


MESSY = """\
# head

version: 1   # one
a:      # after a
  # before b
  b: [1, 2,   # two
      # own line
      3]  # end
  c: {x: 1,  # xx
      y: 2}


  # at the end of a
rules:
- id: x
  when:
# too far left
    e: NO
  empty:
  n:    010
  f: 1e3
  t: 09:30
  s: 'it''s'
  d: "a\\tb"
  long: this is
      several
      lines    # beside them
  lit: |
        abc
          def

# about y
- id: y   # goes on
          # below
  # last
"""
NEAT = """\
# head

version: 1  # one

a:  # after a
  # before b
  b:
    - 1
    - 2  # two
    # own line
    - 3  # end
  c:
    x: 1  # xx
    y: 2

  # at the end of a

rules:
  - id: x
    when:
      # too far left
      e: NO
    empty:
    n: 010
    f: 1e3
    t: 09:30
    s: 'it''s'
    d: "a\\tb"
    long: this is
      several
      lines  # beside them
    lit: |
      abc
        def

  # about y
  - id: y  # goes on
           # below
    # last
"""


def test_the_layout() -> None:
    """Two columns a level, comments kept beside and above what they are about, scalars as they were written."""
    assert formatted(MESSY) == NEAT
    same(NEAT)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {b: 1,c: [ 2,3 ]}", "a: {b: 1, c: [2, 3]}\n"),
        ("a: [b: 1, {c}]", "a: [{b: 1}, {c: }]\n"),
        ("a: { }\nb: [ # none\n  ]", "a: {}\nb: []  # none\n"),
        ('{"a":1}', '{"a": 1}\n'),
        ("--- # top\na: 1\n...\n", "# top\na: 1\n"),
        ("? a\n: b", "a: b\n"),
        ("a:\n- - 1\n  - 2\n-\n  b: 3", "a:\n  - - 1\n    - 2\n  - b: 3\n"),
        ("a: &x [1, 2]\nb: *x", "a: &x [1, 2]\nb: *x\n"),
        ("a:\n  - &x\n    b: 1\n  - *x\n", "a:\n  - &x\n    b: 1\n  - *x\n"),
        ("a: &k b\n*k : 1", "a: &k b\n*k : 1\n"),
        ("a:\n    b: >4-\n          x\n         y\n    c: |+\n     z\n\n\n", "a:\n  b: >2-\n      x\n     y\n  c: |+\n    z\n\n\n"),
        ("a: |   # why\n  x", "a: |-  # why\n  x\n"),
        ("a: |\n  x\n  \n\n\n\n\nb: 1\n", "a: |\n  x\n\nb: 1\n"),
        ("b: 1\nversion: 1", "version: 1\nb: 1\n"),
        ("rules: [{assign: {}, id: a, zz: 1, when: {}}]", "rules: [{id: a, when: {}, assign: {}, zz: 1}]\n"),
        (
            "derive: {version: 1, b: 2}\nrules:\n - derive: 1\n   version: 2",
            "derive: {version: 1, b: 2}\n\nrules:\n  - derive: 1\n    version: 2\n",
        ),
        ("a: \"x\\\n   y\"\nb: 's\n\n  t'", "a: \"x\\\n  y\"\n\nb: 's\n\n  t'\n"),
        ("a: 1     # x\nlong: 2  # y\n# z\nb: 3 # w", "a: 1     # x\nlong: 2  # y\n# z\nb: 3  # w\n"),
        ("a: http://x/#y\nb: 'c # d'\ne: f#g", "a: http://x/#y\nb: 'c # d'\ne: f#g\n"),
        ("a: 日本 # 😀\nb: 😀 # x", "a: 日本  # 😀\nb: 😀   # x\n"),
        ("a:\n    b: 1\n  # middle\nc: 2", "a:\n  b: 1\n\n# middle\nc: 2\n"),
        ('a: "x\u2028y"  # c\nb:   # d\n  c: 1', 'a: "x\u2028y"  # c\n\nb:  # d\n  c: 1\n'),
        ("just text", "just text\n"),
        ("# file\n\n# b\nb: 1\n# v\nversion: 1", "# file\n# v\nversion: 1\n\n# b\nb: 1\n"),
        ("# file\n\nb: 1\nversion: 1", "# file\nversion: 1\n\nb: 1\n"),
        ("# yaml-language-server: $schema=x\nb: 1\nversion: 1", "# yaml-language-server: $schema=x\nversion: 1\nb: 1\n"),
        ("# b\nb: 1\nversion: 1", "version: 1\n# b\nb: 1\n"),
        ("a: [1, [ # none\n ]]", "a:\n  - 1\n  - []  # none\n"),
        ("a: [1, # one\n  # own\n  ] # end", "a:\n  - 1  # one\n  # own\n  # end\n"),
        ("a: &x\n   b: 1\n   # foot\nc: &y\n  - 1\n  # foot\nd: 1", "a: &x\n  b: 1\n  # foot\n\nc: &y\n  - 1\n  # foot\n\nd: 1\n"),
        ("a: &x\n b: |3\n     c\n", "a: &x\n  b: |2\n     c\n"),
        ("a: |-2\n  x", "a: |2-\n  x\n"),
        ("rules: [a, [b] # b\n  ] # c", "rules:\n  - a\n  - [b]  # b\n         # c\n"),
        ("- a\n-   b: 1\n    c: 2\n", "- a\n\n- b: 1\n  c: 2\n"),
    ],
)
def test_every_way_to_write_it_has_one_form(before: str, after: str) -> None:
    """Flow, blocks, anchors, texts, explicit keys and markers of documents, each in one form that stays."""
    assert formatted(before) == after
    same(after)


def test_lists_and_mappings_that_are_too_wide_are_broken() -> None:
    """From the outside in, until every part fits; what fits stays on one line, comments not counted."""
    wide = ", ".join(f"key_{number}: [{number}, {number}]" for number in range(12))
    assert formatted(f"a: {{{wide}}}") == "a:\n" + "".join(f"  key_{number}: [{number}, {number}]\n" for number in range(12))
    fits = "a: [" + "x" * (WIDTH - 5) + "]"
    assert len(fits) == WIDTH
    same(f"{fits}  # {'y' * 40}\n")
    assert formatted(fits.replace("]", "x]")).startswith("a:\n  - x")


def test_a_comment_beside_a_line_that_is_broken_stays_with_its_beginning() -> None:
    """Where it speaks of the whole item, as it did before."""
    wide = f"about: {'x' * WIDTH}, assign: {{pool: p}}"
    before = f"version: 1\nrules:\n  - {{id: a, {wide}}}  # leadroute: ignore[LR307] why\n  - {{id: b, assign: {{pool: p}}}}\n"
    assert "  - id: a  # leadroute: ignore[LR307] why\n    about:" in formatted(before)


def test_line_ends_stay() -> None:
    """A file with the line ends of Windows keeps them, all of them."""
    assert formatted("a:  1\r\nb: [1,2]\n") == "a: 1\r\nb: [1, 2]\r\n"
    assert formatted("a:  1\nb: [1,2]\r\n") == "a: 1\nb: [1, 2]\n"


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n", "", "a: !!int 1", "a: *b", "a: &a [*a]", "a: {<<: 1}", "a: 1\n---\nb: 2"])
def test_what_the_project_reader_refuses_is_refused(text: str) -> None:
    """With the reader's own finding, and nothing comes out."""
    findings, known = Findings(), Findings()
    read_yaml(text, "x.yaml", known)
    assert format_yaml(text, "x.yaml", findings) is None
    assert [(one.name, one.span) for one in findings.items] == [(one.name, one.span) for one in known.items] != []


@pytest.mark.parametrize("text", ['? "a\n  b"\n: 1\n', "? |\n  a\n: 1\n"])
def test_what_has_no_layout_is_said_to_have_none(text: str) -> None:
    """A key of several lines would not be one key any more, so the file is left alone."""
    findings = Findings()
    assert format_yaml(text, "x.yaml", findings) is None
    assert [one.name for one in findings.items] == ["not-formatted"]


# Any document, written in any way that YAML has for it.

SCALARS = st.sampled_from(
    [
        "NO",
        "010",
        "1e3",
        "09:30",
        "x y",
        "'q # q'",
        '"d\\n: d"',
        "~",
        "-7d",
        "$f",
        "a#b",
        "日本",
        "0x1F",
        "1_000",
        '"two\n   lines"',
        "and\n   more",
    ]
)
REMARKS = st.sampled_from(["# c", "#x", "#   deep: [", "# 'q"])


@st.composite
def documents(draw: st.DrawFn, depth: int = 3) -> list[str]:
    """Lines of a block of YAML at column 0, with comments and blank lines at odd places."""
    lines: list[str] = []
    mapping = draw(st.booleans())
    names = draw(
        st.lists(st.sampled_from(["version", "rules", "id", "when", "assign", "a", "b", "'c d'"]), min_size=1, max_size=4, unique=True)
    )
    for name in names:
        for _ in range(draw(st.integers(0, 1))):
            lines += [draw(st.sampled_from(["", " " * 3 + "# odd", "# left", "      # right"]))]
        begin = f"{name}:" if mapping else "-"
        beside = draw(st.sampled_from(["", "", "   # beside", "\t# tab"]))
        kind = draw(st.sampled_from(["scalar", "text", "flow", "block", "none"] if depth else ["scalar", "flow", "none"]))
        step = draw(st.integers(1, 4))
        if kind == "scalar":
            first, *rest = draw(SCALARS).split("\n")
            lines += [f"{begin} {first}", *(" " * step + line for line in rest)]
            lines[-1] += beside
        elif kind == "none":
            lines.append(begin + beside)
        elif kind == "text":
            mark = draw(st.sampled_from(["|", ">", "|-", ">+"]))
            lines += [f"{begin} {mark}{beside}", " " * step + "one # no comment", "", " " * step + "  two"]
        elif kind == "flow":
            lines += [f"{begin} {line}" if at == 0 else " " * step + line for at, line in enumerate(draw(flows()))]
            lines[-1] += beside
        else:
            inner = draw(documents(depth - 1))
            shift = 0 if mapping and inner_is_list(inner) and draw(st.booleans()) else step
            lines.append(begin + beside)
            lines += [" " * shift + line if line.strip() else line for line in inner]
    return lines


def inner_is_list(lines: list[str]) -> bool:
    """Whether a block is a list."""
    return next(line for line in lines if line.strip() and not line.strip().startswith("#")).startswith("-")


@st.composite
def flows(draw: st.DrawFn) -> list[str]:
    """The lines of a flow collection, with comments inside."""
    scalars = draw(st.lists(SCALARS.filter(lambda text: "\n" not in text and text != "-7d"), max_size=3))
    end = draw(st.sampled_from([", ", ",", ",  # in\n  ", "\n,"]))
    inside = end.join([*scalars, *draw(st.sampled_from([[], ["{k: v}"], ["k: [1,2]"], ["[a]"]]))])
    return f"[{draw(st.sampled_from(['', ' ', ' # open' + chr(10)]))}{inside} ]".split("\n")


def tree(node: Node) -> object:
    """What a document says."""
    if isinstance(node, Mapping):
        return {key: tree(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [tree(one) for one in node.items]
    assert isinstance(node, Scalar)
    return (node.text, node.kind, node.quoted)


@given(documents().map("\n".join))
@settings(max_examples=60, deadline=None)
def test_formatting_keeps_what_is_said(text: str) -> None:
    """The reader gets the same from both, no comment is lost, and to format it again changes nothing."""
    before = read_yaml(text, "x.yaml", known := Findings())
    findings = Findings()
    made = format_yaml(text, "x.yaml", findings)
    if before is None or known.items:
        assert made is None
        return
    assert made is not None
    after = read_yaml(made, "x.yaml", Findings())
    assert after is not None
    assert tree(after) == tree(before)
    assert remarks(made) == remarks(text)
    assert formatted(made) == made


def remarks(text: str) -> list[str]:
    """All comments of a text, in no order."""
    document = read_concrete(text)

    def inside(value: Value) -> list[str]:
        own = [comment.text for comment in value.foot]
        return own + [one for part in value.parts for one in of_part(part)]

    def of_part(part: Part) -> list[str]:
        return [one.text for one in [*part.above, *part.opening, *part.beside]] + inside(part.value)

    return sorted([one.text for one in document.head] + inside(document.root))
