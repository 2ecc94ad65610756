"""``leadroute init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; made when it is not there.")] = Path(),
    leads: Annotated[
        str | None, typer.Option("--from", metavar="LEADS", help="A lead file whose columns become the fields; `-` is stdin.")
    ] = None,
    quiet: options.Quiet = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Write a first project: an example, or one for your leads.

    Rules, roster, tests, schemas for your editor and a CI job. Nothing is ever overwritten.

    Example: leadroute init routing --from leads.csv
    """
    from leadroute.show.console import Terminal
    from leadroute.show.first_project import show_first_project, show_in_the_way
    from leadroute.workflows.init import init as run

    terminal = Terminal(color=color, quiet=quiet)
    made = run(folder, leads)
    if made.in_the_way:
        show_in_the_way(terminal, str(folder), made.in_the_way)
        return Exit.USAGE
    show_first_project(terminal, str(folder), made.written, made.leads)
    return Exit.DONE
