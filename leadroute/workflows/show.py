"""The resolved view: what a project says once every default is filled in and every reference followed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leadroute.show import resolved
from leadroute.workflows.opening import open_project


def show(
    topic: str,
    start: Path,
    given: Path | None = None,
    *,
    rules: Sequence[Path] | None = None,
    roster: Path | None = None,
) -> resolved.View:
    """The view of one topic, a key of ``resolved.VIEWS``; the operators are the language's own, and need no project.

    Raises:
        leadroute.workflows.refusal.CannotRunError: There is no project, or it has errors.
    """
    if topic == "operators":
        return resolved.operators()
    return resolved.VIEWS[topic](open_project(start, given, rules=rules, roster=roster))
