"""``leadroute ledger show``."""

from __future__ import annotations

from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit
from leadroute.cli.ledger_result import meant, one_object


def ledger_show(
    standings: Annotated[bool, typer.Option("--standings", help="Who carries what, and whose turn it is, instead of the batches.")] = False,
    lead: Annotated[str | None, typer.Option("--lead", metavar="ID", help="Everything that became of one lead instead.")] = None,
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    state: options.State = None,
    at: options.At = None,
    format: options.Format = options.ResultFormat.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Show the batches, the standings, or the history of a lead.

    Lists the newest batches, and with -v all: runs, and what was done to the record.

    Example: leadroute ledger show --lead L-1042
    """
    from leadroute.show.console import Terminal
    from leadroute.show.ledger import show_batches, show_history, show_standings
    from leadroute.show.ledger_json import result, shown
    from leadroute.workflows.ledger_show import show

    if standings and lead is not None:
        raise typer.BadParameter("one of --standings and --lead at a time", param_hint="--lead")
    terminal = Terminal(color=color, quiet=quiet, verbose=verbose)
    as_json = format is options.ResultFormat.JSON
    with one_object(terminal, as_json=as_json, nothing=shown()):
        view = show(meant(terminal, project, rules, roster, state, at), standings=standings, lead=lead)
    if as_json:
        terminal.data(
            result(
                shown(
                    state=view.state,
                    timezone=view.timezone,
                    batches=view.batches,
                    standings=view.standings,
                    lead=view.lead,
                    history=view.history,
                )
            )
        )
    elif view.history is not None and view.lead is not None:
        show_history(terminal, view.lead, view.history, view.timezone)
    elif view.standings is not None:
        show_standings(terminal, view.standings, view.timezone)
    else:
        show_batches(terminal, view.batches or (), view.timezone)
    return Exit.DONE
