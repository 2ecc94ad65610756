"""``leadroute report``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit


class Page(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def report(
    routed_file: Annotated[
        str | None,
        typer.Argument(metavar="[ROUTED_FILE]", help="A file that `route` wrote instead of the ledger: its distribution."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="30d|DATE", help="From then on: a time span before now, a date, or a timestamp.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Up to then; a date is included.")] = None,
    pool: Annotated[str | None, typer.Option("--pool", metavar="P", help="About this pool alone.")] = None,
    rep: Annotated[str | None, typer.Option("--rep", metavar="R", help="Did this rep get their share? In sentences.")] = None,
    format: Annotated[Page, options.FORMAT] = Page.TEXT,
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    state: options.State = None,
    at: options.At = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Tell who got what, and whether that was their share.

    Of every lead that a pool handed out, each rep who could take it was entitled to a part, by weight. Beside it: outcomes, rules that
    nobody reached, whom leads passed over and why, and what was done to the record.

    Example: leadroute report --since 30d --rep sarah
    """
    from leadroute.cli.ledger_result import meant
    from leadroute.leads.errors import LeadFileError
    from leadroute.show.console import Terminal
    from leadroute.show.report import as_json, as_markdown, show_report
    from leadroute.workflows.refusal import CannotRunError
    from leadroute.workflows.report import ReportOptions
    from leadroute.workflows.report import report as run

    if routed_file is not None and (since is not None or until is not None):
        raise typer.BadParameter("a routed file does not say when its leads were decided", param_hint="--since, --until")
    terminal = Terminal(color=color, quiet=quiet, verbose=verbose)
    asked = ReportOptions(meant(terminal, project, rules, roster, state, at), routed_file, since, until, pool, rep)
    try:
        found = run(asked)
    except (CannotRunError, LeadFileError) as refusal:
        if format is Page.JSON:
            terminal.data(as_json(None, refusal.diagnostics))
        raise
    if format is Page.JSON:
        terminal.data(as_json(found))
    elif format is Page.MARKDOWN:
        terminal.data(as_markdown(found))
    else:
        show_report(terminal, found)
    return Exit.DONE
