"""``leadroute ledger adjust``."""

from __future__ import annotations

from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit
from leadroute.cli.ledger_result import meant, one_object


def ledger_adjust(
    rep: Annotated[str, typer.Argument(metavar="REP", help="The rep, by id, e-mail or name.")],
    pool: Annotated[str, typer.Option("--pool", metavar="POOL", help="The pool in whose turn order the rep is moved.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the record.")],
    turns: Annotated[
        str | None, typer.Option("--turns", metavar="N", help="How many turns to add; -2 gives two back, so two more leads.")
    ] = None,
    next: Annotated[bool, typer.Option("--next", help="As many as put the rep next.")] = False,
    of: Annotated[
        str | None, typer.Option("--of", metavar="VALUE", help="The value that the turns are split by, such as `hot`; empty: missing.")
    ] = None,
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
    """Move a rep in a turn order, for a reason.

    Turns are added to those that the rep has taken, so fewer turns are more leads to come. Nobody else's place moves.

    Example: leadroute ledger adjust sarah --turns -2 --pool smb --why 'two leads were spam'
    """
    from leadroute.show.console import Terminal
    from leadroute.show.ledger import show_adjusted
    from leadroute.show.ledger_json import adjusted, result
    from leadroute.workflows.ledger_adjust import adjust

    if (turns is None) != next:
        raise typer.BadParameter("say how many turns with --turns, or --next", param_hint="--turns")
    added = None if turns is None else _millionths(turns)
    terminal = Terminal(color=color, quiet=quiet)
    as_json = format is options.ResultFormat.JSON
    with one_object(terminal, as_json=as_json, nothing=adjusted()):
        done = adjust(meant(terminal, project, rules, roster, state, at, why), rep, pool, added, of)
    moved = [(one.cell, one.turns, one.now) for one in done.moved]
    if as_json:
        terminal.data(result(adjusted(done.batch, done.rep, done.pool, done.rotation, moved)))
    else:
        show_adjusted(terminal, done.rep, done.pool, moved, done.batch)
    return Exit.DONE


def _millionths(text: str) -> int:
    """A number of turns, exact to the millionth."""
    from decimal import Decimal, InvalidOperation

    try:
        number = Decimal(text) * 1_000_000
        whole = int(number)
    except (InvalidOperation, ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r} is no number", param_hint="--turns") from None
    if whole != number or not whole:
        raise typer.BadParameter(f"{text!r} is nothing, or finer than a millionth", param_hint="--turns")
    return whole
