"""Reading CSV: cells, encodings, delimiters, ragged rows, and blocks that change nothing."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadroute.leads import LeadFileError, open_file
from leadroute.leads.delimited import DelimitedFile

ANYTHING = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def _cells(path: Path, block_bytes: int = 8 << 20, **options: str) -> list[list[str]]:
    with open_file(str(path), **options) as file:
        rows: list[list[str]] = []
        for block in file.blocks(range(len(file.header)), block_bytes):
            assert block.start == len(rows)
            columns = [block.columns[at].to_pylist() for at in range(len(file.header))]
            rows.extend(map(list, zip(*columns, strict=True)))
        return [list(file.header), *rows]


def _file(folder: Path, data: bytes | str, name: str = "leads.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


CELL = st.text(st.sampled_from('abé€,;"\n\r \t=1\0').filter(lambda mark: mark != "\0"), max_size=6)


@ANYTHING
@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=12)), st.data()
)
def test_what_csv_writes_is_read_back_whatever_the_blocks(tmp_path: Path, table: list[list[str]], data: st.DataObject) -> None:
    """Cells are those that the csv module wrote, for blocks of every size."""
    line_end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows([[f"c{at}" for at in range(len(table[0]))], *table])
    path = _file(tmp_path, buffer.getvalue())
    expected = [[f"c{at}" for at in range(len(table[0]))], *table]
    for block_bytes in (1, 64, 8 << 20):
        assert _cells(path, block_bytes, delimiter=",") == expected


@ANYTHING
@given(st.text(st.sampled_from('ab,"\n\r é'), max_size=60), st.sampled_from([1, 7, 64]))
@example('a,b\n1,5" pipe\n2,"x\ny"\n', 7)
@example('a\n""\n\nb\n', 1)
@example('a\raaaa"é\r"""aa\r""', 1)
def test_odd_quotes_read_the_same_in_every_block_size(tmp_path: Path, text: str, block_bytes: int) -> None:
    """Stray quotes, ragged rows and empty lines read as by the csv module, for blocks of every size."""
    path = _file(tmp_path, text)
    try:
        whole = _cells(path, delimiter=",")
    except LeadFileError as problem:
        found = problem.diagnostics
        with pytest.raises(LeadFileError) as again:
            _cells(path, block_bytes, delimiter=",")
        assert again.value.diagnostics == found
        return
    assert _cells(path, block_bytes, delimiter=",") == whole
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    width = len(rows[0])
    assert whole == [rows[0], *([*row[:width], *[""] * (width - len(row))] for row in rows[1:])]


@ANYTHING
@given(st.binary(max_size=200), st.sampled_from(["csv", "tsv", "json", "jsonl", "parquet", "xlsx", None]))
@example(b"PK\x03\x04", "xlsx")
@example(b"PAR1PAR1", "parquet")
@example(b"[" * 200, "json")
@example(b'{"a": ', "jsonl")
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes, kind: str | None) -> None:
    """Bytes of any kind are leads or a message, never a traceback."""
    path = _file(tmp_path, data, "leads.bin")
    with suppress(LeadFileError), open_file(str(path), format=kind) as file:
        for block in file.blocks(range(len(file.header)), 16):
            assert block.size > 0


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-8", "Zoë €"), ("utf-8-sig", "Zoë €"), ("cp1252", "Zoë € “x”"), ("utf-16", "Zoë €"), ("utf-16-le", "\ufeffZoë")],
)
def test_encodings_are_found_out(tmp_path: Path, encoding: str, text: str) -> None:
    """UTF-8 with and without mark, UTF-16 by its mark, and cp1252 where UTF-8 fails."""
    body = f"name,city\n{text},Köln\n"
    data = ("\ufeff" + body.replace("\ufeff", "")).encode(encoding) if text.startswith("\ufeff") else body.encode(encoding)
    assert _cells(_file(tmp_path, data)) == [["name", "city"], [text.removeprefix("\ufeff"), "Köln"]]


