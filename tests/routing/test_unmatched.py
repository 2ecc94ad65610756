"""Why no rule took a lead."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leadroute.routing.trace import explain
from tests.routing.worlds import block, made, route

RULES = """
pools: {p: {}}
rules:
  - {id: one, when: {size: {gt: 10}, name: acme}, assign: {pool: p}}
  - {id: two, when: {any: [{vip: true}, {deal: {gt: 5}}]}, assign: {pool: p}}
  - {id: three, when: {not: {name: {present: true}}, language: es}, assign: {pool: p}}
"""


@pytest.mark.parametrize(
    ("lead", "cause"),
    [
        ({"size": "5", "name": "x", "vip": "no", "deal": "1", "language": "en"}, None),
        ({"name": "x", "vip": "no", "deal": "1"}, ("one", "size")),
        ({"size": "5", "vip": "no", "deal": "1"}, ("three", "language")),
        ({"size": "50", "vip": "no", "deal": "1"}, ("one", "name")),
        ({"size": "5", "name": "x", "vip": "no"}, ("two", "deal")),
        ({"size": "5", "name": "x", "vip": "no", "deal": "1"}, None),
    ],
)
def test_the_first_rule_whose_first_failing_test_saw_a_missing_value(
    tmp_path: Path, lead: dict[str, str], cause: tuple[str, str] | None
) -> None:
    """For a lead left over; the block's answer and the account of one lead agree."""
    found = made(tmp_path, RULES, "[{id: a}]")
    batch = route(found, [lead])
    unmatched = batch.router.unmatched
    number = unmatched.cause_of(1)[0]
    assert batch.reasons == ["no_rule"]
    assert (unmatched.causes[number] if number >= 0 else None) == cause
    told = explain(batch.router, block(found, [lead]), 0, np.ones(1, np.bool_), "x").first_missing
    words = None if told is None else told.words
    assert words is None if cause is None else words is not None and f"{cause[1]} is missing" in words
    assert (told and told.rule) == (cause and cause[0])


def test_leads_that_a_rule_took_have_no_cause(tmp_path: Path) -> None:
    """Nothing is worked out for them."""
    batch = route(made(tmp_path, RULES, "[{id: a}]"), [{"vip": "yes"}, {}])
    assert batch.router.unmatched.cause_of(2).tolist() == [-1, 0]
