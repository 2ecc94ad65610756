"""Snapshots: who gets which lead of a batch, kept in a file beside the tests, so that every change of it is seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.model.examples import Difference
from leadroute.workflows.writing import write_whole

if TYPE_CHECKING:
    from leadroute.model.decisions import Decisions
    from leadroute.model.examples import Snapshot

HEADER = ("lead", "outcome", "rep", "queue", "rule", "pool")
Line = tuple[str, ...]
"""One lead as ``HEADER`` says; what does not apply is empty."""
NOT_THERE = "not there"
"""What is found of a snapshot that nobody has written."""


class NoSnapshotError(Exception):
    """A file is no snapshot; what it is instead is said in words."""


def lines_of(ids: Iterable[str], decisions: Decisions) -> Iterator[Line]:
    """What became of leads, in their order."""
    for row, lead in enumerate(ids):
        found = decisions[row]
        yield (lead, found.outcome.value, *(name or "" for name in (found.rep, found.queue, found.rule, found.pool)))


def write(snapshot: Snapshot, lines: Sequence[Line]) -> bool:
    """Put a snapshot into its file; whether that changed anything.

    Raises:
        NoSnapshotError: There is a file of that name with something else in it, such as leads; it is untouched.
        OSError: The file cannot be written; what was there is untouched.
    """
    there = _read(snapshot)
    if isinstance(there, str) and there != NOT_THERE:
        raise NoSnapshotError(there)
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([HEADER, *lines])
    path = Path(snapshot.path)
    if path.is_file() and path.read_bytes() == file.getvalue().encode():
        return False
    write_whole(path, file.getvalue())
    return True


def differing(snapshot: Snapshot, lines: Sequence[Line]) -> Iterator[Difference]:
    """What came out otherwise than the file says, lead by lead; a file that is not there, or is none, is a difference, too."""
    known = _read(snapshot)
    if isinstance(known, str):
        yield Difference("snapshot", f"what {snapshot.shown} says", known, None, None, snapshot.span)
        return
    now = dict(_numbered(lines))
    before = dict(_numbered(known))
    rows = {one: row for row, one in enumerate(now)}
    for one in dict.fromkeys([*now, *before]):
        if now.get(one) != before.get(one):
            yield Difference("snapshot", _told(before.get(one)), _told(now.get(one)), one[0], rows.get(one), snapshot.span)


def _read(snapshot: Snapshot) -> list[Line] | str:
    """The lines of the file, or what is wrong with it."""
    try:
        text = Path(snapshot.path).read_text("utf-8-sig")
    except FileNotFoundError:
        return NOT_THERE
    except (OSError, UnicodeDecodeError):
        return "no text that can be read"
    try:
        header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (csv.Error, ValueError):
        return "no snapshot"
    return [tuple(line) for line in lines] if tuple(header) == HEADER else "no snapshot"


def _numbered(lines: Iterable[Line]) -> Iterator[tuple[tuple[str, int], Line]]:
    """Each line by its lead's id and how often that came before."""
    seen: dict[str, int] = {}
    for line in lines:
        lead = line[0] if line else ""
        seen[lead] = seen.get(lead, 0) + 1
        yield (lead, seen[lead]), line


def _told(line: Line | None) -> str:
    """``sarah, by rule fintech-enterprise``."""
    if line is None or len(line) != len(HEADER):
        return "no such lead"
    _, outcome, rep, queue, rule, _ = line
    who = rep or (f"queue {queue}" if queue else outcome)
    return f"{who}, by rule {rule}" if rule else who
