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
