"""What a change does to leads: who moves, and whether it is their own rules and people or only what went before them."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadroute.insight.cause import Cause
from leadroute.insight.moved import Measured
from leadroute.leads import Reader, open_file
from leadroute.model.decisions import Decisions
from leadroute.model.project import Project
from leadroute.model.standings import Standings
from leadroute.routing.router import Router
from leadroute.workflows.standing import clock_of
from tests.insight.moving import AT, FIELDS, REPS, RULES, World, causes, made, swapped, whys
from tests.workflows.running import run, standings

HOT, COLD = "hot/en", "cold/en"
ANN, BOB, CAT, DAN = "id: ann, team: a", "id: bob, team: a", "id: cat, team: b", "id: dan, team: b"
OF_A = "assign: {pool: a}"


def hot(assign: str) -> str:
    """The rules, with something else to do with hot leads."""
    return swapped(RULES, {OF_A: f"assign: {{{assign}}}"})


def has(language: str) -> str:
    """Reps who speak a language are preferred."""
    return f"pool: a, pick: best_fit, prefer: [{{match: {{languages: {language}}}, weight: 1}}]"


def test_a_project_moves_nothing_against_itself(tmp_path: Path) -> None:
    """The same rules, the same decisions; everything is counted all the same."""
    world = World(tmp_path, [HOT, COLD] * 5)
    found = world.to(world.changed())
    assert (causes(found), found.moved, found.otherwise, found.reordered) == ({}, 0, 0, False)
    assert [(rep.rep, rep.before, rep.after) for rep in found.reps] == [("ann", 3, 3), ("bob", 2, 2), ("cat", 3, 3), ("dan", 2, 2)]
    assert [tuple(change) for change in found.rules] == [("first", 5, 5), ("rest", 5, 5)]


def test_one_changed_rule_is_not_lost_in_a_hundred_shifted_turns(tmp_path: Path) -> None:
    """The lead that another rule takes is by rule; the hundred that only come at another turn say so."""
    world = World(tmp_path, [HOT, *([COLD] * 101)])
    found = world.to(world.changed(rules={"seg: hot": "seg: warm"}))
    assert causes(found) == {"rule": 1, "turn": 101}
    (group,) = [group for group in found.groups if group.found.cause.own]
    assert (group.old.rule, group.new.rule, group.went, group.examples) == ("first", "rest", (("ann", "cat", 1),), ("1",))
    net = {rep.rep: (rep.net[Cause.RULE], rep.net[Cause.TURN]) for rep in found.reps}
    assert net == {"ann": (-1, 0), "cat": (1, -1), "dan": (0, 1)}


RULE_CHANGES: dict[str, tuple[dict[str, str], str]] = {
    "another rule": ({"seg: hot": "seg: warm"}, "rule"),
    "a new name, where it does something else": ({"id: first": "id: one", OF_A: "assign: {pool: b}"}, "rule"),
    "another pool of the rule": ({OF_A: "assign: {pool: b, require: {team: b}}"}, "step"),
    "a person": ({OF_A: "assign: {rep: cat}"}, "step"),
    "a queue": ({OF_A: "assign: {queue: later}"}, "step"),
    "another pick": ({OF_A: f"assign: {{{has('{has: de}')}}}"}, "pick"),
    "a turn order": ({"pools:": "rotations: {t: {weights: {ann: 9}}}\npools:", "who: {team: a}": "who: {team: a}, turns: t"}, "turns"),
}


@pytest.mark.parametrize("name", RULE_CHANGES)
def test_by_rule(tmp_path: Path, name: str) -> None:
    """Who is tried, and how one is picked, are the rules'."""
    changes, what = RULE_CHANGES[name]
    reps = REPS.replace("id: bob, team: a, languages: [en]", "id: bob, team: a, languages: [en, de], weight: 3")
    world = World(tmp_path, [HOT] * 3, reps=reps)
    found = world.to(world.changed(rules=changes))
    assert set(causes(found)) == {"rule"}
    assert whys(found, Cause.RULE) == {(what, "", None)}


def test_a_derived_field_moves_leads_by_rule(tmp_path: Path) -> None:
    """The rules may say the same words; what counts is what they do with the lead."""
    rules = RULES.replace("pools:", "derive: {size_of: {cases: [{when: {size: {gte: 10}}, then: a}], else: b}}\npools:")
    rules = rules.replace("assign: {pool: b}", "assign: {pool: $size_of}")
    world = World(tmp_path, ["cold/en/12", "cold/en/5", "cold/en/20"], rules)
    found = world.to(world.changed(rules={"gte: 10": "gte: 15"}))
    assert causes(found) == {"rule": 1, "turn": 2}
    assert [(move.lead, move.found.cause) for move in found.moves] == [("1", Cause.RULE), ("2", Cause.TURN), ("3", Cause.TURN)]


