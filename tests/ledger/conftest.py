"""Tests that hold on every database ask for ``database``: they run on SQLite, and on PostgreSQL where there is a server."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.ledger import databases


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The database that `opened` opens ledgers in, by its name."""
    if request.param == "sqlite":
        yield "sqlite"
        return
    server = os.environ.get(databases.SERVER)
    if server is None:
        pytest.skip(f"no PostgreSQL server: scripts/postgres.py starts one and sets {databases.SERVER}")
    monkeypatch.setenv(databases.CHOSEN, server)
    yield "postgresql"
    databases.forget()
