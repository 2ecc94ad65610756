"""From a place in a document to what stands there: the keys and items on the way from its root."""

from __future__ import annotations

from collections.abc import Iterator

from leadroute.model.frozen import frozen
from leadroute.project.nodes import Mapping, Node, Place, Scalar, Sequence


@frozen
class Step:
    """One step down: the key, or the ``id`` or ``name`` of a list's item (``""`` for one without), and what stands there.

    ``holder`` is the mapping or list that it is in, ``at`` the position there.
    """

    name: str
    node: Node
    holder: Mapping | Sequence
    at: int


def way(root: Node, line: int, column: int) -> Iterator[Step]:
    """The steps from the root of a document to the innermost node at a place; lines and columns count from 1."""
    node: Node | None = root
    while node is not None:
        holder, node = node, None
        step = _inside(holder, line, column)
        if step is not None:
            yield step
            node = step.node if _holds(step.node.place, line, column) else None


def nodes(root: Node) -> Iterator[Node]:
    """Every node of a document, keys among them; what an alias repeats comes again."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Mapping):
            waiting += [part for entry in node.entries.values() for part in (entry.key, entry.value)]
        elif isinstance(node, Sequence):
            waiting += node.items


def _inside(node: Node, line: int, column: int) -> Step | None:
    """The step from a node to the part of it that is at a place."""
    if isinstance(node, Mapping):
        for at, (key, entry) in enumerate(node.entries.items()):
            if _holds(entry.key.place, line, column) or _holds(entry.value.place, line, column):
                return Step(key, entry.value, node, at)
    elif isinstance(node, Sequence):
        for at, item in enumerate(node.items):
            if _holds(item.place, line, column):
                return Step(_called(item), item, node, at)
    return None


def _called(item: Node) -> str:
    if isinstance(item, Mapping):
        for key in ("id", "name"):
            value = item.get(key)
            if isinstance(value, Scalar):
                return value.text.strip()
    return ""


def _holds(place: Place, line: int, column: int) -> bool:
    """Whether a place is in another; an empty value is at its start."""
    if line < place[0] or line > place[2]:
        return False
    at = (line, column)
    return place[:2] <= at < place[2:] or at == place[:2]
