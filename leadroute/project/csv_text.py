"""CSV text to rows of cells, with the place of a cell on demand."""

from __future__ import annotations

import csv
import io
import re

from leadroute.language.text import compared
from leadroute.model.frozen import frozen
from leadroute.model.span import Span
from leadroute.project.findings import Findings, shown
from leadroute.project.nodes import Place

DELIMITERS = ",;\t"


@frozen
class Row:
    """One record: its cells, trimmed, as many as the header has, and the lines it stands on, from 1."""

    cells: tuple[str, ...]
    line: int
    end_line: int


@frozen
class Table:
    """A whole CSV file. ``lines`` keep their ends."""

    file: str
    delimiter: str
    header: Row
    rows: tuple[Row, ...]
    lines: tuple[str, ...]

    def column(self, name: str) -> int | None:
        """The column of a name, compared like strings; ``None`` when there is none."""
        wanted = compared(name)
        return next((at for at, title in enumerate(self.header.cells) if compared(title) == wanted), None)

    def places(self, row: Row) -> list[Place]:
        """Where each cell of a row stands."""
        text = "".join(self.lines[row.line - 1 : row.end_line])
        mark = re.escape(self.delimiter)
        cell = re.compile(rf'\s*"(?:[^"]|"")*"[^{mark}\r\n]*|[^{mark}\r\n]*')
        found: list[Place] = []
        at = 0
        while True:
            end = at
            if match := cell.match(text, at):
                end = match.end()
            found.append((*self._position(text, at, row), *self._position(text, end, row)))
            if end >= len(text) or text[end] != self.delimiter:
                break
            at = end + 1
        last = found[-1]
        return found + [(last[2], last[3], last[2], last[3])] * (len(row.cells) - len(found))

    def span(self, row: Row, column: int) -> Span:
        """Where one cell stands."""
        return Span(self.file, *self.places(row)[column])

    @staticmethod
    def _position(text: str, at: int, row: Row) -> tuple[int, int]:
        before = text[:at]
        return row.line + before.count("\n"), at - (before.rfind("\n") + 1) + 1


def read_csv(text: str, file: str, findings: Findings) -> Table | None:
    """The table in ``text``; ``None``, with findings, when it is not one. Blank lines are passed over, short rows filled up."""
    lines = tuple(io.StringIO(text, newline=""))
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    header: Row | None = None
    rows: list[Row] = []
    before = 0
    good = True
    try:
        for cells in reader:
            row = Row(tuple(cell.strip() for cell in cells), before + 1, reader.line_num)
            before = reader.line_num
            if not any(row.cells):
                continue
            if header is None:
                header = row
                continue
            if any(row.cells[len(header.cells) :]):
                said = f"the row has {len(row.cells)} cells, and the header has {len(header.cells)}"
                advice = f"put a text that has `{delimiter}` in it in quotes" if delimiter != "\t" else None
                findings.add("bad-csv", said, Span(file, row.line, 1, row.line, 2), help=advice)
                good = False
                continue
            short = len(header.cells) - len(row.cells)
            rows.append(Row((row.cells + ("",) * short)[: len(header.cells)], row.line, row.end_line))
    except csv.Error as problem:
        line = max(reader.line_num, 1)
        findings.add("bad-csv", f"this is not CSV: {problem}", Span(file, line, 1, line, 2), help='write a `"` inside quotes twice')
        return None
    if header is None:
        findings.add("bad-csv", "the file is empty", Span(file, 1, 1, 1, 1), help="start with a line of column names")
        return None
    table = Table(file, delimiter, header, tuple(rows), lines)
    return table if _distinct(table, findings) and good else None


def _distinct(table: Table, findings: Findings) -> bool:
    seen: dict[str, int] = {}
    good = True
    for at, title in enumerate(table.header.cells):
        name = compared(title)
        if name and name in seen:
            related = [("the first one", table.span(table.header, seen[name]))]
            said = f"two columns are named {shown(title)}"
            findings.add("duplicate-key", said, table.span(table.header, at), help="rename or remove one of them", related=related)
            good = False
        seen.setdefault(name, at)
    return good
