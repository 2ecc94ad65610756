"""The layout of a ledger."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from leadroute.ledger import tables


def test_the_layout_fits_other_databases() -> None:
    """Text, bytes and 64-bit integers are all that a ledger is made of, and PostgreSQL takes the same tables."""
    for table in tables.metadata.sorted_tables:
        assert all(isinstance(column.type, BigInteger | Text | LargeBinary) for column in table.columns)
        text = str(CreateTable(table).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]  # SQLAlchemy types it not
        assert "SERIAL" not in text
        assert "ROWID" not in text


def test_every_table_says_what_a_row_is() -> None:
    """Every table has a key, so that no row is there twice."""
    assert all(table.primary_key.columns for table in tables.metadata.sorted_tables)
