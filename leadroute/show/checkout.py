"""Files by the names under which a code host knows them."""

from __future__ import annotations

import os
from pathlib import Path


def from_top(file: str) -> str:
    """A file's place from the top of the git checkout that it lies in, wherever a job runs; its name as it is where there is none."""
    path = Path(os.path.abspath(file))
    top = next((folder for folder in path.parents if (folder / ".git").exists()), None)
    return file if top is None else path.relative_to(top).as_posix()
