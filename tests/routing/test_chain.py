"""What is tried for a lead, in order, and how that is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from leadroute.model.rules import StepKind
from leadroute.model.standings import Use
from leadroute.model.together import TOGETHER
from leadroute.routing.reasons import REASONS
from tests.routing.worlds import made, route

REPS = """[{id: ann, backup: bob, manager: kim, languages: [en]}, {id: bob, backup: cyd, languages: [es]}, {id: cyd},
  {id: kim, team: lead, email: kim@x.example}, {id: off, active: false, backup: bob, manager: kim}]"""
POOLS = "{en: {who: {languages: {has: en}}}, none: {who: {id: nobody}}, late: {who: {id: nobody}, otherwise: [{pool: en}]}}"


@dataclass(frozen=True)
class Case:
    """One way a lead can end: the rule's assign (or several rules), the default, the lead, and what comes out."""

    reason: str
    taken: str
    why: str
    assign: str
    steps: tuple[str, ...] = ()
    default: str = "[{queue: unassigned}]"
    lead: tuple[tuple[str, str], ...] = ()


CASES = [
    Case("pool", "ann", "rule r: pool en handed it out", "{pool: en}"),
    Case("pool", "ann", "rule r: pool en handed it out", "{pool: $target}", lead=(("target", " EN "),)),
    Case("rep", "cyd", "rule r: rep cyd took it", "{rep: cyd}"),
    Case("rep", "kim", "rule r: the rep named by owner took it", "{rep: $owner}", lead=(("owner", "KIM@x.example"),)),
    Case("queue", "q", "rule r: it waits in queue q", "{queue: q}"),
    Case(
        "fallback_pool",
        "ann",
        "rule r: nobody in pool none could take it, so pool en handed it out",
        "{pool: none, otherwise: [{pool: en}]}",
        ("pool",),
    ),
    Case("fallback_pool", "ann", "rule r: nobody in pool late could take it, so pool en handed it out", "{pool: late}", ("pool",)),
    Case(
        "fallback_rep",
        "cyd",
        "rule r: owner names no rep, target is missing, so rep cyd took it",
        "{rep: $owner, otherwise: [{pool: $target}, {rep: cyd}]}",
        ("rep",),
        lead=(("owner", "stranger"),),
    ),
    Case(
        "fallback_queue",
        "q",
        "rule r: nobody in pool none could take it, so it waits in queue q",
        "{pool: none, otherwise: [{queue: q}]}",
        ("queue",),
    ),
    Case("backup", "bob", "rule r: rep off could not take it, so the backup took it", "{rep: off, otherwise: [backup]}", ("backup",)),
    Case(
        "backup",
        "cyd",
        "rule r: rep off could not take it, the backup could not take it, so the backup's backup took it",
        "{rep: off, require: {id: cyd}, otherwise: [backup]}",
        ("backup",),
    ),
    Case(
        "manager",
        "kim",
        "rule r: rep off could not take it, so the manager took it",
        "{rep: off, otherwise: [manager]}",
        ("manager",),
    ),
    Case(
        "hold",
        "held",
        "rule r: nobody in pool none could take it, so it is held for a later run",
        "{pool: none, otherwise: [hold]}",
        ("hold",),
    ),
    Case("default", "unassigned", "rule r: nobody in pool none could take it, so it waits in queue unassigned", "{pool: none}"),
    Case(
        "default",
        "ann",
        "rule r: nobody in pool none could take it, so pool en handed it out",
        "{pool: none}",
        default="[{pool: en}, {queue: unassigned}]",
    ),
    Case("no_rule", "unassigned", "no rule took it: it waits in queue unassigned", "{pool: none, otherwise: [next_rule]}", ("next_rule",)),
    Case(
        "no_rule",
        "ann",
        "no rule took it: pool en handed it out",
        "{pool: none, otherwise: [next_rule]}",
        ("next_rule",),
        "[{pool: en}, {queue: unassigned}]",
    ),
]

