"""Where the records of delimited text begin and end, in bytes.

A record ends at a line end outside quotes. While every quote stands where it should (an opening one at the start of a cell, a
closing one at its end), the number of quotes before a line end tells whether it is outside; so boundaries of megabytes are found by
a few array operations. A quote elsewhere (``5" pipe``) is a plain character, and such a block goes through the ``csv`` module,
whose reading is the definition of both ways.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from leadroute.model.frozen import frozen

Positions = npt.NDArray[np.int64]

QUOTE, LF, CR = 0x22, 0x0A, 0x0D
LONGEST_RECORD = 64 << 20
"""Bytes that one record may have; more is a quote that was never closed."""


class OpenQuoteError(Exception):
    """A quote that does not close before the end of the text; ``at`` is its byte offset."""

    def __init__(self, at: int) -> None:
        super().__init__(f"open quote at byte {at}")
        self.at = at


@frozen
class Records:
    """The records of a piece of text that begins at the start of a record; empty lines are none.

    ``starts[i]:ends[i]`` is the i-th record without its line end, ``used`` the bytes up to the end of the last one, its line end
    included. ``quoted_lines`` tells whether a line end stands inside quotes. ``rows`` holds the cells where they had to be
    read one by one, else ``None``.
    """

    starts: Positions
    ends: Positions
    used: int
    quoted_lines: bool
    rows: list[list[str]] | None = None


def split(data: bytes, delimiter: str, *, last: bool) -> Records:
    """The whole records at the start of ``data`` (valid UTF-8).

    Args:
        data: Text that begins at the start of a record.
        delimiter: One ASCII character.
        last: Whether the file ends with ``data``; then a record without a line end is whole, too.

    Returns:
        The records; ``used`` is 0 when no record is whole yet and more text is needed.

    Raises:
        OpenQuoteError: When a quote is open at the end of the last piece.
    """
    line_ends, next_lines = _lines(data, last=last)
    if data.find(b'"') < 0:
        return _found(data, line_ends, next_lines, last=last, quoted_lines=False)
    characters = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(characters == QUOTE)
    outside = np.searchsorted(quotes, line_ends) % 2 == 0
    cut = int(next_lines[outside][-1]) if outside.any() else 0
    misplaced = _misplaced(characters, quotes, delimiter)
    if misplaced is None and last and len(quotes) % 2:
        # Not always the last one: where a cell opens, pairs of quotes may follow.
        opened = cells(data[cut:], delimiter)[1]
        raise OpenQuoteError(int(quotes[-1]) if opened is None else cut + opened)
    if misplaced is not None and (last or misplaced < cut or cut == 0):
        return exact(data, delimiter, last=last)
    return _found(data, line_ends[outside], next_lines[outside], last=last, quoted_lines=not bool(outside.all()))


def exact(data: bytes, delimiter: str, *, last: bool) -> Records:
    """The same as ``split``, with cells, by the ``csv`` module."""
    bounds, contents = _bounds(data, last=last)
    starts, ends, rows = [], [], []
    for begun, end, row in _rows(data, bounds, delimiter):
        if row:
            starts.append(begun)
            ends.append(end)
            rows.append(row)
    if not last:
        # The last one may go on; it is read again with what follows.
        del starts[-1:], ends[-1:], rows[-1:]
    elif starts:
        _closed(data, bounds[starts[-1]], bounds[ends[-1]], delimiter)
    used = bounds[ends[-1]] if ends else (len(data) if last else 0)
    first_lines, last_lines = np.array(starts, np.int64), np.array(ends, np.int64)
    return Records(
        np.array(bounds, np.int64)[first_lines],
        np.array(contents, np.int64)[last_lines],
        used,
        bool((last_lines - first_lines > 1).any()),
        rows,
    )


def first(data: bytes, delimiter: str, *, last: bool) -> tuple[int, int, int, list[str]] | None:
    """The first record: where it begins and ends, where the next line begins, and its cells.

    ``None`` when it is not whole, or there is none.

    Raises:
        OpenQuoteError: When a quote in it is open at the end of the last piece.
    """
    bounds, contents = _bounds(data, last=last)
    for begun, end, row in _rows(data, bounds, delimiter):
        if row:
            if end == len(bounds) - 1:  # nothing follows: it may go on, or be open
                if not last:
                    return None
                _closed(data, bounds[begun], bounds[end], delimiter)
            return bounds[begun], contents[end], bounds[end], row
    return None


def _closed(data: bytes, start: int, end: int, delimiter: str) -> None:
    opened = cells(data[start:end], delimiter)[1]
    if opened is not None:
        raise OpenQuoteError(start + opened)


def cells(record: bytes, delimiter: str) -> tuple[list[tuple[int, int]], int | None]:
    """Where each cell of one record stands, quotes included, and where a quote opens that does not close (else ``None``)."""
    mark = delimiter.encode()
    spans: list[tuple[int, int]] = []
    at = 0
    while True:
        start = at
        if record.startswith(b'"', at):
            inside = _QUOTED.match(record, at)
            at = len(record) if inside is None else inside.end()
            if at == len(record):
                return spans, start
            at += 1
        at = record.find(mark, at)
        if at < 0:
            spans.append((start, len(record)))
            return spans, None
        spans.append((start, at))
        at += 1


_QUOTED = re.compile(rb'"[^"]*(?:""[^"]*)*')
"""A quoted cell up to the quote that closes it."""


def line_ends(data: bytes, start: int = 0, end: int | None = None) -> int:
    """How many lines end in a stretch of text that does not cut a CR LF in two."""
    stop = len(data) if end is None else end
    return data.count(b"\n", start, stop) + data.count(b"\r", start, stop) - data.count(b"\r\n", start, stop)


def parse(lines: Iterator[str] | list[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows by the ``csv`` module, each with the number of lines read so far; cells of any length."""
    limit = csv.field_size_limit(sys.maxsize)
    try:
        reader = csv.reader(lines, delimiter=delimiter)
        for row in reader:
            yield reader.line_num, row
    finally:
        csv.field_size_limit(limit)


