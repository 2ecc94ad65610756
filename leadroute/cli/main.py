"""The ``leadroute`` command: its sub-commands in the order of the documentation, and the way into the process and out of it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from leadroute.cli import boundary
from leadroute.cli.codes import codes
from leadroute.cli.exit import Exit
from leadroute.cli.explain import explain
from leadroute.cli.init import init
from leadroute.cli.route import route
from leadroute.cli.schema import schema
from leadroute.cli.show import show
from leadroute.cli.validate import validate

COMMANDS: tuple[Callable[..., Exit], ...] = (
    init,
    validate,
    route,
    explain,
    show,
    codes,
    schema,
)
"""What there is, in the order in which ``--help`` lists it: a function named like its command, in a module of its own."""

app = typer.Typer(
    name="leadroute",
    help="Route sales leads to the right rep by reviewed rules, and explain every decision.",
    epilog="Start with: leadroute init --from leads.csv",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help starts twice as fast as the boxed one
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from leadroute import __version__

        typer.echo(f"leadroute {__version__}")
        raise typer.Exit


@app.callback()
def _leadroute(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    pass


for command in COMMANDS:
    app.command()(boundary.bounded(command))


def main() -> None:
    """Run the command line of this process; never returns."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A lone surrogate (an undecodable file name) comes out as the escape that JSON has for it.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name="leadroute")
    except KeyboardInterrupt:
        sys.exit(int(boundary.interrupted()))
    finally:
        # The interpreter would look through all that was made for garbage before it ends: a tenth of the time of a check.
        gc.freeze()
