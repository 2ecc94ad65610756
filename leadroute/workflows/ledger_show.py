"""What a ledger holds: batches, who carries what and whose turn it is, the history of a lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leadroute.model.codes import diagnostic
from leadroute.model.frozen import frozen
from leadroute.workflows.ledger_opening import LedgerOptions, opened
from leadroute.workflows.refusal import CannotRunError

if TYPE_CHECKING:
    from leadroute.insight.carried import Carried
    from leadroute.ledger.records import Batch, Chapter


@frozen
class LedgerView:
    """What was asked for; the rest is ``None``. Instants are shown on the clock of ``timezone``."""

    state: str
    timezone: str
    batches: Sequence[Batch] | None = None
    standings: Carried | None = None
    lead: str | None = None
    history: Sequence[Chapter] | None = None


def show(options: LedgerOptions, *, standings: bool = False, lead: str | None = None) -> LedgerView:
    """The batches; or the standings at an instant, or what became of one lead.

    Raises:
        CannotRunError: The ledger cannot be used, or does not know the lead.
    """
    from leadroute.insight.carried import carried
    from leadroute.workflows.route import standings_now

    with opened(options, write=False) as use:
        if lead is not None:
            history = use.ledger.history(lead.strip())
            if not history:
                raise CannotRunError(
                    diagnostic("no-lead", f"the ledger has no lead `{lead}`", help="name one by its id, as in the column of ids")
                )
            return LedgerView(use.state, use.project.timezone, lead=lead.strip(), history=history)
        if standings:
            found = carried(use.project, standings_now(use.ledger, use.project, use.clock))
            return LedgerView(use.state, use.project.timezone, standings=found)
        return LedgerView(use.state, use.project.timezone, batches=use.ledger.batches())
