"""Leads in JSON: an array, one object a line, or Salesforce's tree of ``records``; each object's own text stays at hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import IO, Any

from leadroute.leads.cells import BLOCK_BYTES, NO_ROWS, CellBlock
from leadroute.leads.errors import LeadFileError, cannot_load
from leadroute.leads.source import OpenFile

_BLANK = re.compile(r"[ \t\r\n]*")
_NO_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)')
"""A text, or a word for a number that JSON does not have."""


class _NoNumberError(ValueError):
    """A word for a number that JSON does not have."""


def _no_number(word: str) -> Any:
    raise _NoNumberError(word)


_DECODER = json.JSONDecoder(parse_constant=_no_number)
_TREE_MARK = "attributes"
"""What Salesforce adds to each record to say what it is; no field of the lead."""


class _Objects(OpenFile):
    """What the two kinds of JSON share: leads are objects, their keys are columns.

    ``header`` is the union of all keys in order of appearance. ``texts`` gives each object's text, just as it stands in the file.
    """

    format = "json"

    def __init__(self, file: IO[bytes], path: str) -> None:
        super().__init__(file, path)
        self._hidden: frozenset[str] = frozenset()
        self.header: tuple[str, ...] = ()

    def texts(self) -> Iterator[str]:
        """Each lead's object as text."""
        raise NotImplementedError

    def blocks(self, columns: Sequence[int], block_bytes: int = BLOCK_BYTES) -> Iterator[CellBlock]:
        """The leads in file order; cells are Python values, ``None`` where the key is absent or null."""
        start, size, objects = 0, 0, []
        for text in self.texts():
            objects.append(self._parsed(text))
            size += len(text)
            if size >= block_bytes:
                yield self._block(start, objects, columns)
                start, size, objects = start + len(objects), 0, []
        if objects:
            yield self._block(start, objects, columns)

    def rows(self) -> Iterator[tuple[list[Any], list[Any]]]:
        """Each lead's cells in the header's order, ``None`` where there is none, and its surplus cells (none)."""
        for text in self.texts():
            found = self._parsed(text)
            yield [found.get(name) for name in self.header], []

    def place(self, row: int) -> str:
        """``lead 16``."""
        return f"lead {row + 1}"

    def places(self, rows: Sequence[int]) -> dict[int, str]:
        """Where some leads stand."""
        return {row: self.place(row) for row in rows}

    def _block(self, start: int, objects: list[dict[str, Any]], columns: Sequence[int]) -> CellBlock:
        return CellBlock(start, len(objects), {at: [found.get(self.header[at]) for found in objects] for at in columns}, NO_ROWS)

    def _parsed(self, text: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(text)
        return found

    def _broken(self, message: str, line: int, column: int) -> LeadFileError:
        return cannot_load("broken-json", message, file=self.path, line=line, column=column)

    def _guarded(self, read: Callable[[], Any], text: str, at: int, line: int = 1) -> Any:
        """What ``read`` gives, its errors told by line and column; ``at`` is where it starts in ``text``, whose first line is ``line``."""
        try:
            return read()
        except json.JSONDecodeError as problem:
            raise self._broken(f"not JSON: {_sentence(problem.msg)}", problem.lineno + line - 1, problem.colno) from None
        except RecursionError:
            raise self._broken("nested too deeply", *_place(text, at, line)) from None
        except StopIteration as problem:
            raise self._broken("not JSON: a value is missing", *_place(text, problem.value, line)) from None
        except _NoNumberError as problem:
            found = next((one.start() for one in _NO_NUMBER.finditer(text, at) if one[1]), at)
            raise self._broken(f"not JSON: `{problem}` is no number there; write `null`", *_place(text, found, line)) from None
        except ValueError:
            raise self._broken("a number has too many digits", *_place(text, at, line)) from None


class JsonFile(_Objects):
    """A JSON array of objects, one object alone, or an object whose ``records`` are the leads."""

    def __init__(self, file: IO[bytes], path: str, mark: int) -> None:
        super().__init__(file, path)
        file.seek(mark)
        self._text = file.read().decode("utf-8")
        start = _skip(self._text, 0)
        if start == len(self._text):
            raise cannot_load("lead-file-empty", f"`{path}` is empty", help="`[]` is a file without leads")
        names: dict[str, None] = {}
        self._spans: list[tuple[int, int]] = []
        self._guarded(lambda: self._find(start, names), self._text, start)
        self.header = tuple(names)

    def texts(self) -> Iterator[str]:
        """Each lead's object as text."""
        return (self._text[start:end] for start, end in self._spans)

    def _find(self, start: int, names: dict[str, None]) -> None:
        text = self._text
        if text[start] == "[":
            end = self._array(start, names)
        elif text[start] == "{":
            found, end = _DECODER.raw_decode(text, start)
            if isinstance(found.get("records"), list):
                self._hidden = frozenset({_TREE_MARK})
                at = next(begin for key, _, begin, _ in members(text, start) if key == "records")
                self._array(at, names)
            else:
                names.update(dict.fromkeys(found))
                self._spans.append((start, end))
        else:
            raise self._broken("expected an array of leads, `[{…}, …]`", *_place(text, start))
        end = _skip(text, end)
        if end != len(text):
            raise json.JSONDecodeError("extra data", text, end)

    def _array(self, start: int, names: dict[str, None]) -> int:
        text = self._text
        at = _skip(text, start + 1)
        if text.startswith("]", at):
            return at + 1
        while True:
            found, end = _DECODER.raw_decode(text, at)
            if not isinstance(found, dict):
                raise self._broken("a lead is an object, `{…}`", *_place(text, at))
            for name in found:
                if name not in self._hidden:
                    names[name] = None
            self._spans.append((at, end))
            at = _skip(text, end)
            if text.startswith("]", at):
                return at + 1
            if not text.startswith(",", at):
                raise json.JSONDecodeError("expected `,` or `]`", text, at)
            at = _skip(text, at + 1)


class JsonLinesFile(_Objects):
    """One JSON object a line; empty lines are none."""

    format = "jsonl"

    def __init__(self, file: IO[bytes], path: str, mark: int) -> None:
        super().__init__(file, path)
        self._mark = mark
        names: dict[str, None] = {}
        for line, text in self._lines():
            found = self._guarded(partial(_DECODER.decode, text), text, 0, line)
            if not isinstance(found, dict):
                raise self._broken("a lead is an object, `{…}`", line, 1)
            names.update(dict.fromkeys(found))
        self.header = tuple(names)

    def texts(self) -> Iterator[str]:
        """Each lead's object as text."""
        return (text for _, text in self._lines())

    def place(self, row: int) -> str:
        """``line 17``."""
        return self.places([row])[row]

    def places(self, rows: Sequence[int]) -> dict[int, str]:
        """Where some leads stand."""
        wanted = set(rows)
        return {at: f"line {line}" for at, (line, _) in enumerate(self._lines()) if at in wanted}

    def _lines(self) -> Iterator[tuple[int, str]]:
        offset = self._mark
        line = 0
        while True:
            self._file.seek(offset)
            read = self._file.readlines(1 << 20)
            if not read:
                return
            offset = self._file.tell()
            for raw in read:
                line += 1
                text = raw.strip(b" \t\r\n")
                if text:
                    yield line, text.decode("utf-8")


def members(text: str, start: int) -> Iterator[tuple[str, int, int, int]]:
    """The members of the JSON object at ``start``: key, where the key begins, where the value begins and ends. It must be well formed."""
    at = _skip(text, start + 1)
    while not text.startswith("}", at):
        key, end = _DECODER.raw_decode(text, at)
        begin = _skip(text, _skip(text, end) + 1)
        _, stop = _DECODER.raw_decode(text, begin)
        yield key, at, begin, stop
        at = _skip(text, stop)
        if text.startswith(",", at):
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return at if found is None else found.end()


def _place(text: str, at: int, line: int = 1) -> tuple[int, int]:
    return line + text.count("\n", 0, at), at - text.rfind("\n", 0, at)


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:]
