"""Shares over months: what turns promise, over random histories and beside the strategies that others use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.model.rules import KEEP_PLACE, MILLION, CatchUp, ReturnPolicy, Rotation
from leadroute.model.standings import EventKind, RotationStanding, Standings
from tests.routing.histories import CATCH_UPS, History, Lead, Stage, decide, histories, off, rep

TURN = Fraction(MILLION)
COSTS = st.sampled_from([0.5, 1.0, 3.0, 20.0])


def runs(taken: Sequence[str | None], name: str) -> int:
    """The most leads in a row that somebody takes."""
    return max((sum(1 for _ in group) for who, group in groupby(taken) if who == name), default=0)


# Shares


@given(
    st.lists(st.sampled_from([1, 1, 2, 3, 10]).map(lambda n: n * MILLION), min_size=2, max_size=8),
    st.lists(st.integers(0, 30), min_size=1, max_size=5),
)
@settings(max_examples=40)
def test_nobody_is_more_than_a_turn_from_the_exact_share_over_many_batches(weights: list[int], sizes: list[int]) -> None:
    """From equal levels, at a fixed cost, while nobody's eligibility changes: however the leads come in."""
    reps = tuple(rep(chr(97 + at), weight=weight) for at, weight in enumerate(weights))
    standings, taken, number = Standings(), Counter[str | None](), 0
    for day, size in enumerate(sizes):
        batch, standings = decide(Stage(day, reps, (Lead(),) * size, {"p": tuple(one.id for one in reps)}), standings)
        for who in batch.taken:
            number += 1
            taken[who] += 1
            assert all(abs(taken[one.id] - Fraction(number * one.weight, sum(weights))) <= 1 for one in reps)


@given(
    st.lists(st.sampled_from([1, 1, 2, 5]).map(lambda n: n * MILLION), min_size=2, max_size=6),
    st.lists(st.lists(COSTS, max_size=20), max_size=4),
)
@settings(max_examples=40)
def test_with_varying_costs_nobody_is_more_than_the_largest_cost_above(weights: list[int], days: list[list[float]]) -> None:
    """Of what was charged so far, over many batches."""
    reps = tuple(rep(chr(97 + at), weight=weight) for at, weight in enumerate(weights))
    standings, taken, charged = Standings(), Counter[str | None](), 0
    priced = Rotation("r", cost_of="cost")
    for day, costs in enumerate(days):
        leads = tuple(Lead(cost=cost) for cost in costs)
        batch, standings = decide(Stage(day, reps, leads, {"p": tuple(one.id for one in reps)}, rotation=priced), standings)
        for who, cost in zip(batch.taken, costs, strict=True):
            taken[who] += int(cost * MILLION)
            charged += int(cost * MILLION)
            assert all(taken[one.id] - Fraction(charged * one.weight, sum(weights)) <= 20 * MILLION for one in reps)


# Coming back


def absences(policy: CatchUp | None) -> st.SearchStrategy[History]:
    """Histories of one pool with this policy for every reason."""
    return histories(equal=True, plain=True, steady=True, policies=st.just(ReturnPolicy(policy, policy, policy)))


@given(st.one_of(st.none(), CATCH_UPS).flatmap(lambda policy: st.tuples(st.just(policy), absences(policy))))
@settings(max_examples=80)
def test_nobody_who_returns_gets_more_in_a_row_than_the_policy_allows(made: tuple[CatchUp | None, History]) -> None:
    """While somebody else could take them, and one was there throughout, by whom it is told what was missed."""
    policy, history = made
    if policy is not None and policy.most is None and policy.every == 1:
        return  # everything may be made up at once
    most = 0 if policy is None or policy.every > 1 or policy.most is None else policy.most // MILLION
    apart = 0 if policy is None else policy.every  # so many go to others while one who is back waits for his next
    returned: set[str] = set()
    for batch in history.batches():
        returned |= {event.rep for event in batch.events if event.kind is EventKind.RETURNED}
        alone = [len(reps) < 2 for reps in batch.eligible]
        taken = [None if only else who for who, only in zip(batch.taken, alone, strict=True)]
        for name in set(taken) - {None}:
            assert runs(taken, name or "") <= max(most + 2, 0 if name in returned else apart + 1)


