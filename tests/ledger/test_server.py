"""`scripts/postgres.py`: a server of its own for one command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import SERVER, connected

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import postgres  # noqa: E402 - a script, not a package

TELL = f"import os, sys; print(os.environ.get({SERVER!r})); sys.exit(7)"


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != SERVER}
    command = [sys.executable, str(ROOT / "scripts" / "postgres.py"), *arguments, sys.executable, "-c", TELL]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.skipif(postgres.binaries() is None, reason="no PostgreSQL server here")
def test_the_server_lives_as_long_as_the_command() -> None:
    """The command gets its URL, its exit code comes through, and afterwards nobody answers there."""
    done = script("--durable")
    assert done.returncode == 7, done.stderr
    url = done.stdout.strip()
    assert url.startswith("postgresql+psycopg://")
    with pytest.raises(Exception, match=r"(?i)refused"):
        connected(url)


def test_without_a_server_the_command_may_run_all_the_same(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """`--optional` says so and goes on; else it is an error where nothing can be installed."""
    monkeypatch.delenv(SERVER, raising=False)
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    monkeypatch.setattr(sys, "argv", ["postgres.py", "--optional", sys.executable, "-c", TELL])
    with pytest.raises(SystemExit) as left:
        postgres.main()
    out, err = capfd.readouterr()
    assert (left.value.code, out) == (7, "None\n")
    assert "the tests that need one are skipped" in err
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "argv", ["postgres.py", sys.executable, "-c", TELL])
    with pytest.raises(SystemExit, match="there is no PostgreSQL server here"):
        postgres.main()


def test_a_server_that_is_named_is_used(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Who has set the variable gets no second server."""
    monkeypatch.setenv(SERVER, "postgresql+psycopg://elsewhere/db")
    monkeypatch.setattr(sys, "argv", ["postgres.py", sys.executable, "-c", TELL])
    with pytest.raises(SystemExit) as left:
        postgres.main()
    assert left.value.code == 7
    assert capfd.readouterr().out == "postgresql+psycopg://elsewhere/db\n"
