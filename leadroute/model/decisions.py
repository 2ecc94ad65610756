"""What was decided: a column per fact, and the few distinct sentences that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from enum import Enum
from typing import TYPE_CHECKING

from leadroute.model.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Outcome(Enum):
    """The five things that can become of a lead."""

    ASSIGNED = "assigned"
    QUEUED = "queued"
    HELD = "held"
    DUPLICATE = "duplicate"
    INVALID = "invalid"


@frozen
class Verdict:
    """What many leads share: outcome, reason code, sentence, and the names that apply.

    ``rule`` is ``None`` when no rule kept the lead, ``pool`` is the pool that handed the lead out, ``queue`` where it waits.
    """

    outcome: Outcome
    reason: str
    why: str
    rule: str | None = None
    pool: str | None = None
    queue: str | None = None


@frozen
class Decision:
    """One lead's decision; ``fit`` in billionths, ``None`` where best_fit did not choose."""

    outcome: Outcome
    reason: str
    why: str
    rep: str | None
    queue: str | None
    rule: str | None
    pool: str | None
    fit: int | None
    batch: str | None


@frozen
class Decisions:
    """All decisions of a run, in file order; every array has one entry per lead.

    ``verdict`` indexes ``verdicts``; ``rep`` indexes ``reps`` (ids), -1 for none; ``fit`` is in billionths, -1 for none;
    ``batch`` indexes ``batches`` (names), -1 for none; ``first`` is, for a duplicate, the position of the row that it repeats, else -1;
    ``eligible`` indexes ``signatures``, -1 for none: the reps who passed every gate of the try that took the lead;
    ``effort`` is the load that was charged, in millionths (0: none), ``cost`` the turn that was charged (0: none), ``place`` where:
    it indexes ``places`` (rotation key, cell), -1 for nowhere; ``counted`` whether the lead counts in the rep's (and the pool's) limits
    per day. ``tier`` indexes ``tiers``, -1 where the lead has none, or deciding reads neither score nor tier.
    ``weights`` are those in force for the members of each pool, in millionths, by rep id.
    ``measured`` is, by key, what each lead adds to the measures of limits that are no plain counts (millionths; 0: it does not count).
    ``fresh`` marks leads decided in this run (not kept from the ledger; duplicates and invalid rows are never fresh).
    """

    verdicts: tuple[Verdict, ...]
    reps: tuple[str, ...]
    batches: tuple[str, ...]
    signatures: tuple[tuple[str, ...], ...]
    places: tuple[tuple[str, str | None], ...]
    tiers: tuple[str, ...]
    weights: Mapping[str, Mapping[str, int]]
    verdict: npt.NDArray[np.int32]
    rep: npt.NDArray[np.int32]
    fit: npt.NDArray[np.int64]
    batch: npt.NDArray[np.int32]
    first: npt.NDArray[np.int64]
    eligible: npt.NDArray[np.int32]
    effort: npt.NDArray[np.int64]
    cost: npt.NDArray[np.int64]
    place: npt.NDArray[np.int32]
    tier: npt.NDArray[np.int32]
    counted: npt.NDArray[np.bool_]
    fresh: npt.NDArray[np.bool_]
    measured: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)

    def __len__(self) -> int:
        """The number of leads."""
        return len(self.verdict)

    def __getitem__(self, at: int) -> Decision:
        """One lead's decision, by its position in the file."""
        verdict = self.verdicts[self.verdict[at]]
        rep, fit, batch = int(self.rep[at]), int(self.fit[at]), int(self.batch[at])
        return Decision(
            outcome=verdict.outcome,
            reason=verdict.reason,
            why=verdict.why,
            rep=self.reps[rep] if rep >= 0 else None,
            queue=verdict.queue,
            rule=verdict.rule,
            pool=verdict.pool,
            fit=fit if fit >= 0 else None,
            batch=self.batches[batch] if batch >= 0 else None,
        )


def part(decisions: Decisions, rows: npt.NDArray[np.int64]) -> Decisions:
    """The decisions of some leads, by position; rows that they repeat must be among them."""
    columns = ("verdict", "rep", "fit", "batch", "first", "eligible", "effort", "cost", "place", "counted", "fresh", "tier")
    measured = {key: amounts[rows] for key, amounts in decisions.measured.items()}
    return replace(decisions, measured=measured, **{name: getattr(decisions, name)[rows] for name in columns})


@frozen
class PassedOver:
    """So many leads of a pool that one of its reps could not take, for one reason, while somebody else got them.

    ``reason`` is ``require``, ``limits``, ``weight 0`` or a reason of availability such as ``on leave``.
    """

    pool: str
    rep: str
    reason: str
    leads: int


@frozen
class CellFaults:
    """Cells of one field that did not parse: how many, and the first few distinct texts."""

    count: int
    examples: tuple[str, ...]


Faults = Mapping[str, CellFaults]
