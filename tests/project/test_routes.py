"""Rotations, pools, rules and their steps."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from leadroute import project
from leadroute.model.limits import DAILY, Limit, Limits
from leadroute.model.rules import (
    Availability,
    AvailabilityKind,
    Headroom,
    Match,
    Pick,
    PickKind,
    Rotation,
    Scale,
    StepKind,
    Target,
    TargetKind,
)
from tests.project.world import LEADROUTE, RULES, found, good, rules, write


def test_members_are_those_who_fit_inactive_ones_included(tmp_path: Path) -> None:
    """In roster order; without `who` all active reps."""
    made = good(tmp_path, rules=RULES.replace("  na:", "  all: {}\n  none:\n  na:"))
    assert {name: pool.members for name, pool in made.pools.items()} == {"smb": (0, 1, 2), "all": (0, 1), "none": (0, 1), "na": (0, 2)}


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        ("{who: {region: apac}}", ["nobody is in the pool `smb`"]),
        ("{who: {id: kim}}", ["nobody in the pool `smb` is active"]),
        ("{who: {team: smb}, turns: in}", ["nobody in the pool `smb` has a weight above 0"]),
        ("{who: {region: na}, turns: in}", ["nobody in the pool `smb` has a weight above 0"]),
        ("{who: {team: smb}}", []),
    ],
)
def test_a_pool_of_which_nobody_can_take_a_lead_is_told(pool: str, words: list[str], tmp_path: Path) -> None:
    """Nobody fits, nobody is active, or the turns give nobody a weight."""
    text = RULES.replace(
        "pools:\n  smb: {who: {team: smb}}", f"rotations: {{in: {{weights: {{sarah: 0, tom: 0}}}}}}\npools:\n  smb: {pool}"
    )
    assert [one.message for one in project.load(write(tmp_path, rules=text)).diagnostics if one.name == "empty-pool"] == words


def test_rotations_are_a_pool_s_own_or_shared(tmp_path: Path) -> None:
    """A pool's own is `pool:NAME`; a declared one is shared where two pools turn in it."""
    before = "rotations:\n  in: {by: industry, cost: {of: $deal_value, else: 5000}, weights: {SARAH: 0.5}}\n  out: {cost: 2}"
    pools = "pools:\n  smb: {turns: in}\n  na: {turns: in}\n  own: {}\n  one: {turns: out}"
    made = good(tmp_path, rules=f"version: 1\n{before}\n{pools}\nrules: []\n")
    assert {name: pool.rotation for name, pool in made.pools.items()} == {"smb": "in", "na": "in", "own": "pool:own", "one": "out"}
    rotation = made.rotations["in"]
    assert (rotation.by, rotation.cost, rotation.cost_of, rotation.weights, rotation.shared) == (
        "industry",
        5_000_000_000,
        "deal_value",
        (("sarah", 500_000),),
        True,
    )
    assert (made.rotations["out"].cost, made.rotations["out"].shared) == (2_000_000, False)
    assert made.rotations["pool:own"] == Rotation("pool:own")


def test_pools_have_their_settings(tmp_path: Path) -> None:
    """Pick, limits and fallback."""
    made = good(
        tmp_path,
        rules=RULES.replace(
            "pick: least_loaded", "pick: best_fit, limits: {open: 2.5, per_day: 5}, absence: keep_place, otherwise: [{pool: smb}, hold]"
        ),
    )
    pool = made.pools["na"]
    assert (pool.pick, pool.limits) == (Pick(PickKind.BEST_FIT, 0), Limits(2_500_000, (Limit(5_000_000, DAILY),)))
    assert [step.kind for step in pool.otherwise] == [StepKind.POOL, StepKind.HOLD]


def test_assign_is_complete(tmp_path: Path) -> None:
    """Every key of it comes through."""
    assign = (
        "{rep: $account_owner, require: [{languages: {has: $language}}, {}], prefer: [{match: {team: smb}, weight: 2},"
        " {scale: skills.$industry, best: 5}, {scale: quota, best: 2.5}, {headroom: true, when: {source: demo}}],"
        " pick: {best_fit: {margin: 0.05}}, effort: $employees, charge: [load], availability: {within: 4h}, otherwise: [backup, manager,"
        " {pool: na, pick: round_robin, availability: ignore, require: {}}, next_rule], turn_in: smb}"
    )
    rule = good(tmp_path, rules=rules("{}", assign=assign)).rules[0]
    made = rule.assign
    assert made.target == Target(TargetKind.REP, ref="account_owner")
    assert len(made.require) == 2
    assert [type(term.value) for term in made.prefer] == [Match, Scale, Scale, Headroom]
    assert made.prefer[1].value == Scale("skills", None, "industry", Fraction(5))
    assert made.prefer[2].value == Scale("quota", None, None, Fraction(5, 2))
    assert [term.weight for term in made.prefer] == [2, 1, 1, 1]
    assert made.prefer[3].when is not None
    assert made.pick == Pick(PickKind.BEST_FIT, 50_000_000)
    assert made.effort is not None
    assert made.effort.ref == "employees"
    assert (made.charge_turn, made.charge_limits, made.charge_load) == (False, False, True)
    assert made.availability == Availability(AvailabilityKind.WITHIN, 4 * 3_600_000_000)
    assert [step.kind for step in made.otherwise] == [StepKind.BACKUP, StepKind.MANAGER, StepKind.POOL, StepKind.NEXT_RULE]
    assert made.otherwise[2].pick == Pick()
    assert made.otherwise[2].availability == Availability(AvailabilityKind.IGNORE)
    assert made.otherwise[2].require is not None
    assert made.otherwise[0].require is None
    assert made.turn_in == "smb"


