"""Parquet and XLSX out: the input's cells as they were typed, and the added ones as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO, Any

from leadroute.language.text import compared
from leadroute.leads import arrow
from leadroute.leads.assignment import COLUMNS, Assignments, beside
from leadroute.leads.cells import LeadFile
from leadroute.leads.errors import cannot_load
from leadroute.leads.table_file import ParquetFile
from leadroute.values import text_of

_CHUNK = 65_536
_SHEET_ROWS = 1_048_576
_CELL_LENGTH = 32_767
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parquet(file: LeadFile, assignments: Assignments, out: IO[bytes], *, replace: bool) -> None:
    """Writes a Parquet file: a Parquet input keeps its schema, other cells become text; a column for surplus cells where there are any."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    assignments.places.update(file.places(assignments.firsts.tolist()))
    kept = [at for at, name in enumerate(file.header) if not (replace and compared(name) in COLUMNS)]
    added = [pa.field(name, pa.string()) for name in COLUMNS]
    if isinstance(file, ParquetFile):
        schema = pa.schema([*(file.schema.field(at) for at in kept), *added], file.schema.metadata)
        with pq.ParquetWriter(out, schema) as writer:
            start = 0
            for batch in file.batches():
                columns = [batch.column(at) for at in kept]
                writer.write_batch(pa.record_batch([*columns, *_own(assignments, start, batch.num_rows)], schema=schema))
                start += batch.num_rows
        return
    schema = pa.schema([*(pa.field(file.header[at], pa.string()) for at in kept), pa.field("surplus_cells", pa.string()), *added])
    with pq.ParquetWriter(out, schema) as writer:
        start = 0
        for rows in _chunks(row for _, row in beside(file.rows(), file, assignments)):
            columns = [arrow.strings([_text(row[at]) for row, _ in rows]) for at in kept]
            surplus = arrow.strings([text_of(over) if over else None for _, over in rows])
            writer.write_batch(pa.record_batch([*columns, surplus, *_own(assignments, start, len(rows))], schema=schema))
            start += len(rows)


def xlsx(file: LeadFile, assignments: Assignments, out: IO[bytes], *, replace: bool, safe_cells: bool) -> None:
    """Writes a workbook of one sheet. Text stays text, also where it begins with ``=``; so ``safe_cells`` has nothing to do.

    Raises:
        LeadFileError: When there are more leads than a sheet has rows.
    """
    del safe_cells
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    if len(assignments) >= _SHEET_ROWS:
        raise cannot_load(
            "lead-file-format", f"{len(assignments)} leads do not fit in a sheet of {_SHEET_ROWS - 1}", help="write CSV or Parquet instead"
        )
    assignments.places.update(file.places(assignments.firsts.tolist()))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("leads")

    def cell(value: Any) -> Any:
        if isinstance(value, str):
            made = WriteOnlyCell(sheet, _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", value)[:_CELL_LENGTH])
            made.data_type = "s"  # openpyxl takes `=1+1` for a formula
            return made
        if isinstance(value, list | dict | tuple | bytes) or (isinstance(value, float) and value - value != 0):
            return cell(text_of(value))
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
            return cell(str(value))  # a sheet's numbers are floats
        if getattr(value, "tzinfo", None) is not None:
            return cell(text_of(value))  # and its times have no zone
        return value

    kept = [at for at, name in enumerate(file.header) if not (replace and compared(name) in COLUMNS)]
    sheet.append([cell(name) for name in (*(file.header[at] for at in kept), *COLUMNS)])
    try:
        for at, (row, surplus) in beside(file.rows(), file, assignments):
            own = [cell(text) if text else None for text in assignments.row(at)]
            sheet.append([*(cell(row[position]) for position in kept), *own, *map(cell, surplus)])
    except BaseException:
        sheet.close()  # its temporary file is open
        raise
    book.save(out)


def _own(assignments: Assignments, start: int, size: int) -> list[Any]:
    rows = [assignments.row(at) for at in range(start, start + size)]
    return [arrow.strings([row[at] or None for row in rows]) for at in range(len(COLUMNS))]


def _chunks(rows: Iterable[tuple[list[Any], list[Any]]]) -> Iterable[list[tuple[list[Any], list[Any]]]]:
    chunk = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _text(value: Any) -> str | None:
    return None if value is None else text_of(value)
