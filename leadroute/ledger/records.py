"""What goes into a ledger with a batch and what comes back out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from leadroute.model.decisions import Verdict
from leadroute.model.standings import Standings


@dataclass(frozen=True, slots=True)
class Returned:
    """What the batch gives back of an earlier one, because it decided that batch's leads again.

    It lowers the counts of the day that ``batch`` (a name) was decided on, not of today. ``pool`` is ``None`` for leads that no pool
    handed out, ``effort`` in millionths; both ``leads`` and ``effort`` are what is taken away, so positive.
    """

    batch: str
    pool: str | None
    rep: str
    leads: int
    effort: int


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """What is known about a batch besides its decisions.

    ``at`` is its instant in microseconds since the epoch UTC. ``started_from`` are the standings right before the first pick, what
    is ``returned`` already given back (a copy, should the engine change the one that it is handed): ``explain`` replays from them.
    """

    name: str
    at: int
    project_digest: str
    input_digest: str
    started_from: Standings
    returned: tuple[Returned, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """A committed batch. ``leads`` counts the rows of its file, ``decided`` those that it decided itself (the others repeat or are kept).

    Instants are microseconds since the epoch UTC; ``committed_at`` is the wall clock, a record that nothing is worked out from.
    """

    name: str
    at: int
    committed_at: int
    project_digest: str
    input_digest: str
    leads: int
    decided: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """Leads that the ledger holds as assigned or queued.

    ``number`` has one entry per id asked about: which of the decisions below is its own, -1 for none. The other arrays have one entry
    per decision: ``verdict``, ``rep`` and ``batch`` index the tuples of the same name (``rep`` -1: none), ``fit`` is in billionths (-1:
    none), ``effort`` and ``cost`` in millionths (0: nothing was charged), ``counted`` whether the lead counts in limits per day.
    """

    number: npt.NDArray[np.int64]
    verdicts: tuple[Verdict, ...]
    reps: tuple[str, ...]
    batches: tuple[str, ...]
    verdict: npt.NDArray[np.int32]
    rep: npt.NDArray[np.int32]
    batch: npt.NDArray[np.int32]
    fit: npt.NDArray[np.int64]
    effort: npt.NDArray[np.int64]
    cost: npt.NDArray[np.int64]
    counted: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """The number of decisions found."""
        return len(self.verdict)
