"""What ``route`` did: for people on stderr, and as a report file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.show.console import Terminal
from leadroute.show.diagnostics import paragraph
from leadroute.show.distribution import as_json, as_markdown, show_distribution
from leadroute.show.machine import document

if TYPE_CHECKING:
    from leadroute.workflows.route import Routed


def show_routed(terminal: Terminal, done: Routed, *, output: str, seconds: float) -> None:
    """The findings about the file, then the distribution."""
    for found in done.diagnostics:
        terminal.warn(paragraph(found))
    wrote = [f"{'stdout' if output == '-' else output}" + (f", ledger {done.state}" if done.batch is not None else "")]
    if done.again is not None:
        wrote.append(f"batch {done.again} had decided this file: it is written again from the ledger, and nothing changed")
    show_distribution(terminal, done.distribution, seconds=seconds, batch=done.batch, wrote=wrote)


def report_text(path: Path, done: Routed) -> str:
    """The report in the format that the file's ending asks for."""
    if path.suffix.lower() == ".md":
        return as_markdown(done.distribution, done.batch)
    return document(as_json(done.distribution, done.batch))
