"""The account of one lead: every rule, every rep and the gate that stopped it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from leadroute.model.standings import Standings
from leadroute.model.trace import Trace
from leadroute.routing.router import Router
from leadroute.routing.trace import explain
from tests.routing.worlds import block, clock_at, made

RULES = """
pools: {p: {who: {team: x}, pick: best_fit}, w: {}}
rules:
  - {id: off, enabled: false, assign: {queue: q}}
  - {id: past, to: 2026-01-01, assign: {queue: q}}
  - {id: small, when: {size: {lt: 10}}, assign: {queue: q}}
  - {id: typed, when: {name: {present: true}, vip: true}, assign: {pool: w, require: {id: nobody}, otherwise: [next_rule]}}
  - id: fit
    assign:
      pool: p
      availability: working
      require: [{languages: {has: $language}, region: na}, {languages: {has: en}}]
      prefer: [{headroom: true, weight: 2}, {match: {region: na}, when: {vip: false}}]
      otherwise: [{rep: $owner}, {rep: boss, availability: ignore}]
  - {id: late, assign: {queue: q}}
"""
REPS = """
  - {id: a, team: x, languages: [en], region: na, limits: {open: 8.5}, load: 8}
  - {id: b, team: x, languages: [en], away: [{from: 2026-11-20, to: 2026-11-30}]}
  - {id: c, team: x, languages: [de]}
  - {id: d, team: x, languages: [en], hours: {mon: ["12:00-13:00"]}}
  - {id: e, team: x, languages: [en], active: false}
  - {id: f, team: x, languages: [en], limits: {per_day: 0}}
  - {id: g, team: x, languages: [en], limits: {open: 4}, weight: 2}
  - {id: h, team: x, languages: [en], weight: 0}
  - {id: boss}"""


def told(tmp_path: Path, *leads: dict[str, str], reps: str = REPS) -> Trace:
    """The account of the last of some leads."""
    found = made(tmp_path, RULES, reps)
    router = Router(found, Standings(), clock_at(found))
    batch = block(found, leads)
    router.match(batch)
    return explain(router, batch, len(leads) - 1, np.ones(len(leads), np.bool_), "L1")


def test_each_rule_says_why_not(tmp_path: Path) -> None:
    """Off, the first failing test with its value, a missing value, letting go, taking, not reached."""
    trace = told(tmp_path, {"size": "12", "name": "Acme", "vip": "yes", "language": "en"})
    assert [(rule.rule, rule.status, rule.words) for rule in trace.rules] == [
        ("off", "off", "disabled"),
        ("past", "off", "not in force on this date"),
        ("small", "no", "size `12` is not under `10`"),
        ("typed", "let_go", "name `Acme`; vip `true`"),
        ("fit", "took", "always"),
        ("late", "not_reached", ""),
    ]
    assert not trace.rules[2].missing
    gone = told(tmp_path, {"language": "en"}).rules[2]
    assert (gone.words, gone.missing) == ("size is missing", True)


def test_each_rep_says_what_stopped_them(tmp_path: Path) -> None:
    """By the first failing gate, in words, on every rung that was looked at; the counts add up."""
    tried = told(tmp_path, {"size": "12", "language": "en"}).tries
    assert [(one.kind, one.name, one.took, one.rung) for one in tried] == [("pool", "p", True, 2)]
    first, second = tried[0].rungs
    assert first.require == "languages has $language and region is `na`"
    assert first.passing == 0
    assert first.counts["no region"] == 6
    stopped = {rep.rep: (rep.gate, rep.words) for rep in second.reps if rep.gate is not None}
    assert stopped == {
        "a": ("limits", "at 8 of 8.5 open, this needs 1"),
        "b": ("availability", "on leave"),
        "c": ("require", "languages lack `en`"),
        "d": ("availability", "outside working hours"),
        "e": ("availability", "inactive"),
        "f": ("limits", "at 0 of 0 today"),
        "h": ("availability", "weight 0"),
    }
    assert [rep.rep for rep in second.reps if rep.chosen] == ["g"]
    assert sum(second.counts.values()) + second.passing == 8


def test_terms_and_turns_are_told_with_their_numbers(tmp_path: Path) -> None:
    """Fit in billionths with each term, level and deadline as they stood before the lead."""
    lead = {"size": "12", "language": "en", "vip": "no"}
    trace = told(tmp_path, lead, lead)
    (rep,) = [rep for rep in trace.tries[0].rungs[1].reps if rep.chosen]
    assert (trace.position, trace.of) == (2, 2)
    assert (rep.load, rep.level, rep.deadline, rep.fit) == ("1", "0.5", "1", 500_000_000)
    assert [(term.term, term.value, term.weight, term.applies) for term in rep.terms] == [
        ("headroom", "0.75", "2", True),
        ("region na", "0", "1", True),
    ]


def test_a_field_that_names_nobody_and_people_by_name_are_told(tmp_path: Path) -> None:
    """Every step in its place, up to the one that took the lead."""
    reps = REPS.replace("id: g, team: x", "id: g, team: y")
    trace = told(tmp_path, {"size": "12", "owner": "stranger"}, reps=reps)
    assert [(one.kind, one.name, one.took) for one in trace.tries] == [
        ("pool", "p", False),
        ("nobody", "owner names no rep", False),
        ("rep", "boss", False),
        ("queue", "unassigned", True),
    ]
    assert trace.tries[2].rungs[0].reps[0].gate == "require"
    assert dict(trace.values)["owner"] == "stranger"
    assert dict(trace.values)["name"] is None


def test_loads_are_told_as_they_stand_even_where_they_decide_nothing(tmp_path: Path) -> None:
    """Without any limit, too, an account shows what a rep carries when the lead comes."""
    found = made(tmp_path, "pools: {p: {}}\nrules: [{id: r, assign: {pool: p, effort: 2.5}}]", "[{id: a}, {id: b}]")
    router = Router(found, Standings(), clock_at(found))
    batch = block(found, [{}] * 4)
    router.match(batch)
    trace = explain(router, batch, 3, np.ones(4, np.bool_), "L3")
    assert [(rep.rep, rep.load, rep.level) for rep in trace.tries[0].rungs[0].reps] == [("a", "5", "2"), ("b", "2.5", "1")]
