"""Hold what the ledger says of standings against its own decisions and events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadroute.model.frozen import frozen
from leadroute.workflows.ledger_opening import LedgerOptions, opened

if TYPE_CHECKING:
    from leadroute.ledger.records import Difference


@frozen
class Checked:
    """What differs, of how many batches."""

    state: str
    batches: int
    differences: tuple[Difference, ...]


def check(options: LedgerOptions) -> Checked:
    """Rebuild everything and compare.

    Raises:
        CannotRunError: The ledger cannot be used.
    """
    with opened(options, write=False) as use:
        return Checked(use.state, len(use.ledger.batches()), tuple(use.ledger.differences()))
