"""Where a project is."""

from __future__ import annotations

import os.path
from pathlib import Path

PROJECT_FILE = "leadroute.yaml"
USUAL_FOLDER = "rules"


def find(start: Path, given: Path | None = None) -> Path | None:
    """The project's ``leadroute.yaml``: what is given, else the nearest upward from ``start``, else ``rules/leadroute.yaml`` there.

    ``given`` may be the file or its folder, and is not looked for: reading says what is wrong with it.
    """
    if given is not None:
        return project_file(given)
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder / PROJECT_FILE
    usual = start / USUAL_FOLDER / PROJECT_FILE
    return usual if usual.is_file() else None


def project_file(path: Path) -> Path:
    """The file that a path means, which may be the folder with it."""
    return path / PROJECT_FILE if os.path.isdir(path) else path