@given(histories(policies=st.just(KEEP_PLACE)))
@settings(max_examples=60)
def test_keeping_one_s_place_leaves_nothing_to_be_made_up(history: History) -> None:
    """Nobody owes anything where no policy says so."""
    for batch in history.batches():
        assert batch.after.owed == {}
        assert batch.after.recent == {}


@given(histories())
@settings(max_examples=60)
def test_what_a_return_adds_and_leaves_is_what_was_missed(history: History) -> None:
    """Never less than nothing, never more than ``max`` at any time, and a raise is never more than the others have risen."""
    for batch in history.batches():
        policy = batch.stage.rotation.absence
        bound = [one.most for one in (policy.leave, policy.hours, policy.limit) if one is not None]
        for event in batch.events:
            if event.kind is EventKind.RETURNED:
                assert event.turns >= 0
                if event.owed is not None and all(one is not None for one in bound) and not batch.before.owed:
                    assert event.owed.left <= max(one or 0 for one in bound) * batch.stage.rotation.cost // MILLION
            if event.kind in (EventKind.CAUGHT_UP, EventKind.EXPIRED):
                assert event.rep in batch.before.owed.get(event.cell, {}) or event.turns == 0


# Edits


def levels(standing: RotationStanding) -> dict[tuple[str | None, str], Fraction]:
    """Everybody's level by cell and rep."""
    return {(cell, name): Fraction(place.turns, place.weight) for cell, places in standing.cells.items() for name, place in places.items()}


@given(histories())
@settings(max_examples=60)
def test_an_edit_moves_nobody_else_s_place(history: History) -> None:
    """Before a batch's first lead every level is as it was, within rounding, whatever changed; what expired is added."""
    for batch in history.batches():
        before, after = levels(batch.before), levels(decide(_without_leads(batch.stage), _standings(batch.before))[0].after)
        late = {(event.cell, event.rep) for event in batch.events if event.kind is EventKind.EXPIRED}
        for place, level in before.items():
            if place not in late:
                weight = batch.after.cells[place[0]][place[1]].weight
                assert abs(after[place] - level) <= Fraction(1, 2 * weight)


@given(
    st.lists(st.sampled_from([1, 1, 2, 3]).map(lambda n: n * MILLION), min_size=4, max_size=4),
    st.lists(st.tuples(st.integers(1, 9), st.sets(st.sampled_from("abc"))), max_size=6),
    st.one_of(st.none(), CATCH_UPS),
)
@settings(max_examples=60)
def test_removing_and_adding_a_rep_again_is_an_absence(
    weights: list[int], days: list[tuple[int, set[str]]], policy: CatchUp | None
) -> None:
    """Whoever is out of the roster for some days comes back as one who was on leave does."""
    everybody = [rep(name, weight=weight) for name, weight in zip("abcd", weights, strict=True)]
    rotation = Rotation("r", absence=ReturnPolicy(leave=policy))
    on_leave, removed = Standings(), Standings()
    for day, (size, away) in enumerate([(5, set[str]()), *days, (12, set[str]())]):
        stage = Stage(day, (), (Lead(),) * size, {"p": tuple("abcd")}, rotation=rotation)
        resting = tuple(replace(one, away=(off(day, day),)) if one.id in away else one for one in everybody)
        one, on_leave = decide(replace(stage, reps=resting), on_leave)
        other, removed = decide(replace(stage, reps=tuple(one for one in everybody if one.id not in away)), removed)
        assert one.taken == other.taken
        assert one.after.cells == other.after.cells
        assert one.after.owed == other.after.owed


def _without_leads(stage: Stage) -> Stage:
    return replace(stage, leads=())


def _standings(rotation: RotationStanding) -> Standings:
    return Standings(rotations={"r": rotation})
