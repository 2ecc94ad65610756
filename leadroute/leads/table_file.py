"""Leads in Parquet and in XLSX workbooks, whose cells are typed."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from leadroute.leads.cells import BLOCK_BYTES, NO_ROWS, CellBlock
from leadroute.leads.columns import plain_values
from leadroute.leads.errors import cannot_load
from leadroute.leads.source import OpenFile

_ROWS = 65_536
"""Rows that are held at a time."""

HELP = "name what it is with --format, or write it again"

_BROKEN = (
    BadZipFile,
    zlib.error,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    NotImplementedError,
)
"""What a damaged workbook makes openpyxl raise."""


class _Table(OpenFile):
    """What both share: leads that are counted."""

    def place(self, row: int) -> str:
        """``lead 16``."""
        return f"lead {row + 1}"

    def places(self, rows: Sequence[int]) -> dict[int, str]:
        """Where some leads stand."""
        return {row: self.place(row) for row in rows}


class ParquetFile(_Table):
    """A Parquet file; ``reader`` is Arrow's."""

    format = "parquet"

    def __init__(self, file: IO[bytes], path: str) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        super().__init__(file, path)
        file.seek(0)
        try:
            self.reader = parquet.ParquetFile(file)
            self.schema = self.reader.schema_arrow
        except (pa.ArrowException, OSError, ValueError) as problem:
            raise cannot_load("lead-file-format", f"`{path}` is not Parquet, or damaged", help=HELP) from problem
        self.header = tuple(self.schema.names)

    def blocks(self, columns: Sequence[int], block_bytes: int = BLOCK_BYTES) -> Iterator[CellBlock]:
        """The leads in file order, as Arrow arrays: text as strings, everything else as Parquet has typed it."""
        rows = max(1, min(_ROWS, block_bytes // 64))
        start = 0
        for batch in self.batches(rows):
            yield CellBlock(start, batch.num_rows, {at: _text_or_typed(batch.column(at)) for at in columns}, NO_ROWS)
            start += batch.num_rows

    def batches(self, rows: int = _ROWS) -> Iterator[Any]:
        """Arrow record batches of all columns."""
        import pyarrow as pa

        try:
            for batch in self.reader.iter_batches(batch_size=rows):
                batch.validate(full=True)  # text that is no UTF-8 would only be found when it is looked at
                yield batch
        except (pa.ArrowException, OSError, ValueError) as problem:
            raise cannot_load("lead-file-format", f"`{self.path}` is damaged", help=HELP) from problem

    def rows(self) -> Iterator[tuple[list[Any], list[Any]]]:
        """Each lead's cells in the header's order, ``None`` where there is none, and its surplus cells (none)."""
        for batch in self.batches():
            columns = [plain_values(_text_or_typed(column)) for column in batch.columns]
            for row in zip(*columns, strict=True):
                yield list(row), []


class XlsxFile(_Table):
    """The first sheet of an XLSX workbook; its first row that is not empty is the header, empty rows are no leads."""

    format = "xlsx"

    def __init__(self, file: IO[bytes], path: str) -> None:
        super().__init__(file, path)
        first = next(self._filled(), None)
        if first is None:
            raise cannot_load("lead-file-empty", f"`{path}` has an empty first sheet", help="it begins with a row of column names")
        from leadroute.values import text_of

        names = [text_of(name) for name in first]
        while names and not names[-1]:
            names.pop()
        self.header = tuple(names)

    def blocks(self, columns: Sequence[int], block_bytes: int = BLOCK_BYTES) -> Iterator[CellBlock]:
        """The leads in file order; cells are Python values, ``None`` where they are empty."""
        import numpy as np

        size = max(1, min(_ROWS, block_bytes // 64))
        start = 0
        block: list[tuple[list[Any], list[Any]]] = []

        def made() -> CellBlock:
            surplus = np.array([at for at, (_, over) in enumerate(block) if over], np.int64)
            return CellBlock(start, len(block), {at: [row[at] for row, _ in block] for at in columns}, surplus)

        for row in self.rows():
            block.append(row)
            if len(block) == size:
                yield made()
                start, block = start + len(block), []
        if block:
            yield made()

    def rows(self) -> Iterator[tuple[list[Any], list[Any]]]:
        """Each lead's cells in the header's order, ``None`` where there is none, and its surplus cells."""
        width = len(self.header)
        filled = self._filled()
        next(filled, None)
        for row in filled:
            cells = list(row[:width]) + [None] * (width - len(row))
            surplus = list(row[width:])
            while surplus and surplus[-1] is None:
                surplus.pop()
            yield cells, surplus

    def _filled(self) -> Iterator[tuple[Any, ...]]:
        """The rows that have a cell."""
        import openpyxl

        try:
            with _quiet():
                self._file.seek(0)
                book = openpyxl.load_workbook(self._file, read_only=True, data_only=True)
                sheet = next(iter(book.worksheets), None)
                rows = sheet.iter_rows(values_only=True) if sheet is not None else iter(())
            while True:
                with _quiet():
                    some = list(islice(rows, 1000))
                if not some:
                    return
                yield from (row for row in some if any(cell is not None and cell != "" for cell in row))
        except _BROKEN as problem:
            raise cannot_load("lead-file-format", f"`{self.path}` is not XLSX, or damaged", help=HELP) from problem


@contextmanager
def _quiet() -> Iterator[None]:
    """Without openpyxl's warnings about styles and extensions, which are not read anyway."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _text_or_typed(column: Any) -> Any:
    """Large and dictionary-encoded strings as plain ones, nulls as an array of no texts; other types as they are."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return column.cast(pa.string())
    return column