def test_other_preferences_are_by_rule_and_another_skill_by_person(tmp_path: Path) -> None:
    """Fit is the rule's terms on the rep's attributes."""
    world = World(tmp_path, [HOT], hot(has("{has: es}")))
    found = world.to(world.changed(rules={"languages: {has: es}": "languages: {has_none: [es]}"}))
    assert whys(found, Cause.RULE) == {("prefer", "", None)}
    found = world.to(world.changed(reps={f"{ANN}, languages: [en, es]": ANN, f"{BOB}, languages: [en]": f"{BOB}, languages: [es]"}))
    assert whys(found, Cause.PERSON) == {("fit", "ann", None), ("fit", "bob", None)}


NOT_MEMBER = "not in the pool"
PERSON_CHANGES: dict[str, tuple[dict[str, str], set[tuple[str, str, bool | None]]]] = {
    "require": ({f"{BOB}, languages: [en]": f"{BOB}, languages: [fr]"}, {("require", "bob", False)}),
    "leave": ({BOB: f"{BOB}, away: [{{from: 2026-11-23, to: 2026-11-24}}]"}, {("on leave", "bob", False)}),
    "inactive": ({BOB: f"{BOB}, active: false"}, {("inactive", "bob", False)}),
    "hours": ({BOB: f'{BOB}, hours: {{mon-fri: ["20:00-22:00"]}}'}, {("outside working hours", "bob", False)}),
    "pool": ({BOB: "id: bob, team: b", DAN: "id: dan, team: a"}, {(NOT_MEMBER, "bob", False), (NOT_MEMBER, "dan", True)}),
    "roster": ({"id: bob": "id: bea"}, {("not in the roster", "bob", False), ("not in the roster", "bea", True)}),
    "own limit": ({BOB: f"{BOB}, limits: {{per_day: 0}}"}, {("limits", "bob", False)}),
    "weight 0": ({BOB: f"{BOB}, weight: 0"}, {("weight 0", "bob", False)}),
    "weight": ({BOB: f"{BOB}, weight: 3"}, {("weight", "bob", None)}),
}


@pytest.mark.parametrize("name", PERSON_CHANGES)
def test_by_person(tmp_path: Path, name: str) -> None:
    """The same rule and pool, and other people can take it, or have another claim to it."""
    changes, expected = PERSON_CHANGES[name]
    world = World(tmp_path, [HOT] * 4, hot("pool: a, require: {languages: {has: en}}, availability: working"))
    found = world.to(world.changed(reps=changes))
    assert set(causes(found)) == {"person"}
    assert whys(found, Cause.PERSON) == expected


def test_nobody_left_in_the_pool_is_by_person(tmp_path: Path) -> None:
    """The lead falls back, or comes to a queue, since the people changed and not the rule; and the other way round."""
    world = World(tmp_path, [HOT, "hot/es"], hot("pool: a, require: {languages: {has: $lang}}, otherwise: [{pool: b}]"))
    away = {ANN: f"{ANN}, active: false"}
    found = world.to(world.changed(reps=away))
    assert causes(found) == {"person": 2}
    assert [(move.new.rep, move.found.whys[0].what) for move in found.moves] == [("bob", "inactive"), ("dan", "inactive")]
    back = World(tmp_path / "back", [HOT, "hot/es"], world.rules, swapped(REPS, away))
    found = back.to(back.changed(reps={v: k for k, v in away.items()}))
    assert whys(found, Cause.PERSON) == {("inactive", "ann", True)}


def test_the_load_of_the_roster_and_the_next_hours_of_a_rep(tmp_path: Path) -> None:
    """Where the pick asks for them they are the person's; a round robin does not care."""
    loaded = {ANN: f"{ANN}, load: 2"}
    world = World(tmp_path, [HOT], hot("pool: a, pick: least_loaded"))
    assert whys(world.to(world.changed(reps=loaded)), Cause.PERSON) == {("load", "ann", None)}
    soon = World(tmp_path / "soon", [HOT], hot("pool: a, availability: {within: 6h}"))
    found = soon.to(soon.changed(reps={ANN: f'{ANN}, hours: {{mon-fri: ["16:00-22:00"]}}'}))
    assert whys(found, Cause.PERSON) == {("hours", "ann", None)}
    round_robin = World(tmp_path / "plain", [HOT])
    assert round_robin.to(round_robin.changed(reps=loaded)).moved == 0


