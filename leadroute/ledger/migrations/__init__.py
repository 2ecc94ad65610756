"""Ledgers of an older layout, brought to the present one. Imported only when such a ledger is opened.

A step is a module with ``upgrade(op)``: Alembic's operations, which change tables alike on every database, in the transaction that the
step is called in. Which steps a ledger has seen, its ``meta`` says; there is no way back, a copy of the ledger is.
"""

from __future__ import annotations

from importlib import import_module

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, update

from leadroute.ledger.tables import VERSION, meta

STEPS = {2: "layout2"}
"""The module that brings a ledger to a layout from the one before."""


def migrate(connection: Connection, version: int) -> None:
    """Bring a ledger of layout ``version`` to the present one, in the open transaction, under the write lock."""
    operations = Operations(MigrationContext.configure(connection))
    for layout in range(version + 1, VERSION + 1):
        import_module(f"{__name__}.{STEPS[layout]}").upgrade(operations)
    connection.execute(update(meta).where(meta.c.key == "version").values(value=str(VERSION)))
