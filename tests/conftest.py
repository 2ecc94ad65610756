"""What all tests share: files that hold what a command prints, and the databases that a ledger may be in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import databases

# How long an example takes depends on the machine, and says nothing about the rule.
UNCHECKED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
# The same examples at every run, so that a change is judged by what it changes; `--hypothesis-profile explore` looks for others.
settings.register_profile("leadroute", deadline=None, suppress_health_check=UNCHECKED, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, suppress_health_check=UNCHECKED)
settings.load_profile("leadroute")

GOLDEN = Path(__file__).parent / "golden"
Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what is printed now into tests/golden/")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """``golden("validate/clean.txt", printed)``: the text is that of the file; ``--update-golden`` writes it instead."""

    def compare(name: str, printed: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(printed, encoding="utf-8", newline="\n")
            return
        assert file.exists(), f"no {file}: run pytest --update-golden and read what it writes"
        assert printed == file.read_text("utf-8")

    return compare


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """For tests that hold on every database: they run on SQLite, and on PostgreSQL where there is a server. The name of the one in use."""
    if request.param == "sqlite":
        yield "sqlite"
        return
    server = os.environ.get(databases.SERVER)
    if server is None:
        pytest.skip(f"no PostgreSQL server: scripts/postgres.py starts one and sets {databases.SERVER}")
    monkeypatch.setenv(databases.CHOSEN, server)
    yield "postgresql"
    databases.forget()
