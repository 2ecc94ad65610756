"""Cases: what a group of leads shares, and the numbers that travel with each lead."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from leadroute.model.rules import MILLION
from leadroute.routing.cases import MOST, Travel
from tests.routing.worlds import made, route

REPS = "[{id: a, languages: [en]}, {id: b, languages: [en, es]}]"


def test_leads_that_differ_in_nothing_that_is_asked_share_a_case(tmp_path: Path) -> None:
    """A thousand leads, all different, are as many cases as rules and asked values make: by language here, not at all there."""
    rules = """
pools: {p: {}}
rules:
  - {id: big, when: {size: {gte: 500}}, assign: {pool: p, require: {languages: {has: $language}}, effort: $deal}}
  - {id: rest, when: {name: {contains: "9"}}, assign: {pool: p}}
"""
    random = Random(1)
    leads = [
        {"name": f"acme {at}", "size": str(at), "deal": str(random.random()), "language": random.choice(["en", "es", "EN "])}
        for at in range(1000)
    ]
    router = route(made(tmp_path, rules, REPS), leads).router
    assert len(router.sorter.cases) == 2 + 1 + 1
    assert sorted(case.rules for case in router.sorter.cases) == [(), (0,), (0,), (1,)]


def test_fit_terms_that_apply_are_part_of_the_case(tmp_path: Path) -> None:
    """Their ``when`` is asked of the lead: two terms make four cases, however many leads."""
    rules = """
pools: {p: {}}
rules: [{id: r, assign: {pool: p, pick: best_fit,
         prefer: [{match: {id: a}, when: {vip: true}}, {match: {id: b}, when: {size: {gt: 50}}}]}}]
"""
    leads = [{"vip": "yes" if at % 2 else "no", "size": str(at)} for at in range(100)]
    batch = route(made(tmp_path, rules, REPS), leads)
    assert len(batch.router.sorter.cases) == 4
    assert {batch.taken[at] for at in range(1, 51, 2)} == {"a"}
    assert {batch.taken[at] for at in range(52, 100, 2)} == {"b"}


@pytest.mark.parametrize(
    ("value", "effort", "cost"),
    [
        (None, 7, 7),
        (0, 0, 7),
        (-1, 7, 7),
        (2, 2 * MILLION, 2 * MILLION),
        (0.1, 100_000, 100_000),
        (0.0000005, 1, 1),
        (0.0000004, 0, 7),
        (2.5e-7, 0, 7),
        (10**18, MOST, MOST),
        (1e300, MOST, MOST),
        (-1e300, 7, 7),
    ],
)
def test_a_number_that_travels(value: float | None, effort: int, cost: int) -> None:
    """Rounded half up to millionths; an effort that is missing or negative, a cost that is not positive, is what stands for it."""
    assert Travel("deal", 7, zero_counts=True).of(value) == effort
    assert Travel("deal", 7, zero_counts=False).of(value) == cost


def test_numbers_of_any_size_can_be_routed(tmp_path: Path) -> None:
    """A lead whose deal value is absurd is a decision like any other, whether or not loads are watched."""
    rules = """
rotations: {t: {cost: {of: $deal}}}
pools: {p: {turns: t}}
rules: [{id: r, assign: {pool: p, effort: $size}}]
"""
    huge = [{"deal": "9" * 300, "size": str(2**63 - 1)}] * 6
    for reps in ("[{id: a}, {id: b}]", "[{id: a}, {id: b}, {id: c, limits: {open: 5}}]"):
        batch = route(made(tmp_path, rules, reps), huge)
        assert batch.taken == ["a", "b"] * 3
        assert batch.router.standings().load == {"a": 3 * MOST, "b": 3 * MOST}
