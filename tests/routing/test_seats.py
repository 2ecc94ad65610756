"""Among whom a lead is given out: least loaded, best fit, who works soonest."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadroute.model.clock import Clock
from leadroute.model.rules import BILLION, MILLION, Pick, PickKind
from leadroute.model.standings import Standings
from leadroute.routing.seats import PICKS, Fit, Seats
from leadroute.routing.tally import Tally
from leadroute.routing.turns import half_up
from tests.routing.worlds import made, route

REPS = "[{id: a, limits: {open: 3}}, {id: b, weight: 2, limits: {open: 0}}, {id: c}]"


@pytest.fixture(scope="module")
def tally(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    found = made(tmp_path_factory.mktemp("seats"), "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]", REPS)
    return Tally(found, Standings(), Clock(0, "UTC"))


def seats_of(tally: Tally, pick: Pick, fits: dict[int, Fit] | None = None, **more: object) -> Seats:
    return Seats(tally, None, (0, 2), pick=pick, turns=[0] * 3, weights=[MILLION] * 3, fits=fits, **more)  # type: ignore[arg-type]


@given(st.fractions(0, 1, max_denominator=10**7), st.fractions(0, 1, max_denominator=10**4), st.integers(0, 5 * MILLION))
def test_fit_is_rounded_half_up_to_billionths(tally: Tally, still: Fraction, headroom: Fraction, load: int) -> None:
    """Exactly as fractions say: ``headroom`` is 1 - load / limits.open within 0..1, and 1 without a limit."""
    before = list(tally.load)
    try:
        tally.load[0] = tally.load[2] = load
        fit = Fit(still, headroom)
        seats = seats_of(tally, Pick(PickKind.BEST_FIT), {0: fit, 2: fit}, effort=0)
        left = max(Fraction(0), 1 - Fraction(load, 3 * MILLION))
        assert seats.fit(0) == half_up((still + headroom * left) * BILLION)
        assert seats.fit(2) == half_up((still + headroom) * BILLION)
    finally:
        tally.load[:] = before


def test_headroom_of_a_limit_of_zero_is_zero(tally: Tally) -> None:
    """0 where the limit is 0."""
    seats = Seats(
        tally,
        None,
        (1,),
        pick=Pick(PickKind.BEST_FIT),
        turns=[0] * 3,
        weights=[MILLION] * 3,
        effort=0,
        fits={1: Fit(Fraction(1, 2), Fraction(1, 2))},
    )
    assert seats.fit(1) == BILLION // 2


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_everyone_at_most_the_margin_below_the_best_is_in(tally: Tally, one: int, other: int, margin: int) -> None:
    """The margin is included."""
    fits = {0: Fit(Fraction(one, BILLION), Fraction(0)), 2: Fit(Fraction(other, BILLION), Fraction(0))}
    seats = seats_of(tally, Pick(PickKind.BEST_FIT, margin), fits)
    expected = [rep for rep, fit in ((0, one), (2, other)) if max(one, other) - fit <= margin]
    assert seats.narrowed([0, 2]) == expected
    assert seats.choose(0) == expected[0]
    assert seats.last_fit == {0: one, 2: other}[expected[0]]


@given(st.lists(st.integers(0, 5), min_size=3, max_size=3), st.lists(st.integers(1, 3), min_size=3, max_size=3))
def test_least_loaded_is_the_smallest_load_by_weight(tally: Tally, loads: list[int], weights: list[int]) -> None:
    """Compared exactly; the turn decides among those that tie."""
    before = list(tally.load)
    try:
        tally.load[:] = [load * MILLION for load in loads]
        seats = Seats(
            tally, None, (0, 1, 2), pick=Pick(PickKind.LEAST_LOADED), turns=[0] * 3, weights=[one * MILLION for one in weights], effort=0
        )
        levels = [Fraction(load, weight) for load, weight in zip(loads, weights, strict=True)]
        assert seats.narrowed([0, 1, 2]) == [rep for rep in range(3) if levels[rep] == min(levels)]
    finally:
        tally.load[:] = before


def test_of_those_who_pass_who_works_soonest_goes_on(tally: Tally) -> None:
    """All who work now being equal."""
    assert seats_of(tally, Pick(), starts={0: 5, 2: 3}).runners == [2]
    assert seats_of(tally, Pick(), starts={0: 3, 2: 3}).runners == [0, 2]


RULES = """
pools: {p: {}}
rules:
  - id: r
    assign:
      pool: p
      prefer:
        - {match: {id: a}, weight: 3, when: {vip: true}}
        - {scale: skills.$language, best: 4, weight: 2}
        - {headroom: true, when: {size: {gt: 1}}}
      pick: {best_fit: {margin: MARGIN}}
