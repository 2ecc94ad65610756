"""``leadroute validate``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit


class Findings(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"


class FailOn(StrEnum):
    """From which severity up the answer is no."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATHS", help="Projects, or files of one. Default: the project found from here.")
    ] = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="From which severity up to exit with 1.")] = FailOn.ERROR,
    strict: Annotated[bool, typer.Option("--strict", help="Count warnings as errors, and exit with 4 for undecided proofs.")] = False,
    advice: Annotated[bool, typer.Option("--advice", help="Also report what only deserves a look, such as rules that overlap.")] = False,
    budget: Annotated[
        int, typer.Option("--budget", min=0, metavar="CONFLICTS", help="How much proving may cost; what it leaves open is undecided.")
    ] = 500_000,
    forecast: Annotated[
        str | None, typer.Option("--forecast", metavar="RATE|FILE", help="Leads to expect, to hold limits against: 400/day, or past leads.")
    ] = None,
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
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
    from leadroute.workflows.validate import validate as run

    terminal = Terminal(color=color, quiet=quiet, verbose=verbose)
    found = run(Path.cwd(), project, paths=paths or (), rules=rules, roster=roster, budget=budget, advice=advice, forecast=forecast)
    show_validation(terminal, found.diagnostics, form=format.value, files=found.files, rules=found.rules, reps=found.reps)
    if found.unread:
        return Exit.UNLOADABLE
    threshold = FailOn.WARNING if strict and fail_on is FailOn.ERROR else fail_on
    if found.fails(threshold.value):
        return Exit.NO
    return Exit.UNDECIDED if strict and found.undecided else Exit.DONE
