"""YAML as it is written: every key and value with the very text that stands there, and every comment with what it is about.

Comments are what stands outside all scalars after a ``#``; the parser says where scalars begin and end. ruamel.yaml would keep most
comments, but drops those inside ``[]`` and ``{}``, so the tree is made from the parser's events here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import field
from typing import Any

import yaml

from leadroute.model.frozen import frozen, record
from leadroute.project.yaml_text import events

_CLOSED = re.compile(r"[,\]} \t]*")
"""What may stand between a value and the comment beside it."""
_HEADER = re.compile(r"[|>][-+0-9]*")
"""How a block of text begins."""
_OWN_LINE = re.compile(r"\n( *)[^ #\n]")
"""The first line after an anchor on which something stands."""
_STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


@record
class Comment:
    """A comment: its text with the ``#``, and where it stood; ``own`` when nothing stands before it on its line.

    ``before`` is the column of the next line that is no comment, -1 at the end; ``blank`` whether a blank line stands above; ``goes_on``
    whether it continues the comment above it, which stands beside something.
    """

    text: str
    index: int
    line: int
    column: int
    own: bool
    blank: bool
    before: int
    goes_on: bool


@record
class Value:
    """A scalar or alias (``source`` is its text, quotes and all), or a collection of ``parts``; ``foot`` are comments at its end."""

    start: int
    end: int
    line: int
    column: int
    anchor: str | None = None
    source: str | None = None
    mapping: bool = False
    flow: bool = False
    parts: list[Part] = field(default_factory=list)
    foot: list[Comment] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The text of a key, without quotes."""
        return (self.source or "").strip("'\"")

    @property
    def is_block_text(self) -> bool:
        """Whether it is text after ``|`` or ``>``."""
        return self.source is not None and self.source[:1] in ("|", ">")


@record
class Part:
    """An entry of a mapping, or an item of a list (no ``key``), with the comments above it, behind its key, and beside its end."""

    key: Value | None
    value: Value
    blank: bool = False
    above: list[Comment] = field(default_factory=list)
    opening: list[Comment] = field(default_factory=list)
    beside: list[Comment] = field(default_factory=list)

    @property
    def first(self) -> Value:
        """What it begins with."""
        return self.key if self.key is not None else self.value


@frozen
class Document:
    """The one document of a file, and the comments above it."""

    root: Value
    head: list[Comment]


def read_concrete(text: str) -> Document:
    """The document in ``text``, which ``read_yaml`` takes and whose lines end with a line feed alone."""
    root, scalars = _tree(text)
    return _Attaching(text, comments(text, scalars)).document(root)


def _tree(text: str) -> tuple[Value, list[tuple[int, int]]]:
    """The tree without its comments, and the stretches of text in which ``#`` begins none."""
    open_: list[Value] = []
    keys: list[Value | None] = []
    scalars: list[tuple[int, int]] = []
    root: Value | None = None
    starts = _line_starts(text)
    for event in events(text):
        kind = type(event)
        if kind in _ENDS:
            value = open_.pop()
            keys.pop()
            value.end = event.end_mark.index
            own = _OWN_LINE.search(text, value.start) if value.anchor is not None and not value.flow else None
            if own is not None:  # the parser has it begin at its anchor, which stands behind a key
                value.column = len(own.group(1))
        elif kind in _STARTS:
            value = _value(event, starts, mapping=kind is yaml.MappingStartEvent, flow=bool(event.flow_style))
            open_.append(value)
            keys.append(None)
            continue
        elif kind is yaml.AliasEvent or kind is yaml.ScalarEvent:
            value = _value(event, starts, source=text[event.start_mark.index : event.end_mark.index])
            if kind is yaml.ScalarEvent:
                _scalar(value, event, text, scalars)
        else:
            continue
        if not open_:
            root = value
        elif not open_[-1].mapping:
            open_[-1].parts.append(Part(None, value))
        elif keys[-1] is None:
            keys[-1] = value
        else:
            open_[-1].parts.append(Part(keys[-1], value))
            keys[-1] = None
    assert root is not None  # noqa: S101 - the text has a document
    return root, scalars


def _value(event: Any, starts: list[int], **facts: Any) -> Value:
    """What an event is the start of; the name of an alias is its source. Lines are those between line feeds: YAML knows further breaks."""
    index, anchor = event.start_mark.index, event.anchor if type(event) is not yaml.AliasEvent else None
    line = bisect_right(starts, index) - 1
    return Value(index, event.end_mark.index, line, index - starts[line], anchor, **facts)


