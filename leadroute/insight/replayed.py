"""What the record of a batch says, against what the rules give when it is decided once more."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from leadroute.model.decisions import Decisions, Verdict
from leadroute.model.frozen import frozen

if TYPE_CHECKING:
    from leadroute.ledger.records import Recorded

MOST = 1_000
"""Leads that are described; all are counted."""
NOTHING = -1
Rows = npt.NDArray[np.int64]


@frozen
class Departure:
    """One thing that the record says of a lead otherwise than the rules do; ``None`` where one of the two decides nothing.

    ``what`` is a column of the decision, or ``decided`` where only one of the two has the lead. Amounts are in millionths, a fit in
    billionths.
    """

    lead: str
    what: str
    recorded: Any
    given: Any


@frozen
class Comparison:
    """Of so many decisions in the record, ``differ`` are not what the rules give, or missing: the first of them described."""

    decisions: int
    differ: int
    departures: tuple[Departure, ...]


def compared(recorded: Recorded, given: Decisions, ids: Sequence[str | None], at: Rows) -> Comparison:
    """Compare a record with the decisions of a replay.

    Args:
        recorded: The record.
        given: What the rules give, one decision for each lead of the file; those that are not ``fresh`` are not decided in the batch.
        ids: The id of each lead of the file.
        at: For each decision of the record the position of its lead in the file, -1 where it is not there.
    """
    there = at >= 0
    decided = there & np.append(given.fresh, False)[at]
    rows = at[decided]
    off = np.zeros(len(at), np.bool_)
    off[~decided] = True
    both: dict[str, tuple[npt.NDArray[Any], npt.NDArray[Any]]] = {
        "position": (recorded.columns["position"][decided], rows),
        "fit": (recorded.columns["fit"][decided], given.fit[rows]),
        "effort": (recorded.columns["effort"][decided], given.effort[rows]),
        "cost": (recorded.columns["cost"][decided], given.cost[rows]),
        "counted": (recorded.columns["counted"][decided], given.counted[rows].astype(np.int64)),
    }
    tiers: list[str | None] = [*given.tiers, None]
    joint = given.verdict[rows].astype(np.int64) * len(tiers) + given.tier[rows] % len(tiers)
    said = {number: (given.verdicts[number // len(tiers)], tiers[number % len(tiers)]) for number in np.unique(joint).tolist()}
    numbering: dict[Hashable, int] = {}
    both["verdict"] = (_numbered(recorded.columns["verdict"][decided], recorded.verdicts, numbering), _numbered(joint, said, numbering))
    for name, mine, theirs, known in (
        ("rep", given.rep, given.reps, recorded.reps),
        ("signature", given.eligible, given.signatures, recorded.signatures),
        ("place", given.place, given.places, recorded.places),
    ):
        both[name] = (
            _numbered(recorded.columns[name][decided], known, numbering),
            _numbered(mine[rows].astype(np.int64), dict(enumerate(theirs)), numbering),
        )
    for left, right in both.values():
        off[np.flatnonzero(decided)[left != right]] = True
    extra = np.setdiff1d(np.flatnonzero(given.fresh), rows)
    told = [*_departures(recorded, given, at, np.flatnonzero(off)[:MOST].tolist())]
    told += [Departure(str(ids[row]), "decided", None, _words(given, row)) for row in extra[: MOST - len(told)].tolist()]
    return Comparison(len(recorded), int(off.sum()) + len(extra), tuple(told))


def _numbered(column: Rows, things: Mapping[int, Hashable], numbering: dict[Hashable, int]) -> Rows:
    """A column of numbers as numbers that mean the same on both sides."""
    numbers, inverse = np.unique(column, return_inverse=True)
    common = [NOTHING if number < 0 else numbering.setdefault(things.get(number), len(numbering)) for number in numbers.tolist()]
    return np.array(common, np.int64)[inverse] if common else np.zeros(0, np.int64)


def _departures(recorded: Recorded, given: Decisions, at: Rows, numbers: Sequence[int]) -> Iterator[Departure]:
    for number in numbers:
        lead, row = recorded.leads[number], int(at[number])
        mine = _of_record(recorded, number)
        if row < 0 or not given.fresh[row]:
            yield Departure(lead, "decided", mine["rep"] or mine["queue"] or mine["outcome"], None)
            continue
        theirs = _of_replay(given, row)
        for what, value in mine.items():
            if value != theirs[what]:
                yield Departure(lead, what, value, theirs[what])


def _of_record(recorded: Recorded, number: int) -> dict[str, Any]:
    row = {name: int(column[number]) for name, column in recorded.columns.items()}
    verdict, tier = recorded.verdicts[row["verdict"]]
    return {
        **_said(verdict, tier),
        "rep": recorded.reps.get(row["rep"]),
        "eligible": recorded.signatures.get(row["signature"]),
        "place": recorded.places.get(row["place"]),
        **{name: row[name] for name in ("position", "fit", "effort", "cost")},
        "counted": bool(row["counted"]),
    }


def _of_replay(given: Decisions, row: int) -> dict[str, Any]:
    rep, eligible, place, tier = (int(column[row]) for column in (given.rep, given.eligible, given.place, given.tier))
    return {
        **_said(given.verdicts[given.verdict[row]], given.tiers[tier] if tier >= 0 else None),
        "rep": given.reps[rep] if rep >= 0 else None,
        "eligible": given.signatures[eligible] if eligible >= 0 else None,
        "place": given.places[place] if place >= 0 else None,
        "position": row,
        "fit": int(given.fit[row]),
        "effort": int(given.effort[row]),
        "cost": int(given.cost[row]),
        "counted": bool(given.counted[row]),
    }


def _said(verdict: Verdict, tier: str | None) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "why": verdict.why,
        "rule": verdict.rule,
        "pool": verdict.pool,
        "queue": verdict.queue,
        "tier": tier,
    }


def _words(given: Decisions, row: int) -> str:
    decision = given[row]
    return decision.rep or decision.queue or decision.outcome.value
