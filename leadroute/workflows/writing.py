"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def check_place(path: Path) -> None:
    """Make sure, before any work is done for it, that a file can be put there.

    Raises:
        OSError: There is no such folder, or a folder of that name.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))


def write_whole(path: Path, text: str) -> None:
    """Write a text file as :func:`whole` does.

    Raises:
        OSError: The file cannot be written; what was there is untouched.
    """
    with whole(path) as file:
        file.write(text.encode())


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to by way of a temporary one beside it; whatever was there is replaced only when all is written.

    Raises:
        OSError: The file cannot be written; what was there is untouched.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
