"""A roster in CSV as the document that the same roster would be in YAML, each value at its cell."""

from __future__ import annotations

import re
from collections.abc import Callable

from leadroute.project.csv_text import Table
from leadroute.project.nodes import Entry, Mapping, Node, Place, Scalar, Sequence, kind_of

_NUMBERS = frozenset(
    {"weight", "load", "limits.open", "limits.per_day", "limits.per_hour", "limits.per_week", "limits.per_month", "ramp.start"}
)
_TEXTS = frozenset(
    {"id", "name", "email", "team", "manager", "backup", "timezone", "hours", "ramp.from", "ramp.to", "holidays", "calendar", "load_as_of"}
)
_LEVEL = re.compile(r"\s*([^:;]+?)\s*:\s*([-+]?[0-9.]+)\s*")
_AWAY = re.compile(r"\s*([^\s/]+)\s*/\s*([^\s/]+)(?:\s+(.*))?")

_Reader = Callable[[str, str, Place], Node]


def roster_document(table: Table) -> Mapping:
    """The document of a roster table: dotted columns nested, empty cells left out."""
    file = table.file
    keys = [Scalar(file, place, title, quoted=True) for title, place in zip(table.header.cells, table.places(table.header), strict=False)]
    readers = [_reader(title, [row.cells[at] for row in table.rows if row.cells[at]]) for at, title in enumerate(table.header.cells)]
    reps: list[Node] = []
    for row in table.rows:
        places = table.places(row)
        rep = Mapping(file, (*places[0][:2], *places[-1][2:]), {})
        for at, text in enumerate(row.cells):
            if text and keys[at].text:
                _put(rep, keys[at], readers[at](text, file, places[at]))
        reps.append(rep)
    top: Place = (1, 1, 1, 2)
    return Mapping(
        file,
        top,
        {
            "version": Entry(Scalar(file, top, "version"), Scalar(file, top, "1")),
            "reps": Entry(Scalar(file, top, "reps"), Sequence(file, top, reps)),
        },
    )


def _put(rep: Mapping, key: Scalar, value: Node) -> None:
    """Put a value under a key, which may be dotted."""
    holder = rep
    *outer, last = key.text.split(".") if not key.text.startswith(".") else [key.text]
    for name in outer:
        entry = holder.entries.setdefault(name, Entry(_named(key, name), Mapping(key.file, value.place, {})))
        if not isinstance(entry.value, Mapping):
            last = key.text  # `skills` and `skills.fintech` side by side: the schema says what is wrong with the second
            holder = rep
            break
        holder = entry.value
    holder.entries[last] = Entry(_named(key, last), value)


def _named(key: Scalar, name: str) -> Scalar:
    return Scalar(key.file, key.place, name, quoted=True)


def _reader(title: str, cells: list[str]) -> _Reader:
    """How the cells of a column are read: by its name, or, for an attribute of the analyst's own, by what all of them look like."""
    if title == "languages":
        return _list
    if title == "skills":
        return _levels if any(":" in cell for cell in cells) else _list
    if title == "away":
        return _away
    if title in _TEXTS:
        return _text
    if title in _NUMBERS or title == "active":
        return _typed
    if cells and (all(kind_of(cell) == "number" for cell in cells) or all(kind_of(cell) == "boolean" for cell in cells)):
        return _typed
    if any(";" in cell for cell in cells):
        items = [item for cell in cells for item in cell.split(";") if item.strip()]
        return _levels if all(_LEVEL.fullmatch(item) for item in items) else _list
    return _text


def _text(text: str, file: str, place: Place) -> Node:
    return Scalar(file, place, text, quoted=True)


def _typed(text: str, file: str, place: Place) -> Node:
    return Scalar(file, place, text)


def _list(text: str, file: str, place: Place) -> Node:
    return Sequence(file, place, [_text(item.strip(), file, place) for item in text.split(";") if item.strip()])


def _levels(text: str, file: str, place: Place) -> Node:
    """``fintech:4;healthcare``: a name without a level has level 1."""
    found = Mapping(file, place, {})
    for item in filter(str.strip, text.split(";")):
        name, _, level = (part.strip() for part in item.partition(":"))
        found.entries[name] = Entry(Scalar(file, place, name, quoted=True), Scalar(file, place, level or "1"))
    return found


def _away(text: str, file: str, place: Place) -> Node:
    """``2026-11-24/2026-11-28 pto; ...``."""
    found: list[Node] = []
    for item in filter(str.strip, text.split(";")):
        match = _AWAY.fullmatch(item)
        if match is None:
            found.append(_text(item.strip(), file, place))
            continue
        parts = {"from": match[1], "to": match[2]} | ({"why": match[3]} if match[3] else {})
        entries = {name: Entry(Scalar(file, place, name, quoted=True), _text(part, file, place)) for name, part in parts.items()}
        found.append(Mapping(file, place, entries))
    return Sequence(file, place, found)
