"""One layout for the files of a project."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from leadroute.model.frozen import frozen
from leadroute.workflows.opening import find, no_project
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.writing import whole

STDIN = "-"
_ENDINGS = frozenset({".yaml", ".yml"})


@frozen
class Formatted:
    """A file as messages call it, what stands in it, and its canonical form."""

    name: str
    before: str
    after: str

    @property
    def changes(self) -> bool:
        """Whether the file is not in its canonical form."""
        return self.before != self.after


def fmt(start: Path, given: Path | None = None, *, paths: Sequence[str] = (), write: bool = True) -> tuple[Formatted, ...]:
    """Bring files into their canonical form: all are read first, and none is written when one of them cannot be.

    Args:
        start: The folder to look for a project from, where no path is given.
        given: The project, when it was named.
        paths: Files, or folders of a project, whose files below them are meant; ``-`` alone is stdin, which is only read.
        write: Write the files that change.

    Raises:
        CannotRunError: A file cannot be read, is not YAML, or has no layout that says the same; all findings are in it.
        OSError: A file cannot be written.
    """
    from leadroute.project.findings import Findings
    from leadroute.project.format_yaml import format_yaml
    from leadroute.project.sources import Sources, displayed

    findings = Findings()
    sources = Sources(start, findings)
    found: list[tuple[Path, Formatted]] = []
    for path in _files(start, given, paths):
        name = "<stdin>" if str(path) == STDIN else displayed(path)
        data = sys.stdin.buffer.read() if str(path) == STDIN else sources.read_bytes(path, what="the file")
        text = sources.decode(data, name) if data is not None else None
        after = format_yaml(text, name, findings) if text is not None else None
        if data is not None and after is not None:
            found.append((path, Formatted(name, data.decode(), after)))
    if findings.items:
        raise CannotRunError(*findings.ordered())
    for path, one in found:
        if write and one.changes and str(path) != STDIN:
            with whole(path.resolve()) as file:  # what a link names, not the link
                file.write(one.after.encode())
    return tuple(one for _, one in found)


def _files(start: Path, given: Path | None, paths: Sequence[str]) -> list[Path]:
    """The files that are meant, each once, in order."""
    from leadroute import project

    if not paths:
        return list(dict.fromkeys(_of_project(find(start, given))))
    found: dict[Path, Path] = {}
    nothing: list[Path] = []
    for text in paths:
        path = Path(text) if text == STDIN else start / text
        if text == STDIN or not path.is_dir():
            found.setdefault(path if text == STDIN else path.resolve(), path)
            continue
        own = project.find(path, given)
        if own is None:
            nothing.append(path)
            continue
        inside = path.resolve()
        found |= {one.resolve(): one for one in _of_project(own) if one.resolve().is_relative_to(inside)}
    if nothing:
        raise CannotRunError(*(no_project(path) for path in nothing))
    return list(found.values())


def _of_project(file: Path) -> Iterator[Path]:
    """The YAML files of a project: what it reads, in that order, and its tests."""
    from leadroute import project
    from leadroute.workflows.test import below

    yield file
    for name in project.load(file).files:
        path = Path(name)
        if path.suffix.lower() in _ENDINGS and path.resolve() != file.resolve():
            yield path
    yield from below(file.parent)
