"""``leadroute ledger export`` and ``leadroute ledger import``."""

from __future__ import annotations

from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit
from leadroute.cli.ledger_result import meant, one_object


def ledger_export(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where it goes; `-` is stdout.")],
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    state: options.State = None,
    format: options.Format = options.ResultFormat.TEXT,
    quiet: options.Quiet = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Write the whole ledger to a file.

    JSON Lines with a digest at the end, the same for every database: a backup, or the way from SQLite to PostgreSQL and back.
    It is the ledger of one moment; runs may go on meanwhile.

    Example: leadroute ledger export ledger.jsonl
    """
    from leadroute.show.console import Terminal
    from leadroute.show.ledger import show_moved
    from leadroute.show.ledger_json import moved, result
    from leadroute.workflows.ledger_move import STREAM, export

    terminal = Terminal(color=color, quiet=quiet)
    as_json = format is options.ResultFormat.JSON
    if as_json and file == STREAM:
        raise typer.BadParameter("the ledger and the result cannot both go to stdout", param_hint="--format")
    with one_object(terminal, as_json=as_json, nothing=moved()):
        done = export(meant(terminal, project, rules, roster, state, None), file)
    if as_json:
        terminal.data(result(moved(done.state, done.file, done.what)))
    else:
        show_moved(terminal, done.what, done.state, "stdout" if file == STREAM else file)
    return Exit.DONE


def ledger_import(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What `ledger export` wrote; `-` is stdin.")],
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    state: options.State = None,
    format: options.Format = options.ResultFormat.TEXT,
    quiet: options.Quiet = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Fill an empty ledger from a file, whole or not at all.

    The file's digest is checked first. A ledger that holds anything is left alone.

    Example: leadroute ledger import ledger.jsonl --state postgresql+psycopg://leadroute@db.example.com/leadroute
    """
    from leadroute.show.console import Terminal
    from leadroute.show.ledger import show_moved
    from leadroute.show.ledger_json import moved, result
    from leadroute.workflows.ledger_move import STREAM, take_in

    terminal = Terminal(color=color, quiet=quiet)
    as_json = format is options.ResultFormat.JSON
    with one_object(terminal, as_json=as_json, nothing=moved()):
        done = take_in(meant(terminal, project, rules, roster, state, None), file)
    if as_json:
        terminal.data(result(moved(done.state, done.file, done.what)))
    else:
        show_moved(terminal, done.what, "stdin" if file == STREAM else file, done.state)
    return Exit.DONE
