"""The ledger for programs: one object a command, of one shape, whatever happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from leadroute.insight.carried import Carried
from leadroute.ledger.records import Batch, Chapter, Difference, Moved, Noted, Undone
from leadroute.model.clock import local
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.rules import MILLION
from leadroute.show.diagnostics import as_json
from leadroute.show.machine import document


def result(content: Mapping[str, Any], diagnostics: Sequence[Diagnostic] = ()) -> str:
    """One object; what could not be told is ``null`` in it, and ``diagnostics`` say why."""
    return document({**content, "diagnostics": [as_json(one) for one in diagnostics]})


def shown(
    *,
    state: str | None = None,
    timezone: str = "UTC",
    batches: Sequence[Batch] | None = None,
    standings: Carried | None = None,
    lead: str | None = None,
    history: Sequence[Chapter] | None = None,
) -> dict[str, Any]:
    """What ``ledger show`` found."""
    return {
        "state": state,
        "batches": None if batches is None else [_batch(one, timezone) for one in batches],
        "standings": None if standings is None else _standings(standings, timezone),
        "lead": lead,
        "history": None if history is None else [_chapter(one, timezone) for one in history],
    }


def undone(done: Undone | None) -> dict[str, Any]:
    """What ``ledger undo`` did."""
    return {"batch": None, "target": None, "kind": None, "leads": None, "along": None} if done is None else asdict(done)


def moved(state: str | None = None, file: str | None = None, what: Moved | None = None) -> dict[str, Any]:
    """What ``ledger export`` wrote and ``ledger import`` took in."""
    counts = {"batches": None, "decisions": None, "rows": None} if what is None else asdict(what)
    return {"state": state, "file": file, **counts}


def noted(found: Noted | None) -> dict[str, Any]:
    """What ``ledger close`` and ``ledger answered`` noted."""
    return {"batch": None, "fresh": None, "before": None, "unassigned": None, "unknown": None} if found is None else asdict(found)


def adjusted(
    batch: str | None = None,
    rep: str | None = None,
    pool: str | None = None,
    rotation: str | None = None,
    moved: Sequence[tuple[str | None, int, int]] | None = None,
) -> dict[str, Any]:
    """What ``ledger adjust`` moved: by cell the turns that were added and where the rep stands now."""
    places = None if moved is None else [{"cell": cell, "added": _number(added), "turns": _number(now)} for cell, added, now in moved]
    return {"batch": batch, "rep": rep, "pool": pool, "rotation": rotation, "moved": places}


def checked(batches: int | None = None, differences: Sequence[Difference] | None = None) -> dict[str, Any]:
    """What ``ledger check`` compared."""
    return {"batches": batches, "differences": None if differences is None else [asdict(one) for one in differences]}


def _batch(batch: Batch, timezone: str) -> dict[str, Any]:
    found = asdict(batch)
    return {**found, "at": _moment(batch.at, timezone), "committed_at": _moment(batch.committed_at, timezone)}


def _standings(found: Carried, timezone: str) -> dict[str, Any]:
    return {
        "loads": [
            {
                "rep": one.rep,
                "load": _number(one.load),
                "open": None if one.open is None else _number(one.open),
                "limits": [{"what": use.what, "used": use.used, "most": use.most} for use in one.limits],
            }
            for one in found.loads
        ],
        "turns": [
            {
                "rotation": order.rotation,
                "pools": list(order.pools),
                "by": order.by,
                "cell": order.cell,
                "places": [
                    {
                        "rep": one.rep,
                        "turns": _number(one.turns),
                        "weight": _number(one.weight),
                        "member": one.member,
                        "absent": one.absent,
                        "since": None if one.since is None else _moment(one.since, timezone),
                        "next": one.next,
                    }
                    for one in order.places
                ],
            }
            for order in found.orders
        ],
    }


def _chapter(chapter: Chapter, timezone: str) -> dict[str, Any]:
    decision = chapter.decision
    return {
        "batch": chapter.batch,
        "at": _moment(chapter.at, timezone),
        "what": chapter.what.value,
        "why": chapter.why if decision is None else decision.why,
        "of": chapter.of,
        "undone_by": chapter.undone_by,
        "outcome": None if decision is None else decision.outcome.value,
        "reason": None if decision is None else decision.reason,
        "rep": None if decision is None else decision.rep,
        "queue": None if decision is None else decision.queue,
        "rule": None if decision is None else decision.rule,
        "pool": None if decision is None else decision.pool,
        "tier": chapter.tier,
        "eligible": list(chapter.eligible),
        "effort": _number(chapter.effort),
        "cost": _number(chapter.cost),
        "rotation": chapter.rotation,
        "cell": chapter.cell,
        "counted": chapter.counted,
        "follows": chapter.follows,
        "parts": list(chapter.parts),
    }


def _moment(at: int, timezone: str) -> str:
    return local(at, timezone).isoformat()


def _number(millionths: int) -> int | float:
    """An amount as JSON has it: whole where it is."""
    return millionths // MILLION if millionths % MILLION == 0 else millionths / MILLION
