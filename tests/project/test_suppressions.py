"""Comments that let findings stand: what is a comment, what it speaks of, and what is wrong with it."""

from __future__ import annotations

from datetime import date

import pytest

from leadroute.project.findings import Findings
from leadroute.project.suppressions import Suppression, read_suppressions, without
from leadroute.project.yaml_text import read_yaml

FILE = "rules.yaml"


def read(text: str) -> tuple[list[Suppression], list[tuple[str, int]]]:
    """The comments of a text, and the findings about them with their lines."""
    findings = Findings()
    findings.sources[FILE] = tuple(text.splitlines())
    root = read_yaml(text, FILE, findings)
    assert root is not None
    return read_suppressions(FILE, root, findings), [(one.name, one.span.line) for one in findings.items if one.span]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: 1  # leadroute: ignore[LR307] why\nb: 2\n", (1, 1)),
        ("# leadroute: ignore[LR307] why\na: 1\nb: 2\n", (2, 2)),
        ("# leadroute: ignore[LR307] why\n# and more\n\na: 1\n", (4, 4)),
        ("l:\n  # leadroute: ignore[LR307] why\n  - id: a\n    b: 1\n\n  - c: 2\n", (3, 4)),
        ("l:\n  - id: a  # leadroute: ignore[LR307] why\n    b: |\n      text\n  - c: 2\n", (2, 4)),
        ("l:\n  - when: {a: [1, 2]}  # leadroute: ignore[LR307] why\n    b: 1\n  - c: 2\n", (2, 3)),
        ("l:\n  - # leadroute: ignore[LR307] why\n    id: a\n    b: 1\n  - c: 2\n", (3, 4)),
        ("l:\n  - id: a\n    b: 1  # leadroute: ignore[LR307] why\n", (3, 3)),
        ("l:\n  - {id: a,\n     b: 1}  # leadroute: ignore[LR307] why\n", (3, 3)),
        ("a: |  # leadroute: ignore[LR307] why\n  text\n", (1, 1)),
        ("a: 1  # note  # leadroute: ignore[LR307] why\n", (1, 1)),
        ("a: 'b'#c\n".replace("'b'#c", "b#c  # leadroute: ignore[LR307] why"), (1, 1)),
        ("l: [a, b]\r\n# leadroute: ignore[LR307] why\r\nb: 2\r\n", (3, 3)),
    ],
)
def test_a_comment_speaks_of_its_line_the_next_or_the_item_that_begins_there(text: str, lines: tuple[int, int]) -> None:
    """Alone it speaks of the line below; where that line begins an item, of the whole item."""
    comments, findings = read(text)
    assert [(one.first, one.last) for one in comments] == [lines]
    assert not findings


@pytest.mark.parametrize(
    "text",
    [
        'a: "x # leadroute: ignore[LR307] why"\n',
        "a: 'x\n  # leadroute: ignore[LR307] why'\n",
        "a: |\n  # leadroute: ignore[LR307] why\n",
        "a: >-\n  text\n  # leadroute: ignore[LR307] why\n\nb: 1\n",
        "a: x#leadroute: ignore[LR307] why\n".replace("leadroute: ", "leadroute:"),
        "a: 1  # see `# leadroute: ignore[LR307] why` in the guide\n",
        "a: 1  # leadroute: route it\n".replace("leadroute: route", "leadroute routes"),
    ],
)
def test_what_is_no_comment_says_nothing(text: str) -> None:
    """In quotes, in a block, inside a word, or quoted in another comment."""
    assert read(text) == ([], [])


@pytest.mark.parametrize(
    ("comment", "name"),
    [
        ("ignore LR307 why", "bad-suppression"),
        ("ignored", "bad-suppression"),
        ("ignore[] why", "bad-suppression"),
        ("ignore[LR307] until 31.1.2027", "bad-suppression"),
        ("ignore[LR307] why until 2027-02-30", "bad-suppression"),
        ("ignore[LR307]", "no-reason"),
        ("ignore[LR307] until 2027-01-31", "no-reason"),
        ("ignore[LR37] why", "unknown-code"),
        ("ignore[overlapp] why", "unknown-code"),
        ("ignore[unknown-field] why", "not-suppressible"),
        ("ignore[LR504] why", "not-suppressible"),
    ],
)
def test_a_comment_that_cannot_be_honoured_is_a_finding(comment: str, name: str) -> None:
    """It lets nothing stand."""
    assert read(f"a: 1  # leadroute: {comment}\n") == ([], [(name, 1)])


def test_codes_names_reason_and_date_are_read() -> None:
    """Several codes, in any case; the date is no part of the reason."""
    ((one,), findings) = read("a: 1 # leadroute: ignore[lr307, Gap] two teams, on purpose, until 2027-01-31\n")
    assert not findings
    assert ([name for name, _ in one.parts], one.reason) == (["overlap", "gap"], "two teams, on purpose")
    assert one.until == (date(2027, 1, 31) - date(1970, 1, 1)).days


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("until 2027-01-31: two teams", "two teams"),
        ("two teams (until 2027-01-31)", "two teams"),
        ("two teams until 2027-01-31.", "two teams"),
        ("until 2027-01-31, as Ann said", "as Ann said"),
    ],
)
def test_the_date_may_stand_anywhere(text: str, reason: str) -> None:
    """A date that nobody sees would let the finding stand for ever."""
    ((one,), findings) = read(f"a: 1 # leadroute: ignore[gap] {text}\n")
    assert not findings
    assert (one.until, one.reason) == ((date(2027, 1, 31) - date(1970, 1, 1)).days, reason)


def test_a_file_without_the_word_is_not_searched() -> None:
    """Nor one that only names the project's file."""
    assert read("a: 1  # as leadroute.yaml says\n") == ([], [])


@pytest.mark.parametrize(
    ("text", "unused", "place", "left"),
    [
        ("# leadroute: ignore[gap] why\na: 1\n", ["gap"], (1, 1, 2, 1), ""),
        ("a: 1   # leadroute: ignore[gap] why\n", ["gap"], (1, 5, 1, 36), ""),
        ("a: 1 # leadroute: ignore[LR306, LR307] why\n", ["gap"], (1, 26, 1, 38), "LR307"),
    ],
)
def test_what_lets_nothing_stand_is_taken_out(text: str, unused: list[str], place: tuple[int, ...], left: str) -> None:
    """The whole comment, with its line where it is alone; or the codes of the others stay."""
    (one,), _ = read(text)
    (edit,) = without(one, unused, text.splitlines()).edits
    span = edit.span
    assert ((span.line, span.column, span.end_line, span.end_column), edit.text) == (place, left)
