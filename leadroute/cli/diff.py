"""``leadroute diff``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit


class Report(StrEnum):
    """How what differs is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


class Detail(StrEnum):
    """How much is printed."""

    SUMMARY = "summary"
    NORMAL = "normal"
    FULL = "full"


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="What was: a project's folder, a rule file, or git:REV:PATH.")],
    new: Annotated[str | None, typer.Argument(metavar="NEW", help="What is. Default: the project found from here.")] = None,
    detail: Annotated[Detail, typer.Option("--detail", help="How much is printed.")] = Detail.NORMAL,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 5 when there are changes.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 4 when it is undecided whether leads move.")] = False,
    budget: Annotated[
        int, typer.Option("--budget", min=0, metavar="CONFLICTS", help="How much proving may cost; what it leaves open is undecided.")
    ] = 500_000,
    leads: Annotated[
        str | None, typer.Option("--leads", metavar="LEADS", help="Measured on these leads, too: who gets what, and why.")
    ] = None,
    project: options.Project = None,
    state: options.State = None,
    at: options.At = None,
    format: Annotated[Report, options.FORMAT] = Report.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Compare two states of a project, for all possible leads.

    Where leads went and where they go now, each with a lead that was routed by both; what else differs of people, pools and settings.
    That nothing changes is only said when it is proved. With `--leads` both decide a file: who gets what before and after, and of
    each lead that moves whether its rules, its people, or only the turn is the cause. Nothing is recorded.

    Example: leadroute diff git:main: rules --leads leads.csv
    """
    from leadroute.connect.git import RevisionError
    from leadroute.leads.errors import LeadFileError
    from leadroute.show.changed import Compared, show_changed
    from leadroute.show.console import Terminal
    from leadroute.show.progress import Progress
    from leadroute.workflows.diff import compare
    from leadroute.workflows.diff_leads import LeadsOptions
    from leadroute.workflows.refusal import CannotRunError

    terminal = Terminal(color=color, quiet=quiet, verbose=verbose)
    try:
        with Progress("measuring", "leads", quiet=quiet) as progress:
            measured = None if leads is None else LeadsOptions(leads, state, at, tell=terminal.warn, advance=progress.advance)
            found = compare(Path.cwd(), old, new, given=project, budget=budget, leads=measured)
    except (CannotRunError, RevisionError, LeadFileError) as problem:
        show_changed(terminal, form=format.value, diagnostics=problem.diagnostics)
        raise
    shown = Compared((found.old.name, found.new.name), found.old.project, found.new.project, found.matrix, found.changes, found.measured)
    show_changed(terminal, form=format.value, detail=detail.value, found=shown)
    if strict and found.undecided:
        return Exit.UNDECIDED
    return Exit.CHANGES if exit_code and (found.changed or found.undecided) else Exit.DONE
