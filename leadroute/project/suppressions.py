"""Findings that somebody has looked at and lets stand: comments ``# leadroute: ignore[LR307] why, until 2027-01-31``.

On a line of its own a comment speaks of the line below it, else of its own line; where that line begins an item of a list, such as a
rule, of the whole item. A comment without a reason, or with a code that is not there, lets nothing stand and is a finding itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from leadroute.model.codes import CODES, CODES_BY_NAME
from leadroute.model.diagnostic import MARK, Edit, Fix
from leadroute.model.frozen import frozen
from leadroute.model.span import Span
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.nodes import Node, Place, Scalar
from leadroute.project.nodes import Sequence as List
from leadroute.project.tree import nodes

_COMMENT = re.compile(r"(?:^|\s)(#+\s*leadroute:\s*(.*))$")
_IGNORE = re.compile(r"ignore\s*\[([^\]]*)\]\s*(.*)")
_UNTIL = re.compile(r"(?:^|[\s,;:(-]+)until\s+([^\s,;:)]*[0-9][^\s,;:)]*?)\.?(?=[\s,;:)]|$)")
_EXAMPLE = "write `# leadroute: ignore[LR307] two teams on purpose until 2027-01-31`"


@frozen
class Suppression:
    """One comment: where it stands, the names of the findings it lets stand, and in which lines, the last included.

    ``until`` is the last day on which it does, counted from 1970-01-01. ``parts`` are the names with the place of each as it is written.
    """

    span: Span
    parts: tuple[tuple[str, Span], ...]
    reason: str
    until: int | None
    first: int
    last: int
    alone: bool
    """Whether nothing else stands on its line."""

    def covers(self, name: str, span: Span) -> bool:
        """Whether it speaks of a finding of this name at this place."""
        return span.file == self.span.file and self.first <= span.line <= self.last and any(name == one for one, _ in self.parts)


def read_suppressions(file: str, root: Node, findings: Findings) -> list[Suppression]:
    """The comments of one file that let findings stand; ``findings`` has its lines, and takes in what is wrong with the comments."""
    lines = findings.sources[file]
    here = [(number, line) for number, line in enumerate(lines, 1) if MARK in line and "#" in line]
    if not here:
        return []
    everything = list(nodes(root))
    texts = [_inside(node, lines) for node in everything if isinstance(node, Scalar)]
    starts = sorted({node.place[0] for node in everything if isinstance(node, Scalar) and node.place[2:] != node.place[:2]})
    items: dict[int, int] = {}
    for item in (item for node in everything if isinstance(node, List) for item in node.items):
        items[item.place[0]] = max(items.get(item.place[0], 0), _last(item, lines))
    found = []
    for number, line in here:
        column = _comment(line, number, texts)
        match = _COMMENT.search(line[column:]) if column is not None else None
        if column is None or match is None:
            continue
        start = column + match.start(1)
        before = line[:start].strip()
        at = bisect_left(starts, number)
        anchor = starts[at] if before in ("", "-") and at < len(starts) else number
        last = max(items.get(anchor, anchor), anchor)
        span = Span(file, number, start + 1, number, len(line.rstrip()) + 1)
        made = _read(match[2].strip(), span, column + match.start(2), (anchor, last), findings, alone=not before)
        if made is not None:
            found.append(made)
    return found


def _read(text: str, span: Span, offset: int, covers: tuple[int, int], findings: Findings, *, alone: bool) -> Suppression | None:
    match = _IGNORE.fullmatch(text)
    if match is None:
        findings.add("bad-suppression", "the comment does not say what to ignore, and why", span, help=_EXAMPLE)
        return None
    parts = tuple(_codes(match[1], span, offset + match.start(1), findings))
    until, reason = _UNTIL.search(match[2]), match[2]
    day: int | None = None
    if until is not None:
        reason = reason[: until.start()] + reason[until.end() :].removeprefix(")")
        day = _day(until[1])
        if day is None:
            findings.add("bad-suppression", f"{shown(until[1])} is no date", span, help="write it as 2027-01-31")
            return None
    reason = reason.strip(" ,;:.(-")
    if not reason:
        findings.add("no-reason", "the comment does not say why, so the finding stays", span, help="say why after the brackets")
        return None
    return Suppression(span, parts, reason, day, *covers, alone=alone) if parts else None


def _codes(text: str, span: Span, offset: int, findings: Findings) -> Iterator[tuple[str, Span]]:
    """The names that the brackets list, each with its place."""
    for match in re.finditer(r"[^,\s]+", text):
        start = offset + match.start() + 1
        place = Span(span.file, span.line, start, span.line, start + len(match[0]))
        code = CODES.get(match[0].upper()) or CODES_BY_NAME.get(match[0].lower())
        if code is None:
            advice = suggestion(match[0], [*CODES_BY_NAME, *CODES], "leadroute codes lists them all")
            findings.add("unknown-code", f"there is no code {shown(match[0])}", place, help=advice)
        elif code.stops or code.code.startswith("LR5"):
            said = f"{listed([match[0]])} cannot be let stand: " + (
                "it is about these comments" if code.code.startswith("LR5") else "a project with it cannot be run"
            )
            findings.add("not-suppressible", said, place, help="put right what it says")
        else:
            yield code.name, place
    if not text.strip():
        findings.add("bad-suppression", "the brackets name no code", span, help=_EXAMPLE)


def _day(text: str) -> int | None:
    from datetime import date

    try:
        return (date.fromisoformat(text) - date(1970, 1, 1)).days if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def without(one: Suppression, unused: Sequence[str], lines: Sequence[str]) -> Fix:
    """Take out of a comment the names that let nothing stand; where none is left, the whole of it."""
    kept = [(name, place) for name, place in one.parts if name not in unused]
    span, line = one.span, lines[one.span.line - 1]
    if kept:
        opening = line.index("[", span.column - 1) + 1
        written = [line[place.column - 1 : place.end_column - 1] for _, place in kept]
        inside = replace(span, column=opening + 1, end_column=line.index("]", opening) + 1)
        return Fix(f"remove {listed(unused)}", (Edit(inside, ", ".join(written)),))
    if one.alone:
        return Fix("remove the comment", (Edit(Span(span.file, span.line, 1, span.line + 1, 1), ""),))
    return Fix("remove the comment", (Edit(replace(span, column=len(line[: span.column - 1].rstrip()) + 1, end_column=len(line) + 1), ""),))


def _comment(line: str, number: int, texts: Sequence[Place]) -> int | None:
    """Where the comment of a line begins, counted from 0: at the first ``#`` after a blank that is in no value."""
    own = [place for place in texts if place[0] <= number <= place[2]]
    for match in re.finditer(r"(?:^|(?<=\s))#", line):
        at = (number, match.start() + 1)
        if not any(place[:2] <= at < place[2:] for place in own):
            return match.start()
    return None


def _inside(node: Scalar, lines: Sequence[str]) -> Place:
    """Where a value's own text stands: a block's begins below its header, which may have a comment."""
    line, column, *end = node.place
    if lines[line - 1 : line] and lines[line - 1][column - 1 : column] in ("|", ">") and node.quoted:
        return (line + 1, 1, end[0], end[1])
    return node.place


def _last(item: Node, lines: Sequence[str]) -> int:
    """The last line of an item: a block's end is where the next thing begins."""
    return max((_inside(node, lines)[2] - (node.place[3] == 1) for node in nodes(item) if isinstance(node, Scalar)), default=0)
