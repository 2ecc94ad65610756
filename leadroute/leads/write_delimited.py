"""CSV and TSV out: the records' own bytes, with the added cells appended."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO, Any

import numpy as np

from leadroute.language.text import compared
from leadroute.leads import arrow
from leadroute.leads.ahead import ahead
from leadroute.leads.assignment import COLUMNS, Assignments, Stretch, beside, changed, fit_text
from leadroute.leads.cells import LeadFile
from leadroute.leads.delimited import DelimitedFile, Lines, RecordBlock
from leadroute.leads.records import cells
from leadroute.values import text_of

_FORMULA = tuple("=+-@\t\r")
_FORMULA_BYTES = tuple(mark.encode() for mark in _FORMULA)
_TEXT_BYTES = b"'"
"""Before a cell that a spreadsheet would take for a formula; it then is text."""

Piece = bytes | memoryview
"""Some bytes of the output: one record, or the records of a block."""


def append(file: DelimitedFile, assignments: Assignments, out: IO[bytes], *, replace: bool, safe_cells: bool) -> None:
    """Writes a delimited file again with the added columns; delimiter, line ends, byte order mark and every input byte stay.

    A short row is filled up so that the added cells line up, a surplus cell comes after them. With ``replace`` the cells of old
    columns of the same names are left out; with ``safe_cells`` cells that look like formulas begin with an apostrophe.
    """
    dropped = _old_columns(file.header) if replace else frozenset()
    writer = _Appender(file, assignments, out, dropped, safe_cells=safe_cells)
    writer.write()


def _old_columns(header: tuple[str, ...]) -> frozenset[int]:
    return frozenset(at for at, name in enumerate(header) if compared(name) in COLUMNS)


class _Appender:
    def __init__(self, file: DelimitedFile, assignments: Assignments, out: IO[bytes], dropped: frozenset[int], *, safe_cells: bool) -> None:
        self._file = file
        self._assignments = assignments
        self._out = out
        self._dropped = dropped
        self._safe = safe_cells
        self._mark = file.delimiter.encode()
        self._ragged_rows, _ = file.ragged()
        self._reps = arrow.strings([self._joined([name]) for name in assignments.reps])
        self._batches = arrow.strings([self._joined([name]) for name in assignments.batches])
        self._nothing = arrow.strings([""])[0]

    def write(self) -> None:
        for pieces in ahead(self._blocks()):
            self._out.writelines(pieces)

    def _blocks(self) -> Iterator[list[Piece]]:
        """The file from its first byte to its last, block by block."""
        file = self._file
        yield [file.mark + self._header()]
        at, rows = file.body, 0
        lines = Lines(file) if len(self._assignments.firsts) else None
        pending = file.line_end
        for block in ahead(file.records()):
            size = len(block.records.starts)
            if rows + size > len(self._assignments):
                raise changed(file)
            if lines is not None:
                self._assignments.places.update(lines.places(block, self._assignments.firsts_in(block.start, size)))
            # What lies between the last record and this one: the line end, and empty lines.
            pending += file.between(at, block.offset + int(block.records.starts[0]))
            made = self._assignments.stretch(block.start, size)
            low, high = np.searchsorted(self._ragged_rows, [block.start, block.start + size])
            if self._dropped or self._safe:
                yield list(self._by_row(block, range(size), pending))
            else:
                yield list(self._by_stretch(block, made, self._ragged_rows[low:high] - block.start, pending))
            pending = b""
            at = block.offset + int(block.records.ends[-1])
            rows += size
        if rows != len(self._assignments):
            raise changed(file)
        rest = file.between(at, None) if rows else b""
        yield [rest or pending or file.line_end]

    def _header(self) -> bytes:
        start, end = self._file.head
        record = self._file.between(start, end)
        if self._dropped or self._safe:
            record = self._kept(record)
        return record + self._mark + self._mark.join(name.encode() for name in COLUMNS)

    def _by_stretch(self, block: RecordBlock, made: Stretch, odd: Any, pending: bytes) -> Iterator[Piece]:
        """Rows between ragged ones together, ragged ones one by one."""
        yield pending
        first = 0
        for row in odd.tolist():
            yield from self._stretch(block, made, first, row)
            yield from self._by_row(block, range(row, row + 1), b"")
            first = row + 1
        yield from self._stretch(block, made, first, len(block.records.starts))

    def _stretch(self, block: RecordBlock, made: Stretch, first: int, last: int) -> Iterator[Piece]:
        """Rows ``first`` to ``last`` by Arrow's kernels: what lies before each record, the record, and the added cells."""
        import pyarrow.compute as pc

        if first >= last:
            return
        records = block.records
        ends = np.empty(last - first + 1, np.int32)
        # The first row of a block has its line end written already.
        ends[0] = records.ends[first - 1] if first else records.starts[0]
        ends[1:] = records.ends[first:last]
        rows = slice(first, last)
        middles = arrow.strings([self._joined(sentence) + self._file.delimiter for sentence in made.sentences])
        fits, which = np.unique(made.fit[rows], return_inverse=True)
        joined = pc.binary_join_element_wise(
            arrow.of_buffers(ends, block.data),
            arrow.take(self._reps, made.rep[rows]),
            arrow.take(middles, made.said[rows]),
            arrow.take(arrow.strings([fit_text(each) for each in fits.tolist()]), which),
            arrow.take(self._batches, made.batch[rows]),
            self._nothing,
        )
        offsets, data = arrow.buffers(joined)
        yield data[int(offsets[0]) : int(offsets[-1])].data

    def _joined(self, added: Iterable[str]) -> str:
        """Added cells, each after a delimiter."""
        mark = self._file.delimiter
        return "".join(mark + own_cell(cell, mark) for cell in added)

    def _by_row(self, block: RecordBlock, rows: range, pending: bytes) -> Iterator[Piece]:
        """Rows one by one: kept cells, padding, added cells, surplus cells."""
        records, width = block.records, len(self._file.header)
        starts, ends = records.starts, records.ends
        for row in rows:
            before = block.data[int(ends[row - 1]) : int(starts[row])] if row else pending
            record = block.data[int(starts[row]) : int(ends[row])]
            spans = cells(record, self._file.delimiter)[0]
            body = self._kept(record) if self._dropped or self._safe else record[: spans[min(width, len(spans)) - 1][1]]
            lacking = sum(at not in self._dropped for at in range(len(spans), width))
            own = self._joined(self._assignments.row(block.start + row)).encode("utf-8", "replace")
            surplus = b"".join(self._mark + self._guarded(record[begin:end]) for begin, end in spans[width:])
            yield before + body + self._mark * lacking + own + surplus

    def _kept(self, record: bytes) -> bytes:
        """A record's cells under the header, without the dropped columns."""
        spans = cells(record, self._file.delimiter)[0][: len(self._file.header)]
        return self._mark.join(self._guarded(record[begin:end]) for at, (begin, end) in enumerate(spans) if at not in self._dropped)

    def _guarded(self, cell: bytes) -> bytes:
        if not self._safe:
            return cell
        quoted = cell.startswith(b'"')
        if not cell.startswith(_FORMULA_BYTES, 1 if quoted else 0):
            return cell
        return b'"' + _TEXT_BYTES + cell[1:] if quoted else _TEXT_BYTES + cell


