"""A command that reads its options when it is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

from leadroute.cli.boundary import bounded
from leadroute.cli.exit import Exit


class Later(TyperCommand):
    """A command by its name and help alone, which is all that the help of leadroute says of it.

    Typer reads the options of every command before it runs one of them: a fifteenth of the time of checking 200 rules.
    """

    def __init__(self, name: str, command: Callable[..., Exit]) -> None:
        super().__init__(name, help=inspect.getdoc(command), rich_markup_mode=None)
        self._command = command

    def whole(self) -> Any:
        """The command with its options."""
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(self.name)(bounded(self._command))
        return get_command(alone)

    def make_context(self, *arguments: Any, **settings: Any) -> Any:
        """Read the command line by the command's own options; the context that comes back is of the whole command."""
        return self.whole().make_context(*arguments, **settings)

    def invoke(self, context: Any) -> Any:
        """Run the whole command, which the context is of."""
        return context.command.invoke(context)
