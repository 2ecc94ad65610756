"""What ``validate`` found."""

from __future__ import annotations

from collections.abc import Sequence

from leadroute.model.diagnostic import Diagnostic
from leadroute.show.console import Terminal
from leadroute.show.diagnostics import as_json, counted, headline, paragraph, tally
from leadroute.show.machine import document


def show_validation(
    terminal: Terminal, found: Sequence[Diagnostic], *, form: str, files: Sequence[str], rules: int | None, reps: int | None
) -> None:
    """Print findings to stdout: as ``text``, ``concise`` (one line each) or ``json``; people get a last line that counts them."""
    if form == "json":
        summary = {severity: sum(one.severity == severity for one in found) for severity in ("error", "warning", "info")}
        counts = {"files": len(files), "rules": rules, "reps": reps}
        terminal.data(document({"diagnostics": [as_json(one) for one in found], "summary": summary | counts}))
        return
    for one in found:
        terminal.show(headline(one) if form == "concise" else paragraph(one))
    if not terminal.quiet:
        terminal.show(summarised(found, rules, reps))
    for file in files:
        terminal.detail(f"read {file}")


def summarised(found: Sequence[Diagnostic], rules: int | None, reps: int | None) -> str:
    """``1 error, 2 warnings in 14 rules, 23 reps``; without the counts where errors kept them from being known."""
    if rules is None or reps is None:
        return tally(found)
    return f"{tally(found)} in {counted(rules, 'rule')}, {counted(reps, 'rep')}"