def _rows(data: bytes, bounds: list[int], delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """First line, line after the last, and cells, by index into ``bounds``."""
    lines = (data[start:end].decode("utf-8", "replace") for start, end in pairwise(bounds))
    first = 0
    for read, row in parse(lines, delimiter):
        yield first, read, row
        first = read


def _bounds(data: bytes, *, last: bool) -> tuple[list[int], list[int]]:
    """Where each line begins, ended by where the last one ends, and where the content of the line *before* each of these ends."""
    line_ends, next_lines = _lines(data, last=last)
    bounds, contents = [0, *next_lines.tolist()], [0, *line_ends.tolist()]
    if last and bounds[-1] < len(data):
        bounds.append(len(data))
        contents.append(len(data))
    return bounds, contents


def _lines(data: bytes, *, last: bool) -> tuple[Positions, Positions]:
    """Where each line's content ends, and where the next line begins: at LF, CR LF or a lone CR."""
    characters = np.frombuffer(data, np.uint8)
    feeds = np.flatnonzero(characters == LF)
    if data.find(b"\r") < 0:
        return feeds, feeds + 1
    returns = np.flatnonzero(characters == CR)
    if not last and len(returns) and returns[-1] == len(data) - 1:
        returns = returns[:-1]  # a line feed may follow
    followed = characters[np.minimum(returns + 1, len(data) - 1)] == LF
    lone = returns[~followed]
    before = feeds - (characters[np.maximum(feeds - 1, 0)] == CR) * (feeds > 0)
    line_ends, next_lines = np.concatenate([before, lone]), np.concatenate([feeds, lone]) + 1
    order = np.argsort(next_lines, kind="stable")
    return line_ends[order], next_lines[order]


def _found(data: bytes, line_ends: Positions, next_lines: Positions, *, last: bool, quoted_lines: bool) -> Records:
    used = int(next_lines[-1]) if len(next_lines) else 0
    if last and used < len(data):
        line_ends, next_lines = np.append(line_ends, len(data)), np.append(next_lines, len(data))
        used = len(data)
    starts = np.concatenate([[0], next_lines[:-1]]) if len(next_lines) else next_lines
    filled = line_ends > starts
    if not filled.all():
        starts, line_ends = starts[filled], line_ends[filled]
    return Records(starts.astype(np.int64), line_ends, used, quoted_lines)


def _misplaced(characters: npt.NDArray[np.uint8], quotes: Positions, delimiter: str) -> int | None:
    """The first quote that neither begins nor ends a cell, nor is one of a pair inside quotes."""
    beside = np.zeros(256, np.bool_)
    beside[[QUOTE, LF, CR, ord(delimiter)]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    wrong = opening[~(beside[characters[np.maximum(opening - 1, 0)]] | (opening == 0))]
    final = len(characters) - 1
    wrong_end = closing[~(beside[characters[np.minimum(closing + 1, final)]] | (closing == final))]
    found = [int(places[0]) for places in (wrong, wrong_end) if len(places)]
    return min(found, default=None)
