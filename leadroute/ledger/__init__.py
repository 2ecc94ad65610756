"""What was decided and who carries what, in a database.

Importing this room is cheap: SQLAlchemy is loaded when a ledger is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadroute.ledger.errors import LedgerError, NotPortableError
from leadroute.ledger.frozen import freeze, thaw
from leadroute.ledger.opening import open_ledger
from leadroute.ledger.records import Action, Batch, BatchRecord, Earlier, GivenBack, Parts, WaitingLead

if TYPE_CHECKING:
    from leadroute.ledger.ledger import Ledger as Ledger

__all__ = [
    "Action",
    "Batch",
    "BatchRecord",
    "Earlier",
    "GivenBack",
    "LedgerError",
    "NotPortableError",
    "Parts",
    "WaitingLead",
    "freeze",
    "open_ledger",
    "thaw",
]
