"""Whether the record of a batch is what the rules give, for people and for programs."""

from __future__ import annotations

from typing import Any

from leadroute.insight.replayed import Comparison, Departure
from leadroute.leads.assignment import fit_text
from leadroute.ledger.records import Batch
from leadroute.show.console import Terminal
from leadroute.show.diagnostics import counted
from leadroute.show.tables import table
from leadroute.show.words import amount

MOST = 20
"""Departures that are listed unless all are asked for."""


def show_verified(terminal: Terminal, batch: Batch, found: Comparison, same_project: bool, same_leads: bool) -> None:
    """Print the answer to stdout, then what departs from the rules."""
    decisions = counted(found.decisions, "decision")
    if not found.differ:
        terminal.show(f"{batch.name}: {decisions}, each what the rules give")
    else:
        terminal.show(f"{batch.name}: {counted(found.differ, 'lead')} otherwise than the rules give; {decisions} recorded")
    terminal.show(f"  the project is {'the recorded one' if same_project else 'another than the recorded one'}")
    terminal.show(f"  the lead file is {'the recorded one' if same_leads else 'another than the recorded one'}")
    if found.departures:
        listed = found.departures if terminal.verbose else found.departures[:MOST]
        rows = [[one.lead, one.what, _cell(one, one.recorded), _cell(one, one.given)] for one in listed]
        terminal.show("")
        terminal.show(table(["lead", "what", "recorded", "by the rules"], rows))
        if len(listed) < len(found.departures):
            terminal.say(f"{len(found.departures) - len(listed):,} more (-v lists them)")


def as_json(
    batch: Batch | None = None,
    found: Comparison | None = None,
    same_project: bool | None = None,
    same_leads: bool | None = None,
) -> dict[str, Any]:
    """The same for programs; ``null`` where nothing was compared. Amounts and fits are decimal text."""
    return {
        "batch": None if batch is None else batch.name,
        "decisions": None if found is None else found.decisions,
        "differ": None if found is None else found.differ,
        "same_project": same_project,
        "same_leads": same_leads,
        "departures": None if found is None else [_departure(one) for one in found.departures],
    }


def _departure(one: Departure) -> dict[str, Any]:
    return {"lead": one.lead, "what": one.what, "recorded": _value(one, one.recorded), "given": _value(one, one.given)}


def _value(one: Departure, value: Any) -> Any:
    if one.what in ("effort", "cost") and value is not None:
        return amount(value)
    return fit_text(value) or None if one.what == "fit" and value is not None else value


def _cell(one: Departure, value: Any) -> str:
    shown = _value(one, value)
    if isinstance(shown, tuple):
        return ", ".join("-" if part is None else str(part) for part in shown)
    return "-" if shown is None else str(shown)
