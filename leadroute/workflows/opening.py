"""The first step of every use case that needs a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leadroute.model.codes import diagnostic
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.project import Project
from leadroute.workflows.refusal import CannotRunError


def open_project(start: Path, given: Path | None = None, *, rules: Sequence[Path] | None = None, roster: Path | None = None) -> Project:
    """The project that is meant, ready to be run.

    Args:
        start: The folder to look for it from.
        given: The project itself (its folder or its ``leadroute.yaml``), when it was named.
        rules: Rule files instead of the project's own.
        roster: A roster instead of the project's own.

    Raises:
        CannotRunError: There is none, or it has errors; all of them are in it.
    """
    from leadroute import project

    loaded = project.load(find(start, given), rules=rules or None, roster=roster)
    if loaded.project is None:
        raise CannotRunError(*(found for found in loaded.diagnostics if found.severity == "error"))
    return loaded.project


def find(start: Path, given: Path | None = None) -> Path:
    """The ``leadroute.yaml`` that is meant; a given one need not be there, reading it says so.

    Raises:
        CannotRunError: None is given and there is none.
    """
    from leadroute import project

    found = project.find(start, given)
    if found is None:
        raise CannotRunError(no_project(start))
    return found


def no_project(start: Path) -> Diagnostic:
    """The finding that there is nothing to read."""
    message = f"there is no `leadroute.yaml` in `{start.resolve()}`, above it or in its folder `rules`"
    return unreadable(message, "name one with --project, or write a first one: leadroute init")


def unreadable(message: str, help: str) -> Diagnostic:  # noqa: A002 - named as the diagnostic's own attribute
    """The finding that a file is not there to be read."""
    return diagnostic("unreadable-file", message, help=help)
