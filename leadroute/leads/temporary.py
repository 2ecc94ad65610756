"""Files that an output is written to before it takes its place, and what killed runs left of them.

A temporary file is locked as long as its run lives, and the system lets the lock go with the run. So whoever gets the lock of one
knows that nobody will ever finish it.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # no such locks on this system: then nothing is cleared away either
    fcntl = None  # type: ignore[assignment]

LOCKS = fcntl is not None


def create(target: Path) -> tuple[IO[bytes], Path]:
    """A new file beside the target, locked, and its path; what dead runs left of the same target is removed.

    Raises:
        OSError: It cannot be made.
    """
    clear(target)
    while True:
        path = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
        file = path.open("x+b")
        if not LOCKS or _held(file.fileno(), path):
            return file, path
        file.close()  # cleared away before it was locked


def clear(target: Path) -> None:
    """Remove temporary files of this target whose runs are dead; those that cannot be told or removed stay."""
    if not LOCKS:
        return
    mine = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}\.tmp")
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(target.parent)):
            if mine.fullmatch(name):
                _clear(target.with_name(name))


def _clear(path: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        finally:
            os.close(handle)


def _held(handle: int, path: Path) -> bool:
    """Lock a file that was just made; ``False``: somebody took it for a dead run's and removed it."""
    with contextlib.suppress(OSError):  # a file system without locks gives none to those who clear away either
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
