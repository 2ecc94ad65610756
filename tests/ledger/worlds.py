"""Small batches for the ledger's tests."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from leadroute.ledger import Action, BatchRecord, open_ledger
from leadroute.ledger.ledger import Ledger
from leadroute.ledger.records import Noted, Refused, Undone
from leadroute.model.decisions import Decisions, Outcome, Verdict
from leadroute.model.rules import MILLION
from leadroute.model.standings import Place, RotationStanding, Standings, Use
from leadroute.model.together import Together
from tests.databases import state_in

DAY = 86_400_000_000
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Made:
    """One lead's decision, as the tests write it."""

    lead: str | None
    outcome: Outcome = Outcome.ASSIGNED
    rep: str | None = "ann"
    pool: str | None = "smb"
    effort: int = MILLION
    cost: int = MILLION
    counted: bool = True
    fresh: bool = True
    fit: int = -1
    eligible: tuple[str, ...] | None = None
    tier: str | None = None

    @property
    def charged(self) -> bool:
        return self.rep is not None and self.pool is not None


def held(lead: str) -> Made:
    return Made(lead, Outcome.HELD, None, None, 0, 0, False)


def queued(lead: str) -> Made:
    return Made(lead, Outcome.QUEUED, None, None, 0, 0, False)


def ids(made: Sequence[Made]) -> Any:
    return pa.array([one.lead for one in made], pa.string())


def decisions(made: Sequence[Made]) -> Decisions:
    verdicts = [_verdict(one) for one in made]
    distinct = tuple(dict.fromkeys(verdicts))
    reps = tuple(sorted({one.rep for one in made if one.rep is not None}))
    signatures = tuple(sorted({one.eligible for one in made if one.eligible is not None}))
    places = tuple(sorted({(f"pool:{one.pool}", None) for one in made if one.charged}))
    tiers = tuple(sorted({one.tier for one in made if one.tier is not None}))
    return Decisions(
        verdicts=distinct,
        reps=reps,
        batches=(),
        signatures=signatures,
        places=places,
        tiers=tiers,
        weights={one.pool: {one.rep: MILLION} for one in made if one.pool is not None and one.rep is not None},
        verdict=np.array([distinct.index(verdict) for verdict in verdicts], dtype=np.int32),
        rep=np.array([-1 if one.rep is None else reps.index(one.rep) for one in made], dtype=np.int32),
        fit=np.array([one.fit for one in made], dtype=np.int64),
        batch=np.full(len(made), -1, dtype=np.int32),
        first=np.full(len(made), -1, dtype=np.int64),
        eligible=np.array([-1 if one.eligible is None else signatures.index(one.eligible) for one in made], dtype=np.int32),
        effort=np.array([one.effort for one in made], dtype=np.int64),
        cost=np.array([one.cost for one in made], dtype=np.int64),
        place=np.array([places.index((f"pool:{one.pool}", None)) if one.charged else -1 for one in made], dtype=np.int32),
        tier=np.array([-1 if one.tier is None else tiers.index(one.tier) for one in made], dtype=np.int32),
        counted=np.array([one.counted for one in made], dtype=np.bool_),
        fresh=np.array([one.fresh for one in made], dtype=np.bool_),
    )


def after(before: Standings, made: Sequence[Made]) -> Standings:
    """What an engine would leave behind: loads, counts, and a turn in the pool's own rotation."""
    result = copy.deepcopy(before)
    for one in made:
        if not one.fresh or one.rep is None:
            continue
        _add(result.load, one.rep, one.effort)
        _add(result.used, Use("day", "", "", one.rep), int(one.counted))
        if one.pool is not None:
            _add(result.pool_load, (one.pool, one.rep), one.effort)
            _add(result.used, Use("day", "", one.pool, one.rep), int(one.counted))
            places = result.rotations.setdefault(f"pool:{one.pool}", RotationStanding()).cells.setdefault(None, {})
            place = places.setdefault(one.rep, Place(0, MILLION))
            place.turns += one.cost
    return result


def route(
    ledger: Ledger,
    made: Sequence[Made],
    at: int = 0,
    *,
    figures: dict[str, int] | None = None,
    midnight: int | None = None,
    again: Sequence[str] = (),
    shared: Together | None = None,
) -> str:
    """A batch from lock to commit, as `route` does it; its name. What leads that are decided `again` had charged is given back."""
    known = figures or dict.fromkeys({one.rep for one in made if one.rep is not None}, 0)
    midnight = at - at % DAY if midnight is None else midnight
    with ledger.begin():
        back = ledger.giving_back(pa.array(again, pa.string()), why="decided again")
        before = ledger.standings(days(dict.fromkeys(known, midnight)), known, at, given_back=[back])
        name = ledger.next_batch_name(TODAY)
        record = BatchRecord(name, at, "project", "input", before, (back,))
        ledger.commit(record, ids(made), decisions(made), after(before, made), shared=shared)
    return name


def undo(ledger: Ledger, name: str, at: int = 0, *, force: bool = False) -> Undone | Refused:
    """Take a batch back."""
    with ledger.begin():
        return ledger.undo(name, Action(ledger.next_batch_name(TODAY), at), force=force)


def close(ledger: Ledger, *leads: str, at: int = 0) -> Noted:
    """Free the load of some leads."""
    with ledger.begin():
        return ledger.close_leads(pa.array(leads, pa.string()), Action(ledger.next_batch_name(TODAY), at))


def days(starts: Mapping[str, int], end: int | None = None) -> dict[str, dict[str, tuple[int | None, int | None]]]:
    """Each rep's day as a window, from its start up to an end that all have."""
    return {rep: {"day": (start, end)} for rep, start in starts.items()}


def today(found: Standings) -> dict[str, int]:
    """Leads of the day by rep."""
    return {use.rep: leads for use, leads in found.used.items() if use[:3] == ("day", "", "")}


def pool_today(found: Standings) -> dict[tuple[str, str], int]:
    """Leads of the day by pool and rep."""
    return {(use.pool, use.rep): leads for use, leads in found.used.items() if use[:2] == ("day", "") and use.pool}


def opened(folder: Path) -> Ledger:
    ledger = open_ledger(state_in(folder), create=True, timeout=30)
    assert ledger is not None
    return ledger


def _verdict(one: Made) -> Verdict:
    queue = "unassigned" if one.outcome is Outcome.QUEUED else None
    return Verdict(one.outcome, f"reason_{one.outcome.value}", f"why {one.outcome.value}", "rule", one.pool, queue)


def _add(into: dict[Any, int], key: object, amount: int) -> None:
    if amount:
        into[key] = into.get(key, 0) + amount
