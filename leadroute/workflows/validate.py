"""Is this project right? Everything that can be found without leads, in one reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from leadroute.model.diagnostic import Diagnostic
from leadroute.workflows.opening import no_project

FailOn = Literal["error", "warning", "never"]

UNREAD = frozenset({"unreadable-file", "too-large", "bad-text", "bad-yaml", "bad-csv"})
"""Findings that mean that a file could not be taken in at all, so that there is no telling what else is in it."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What was found, in the order of the files, and how much was read.

    ``rules`` and ``reps`` are how many there are, ``None`` where errors keep them from being counted; ``files`` are those read.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    rules: int | None
    reps: int | None

    @property
    def unread(self) -> bool:
        """Whether a file is missing, or is not what its name says."""
        return any(found.name in UNREAD for found in self.diagnostics)

    def fails(self, on: FailOn) -> bool:
        """Whether anything was found that is as bad as ``on``, or worse."""
        counting = {"error": {"error"}, "warning": {"error", "warning"}, "never": set()}[on]
        return any(found.severity in counting for found in self.diagnostics)


def validate(start: Path, paths: Sequence[Path] = (), *, rules: Sequence[Path] | None = None, roster: Path | None = None) -> Validation:
    """Read whole projects and collect every finding.

    Args:
        start: The folder to look for a project from, where no path names one.
        paths: Projects, or files and folders of theirs: the whole project that one belongs to is read, once.
        rules: Rule files instead of the project's own.
        roster: A roster instead of the project's own.
    """
    from leadroute import project

    found: list[Diagnostic] = []
    files: list[str] = []
    counts: list[tuple[int, int] | None] = []
    for one in dict.fromkeys(_projects(start, paths)):
        if isinstance(one, Diagnostic):
            found.append(one)
            counts.append(None)
            continue
        loaded = project.load(one, rules=rules or None, roster=roster)
        found += loaded.diagnostics
        files += loaded.files
        counts.append((len(loaded.project.rules), len(loaded.project.reps)) if loaded.project is not None else None)
    known = [count for count in counts if count is not None]
    complete = len(known) == len(counts)
    return Validation(
        diagnostics=tuple(found),
        files=tuple(dict.fromkeys(files)),
        rules=sum(rules for rules, _ in known) if complete else None,
        reps=sum(reps for _, reps in known) if complete else None,
    )


def _projects(start: Path, paths: Sequence[Path]) -> Iterator[Path | Diagnostic]:
    """The project of each path, or why there is none."""
    from leadroute import project

    if not paths:
        yield project.find(start, None) or no_project(start, None)
    for path in paths:
        if not path.exists():
            yield no_project(start, path)
            continue
        folder = path if path.is_dir() else path.parent
        own = path if path.name == "leadroute.yaml" else project.find(folder, None)
        yield own.resolve() if own is not None else no_project(start, path)