def test_rules_have_their_period(tmp_path: Path) -> None:
    """Days since the epoch, both ends included."""
    text = RULES.replace("{id: everyone,", "{id: everyone, enabled: false, from: 2026-11-01, to: 2026-11-30, about: why, owner: ops,")
    (rule,) = good(tmp_path, rules=text).rules
    assert (rule.enabled, rule.start, rule.end, rule.about, rule.owner) == (False, 20_758, 20_787, "why", "ops")


@pytest.mark.parametrize("who", ["sarah", "SARAH", "sarah@acme.example", "Sarah  Lopez"])
def test_a_rep_is_an_id_an_address_or_a_unique_name(tmp_path: Path, who: str) -> None:
    """Compared like strings; the target is the id."""
    assert good(tmp_path, rules=rules("{}", assign=f"{{rep: {who}}}")).rules[0].assign.target.name == "sarah"


def test_queues_are_declared_by_use_until_one_is_declared(tmp_path: Path) -> None:
    """Then all but `unassigned` must be."""
    text = rules("{}", assign="{queue: later}")
    assert list(good(tmp_path, rules=text).queues) == ["later", "unassigned"]
    named = LEADROUTE + "queues: {nurture: {about: early, owner: kim}, other: }\n"
    assert found(tmp_path, leadroute=named, rules=text) == ["unknown-queue"]
    made = good(tmp_path, leadroute=named, rules=rules("{}", assign="{queue: unassigned}"))
    assert (made.queues["nurture"].about, made.queues["nurture"].owner) == ("early", "kim")


@pytest.mark.parametrize(
    ("assign", "names"),
    [
        ("{pool: sbm}", ["unknown-pool"]),
        ("{pool: $employees}", ["type-mismatch"]),
        ("{pool: $nobody}", ["unknown-field"]),
        ("{queue: $source}", ["no-reference"]),
        ("{queue: later, pick: best_fit}", ["does-not-apply"]),
        ("{pool: smb, turn_in: na}", []),
        ("{rep: tom, turn_in: nobody}", ["unknown-pool"]),
        ("{pool: smb, effort: $company}", ["type-mismatch"]),
        ("{pool: smb, effort: -1}", ["bad-value"]),
        ("{pool: smb, availability: {within: soon}}", ["bad-value"]),
        ("{pool: smb, pick: {best_fit: {margin: 2}}}", ["bad-value"]),
        ("{pool: smb, prefer: [{win_rate: [industry]}]}", ["not-built"]),
        ("{pool: smb, pick: best_fit, prefer: [{scale: team, best: 5}]}", ["type-mismatch"]),
        ("{pool: smb, pick: best_fit, prefer: [{scale: quota}]}", ["missing-key"]),
        ("{pool: smb, pick: best_fit, prefer: [{scale: quota, best: 0}]}", ["bad-value"]),
        ("{pool: smb, otherwise: [backup]}", ["nobodys-step"]),
        ("{pool: smb, otherwise: [{rep: tom}, backup]}", []),
        ("{pool: smb, otherwise: [{queue: a}, hold]}", ["step-never-reached"]),
        ("{pool: smb, otherwise: [{queue: a, pick: best_fit}]}", ["does-not-apply"]),
        ("{pool: smb, otherwise: [nextrule]}", ["bad-value"]),
        ("{rep: sarah, otherwise: [backup]}", ["no-backup"]),
    ],
)
def test_what_is_found_in_assign(tmp_path: Path, assign: str, names: list[str]) -> None:
    """Each mistake is of its own kind."""
    assert found(tmp_path, rules=rules("{}", assign=assign)) == names


@pytest.mark.parametrize(
    ("pool", "name"),
    [
        ("{turns: nobody}", "unknown-rotation"),
        ("{absence: later}", "bad-value"),
        ("{absence: {leave: keep_place, hours: later}}", "bad-value"),
        ("{absence: {leave: {catch_up: {every: 0}}}}", "bad-value"),
        ("{absence: {catch_up: {max: 5, till: 3d}}}", "unknown-key"),
        ("{absence: {catch_up: {within: soon}}}", "bad-value"),
        ("{shifts: []}", "bad-value"),
        ("{who: {team: $company}}", "no-reference"),
        ("{limits: {per_hour: -5}}", "bad-value"),
        ("{limits: {per_day: 1.5}}", "wrong-type"),
        ("{otherwise: [{pool: nobody}]}", "unknown-pool"),
    ],
)
def test_what_is_found_in_a_pool(tmp_path: Path, pool: str, name: str) -> None:
    """And rules that use the pool are not blamed."""
    assert found(tmp_path, rules=RULES.replace("{who: {team: smb}}", pool)) == [name]


@pytest.mark.parametrize(
    ("rotation", "name"),
    [
        ("{by: products}", "list-not-allowed"),
        ("{by: nobody}", "unknown-field"),
        ("{cost: {of: $company}}", "type-mismatch"),
        ("{cost: {of: deal_value}}", "bad-value"),
        ("{cost: 0}", "bad-value"),
        ("{weights: {nobody: 1}}", "unknown-rep"),
        ("{weights: {sarah: -1}}", "bad-value"),
    ],
)
def test_what_is_found_in_a_rotation(tmp_path: Path, rotation: str, name: str) -> None:
    """And pools that turn in it are not blamed."""
    text = RULES.replace("{team: smb}}", "{team: smb}, turns: in}") + f"rotations: {{in: {rotation}}}\n"
    assert found(tmp_path, rules=text) == [name]
