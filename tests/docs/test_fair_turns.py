"""The guide's numbers and picture are what is measured."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import fair_turns  # noqa: E402 - a script, not a package
from fair_turns import CAREFULLY, PEOPLE, after_hiring, after_leave, deviation, in_a_row, lowest_level, ours, thirty_runs  # noqa: E402

from leadroute.model.rules import KEEP_PLACE, MILLION, CatchUp, ReturnPolicy  # noqa: E402


@pytest.mark.parametrize(
    ("weights", "here", "there"),
    [([3, *[1] * 10], "0.92", "1.54"), ([10, *[1] * 20], "0.97", "6.00")],
    ids=["3 and ten 1s", "10 and twenty 1s"],
)
def test_a_heavy_weight_beside_many_light_ones_stays_within_a_turn(weights: list[int], here: str, there: str) -> None:
    """Where the lowest turns / weight next does not."""
    assert f"{float(deviation(ours, weights)):.2f}" == here
    assert f"{float(deviation(lowest_level, weights)):.2f}" == there


def everywhere(policy: CatchUp) -> ReturnPolicy:
    return ReturnPolicy(policy, policy, policy)


@pytest.mark.parametrize(
    ("policy", "row", "first"),
    [
        (None, 26, 26),
        (KEEP_PLACE, 1, 6),
        (everywhere(CAREFULLY), 1, 10),
        (everywhere(CatchUp(most=5 * MILLION)), 5, 10),
        (everywhere(CatchUp(every=3)), 1, 10),
        (everywhere(CatchUp()), 26, 26),
    ],
    ids=["naive", "keep_place", "5 at most, one in 2", "5 at most", "one in 3", "catch_up"],
)
def test_who_is_back_from_leave_gets_no_flood_of_leads(policy: ReturnPolicy | None, row: int, first: int) -> None:
    """How many in a row, and of the first 30; a naive lowest count gives 26 in a row, and ours only where that is asked for."""
    taken = after_leave(policy)
    assert in_a_row(taken, PEOPLE - 1) == row
    assert taken[:30].count(PEOPLE - 1) == first


def test_a_new_hire_gets_no_flood_of_leads() -> None:
    """A naive lowest count gives 20 in a row, ours one turn in six."""
    assert in_a_row(after_hiring(naive=True), PEOPLE) == 20
    assert in_a_row(after_hiring(naive=False), PEOPLE) == 1
    assert after_hiring(naive=False).count(PEOPLE) == 10


def test_many_small_runs_share_out_evenly() -> None:
    """30 runs of 10 leads over three people: carried 100 each, else the first of the roster gets every tenth lead."""
    assert thirty_runs(carried=True) == [100, 100, 100]
    assert thirty_runs(carried=False) == [120, 90, 90]


def test_the_picture_is_what_is_measured() -> None:
    """``make docs`` draws it anew."""
    assert fair_turns.main(["--check"]) == 0
