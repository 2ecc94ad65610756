"""The ledgers of the tests: in a folder, or in a schema of a PostgreSQL server, one for each folder."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

SERVER = "LEADROUTE_TEST_POSTGRES"
"""The URL of a server to test with; ``scripts/postgres.py`` starts one and sets it."""

CHOSEN = "LEADROUTE_TEST_LEDGER"
"""The same, while a test runs on PostgreSQL; processes that it starts inherit it."""

Test = TypeVar("Test", bound=Callable[..., None])

_made: dict[str, str] = {}
"""Schemas that this process made, by their URL."""


def on_sqlite(test: Test) -> Test:
    """For a test that looks into the file, in a module whose tests hold on every database."""
    return pytest.mark.parametrize("database", ["sqlite"], indirect=True)(pytest.mark.usefixtures("database")(test))


def on_postgres(test: Test) -> Test:
    """For a test of what only the server does."""
    return pytest.mark.parametrize("database", ["postgresql"], indirect=True)(pytest.mark.usefixtures("database")(test))


def state_in(folder: Path) -> str:
    """What ``--state`` is for the ledger of a folder: a file in it, or the URL of its own schema."""
    server = os.environ.get(CHOSEN)
    if server is None:
        return str(folder / "state.db")
    schema = "t_" + hashlib.sha256(str(folder).encode()).hexdigest()[:20]
    state = f"{server}?options=-csearch_path%3D{schema}"
    if state not in _made:
        with connected(server) as connection:
            # Of processes that come here at once each finds it or makes it.
            connection.execute("SELECT pg_advisory_xact_lock(1)")
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        _made[state] = schema
    return state


def forget() -> None:
    """Drop the schemas that this process made."""
    for state, schema in _made.items():
        with connected(state.partition("?")[0]) as connection:
            connection.execute("SET client_min_messages = warning")
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
    _made.clear()


def connected(url: str) -> Any:
    """A driver's connection to a server; leaving its ``with`` commits and closes."""
    import psycopg

    return psycopg.connect(url.replace("+psycopg", "", 1))


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What a query finds in the ledger of a folder; a statement that finds nothing is committed."""
    state = state_in(folder)
    if "://" in state:
        with connected(state) as connection:
            cursor = connection.execute(query)
            return [] if cursor.description is None else list(cursor.fetchall())
    database = sqlite3.connect(state)
    try:
        with database:
            return database.execute(query).fetchall()
    finally:
        database.close()


def contents(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    from leadroute.ledger.tables import metadata

    return {name: sorted(rows(folder, f"SELECT * FROM {name}"), key=repr) for name in metadata.tables}
