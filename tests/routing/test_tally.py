"""Who carries what: loads and counts, ramps, and what is carried to the next batch."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from leadroute.model.clock import EPOCH_DAY
from leadroute.model.roster import Ramp, Rep
from leadroute.model.rules import MILLION
from leadroute.model.standings import Figure, Place, RotationStanding, Standings, Use
from leadroute.routing.tally import weight_on
from tests.routing.worlds import clock_at, made, route

RULES = "pools: {p: {limits: LIMITS}}\nrules: [{id: r, assign: {pool: p, effort: $size}}]"
TODAY = Use("day", "", "", "a")
IN_POOL = Use("day", "", "p", "a")


def day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH_DAY).days


@pytest.mark.parametrize(
    ("on", "weight"),
    [
        ("2026-10-31", Fraction(1, 2)),
        ("2026-11-01", Fraction(1, 2)),
        ("2026-11-02", Fraction(5, 6)),
        ("2026-11-03", Fraction(7, 6)),
        ("2026-11-04", Fraction(3, 2)),
        ("2027-01-01", Fraction(3, 2)),
    ],
)
def test_a_ramp_is_linear_by_routing_date(on: str, weight: Fraction) -> None:
    """``start`` up to the first day, 1 from the last, rounded half up to millionths."""
    rep = Rep("a", "", "", ramp=Ramp(day("2026-11-01"), day("2026-11-04"), Fraction(1, 3)))
    assert weight_on(rep, 1_500_000, day(on)) == round(weight * MILLION)


@pytest.mark.parametrize(
    ("limits", "rep", "sizes", "taken"),
    [
        ("{}", "limits: {open: 3}", [1, 1, 2, 1, 1], "a a - a -"),
        ("{}", "limits: {open: 3}, load: 2", [1, 1], "a -"),
        ("{}", "limits: {open: 3}, load: 3", [0, 1], "a -"),
        ("{}", "limits: {per_day: 2}", [1, 1, 1], "a a -"),
        ("{}", "limits: {per_day: 0}", [0], "-"),
        ("{open: 2}", "load: 9", [1, 1, 1], "a a -"),
        ("{per_day: 1}", "limits: {per_day: 2}", [1, 1], "a -"),
        ("{}", "limits: {open: 1}", [-4, 1], "a -"),
    ],
)
def test_a_limit_is_reached_when_load_and_effort_would_pass_it(tmp_path: Path, limits: str, rep: str, sizes: list[int], taken: str) -> None:
    """Open of the rep with the roster's load, of the pool with what it handed out; leads per day; an effort below zero counts as 1."""
    found = made(tmp_path, RULES.replace("LIMITS", limits), f"[{{id: a, {rep}}}]")
    batch = route(found, [{"size": str(size)} for size in sizes])
    assert " ".join("a" if one == "a" else "-" for one in batch.taken) == taken


def test_a_load_of_a_later_instant_has_the_batch_in_it(tmp_path: Path) -> None:
    """What is handed out before `load_as_of` is added to neither the rep's load nor the pool's, lead by lead or all at once."""
    for limits, rep, taken in (
        ("{}", "limits: {open: 3}", 5),
        ("{open: 1}", "", 5),
        ("{}", "", 5),
        ("{per_day: 4}", "limits: {open: 3}", 4),
    ):
        roster = f"[{{id: a, load: 2, load_as_of: 2026-11-23T11:00Z, {rep}}}]".replace(", }", "}")
        batch = route(made(tmp_path, RULES.replace("LIMITS", limits), roster), [{}] * 5)
        assert batch.taken.count("a") == taken
        after = batch.router.standings()
        assert (after.load, after.pool_load, after.used[TODAY]) == ({}, {}, taken)


def test_what_stood_before_counts(tmp_path: Path) -> None:
    """Loads and today's counts come in with the standings and go on from there."""
    found = made(tmp_path, RULES.replace("LIMITS", "{open: 5, per_day: 9}"), "[{id: a, limits: {open: 6, per_day: 4}}]")
    before = Standings(load={"a": 2 * MILLION}, pool_load={("p", "a"): MILLION}, used={TODAY: 3, IN_POOL: 1})
    batch = route(found, [{"size": "2.5"}], before)
    assert batch.taken == ["a"]
    after = batch.router.standings()
    assert (after.load["a"], after.used[TODAY]) == (3 * MILLION, 4)
    assert (after.pool_load["p", "a"], after.used[IN_POOL]) == (2 * MILLION, 2)
    assert route(found, [{"size": "1"}], after).taken == ["unassigned"]


def test_a_changed_figure_is_seen_from_this_batch_on(tmp_path: Path) -> None:
    """The figures that are carried on are those of the roster, with the instant of the first batch that saw them."""
    found = made(tmp_path, RULES.replace("LIMITS", "{}"), "[{id: a, load: 2}, {id: b}]")
    before = Standings(figures={"a": Figure(MILLION, 5), "b": Figure(0, 7), "gone": Figure(1, 3)})
    after = route(found, [{}], before).router.standings()
    assert after.figures == {"a": Figure(2 * MILLION, clock_at(found).now), "b": Figure(0, 7), "gone": Figure(1, 3)}


def test_rotations_that_nobody_uses_now_are_kept(tmp_path: Path) -> None:
    """An edit of the rules resets nothing: a rotation that is not declared any more stands as it did."""
    found = made(tmp_path, "pools: {p: {}}\nrules: [{id: r, assign: {queue: q}}]", "[{id: a}]")
    before = Standings(rotations={"pool:old": RotationStanding({None: {"a": Place(5, MILLION)}})})
    assert route(found, [{}], before).router.standings().rotations == before.rotations


def test_thirty_runs_of_ten_leads_over_three_reps(tmp_path: Path) -> None:
    """With standings carried over everybody has a hundred; starting over each time gives 120, 90 and 90."""
    found = made(tmp_path, "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]", "[{id: a}, {id: b}, {id: c}]")
    standings, kept, over = Standings(), [], []
    for _ in range(30):
        batch = route(found, [{}] * 10, standings)
        standings = batch.router.standings()
        kept.extend(batch.taken)
        over.extend(route(found, [{}] * 10).taken)
    assert [kept.count(rep) for rep in "abc"] == [100, 100, 100]
    assert [over.count(rep) for rep in "abc"] == [120, 90, 90]


def test_a_full_rep_who_has_room_again_makes_nothing_up(tmp_path: Path) -> None:
    """Reaching a limit is an absence (`a` comes back one lead ahead, as before); a lead too big for the room left is none."""
    rules = "pools: {p: {}}\nrules: [{id: r, assign: {pool: p, effort: $size}}]"
    full = made(tmp_path / "full", rules, "[{id: a, limits: {per_day: 1}}, {id: b}]")
    first = route(full, [{}] * 9)
    assert first.taken == ["a", *["b"] * 8]
    standings = first.router.standings()
    standings.used.clear()
    free = made(tmp_path / "free", rules, "[{id: a}, {id: b}]")
    assert route(free, [{}] * 4, standings).taken == ["b", "a", "b", "a"]
    big = made(tmp_path / "big", rules, "[{id: a, limits: {open: 5}}, {id: b}]")
    second = route(big, [{"size": "6"}] * 3)
    assert second.taken == ["b"] * 3
    assert route(big, [{}] * 4, second.router.standings()).taken == ["a"] * 3 + ["a"]
