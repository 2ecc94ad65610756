"""Running commands inside the process, away from the variables of whoever runs the tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from leadroute.cli.main import app

Leadroute = Callable[..., Result]


@pytest.fixture
def leadroute(monkeypatch: pytest.MonkeyPatch) -> Leadroute:
    """``leadroute("validate", "--strict", columns=140)``."""
    for name in os.environ:
        if (name.startswith("LEADROUTE_") and not name.startswith("LEADROUTE_TEST_")) or name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
            monkeypatch.delenv(name)

    def run(*arguments: str | Path, columns: int = 80, stdin: str | None = None, **variables: str) -> Result:
        env = {"COLUMNS": str(columns), **variables}
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin, env=env)

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder named ``acme``."""
    made = tmp_path / "acme"
    made.mkdir()
    monkeypatch.chdir(made)
    return made


@pytest.fixture
def project(folder: Path, leadroute: Leadroute) -> Path:
    """The working folder with the project that ``init`` writes."""
    assert leadroute("init", "--quiet").exit_code == 0
    return folder
