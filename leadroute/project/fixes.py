"""Edits that put findings right and move no lead: exact places in the text, so that comments and layout stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from leadroute.model.diagnostic import Diagnostic, Edit, Fix
from leadroute.model.span import Span
from leadroute.project.findings import shown
from leadroute.project.nodes import Mapping, Node, Place, Scalar
from leadroute.project.nodes import Sequence as List
from leadroute.project.tree import Step, nodes, way

_DASH = re.compile(r"\s*-\s+")
_COMMA = re.compile(r"\s*,\s*")


def fix_of(found: Diagnostic, root: Node, lines: Sequence[str]) -> Fix | None:
    """How a finding that names something to ``drop`` is put right; ``None`` where that would leave an empty list, or cannot be done safely.

    Args:
        found: The finding; what is wrong stands at its span.
        root: The document that it is about.
        lines: The document's lines, without their ends.
    """
    span = found.span
    if span is None or found.drop is None:
        return None
    step = _item(root, span, found.drop)
    if step is None:
        return None
    holder = step.holder
    around = [one.holder for one in way(root, span.line, span.column)]
    named = any(_first(lines, node) == "&" for node in (*around, *nodes(step.node)))  # something else may mean it, too
    if named or not isinstance(holder, List) or len(holder.items) < 2:
        return None
    flow = _first(lines, holder) == "["
    region = _from_flow(holder, step.at, lines) if flow else _from_block(holder.items[step.at], lines)
    if region is None:
        return None
    what = step.node.text if isinstance(step.node, Scalar) else step.name or " ".join(_text(lines, _ends(step.node, lines)).split())
    return Fix(f"remove {shown(what)}", (Edit(Span(span.file, *region), ""),))


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits made, the first of those that overlap."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(line: int, column: int) -> int:
        return min(starts[line - 1] + column - 1, len(text)) if line <= len(starts) else len(text)

    done, at = "", 0
    for edit in sorted(edits, key=lambda one: (one.span.line, one.span.column)):
        span = edit.span
        start, end = offset(span.line, span.column), offset(span.end_line, span.end_column)
        if start >= at:
            done, at = done + text[at:start] + edit.text, end
    return done + text[at:]


def _item(root: Node, span: Span, drop: str) -> Step | None:
    """The item that is meant: of the outermost list under the key ``drop``, or for ``""`` the one that begins at the place itself.

    ``any/any`` is the outermost list under ``any`` in an item of that.
    """
    key, wanted = "", drop.split("/")
    for step in way(root, span.line, span.column):
        if not isinstance(step.holder, List):
            key = step.name
        elif drop:
            if key == wanted[0] and not (wanted := wanted[1:]):
                return step
        elif (step.node.head if isinstance(step.node, Mapping) else step.node.span) == span:
            return step
    return None


def _first(lines: Sequence[str], node: Node) -> str:
    """The character at which a node begins: ``[`` or ``{``, unless it is a block, and ``&`` where it has an anchor."""
    line, column = node.place[:2]
    return lines[line - 1][column - 1 : column] if line <= len(lines) else ""


def _ends(node: Node, lines: Sequence[str]) -> Place:
    """Where a node stands, without what comes between a block's last value and the next thing."""
    if isinstance(node, Scalar) or _first(lines, node) in ("[", "{"):
        return node.place
    start = node.place[:2]
    parts = (one for one in nodes(node) if isinstance(one, Scalar) or _first(lines, one) in ("[", "{"))
    return (*start, *max((one.place[2:] for one in parts if one.place[:2] >= start), default=start))


def _from_flow(holder: List, at: int, lines: Sequence[str]) -> Place | None:
    """An item of ``[a, b]`` with the comma after it, or before the last one."""
    mine = holder.items[at].place
    last = at == len(holder.items) - 1
    other = holder.items[at - 1 if last else at + 1].place
    between = (*other[2:], *mine[:2]) if last else (*mine[2:], *other[:2])
    if not _COMMA.fullmatch(_text(lines, between)):
        return None
    return (*other[2:], *mine[2:]) if last else (*mine[:2], *other[:2])


def _from_block(item: Node, lines: Sequence[str]) -> Place | None:
    """An item with its dash, from the start of its first line to the start of the line below it."""
    place = _ends(item, lines)
    after = lines[place[2] - 1][place[3] - 1 :].strip() if place[3] > 1 else ""
    if not _DASH.fullmatch(lines[place[0] - 1][: place[1] - 1]) or (after and not after.startswith("#")):
        return None
    end = place[2] if place[3] == 1 and place[2] > place[0] else place[2] + 1
    return (place[0], 1, end, 1)


def _text(lines: Sequence[str], place: Place) -> str:
    first, start, last, end = place
    if first == last:
        return lines[first - 1][start - 1 : end - 1]
    tail = lines[last - 1][: end - 1] if last <= len(lines) else ""
    return "\n".join([lines[first - 1][start - 1 :], *lines[first : last - 1], tail])
