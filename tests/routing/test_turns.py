"""Turn orders: EEVDF, joining, leaving, absence, weights."""

from __future__ import annotations

import copy
from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.model.rules import MILLION
from leadroute.model.standings import Absence, Place, RotationStanding
from leadroute.routing.turns import Turns, due, half_up
from tests.reference.turns import KEEP_PLACE
from tests.reference.turns import Rotation as Reference
from tests.routing.turning import NAMES, level, opened, run, take

WEIGHTS = st.integers(1, 12 * MILLION)
COSTS = st.integers(1, 50 * MILLION)

NOW = datetime(2026, 11, 23, tzinfo=UTC)


# Who is next


def written_out(left: list[int], turns: list[int], weights: list[int], cost: int) -> int:
    """The page's sentence in fractions."""
    share = Fraction(sum(turns[rep] for rep in left), sum(weights[rep] for rep in left))
    ready = [rep for rep in left if Fraction(turns[rep], weights[rep]) <= share]
    return min(ready, key=lambda rep: (Fraction(turns[rep] + cost, weights[rep]), rep))


@given(st.data())
def test_due_is_the_sentence_of_the_page_compared_exactly(data: st.DataObject) -> None:
    """Those with ``turns / weight <= T / W`` are due; of these the smallest ``(turns + cost) / weight`` is next, ties by roster order."""
    size = data.draw(st.integers(1, 7))
    weights = data.draw(st.lists(st.one_of(st.sampled_from([MILLION, 2 * MILLION, 333_333]), WEIGHTS), min_size=size, max_size=size))
    turns = data.draw(
        st.lists(st.one_of(st.integers(0, 4).map(lambda n: n * MILLION), st.integers(0, 10**13)), min_size=size, max_size=size)
    )
    left = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1)))
    cost = data.draw(COSTS)
    expected = written_out(left, turns, weights, cost)
    assert due(left, turns, weights, cost) == expected


@given(st.lists(COSTS, min_size=1, max_size=40), st.integers(1, 6))
def test_equal_weights_are_the_fewest_turns(costs: list[int], size: int) -> None:
    """With equal weights that is simply the fewest turns, ties by roster order."""
    turns = opened([2 * MILLION] * size)
    for cost in costs:
        taken = list(turns.cell(None))
        assert take(turns, cost=cost) == min(range(size), key=lambda rep: (taken[rep], rep))


def farthest(weights: list[int], leads: int) -> tuple[Fraction, Fraction]:
    """The most that anybody ever falls short of, and goes beyond, the exact share, in turns."""
    whole, taken = sum(weights), Counter[int]()
    short = beyond = Fraction(0)
    for number, rep in enumerate(run(weights, [MILLION] * leads), 1):
        taken[rep] += 1
        ahead = [taken[one] - Fraction(number * weight, whole) for one, weight in enumerate(weights)]
        short, beyond = max(short, -min(ahead)), max(beyond, *ahead)
    return short, beyond


@given(st.lists(st.one_of(st.integers(1, 10).map(lambda n: n * MILLION), WEIGHTS), min_size=2, max_size=9))
@settings(max_examples=60)
def test_nobody_is_ever_more_than_one_turn_from_the_exact_share(weights: list[int]) -> None:
    """From equal levels, at a fixed cost, while nobody's eligibility changes."""
    short, beyond = farthest(weights, 120)
    assert short <= 1
    assert beyond <= 1


@pytest.mark.parametrize(("weights", "most"), [([3, *[1] * 10], "0.93"), ([10, *[1] * 20], "0.97"), ([2, 1], "0.67"), ([5, 3, 2], "0.81")])
def test_how_near_the_share_some_weights_stay(weights: list[int], most: str) -> None:
    """A heavy weight beside many light ones stays within one turn as well, where plain stride scheduling would not."""
    assert max(farthest([weight * MILLION for weight in weights], 20 * sum(weights))) <= Fraction(most)


@given(st.lists(WEIGHTS, min_size=2, max_size=7), st.lists(COSTS, min_size=1, max_size=80))
@settings(max_examples=60)
def test_with_varying_costs_nobody_is_more_than_the_largest_cost_above_the_share(weights: list[int], costs: list[int]) -> None:
    """Above the exact share of what was charged so far."""
    whole, taken, charged = sum(weights), Counter[int](), 0
    for rep, cost in zip(run(weights, costs), costs, strict=True):
        taken[rep] += cost
        charged += cost
        assert taken[rep] - Fraction(charged * weights[rep], whole) <= max(costs)


