"""Do the rules still do what their test files say?"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.model.diagnostic import Diagnostic
from leadroute.model.examples import Coverage, Ran, Settled, Status
from leadroute.model.frozen import frozen
from leadroute.workflows.append import CannotAppendError, append
from leadroute.workflows.coverage import Reached, coverage
from leadroute.workflows.examples import alike, run, run_alike
from leadroute.workflows.instants import reads_clock
from leadroute.workflows.opening import open_project, unreadable
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.snapshot import NOT_THERE, Line, NoSnapshotError, write
from leadroute.workflows.suggestion import suggested
from leadroute.workflows.validate import BUDGET, UNREAD

if TYPE_CHECKING:
    from leadroute.model.examples import Claim, Example, Snapshot, Suite
    from leadroute.model.project import Project
    from leadroute.model.span import Span
    from leadroute.project.findings import Findings

ENDING = ".test.yaml"
_ENDINGS = (ENDING, ".test.yml")
"""What is a test file; `ENDING` is how one is called in messages."""


@frozen
class Checked:
    """What came of the test files: of every test and property in the order of the files, what was found, and what was reached.

    ``suggested`` has tests for what was not reached, as YAML, where that was asked for (or says why there are none to write); ``written``
    names the files that were written, ``added`` says how many suggested tests were put into one.
    """

    files: tuple[str, ...]
    ran: tuple[Ran, ...]
    settled: tuple[Settled, ...]
    coverage: Coverage
    diagnostics: tuple[Diagnostic, ...]
    suggested: str | None = None
    written: tuple[str, ...] = ()
    added: int = 0

    @property
    def unread(self) -> bool:
        """Whether a file is missing, or is not what its name says."""
        return any(found.name in UNREAD or _is_of_leads(found) for found in self.diagnostics)

    @property
    def failed(self) -> bool:
        """Whether anything stands against the project."""
        return any(found.severity == "error" for found in self.diagnostics)

    @property
    def undecided(self) -> bool:
        """Whether a property was left open."""
        return any(one.status is Status.UNDECIDED for one in self.settled)


def _is_of_leads(found: Diagnostic) -> bool:
    """Whether a lead file could not be taken in."""
    return found.severity == "error" and found.code.startswith("LR6")


@frozen
class CheckOptions:
    """What is asked.

    ``fail_under`` has the least percent by kind of coverage; ``budget`` is in conflicts of the solver, for all properties of a file.
    ``update`` writes snapshots instead of comparing them; ``write`` is a test file that suggested tests are put into.
    """

    paths: Sequence[str] = ()
    start: Path = Path()
    project: Path | None = None
    rules: Sequence[Path] | None = None
    roster: Path | None = None
    fail_under: Mapping[str, int] = field(default_factory=dict)
    budget: int = BUDGET
    suggest: bool = False
    update: bool = False
    write: Path | None = None


def check(options: CheckOptions) -> Checked:
    """Run the test files that are meant: those named, or all of the project.

    Raises:
        CannotRunError: The project cannot be run, or a path names nothing.
    """
    from leadroute.model.codes import diagnostic
    from leadroute.project.findings import Findings
    from leadroute.project.sources import displayed
    from leadroute.project.tests import read_suite

    project = open_project(_start(options), options.project, rules=options.rules, roster=options.roster)
    files = _files(options, Path(project.path))
    reached = Reached()
    ran: list[Ran] = []
    settled: list[Settled] = []
    found: list[Diagnostic] = []
    written: list[str] = []
    if not files:
        where = "`, `".join(options.paths) or str(Path(project.path).parent)
        found.append(diagnostic("no-tests", f"there is no `*{ENDING}` in `{where}`", help="name the files, or write a first test"))
    for path in files:
        findings = Findings()
        suite = read_suite(path, project, findings)
        if suite is not None:
            ran += _examples(project, suite, reached, findings, written if options.update else None)
            settled += _claims(project, suite.claims, findings, options.budget)
        found += findings.ordered()
    covered = coverage(project, reached)
    for kind, percent in options.fail_under.items():
        of = covered.kinds[kind]
        if of.reached * 100 < percent * of.total:
            said = f"tests reach {of.reached:,} of {of.total:,} {kind}, fewer than {percent} %"
            found.append(diagnostic("too-little-covered", said, help=f"next: {of.missed[0][0]}; `--suggest` makes tests"))
    names = {one.example.name for one in ran} | {one.claim.name for one in settled}
    if options.write is not None and (options.start / options.write).is_file():
        there = read_suite(options.start / options.write, project, Findings())
        if there is not None:
            names |= {one.name for one in there.examples} | {one.name for one in there.claims}
    made = suggested(project, reached, names, options.budget) if options.suggest or options.write is not None else None
    added = 0
    if made is not None and made.entries and options.write is not None:
        try:
            _append(options.start / options.write, made.entries, project)
            written.append(displayed(options.start / options.write))
            added = len(made.entries)
        except CannotAppendError as problem:
            found.append(diagnostic("not-written", f"no test is written to `{options.write}`: {problem}"))
    return Checked(
        tuple(displayed(path) for path in files),
        tuple(ran),
        tuple(settled),
        covered,
        tuple(found),
        made.text if made is not None and (options.suggest or not made.entries) else None,
        tuple(written),
        added,
    )


def _append(path: Path, entries: Sequence[str], project: Project) -> None:
    if not path.name.endswith(_ENDINGS):
        raise CannotAppendError(f"its name does not end in `{ENDING}`, so that nobody would run it")
    append(path, entries, project)


def _start(options: CheckOptions) -> Path:
    """Where the project is looked for: from the first path, if there is one."""
    if not options.paths or options.project is not None:
        return options.start
    first = options.start / options.paths[0]
    while not first.is_dir() and first != first.parent:
        first = first.parent
    return first


def _files(options: CheckOptions, project: Path) -> list[Path]:
    """The test files that are meant, each once, in order.

    Raises:
        CannotRunError: A path names nothing, or tests of another project, which mean other rules though names may be the same.
    """
    if not options.paths:
        return list(below(project.parent))
    found: dict[Path, Path] = {}
    nothing: list[Diagnostic] = []
    for text in options.paths:
        path = options.start / text
        if path.exists():
            named = list(below(path)) if path.is_dir() else [path]
        else:
            named = list(_matching(text, options.start))
            if not named:
                said = f"no test file matches `{text}`" if has_magic(text) else f"there is no test file `{text}`"
                nothing.append(unreadable(said, f"name a `*{ENDING}`, or a folder with some"))
        for one in named:
            found.setdefault(one.resolve(), one)
    if options.project is None:
        nothing += [_stranger(one, own, project) for one in found.values() if (own := _other_project(one, project)) is not None]
    if nothing:
        raise CannotRunError(*nothing)
    return list(found.values())


def _other_project(path: Path, project: Path) -> Path | None:
    """The project that a test file belongs to, where it is another one."""
    from leadroute.project import find

    own = find(path.parent)
    return own if own is not None and own.resolve() != project.resolve() else None


def _stranger(path: Path, own: Path, project: Path) -> Diagnostic:
    from leadroute.project.sources import displayed

    said = f"`{displayed(path)}` is of the project `{displayed(own)}`, and others are of `{displayed(project)}`"
    return unreadable(said, "run the tests of each by themselves, or say --project")


def _matching(pattern: str, start: Path) -> Iterator[Path]:
    """The test files that a pattern means: those it matches, and those in folders that it matches."""
    for name in sorted(glob(pattern, root_dir=start, recursive=True)):
        path = start / name
        if path.is_dir():
            yield from below(path)
        elif path.name.endswith(_ENDINGS):
            yield path


def below(folder: Path) -> Iterator[Path]:
    """The test files in a folder, by name; hidden folders and those of other projects are left out."""
    from leadroute.project.find import PROJECT_FILE

    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not (Path(place, name) / PROJECT_FILE).is_file())
        yield from (Path(place, name) for name in sorted(names) if name.endswith(_ENDINGS))


def _examples(project: Project, suite: Suite, reached: Reached, findings: Findings, written: list[str] | None) -> Iterator[Ran]:
    """Run the tests of a file, and note what fails; ``written`` is told of snapshots that are written (``None``: they are compared)."""
    from leadroute.leads.errors import LeadFileError

    ready: list[Example] = []
    for example in suite.examples:
        cause = reads_clock(project, example) if example.at is None else None
        if cause is None:
            ready.append(example)
        else:
            said = f"the test `{example.name}` says no instant, and {cause}"
            findings.add("no-instant", said, example.span, help="add `at: 2026-11-23T10:01-05:00` to the test, or above all tests")
    done: dict[int, Ran] = {}
    for some in alike(project, ready):
        try:
            if len(some) > 1:
                done |= {id(ran.example): ran for ran in run_alike(project, some, reached)}
                continue
        except LeadFileError:
            pass  # it is told which of them cannot be read
        for example in some:
            try:
                one = run(project, example, reached, update=written is not None)
            except LeadFileError as problem:
                place = example.file.span if example.file is not None else example.span
                findings.items += [found if found.span is not None else _placed(found, place, findings) for found in problem.diagnostics]
                continue
            if written is not None and one.lines is not None and example.whole.snapshot is not None:
                written += _update(example.whole.snapshot, one.lines, findings)
            done[id(example)] = one.ran
    for example in ready:
        if id(example) in done:
            _note(done[id(example)], findings)
            yield done[id(example)]


def _placed(found: Diagnostic, place: Span, findings: Findings) -> Diagnostic:
    """A finding about a lead file, at the place of the test file that names it."""
    return replace(found, span=place, source=findings.lines(place))


def _update(snapshot: Snapshot, lines: Sequence[Line], findings: Findings) -> Iterator[str]:
    """Write a snapshot anew; its name where that changed the file."""
    try:
        if write(snapshot, lines):
            yield snapshot.shown
    except NoSnapshotError as problem:
        said = f"the snapshot `{snapshot.shown}` is not written: there is a file of that name, which is {problem}"
        findings.add("not-written", said, snapshot.span, help="give the snapshot another name, or remove that file")
    except OSError as problem:
        said = f"the snapshot `{snapshot.shown}` cannot be written: {(problem.strerror or str(problem)).lower()}"
        findings.add("not-written", said, snapshot.span)


def _note(done: Ran, findings: Findings) -> None:
    """Note a test that fails, or that passes and should not."""
    example, snapshot = done.example, done.example.whole.snapshot
    if done.status is Status.PASSED_AGAINST_KNOWN:
        said = f"the test `{example.name}` passes, and is said to fail: {example.fails}"
        findings.add("passes-after-all", said, example.span, help="remove `fails`")
    elif done.status is Status.FAILED and snapshot is not None and all(one.found == NOT_THERE for one in done.differences):
        said = f"the snapshot `{snapshot.shown}` of the test `{example.name}` is not there"
        advice = "write it with `leadroute test --update`, and read it before you commit it"
        findings.add("no-snapshot", said, example.span, help=advice, related=[("it is named here", snapshot.span)])
    elif done.status is Status.FAILED:
        differs = any(one.key == "snapshot" and one.lead is not None for one in done.differences)  # else there is another file
        anew = "if that is meant, `leadroute test --update` writes the snapshot anew" if differs else None
        findings.add("test-failed", f"the test `{example.name}` fails: {_told(done)}", example.span, help=anew)


def _told(done: Ran) -> str:
    first = done.differences[0]
    more = len(done.differences) - 1
    return f"{first.key} is `{first.found}`, expected `{first.expected}`" + (f", and {more} more" if more else "")


def _claims(project: Project, claims: Iterable[Claim], findings: Findings, budget: int) -> Iterator[Settled]:
    """Ask the prover about the properties of a file, and note what does not hold."""
    claims = tuple(claims)
    if not claims:
        return
    from leadroute.proofs.claims import settle
    from leadroute.proofs.formula import Budget

    for one in settle(project, claims, Budget(conflicts=budget)):
        name = one.claim.name
        if one.status is Status.REFUTED:
            findings.add("property-refuted", f"the property `{name}` does not hold: {one.found}", one.claim.span)
        elif one.status is Status.ABOUT_NOTHING:
            said = f"the property `{name}` is about nothing: {one.why}"
            findings.add("property-about-nothing", said, one.claim.span, help="look for a misspelt value, or remove it")
        elif one.status is Status.UNDECIDED:
            findings.add("property-undecided", f"the property `{name}` is undecided: {one.why}", one.claim.span)
        yield one
