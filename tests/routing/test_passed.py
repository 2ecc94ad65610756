"""Whom leads passed over, and why: what the accounts of all leads of a batch say, added up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
import pytest

from leadroute.model.standings import Standings
from leadroute.routing.cases import Unanswered
from leadroute.routing.passed import HAD_IT, passed_over
from leadroute.routing.router import Router
from leadroute.routing.trace import HAD_IT as HAD_IT_WORDS
from leadroute.routing.trace import explain
from tests.routing.worlds import block, clock_at, made

RULES = """
pools: {p: {who: {team: x}, limits: {per_day: 4}}, w: {who: {team: {in: [x, y]}}, pick: least_loaded}}
rules:
  - {id: typed, when: {vip: true}, assign: {pool: w, require: {region: na}, otherwise: [next_rule]}}
  - id: split
    assign:
      pool: p
      availability: working
      effort: $size
      require: [{languages: {has: $language}, region: na}, {languages: {has: $language}}]
      otherwise: [{pool: w, require: {team: y}}, {pool: w, require: {}, availability: ignore}]
"""
REPS = """
  - {id: a, team: x, languages: [en, es], region: na, limits: {open: 30}}
  - {id: b, team: x, languages: [en], away: [{from: 2026-11-20, to: 2026-11-30}]}
  - {id: c, team: x, languages: [de, en], limits: {per_day: 5}}
  - {id: d, team: x, languages: [en, es], region: na, hours: {mon: ["12:00-13:00"]}}
  - {id: e, team: y, languages: [en], region: na, active: false}
  - {id: f, team: y, languages: [en], limits: {per_day: 3}, region: na}
  - {id: g, team: x, languages: [es, de], weight: 2, limits: {open: 20}}
  - {id: h, team: x, languages: [en], weight: 0}"""


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_the_accounts_of_all_leads_say(seed: int, tmp_path: Path) -> None:
    """The first gate that stopped each member of the pool that took a lead, on the rung that decided."""
    random = Random(seed)
    found = made(tmp_path, RULES, REPS)
    rows = [
        {"vip": random.choice(["yes", "no", "no"]), "size": str(random.randint(1, 4)), "language": random.choice(["en", "es", "de", "fr"])}
        for _ in range(36)
    ]
    batch, wanted = block(found, rows), np.ones(len(rows), np.bool_)
    had = {3: Unanswered(1, frozenset({0, 2}), 0, over=False), 4: Unanswered(0, frozenset({5}), 5, over=False)}

    def routed() -> Router:
        router = Router(found, Standings(), clock_at(found))
        router.match(batch, had)
        return router

    expected: Counter[tuple[str, str, str]] = Counter()
    for lead in range(len(rows)):
        trace = explain(routed(), batch, lead, wanted, "L")
        took = trace.tries[-1]
        if took.kind != "queue":
            for rep in took.rungs[took.rung - 1].reps:
                if rep.gate is not None:
                    reason = rep.words if rep.gate == "availability" else HAD_IT if rep.words == HAD_IT_WORDS else rep.gate
                    expected[took.name, rep.rep, reason] += 1
    router = routed()
    decisions = router.decide(wanted)
    assert {(one.pool, one.rep, one.reason): one.leads for one in passed_over(router, decisions)} == expected
    assert {reason for _, _, reason in expected} >= {"require", "limits", "outside working hours"}
    assert not passed_over(router, router.decide(np.zeros(len(rows), np.bool_)))
