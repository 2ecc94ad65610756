"""Note of leads that their work is done, or that somebody answered them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leadroute.workflows.ledger_opening import LedgerOptions, opened

if TYPE_CHECKING:
    from leadroute.ledger.records import Noted


def close(options: LedgerOptions, leads: Sequence[str]) -> Noted:
    """Free the load of leads, by ids or files of them.

    Raises:
        CannotRunError: The ledger cannot be used.
        LeadFileError: A file cannot be read.
    """
    from leadroute.workflows.named_leads import ids_of

    with opened(options, write=True) as use:
        return use.ledger.close_leads(ids_of(use.project, use.clock, leads), use.action())


def answered(options: LedgerOptions, leads: Sequence[str]) -> Noted:
    """Note that leads were answered, at the instant of the options; raises like :func:`close`."""
    from leadroute.workflows.named_leads import ids_of

    with opened(options, write=True) as use:
        return use.ledger.answer_leads(ids_of(use.project, use.clock, leads), use.action())
