"""``leadroute test``."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit


class Report(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


def test(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATHS", help="Test files, or folders of some. Default: all of the project found from here."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 4 when a property is undecided.")] = False,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-under",
            metavar="[KIND=]PERCENT",
            help="Fail when tests reach fewer of the rules; or of the steps, conditions or gates, as in conditions=80.",
        ),
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Write snapshots anew instead of comparing them.")] = False,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print tests for what none reaches, each with a lead that was found for it.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Put such tests at the end of a test file, which is made if need be.")
    ] = None,
    budget: Annotated[
        int, typer.Option("--budget", min=0, metavar="CONFLICTS", help="How much proving may cost; what it leaves open is undecided.")
    ] = 500_000,
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    format: Annotated[Report, options.FORMAT] = Report.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Run rule tests, and prove properties.

    Each lead is routed alone or as a small batch, from new standings, at the instant that the test says. Exits with 1 when a test
    fails or a property does not hold, with 3 when a file cannot be read.

    Example: leadroute test rules/inbound.test.yaml
    """
    from leadroute.leads.errors import LeadFileError
    from leadroute.show.console import Terminal
    from leadroute.show.tested import show_tested
    from leadroute.workflows.refusal import CannotRunError
    from leadroute.workflows.test import CheckOptions, check

    terminal = Terminal(color=color, quiet=quiet, verbose=verbose)
    asked = CheckOptions(
        paths=paths or (),
        start=Path.cwd(),
        project=project,
        rules=rules,
        roster=roster,
        fail_under=_floors(fail_under or ()),
        budget=budget,
        suggest=suggest,
        update=update,
        write=write,
    )
    try:
        done = check(asked)
    except (CannotRunError, LeadFileError) as problem:
        if format is not Report.TEXT:
            show_tested(terminal, form=format.value, diagnostics=problem.diagnostics)
        raise
    show_tested(
        terminal,
        form=format.value,
        files=done.files,
        ran=done.ran,
        settled=done.settled,
        coverage=done.coverage,
        diagnostics=done.diagnostics,
        suggested=done.suggested,
        written=done.written,
        added=done.added,
    )
    if done.unread:
        return Exit.UNLOADABLE
    if done.failed:
        return Exit.NO
    return Exit.UNDECIDED if strict and done.undecided else Exit.DONE


def _floors(texts: Iterable[str]) -> dict[str, int]:
    """The least percent by kind of coverage."""
    from leadroute.model.examples import KINDS

    found: dict[str, int] = {}
    for text in texts:
        kind, equals, percent = text.rpartition("=")
        kind = kind if equals else "rules"
        if kind not in KINDS or not percent.isdecimal() or int(percent) > 100:
            raise typer.BadParameter(f"{text!r} is no percent from 0 to 100, or none of {', '.join(KINDS)}", param_hint="--fail-under")
        found[kind] = int(percent)
    return found
