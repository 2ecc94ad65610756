"""``leadroute validate``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit

if TYPE_CHECKING:
    from leadroute.workflows.selection import Selection


class Findings(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


class FailOn(StrEnum):
    """From which severity up the answer is no."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


_PEOPLE = (Findings.TEXT, Findings.CONCISE)


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATHS", help="Projects, or files of one. Default: the project found from here.")
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option("--select", metavar="CODES", help="Only these findings: LR301, overlap, LR3; several with commas.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", metavar="CODES", help="Not these findings; goes before --select.")] = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="From which severity up to exit with 1.")] = FailOn.ERROR,
    strict: Annotated[bool, typer.Option("--strict", help="Count warnings as errors, and exit with 4 for undecided proofs.")] = False,
    advice: Annotated[bool, typer.Option("--advice", help="Also report what only deserves a look, such as rules that overlap.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Put right in the files what can be put right without moving a lead.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; print what --fix would change.")] = False,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Findings that are known: they are neither shown nor counted.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write what is found into the file that --baseline names.")
    ] = False,
    changed_since: Annotated[
        str | None, typer.Option("--changed-since", metavar="REV", help="Only findings that were not there in this git revision.")
    ] = None,
    leads: Annotated[
        str | None, typer.Option("--leads", metavar="FILE", help="Leads to weigh overlaps, gaps and dead rules by, the heaviest first.")
    ] = None,
    budget: Annotated[
        int, typer.Option("--budget", min=0, metavar="CONFLICTS", help="How much proving may cost; what it leaves open is undecided.")
    ] = 500_000,
    forecast: Annotated[
        str | None, typer.Option("--forecast", metavar="RATE|FILE", help="Leads to expect, to hold limits against: 400/day, or past leads.")
    ] = None,
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    at: options.At = None,
    format: Annotated[Findings, options.FORMAT] = Findings.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Check a project: names, types, people, and proofs.

    The gate for a CI job. Exits with 1 when something is wrong, with 3 when a file is missing or cannot be read at all,
    with 4 when a proof is undecided and --strict asks for all.

    Example: leadroute validate rules/ --strict
    """
    from leadroute.show.console import Terminal
    from leadroute.show.validation import show_validation
    from leadroute.workflows.validate import COUNTING, ValidateOptions
    from leadroute.workflows.validate import validate as run

    if fix and diff:
        raise typer.BadParameter("--fix writes and --diff does not", param_hint="--diff")
    if diff and format not in _PEOPLE:
        raise typer.BadParameter(f"{format.value} holds the edits of each finding itself, as far as it can", param_hint="--diff")
    if write_baseline and baseline is None:
        raise typer.BadParameter("name the file with --baseline", param_hint="--write-baseline")
    if "-" in (leads, forecast) and (fix or diff or leads == forecast or len(paths or ()) > 1):
        raise typer.BadParameter("standard input can be read only once; name a file", param_hint="--leads, --forecast")
    terminal = Terminal(color=color, quiet=quiet, verbose=verbose)
    threshold = FailOn.WARNING if strict and fail_on is FailOn.ERROR else fail_on
    asked = ValidateOptions(
        start=Path.cwd(),
        project=project,
        paths=paths or (),
        rules=rules,
        roster=roster,
        budget=budget,
        advice=advice,
        notes=format is Findings.JSON,
        forecast=forecast,
        leads=leads,
        at=at,
        selection=_selection(select, ignore) if select or ignore else None,
        baseline=baseline,
        write_baseline=write_baseline,
        since=changed_since,
        fix="write" if fix else "diff" if diff else None,
        details=format in (Findings.JSON, Findings.SARIF),
    )
    try:
        found = run(asked)
    except Exception as problem:
        refused = getattr(problem, "diagnostics", None)
        if refused is not None and format not in _PEOPLE:
            show_validation(terminal, refused, form=format.value)
        raise
    show_validation(
        terminal,
        found.diagnostics,
        form=format.value,
        failing=COUNTING[threshold.value] or (COUNTING["error"] if found.unread else ()),
        files=found.files,
        rules=found.rules,
        reps=found.reps,
        standing=found.standing,
        before=found.before,
        fixed=found.fixed,
        diff=found.diff if diff else None,
        written=found.written,
    )
    if found.unread:
        return Exit.UNLOADABLE
    if found.fails(threshold.value):
        return Exit.NO
    return Exit.UNDECIDED if strict and found.undecided else Exit.DONE


def _selection(select: list[str] | None, ignore: list[str] | None) -> Selection:
    from leadroute.workflows.selection import NoSuchCodeError, Selection

    try:
        return Selection.of(select or (), ignore or ())
    except NoSuchCodeError as problem:
        raise typer.BadParameter(str(problem), param_hint="--select, --ignore") from None