def test_a_told_encoding_must_fit(tmp_path: Path) -> None:
    """A told encoding that the bytes do not fit, or that nobody knows, is refused."""
    path = _file(tmp_path, "name\nZoë\n".encode("cp1252"))
    assert _cells(path, encoding="latin-1") == [["name"], ["Zoë"]]
    for encoding in ("utf-8", "utf-7", "klingon", "hex"):
        with pytest.raises(LeadFileError):
            _cells(path, encoding=encoding)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path: Path, mark: str) -> None:
    """The delimiter that splits all rows alike is taken."""
    path = _file(tmp_path, f"id{mark}name\n1{mark}Smith and Co\n2{mark}Jones\n", "leads.txt")
    with open_file(str(path)) as file:
        assert isinstance(file, DelimitedFile)
        assert file.delimiter == mark
        assert file.header == ("id", "name")


def test_ragged_rows(tmp_path: Path) -> None:
    """What a short row lacks is empty; surplus cells are told by row, and kept."""
    path = _file(tmp_path, "a,b,c\n1\n1,2,3,4,5\n1,2,3\n")
    with open_file(str(path)) as file:
        blocks = list(file.blocks([2]))
        assert blocks[0].columns[2].to_pylist() == ["", "3", "3"]
        assert blocks[0].surplus.tolist() == [1]
        assert [row[1] for row in file.rows()] == [[], ["4", "5"], []]
        assert isinstance(file, DelimitedFile)
        assert [found.tolist() for found in file.ragged()] == [[0, 1], [1, 5]]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "lead-file-empty"),
        (b"\n\n\r\n", "lead-file-empty"),
        (b"a,b\n1,\0\n", "lead-file-format"),
        (b"PK\x03\x04rest", "lead-file-format"),
    ],
)
def test_what_is_no_csv_is_refused_by_name(tmp_path: Path, data: bytes, name: str) -> None:
    """Empty files, binary files and workbooks called .csv are told apart."""
    with pytest.raises(LeadFileError) as problem:
        _cells(_file(tmp_path, data))
    assert [found.name for found in problem.value.diagnostics] == [name]


@pytest.mark.parametrize("block_bytes", [1, 64, 8 << 20])
def test_a_quote_that_never_closes_is_told_with_its_line(tmp_path: Path, block_bytes: int) -> None:
    """The line and column are those of the quote, for blocks of every size."""
    path = _file(tmp_path, 'a,b\r\n1,2\r\n"x\r\ny",3\r\n4,"five\r\n6,7\r\n')
    with pytest.raises(LeadFileError) as problem:
        _cells(path, block_bytes)
    found = problem.value.diagnostics[0]
    assert found.name == "open-quote"
    assert found.span is not None
    assert (found.span.line, found.span.column) == (5, 3)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    """A path that is not there, or is a folder, is a message."""
    for path in (tmp_path / "none.csv", tmp_path, Path("a\0b")):
        with pytest.raises(LeadFileError) as problem:
            open_file(str(path))
        assert problem.value.diagnostics[0].name == "lead-file-missing"


def test_lines_are_told_through_quoted_line_ends(tmp_path: Path) -> None:
    """A lead's line is where its record begins, counting line ends inside quotes and empty lines."""
    path = _file(tmp_path, 'a,b\n\n1,"x\ny"\n\n2,3\n')
    with open_file(str(path)) as file:
        assert file.places([0, 1]) == {0: "line 3", 1: "line 6"}


def test_reading_csv_never_imports_pandas(tmp_path: Path) -> None:
    """Pandas costs more to import than routing ten thousand leads; nothing on the way of a CSV may pull it in."""
    path = _file(tmp_path, "lead_id,email,n,when,tags\n1,a@b.co,1k,2026-01-02,x;y\n2,c@d.co,7,2026-01-02T10:00Z,\n")
    code = f"""
import sys
from tests.leads.projects import CLOCK, decisions, project
from leadroute.leads import Reader, first_rows, open_file, prepare
from leadroute.model.fields import Field, FieldType as T
of = project(Field("email", T.EMAIL), Field("n", T.INTEGER), Field("when", T.DATETIME), Field("tags", T.LIST), arrived_field="when")
with open_file({str(path)!r}) as file:
    reader = Reader(file, of, CLOCK, fields=frozenset({{"email", "n", "when", "tags", "arrived.weekday", "now.date"}}))
    batches = list(reader.batches())
    first_rows([batch.ids for batch in batches], [batch.invalid for batch in batches])
    with prepare(file, decisions(2, fit=5), {str(tmp_path / "out.csv")!r}) as output:
        output.publish()
print("pandas" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "False"
