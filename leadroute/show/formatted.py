"""What ``fmt`` changed or would change."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff
from typing import TYPE_CHECKING

from leadroute.show.diagnostics import counted

if TYPE_CHECKING:
    from leadroute.show.console import Terminal


def show_formatted(terminal: Terminal, changing: Sequence[str], others: int, *, written: bool, names: bool) -> None:
    """The names of the files that change on stdout, if they are asked for, and how many there are on stderr."""
    for name in changing if names else ():
        terminal.show(name)
    rest = "1 file as it should be" if others == 1 else f"{counted(others, 'file')} as they should be"
    done = f"{counted(len(changing), 'file')} {'formatted' if written else 'would change'}"
    terminal.say(f"{done}, {rest}" if changing else rest)


def show_difference(terminal: Terminal, name: str, before: str, after: str) -> None:
    """A unified diff from what stands in a file to its canonical form, on stdout."""
    for line in unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name):
        terminal.data(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
