"""One reading of the projects that ``validate`` is asked about: what is found in each, by its files and by proofs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from leadroute.model.codes import CODES, CODES_BY_NAME
from leadroute.model.diagnostic import MARK, Diagnostic, LetStand
from leadroute.model.frozen import frozen, record
from leadroute.model.project import Project
from leadroute.workflows.opening import no_project, unreadable

if TYPE_CHECKING:
    from leadroute.project import Loaded
    from leadroute.workflows.selection import Selection

BUDGET = 500_000
"""Conflicts that the proofs of a project may cost, unless something else is said: some seconds."""
TABLES = (".csv", ".tsv", ".ics")
"""Endings of files that have no comments, and may be long."""
_FEW = 50
"""Of projects with so many rules advice takes no time to speak of."""
ALWAYS_LOOKED_FOR = frozenset({"unreachable-rule", "contradiction"})
"""Findings of proofs that are looked for, and shown, whatever the options: where they are missing, they are not there."""


@frozen
class ValidateOptions:
    """What is asked about.

    ``start`` is the folder to look for a project from, ``project`` one that was named, ``paths`` projects, or files and folders of theirs:
    the whole project that one belongs to is read, once. ``rules`` and ``roster`` stand in for the project's own. ``budget`` is how many
    conflicts of the solver the proofs of one project may cost. ``advice`` asks for what only deserves a look, ``notes`` for as much of it
    as costs little: where there are few rules, and nothing is held against what was there before. ``forecast`` says what is expected to
    come (``400/day``, or a file of past leads) and ``leads`` which leads to count. ``at`` is the instant by which comments may be over.

    ``selection`` says which findings are wanted, ``baseline`` which are known (``write_baseline``: it is written from what is found), and
    ``since`` names the revision that they must be new against. ``fix`` edits the files, or shows how (``diff``). ``details`` asks for
    what only programs read: fingerprints and fixes.
    """

    start: Path
    project: Path | None = None
    paths: Sequence[Path] = ()
    rules: Sequence[Path] | None = None
    roster: Path | None = None
    budget: int = BUDGET
    advice: bool = False
    notes: bool = False
    forecast: str | None = None
    leads: str | None = None
    at: str | None = None
    selection: Selection | None = None
    baseline: Path | None = None
    write_baseline: bool = False
    since: str | None = None
    fix: Literal["write", "diff"] | None = None
    details: bool = False


@record
class Reading:
    """What one project gave: its file, what was loaded of it, which findings ``count``, and which somebody lets stand (``standing``)."""

    file: Path | None
    loaded: Loaded | None
    count: list[Diagnostic]
    standing: list[LetStand] = field(default_factory=list)


@frozen
class Check:
    """One reading of everything that is asked about. ``instead`` are edits that are not written yet."""

    options: ValidateOptions
    details: bool
    instead: Mapping[str, str] = field(default_factory=dict)

    def read(self) -> list[Reading]:
        """Read and prove every project."""
        options = self.options
        asked = _projects(options.start, options.project, options.paths)
        return [self.of(file, paths, options.rules, options.roster) for file, paths in asked.items()]

    def of(self, file: Path | None, asked: Sequence[Path] = (), rules: Sequence[Path] | None = None, roster: Path | None = None) -> Reading:
        """Read and prove one project, ``None`` where the paths ``asked`` about belong to none."""
        from leadroute import project

        if file is None:
            return Reading(None, None, [no_project(path) for path in asked])
        loaded = project.load(file, rules=rules or None, roster=roster, instead=self.instead)
        proved = self._proved(loaded.project) if loaded.project is not None else ()
        found = _in_order([*loaded.diagnostics, *proved], loaded.files)
        if self._leads is not None and loaded.project is not None:
            from leadroute.workflows.standing import clock_of
            from leadroute.workflows.weights import weighed

            found = weighed(found, loaded.project, self._leads, clock_of(loaded.project, self.options.at))
        found += [_stranger(path, file) for path in asked if not _is_part(path, file, loaded.files)]
        reading = Reading(file, loaded, found)
        written = ((name, lines) for name, lines in loaded.sources.items() if not name.lower().endswith(TABLES))
        commented = [name for name, lines in written if any(MARK in line for line in lines)]
        if commented:
            from leadroute.workflows.standing import today
            from leadroute.workflows.triage import suppress

            suppress(reading, commented, today=today(loaded.project, self.options.at), looked_for=self.looked_for(found))
            if self._leads is None:
                reading.count = _in_order(reading.count, loaded.files)
        if self.details:
            from leadroute.workflows.details import detail

            detail(reading)
        return reading

    def _proved(self, project: Project) -> tuple[Diagnostic, ...]:
        from leadroute.proofs.checks import prove
        from leadroute.proofs.formula import Budget

        options = self.options
        expected = None
        if options.forecast is not None:
            from leadroute.workflows.forecast import forecast_of

            expected = forecast_of(project, options.forecast, options.at)
        asked = self._advice
        alone = options.baseline is None and options.since is None
        told = asked or (options.notes and alone and len(project.rules) <= _FEW)
        return prove(project, budget=Budget(conflicts=options.budget), advice=told, every=asked, forecast=expected).diagnostics

    @property
    def _advice(self) -> bool:
        """Whether advice is asked for."""
        return self.options.advice or (self.options.selection is not None and self.options.selection.advice)

    @property
    def _leads(self) -> str | None:
        """The file of leads to count, which may be that of the forecast."""
        options = self.options
        if options.leads is not None or options.forecast is None:
            return options.leads
        from leadroute.proofs.forecast import rate

        return options.forecast if rate(options.forecast) is None else None

    def looked_for(self, found: Sequence[Diagnostic]) -> frozenset[str]:
        """The names of findings that are missing only where they are not there: looked for to the end, and shown."""
        if any(CODES[one.code].stops for one in found):
            return frozenset()  # what was not compiled could not be looked at
        selection, open_ = self.options.selection, any(one.name == "undecided" for one in found)
        return frozenset(
            name
            for name, code in CODES_BY_NAME.items()
            if (selection is None or selection.wants_name(name))
            and (not code.code.startswith("LR3") or (not open_ and (name in ALWAYS_LOOKED_FOR or self._asked_for(name))))
        )

    def _asked_for(self, name: str) -> bool:
        """Whether an option asks for findings of a name that are not always told."""
        return self.options.forecast is not None if name == "short-of-capacity" else self._advice


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
        or path.name.endswith((".test.yaml", ".test.yml"))
        or path.resolve() in {Path(name).resolve() for name in read}
    )


def _stranger(path: Path, file: Path) -> Diagnostic:
    from leadroute.project.sources import displayed

    return unreadable(f"`{path}` is no part of the project `{displayed(file)}`", f"add it to `rules` there, or say --rules {path}")
