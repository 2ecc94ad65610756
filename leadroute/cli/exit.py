"""What a command answers to its caller: the documented exit codes, the same for all commands."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes. Scripts and CI jobs rely on them; a change is a change of the contract."""

    DONE = 0
    """Done, and nothing stands against it."""

    NO = 1
    """Done, and the answer is no: findings, a failed test, leads left over where that was asked about."""

    USAGE = 2
    """The command was typed wrong: an unknown option, a value that an option does not take, something in the way."""

    UNLOADABLE = 3
    """An input could not be loaded (missing, a folder, not YAML, not CSV), or the project cannot be run."""

    UNDECIDED = 4
    """A proof that was asked for is undecided, with ``--strict``."""

    CHANGES = 5
    """There are changes, with ``diff --exit-code``."""

    BUG = 70
    """A bug in leadroute itself."""

    INTERRUPTED = 130
    """Interrupted by Ctrl-C; nothing half done."""
