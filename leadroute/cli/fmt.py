"""``leadroute fmt``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit


def fmt(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATHS", help="Files, or folders of a project; `-` formats stdin to stdout. Default: the whole project."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing, list what would change, and exit with 1 if anything would.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing, print what would change.")] = False,
    project: options.Project = None,
    quiet: options.Quiet = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Bring YAML into one layout; its meaning and comments stay.

    Files that cannot be read are left alone, and so are then all others: exit code 3.

    Example: leadroute fmt --check
    """
    from leadroute.show.console import Terminal
    from leadroute.show.formatted import show_difference, show_formatted
    from leadroute.workflows.fmt import STDIN
    from leadroute.workflows.fmt import fmt as run

    given = paths or []
    piped = STDIN in given
    if piped and len(given) > 1:
        raise typer.BadParameter("`-` stands alone: stdin is formatted to stdout")
    terminal = Terminal(color=color, quiet=quiet or piped)
    files = run(Path.cwd(), project, paths=given, write=not (check or diff))
    changing = [file for file in files if file.changes]
    for file in changing if diff else ():
        show_difference(terminal, file.name, file.before, file.after)
    if piped and not (check or diff):
        terminal.data(files[0].after)
    names = [file.name for file in changing]
    show_formatted(terminal, names, len(files) - len(names), written=not (check or diff), names=not (diff or piped))
    return Exit.NO if check and changing else Exit.DONE
