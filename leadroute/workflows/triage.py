"""Which findings a comment lets stand, and what is to be said of the comments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from leadroute.model.diagnostic import LetStand
from leadroute.project.findings import Findings, listed
from leadroute.project.fingerprints import document
from leadroute.project.suppressions import Suppression, read_suppressions, without
from leadroute.workflows.checking import Reading

_EPOCH = date(1970, 1, 1)


def suppress(reading: Reading, files: Sequence[str], *, today: int, looked_for: Collection[str]) -> None:
    """Take out of a reading what comments let stand, and add what is to be said of the comments.

    Args:
        reading: What was read of one project.
        files: The files that may have such comments.
        today: The day, counted from 1970-01-01; a comment holds until its date, that day included.
        looked_for: The names of findings that are missing only where they are not there.
    """
    assert reading.loaded is not None  # noqa: S101 - what has files was loaded
    sources = reading.loaded.sources
    findings = Findings()
    findings.sources = dict(sources)
    comments: list[Suppression] = []
    for file in files:
        root = document(file, sources[file])
        if root is not None:
            comments += read_suppressions(file, root, findings)
    used: list[set[str]] = [set() for _ in comments]
    count = []
    for one in reading.count:
        spoken = [at for at, comment in enumerate(comments) if one.span is not None and comment.covers(one.name, one.span)]
        for at in spoken:
            used[at].add(one.name)
        holding = [comment for comment in map(comments.__getitem__, spoken) if comment.until is None or today <= comment.until]
        if holding:
            reading.standing.append(LetStand(one, "comment", holding[0].reason, holding[0].span))
        else:
            count.append(one)
    fixes = {}
    for comment, names in zip(comments, used, strict=True):
        unused = [name for name, _ in comment.parts if name not in names and name in looked_for]
        if unused:
            where = f"line {comment.first}" if comment.first == comment.last else f"lines {comment.first} to {comment.last}"
            said = f"there is no {' and no '.join(f'`{name}`' for name in unused)} in {where} that the comment could let stand"
            near = [one.span.line for one in count if one.name in unused and one.span and one.span.file == comment.span.file]
            advice = f"put it above line {near[0]}, if it is about that, or remove it" if near else "remove it, as --fix does"
            findings.add("unused-suppression", said, comment.span, help=advice)
            if not near:  # what may only stand in the wrong place is not thrown away
                fixes[len(findings.items) - 1] = without(comment, unused, sources[comment.span.file])
        if names and comment.until is not None and today > comment.until:
            said = f"the comment let {listed(sorted(names))} stand until {_EPOCH + timedelta(comment.until)}, which is over"
            findings.add("expired-suppression", said, comment.span, help="put it right, or say until when it may stay now")
    reading.count = [*count, *(replace(one, fix=fixes.get(at)) for at, one in enumerate(findings.items))]
