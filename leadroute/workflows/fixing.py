"""Putting right what can be put right without moving a lead: edits, read and proved again before they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from leadroute.model.codes import CODES
from leadroute.model.diagnostic import Diagnostic, Edit
from leadroute.workflows.checking import Check, Reading, ValidateOptions
from leadroute.workflows.validate import Validation, settled
from leadroute.workflows.writing import write_whole

MOST_ROUNDS = 20
"""Putting one thing right may show the next; so often is looked again."""
_BOM = "\ufeff"


def fixed(options: ValidateOptions) -> Validation:
    """Put findings that count right in the files (or show how, for ``diff``), and tell what is left.

    Raises:
        Everything that :func:`validate` raises.
    """
    plain = replace(options, write_baseline=False)
    old = None
    before: dict[str, str] = {}
    texts: dict[str, str] = {}
    readings = Check(options, details=True).read()
    first, done = readings, 0
    if options.since is not None:
        from leadroute.workflows.known import before_revision

        old = before_revision(readings, options)
    for _ in range(MOST_ROUNDS):
        accepted = _apart(one for one in settled(readings, plain, old).diagnostics if one.fix is not None)
        if not accepted:
            break
        edits: dict[str, list[Edit]] = {}
        for one in accepted:
            for edit in one.fix.edits if one.fix is not None else ():
                edits.setdefault(edit.span.file, []).append(edit)
        for file in edits:
            before.setdefault(file, _text(Path(file)))
        proposed = texts | {file: _edited(texts.get(file, before[file]), own) for file, own in edits.items()}
        again = Check(options, details=True, instead=proposed).read()
        if _stopping(again) > _stopping(readings):
            break  # what cannot be run any more is not written
        texts, readings, done = proposed, again, done + len(accepted)
    written = tuple(file for file, text in texts.items() if text != before[file])
    if options.fix == "diff":
        return replace(settled(first, options, old), fixed=done, diff="".join(_diff(file, before[file], texts[file]) for file in written))
    for file in written:
        write_whole(Path(file).resolve(), texts[file])  # what a link points to, not the link
    left = settled(readings, options, old)
    return replace(left, fixed=done, written=(*written, *left.written))


def _apart(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Of findings with fixes those whose edits do not touch each other, the first ones."""
    taken: list[Edit] = []
    result = []
    for one in found:
        edits = one.fix.edits if one.fix is not None else ()
        if not any(_touch(edit, other) for edit in edits for other in taken):
            taken += edits
            result.append(one)
    return result


def _touch(one: Edit, other: Edit) -> bool:
    a, b = one.span, other.span
    return a.file == b.file and (a.line, a.column) < (b.end_line, b.end_column) and (b.line, b.column) < (a.end_line, a.end_column)


def _stopping(readings: Sequence[Reading]) -> int:
    """How much keeps the projects from being run."""
    return sum(CODES[one.code].stops for reading in readings for one in reading.count)


def _text(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def _edited(text: str, edits: Sequence[Edit]) -> str:
    from leadroute.project.fixes import edited

    bom = _BOM if text.startswith(_BOM) else ""
    return bom + edited(text.removeprefix(_BOM), edits)


def _diff(file: str, old: str, new: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{file}", f"b/{file}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
