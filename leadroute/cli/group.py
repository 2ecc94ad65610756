"""A command that has commands of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leadroute.cli.exit import Exit


@dataclass(frozen=True, slots=True)
class Group:
    """What its help says, and its commands in the order in which that lists them."""

    help: str
    commands: tuple[Callable[..., Exit], ...]
