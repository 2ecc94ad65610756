"""All that a report tells."""

from __future__ import annotations

from leadroute.insight.entitlement import PoolEntitlement
from leadroute.insight.summary import Summary
from leadroute.ledger.records import Adjusted, Batch
from leadroute.model.frozen import frozen


@frozen
class Report:
    """What was found.

    ``since`` and ``until`` are the bounds as instants (``None``: none; ``since <= t < until``). ``batches`` are those that decided,
    ``actions`` what was done to the record. ``given_back`` counts decisions that count for nobody's share, since their turn was given
    back. Of a routed file, ``pools`` is ``None``: it does not say who was eligible. ``pool`` and ``rep`` are what was asked about alone.
    """

    source: str
    timezone: str
    since: int | None
    until: int | None
    summary: Summary
    given_back: int = 0
    pools: tuple[PoolEntitlement, ...] | None = None
    batches: tuple[Batch, ...] = ()
    actions: tuple[Batch, ...] = ()
    adjusted: tuple[Adjusted, ...] = ()
    pool: str | None = None
    rep: str | None = None
