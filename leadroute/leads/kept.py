"""What leads said, kept so that they can be read again without their file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np

from leadroute import values
from leadroute.language.text import compared
from leadroute.leads import arrow
from leadroute.leads.cells import BLOCK_BYTES, NO_ROWS, CellBlock, LeadFile
from leadroute.leads.columns import plain_values
from leadroute.model.columns import Rows
from leadroute.model.diagnostic import Diagnostic

Said = Mapping[str, Any]
"""A lead's cells by column: a text, or what JSON, a workbook or Parquet typed; a column without a cell is absent."""


def said(file: LeadFile, columns: Sequence[int], rows: Rows) -> Iterator[tuple[int, str]]:
    """For some leads (positions, ascending) the cells of some columns as JSON, in one more pass over the file."""
    names = [file.header[at] for at in columns]
    for block in file.blocks(columns):
        low, high = np.searchsorted(rows, [block.start, block.start + block.size])
        here = rows[low:high] - block.start
        if len(here):
            cells = [_some(block.columns[at], here) for at in columns]
            for row, lead in zip(here.tolist(), zip(*cells, strict=True), strict=True):
                there = {name: cell for name, cell in zip(names, lead, strict=True) if cell is not None}
                yield block.start + row, json.dumps(there, ensure_ascii=False, separators=(",", ":"), default=values.text_of)


def _some(cells: Any, rows: Rows) -> list[Any]:
    if isinstance(cells, list):
        return [cells[row] for row in rows.tolist()]
    return plain_values(arrow.take(cells, rows))


class KeptLeads:
    """Leads that were kept, as a file of them."""

    path = "the leads of the ledger"
    format = "csv"
    notes: tuple[Diagnostic, ...] = ()

    def __init__(self, leads: Sequence[Said], columns: Iterable[tuple[str, ...]] = ()) -> None:
        """Take leads up.

        Args:
            leads: Their cells by column.
            columns: For each column that there is to be, the names that it may have; where no lead has any, the first is added, empty.
        """
        there = dict.fromkeys(name for lead in leads for name in lead)
        known = {compared(name) for name in there}
        there.update(dict.fromkeys(names[0] for names in columns if not any(compared(name) in known for name in names)))
        self.header = tuple(there)
        self._leads = leads

    def blocks(self, columns: Sequence[int], block_bytes: int = BLOCK_BYTES) -> Iterator[CellBlock]:
        """All leads as one block; there are no more than wait for an answer."""
        del block_bytes
        if self._leads:
            yield CellBlock(0, len(self._leads), {at: self._column(self.header[at]) for at in columns}, NO_ROWS)

    def some(self, rows: Rows) -> KeptLeads:
        """Some of these leads, with all columns."""
        found = KeptLeads([self._leads[row] for row in rows.tolist()])
        found.header = self.header
        return found

    def _column(self, name: str) -> Any:
        cells = [lead.get(name) for lead in self._leads]
        return arrow.strings(cells) if all(cell is None or isinstance(cell, str) for cell in cells) else cells

    def rows(self) -> Iterator[tuple[list[Any], list[Any]]]:
        """Each lead's cells in the header's order."""
        for lead in self._leads:
            yield [lead.get(name) for name in self.header], []

    def place(self, row: int) -> str:
        """``lead 16``."""
        return f"lead {row + 1}"

    def places(self, rows: Sequence[int]) -> dict[int, str]:
        """Where some leads stand."""
        return {row: self.place(row) for row in rows}

    def digest(self) -> str:
        """SHA-256 of what the leads said, in hexadecimal."""
        return hashlib.sha256(json.dumps([dict(lead) for lead in self._leads], sort_keys=True).encode()).hexdigest()

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        """The leads themselves."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing to close."""