def _line_starts(text: str) -> list[int]:
    """Where each line begins."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _scalar(value: Value, event: Any, text: str, scalars: list[tuple[int, int]]) -> None:
    """Take the source of a scalar, without its anchor, and note where it stands."""
    source = value.source or ""
    if event.anchor is not None:
        rest = source[len(event.anchor) + 1 :].lstrip()
        value.start += len(source) - len(rest)
        source = value.source = rest
    if event.style in ("|", ">"):
        header = _HEADER.match(source)
        assert header is not None  # noqa: S101 - the parser has seen it
        body = text.find("\n", value.start)
        scalars.append((value.start, value.start + header.end()))
        if -1 < body < value.end:
            scalars.append((body, value.end))
        return
    scalars.append((value.start, value.end))


def comments(text: str, scalars: list[tuple[int, int]]) -> list[Comment]:
    """All comments of a text, of which some stretches are known to be scalars."""
    lines = text.split("\n")
    starts = _line_starts(text)
    found: list[Comment] = []
    at = 0
    for begin, end in [*scalars, (len(text), len(text))]:
        while (at := text.find("#", at, begin)) >= 0:
            line = bisect_right(starts, at) - 1
            column = at - starts[line]
            said = lines[line][column:].rstrip()
            above = found[-1] if found and found[-1].line == line - 1 else None
            own = not lines[line][:column].strip()
            goes_on = own and above is not None and above.column == column and (above.goes_on or not above.own)
            found.append(Comment(said, at, line, column, own, line > 0 and not lines[line - 1].strip(), -1, goes_on))
            at = starts[line + 1]
        at = end
    lonely = {one.line for one in found if lines[one.line].lstrip().startswith("#")}
    following = -1
    places: dict[int, int] = {}
    for number, line_text in reversed(list(enumerate(lines))):
        places[number] = following
        if line_text.strip() and number not in lonely:
            following = len(line_text) - len(line_text.lstrip())
    for one in found:
        one.before = places[one.line]
    return found


class _Attaching:
    """Gives every comment to what it is about, in the order of the text."""

    def __init__(self, text: str, found: list[Comment]) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.left = found[::-1]

    def document(self, root: Value) -> Document:
        """Give away all of them."""
        first = root.parts[0].first.start if root.parts and not root.flow else root.start
        head = list(self._until(first)) if root.source is not None or root.flow else []
        whole = Part(None, root)
        self._value(whole, len(self.text) + 1)
        root.foot += whole.beside
        root.foot += self._until(len(self.text) + 1)
        return Document(root, head)

    def _until(self, index: int) -> Iterator[Comment]:
        while self.left and self.left[-1].index < index:
            yield self.left.pop()

    def _part(self, part: Part, limit: int) -> None:
        """Take what is about a part; comments from ``limit`` on are about something else."""
        start = part.first.start
        part.above += self._until(start)
        part.blank = part.first.line > 0 and not self.lines[part.first.line - 1].strip()
        if part.key is not None:
            inside = part.value.source is None
            opens = part.value.parts[0].first.start if part.value.parts else part.value.start
            line = self.text.count("\n", part.key.start, part.key.end) + part.key.line
            if inside and self.left and self.left[-1].index < opens and self.left[-1].line == line:
                part.opening.append(self.left.pop())
                part.opening += self._going_on(opens)
            if not inside:
                part.above += self._until(part.value.start)
        self._value(part, limit)

    def _value(self, part: Part, limit: int) -> None:
        """Take what stands inside a part's value, and beside its end."""
        value = part.value
        for one in value.parts:
            self._part(one, value.end if value.flow else limit)
        if value.is_block_text:
            part.beside += self._until(value.end)
            return
        if value.flow:
            value.foot += self._until(value.end)
        elif value.source is None:
            # Items may stand under their key without being deeper; a comment there is about what follows.
            flat = part.key is not None and part.key.column == value.column
            while not flat and self.left and self._at_foot(value, self.left[-1]):
                value.foot.append(self.left.pop())
            return
        following = self.left[-1] if self.left else None
        if following is not None and following.index < limit and _CLOSED.fullmatch(self.text, value.end, following.index):
            part.beside.append(self.left.pop())
            part.beside += self._going_on(limit)

    def _going_on(self, limit: int) -> Iterator[Comment]:
        while self.left and self.left[-1].goes_on and self.left[-1].index < limit:
            yield self.left.pop()

    @staticmethod
    def _at_foot(value: Value, comment: Comment) -> bool:
        """Whether a comment before whatever follows a block still belongs to it: it stands as deep, and what follows does not."""
        return comment.index < value.end and comment.own and value.column <= comment.column > comment.before
