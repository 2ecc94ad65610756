"""What ``route`` did: for people on stderr, and as a report file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leadroute.insight.distribution import Distribution
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.urls import masked
from leadroute.show.console import Terminal
from leadroute.show.diagnostics import paragraph
from leadroute.show.distribution import as_json, as_markdown, show_distribution
from leadroute.show.machine import document


def show_routed(
    terminal: Terminal,
    found: Distribution,
    diagnostics: Sequence[Diagnostic],
    *,
    batch: str | None,
    state: str | None,
    again: str | None,
    anew: int = 0,
    output: str,
    seconds: float,
) -> None:
    """The findings about the file, then the distribution.

    ``batch`` is ``None`` when nothing was recorded in the ledger at ``state``; ``again`` names the batch whose file was written anew;
    ``anew`` counts the leads that had been decided before.
    """
    for diagnostic in diagnostics:
        terminal.warn(paragraph(diagnostic))
    where = "stdout" if output == "-" else output
    if state is None:
        wrote = [f"{where}; nothing is recorded"]
    else:
        wrote = [f"{where}, ledger {masked(state)}"]
    if again is not None:
        wrote.append(f"decided in batch {again}: written again from the ledger, nothing changed")
    if anew:
        wrote.append(f"{anew:,} of them {'was' if anew == 1 else 'were'} decided before and {'is' if anew == 1 else 'are'} decided anew")
    show_distribution(terminal, found, seconds=seconds, batch=batch, wrote=wrote, again=again is not None)


def report_text(path: Path, found: Distribution, batch: str | None) -> str:
    """The report in the format that the file's ending asks for."""
    if path.suffix.lower() == ".md":
        return as_markdown(found, batch)
    return document(as_json(found, batch))
