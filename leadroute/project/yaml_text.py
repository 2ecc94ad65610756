"""YAML text to nodes, in one pass over the parser's events.

Nothing is composed or constructed by the YAML library: composing is recursive (100,000 ``[`` end the process), and constructing
turns ``NO`` into false and ``010`` into 8. Here depth, documents and aliases are bounded while the events come in, every scalar
keeps its text, and every key and value its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Any, NoReturn

import yaml

from leadroute.model.frozen import record
from leadroute.model.span import Span
from leadroute.project.findings import Findings, shown
from leadroute.project.nodes import Entry, Mapping, Node, Place, Scalar, Sequence

DEEPEST = 50
MOST_ALIASED = 100_000
"""Nodes that aliases may add to a document."""

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _RefusedError(Exception):
    """Reading cannot go on; the finding has been noted."""


@record
class _Open:
    """A collection that has not ended: its node, its anchor, and the key that waits for a value."""

    node: Mapping | Sequence
    anchor: str | None
    key: Scalar | None = None


@record
class _Builder:
    """Builds the nodes of one document from its events. An anchor stands for ``None`` while what it names has not ended."""

    file: str
    findings: Findings
    open: list[_Open] = field(default_factory=list)
    anchors: dict[str, Node | None] = field(default_factory=dict)
    root: Node | None = None
    documents: int = 0
    aliased: int = 0

    def take(self, events: Iterable[Any]) -> None:
        """Take the events, one after the other."""
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                # Nearly all of a file, tens of thousands: no call is made for it that is not needed.
                start, end = event.start_mark, event.end_mark
                place = (start.line + 1, start.column + 1, end.line + 1, end.column + 1)
                node = Scalar(self.file, place, event.value, quoted=bool(event.style))
                if event.tag is not None:
                    self._tag(event)
                if event.anchor is not None:
                    self.anchors[event.anchor] = node
                self._put(node)
            elif kind is yaml.MappingStartEvent:
                self._begin(event, Mapping(self.file, _place(event), {}))
            elif kind is yaml.SequenceStartEvent:
                self._begin(event, Sequence(self.file, _place(event), []))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self.documents += 1
                if self.documents > 1:
                    self._refuse(
                        "unsupported-yaml", "the file has a second document", event, "one file holds one document: remove the `---`"
                    )

    def _begin(self, event: Any, node: Mapping | Sequence) -> None:
        if event.tag is not None:
            self._tag(event)
        if self.open and isinstance(self.open[-1].node, Mapping) and self.open[-1].key is None:
            self._refuse("unsupported-yaml", "a key is a list or a mapping", event, "a key is a plain word such as `segment`")
        if len(self.open) >= DEEPEST:
            self._refuse("too-large", f"lists and mappings stand more than {DEEPEST} deep in each other", event)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.open.append(_Open(node, event.anchor))

    def _end(self, event: Any) -> None:
        done = self.open.pop()
        line, column, _, _ = done.node.place
        end = event.end_mark
        done.node.place = (line, column, end.line + 1, end.column + 1)
        if done.anchor is not None:
            self.anchors[done.anchor] = done.node
        self._put(done.node)

    def _alias(self, event: Any) -> None:
        name = str(event.anchor)
        if name not in self.anchors:
            self._refuse("bad-yaml", f"no anchor `&{name}` stands before the alias `*{name}`", event)
        node = self.anchors[name]
        if node is None:
            self._refuse("too-large", f"the alias `*{name}` stands inside what it repeats", event, "write out what is meant")
        self.aliased += _size(node)
        if self.aliased > MOST_ALIASED:
            self._refuse("too-large", f"aliases make more than {MOST_ALIASED:,} entries of this file", event)
        self._put(node)

    def _put(self, node: Node) -> None:
        """Put a finished node where the innermost open collection waits for one."""
        if not self.open:
            self.root = node
            return
        holder = self.open[-1]
        inside = holder.node
        if isinstance(inside, Sequence):
            inside.items.append(node)
        elif holder.key is None:
            self._key(holder, inside, node)
        else:
            inside.entries.setdefault(holder.key.text, Entry(holder.key, node))  # the first of two counts
            holder.key = None

    def _key(self, holder: _Open, mapping: Mapping, node: Node) -> None:
        if not isinstance(node, Scalar):
            self._refuse("unsupported-yaml", "a key is a list or a mapping", node, "a key is a plain word such as `segment`")
        if node.text == "<<" and not node.quoted:
            self._refuse("unsupported-yaml", "merge keys (`<<`) are not read", node, "write out the keys that are meant")
        holder.key = node
        first = mapping.entries.get(node.text)
        if first is not None:
            self.findings.add(
                "duplicate-key",
                f"{shown(node.text)} stands twice in this mapping, first in line {first.key.place[0]}",
                node,
                help="keep one of the two",
                related=[("the first one", first.key)],
            )

    def _tag(self, event: Any) -> None:
        self._refuse("unsupported-yaml", f"the tag {shown(event.tag)} is not read", event, "remove the tag; types come from the schema")

    def _refuse(self, name: str, message: str, at: Any, help: str | None = None) -> NoReturn:  # noqa: A002
        span = at.span if isinstance(at, Node) else Span(self.file, *_place(at))
        self.findings.add(name, message, span, help=help)
        raise _RefusedError


def read_yaml(text: str, file: str, findings: Findings) -> Node | None:
    """The root node of the one document in ``text``; ``None``, with a finding, when there is none.

    Duplicate keys are findings, too, and the first of them counts, so that the rest of the file is still checked.
    """
    builder = _Builder(file, findings)
    try:
        builder.take(events(text))
    except _RefusedError:
        return None
    except yaml.YAMLError as problem:
        _bad_yaml(problem, text, file, findings)
        return None
    if builder.root is None:
        findings.add("bad-yaml", "the file is empty", Span(file, 1, 1, 1, 1), help="start with `version: 1`")
    return builder.root


def events(text: str) -> Iterator[Any]:
    """The parser's events, one after the other.

    Raises:
        yaml.YAMLError: The text breaks off there.
    """
    return iter(_Loader(text).get_event, None)


def _size(node: Node) -> int:
    """How many scalars, lists and mappings a node consists of."""
    size, left = 0, [node]
    while left:
        one = left.pop()
        size += 1
        if isinstance(one, Sequence):
            left += one.items
        elif isinstance(one, Mapping):
            left += [part for entry in one.entries.values() for part in (entry.key, entry.value)]
    return size


def _place(event: Any) -> Place:
    start, end = event.start_mark, event.end_mark
    return (start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _bad_yaml(problem: yaml.YAMLError, text: str, file: str, findings: Findings) -> None:
    """Say where the YAML breaks off, and for the usual causes what to do."""
    mark = getattr(problem, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    said = getattr(problem, "problem", None) or str(problem).partition("\n")[0]
    context = getattr(problem, "context", None)
    lines = text.splitlines()
    if line > len(lines) > 0:  # it broke off at the end of the file: point there
        line, column = len(lines), len(lines[-1]) + 1
    there = lines[line - 1] if lines else ""
    indent = there[: len(there) - len(there.lstrip())]
    advice = None
    if "\t" in indent or "\\t" in said or "tab" in said:
        said, context, advice = "a tab stands where YAML takes spaces only", None, "indent with spaces"
    elif "mapping values are not allowed" in said:
        said, context, advice = "a second `:` on this line", None, "put the text in quotes, or break the line"
    elif "cannot start any token" in said:
        advice = "put the text in quotes"
    elif "did not find expected key" in said or "block end" in said:
        advice = "check the indentation: keys of one mapping start in one column"
    sentence = f"this is not YAML: {context + ', ' if context else ''}{said}"
    begun = getattr(problem, "context_mark", None) if context else None
    related = [("what began here", Span(file, begun.line + 1, begun.column + 1, begun.line + 1, begun.column + 2))] if begun else []
    findings.add("bad-yaml", sentence, Span(file, line, column, line, column + 1), help=advice, related=related)