LIMITED = swapped(REPS, {ANN: f"{ANN}, limits: {{per_day: 2}}", BOB: f"{BOB}, limits: {{per_day: 2}}"})


def test_a_limit_that_other_leads_fill_is_no_cause_of_its_own(tmp_path: Path) -> None:
    """The hot leads meet full reps since the warm ones went there before; nothing about the hot ones has changed."""
    rules = hot("pool: a, otherwise: [{pool: b}]")
    world = World(tmp_path, ["warm"] * 3 + [HOT] * 3, rules, LIMITED)
    found = world.to(world.changed(rules={"seg: hot": "seg: [hot, warm]"}))
    assert causes(found) == {"rule": 3, "limit": 3}
    assert whys(found, Cause.LIMIT) == {("limits", "ann", False), ("limits", "bob", False)}
    freed = World(tmp_path / "freed", ["warm"] * 3 + [HOT] * 3, rules.replace("seg: hot", "seg: [hot, warm]"), LIMITED)
    assert ("limits", "ann", True) in whys(freed.to(freed.changed(rules={"seg: [hot, warm]": "seg: hot"})), Cause.LIMIT)


@pytest.mark.parametrize("limit", ["{per_day: 2}", "[{max: 2, per: day, when: {lang: en}}]", "[{max: 2, per: 4h, of: $size}]", "{open: 2}"])
def test_a_limit_that_was_raised_and_filled_by_others_is_told_apart(tmp_path: Path, limit: str) -> None:
    """With what was handed out before, the new limit would have let the rep take the lead: it is not what stops him."""
    rules, reps = hot("pool: a, otherwise: [{queue: full}]"), swapped(LIMITED, {"{per_day: 2}": limit})
    higher = {limit: limit.replace("2", "3")}
    world = World(tmp_path, ["warm/en/1"] * 6 + ["hot/en/1"] * 3, rules, reps)
    raised = world.changed(rules={"seg: hot": "seg: [hot, warm]"}, reps=higher)
    assert causes(world.to(raised)) == {"rule": 6, "limit": 3}
    more = World(tmp_path / "more", ["hot/en/1"] * 6, rules, reps)
    found = more.to(more.changed(reps=higher))
    assert causes(found) == {"person": 2}
    assert whys(found, Cause.PERSON) == {("limits", "ann", True), ("limits", "bob", True)}
    found = more.to(more.changed(reps={f"{ANN}, limits: {limit}": f"{ANN}, limits: {higher[limit]}"}))
    assert whys(found, Cause.PERSON) == {("limits", "ann", True)}


TOGETHER = "keep_together: {by: [seg], for: 30d}"


def test_leads_that_follow_a_lead_that_moved_move_with_it(tmp_path: Path) -> None:
    """The first of a company moves by rule, the others since they are kept together with it."""
    world = World(tmp_path, ["x/en", "y/en", "x/en", "y/fr"], RULES.replace("seg: hot", "lang: fr"), settings=TOGETHER)
    found = world.to(world.changed(rules={"lang: fr": "lead_id: [1]"}))
    assert causes(found) == {"rule": 1, "together": 2, "turn": 1}
    assert [(move.lead, move.new.rep) for move in found.moves] == [("1", "ann"), ("2", "cat"), ("3", "ann"), ("4", "cat")]


@pytest.mark.parametrize(
    ("changes", "cause", "expected"),
    [
        ({"settings": {"by: [seg]": "by: [lang]"}}, Cause.RULE, {("keep_together", "", None)}),
        ({"settings": {TOGETHER: ""}}, Cause.RULE, {("keep_together", "", None)}),
        ({"rules": {"id: rest,": "id: rest, keep_together: false,"}}, Cause.RULE, {("keep_together", "", None)}),
        ({"reps": {CAT: f"{CAT}, active: false"}}, Cause.PERSON, {("inactive", "cat", False)}),
    ],
)
def test_whom_a_lead_follows_is_a_matter_of_settings_and_people(
    tmp_path: Path, changes: dict[str, Any], cause: Cause, expected: set[tuple[str, str, bool | None]]
) -> None:
    """Other keys, a rule that lets its leads go, or a rep who is away are causes of the lead's own."""
    world = World(tmp_path, ["x/en", "y/fr", "z/en", "x/fr"], settings=TOGETHER)
    found = world.to(world.changed(**changes))
    assert ("4", cause) in [(move.lead, move.found.cause) for move in found.moves]
    assert whys(found, cause) == expected