def test_thirty_runs_of_ten_leads_share_out_evenly() -> None:
    """Standings are carried from run to run: 100/100/100, where a rotation that starts over each time gives 120/90/90."""
    kept, over = Counter[int](), Counter[int]()
    standing = RotationStanding()
    for _ in range(30):
        turns = opened([MILLION] * 3, standing)
        kept.update(take(turns) for _ in range(10))
        standing = turns.close()
        fresh = opened([MILLION] * 3)
        over.update(take(fresh) for _ in range(10))
    assert [kept[rep] for rep in range(3)] == [100, 100, 100]
    assert [over[rep] for rep in range(3)] == [120, 90, 90]


def test_being_passed_over_keeps_turns() -> None:
    """Equal totals, not equal turns: who could not take ten leads takes the next ten."""
    turns = opened([MILLION] * 2)
    first = [take(turns, [0]) for _ in range(10)]
    assert first + [take(turns) for _ in range(10)] == [0] * 10 + [1] * 10


# Weights


@given(st.lists(st.tuples(WEIGHTS, WEIGHTS, st.integers(0, 10**12)), min_size=1, max_size=6))
def test_a_weight_change_keeps_every_level_within_rounding(changes: list[tuple[int, int, int]]) -> None:
    """The turns are rescaled once, so that ``turns / weight`` stays within half a millionth of a turn."""
    standing = RotationStanding({None: {NAMES[at]: Place(turns, before) for at, (before, _, turns) in enumerate(changes)}})
    turns = opened([after for _, after, _ in changes], standing)
    for at, (before, after, had) in enumerate(changes):
        assert abs(level(turns, at) - Fraction(had, before)) <= Fraction(1, 2 * after)
    again = opened([after for _, after, _ in changes], turns.close())
    assert again.cells == turns.cells


def test_a_weight_of_zero_keeps_the_last_level() -> None:
    """Who is given no leads for a while is rescaled from the last weight that was not zero."""
    standing = opened([2 * MILLION, 0], RotationStanding({None: {"a": Place(8, 2 * MILLION), "b": Place(6, 3 * MILLION)}})).close()
    assert standing.cells[None]["b"] == Place(6, 3 * MILLION)
    assert opened([2 * MILLION, MILLION], standing).cells[None][:2] == [8, 2]


# Joining


@given(st.lists(st.integers(0, 40).map(lambda n: n * MILLION), min_size=1, max_size=5), WEIGHTS)
def test_a_newcomer_starts_at_the_lowest_level(had: list[int], weight: int) -> None:
    """Who joins later starts at the lowest level of those not absent, whatever the weight."""
    standing = RotationStanding({None: {NAMES[at]: Place(turns, MILLION) for at, turns in enumerate(had)}})
    turns = opened([*[MILLION] * len(had), weight], standing)
    assert abs(level(turns, len(had)) - Fraction(min(had), MILLION)) <= Fraction(1, 2 * weight)


@given(st.integers(1, 5), st.integers(0, 60))
def test_a_newcomer_never_gets_more_than_one_in_a_row_beyond_the_share(size: int, leads: int) -> None:
    """Beside people of equal weight, a new hire takes no two leads running (but for one across a round's end) and no pile."""
    before = opened([MILLION] * size)
    for _ in range(leads):
        take(before)
    turns = opened([MILLION] * (size + 1), before.close())
    taken = [take(turns) for _ in range(4 * (size + 1))]
    new = [at for at, rep in enumerate(taken) if rep == size]
    assert len(new) - Fraction(len(taken), size + 1) <= 1
    assert all(later - earlier >= min(2, size) for earlier, later in pairwise(new))


def test_where_all_are_absent_a_newcomer_starts_at_the_highest_level() -> None:
    """All absent: the highest."""
    turns = opened([MILLION] * 2)
    for _ in range(3):
        take(turns)
    turns.settle([0, 1], [], 0, {})
    assert opened([MILLION] * 3, turns.close()).cells[None][:3] == [2 * MILLION, MILLION, 2 * MILLION]


# Absence


