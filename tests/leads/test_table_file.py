"""Parquet and XLSX, in and out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from leadroute import values
from leadroute.leads import COLUMNS, open_file
from leadroute.model.fields import Field, FieldType
from tests.leads.projects import decisions, project, values_of, written

T = FieldType
FIELDS = (
    Field("n", T.INTEGER),
    Field("r", T.NUMBER),
    Field("d", T.DATE),
    Field("t", T.DATETIME),
    Field("b", T.BOOLEAN),
    Field("l", T.LIST),
    Field("s", T.STRING),
)
BIG = 9_007_199_254_740_993


def _parquet(folder: Path) -> Path:
    table = pa.table(
        {
            "lead_id": pa.array([1, 2, 3], pa.int64()),
            "n": pa.array([BIG, None, -1], pa.int64()),
            "r": pa.array([Decimal("1.50"), None, Decimal("-2.00")], pa.decimal128(10, 2)),
            "d": pa.array([dt.date(2026, 1, 2), None, dt.date(1969, 12, 31)]),
            "t": pa.array([1_700_000_000_123_456_789, None, 0], pa.timestamp("ns", "UTC")),
            "b": pa.array([True, None, False]),
            "l": pa.array([["X", "x", "y"], None, []], pa.list_(pa.string())),
            "s": pa.array(["A", None, "N/A"]).dictionary_encode(),
        }
    )
    path = folder / "leads.parquet"
    pq.write_table(table, path)
    return path


def test_parquet_values_are_used_as_they_are(tmp_path: Path) -> None:
    """Big integers, decimals, dates, instants, booleans and lists; nulls are missing."""
    path, of = _parquet(tmp_path), project(*FIELDS)
    assert values_of(path, "lead_id", of) == ["1", "2", "3"]
    assert values_of(path, "n", of) == [BIG, None, -1]
    assert values_of(path, "r", of) == [1.5, None, -2.0]
    assert values_of(path, "d", of) == [values.day("2026-01-02"), None, -1]
    assert values_of(path, "t", of) == [1_700_000_000_123_456, None, 0]
    assert values_of(path, "b", of) == [True, None, False]
    assert values_of(path, "l", of) == [("x", "y"), None, None]
    assert values_of(path, "s", of) == ["a", None, None]


def test_typed_values_of_an_invalid_row_are_nobody_s(tmp_path: Path) -> None:
    """A row without an id has no values, whatever type they have in the file."""
    path = tmp_path / "leads.parquet"
    columns = {
        "n": pa.array([1, 2], pa.int64()),
        "d": pa.array([dt.date(2026, 1, 2)] * 2),
        "l": pa.array([["x"]] * 2),
        "s": pa.array(["a", "b"]).dictionary_encode(),
    }
    pq.write_table(pa.table({"lead_id": pa.array([None, 2], pa.int64()), **columns}), path)
    for name, value in (("n", 2), ("d", values.day("2026-01-02")), ("l", ("x",)), ("s", "b")):
        assert values_of(path, name, project(*FIELDS)) == [None, value]


def test_parquet_keeps_its_schema(tmp_path: Path) -> None:
    """The columns that came are the same, the added ones are text."""
    path = _parquet(tmp_path)
    written(path, tmp_path / "out.parquet", decisions(3, reps=["sarah"]))
    before, after = pq.read_table(path), pq.read_table(tmp_path / "out.parquet")
    assert after.select(before.column_names).equals(before)
    assert tuple(after.column_names[len(before.column_names) :]) == COLUMNS
    assert after["assigned_to"].to_pylist() == ["sarah"] * 3
    assert after["assignment_queue"].to_pylist() == [None] * 3


def _xlsx(folder: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(folder / "leads.xlsx")
    return folder / "leads.xlsx"


def test_xlsx_values_are_used_as_they_are(tmp_path: Path) -> None:
    """Numbers, dates and booleans of the first sheet; empty rows are no leads."""
    moment = dt.datetime(2026, 1, 2, 10, 30)  # noqa: DTZ001 - a sheet's times have no zone
    path = _xlsx(tmp_path, [["lead_id", "n", "t", "b"], [7, 1200, moment, True], [], ["x", "1.2k", None, "no"]])
    of = project(Field("n", T.INTEGER), Field("t", T.DATETIME), Field("b", T.BOOLEAN))
    assert values_of(path, "lead_id", of) == ["7", "x"]
    assert values_of(path, "n", of) == [1200, 1200]
    assert values_of(path, "t", of) == [values.instant("2026-01-02T10:30", "America/New_York"), None]
    assert values_of(path, "b", of) == [True, False]
    with open_file(str(path)) as file:
        assert [block.size for block in file.blocks([0], 64)] == [1, 1]


def test_text_in_xlsx_stays_text(tmp_path: Path) -> None:
    """What begins with ``=`` is no formula, numbers stay numbers, characters that no sheet holds are replaced."""
    path = tmp_path / "leads.csv"
    path.write_text('lead_id,x\n1,=1+1\n2,"a\x01b"\n', "utf-8")
    written(path, tmp_path / "out.xlsx", decisions(2, reps=["=x"]))
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == ["lead_id", "x", *COLUMNS]
    assert (rows[1][1].value, rows[1][1].data_type, rows[1][2].value, rows[1][2].data_type) == ("=1+1", "s", "=x", "s")
    assert rows[2][1].value == "a\N{REPLACEMENT CHARACTER}b"
    again = _xlsx(tmp_path, [["lead_id", "n"], [1, 1.5]])
    written(again, tmp_path / "out.xlsx", decisions(1))
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in list(sheet.iter_rows())[1]][:3] == [1, 1.5, "sarah"]


def test_csv_to_parquet_is_text(tmp_path: Path) -> None:
    """Cells of text formats are text in Parquet; surplus cells have a column of their own."""
    path = tmp_path / "leads.csv"
    path.write_text("lead_id,n\n007,1.0,z\n8\n", "utf-8")
    written(path, tmp_path / "out.parquet", decisions(2))
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [(row["lead_id"], row["n"], row["surplus_cells"]) for row in found] == [("007", "1.0", '["z"]'), ("8", None, None)]