def test_a_backup_of_a_kept_lead_is_the_persons(tmp_path: Path) -> None:
    """The earlier lead's rep is away in both; who stands in changed."""
    rules = swapped(RULES, {"assign: {pool: b}": "assign: {rep: cat, availability: ignore}"})
    reps = swapped(REPS, {CAT: f"{CAT}, backup: ann, away: [{{from: 2026-11-23, to: 2026-11-24}}]"})
    world = World(tmp_path, ["x", "x"], rules, reps, "keep_together: {by: [seg], for: 30d, when_unavailable: backup}")
    found = world.to(world.changed(reps={"backup: ann": "backup: bob"}))
    assert (causes(found), whys(found, Cause.PERSON)) == ({"person": 1}, {("backup", "cat", None)})


def test_rows_that_only_one_of_the_two_can_read_move_by_rule(tmp_path: Path) -> None:
    """An invalid row has no decision; without an id it is called by its row."""
    world = World(tmp_path, ["hot/en/12", "hot/en/many"])
    new = made(tmp_path / "new", fields=swapped(FIELDS, {"{type: number, optional: true}": "{type: number, required: true}"}))
    found = world.to(new)
    assert causes(found) == {"rule": 1}
    assert [(move.lead, move.new.outcome.value, move.found.whys[0].what) for move in found.moves] == [("2", "invalid", "read")]


def test_another_serving_order_is_said(tmp_path: Path) -> None:
    """Who is served first takes the turn; no lead has a cause of its own."""
    world = World(tmp_path, ["a//3", "b//1", "c//2"])
    found = world.to(made(tmp_path / "new", fields=f"{FIELDS}, order: [size]"))
    assert (causes(found), found.reordered) == ({"turn": 2}, True)


def test_same_rep_by_another_rule_is_counted_apart(tmp_path: Path) -> None:
    """Nobody is moved by a rule that gives its leads to the same people."""
    world = World(tmp_path, [HOT, COLD])
    found = world.to(world.changed(rules={"id: first": "id: one"}))
    assert (found.moved, found.otherwise) == (0, 1)


def test_both_start_from_the_ledger_which_stays_as_it_was(tmp_path: Path) -> None:
    """Leads decided before are decided anew in both, what they charged given back first; nothing is recorded."""
    world = World(tmp_path, [HOT, COLD, COLD])
    state = str(tmp_path / "old/.leadroute/state.db")
    before = (tmp_path / "leads.csv").read_text()
    run(tmp_path / "old", leads=world.leads)
    world.leads.write_text(before.replace("2,cold", "7,cold"))
    recorded = standings(tmp_path / "old")
    new = world.changed(rules={"seg: hot": "seg: warm"})
    found = world.to(new, state=state)
    assert told(found) == told(world.to(new, state=None))  # the new project has no ledger yet, so that the old one's counts
    assert standings(tmp_path / "old") == recorded
    went = [(move.lead, move.old.rep, move.new.rep) for move in found.moves]
    assert went == [("1", "ann", "dan"), ("7", "dan", "cat"), ("3", "cat", "dan")]
    assert causes(found) == {"rule": 1, "turn": 2}


def test_all_is_decided_alike_twice(tmp_path: Path) -> None:
    """The same input gives the same value."""
    world = World(tmp_path, [HOT, COLD, "warm"] * 8, reps=LIMITED)
    new = world.changed(rules={"seg: hot": "seg: [hot, warm]"}, reps={DAN: "id: dan, team: a"})
    assert told(world.to(new)) == told(world.to(new))


def told(found: Measured) -> object:
    """All that was found, as one value."""
    return found.causes, found.groups, found.reps, list(found.moves)


# The definition, held against projects that are really put to each lead in turn

