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
    verify: Annotated[
        str | None, typer.Option("--verify", metavar="BATCH", help="Decide a batch once more and compare; exit 1 when anything differs.")
    ] = None,
    leads: Annotated[str | None, typer.Option("--leads", metavar="FILE", help="With --verify: the lead file of that batch.")] = None,
    input_format: options.InputFormat = None,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
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
    """Show batches, standings or a lead's history; verify a batch.

    Lists the newest batches, and with -v all: runs, and what was done to the record. --verify replays a batch from the standings that it
    started from, and says whether its record is what the rules give, and whether project and leads are those of then.

    Example: leadroute ledger show --lead L-1042
    """
    from leadroute.show.console import Terminal
    from leadroute.show.ledger import show_batches, show_history, show_standings
    from leadroute.show.ledger_json import result, shown
    from leadroute.workflows.ledger_show import show

    if sum((standings, lead is not None, verify is not None)) > 1:
        raise typer.BadParameter("one of --standings, --lead and --verify at a time", param_hint="--verify" if verify else "--lead")
    if leads is not None and verify is None:
        raise typer.BadParameter("it is for --verify", param_hint="--leads")
    terminal = Terminal(color=color, quiet=quiet, verbose=verbose)
    as_json = format is options.ResultFormat.JSON
    ledger = meant(terminal, project, rules, roster, state, at)
    if verify is not None:
        from leadroute.show.verified import as_json as verified
        from leadroute.show.verified import show_verified
        from leadroute.workflows.ledger_verify import verify as replay

        with one_object(terminal, as_json=as_json, nothing=verified()):
            done = replay(ledger, verify, leads, read_format=input_format, delimiter=delimiter, encoding=encoding)
        told = (done.batch, done.comparison, done.same_project, done.same_leads)
        if as_json:
            terminal.data(result(verified(*told)))
        else:
            show_verified(terminal, *told)
        return Exit.NO if done.comparison.differ else Exit.DONE
    with one_object(terminal, as_json=as_json, nothing=shown()):
        view = show(ledger, standings=standings, lead=lead)
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
