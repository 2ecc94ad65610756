"""The decisions of a whole file: what the engine decided, what the ledger held, what repeats, what is invalid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from leadroute.model.decisions import Decisions, Outcome, Verdict

if TYPE_CHECKING:
    from leadroute.leads.reader import Invalid
    from leadroute.ledger import Earlier

DUPLICATE = Verdict(Outcome.DUPLICATE, "duplicate", "it has the same id as an earlier row")


def complete(
    decisions: Decisions,
    *,
    first: npt.NDArray[np.int64],
    reasons: Sequence[Invalid],
    invalid: npt.NDArray[np.int16],
    earlier: Earlier | None,
    batch: str | None,
) -> Decisions:
    """Fill in the leads that the engine was not asked about.

    Args:
        decisions: The engine's; verdict -1 for leads that it was not asked about.
        first: For a duplicate the position of the row that it repeats, else -1.
        reasons: Why rows are invalid.
        invalid: For each lead an index into ``reasons``, -1 when it is valid.
        earlier: What the ledger held, by lead; ``None`` without a ledger.
        batch: The name of this batch; ``None`` where nothing is recorded.
    """
    verdicts = [*decisions.verdicts, DUPLICATE]
    verdict = decisions.verdict.copy()
    rep, fit = decisions.rep, decisions.fit
    reps, batches = list(decisions.reps), [batch] if batch is not None else []
    names = np.where(decisions.fresh, 0 if batch is not None else -1, -1).astype(np.int32)
    verdict[first >= 0] = len(verdicts) - 1
    base = len(verdicts)
    verdicts.extend(Verdict(Outcome.INVALID, one.reason, one.why) for one in reasons)
    bad = np.flatnonzero(invalid >= 0)
    verdict[bad] = base + invalid[bad]
    if earlier is not None:
        kept = np.flatnonzero((earlier.number >= 0) & (verdict < 0))
        which = earlier.number[kept]
        base = len(verdicts)
        verdicts.extend(earlier.verdicts)
        verdict[kept] = base + earlier.verdict[which]
        place = {name: at for at, name in enumerate(reps)}
        numbers = []
        for name in earlier.reps:
            if name not in place:
                place[name] = len(reps)
                reps.append(name)
            numbers.append(place[name])
        rep, fit = rep.copy(), fit.copy()
        rep[kept] = np.array([*numbers, -1], np.int32)[earlier.rep[which]]
        fit[kept] = earlier.fit[which]
        names[kept] = len(batches) + earlier.batch[which]
        batches.extend(earlier.batches)
    return replace(
        decisions,
        verdicts=tuple(verdicts),
        reps=tuple(reps),
        batches=tuple(batches),
        verdict=verdict,
        rep=rep,
        fit=fit,
        batch=names,
        first=first,
    )