"""
PEOPLE = "[{id: a, skills: {en: 1}, limits: {open: 4}}, {id: b, skills: {en: 6, es: 2}, limits: {open: 2}}, {id: c}]"


@pytest.mark.parametrize(
    ("lead", "rep", "fit"),
    [
        ({"vip": "yes", "language": "en"}, "a", Fraction(7, 10)),
        ({"language": "en"}, "b", Fraction(1)),
        ({"language": "ES"}, "b", Fraction(1, 2)),
        ({"language": "fr"}, "a", Fraction(0)),
        ({}, "a", Fraction(0)),
        ({"size": "2"}, "a", Fraction(1, 3)),
    ],
)
def test_fit_is_the_weighted_mean_of_the_terms_that_apply(tmp_path: Path, lead: dict[str, str], rep: str, fit: Fraction) -> None:
    """Over the terms whose ``when`` holds; ``scale`` within 0..1, 0 without a value; ties by the turn, then roster order."""
    batch = route(made(tmp_path, RULES.replace("MARGIN", "0"), PEOPLE), [lead])
    assert (batch.taken, batch.decisions[0].fit) == ([rep], half_up(fit * BILLION))


def test_no_term_that_applies_is_a_fit_of_zero(tmp_path: Path) -> None:
    """And everybody is as good as the next: the turn decides."""
    rules = RULES.replace("        - {scale: skills.$language, best: 4, weight: 2}\n", "").replace("MARGIN", "0")
    batch = route(made(tmp_path, rules, PEOPLE), [{}] * 4)
    assert batch.taken == ["a", "b", "c", "a"]
    assert [batch.decisions[at].fit for at in range(4)] == [0] * 4


def test_headroom_shrinks_with_every_lead(tmp_path: Path) -> None:
    """It is asked anew for each lead: `c` has no limit and stays at 1; limits of 4 and 2 lose a quarter and a half per lead."""
    rules = RULES.replace("MARGIN", "0.3").replace("prefer:\n", "prefer:\n        - {headroom: true, weight: 100}\n")
    batch = route(made(tmp_path, rules, PEOPLE), [{"language": "fr"}] * 6)
    assert batch.taken == ["a", "b", "c", "a", "c", "c"]


def test_every_pick_is_exercised(tmp_path: Path) -> None:
    """Each strategy of the registry, by the words of the language, among three who carry 2, 0 and 1."""
    people = "[{id: a, load: 2, skills: {en: 3}}, {id: b, skills: {en: 1}}, {id: c, load: 1, skills: {en: 3}}]"
    expected = {"round_robin": ["a", "b", "c", "a"], "least_loaded": ["b", "c", "b", "a"], "best_fit": ["a", "c", "a", "c"]}
    assert {kind.value for kind in PICKS} == set(expected) == {kind.value for kind in PickKind}
    for pick, taken in expected.items():
        rules = f"pools: {{p: {{pick: {pick}}}}}\nrules: [{{id: r, assign: {{pool: p, prefer: [{{scale: skills.en, best: 5}}]}}}}]"
        assert route(made(tmp_path / pick, rules, people), [{}] * 4).taken == taken
