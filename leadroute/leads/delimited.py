"""CSV, TSV and their relatives: read by blocks, in flat memory, with every record's bytes at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import IO, Any

import numpy as np

from leadroute.leads import arrow
from leadroute.leads.cells import BLOCK_BYTES, NO_ROWS, CellBlock
from leadroute.leads.errors import LeadFileError, cannot_load
from leadroute.leads.records import LONGEST_RECORD, OpenQuoteError, Records, cells, exact, first, line_ends, parse, split
from leadroute.leads.source import SAMPLE, OpenFile
from leadroute.model.columns import Rows
from leadroute.model.frozen import frozen

DELIMITERS = (",", ";", "\t", "|")


@frozen
class RecordBlock:
    """Consecutive records as bytes: ``data[starts[i]:ends[i]]`` is one, what lies between are line ends and empty lines.

    ``start`` is the position of the first lead in the file, ``offset`` the file position of ``data``.
    """

    start: int
    offset: int
    data: bytes
    records: Records


class DelimitedFile(OpenFile):
    """A CSV or TSV file in UTF-8.

    ``delimiter`` separates cells, ``line_end`` is the header's, ``mark`` is the byte order mark. ``ragged`` holds, after a whole pass
    over ``blocks``, the leads whose number of cells is not the header's, and those numbers.
    """

    def __init__(self, file: IO[bytes], path: str, kind: str, mark: int, delimiter: str | None) -> None:
        super().__init__(file, path)
        self._lock = Lock()
        self.format = kind
        self.mark = b"\xef\xbb\xbf" if mark else b""
        sample = self._sample(mark)
        self.delimiter = delimiter or ("\t" if kind == "tsv" else _delimiter(sample))
        self._body, self.header, self.line_end, self.head = self._header(mark)
        self._ragged: list[tuple[Rows, Rows]] = []
        self._scanned = False

    @property
    def body(self) -> int:
        """Where the first byte after the header's line end stands."""
        return self._body

    def blocks(self, columns: Sequence[int], block_bytes: int = BLOCK_BYTES) -> Iterator[CellBlock]:
        """The leads in file order, as Arrow arrays of text; a cell that a short row lacks is empty."""
        wanted = sorted(set(columns)) or [0]
        self._ragged, self._scanned = [], False
        for block in self.records(block_bytes):
            found = None
            if block.records.rows is None:
                found = self._by_arrow(block, wanted)
            surplus = NO_ROWS
            if found is None:
                found, surplus = self._by_rows(block, wanted)
            yield CellBlock(block.start, len(block.records.starts), found, surplus)
        self._scanned = True

    def rows(self) -> Iterator[tuple[list[Any], list[Any]]]:
        """Each lead's cells in the header's order, ``None`` where a short row has none, and its surplus cells."""
        width = len(self.header)
        for block in self.records():
            for row in block.records.rows or exact(block.data, self.delimiter, last=True).rows or ():
                yield [*row[:width], *[None] * (width - len(row))], row[width:]

    def ragged(self) -> tuple[Rows, Rows]:
        """The leads whose number of cells is not the header's, ascending, and how many cells they have."""
        if not self._scanned:
            for _ in self.blocks(()):
                pass
        if not self._ragged:
            return NO_ROWS, NO_ROWS
        rows, counts = zip(*self._ragged, strict=True)
        return np.concatenate(rows), np.concatenate(counts)

    def records(self, block_bytes: int = BLOCK_BYTES) -> Iterator[RecordBlock]:
        """The records after the header, as they stand in the file."""
        offset, row = self._body, 0
        data = b""
        want = max(block_bytes, 1)
        while True:
            fresh = self._read(offset + len(data), want)
            data += fresh
            last = len(fresh) < want
            records = self._split(data, offset, last=last)
            if records.used:
                if len(records.starts):
                    yield RecordBlock(row, offset, data[: records.used], records)
                row += len(records.starts)
                offset += records.used
                data = data[records.used :]
                want = max(block_bytes - len(data), block_bytes // 2, 1)
            else:
                want = max(len(data), block_bytes)
            if last:
                return

    def lines_before(self, offset: int) -> int:
        """How many lines end before a file position."""
        at, count, after_return = 0, 0, False
        while at < offset and (chunk := self._read(at, min(1 << 20, offset - at))):
            at += len(chunk)
            count += line_ends(chunk)
            count -= after_return and chunk.startswith(b"\n")
            after_return = chunk.endswith(b"\r")
        return count

    def between(self, start: int, end: int | None) -> bytes:
        """Bytes of the file from one position to another, or to its end."""
        if start == end:
            return b""
        return self._read(start, -1 if end is None else end - start)

    def _read(self, at: int, size: int) -> bytes:
        """Bytes from a position on (-1: to the end); blocks are read ahead, so that more than one thread may ask."""
        with self._lock:
            self._file.seek(at)
            return self._file.read(size)

    def place(self, row: int) -> str:
        """``line 17``: where its record begins."""
        return self.places([row])[row]

    def places(self, rows: Sequence[int]) -> dict[int, str]:
        """Where some leads stand, in one pass over the file."""
        rest, found = sorted(rows), dict[int, str]()
        lines = Lines(self)
        for block in self.records():
            here = [row for row in rest if row < block.start + len(block.records.starts)]
            found.update(lines.places(block, here))
            rest = rest[len(here) :]
            if not rest:
                break
        return found

    def _sample(self, mark: int) -> bytes:
        sample = self._read(mark, SAMPLE)
        if not sample.strip(b"\r\n"):
            raise cannot_load("lead-file-empty", f"`{self.path}` is empty", help="a lead file begins with a line of column names")
        return sample

    def _header(self, mark: int) -> tuple[int, tuple[str, ...], bytes, tuple[int, int]]:
        """Where the body begins, the column names, the header's line end, and from where to where its record goes."""
        data, want = b"", SAMPLE
        while True:
            fresh = self._read(mark + len(data), want)
            data += fresh
            last = len(fresh) < want
            try:
                found = first(data, self.delimiter, last=last)
            except OpenQuoteError as problem:
                raise self._open_quote(mark + problem.at) from None
            if found is not None:
                start, end, stop, names = found
                return mark + stop, tuple(names), data[end:stop] or b"\n", (mark + start, mark + end)
            if last:
                raise cannot_load("lead-file-empty", f"`{self.path}` is empty", help="a lead file begins with a line of column names")
            if len(data) > LONGEST_RECORD:
                raise self._open_quote(mark + (cells(data, self.delimiter)[1] or 0))
            want = len(data)

    def _split(self, data: bytes, offset: int, *, last: bool) -> Records:
        try:
            records = split(data, self.delimiter, last=last)
        except OpenQuoteError as problem:
            raise self._open_quote(offset + problem.at) from None
        if not records.used and len(data) > LONGEST_RECORD:
            raise self._open_quote(offset + (cells(data, self.delimiter)[1] or 0))
        return records

    def _open_quote(self, at: int) -> LeadFileError:
        return cannot_load(
            "open-quote",
            "a quote opens here and does not close",
            file=self.path,
            line=self.lines_before(at) + 1,
            column=self._column(at),
            help='close it with `"`, or write a quote inside a quoted cell twice',
        )

    def _column(self, offset: int) -> int:
        start = max(0, offset - (1 << 16))
        before = self._read(start, offset - start)
        line = before[max(before.rfind(b"\n"), before.rfind(b"\r")) + 1 :]
        return len(line.decode("utf-8", "replace").removeprefix("\ufeff")) + 1

    def _by_arrow(self, block: RecordBlock, wanted: list[int]) -> dict[int, Any] | None:
        """The columns by Arrow's parser; ``None`` when it does not see the records that are there (some row is ragged)."""
        import pyarrow as pa
        from pyarrow import csv

        names = [str(at) for at in range(len(self.header))]
        asked = [str(at) for at in wanted]
        try:
            table = csv.read_csv(
                pa.BufferReader(block.data),
                read_options=csv.ReadOptions(use_threads=False, block_size=len(block.data) + 1, column_names=names),
                parse_options=csv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=block.records.quoted_lines, ignore_empty_lines=True
                ),
                convert_options=csv.ConvertOptions(
                    include_columns=asked, column_types=dict.fromkeys(asked, pa.string()), strings_can_be_null=False, check_utf8=False
                ),
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows != len(block.records.starts):
            return None
        return {at: _one(table.column(name)) for at, name in zip(wanted, asked, strict=True)}

    def _by_rows(self, block: RecordBlock, wanted: list[int]) -> tuple[dict[int, Any], Rows]:
        """The columns row by row, and the rows with surplus cells."""
        rows = block.records.rows
        if rows is None:
            rows = exact(block.data, self.delimiter, last=True).rows or []
        width = len(self.header)
        sizes = np.fromiter(map(len, rows), np.int64, len(rows))
        odd = np.flatnonzero(sizes != width)
        if len(odd):
            self._ragged.append((odd + block.start, sizes[odd]))
        found = {at: arrow.strings([row[at] if at < len(row) else "" for row in rows]) for at in wanted}
        return found, np.flatnonzero(sizes > width)


class Lines:
    """Tells line numbers block by block, counting on from the block before."""

    def __init__(self, file: DelimitedFile) -> None:
        self._file = file
        self._at = file.body
        self._lines = file.lines_before(file.body)

    def places(self, block: RecordBlock, rows: Sequence[int]) -> dict[int, str]:
        """Where some leads of a block stand (``rows`` ascending); blocks must come in file order."""
        self._lines += line_ends(self._file.between(self._at, block.offset))
        found, at, line = {}, 0, self._lines
        for row in rows:
            begin = int(block.records.starts[row - block.start])
            line += line_ends(block.data, at, begin)
            at = begin
            found[row] = f"line {line + 1}"
        self._lines = line + line_ends(block.data, at)
        self._at = block.offset + len(block.data)
        return found


def _one(column: Any) -> Any:
    """A chunked array of one block as one array."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _delimiter(sample: bytes) -> str:
    """The delimiter that splits the first rows into most columns, alike in every row; a comma where none does."""
    text = sample.decode("utf-8", "ignore")
    lines = text.splitlines(keepends=True)[:50]
    if len(sample) == SAMPLE and len(lines) > 1:
        lines = lines[:-1]
    best, choice = (0.0, 0), ","
    for mark in DELIMITERS:
        sizes = [len(row) for _, row in parse(lines, mark) if row]
        if not sizes or sizes[0] < 2:
            continue
        alike = sum(size == sizes[0] for size in sizes) / len(sizes)
        if (round(alike, 1), sizes[0]) > best:
            best, choice = (round(alike, 1), sizes[0]), mark
    return choice
