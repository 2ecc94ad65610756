"""Findings for a person, for an editor's problem matcher, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadroute.model.diagnostic import Diagnostic, Related, Severity
from leadroute.model.span import Span
from leadroute.model.urls import masked
from leadroute.show.console import Styled, Terminal, cells, visible

Part = tuple[str, str]
"""A text and its style."""
COLORS: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}
MOST_SHOWN = 160
"""Characters of a source line that are shown: of a longer one those around what is meant."""
TAB = 4
"""How many columns a tab is shown with."""


def show_diagnostics(terminal: Terminal, found: Sequence[Diagnostic]) -> None:
    """Tell a person on stderr why something could not be run."""
    for one in found:
        terminal.warn(paragraph(one))


def paragraph(found: Diagnostic) -> Styled:
    """A finding as cli.md's message: the sentence, the source line with a caret, related places, help. No final newline."""
    lines = [headline(found).parts]
    if found.span is not None and found.source:
        lines += _excerpt(found.span, masked(found.source[0]), COLORS[found.severity])
    lines += [_place(related) for related in found.related]
    if found.witness is not None:
        lead = " ".join(f"{name}={value}" for name, value in found.witness.items())
        lines.append((("   for example: ", "dim"), (visible(lead), "")))
    if found.help:
        lines.append((("   help: ", "bold cyan"), (visible(found.help), "")))
    return Styled(tuple(part for at, line in enumerate(lines) for part in ((("\n", ""), *line) if at else line)))


def headline(found: Diagnostic) -> Styled:
    """``file:line:col: severity CODE [name] sentence``: one line that editors parse."""
    place = "" if found.span is None else f"{visible(found.span.file)}:{found.span.line}:{found.span.column}: "
    # The family that is proved, shown by a witness, or only likely.
    sure = f" ({found.certainty})" if found.code.startswith("LR3") else ""
    said = f" {found.code} [{found.name}] {visible(found.message)}"
    return Styled(((place, "bold"), (found.severity, COLORS[found.severity]), (said, ""), (sure, "dim")))


def as_json(found: Diagnostic) -> dict[str, Any]:
    """A finding as data: always the same keys, ``null`` for what does not apply; lines and columns count from 1."""
    return {
        "code": found.code,
        "name": found.name,
        "severity": found.severity,
        "certainty": found.certainty,
        "message": found.message,
        **where(found.span),
        "rule": found.rule,
        "pool": found.pool,
        "rep": found.rep,
        "help": found.help,
        "related": [{"message": related.message, **where(related.span)} for related in found.related],
        "witness": dict(found.witness) if found.witness is not None else None,
    }


def counted(number: int, thing: str) -> str:
    """``1 error``, ``1,204 leads``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def tally(found: Sequence[Diagnostic]) -> str:
    """``1 error, 2 warnings``; ``no findings``."""
    numbers = {severity: sum(one.severity == severity for one in found) for severity in COLORS}
    parts = [counted(numbers[severity], severity) for severity in ("error", "warning") if numbers[severity]]
    if numbers["info"]:
        parts.append(f"{numbers['info']:,} info")
    return ", ".join(parts) or "no findings"


def where(span: Span | None) -> dict[str, Any]:
    """A place as data, ``null`` where there is none."""
    return {
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
    }


def _place(related: Related) -> tuple[Part, ...]:
    where = f"{visible(related.span.file)}:{related.span.line}:{related.span.column} " if related.span else ""
    return ("   ", ""), (where, "bold"), (visible(related.message), "")


def _excerpt(span: Span, source: str, color: str) -> list[tuple[Part, ...]]:
    """The source line behind a gutter with its number, and carets under the span, which are counted in terminal cells."""
    last = span.end_column if span.end_line == span.line else len(source) + 1
    begin = max(0, span.column - 1 - MOST_SHOWN // 2) if len(source) > MOST_SHOWN else 0
    end, mark = begin + MOST_SHOWN, "…" if begin else ""
    before, marked = mark + source[begin : span.column - 1], source[span.column - 1 : min(last - 1, end)]
    source = f"{mark}{source[begin:end]}{'…' if end < len(source) else ''}"
    gutter = f"{span.line:>5} | "
    left = cells(_drawn(before))
    width = max(1, cells(_drawn(before + marked)) - left)
    return [
        ((gutter, "dim"), (_drawn(source), "")),
        ((" " * (len(gutter) - 2) + "| ", "dim"), (" " * left, ""), ("^" * width, color)),
    ]


def _drawn(source: str) -> str:
    """A source line as it is shown: tabs as blanks up to the next stop, control characters as escapes."""
    shown = ""
    for part in source.rstrip("\r\n"):
        shown += " " * (TAB - cells(shown) % TAB) if part == "\t" else visible(part)
    return shown
