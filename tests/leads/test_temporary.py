"""What killed runs left of an output is cleared away, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from leadroute.leads import temporary

pytestmark = pytest.mark.skipif(not temporary.LOCKS, reason="this system has no such locks")

HOLD = """
import sys, time
from pathlib import Path
from leadroute.leads import temporary
file, path = temporary.create(Path(sys.argv[1]))
print(path.name, flush=True)
time.sleep(600)
"""


def test_what_a_dead_run_left_goes_when_the_output_is_written_again(tmp_path: Path) -> None:
    """A living run keeps its file; killed, it loses it to the next."""
    target = tmp_path / "out.csv"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(target)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        temporary.clear(target)
        assert os.listdir(tmp_path) == [name]
        os.kill(child.pid, signal.SIGKILL)
    file, path = temporary.create(target)
    with file:
        assert os.listdir(tmp_path) == [path.name]
        temporary.clear(target)
        assert os.listdir(tmp_path) == [path.name]


def test_only_files_of_this_output_go(tmp_path: Path) -> None:
    """Other outputs, other endings, folders and links stay, whatever letters the name is of."""
    target = tmp_path / "o[u]t.csv"
    others = [".out.csv.0123abcd.tmp", ".o[u]t.csv.0123ABCD.tmp", ".o[u]t.csv.0123abcd.part", ".o[u]t.csv.0123abc.tmp", "o[u]t.csv"]
    for name in others:
        (tmp_path / name).touch()
    (tmp_path / ".o[u]t.csv.00000000.tmp").mkdir()
    (tmp_path / ".o[u]t.csv.00000001.tmp").symlink_to(tmp_path / "o[u]t.csv")
    (tmp_path / ".o[u]t.csv.00000002.tmp").write_text("half")
    temporary.clear(target)
    assert sorted(os.listdir(tmp_path)) == sorted([*others, ".o[u]t.csv.00000000.tmp", ".o[u]t.csv.00000001.tmp"])


def test_a_file_that_is_cleared_before_it_is_locked_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who clears away just then takes it for a dead run's: the output goes to another file."""
    real, cleared = temporary._held, []

    def late(handle: int, path: Path) -> bool:
        if not cleared:
            cleared.append(path)
            path.unlink()
        return real(handle, path)

    monkeypatch.setattr(temporary, "_held", late)
    file, path = temporary.create(tmp_path / "out.csv")
    with file:
        assert path != cleared[0]
        assert os.listdir(tmp_path) == [path.name]


def test_a_folder_that_is_not_there_is_for_the_caller_to_say(tmp_path: Path) -> None:
    """Clearing away never fails; making the file does."""
    temporary.clear(tmp_path / "nope" / "out.csv")
    with pytest.raises(FileNotFoundError):
        temporary.create(tmp_path / "nope" / "out.csv")