OPTIONS: dict[str, list[str]] = {
    "turns_of_ann": ["1", "2"],
    "limit_of_a": ["9", "2", "3"],
    "pick_of_a": ["round_robin", "least_loaded", "best_fit", "{best_fit: {margin: 0.5}}"],
    "turns": ["", ", turns: shared"],
    "open_of_b": ["20", "3"],
    "pick_of_b": ["round_robin", "least_loaded", "best_fit"],
    "seg": ["hot", "[hot, warm]"],
    "require": ["", "require: {languages: {has: $lang}}", "require: [{languages: {has: $lang}}, {languages: {has: en}}]"],
    "weight_of_match": ["1", "2"],
    "effort": ["1", "2", "$size"],
    "availability": ["not_away", "working", "{within: 4h}"],
    "named": ["bob", "dan"],
    "otherwise": ["backup", "{pool: a}", "next_rule", "hold"],
    "last": ["b", "a"],
    "ann_speaks": ["[en]", "[en, es]"],
    "ann_takes": ["9", "3", "4"],
    "ann_from": ["09:00", "12:00"],
    "team_of_bob": ["a", "b"],
    "weight_of_bob": ["1", "2"],
    "open_of_cat": ["9", "4"],
    "load_of_cat": ["0", "1"],
    "dan_active": ["true", "false"],
    "dan_takes": ["9", "2", "5"],
}
RULES_OF = """
rotations: {{shared: {{weights: {{ann: {turns_of_ann}}}}}}}
pools:
  a: {{who: {{team: a}}, limits: {{per_day: {limit_of_a}}}, pick: {pick_of_a}{turns}, otherwise: [{{pool: b}}]}}
  b: {{who: {{team: b}}, limits: {{open: {open_of_b}}}, pick: {pick_of_b}}}
rules:
  - id: first
    when: {{seg: {seg}}}
    assign:
      pool: a
      prefer: [{{match: {{languages: {{has: $lang}}}}, weight: {weight_of_match}}}, {{headroom: true, weight: 1}}]
      effort: {effort}
      availability: {availability}
      {require}
  - {{id: named, when: {{seg: cold, lang: es}}, assign: {{rep: {named}, otherwise: [{otherwise}]}}}}
  - {{id: rest, assign: {{pool: {last}}}}}
"""
REPS_OF = """
  - {{id: ann, team: a, languages: {ann_speaks}, limits: {{per_day: {ann_takes}}}, hours: {{mon-fri: ["{ann_from}-17:00"]}}}}
  - {{id: bob, team: {team_of_bob}, languages: [en], weight: {weight_of_bob}, backup: dan}}
  - {{id: cat, team: b, languages: [en], limits: {{open: {open_of_cat}}}, load: {load_of_cat}}}
  - {{id: dan, team: b, languages: [en, es], active: {dan_active}, limits: {{per_day: {dan_takes}}}}}
"""
OLD = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in OPTIONS.items()})
CHANGES = st.lists(st.sampled_from([(name, value) for name, values in OPTIONS.items() for value in values]), min_size=1, max_size=3)
KINDS = [f"{kind}/{size}" for kind in (HOT, "hot/es", "cold/es", COLD, "warm/en", "hot/fr") for size in (1, 3)]
LEADS = st.lists(st.sampled_from(KINDS), min_size=6, max_size=14)
PLAIN = {name: values[0] for name, values in OPTIONS.items()}
FILLED = ["hot/en/1"] * 3 + ["warm/en/1"] * 6


@example(PLAIN | {"limit_of_a": "3"}, [("seg", "[hot, warm]")], [*FILLED[3:], *FILLED[:3]])
@example(PLAIN | {"require": "require: {languages: {has: $lang}}", "last": "a"}, [("last", "b")], FILLED)
@given(OLD, CHANGES, LEADS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_cause_is_the_leads_own_when_the_new_project_decides_it_otherwise(
    tmp_path: Path, old: dict[str, str], changes: list[tuple[str, str]], leads: list[str]
) -> None:
    """After the very same leads, the new project gives a lead without a cause of its own to the very same rep, among the same people."""
    world = World(tmp_path, leads, RULES_OF.format_map(old), REPS_OF.format_map(old))
    now = {**old, **dict(changes)}
    new = made(tmp_path / "new", RULES_OF.format_map(now), REPS_OF.format_map(now))
    found = world.to(new)
    causes(found)
    for move in found.moves:
        at = int(move.lead) - 1
        before = _router(world.old, Standings(), world.leads)
        before.decide(np.arange(len(leads)) < at)
        then = _router(new, copy.deepcopy(before.standings()), world.leads).decide(np.arange(len(leads)) == at)
        place = (then[at].outcome, then[at].rep, then[at].queue)
        if not move.found.cause.own:
            assert place == (move.old.outcome, move.old.rep, move.old.queue)
        if {why.what for why in move.found.whys} == {"limits"}:
            same = _eligible(then, at) == _eligible(
                _router(world.old, before.standings(), world.leads).decide(np.arange(len(leads)) == at), at
            )
            assert same is not move.found.cause.own


def _router(project: Project, started: Standings, leads: Path) -> Router:
    router = Router(project, started, clock_of(project, AT))
    with open_file(str(leads)) as file:
        for batch in Reader(file, project, router.clock, fields=router.fields, texts_of=router.texts, evaluator=router.evaluator).batches():
            router.match(batch)
    return router


def _eligible(decisions: Decisions, at: int) -> tuple[str, ...]:
    return decisions.signatures[decisions.eligible[at]] if decisions.eligible[at] >= 0 else ()
