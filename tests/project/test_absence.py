"""``absence`` of pools."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.clock import DAY
from leadroute.model.rules import KEEP_PLACE, MILLION, CatchUp, ReturnPolicy
from tests.project.world import found, good

FIVE = CatchUp(most=5 * MILLION, within=14 * DAY, every=2)


def rules(*pools: str) -> str:
    """Pools in one rotation, one for each text of settings."""
    lines = "".join(f"  pool{number}: {{turns: t{pool}}}\n" for number, pool in enumerate(pools))
    return f"version: 1\nrotations: {{t: {{}}}}\npools:\n{lines}rules: [{{id: r, assign: {{pool: pool0}}}}]\n"


@pytest.mark.parametrize(
    ("written", "policy"),
    [
        ("", KEEP_PLACE),
        (", absence: keep_place", KEEP_PLACE),
        (", absence: catch_up", ReturnPolicy(CatchUp(), CatchUp(), CatchUp())),
        (", absence: {catch_up: {}}", ReturnPolicy(CatchUp(), CatchUp(), CatchUp())),
        (", absence: {catch_up: {max: 5, within: 14d, every: 2}}", ReturnPolicy(FIVE, FIVE, FIVE)),
        (
            ", absence: {leave: keep_place, hours: catch_up, limit: {catch_up: {max: 3}}}",
            ReturnPolicy(None, CatchUp(), CatchUp(most=3 * MILLION)),
        ),
        (", absence: {limit: {catch_up: {max: 0.5}}}", ReturnPolicy(None, None, CatchUp(most=MILLION // 2))),
    ],
)
def test_a_policy_is_for_every_reason_or_by_reason(tmp_path: Path, written: str, policy: ReturnPolicy) -> None:
    """What is not said is ``keep_place``; all bounds of catching up are optional."""
    assert good(tmp_path, rules=rules(written)).rotations["t"].absence == policy


def test_a_pool_alone_has_its_own(tmp_path: Path) -> None:
    """Its own rotation is that of its policy."""
    text = rules("").replace("turns: t", "absence: {catch_up: {max: 5, within: 14d, every: 2}}")
    assert good(tmp_path, rules=text).rotations["pool:pool0"].absence == ReturnPolicy(FIVE, FIVE, FIVE)


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("", ", absence: keep_place", []),
        (", absence: catch_up", ", absence: {catch_up: {}}", []),
        (", absence: catch_up", "", ["absence-differs"]),
        ("", ", absence: {limit: catch_up}", ["absence-differs"]),
        (", absence: {catch_up: {max: 5}}", ", absence: {catch_up: {max: 6}}", ["absence-differs"]),
    ],
)
def test_pools_of_one_rotation_agree(tmp_path: Path, first: str, second: str, names: list[str]) -> None:
    """By what is meant, not by how it is written; saying nothing is keeping one's place."""
    assert found(tmp_path, rules=rules(first, second)) == names


def test_a_rotation_with_errors_is_not_blamed_twice(tmp_path: Path) -> None:
    """Pools of a rotation that could not be read say no more of it."""
    assert found(tmp_path, rules=rules(", absence: catch_up", "").replace("{t: {}}", "{t: {cost: many}}")) == ["wrong-type"]
