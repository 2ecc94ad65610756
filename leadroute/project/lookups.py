"""Lookup tables: a CSV file, compared by the types of the fields that it is looked up with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadroute import values
from leadroute.language.text import compared, trimmed
from leadroute.model.condition import Operand
from leadroute.model.derive import Lookup, LookupRow
from leadroute.model.fields import Field, FieldType, Value
from leadroute.model.frozen import frozen
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.literals import read_literal, result
from leadroute.project.nodes import Entry, Mapping, Node, Scalar
from leadroute.project.scope import Scope

if TYPE_CHECKING:
    from leadroute.project.csv_text import Row, Table

MOST_BAD_CELLS = 5
"""Unreadable cells told of one column; the rest is the same mistake."""


@frozen
class LookupReader:
    """Compiles ``lookup:`` steps in one scope."""

    scope: Scope
    findings: Findings

    def given(self, entry: Entry) -> list[tuple[Field, Scalar]]:
        """The fields that a step gives, each with the scalar that names its column."""
        node = entry.value
        if not isinstance(node, Mapping):
            return []
        name = entry.key.text
        several = node.get("give")
        columns = [item for item in node.items("give") if isinstance(item, Scalar)]
        if isinstance(several, Scalar):
            return [(Field(name, self._type(node, several.text), origin="derived", span=entry.key.span), several)]
        return [
            (Field(f"{name}.{column.text.strip()}", self._type(node, column.text), origin="derived", span=column.span), column)
            for column in columns
        ]

    def compile(self, entry: Entry, table: Table, fields: list[tuple[Field, Scalar]]) -> Lookup | None:
        """The step over its table; ``None``, with findings, when it cannot be."""
        node = entry.value
        assert isinstance(node, Mapping)  # noqa: S101 - the schema says so
        by = self._keys(node)
        key_columns = self._columns(table, [item for item in node.items("by") if isinstance(item, Scalar)])
        give_columns = self._columns(table, [column for _, column in fields])
        prefix = self._prefix(node, by) if by is not None else None
        otherwise = self._otherwise(node, fields)
        if by is None or key_columns is None or give_columns is None or prefix is None or otherwise is None:
            return None
        rows = self._rows(table, by, key_columns, [field for field, _ in fields], give_columns, prefix)
        if rows is None:
            return None
        return Lookup(
            name=entry.key.text,
            file=table.file,
            by=tuple(field.name for field in by),
            prefix=prefix,
            fields=tuple(field for field, _ in fields),
            rows=rows,
            otherwise=otherwise,
            span=entry.key.span,
        )

    def _type(self, node: Mapping, column: str) -> FieldType:
        wanted = node.get("type")
        if isinstance(wanted, Mapping):
            return FieldType(wanted.text(column) or "string")
        return FieldType(wanted.text) if isinstance(wanted, Scalar) else FieldType.STRING

    def _keys(self, node: Mapping) -> list[Field] | None:
        found: list[Field] = []
        good = True
        for item in node.items("by"):
            if not isinstance(item, Scalar):
                continue
            field = self.scope.field(item.text, item, self.findings)
            if field is None:
                good = False
            elif field.type is FieldType.LIST:
                self.findings.add("list-not-allowed", f"a table cannot be looked up by {shown(item.text)}, which is a list", item)
                good = False
            else:
                found.append(field)
        return found if good else None

    def _columns(self, table: Table, names: list[Scalar]) -> list[int] | None:
        found: list[int] = []
        for name in names:
            at = table.column(name.text)
            if at is None:
                titles = [title for title in table.header.cells if title]
                advice = suggestion(name.text, titles, f"its columns are {listed(titles)}")
                self.findings.add("unknown-column", f"`{table.file}` has no column {shown(name.text)}", name, help=advice)
            else:
                found.append(at)
        return found if len(found) == len(names) else None

    def _prefix(self, node: Mapping, by: list[Field]) -> frozenset[str] | None:
        found: set[str] = set()
        for item in node.items("prefix"):
            if not isinstance(item, Scalar):
                continue
            field = next((one for one in by if one.name == item.text), None)
            if field is None:
                self.findings.add(
                    "does-not-apply", f"{shown(item.text)} is not one of `by`", item, help=f"add it to `by`: {listed(f.name for f in by)}"
                )
                return None
            if not field.type.is_text:
                said = f"{shown(item.text)} is of type `{field.type.value}`, and only a text has a beginning"
                self.findings.add("type-mismatch", said, item, help=f"declare `{item.text}: string`")
                return None
            found.add(field.name)
        return frozenset(found)

    def _otherwise(self, node: Mapping, fields: list[tuple[Field, Scalar]]) -> tuple[Operand | None, ...] | None:
        """``else``: one value, or with several fields a mapping by column."""
        wanted = node.get("else")
        if wanted is None:
            return (None,) * len(fields)
        several = not isinstance(node.get("give"), Scalar)
        if several != isinstance(wanted, Mapping):
            advice = f"write for example `else: {{{fields[0][1].text}: …}}`" if several else "write one value"
            said = (
                "`else` gives one value, and the lookup several fields"
                if several
                else "`else` is a mapping, and the lookup gives one field"
            )
            self.findings.add("wrong-type", said, wanted, help=advice)
            return None
        found: list[Operand | None] = []
        good = True
        for field, column in fields:
            value: Node | None = wanted.get(column.text) if isinstance(wanted, Mapping) else wanted
            read = result(value, field, self.scope, self.findings) if value is not None else None
            good &= value is None or read is not None
            found.append(read)
        columns = [column.text for _, column in fields]
        extras = [one.key for one in wanted.entries.values() if one.key.text not in columns] if isinstance(wanted, Mapping) else []
        for extra in extras:
            meant = suggestion(extra.text, columns)
            self.findings.add("unknown-key", f"{shown(extra.text)} is not one of `give`", extra, help=meant)
            good = False
        return tuple(found) if good else None

    def _rows(
        self, table: Table, by: list[Field], key_columns: list[int], fields: list[Field], give_columns: list[int], prefix: frozenset[str]
    ) -> tuple[LookupRow, ...] | None:
        keys = [self._column(table, column, field, begins=field.name in prefix) for field, column in zip(by, key_columns, strict=True)]
        gives = [self._column(table, column, field) for field, column in zip(fields, give_columns, strict=True)]
        if any(column is None for column in keys + gives):
            return None
        key_values = zip(*(column for column in keys if column is not None), strict=True)
        give_values = zip(*(column for column in gives if column is not None), strict=True)
        return tuple(
            LookupRow(key, given, tuple(row.cells[column] or None for column in give_columns), row.line)
            for key, given, row in zip(key_values, give_values, table.rows, strict=True)
        )

    def _column(self, table: Table, column: int, field: Field, *, begins: bool = False) -> list[Value | None] | None:
        """A column's values in compared form, blank cells ``None``; each distinct text is read once."""
        read: dict[str, Value | None] = {"": None}
        found: list[Value | None] = []
        bad: list[tuple[Row, str]] = []
        form = trimmed if field.exact else compared
        for row in table.rows:
            text = row.cells[column]
            if text not in read:
                read[text] = form(text) if begins else read_literal(field, text, self.scope.timezone)
                if read[text] is None:
                    bad.append((row, text))
            found.append(read[text])
        for row, text in bad[:MOST_BAD_CELLS]:
            said = f"{shown(text)} is no {field.type.value}, which the column `{table.header.cells[column]}` needs"
            more = f"; {len(bad) - MOST_BAD_CELLS} more texts of this column are none either" if len(bad) > MOST_BAD_CELLS else ""
            advice = f"expected {values.EXPECTED[field.type]}{more}"
            self.findings.add("unreadable-literal", said, table.span(row, column), help=advice)
        return None if bad else found