def days(*batches: tuple[int, set[int]], size: int = 3) -> list[list[int]]:
    """Leads of some batches (how many, who is away), with standings carried over."""
    standing, found = RotationStanding(), []
    for leads, away in batches:
        turns = opened([MILLION] * size, standing)
        there = [rep for rep in range(size) if rep not in away]
        turns.cell(None)
        turns.settle(sorted(away), there, 0, dict.fromkeys(away, "leave"))
        found.append([take(turns, there) for _ in range(leads)])
        standing = turns.close()
    return found


def test_who_returns_makes_nothing_up() -> None:
    """``keep_place``: after two weeks of leave one goes on as if only the others' leads had not been."""
    assert days((6, set()), (20, {2}), (6, set()))[2] == [0, 1, 2, 0, 1, 2]
    assert Counter(days((3, set()), (31, {2}), (9, set()))[2]) == {0: 3, 1: 3, 2: 3}


def test_who_was_behind_before_leave_is_still_behind() -> None:
    """The rise of the others is added, not their level: an advantage stays."""
    turns = opened([MILLION] * 2)
    for _ in range(4):
        take(turns, [0])
    turns.settle([1], [0], 0, {1: "leave"})
    for _ in range(5):
        take(turns, [0])
    turns.settle([], [0, 1], 0, {})
    assert turns.cell(None)[:2] == [9 * MILLION, 5 * MILLION]


def test_removing_and_adding_a_rep_again_is_an_absence() -> None:
    """A leaver's turns are kept; coming back is a return, with nothing made up and nothing lost."""
    turns = opened([MILLION] * 3)
    for _ in range(6):
        take(turns)
    gone = opened([MILLION] * 3, turns.close(), members=(0, 1))
    for _ in range(10):
        take(gone)
    back = opened([MILLION] * 3, gone.close())
    back.settle([], [0, 1, 2], 0, {})
    assert back.cell(None)[:3] == [7 * MILLION] * 3


def test_a_leaver_does_not_join_where_the_rotation_was_first_used_meanwhile() -> None:
    """A value of ``by`` that came up while a rep was away raises them once, like any other."""
    turns = opened([MILLION] * 2)
    take(turns, cell="hot")
    gone = opened([MILLION] * 2, turns.close(), members=(0,))
    for _ in range(4):
        take(gone, [0], cell="warm")
    back = opened([MILLION] * 2, gone.close())
    back.settle([], [0, 1], 0, {})
    assert back.cell("warm")[:2] == [4 * MILLION, 4 * MILLION]


def test_who_was_there_throughout_holds_for_values_that_come_up_later() -> None:
    """Whoever was away in between is no measure of the rise, in a cell that was first used after that either."""
    turns = opened([MILLION] * 3)
    turns.cell("hot")
    turns.settle([0], [1, 2], 0, {})
    turns.settle([1], [2], 0, {})
    turns.settle([], [1, 2], 0, {})
    for _ in range(4):
        take(turns, [2], cell="warm")
    turns.settle([], [0, 1, 2], 0, {})
    assert turns.cell("warm")[:3] == [4 * MILLION, 0, 4 * MILLION]


@given(st.permutations(range(4)), st.integers(0, 3), st.integers(0, 30))
def test_an_edit_moves_nobody_else(order: list[int], dropped: int, leads: int) -> None:
    """Places go by names: neither another order of the roster nor a rep who leaves or joins moves the others."""
    turns = opened([MILLION] * 4)
    for _ in range(leads):
        take(turns)
    before = turns.close()
    names = [*(NAMES[rep] for rep in order), "new"]
    members = [at for at in range(5) if at == 4 or order[at] != dropped]
    after = opened([MILLION] * 5, copy.deepcopy(before), members=members, names=names).close()
    for rep in set(NAMES[:4]) & set(before.cells.get(None, {})):
        assert after.cells[None][rep] == before.cells[None][rep]


PLACES = st.builds(Place, st.integers(0, 10**9), WEIGHTS)
REPS = st.sampled_from(NAMES[:5])


@st.composite
def standings(draw: st.DrawFn) -> RotationStanding:
    """Any standing of five reps, of whom some are absent since some moment."""
    keys = draw(st.lists(st.sampled_from([None, "hot", "cold"]), unique=True, max_size=3))
    known = draw(st.lists(REPS, unique=True, min_size=1))
    cells = {key: {rep: draw(PLACES) for rep in known} for key in keys}
    away = draw(st.lists(st.sampled_from(known), unique=True)) if keys else []
    there = [rep for rep in known if rep not in away]
    absent = {
        rep: Absence(
            draw(st.sampled_from(["leave", "left"])),
            draw(st.integers(0, 9)),
            {key: {one: (draw(st.integers(0, 9)), 5) for one in there} for key in keys},
        )
        for rep in away
    }
    return RotationStanding(cells, absent)


