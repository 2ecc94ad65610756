"""Whether the record of a batch is what the rules give: the batch is decided once more, by the very functions that route."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from leadroute.model.clock import Clock
from leadroute.model.codes import diagnostic
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.workflows.ledger_opening import LedgerOptions, Opened, opened
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.route import Intake, RouteOptions, follow, ids_at, take_in

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from leadroute.insight.replayed import Comparison
    from leadroute.leads.cells import LeadFile
    from leadroute.ledger.records import Batch


@frozen
class Verified:
    """What a replay found; ``same_project`` and ``same_leads`` say that the digests are those recorded."""

    batch: Batch
    comparison: Comparison
    same_project: bool
    same_leads: bool


def verify(
    options: LedgerOptions,
    name: str,
    leads: str | None,
    *,
    read_format: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Verified:
    """Replay a batch from the standings that it started from, and compare every decision.

    Raises:
        CannotRunError: The ledger cannot be used or has no such batch, or the batch cannot be replayed.
        LeadFileError: The lead file cannot be read.
    """
    from leadroute.leads.opening import open_file

    with opened(options, write=False) as use:
        batch = use.ledger.batch(name)
        if batch is None:
            raise CannotRunError(diagnostic("no-batch", f"the ledger has no batch `{name}`", help="`leadroute ledger show` lists them"))
        if batch.kind != "route":
            raise CannotRunError(_not_replayed(batch))
        if leads is None:
            said = f"`{name}` cannot be replayed without its leads: the ledger keeps their digest alone"
            raise CannotRunError(diagnostic("not-replayed", said, help="name the file that was routed with --leads"))
        with open_file(leads, format=read_format, delimiter=delimiter, encoding=encoding) as file:
            return _replayed(use, batch, file)


def _not_replayed(batch: Batch) -> Diagnostic:
    if batch.kind == "reroute":
        said = f"`{batch.name}` is of kind `reroute`: its leads came out of the ledger as they were then, and no file holds them"
        return diagnostic("not-replayed", said, help="`leadroute explain LEADS --lead ID` tells how one of them went on")
    return diagnostic("not-replayed", f"`{batch.name}` is of kind `{batch.kind}`: it decided nothing", help="name a batch of kind `route`")


def _replayed(use: Opened, batch: Batch, file: LeadFile) -> Verified:
    from leadroute.insight.replayed import compared

    ledger, name = use.ledger, batch.name
    started = ledger.started_from(name)
    clock = Clock(batch.at, use.project.timezone)
    previous = partial(ledger.previous, before=name)
    intake = take_in(use.project, clock, started, file, RouteOptions(leads=file.path), previous=previous)
    recorded = ledger.recorded(name)
    at = _places(intake, recorded.leads)
    before = ledger.decided(intake.ids, before=name).number >= 0
    wanted = intake.valid & (intake.first < 0) & ~before
    wanted[at[at >= 0]] = True  # decided before, some were to be decided anew
    follow(ledger, intake.router, wanted, anew=ids_at(intake.ids, wanted & before), before=name)
    comparison = compared(recorded, intake.router.decide(wanted), intake.ids, at)
    return Verified(batch, comparison, batch.project_digest == use.project.digest, batch.input_digest == file.digest())


def _places(intake: Intake, leads: Sequence[str]) -> npt.NDArray[np.int64]:
    """Where leads stand in the file, -1 for one that is not there."""
    import numpy as np
    import pyarrow.compute as pc

    from leadroute.leads import arrow

    own = intake.valid & (intake.first < 0)
    found = pc.index_in(arrow.strings(leads), ids_at(intake.ids, own)).fill_null(-1)
    numbers = np.array(found.to_pylist(), np.int64)
    return np.append(np.flatnonzero(own), -1)[numbers]
