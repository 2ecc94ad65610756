"""Take a batch back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadroute.model.codes import diagnostic
from leadroute.model.diagnostic import Diagnostic
from leadroute.workflows.ledger_opening import LedgerOptions, opened
from leadroute.workflows.refusal import CannotRunError

if TYPE_CHECKING:
    from leadroute.ledger.records import Refused, Undone


def undo(options: LedgerOptions, batch: str, *, force: bool) -> tuple[Undone | Refused, tuple[Diagnostic, ...]]:
    """Take the batch of a name back; with ``force`` later decisions on its leads too. What stands in the way is found beside.

    Raises:
        CannotRunError: The ledger cannot be used, or has no such batch.
    """
    from leadroute.ledger.records import Undone

    with opened(options, write=True) as use:
        done = use.ledger.undo(batch, use.action(), force=force)
    if isinstance(done, Undone):
        return done, ()
    if done.reason == "unknown":
        raise CannotRunError(diagnostic("no-batch", f"the ledger has no batch `{batch}`", help="leadroute ledger show lists them"))
    return done, (_refusal(done),)


def _refusal(found: Refused) -> Diagnostic:
    if found.reason == "undone":
        return diagnostic("not-undone", f"`{found.target}` was taken back before, by `{found.by}`")
    if found.reason == "undo":
        return diagnostic(
            "not-undone", f"`{found.target}` took a batch back, and is not taken back itself", help="route the same file again"
        )
    made = [
        f"{one.leads:,} {one.how} in `{one.batch}` (such as `{one.lead}`)" if one.leads > 1 else f"`{one.lead}` {one.how} in `{one.batch}`"
        for one in found.references
    ]
    return diagnostic(
        "not-undone",
        f"later batches refer to leads of `{found.target}`: {', '.join(made)}",
        help="undo those first, the newest first; or take what they decided along with --force",
    )
