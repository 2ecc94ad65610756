"""Findings as text and as JSON."""

from __future__ import annotations

import pytest

from leadroute.model.diagnostic import Diagnostic, Related
from leadroute.model.span import Span
from leadroute.show.diagnostics import MOST_SHOWN, as_json, headline, paragraph, tally


def found(source: str, column: int, end: int, message: str = "no field `x`") -> Diagnostic:
    return Diagnostic("LR201", "unknown-field", "error", message, Span("a.yaml", 41, column, 41, end), source=(source,))


def test_a_finding_is_shown_with_its_line_related_places_and_help() -> None:
    """The message of the documentation, to the letter."""
    finding = Diagnostic(
        "LR301",
        "unreachable-rule",
        "error",
        "no lead reaches `smb-dach`",
        Span("rules/inbound.yaml", 41, 5, 41, 13),
        help="move `smb-dach` above `dach`",
        related=(Related("`dach` takes them before", Span("rules/inbound.yaml", 12, 5, 12, 9)), Related("and nobody asked", None)),
        witness={"employees": "12", "country": "DE"},
        source=("  - id: smb-dach",),
    )
    assert paragraph(finding).plain.splitlines() == [
        "rules/inbound.yaml:41:5: error LR301 [unreachable-rule] no lead reaches `smb-dach` (proved)",
        "   41 |   - id: smb-dach",
        "      |     ^^^^^^^^",
        "   rules/inbound.yaml:12:5 `dach` takes them before",
        "   and nobody asked",
        "   for example: employees=12 country=DE",
        "   help: move `smb-dach` above `dach`",
    ]


@pytest.mark.parametrize(
    ("source", "column", "end", "line", "carets"),
    [
        ("  x: 1", 3, 4, "  x: 1", "  ^"),
        ("  日本: 1", 7, 8, "  日本: 1", "        ^"),
        ("  日本: 1", 3, 5, "  日本: 1", "  ^^^^"),
        ("\tx: 1", 2, 3, "    x: 1", "    ^"),
        ("ab\tx: 1", 4, 5, "ab  x: 1", "    ^"),
        ("  x: 1", 7, 7, "  x: 1", "      ^"),
        ("  e\u0301x", 5, 6, "  e\u0301x", "   ^"),
        ("a\x1b[31m", 1, 2, "a\\x1b[31m", "^"),
    ],
)
def test_the_caret_stands_under_what_is_meant(source: str, column: int, end: int, line: str, carets: str) -> None:
    """Wide characters take two cells, combining ones none, tabs up to the next stop, control characters their escape."""
    _, shown, marked = paragraph(found(source, column, end)).plain.splitlines()
    assert shown == "   41 | " + line
    assert marked == "      | " + carets


@pytest.mark.parametrize(("column", "begins", "ends"), [(1, "0123456789", "…"), (250, "…", "…"), (497, "…", "6789"), (501, "…", "89")])
def test_of_a_long_line_the_part_around_what_is_meant_is_shown(column: int, begins: str, ends: str) -> None:
    """A list of many values on one line does not fill the screen."""
    source = "0123456789" * 50
    _, shown, marked = paragraph(found(source, column, column + 3)).plain.splitlines()
    text = shown.removeprefix("   41 | ")
    assert len(text) <= MOST_SHOWN + 2
    assert text.startswith(begins)
    assert text.endswith(ends)
    at = marked.removeprefix("      | ").index("^")
    assert text[at : at + 3] == source[column - 1 : column + 2]


def test_a_span_over_lines_is_marked_to_the_end_of_its_first() -> None:
    """Only the first line of a longer span is shown."""
    finding = Diagnostic("LR201", "unknown-field", "error", "m", Span("a.yaml", 2, 3, 4, 1), source=("a: {b,", "c", "d}"))
    assert paragraph(finding).plain.splitlines()[1:] == ["    2 | a: {b,", "      |   ^^^^"]


def test_a_finding_without_a_place_is_one_line() -> None:
    """No file, no excerpt."""
    assert paragraph(Diagnostic("LR101", "unreadable-file", "error", "no project")).plain == "error LR101 [unreadable-file] no project"


def test_user_text_is_never_markup() -> None:
    """Brackets stay brackets, and escape sequences are made visible."""
    assert headline(found("", 1, 1, "[red]x[/red] \x1b[2J")).plain.endswith("[red]x[/red] \\x1b[2J")


def test_json_always_has_the_same_keys() -> None:
    """One shape, whether there is a place, a rule and a witness or not."""
    keys = [  # the contract
        "code",
        "name",
        "severity",
        "certainty",
        "message",
        "file",
        "line",
        "column",
        "rule",
        "pool",
        "rep",
        "help",
        "related",
        "witness",
    ]
    bare = as_json(Diagnostic("LR101", "unreadable-file", "error", "m"))
    full = as_json(found("  x: 1", 3, 4))
    assert sorted(bare) == sorted(full) == sorted(keys)
    assert (bare["file"], bare["line"], bare["column"], bare["related"], bare["witness"]) == (None, None, None, [], None)
    assert (full["file"], full["line"], full["column"]) == ("a.yaml", 41, 3)


@pytest.mark.parametrize(
    ("severities", "words"),
    [
        ([], "no findings"),
        (["error"], "1 error"),
        (["error", "warning", "warning"], "1 error, 2 warnings"),
        (["info", "info"], "2 info"),
    ],
)
def test_the_tally_counts_by_severity(severities: list[str], words: str) -> None:
    """Only what there is, with its plural."""
    assert tally([Diagnostic("LR1", "n", severity, "m") for severity in severities]) == words  # type: ignore[arg-type]
