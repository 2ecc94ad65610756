"""Writing: every lead as it came, with what was decided; whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadroute.leads import COLUMNS, LeadFileError, open_file, prepare
from leadroute.leads.cells import BLOCK_BYTES
from leadroute.leads.delimited import DelimitedFile
from tests.leads.projects import decisions, written

ANYTHING = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
ADDED = ",sarah,assigned,,all,everyone,round_robin,rule `all` took it,,2026-11-23-1"
HEAD = "," + ",".join(COLUMNS)


def _file(folder: Path, data: bytes | str, name: str = "leads.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def _written(folder: Path, data: bytes | str, size: int, target: str = "out.csv", source: str = "leads.csv", **options: object) -> str:
    made = options.pop("made", None) or decisions(size, reps=["sarah"])
    return written(_file(folder, data, source), folder / target, made, **options).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_byte_of_a_record_stays(tmp_path: Path, line_end: str, mark: str) -> None:
    """Quoting, blanks, empty lines, delimiter, line ends and byte order mark are those of the input."""
    rows = ["a;b", '"1" ;"x;""y"""', "", ' 2;"p' + line_end + 'q"', ""]
    added = ADDED.replace(",", ";")
    expected = [f"a;b{HEAD.replace(',', ';')}", rows[1] + added, "", rows[3] + added, ""]
    path = _file(tmp_path, mark + line_end.join(rows))
    with open_file(str(path), delimiter=";") as file, prepare(file, decisions(2, reps=["sarah"]), str(tmp_path / "o.csv")) as output:
        output.publish()
    assert (tmp_path / "o.csv").read_bytes().decode() == mark + line_end.join(expected)


def test_the_last_line_gets_an_end(tmp_path: Path) -> None:
    """A file whose last line has no end gets one, like the others."""
    assert _written(tmp_path, "a,b\r\n1,2", 1) == f"a,b{HEAD}\r\n1,2{ADDED}\r\n"
    assert _written(tmp_path, "a,b", 0) == f"a,b{HEAD}\n"


def test_ragged_rows_line_up(tmp_path: Path) -> None:
    """A short row is filled up, surplus cells come after the added ones, and neighbours are untouched."""
    text = _written(tmp_path, "a,b\n1,2\n3\n4,5,6,7\n8,9\n", 4)
    assert text == f"a,b{HEAD}\n1,2{ADDED}\n3,{ADDED}\n4,5{ADDED},6,7\n8,9{ADDED}\n"


@ANYTHING
@given(st.text(st.sampled_from('ab,"\n\r é'), max_size=60), st.sampled_from([1, 3, 20]))
@example('a,b\n"x\ny",5" z\n\n7\n1,2,3\n', 1)
@example("a\r\n\r\nb\r\rc", 1)
def test_blocks_never_change_the_output(tmp_path: Path, text: str, block_bytes: int) -> None:
    """The same bytes for blocks of every size; and every cell that went in comes out."""
    path = _file(tmp_path, text)
    try:
        with open_file(str(path), delimiter=",") as file:
            size = sum(block.size for block in file.blocks([]))
    except LeadFileError:
        return
    made = decisions(size, fit=250_000_000, first={size - 1: 0} if size > 1 else None)
    outputs = []
    for each in (block_bytes, BLOCK_BYTES):
        with open_file(str(path), delimiter=",") as file:
            assert isinstance(file, DelimitedFile)
            whole = file.records
            file.records = lambda _=0, whole=whole, each=each: whole(each)  # type: ignore[method-assign, assignment, misc]
            with prepare(file, made, str(tmp_path / "out.csv")) as output:
                output.publish()
        outputs.append((tmp_path / "out.csv").read_bytes())
    assert outputs[0] == outputs[1]
    before = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    after = [row for row in csv.reader(io.StringIO(outputs[0].decode(), newline="")) if row]
    width = len(before[0])
    assert len(after) == len(before)
    for old, new in zip(before, after, strict=True):
        assert new[:width] == [*old[:width], *[""] * (width - len(old))]
        assert new[width + len(COLUMNS) :] == old[width:]


def test_a_duplicate_names_the_line_of_the_first(tmp_path: Path) -> None:
    """The line counts line ends inside quotes; other formats name the lead."""
    made = decisions(3, first={2: 1})
    text = _written(tmp_path, 'lead_id,x\n1,"a\nb"\n2,c\n2,d\n', 3, made=made)
    assert text.splitlines()[-1] == "2,d,,duplicate,,,,duplicate,it has the same id as an earlier row: line 4,,2026-11-23-1"
    text = _written(tmp_path, '[{"lead_id": 1}, {"lead_id": 2}, {"lead_id": 2}]', 3, "out.json", "leads.json", made=made)
    assert json.loads(text)[2]["assignment"]["why"] == "it has the same id as an earlier row: lead 2"


def test_own_cells_are_quoted_and_never_formulas(tmp_path: Path) -> None:
    """A name that a spreadsheet would run gets an apostrophe; one with a delimiter or quote is quoted."""
    made = decisions(2, reps=["=cmd()", 'a "b", c'])
    rows = list(csv.reader(io.StringIO(_written(tmp_path, "x\n=1+1\n2\n", 2, made=made))))
    assert [row[:2] for row in rows[1:]] == [["=1+1", "'=cmd()"], ["2", 'a "b", c']]


def test_safe_cells_guards_every_cell(tmp_path: Path) -> None:
    """With ``safe_cells`` input cells that look like formulas get an apostrophe, inside their quotes."""
    text = _written(tmp_path, 'x,y\n=1,"=2,3"\n-4,ok\n', 2, safe_cells=True)
    assert [line.split(",sarah")[0] for line in text.splitlines()[1:]] == ["'=1,\"'=2,3\"", "'-4,ok"]


