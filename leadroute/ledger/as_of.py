"""The ledger as an earlier batch found it. Imported only once a ledger is opened."""

from __future__ import annotations

from sqlalchemy import Connection, FromClause, select, union_all

from leadroute.ledger.tables import decisions, undone


def decisions_as_of(connection: Connection, before: int | None) -> FromClause:
    """The decisions that counted when the batch numbered ``before`` was decided, undone ones too where that came later.

    Those of that batch and of later ones are among them; ``None``: the decisions that count now.
    """
    if before is None:
        return decisions
    gone_later = undone.c.by >= before
    if connection.execute(select(undone.c.by).where(gone_later).limit(1)).first() is None:
        return decisions
    gone = select(*(undone.c[column.name] for column in decisions.c)).where(gone_later)
    return union_all(select(decisions), gone).subquery("as_of")