def own_cell(text: str, delimiter: str) -> str:
    """One of the added cells: never a formula, quoted where it must be."""
    safe = "'" + text if text.startswith(_FORMULA) else text
    if delimiter in safe or '"' in safe or "\n" in safe or "\r" in safe:
        return '"' + safe.replace('"', '""') + '"'
    return safe


def convert(file: LeadFile, assignments: Assignments, out: IO[bytes], delimiter: str, *, replace: bool, safe_cells: bool) -> None:
    """Writes leads of another format as delimited text, nested values as JSON text."""
    dropped = _old_columns(file.header) if replace else frozenset()
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")

    def guarded(value: Any) -> str:
        text = text_of(value)
        return "'" + text if safe_cells and text.startswith(_FORMULA) else text

    writer.writerow([*(guarded(name) for at, name in enumerate(file.header) if at not in dropped), *COLUMNS])
    assignments.places.update(file.places(assignments.firsts.tolist()))
    for at, (row, surplus) in beside(file.rows(), file, assignments):
        kept = [guarded(cell) for at, cell in enumerate(row) if at not in dropped]
        added = ["'" + cell if cell.startswith(_FORMULA) else cell for cell in assignments.row(at)]
        writer.writerow([*kept, *added, *map(guarded, surplus)])
        if buffer.tell() > 1 << 20:
            out.write(buffer.getvalue().encode("utf-8", "replace"))
            buffer.seek(0)
            buffer.truncate()
    out.write(buffer.getvalue().encode("utf-8", "replace"))