def test_columns_that_are_there_are_refused_or_replaced(tmp_path: Path) -> None:
    """Old columns of the same names stop the run, or are left out with ``replace``."""
    once = _written(tmp_path, "a,b\n1,2\n", 1)
    with pytest.raises(LeadFileError) as problem:
        _written(tmp_path, once, 1)
    assert problem.value.diagnostics[0].name == "column-taken"
    assert _written(tmp_path, once, 1, replace=True) == once
    made = _written(tmp_path, '[{"a": 1.0}]', 1, "out.json", "leads.json")
    with pytest.raises(LeadFileError):
        _written(tmp_path, made, 1, "out.json", "leads.json")
    assert _written(tmp_path, made, 1, "out.json", "leads.json", replace=True) == made


def test_json_leads_keep_their_text(tmp_path: Path) -> None:
    """Numbers, escapes and order stay to the letter; the assignment comes last, null where it does not apply."""
    leads = '[\n {"a": 1.10, "b": 1e3, "c": "\\u00e9\\ud800"},\n {}\n]'
    text = _written(tmp_path, leads, 2, "out.json", "leads.json", made=decisions(2, reps=["sarah"], fit=850_000_000))
    assert text.startswith(
        '[\n{"a": 1.10, "b": 1e3, "c": "\\u00e9\\ud800", "assignment": {"outcome": "assigned", "rep": "sarah", "queue": null,'
    )
    assert '"fit": 0.85, "batch": "2026-11-23-1"}' in text
    assert json.loads(text)[1].keys() == {"assignment"}
    lines = _written(tmp_path, leads, 2, "out.jsonl", "leads.json")
    assert [json.loads(line)["assignment"]["rep"] for line in lines.splitlines()] == ["sarah", "sarah"]
    assert _written(tmp_path, "[]", 0, "out.json", "leads.json") == "[]\n"


def test_formats_cross(tmp_path: Path) -> None:
    """CSV cells are text in JSON; JSON keys become columns in order of appearance, nested values JSON text."""
    found = json.loads(_written(tmp_path, "a,a,\n1,2,3,4\n5\n", 2, "out.json"))
    assert [{key: value for key, value in lead.items() if key != "assignment"} for lead in found] == [
        {"a": "1", "a_2": "2", "column_3": "3", "surplus_cells": ["4"]},
        {"a": "5", "a_2": None, "column_3": None},
    ]
    leads = '[{"b": 1.50, "a": {"x": [1]}}, {"c": true, "b": "=1"}]'
    rows = list(csv.reader(io.StringIO(_written(tmp_path, leads, 2, "out.csv", "leads.json"))))
    assert [row[:3] for row in rows] == [["b", "a", "c"], ["1.5", '{"x": [1]}', ""], ["=1", "", "true"]]
    text = _written(tmp_path, "a,b\n1,x\ty\n", 1, "out.tsv")
    assert text.splitlines()[1].startswith('1\t"x\ty"\tsarah\t')


def test_salesforce_trees_become_arrays(tmp_path: Path) -> None:
    """The records of a tree are the leads; what says of which kind they are is no column, but stays."""
    tree = '{"records": [{"attributes": {"type": "Lead"}, "Id": "1"}]}'
    path = _file(tmp_path, tree, "leads.json")
    with open_file(str(path)) as file:
        assert file.header == ("Id",)
    found = json.loads(_written(tmp_path, tree, 1, "out.json", "leads.json"))
    assert found[0]["attributes"] == {"type": "Lead"}


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Nothing is seen before ``publish``, nothing stays after ``discard`` or an error, and the mode is the old one's."""
    source, target = _file(tmp_path, "a\n1\n"), tmp_path / "out.csv"
    target.write_text("old")
    target.chmod(0o640)
    with open_file(str(source)) as file:
        with prepare(file, decisions(1), str(target)):
            assert target.read_text() == "old"
        with pytest.raises(LeadFileError) as problem:
            prepare(file, decisions(2), str(target))
        assert problem.value.diagnostics[0].name == "lead-file-changed"
        assert {path.name for path in tmp_path.iterdir()} == {"leads.csv", "out.csv"}
        prepare(file, decisions(1), str(target)).publish()
    assert target.read_text().startswith("a,assigned_to")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert {path.name for path in tmp_path.iterdir()} == {"leads.csv", "out.csv"}


def test_a_file_can_be_written_over_itself(tmp_path: Path) -> None:
    """The input may be the target."""
    path = _file(tmp_path, "a\n1\n")
    assert written(path, path, decisions(1, reps=["sarah"])).decode() == f"a{HEAD}\n1{ADDED}\n"


def test_stdout_gets_the_output_on_publish(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """``-`` prints, and only when published."""
    with open_file(str(_file(tmp_path, "a\n1\n"))) as file:
        prepare(file, decisions(1), "-").discard()
        assert capfdbinary.readouterr().out == b""
        prepare(file, decisions(1, reps=["sarah"]), "-").publish()
    assert capfdbinary.readouterr().out.decode() == f"a{HEAD}\n1{ADDED}\n"


def test_targets_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    """A folder, or a file in a folder that is not there."""
    with open_file(str(_file(tmp_path, "a\n1\n"))) as file:
        for target in (tmp_path, tmp_path / "none" / "out.csv"):
            with pytest.raises(LeadFileError):
                prepare(file, decisions(1), str(target))
        with pytest.raises(LeadFileError):
            prepare(file, decisions(1), "x", format="doc")
