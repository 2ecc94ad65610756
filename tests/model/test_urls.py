"""A ledger's URL, shown without its password."""

from __future__ import annotations

import pytest

from leadroute.model.urls import is_postgres, masked


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://me:secret@host:5432/db", "postgresql+psycopg://me:***@host:5432/db"),
        ("postgresql://me:a@b/c?d#e@host/db", "postgresql://me:***@host/db"),
        ("postgresql://:secret@host/db", "postgresql://:***@host/db"),
        ("postgresql://me@host:5432/db", "postgresql://me@host:5432/db"),
        ("postgresql://host:5432/db", "postgresql://host:5432/db"),
        ("postgresql://me:secret", "postgresql://me:***"),
        ("postgresql://host/db?user=me&password=secret&sslmode=require", "postgresql://host/db?user=me&password=***&sslmode=require"),
        ("postgresql://host/db?sslPassword=secret", "postgresql://host/db?sslPassword=***"),
        ("mysql://me:secret@host/db", "mysql://me:***@host/db"),
        (".leadroute/state.db", ".leadroute/state.db"),
        ("a:b@c.db", "a:b@c.db"),
    ],
)
def test_passwords_are_never_shown(url: str, shown: str) -> None:
    """Whatever stands where a password may, in whatever letters, becomes three stars; files stay as they are."""
    assert masked(url) == shown


@pytest.mark.parametrize(
    ("url", "is_one"),
    [("postgresql+psycopg://x/y", True), ("PostgreSQL://x/y", True), ("postgres://x", True), ("mysql://x", False), ("state.db", False)],
)
def test_postgresql_is_known_by_its_scheme(url: str, is_one: bool) -> None:
    """The one driver is psycopg; `postgresql` and `postgres` mean it, too."""
    assert is_postgres(url) is is_one
