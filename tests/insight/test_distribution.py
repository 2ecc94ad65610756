"""The numbers of a run: outcomes, rules, pools and their shares, and why leads were left over."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.insight.distribution import Distribution, distribution
from leadroute.insight.leftover import left_over
from tests.routing.worlds import Batch, made, route

RULES = """
pools: {smb: {who: {team: smb}}, big: {who: {team: big}}}
rules:
  - {id: named, when: {owner: {present: true}}, assign: {rep: $owner}}
  - {id: large, when: {size: {gte: 100}}, assign: {pool: big, require: {languages: {has: $language}}}}
  - {id: cold, when: {vip: false}, assign: {queue: nurture}}
  - {id: small, when: {name: {present: true}, size: {gte: 0}}, assign: {pool: smb}}
  - {id: never, when: {name: zzz}, assign: {pool: smb}}
"""
REPS = """
  - {id: a, team: smb, weight: 3, limits: {per_day: 8, open: 20.5}, load: 2}
  - {id: b, team: smb}
  - {id: c, team: big, languages: [en]}
  - {id: d, team: big, languages: [en, es], active: false}"""


def counted(batch: Batch) -> Distribution:
    """The distribution of a batch."""
    weights = batch.router.weights()
    stories = left_over(batch.router, batch.decisions)
    return distribution(
        batch.router.project, batch.decisions, batch.router.standings(), {}, stories, weights, [rule.id for rule in batch.router.rules]
    )


@pytest.fixture
def found(tmp_path: Path) -> Distribution:
    rows = [{"owner": "a"}] * 2 + [{"size": "200", "language": "en"}] * 3 + [{"size": "200", "language": "es"}] * 4
    rows += [{"size": "200"}] + [{"vip": "no"}] * 5 + [{"size": "5", "name": "x"}] * 8 + [{"name": "y"}] * 6 + [{"size": "1"}] * 2
    return counted(route(made(tmp_path, RULES, REPS), rows))


def test_every_lead_is_counted_once(found: Distribution) -> None:
    """By outcome, by rule, by queue; what no enabled rule took is named."""
    assert found.leads == 31
    assert found.outcomes == {"assigned": 13, "queued": 18, "held": 0, "duplicate": 0, "invalid": 0}
    assert found.rules == {"named": 2, "large": 8, "cold": 5, "small": 8}
    assert found.queues == {"nurture": 5, "unassigned": 13}
    assert found.unreached == ("never",)
    assert found.kept == 0


def test_shares_stand_beside_target_shares(found: Distribution) -> None:
    """Pools in their order, then people named directly; targets by weight among those who are there; loads and limits of each."""
    assert [(pool.pool, pool.leads) for pool in found.pools] == [("smb", 8), ("big", 3), ("", 2)]
    smb, big, named = found.pools
    assert [(rep.rep, rep.leads, rep.share, rep.target) for rep in smb.reps] == [("a", 6, 0.75, 0.75), ("b", 2, 0.25, 0.25)]
    assert [(rep.rep, rep.leads, rep.target) for rep in big.reps] == [("c", 3, 1.0), ("d", 0, 0.0)]
    assert [(rep.rep, rep.leads, rep.share) for rep in named.reps] == [("a", 2, 1.0)]
    first = smb.reps[0]
    assert (first.today, first.per_day, first.open, first.open_limit) == (8, 8, 10.0, 20.5)


def test_why_leads_are_left_over_adds_up(found: Distribution) -> None:
    """One story for leads that failed alike, with the reps of the last pool by gate; and for leads of no rule what was missing."""
    stories = {(one.where, one.sentence): one for one in found.left_over}
    assert sum(one.leads for one in found.left_over) == found.queues["unassigned"]
    spanish = stories["unassigned", "0 of 2 in big can take it: 1 inactive, 1 languages lack `es`"]
    assert (spanish.leads, spanish.of, {words: count for count, words in spanish.reasons}) == (
        4,
        2,
        {"inactive": 1, "languages lack `es`": 1},
    )
    unruled = stories["unassigned", "no rule took it"]
    assert unruled.leads == 8
    assert sum(count for count, _ in unruled.reasons) == 8
    assert [one.leads for one in found.left_over] == sorted((one.leads for one in found.left_over), reverse=True)


def test_an_empty_batch_has_a_distribution(tmp_path: Path) -> None:
    """Nothing came in, nothing came out."""
    found = counted(route(made(tmp_path, RULES, REPS), []))
    assert (found.leads, found.pools, found.left_over) == (0, (), ())
