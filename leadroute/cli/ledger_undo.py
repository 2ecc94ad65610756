"""``leadroute ledger undo``."""

from __future__ import annotations

from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit
from leadroute.cli.ledger_result import Why, meant, one_object


def ledger_undo(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="The batch, by its name.")],
    force: Annotated[bool, typer.Option("--force", help="Take later decisions on its leads along.")] = False,
    why: Why = "",
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
    """Take a batch back, as if it had never been.

    Its leads are not decided any more, and turns, limits and load are given back. It is refused while a later batch refers to one of its
    leads: kept together with it, rerouted, decided again or closed.

    Example: leadroute ledger undo 2026-11-23-2 --why 'the wrong file'
    """
    from leadroute.ledger.records import Undone
    from leadroute.show.console import Terminal
    from leadroute.show.diagnostics import show_diagnostics
    from leadroute.show.ledger import show_undone
    from leadroute.show.ledger_json import result, undone
    from leadroute.workflows.ledger_undo import undo

    terminal = Terminal(color=color, quiet=quiet)
    as_json = format is options.ResultFormat.JSON
    with one_object(terminal, as_json=as_json, nothing=undone(None)):
        done, diagnostics = undo(meant(terminal, project, rules, roster, state, at, why), batch, force=force)
    taken = done if isinstance(done, Undone) else None
    if as_json:
        terminal.data(result(undone(taken), diagnostics))
    elif taken is not None:
        show_undone(terminal, taken)
    show_diagnostics(terminal, diagnostics)
    return Exit.NO if taken is None else Exit.DONE
