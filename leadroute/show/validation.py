"""What ``validate`` found: for people, for editors, and for the programs of a CI job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadroute.model.diagnostic import Diagnostic, Fix, LetStand, Severity
from leadroute.show.console import Terminal
from leadroute.show.diagnostics import as_json, counted, headline, paragraph, tally, where
from leadroute.show.machine import document


def show_validation(
    terminal: Terminal,
    found: Sequence[Diagnostic],
    *,
    form: str,
    failing: Sequence[Severity] = ("error",),
    files: Sequence[str] = (),
    rules: int | None = None,
    reps: int | None = None,
    standing: Sequence[LetStand] = (),
    before: int = 0,
    fixed: int = 0,
    diff: str | None = None,
    written: Sequence[str] = (),
) -> None:
    """Print findings to stdout: ``text``, ``concise`` (one line each), ``github``; or one whole ``json``, ``sarif`` or ``junit``.

    ``failing`` are the severities that make the answer no. People get a last line that counts
    them; with a ``diff``, which is printed alone, on stderr.
    """
    if form == "json":
        summary = {severity: sum(one.severity == severity for one in found) for severity in ("error", "warning", "info")}
        counts = {"files": len(files), "rules": rules, "reps": reps, "suppressed": len(standing), "before": before, "fixed": fixed}
        suppressed = [_json(one.found) | {"suppression": {"by": one.by, "reason": one.reason}} for one in standing]
        terminal.data(document({"diagnostics": [_json(one) for one in found], "suppressed": suppressed, "summary": summary | counts}))
        return
    if form == "sarif":
        from leadroute.show.sarif import sarif

        terminal.data(sarif(found, standing, files))
        return
    if form == "junit":
        from leadroute.show.junit import findings_report

        terminal.data(findings_report(found, files, failing))
        return
    last = summarised(found, rules, reps, standing=standing, before=before, fixed=fixed, written=written, diff=diff is not None)
    if diff is not None:
        terminal.data(diff)
        terminal.say(last)
        return
    if form == "github":
        from leadroute.show.github import annotation

        terminal.data("".join(annotation(one) for one in found))
    else:
        for one in found:
            terminal.show(headline(one) if form == "concise" else paragraph(one))
    if not terminal.quiet:
        terminal.show(last)
    for file in files:
        terminal.detail(f"read {file}")


def summarised(
    found: Sequence[Diagnostic],
    rules: int | None,
    reps: int | None,
    *,
    standing: Sequence[LetStand] = (),
    before: int = 0,
    fixed: int = 0,
    written: Sequence[str] = (),
    diff: bool = False,
) -> str:
    """``1 error, 2 warnings in 14 rules, 23 reps; 3 suppressed``; without the counts where errors kept them from being known."""
    told = tally(found) if rules is None or reps is None else f"{tally(found)} in {counted(rules, 'rule')}, {counted(reps, 'rep')}"
    comments, known = (sum(one.by == by for one in standing) for by in ("comment", "baseline"))
    parts = [
        f"{comments:,} suppressed" if comments else "",
        f"{known:,} in the baseline" if known else "",
        f"{before:,} not new" if before else "",
        f"{fixed:,} {'can be fixed' if diff else 'fixed'}" if fixed else "",
        f"wrote {', '.join(written)}" if written else "",
    ]
    return "; ".join([told, *filter(None, parts)])


def _json(found: Diagnostic) -> dict[str, Any]:
    """A finding with what it is known again by, and what would put it right."""
    fix = _fix_json(found.fix) if found.fix is not None else None
    return as_json(found) | {"leads": found.leads, "fingerprint": found.fingerprint, "fix": fix}


def _fix_json(fix: Fix) -> dict[str, Any]:
    """Edits with the place of what each replaces; the end column is one past the last character."""
    edits = [
        {**where(edit.span), "end_line": edit.span.end_line, "end_column": edit.span.end_column, "text": edit.text} for edit in fix.edits
    ]
    return {"title": fix.title, "edits": edits}
