"""What a document consists of, before it means anything: scalars with their text, sequences and mappings, each with its place."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from leadroute.model.frozen import record
from leadroute.model.span import Span

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_WORDS = dict.fromkeys(("true", "True", "TRUE", "false", "False", "FALSE"), "boolean") | dict.fromkeys(_NULL, "null")
_DIGITS = "-+.0123456789"
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?", re.ASCII)
_LONGEST_NUMBER = 40
"""A longer run of digits is text: exact arithmetic on it could be made to take hours."""


@lru_cache(maxsize=4096)
def kind_of(text: str) -> str:
    """The type that YAML 1.2 gives a plain scalar: ``NO``, ``1_000``, ``09:30``, dates, infinities and endless digits are strings."""
    if text[:1] in _DIGITS:  # the start of every number; "" is in it, too
        if text in _NULL:
            return "null"
        return "number" if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text) else "string"
    return _WORDS.get(text, "string")


Place = tuple[int, int, int, int]
"""Line, column, end line, end column; from 1, the end one past the last character."""


class Node:
    """Anything in a document. ``kind`` is its JSON Schema type: null, boolean, number, string, array or object."""

    __slots__ = ("file", "kind", "place")

    def __init__(self, file: str, place: Place, kind: str) -> None:
        self.file = file
        self.place = place
        self.kind = kind

    @property
    def span(self) -> Span:
        """The place as a span."""
        return Span(self.file, *self.place)


class Scalar(Node):
    """One value: its source ``text`` and whether it stood in quotes (or in a block), which makes it text whatever it looks like."""

    __slots__ = ("quoted", "text")

    def __init__(self, file: str, place: Place, text: str, *, quoted: bool = False) -> None:
        self.file = file
        self.place = place
        self.kind = "string" if quoted else kind_of(text)
        self.text = text
        self.quoted = quoted

    @property
    def number(self) -> Decimal:
        """The exact number that is written."""
        return Decimal(self.text)

    @property
    def truth(self) -> bool:
        """The boolean that is written."""
        return self.text in _TRUE


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, file: str, place: Place, items: list[Node]) -> None:
        self.file = file
        self.place = place
        self.kind = "array"
        self.items = items


@record
class Entry:
    """A key and its value."""

    key: Scalar
    value: Node


class Mapping(Node):
    """A mapping; ``entries`` by the key's text, in the order written."""

    __slots__ = ("entries",)

    def __init__(self, file: str, place: Place, entries: dict[str, Entry]) -> None:
        self.file = file
        self.place = place
        self.kind = "object"
        self.entries = entries

    def get(self, key: str) -> Node | None:
        """The value under a key."""
        entry = self.entries.get(key)
        return entry.value if entry else None

    def __contains__(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self.entries

    def text(self, key: str, default: str = "") -> str:
        """The trimmed text of a scalar under a key."""
        value = self.get(key)
        return value.text.strip() if isinstance(value, Scalar) else default

    def truth(self, key: str, *, default: bool) -> bool:
        """The boolean under a key."""
        value = self.get(key)
        return value.truth if isinstance(value, Scalar) else default

    def items(self, key: str) -> list[Node]:
        """The items of a list under a key; what is no list is a list of one, what is not there of none."""
        value = self.get(key)
        if value is None:
            return []
        return value.items if isinstance(value, Sequence) else [value]

    def mapping(self, key: str) -> Mapping:
        """The mapping under a key, empty where there is none."""
        value = self.get(key)
        return value if isinstance(value, Mapping) else Mapping(self.file, self.place, {})

    @property
    def head(self) -> Span:
        """The first key, which is where a message about the whole mapping points."""
        for entry in self.entries.values():
            return entry.key.span
        return self.span


def plain(node: Node) -> object:
    """The document as JSON would hold it."""
    if isinstance(node, Mapping):
        return {key: plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)  # noqa: S101 - there is no fourth kind
    if node.kind == "null":
        return None
    if node.kind == "boolean":
        return node.truth
    if node.kind == "number":
        number = node.number
        return int(number) if number == number.to_integral_value() else float(number)
    return node.text
