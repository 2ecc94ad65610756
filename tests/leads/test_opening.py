"""Opening lead files: formats, options that do not fit, streams."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from leadroute.leads import LeadFileError, open_file


def _ids(path: str, **options: str) -> list[str]:
    with open_file(path, **options) as file:
        return [text for block in file.blocks([0], 1) for text in block.columns[0].to_pylist()]


def test_stdin_is_spooled(monkeypatch: pytest.MonkeyPatch) -> None:
    """``-`` is stdin, whose leads can be read twice like a file's."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"lead_id\n1\n2\n")))
    with open_file("-") as file:
        for _ in range(2):
            assert sum(block.size for block in file.blocks([0])) == 2


def test_pipes_are_spooled(tmp_path: Path) -> None:
    """What is no regular file is copied first."""
    pipe = tmp_path / "leads.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"lead_id\n1\n"))
    writer.start()
    assert _ids(str(pipe)) == ["1"]
    writer.join()


@pytest.mark.parametrize("delimiter", ["", "ab", '"', "\n", "é"])
def test_a_told_delimiter_is_one_plain_character(tmp_path: Path, delimiter: str) -> None:
    """Anything else is refused by name."""
    path = tmp_path / "leads.csv"
    path.write_text("lead_id\n1\n")
    with pytest.raises(LeadFileError) as problem:
        open_file(str(path), delimiter=delimiter)
    assert problem.value.diagnostics[0].name == "option-misfit"


def test_told_options_count(tmp_path: Path) -> None:
    """A told delimiter (``tab`` by name) and format go before what could be found out."""
    path = tmp_path / "leads.txt"
    path.write_text("a,b\tc\n1,2\t3\n")
    assert _ids(str(path), delimiter="tab") == ["1,2"]
    assert _ids(str(path), delimiter=",") == ["1"]
    assert _ids(str(path), format="tsv") == ["1,2"]
    for options in ({"format": "doc"}, {"format": "json", "delimiter": ","}):
        with pytest.raises(LeadFileError):
            open_file(str(path), **options)


def test_a_file_of_another_format_says_which(tmp_path: Path) -> None:
    """A workbook called .csv is refused, with the format that it has."""
    path = tmp_path / "leads.csv"
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(LeadFileError) as problem:
        open_file(str(path))
    assert problem.value.diagnostics[0].help == "say --format xlsx"


@pytest.mark.parametrize(
    ("data", "encoding", "place"),
    [
        ("lead_id,x\n1,Zürich\n2,ok\n".encode(), None, None),
        ("lead_id,x\n1,Zürich\n".encode("cp1252"), None, None),
        ("lead_id,x\n1,Zürich\n2,a".encode() + b"\xff\n", None, (3, 4)),
        (b"lead_id,x\n1,\xff\n" + "2,Zürich\n".encode(), None, (2, 3)),
        ("lead_id,x\n1,Zürich\n2,a".encode() + b"\xff\n", "cp1252", None),
    ],
)
def test_a_doubtful_encoding_is_told(tmp_path: Path, data: bytes, encoding: str | None, place: tuple[int, int] | None) -> None:
    """UTF-8 with damage is read as Windows-1252, with a warning where it breaks; plain Windows-1252 is not worth a word."""
    path = tmp_path / "leads.csv"
    path.write_bytes(data)
    with open_file(str(path), encoding=encoding) as file:
        spans = [found.span for found in file.notes]
        assert [(span.line, span.column) for span in spans if span is not None] == ([place] if place else [])
        assert all(found.name == "guessed-encoding" and "--encoding" in (found.help or "") for found in file.notes)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("ending", "text"), [("csv", "lead_id,x\n1,é\n"), ("json", '[{"lead_id": "1", "x": "é"}]')])
def test_utf16_that_does_not_say_so_is_recognized(tmp_path: Path, ending: str, text: str, encoding: str) -> None:
    """The refusal names the option with which the file is read."""
    path = tmp_path / f"leads.{ending}"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(LeadFileError) as problem:
        open_file(str(path))
    (found,) = problem.value.diagnostics
    assert (found.name, found.help) == ("lead-file-format", f"say --encoding {encoding}")
    with open_file(str(path), encoding=encoding) as file:
        assert file.header == ("lead_id", "x")