OF_THE_FILE = {"duplicate", "no_id", "surplus_cells", "required_missing", "unreadable"}
"""Reasons that are given where the file is read, before anything is decided."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.reason}-{case.assign}")
def test_how_a_lead_ends(tmp_path: Path, case: Case) -> None:
    """The reason code, who has it, and one sentence of rule and path alone."""
    found = made(tmp_path, f"pools: {POOLS}\nrules: [{{id: r, assign: {case.assign}}}]", REPS, f"default: {case.default}\n")
    batch = route(found, [dict(case.lead)])
    assert (batch.reasons, batch.taken, batch.decisions[0].why) == ([case.reason], [case.taken], case.why)


def test_every_step_and_every_reason_is_exercised() -> None:
    """By the table above; the other reasons are those of rows that are never decided."""
    assert {step for case in CASES for step in case.steps} == {kind.value for kind in StepKind}
    # Those of leads that are kept together stand in test_together.py, those that wait for an answer in workflows/test_reroute.py.
    assert {case.reason for case in CASES} | OF_THE_FILE | set(TOGETHER) | {"rerouted", "reminder"} == set(REASONS)


RULES = "pools: {p: {}, es: {who: {languages: {has: es}}}}\nrules:\n"


def one(tmp_path: Path, assign: str, reps: str = REPS, more: str = "", **lead: str) -> str:
    return route(made(tmp_path, f"{RULES}  - {{id: r, assign: {assign}}}\n{more}", reps), [lead]).taken[0]


def test_a_ladder_is_tried_in_order_in_one_pool_before_the_next(tmp_path: Path) -> None:
    """Somebody who passes the second rung here goes before somebody who passes the first elsewhere."""
    assign = "{pool: es, require: [{id: ann}, {id: bob}], otherwise: [{pool: p}]}"
    assert one(tmp_path, assign) == "bob"


def test_a_step_may_replace_what_goes_along(tmp_path: Path) -> None:
    """Its own require, availability and pick; else the rule's go along."""
    away = "[{id: ann, away: [{from: 2026-11-23, to: 2026-11-23}]}, {id: bob, languages: [es]}]"
    assert one(tmp_path, "{pool: es, require: {id: ann}, otherwise: [{pool: p, availability: ignore}]}", away) == "ann"
    assert one(tmp_path, "{pool: es, require: {id: ann}, otherwise: [{pool: p, require: {id: bob}}]}", away) == "bob"
    assert one(tmp_path, "{pool: es, require: {id: ann}, otherwise: [{pool: p}]}", away) == "unassigned"


def test_the_pool_s_own_steps_come_after_the_rule_s(tmp_path: Path) -> None:
    """And those of pools tried on the way are not used."""
    pools = "pools: {p: {who: {id: nobody}, otherwise: [{rep: cyd}]}, w: {who: {id: nobody}, otherwise: [{rep: ann}]}}\nrules:\n"
    for assign, rep in {"{pool: p, otherwise: [{pool: w}]}": "cyd", "{pool: p, otherwise: [{pool: w}, {rep: bob}]}": "bob"}.items():
        found = made(tmp_path, f"{pools}  - {{id: r, assign: {assign}}}", REPS)
        assert route(found, [{}]).taken == [rep]


def test_next_rule_goes_on_where_the_next_rule_holds(tmp_path: Path) -> None:
    """As if the rule had not held; a chain through several rules."""
    rules = """
  - {id: one, when: {size: {gt: 1}}, assign: {pool: es, require: {id: ann}, otherwise: [next_rule]}}
  - {id: two, when: {vip: true}, assign: {rep: $owner, otherwise: [next_rule]}}
  - {id: three, when: {size: {lt: 5}}, assign: {rep: kim}}
  - {id: four, assign: {queue: q}}"""
    found = made(tmp_path, RULES + rules, REPS)
    leads = [{"size": "3", "vip": "yes"}, {"size": "3", "vip": "yes", "owner": "cyd"}, {"size": "9", "vip": "yes"}, {"size": "9"}]
    batch = route(found, leads)
    assert batch.taken == ["kim", "cyd", "q", "q"]
    assert [batch.decisions[at].rule for at in range(4)] == ["three", "two", "four", "four"]


def test_charge_says_what_a_lead_costs(tmp_path: Path) -> None:
    """Turn, limits and load, each only where it is named; a person named pays a turn only with ``turn_in``."""
    reps = "[{id: a}, {id: b}]"
    paid = {
        "{pool: p}": (1, 1, 1),
        "{pool: p, charge: [turn]}": (1, 0, 0),
        "{pool: p, charge: [limits]}": (0, 1, 0),
        "{pool: p, charge: [load], effort: 2.5}": (0, 0, 2.5),
        "{rep: a}": (0, 1, 1),
        "{rep: a, turn_in: p}": (1, 1, 1),
        "{rep: a, turn_in: p, charge: [load]}": (0, 0, 1),
    }
    for assign, (turn, counted, load) in paid.items():
        batch = route(made(tmp_path, f"pools: {{p: {{}}}}\nrules: [{{id: r, assign: {assign}}}]", reps), [{}])
        after = batch.router.standings()
        cells = after.rotations["pool:p"].cells if "pool:p" in after.rotations else {}
        turns = {rep: place.turns for rep, place in cells.get(None, {}).items()}
        assert batch.taken == ["a"]
        assert turns.get("a", 0) == turn * 1_000_000 == batch.decisions.cost[0]
        assert after.used.get(Use("day", "", "", "a"), 0) == counted == batch.decisions.counted[0]
        assert after.load.get("a", 0) == load * 1_000_000 == batch.decisions.effort[0]
