"""``leadroute codes``."""

from __future__ import annotations

from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit


def codes(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="A code such as LR201, or its name. Default: all of them.")] = None,
    format: options.Format = options.ResultFormat.TEXT,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Explain what a finding means and what to write instead.

    Example: leadroute codes LR201
    """
    from leadroute.show.codes import json_of, show_code, show_codes
    from leadroute.show.console import Terminal
    from leadroute.workflows.codes import codes as run

    terminal = Terminal(color=color)
    found = run(code)
    if not found:
        raise typer.BadParameter(f"there is no code {code!r}; leadroute codes lists them all", param_hint="CODE")
    if format is options.ResultFormat.JSON:
        terminal.data(json_of(found))
    elif code is not None:
        show_code(terminal, found[0])
    else:
        show_codes(terminal, found)
    return Exit.DONE
