"""The register of findings as a table, and one of them at length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import indent

from rich.text import Text

from leadroute.model.codes import Code
from leadroute.show.console import Terminal
from leadroute.show.diagnostics import COLORS
from leadroute.show.machine import document
from leadroute.show.tables import table


def show_codes(terminal: Terminal, codes: Sequence[Code]) -> None:
    """One line each."""
    rows: list[list[str | Text]] = [[code.code, Text(code.severity, COLORS[code.severity]), code.name, code.summary] for code in codes]
    terminal.show(table(["code", "severity", "name", "meaning"], rows))


def show_code(terminal: Terminal, code: Code) -> None:
    """What it means, why it matters, an example of it and of what to write instead."""
    terminal.show(Text.assemble((code.code, "bold"), f" [{code.name}] ", (code.severity, COLORS[code.severity]), f": {code.summary}"))
    if code.why:
        terminal.show("")
        terminal.show(Text(code.why))
    for title, example in (("instead of", code.bad), ("write", code.good)):
        if example:
            terminal.show("")
            terminal.show(Text(f"{title}:", "bold"))
            terminal.show(Text(indent(example.rstrip("\n"), "    ")))


def json_of(codes: Sequence[Code]) -> str:
    """All of them as one JSON object."""
    return document({"codes": [asdict(code) for code in codes]})
