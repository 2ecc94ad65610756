"""``leadroute reroute``."""

from __future__ import annotations

from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit
from leadroute.cli.options import LeadFormat


def reroute(
    output: Annotated[str, typer.Option("--output", "-o", metavar="OUT", help="Where the leads go; `-` is stdout.")] = "-",
    answers: Annotated[
        str | None, typer.Option("--answers", metavar="FILE", help="Activities, or leads, with a lead's id in each row: who was answered.")
    ] = None,
    answered_at: Annotated[
        str | None,
        typer.Option("--answered-at", metavar="COLUMN", help="The column of that file which is filled where a lead was answered."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide and write, but record nothing in the ledger.")] = False,
    safe_cells: Annotated[
        bool, typer.Option("--safe-cells", help="Neutralise cells that a spreadsheet would run as formulas, in every column.")
    ] = False,
    format: Annotated[LeadFormat | None, typer.Option("--format", envvar="LEADROUTE_FORMAT", help="Format of the output.")] = None,
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
    """Pass on leads that nobody answered in time.

    They go to the next rep, never to one who had them, and after all tries where the rule's `then` says. Held leads are tried
    again, and reminders are written before the time is over. Run it every few minutes: it does each thing once.

    Example: leadroute reroute --answers activities.csv -o moved.csv
    """
    import time
    from dataclasses import asdict

    from leadroute.cli.ledger_result import meant
    from leadroute.show.console import Terminal
    from leadroute.show.rerouted import show_rerouted
    from leadroute.workflows.reroute import RerouteOptions
    from leadroute.workflows.reroute import reroute as run

    if answered_at is not None and answers is None:
        raise typer.BadParameter("name the file with --answers", param_hint="--answered-at")
    started = time.monotonic()
    terminal = Terminal(color=color, quiet=quiet, verbose=verbose)
    asked = meant(terminal, project, rules, roster, state, at)
    done = run(RerouteOptions(asked, output, answers, answered_at, format, dry_run, safe_cells))
    show_rerouted(terminal, **asdict(done), output=output, seconds=time.monotonic() - started)
    return Exit.DONE
