"""A table of cases in a test file: each row becomes a test, written out as if it stood there alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from leadroute.language.text import compared
from leadroute.model.frozen import frozen
from leadroute.project.csv_text import read_csv
from leadroute.project.findings import Findings, shown
from leadroute.project.nodes import Entry, Mapping, Node, Place, Scalar, Sequence
from leadroute.project.sources import Sources, displayed

EXPECT = "expect."
"""What a column of expectations starts with."""
_OWN = ("at", "away", "full")
"""What a column may be besides fields of the lead and expectations."""
_SHARED = ("at", "away", "full", "reps", "turns", "used", "before", "fails")
_LISTS = frozenset({"away", "full", "expect.not_rep", "expect.eligible", "expect.not_eligible", "expect.only_eligible"})
"""Columns whose cells in a CSV file may hold several names, with `;` between them."""


@frozen
class Rows:
    """Writes the rows of tests out. ``fields`` are the compared names of the lead's fields; paths start at ``folder``."""

    folder: Path
    fields: Collection[str]
    findings: Findings

    def cases(self, test: Mapping) -> Iterator[Mapping]:
        """The tests that the rows of a test stand for, in order."""
        columns = [item for item in test.items("columns") if isinstance(item, Scalar)]
        seen: dict[str, Scalar] = {}
        for column in columns:
            before = seen.setdefault(column.text.strip(), column)
            if before is not column:
                said = f"two columns are named {shown(column.text)}"
                self.findings.add("duplicate-name", said, column, help="keep one of them", related=[("here", before)])
                return
        for number, (place, row) in enumerate(self._rows(test, columns), 1):
            yield self._case(test, place, row, number)

    def _rows(self, test: Mapping, columns: list[Scalar]) -> Iterator[tuple[Place, Mapping]]:
        """Each row as a mapping with ``lead``, ``expect`` and the rest, and its place."""
        rows = test.get("rows")
        if isinstance(rows, Mapping):
            if columns:
                said = "the first line of a CSV file says what its columns are"
                self.findings.add("does-not-apply", said, test.entries["columns"].key, help="remove `columns`")
            yield from self._file(rows)
            return
        items = rows.items if isinstance(rows, Sequence) else []
        for row in items:
            if isinstance(row, Mapping):
                yield _line(row), row
            elif not columns:
                said = "a row is a list, and the test has no `columns`"
                self.findings.add("missing-key", said, row, help="add for example `columns: [employees, country, expect.rule]`")
                return
            elif isinstance(row, Sequence) and len(row.items) == len(columns):
                yield _line(row), self._joined(row, columns, row.items)
            elif isinstance(row, Sequence):
                said = f"the row has {len(row.items)} cells, and there are {len(columns)} `columns`"
                self.findings.add("bad-value", said, row, help="give each column a cell; an empty one is `null`")
        if columns and all(isinstance(row, Mapping) for row in items):
            said = "no row is a list, so nothing is read by `columns`"
            self.findings.add("does-not-apply", said, test.entries["columns"].key, help="write rows as lists of cells, or remove it")

    def _file(self, node: Mapping) -> Iterator[tuple[Place, Mapping]]:
        at = node.get("file")
        path = self.folder / node.text("file")
        text = Sources(self.folder, self.findings).read(path, at, what="the file of rows")
        table = read_csv(text, displayed(path), self.findings) if text is not None else None
        if table is None:
            return
        if not table.rows:
            self.findings.add("no-tests", f"{shown(table.file)} has no rows", at, help="add a line for each case")
        places = table.places(table.header)
        columns = [Scalar(table.file, place, title) for place, title in zip(places, table.header.cells, strict=True)]
        for row in table.rows:
            found = table.places(row)
            cells = [
                _split(table.file, place, cell) if column.text in _LISTS else Scalar(table.file, place, cell)
                for column, place, cell in zip(columns, found, row.cells, strict=False)
            ]
            whole = (row.line, 1, row.line, max(found[-1][3], 2) if found[-1][2] == row.line else 2)
            yield whole, self._joined(Node(table.file, whole, "object"), columns, cells)

    def _joined(self, row: Node, columns: list[Scalar], cells: list[Node]) -> Mapping:
        """A row of cells as a mapping."""
        parts: dict[str, dict[str, Entry]] = {"lead": {}, "expect": {}}
        own: dict[str, Entry] = {}
        for column, cell in zip(columns, cells, strict=True):
            name = column.text.strip()
            empty = isinstance(cell, Scalar) and cell.kind == "null"
            if name.startswith(EXPECT):
                if not empty:
                    key = name.removeprefix(EXPECT)
                    parts["expect"][key] = Entry(Scalar(column.file, column.place, key), cell)
            elif name in _OWN and compared(name) not in self.fields:
                if not empty:
                    own[name] = Entry(column, cell)
            else:
                parts["lead"][name] = Entry(Scalar(column.file, column.place, name), cell)
        for key, entries in parts.items():
            own[key] = Entry(_key(row, key), Mapping(row.file, row.place, entries))
        return Mapping(row.file, row.place, own)

    def _case(self, test: Mapping, place: Place, row: Mapping, number: int) -> Mapping:
        """The test that a row stands for."""
        own = row.get("name")
        name = f"{test.text('name')}: {row.text('name')}" if isinstance(own, Scalar) else f"{test.text('name')}, row {number}"
        entries = {"name": Entry(_key(row, "name"), Scalar(row.file, own.place if own is not None else place, name, quoted=True))}
        entries |= {key: test.entries[key] for key in _SHARED if key in test}
        entries |= {key: entry for key, entry in row.entries.items() if key in _SHARED}
        for key, shared in (("lead", "like"), ("expect", "expect")):
            joined = {**test.mapping(shared).entries, **row.mapping(key).entries}
            if key == "lead" or joined:
                at = row.entries[key].key if key in row else _key(row, key)
                entries[key] = Entry(at, Mapping(row.file, row.place, joined))
        return Mapping(row.file, row.place, entries)


def _key(row: Node, name: str) -> Scalar:
    line, column, _, _ = row.place
    return Scalar(row.file, (line, column, line, column + 1), name)


def _line(row: Node) -> Place:
    """The place of a row, or of its start where it takes several lines."""
    line, column, end_line, end_column = row.place
    return (line, column, line, end_column if end_line == line else column + 1)


def _split(file: str, place: Place, cell: str) -> Node:
    names = [name.strip() for name in cell.split(";") if name.strip()]
    return Sequence(file, place, [Scalar(file, place, name) for name in names]) if names else Scalar(file, place, cell)
