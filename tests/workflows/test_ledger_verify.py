"""Verifying a batch: decided once more from where it started, its record is what the rules give, or the difference is named."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from leadroute.workflows.ledger_opening import LedgerOptions
from leadroute.workflows.ledger_verify import Verified, verify
from leadroute.workflows.refusal import CannotRunError
from tests.workflows.running import AT, acme, project, run, write_leads

RULES = """
pools: {all: {}, big: {who: {team: x}, pick: best_fit}}
rules:
  - {id: big, when: {size: {gte: 10}, score: {gte: 0}}, assign: {pool: big, prefer: [{headroom: true}], effort: $size}}
  - {id: again, when: {previous.count: {gte: 1}}, assign: {pool: all, effort: 2}}
  - {id: all, assign: {pool: all}}
score: {points: [{when: {size: {gte: 5}}, add: 50}], tiers: {hot: 50, cold: 0}}
"""
REPS = "[{id: ann, team: x, weight: 2, limits: {open: 90}}, {id: bob, team: x}, {id: cy, limits: {per_day: 4}}]"
FIELDS = "{lead_id: string, size: {type: integer, optional: true}, company: {type: string, optional: true}}"
HEADER = ("lead_id", "size", "company")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four batches: new leads, some of them again, all anew, one undone; leads kept together over batches."""
    made = project(tmp_path / "made", RULES, REPS, FIELDS, "keep_together: {by: [company], for: 90d}")
    rows = [[f"L{at}", at % 14, f"c{at % 5}" if at % 3 else ""] for at in range(30)]
    write_leads(made / "one.csv", [*rows[:16], ["", 3, "x"], rows[2]], HEADER)
    write_leads(made / "two.csv", [rows[20], *rows[10:30]], HEADER)
    for number, (file, options) in enumerate([("one.csv", {}), ("two.csv", {}), ("two.csv", {"again": True}), ("three.csv", {})]):
        if file == "three.csv":
            write_leads(made / file, [[f"N{at}", 3, f"c{at % 5}"] for at in range(9)], HEADER)
        run(made, file, at=AT.replace(":01", f":{number + 10}"), **options)
    return made


def checked(folder: Path, batch: str, leads: str | None) -> Verified:
    return verify(LedgerOptions(folder, folder), f"2026-11-23-{batch}", None if leads is None else str(folder / leads))


def tamper(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / ".leadroute" / "state.db") as database:
        for statement in statements:
            assert database.execute(statement).rowcount == 1
    database.close()


@pytest.mark.parametrize(
    ("batch", "leads", "decisions"), [("1", "one.csv", 16), ("2", "two.csv", 14), ("3", "two.csv", 20), ("4", "three.csv", 9)]
)
def test_the_record_is_what_the_rules_give(folder: Path, batch: str, leads: str, decisions: int) -> None:
    """Whatever came after: duplicates, invalid rows, leads kept, decided anew, kept together."""
    found = checked(folder, batch, leads)
    assert (found.comparison.decisions, found.comparison.differ, found.comparison.departures) == (decisions, 0, ())
    assert found.same_project
    assert found.same_leads


def test_an_undone_batch_can_be_verified_still(folder: Path) -> None:
    """And so can the batches beside it: they saw what was undone only later."""
    from leadroute.workflows.ledger_undo import undo

    for number in ("4", "3"):
        undo(LedgerOptions(folder, folder, at=AT), f"2026-11-23-{number}", force=True)
    for batch, leads in (("1", "one.csv"), ("2", "two.csv"), ("3", "two.csv")):
        assert checked(folder, batch, leads).comparison.differ == 0


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE decisions SET rep = 1 + rep % 3 WHERE lead = 'L3'", {("L3", "rep")}),
        ("UPDATE decisions SET effort = 7 WHERE lead = 'L3'", {("L3", "effort")}),
        ("UPDATE decisions SET position = 17 WHERE lead = 'L3'", {("L3", "position")}),
        ("UPDATE decisions SET place = -1, cost = 0 WHERE lead = 'L3'", {("L3", "place"), ("L3", "cost")}),
        ("UPDATE decisions SET signature = -1 WHERE lead = 'L3'", {("L3", "eligible")}),
        ("UPDATE decisions SET counted = 0 WHERE lead = 'L3'", {("L3", "counted")}),
        ("UPDATE decisions SET fit = 5 WHERE lead = 'L3'", {("L3", "fit")}),
        ("DELETE FROM decisions WHERE lead = 'L3'", {("L3", "decided")}),
        ("UPDATE decisions SET lead = 'M3' WHERE lead = 'L3'", {("M3", "decided"), ("L3", "decided")}),
        (
            "UPDATE verdicts SET rule = 'own', tier = 'warm' WHERE number = (SELECT verdict FROM decisions WHERE lead = 'L6')",
            {("L6", "rule"), ("L6", "tier")},
        ),
    ],
)
def test_a_tampered_decision_is_found(folder: Path, statement: str, what: set[tuple[str, str]]) -> None:
    """By lead and by what differs."""
    tamper(folder, statement)
    found = checked(folder, "1", "one.csv").comparison
    told = {(one.lead, one.what) for one in found.departures}
    assert what <= told
    assert found.differ == len({lead for lead, _ in told})
    assert all(one.recorded != one.given for one in found.departures)


def test_another_project_or_file_is_said(folder: Path) -> None:
    """The digests are not those recorded; what is decided otherwise then shows."""
    (folder / "roster.yaml").write_text(f"version: 1\nreps: {REPS.replace('weight: 2', 'weight: 3')}\n")
    found = checked(folder, "1", "two.csv")
    assert (found.same_project, found.same_leads) == (False, False)
    assert found.comparison.differ > 0


@pytest.mark.parametrize(
    ("batch", "leads", "name"), [("9", None, "no-batch"), ("1", None, "not-replayed"), ("5", "one.csv", "not-replayed")]
)
def test_what_cannot_be_replayed_is_refused(folder: Path, batch: str, leads: str | None, name: str) -> None:
    """No such batch, no leads, or a batch that decided nothing."""
    from leadroute.workflows.ledger_undo import undo

    undo(LedgerOptions(folder, folder, at=AT), "2026-11-23-4", force=False)
    with pytest.raises(CannotRunError) as refused:
        checked(folder, batch, leads)
    assert [one.name for one in refused.value.diagnostics] == [name]


def test_a_project_with_everything_verifies(tmp_path: Path) -> None:
    """The small project of these tests, its file and its clock."""
    made = acme(tmp_path / "acme")
    routed = run(made)
    found: Any = verify(LedgerOptions(made, made), routed.batch or "", str(made / "leads.csv"))
    assert found.comparison.differ == 0
    assert found.comparison.decisions > 0
