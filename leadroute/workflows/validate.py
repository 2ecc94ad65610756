"""Is this project right? Everything that can be found without leads, in one reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.uncollected import uncollected
from leadroute.workflows.opening import no_project, unreadable

FailOn = Literal["error", "warning", "never"]

BUDGET = 500_000
"""Conflicts that the proofs of a project may cost, unless something else is said: some seconds."""
UNREAD = frozenset({"unreadable-file", "too-large", "bad-text", "bad-yaml", "bad-csv", "bad-calendar"})
"""Findings that mean that a file could not be taken in at all, so that there is no telling what else is in it."""


@frozen
class Validation:
    """What was found, in the order of the files, and how much was read.

    ``rules`` and ``reps`` are how many there are, ``None`` where errors keep them from being counted; ``files`` are those read.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    rules: int | None
    reps: int | None

    @property
    def undecided(self) -> bool:
        """Whether a proof was left open."""
        return any(found.certainty == "undecided" for found in self.diagnostics)

    @property
    def unread(self) -> bool:
        """Whether a file is missing, or is not what its name says."""
        return any(found.name in UNREAD for found in self.diagnostics)

    def fails(self, on: FailOn) -> bool:
        """Whether anything was found that is as bad as ``on``, or worse."""
        counting = {"error": {"error"}, "warning": {"error", "warning"}, "never": set()}[on]
        return any(found.severity in counting for found in self.diagnostics)


@uncollected()
def validate(
    start: Path,
    given: Path | None = None,
    *,
    paths: Sequence[Path] = (),
    rules: Sequence[Path] | None = None,
    roster: Path | None = None,
    budget: int = BUDGET,
    advice: bool = False,
    forecast: str | None = None,
) -> Validation:
    """Read whole projects, prove what holds for every lead of them, and collect every finding.

    Args:
        start: The folder to look for a project from, where none is named.
        given: The project, when it was named.
        paths: Projects, or files and folders of theirs: the whole project that one belongs to is read, once.
        rules: Rule files instead of the project's own.
        roster: A roster instead of the project's own.
        budget: How many conflicts of the solver the proofs of one project may cost.
        advice: Also report what only deserves a look.
        forecast: What is expected to come: ``400/day``, or a file of past leads.

    Raises:
        CannotRunError: The forecast cannot be used.
        LeadFileError: Its file cannot be read.
    """
    from leadroute import project

    found: list[Diagnostic] = []
    files: list[str] = []
    counts: list[tuple[int, int] | None] = []
    for file, asked in _projects(start, given, paths).items():
        if file is None:
            found += [no_project(path) for path in asked]
            counts.append(None)
            continue
        loaded = project.load(file, rules=rules or None, roster=roster)
        proved = _proved(loaded.project, budget, advice, forecast) if loaded.project is not None else ()
        found += _in_order([*loaded.diagnostics, *proved], loaded.files)
        found += [_stranger(path, file) for path in asked if not _is_part(path, file, loaded.files)]
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


def _proved(project: Project, budget: int, advice: bool, forecast: str | None) -> tuple[Diagnostic, ...]:
    from leadroute.proofs.checks import prove
    from leadroute.proofs.formula import Budget
    from leadroute.workflows.forecast import forecast_of

    expected = None if forecast is None else forecast_of(project, forecast)
    return prove(project, budget=Budget(conflicts=budget), advice=advice, forecast=expected).diagnostics


def _in_order(found: Sequence[Diagnostic], files: Sequence[str]) -> list[Diagnostic]:
    """Findings by the place that they are about, files in the order in which they were read."""
    places = {file: at for at, file in enumerate(files)}

    def place(one: Diagnostic) -> tuple[int, int, int]:
        return (-1, 0, 0) if one.span is None else (places.get(one.span.file, -1), one.span.line, one.span.column)

    return sorted(found, key=place)


def _projects(start: Path, given: Path | None, paths: Sequence[Path]) -> dict[Path | None, list[Path]]:
    """The paths by the project that each belongs to, ``None`` where there is none."""
    from leadroute import project
    from leadroute.project.find import PROJECT_FILE

    if not paths:
        return {project.find(start, given): [start]}
    found: dict[Path | None, list[Path]] = {}
    for path in paths:
        if path.name == PROJECT_FILE or not path.exists():
            own: Path | None = path
        else:
            own = project.find(path if path.is_dir() else path.parent)
        found.setdefault(own.absolute() if own is not None else None, []).append(path)
    return found


def _is_part(path: Path, file: Path, read: Sequence[str]) -> bool:
    """Whether a path is the project's file, a folder, tests, or something that was read."""
    return (
        path.absolute() == file
        or path.is_dir()
        or path.name.endswith(".test.yaml")
        or path.resolve() in {Path(name).resolve() for name in read}
    )


def _stranger(path: Path, file: Path) -> Diagnostic:
    from leadroute.project.sources import displayed

    return unreadable(f"`{path}` is no part of the project `{displayed(file)}`", f"add it to `rules` there, or say --rules {path}")
