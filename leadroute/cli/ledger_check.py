"""``leadroute ledger check``."""

from __future__ import annotations

from leadroute.cli import options
from leadroute.cli.exit import Exit
from leadroute.cli.ledger_result import meant, one_object


def ledger_check(
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    state: options.State = None,
    at: options.At = None,
    format: options.Format = options.ResultFormat.TEXT,
    quiet: options.Quiet = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Rebuild the standings from decisions and events, and compare.

    Exits with 1 when the ledger says anything else than its own record.

    Example: leadroute ledger check
    """
    from leadroute.show.console import Terminal
    from leadroute.show.ledger import show_checked
    from leadroute.show.ledger_json import checked, result
    from leadroute.workflows.ledger_check import check

    terminal = Terminal(color=color, quiet=quiet)
    as_json = format is options.ResultFormat.JSON
    with one_object(terminal, as_json=as_json, nothing=checked()):
        found = check(meant(terminal, project, rules, roster, state, at))
    if as_json:
        terminal.data(result(checked(found.batches, found.differences)))
    else:
        show_checked(terminal, found.differences, found.batches)
    return Exit.NO if found.differences else Exit.DONE
