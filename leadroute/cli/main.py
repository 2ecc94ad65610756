"""The ``leadroute`` command: its sub-commands in the order of the documentation, and the way into the process and out of it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from leadroute.cli import boundary
from leadroute.cli.codes import codes
from leadroute.cli.diff import diff
from leadroute.cli.exit import Exit
from leadroute.cli.explain import explain
from leadroute.cli.fmt import fmt
from leadroute.cli.group import Group
from leadroute.cli.init import init
from leadroute.cli.later import Later
from leadroute.cli.ledger import LEDGER
from leadroute.cli.report import report
from leadroute.cli.reroute import reroute
from leadroute.cli.route import route
from leadroute.cli.schema import schema
from leadroute.cli.show import show
from leadroute.cli.test import test
from leadroute.cli.validate import validate

COMMANDS: tuple[Callable[..., Exit], ...] = (
    init,
    validate,
    route,
    explain,
    test,
    diff,
    report,
    reroute,
    show,
    codes,
    schema,
    fmt,
)
"""What there is: a function named like its command, in a module of its own."""

GROUPS: Mapping[str, Group] = {"ledger": LEDGER}
"""Commands that have sub-commands: each a function named like the two of them, such as ``ledger_show``."""

ORDER = ("init", "validate", "route", "explain", "test", "diff", "report", "reroute", "ledger", "show", "codes", "schema", "fmt")
"""All names as the documentation has them."""


class _Leadroute(TyperGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for command in COMMANDS:
            self.add_command(Later(command.__name__, command))
        for name, group in GROUPS.items():
            inner = [Later(command.__name__.removeprefix(f"{name}_"), command) for command in group.commands]
            self.add_command(TyperGroup(name=name, commands=inner, help=group.help, no_args_is_help=True, rich_markup_mode=None))

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return sorted(self.commands, key=ORDER.index)


app = typer.Typer(
    name="leadroute",
    cls=_Leadroute,
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
    except SystemExit as end:
        # Typer makes 1 of a Ctrl-C that comes before the command has begun.
        if boundary.of_interrupt(end):
            sys.exit(int(boundary.interrupted()))
        raise
    finally:
        # The interpreter would look through all that was made for garbage before it ends: a tenth of the time of a check.
        gc.freeze()