@given(standings())
def test_closing_and_opening_keep_everything(standing: RotationStanding) -> None:
    """What the ledger keeps is what was there, to the millionth; and opening changes nothing of what it was given."""
    weights = [MILLION] * 5
    once = opened(weights, standing).close()
    kept = copy.deepcopy(once)
    assert opened(weights, once).close() == kept
    assert once == kept


@given(standings(), st.sets(st.integers(0, 4)), st.lists(st.sampled_from([None, "hot", "tepid"]), max_size=2))
def test_a_rotation_leaves_the_standing_it_was_opened_with_alone(
    standing: RotationStanding, members: set[int], used: list[str | None]
) -> None:
    """Routing is a function of its inputs: the same standing can be opened twice."""
    before = copy.deepcopy(standing)
    turns = opened([MILLION] * 5, standing, members=sorted(members))
    for key in used:
        turns.cell(key)
    turns.settle(sorted(members)[:1], sorted(members)[1:], 1, {})
    assert standing == before


# Beside the reference


class Both:
    """The rotation and the reference's, driven alike; a cell is used before anybody is absent from it."""

    def __init__(self) -> None:
        self.reference = Reference()
        self.standing = RotationStanding()
        self.turns: Turns | None = None
        self.weights: list[int] = []
        self.members: list[int] = []

    def batch(self, members: list[int], weights: list[int]) -> None:
        """A new batch with these members; the last one is closed."""
        if self.turns is not None:
            self.standing = self.turns.close()
        self.members, self.weights = members, weights
        self.turns = opened(weights, self.standing, members=members)
        self.known = {NAMES[rep]: Fraction(weights[rep], MILLION) for rep in members}
        if self.reference.known:
            self.reference.start_batch(self.known, NOW)

    def lead(self, cell: str | None, failing: set[int], cost: int) -> None:
        """A lead for which a pool of everybody is tried, ``failing`` being stopped by a gate."""
        assert self.turns is not None
        weights = self.weights
        struck = sorted(rep for rep in self.members if rep in failing or weights[rep] == 0)
        there = [rep for rep in self.members if rep not in struck]
        self.turns.cell(cell)
        self.reference.use(cell, self.known)
        self.turns.settle(struck, there, 0, {})
        self.reference.change({NAMES[rep]: "leave" for rep in struck}, [NAMES[rep] for rep in there], lambda reason: KEEP_PLACE, NOW)
        if there:
            rep = take(self.turns, there, cost=cost, cell=cell)
            theirs = self.reference.next(cell, [NAMES[one] for one in there], self.known, Fraction(cost, MILLION))
            assert NAMES[rep] == theirs
            self.reference.charge(cell, theirs, Fraction(cost, MILLION))

    def check(self) -> None:
        """Turns are the same, to the millionth."""
        assert self.turns is not None
        for key, cell in self.turns.cells.items():
            mine = {NAMES[rep]: Fraction(cell[rep], MILLION) for rep in self.members}
            assert mine == {rep: turns for rep, turns in self.reference.turns[key].items() if rep in mine}


@given(st.data())
@settings(max_examples=150)
def test_turns_are_those_of_the_reference(data: st.DataObject) -> None:
    """Batches, joins, leavers, weights, absences, costs and ``by`` values at random: the same people take turns, the same turns stand."""
    both = Both()
    for _ in range(data.draw(st.integers(1, 4))):
        members = sorted(data.draw(st.sets(st.integers(0, 4), min_size=1)))
        weights = data.draw(st.lists(st.sampled_from([0, 1, 1, 1, 2, 3]).map(lambda n: n * MILLION), min_size=5, max_size=5))
        both.batch(members, weights)
        for _ in range(data.draw(st.integers(0, 6))):
            away = data.draw(st.sets(st.integers(0, 4)))
            both.lead(data.draw(st.sampled_from([None, "hot", "cold"])), away, data.draw(st.integers(1, 3)) * MILLION)
            both.check()


@given(st.fractions(min_value=-1000, max_value=1000))
def test_halves_are_rounded_up(value: Fraction) -> None:
    """To the nearest whole number, halves upward."""
    assert half_up(value) - Fraction(1, 2) <= value < half_up(value) + Fraction(1, 2)
