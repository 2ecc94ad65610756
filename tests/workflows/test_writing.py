"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from leadroute.workflows.writing import write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """What was there is gone, its permissions stay, and nothing else is left in the folder."""
    file = tmp_path / "a.json"
    file.write_text("old and longer")
    file.chmod(0o640)
    write_whole(file, "new\n")
    assert file.read_bytes() == b"new\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_a_new_file_is_as_open_as_any(tmp_path: Path) -> None:
    """The umask decides, as for files that other programs make."""
    mask = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", "x")
    finally:
        os.umask(mask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the file nor the folder changes."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a", "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "old")]
