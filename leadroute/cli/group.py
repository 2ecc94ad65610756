"""A command that has commands of its own."""

from __future__ import annotations

from collections.abc import Callable

from leadroute.cli.exit import Exit
from leadroute.model.frozen import frozen


@frozen
class Group:
    """What its help says, and its commands in the order in which that lists them."""

    help: str
    commands: tuple[Callable[..., Exit], ...]
