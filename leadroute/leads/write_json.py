"""JSON and JSON Lines out: each lead's own text with an ``assignment`` object at its end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from leadroute.language.text import compared
from leadroute.leads.assignment import KEY, Assignments, beside
from leadroute.leads.cells import LeadFile
from leadroute.leads.json_file import JsonFile, JsonLinesFile, members
from leadroute.values import text_of

_LINE_END = re.compile(r"[ \t]*[\r\n]\s*")
SURPLUS = "surplus_cells"
"""The key under which a table row's surplus cells go."""


def write(file: LeadFile, assignments: Assignments, out: IO[bytes], *, lines: bool, replace: bool) -> None:
    """Writes an array of leads, or with ``lines`` one a line.

    Leads that came as JSON keep their text to the letter (with ``lines`` without line ends between their members); rows of tables become
    objects, their cells text or what they were typed as.
    """
    assignments.places.update(file.places(assignments.firsts.tolist()))
    objects = file.texts() if isinstance(file, JsonFile | JsonLinesFile) else _objects(file)
    first = True
    for at, text in beside(objects, file, assignments):
        whole = _with_assignment(text, assignments.object(at), replace=replace)
        if lines:
            out.write((_LINE_END.sub(" ", whole) + "\n").encode("utf-8", "replace"))
        else:
            out.write((("[\n" if first else ",\n") + whole).encode("utf-8", "replace"))
        first = False
    if not lines:
        out.write(b"[]\n" if first else b"\n]\n")


def _with_assignment(text: str, assignment: str, *, replace: bool) -> str:
    if replace and f'"{KEY}"'.casefold() in text.casefold():
        text = _without_old(text)
    head = text.rstrip()[:-1].rstrip()
    return f'{head}{"" if head == "{" else ", "}"{KEY}": {assignment}}}'


def _without_old(text: str) -> str:
    """An object's text without the member that an earlier run added."""
    kept = [text[start:stop] for key, start, _, stop in members(text, 0) if compared(key) != KEY]
    return "{" + ", ".join(kept) + "}"


def _objects(file: LeadFile) -> Iterator[str]:
    names = _distinct(file.header)
    for cells, surplus in file.rows():
        row: dict[str, Any] = dict(zip(names, cells, strict=True))
        if surplus:
            row[SURPLUS] = surplus
        yield json.dumps(_plain(row), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """A value as JSON has it: numbers, booleans, texts, lists, objects; dates and the like as text."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and value - value == 0:  # neither nan nor infinite, which JSON lacks
        return value
    return text_of(value)


def _distinct(header: tuple[str, ...]) -> list[str]:
    """Column names as keys: a nameless one by its number, a repeated one with a number after it, so that no cell is lost."""
    found: list[str] = []
    for at, name in enumerate(header):
        plain = name or f"column_{at + 1}"
        key, count = plain, 1
        while key in found:
            count += 1
            key = f"{plain}_{count}"
        found.append(key)
    return found
