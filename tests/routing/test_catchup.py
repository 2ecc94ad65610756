"""Who came back and still makes up turns."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np

from leadroute.model.clock import DAY
from leadroute.model.limits import DAILY, Limit, Limits
from leadroute.model.rules import KEEP_PLACE, MILLION, Availability, AvailabilityKind, CatchUp, ReturnPolicy, Rotation
from leadroute.model.standings import NO_DEBT, Debt, EventKind, Owed, Standings
from leadroute.model.trace import RepTrace
from leadroute.routing.router import Router
from leadroute.routing.trace import WAITS, explain
from tests.routing.histories import NEVER, WORKING, Decided, Lead, Stage, decide, off, rep

ALL = {"p": ("a", "b", "c")}


def policy(most: float | None = None, within: int | None = None, every: int = 1) -> ReturnPolicy:
    """The same for every reason."""
    one = CatchUp(None if most is None else int(most * MILLION), within, every)
    return ReturnPolicy(one, one, one)


def days(*batches: tuple[int, int, set[str]], absence: ReturnPolicy, cost: int = MILLION, more: str = "") -> list[Decided]:
    """Batches of ``(day, leads, who is on leave)``; three people and ``more``."""
    standings, found = Standings(), []
    for day, leads, away in batches:
        reps = tuple(rep(name, away=(off(day, day),) if name in away else ()) for name in f"abc{more}")
        pools = {"p": tuple(one.id for one in reps)}
        stage = Stage(day, reps, (Lead(),) * leads, pools, rotation=Rotation("r", cost=cost, absence=absence))
        batch, standings = decide(stage, standings)
        found.append(batch)
    return found


def test_everything_is_made_up_where_nothing_else_is_said() -> None:
    """``catch_up`` alone: the rise is not added, so the rep takes all leads until level."""
    back = days((0, 3, set()), (1, 8, {"a"}), (2, 6, set()), absence=policy())[2]
    assert back.taken == ("a", "a", "a", "a", "a", "b")
    assert [(event.turns, event.owed) for event in back.events if event.kind is EventKind.RETURNED] == [(0, Debt((Owed(4 * MILLION),)))]
    assert back.after.owed == {}


def test_at_most_so_many_turns_are_made_up() -> None:
    """The rise less ``max`` turns is added; ``max: 0`` is ``keep_place``."""
    back = days((0, 3, set()), (1, 8, {"a"}), (2, 4, set()), absence=policy(most=1.5))[2]
    assert [(event.turns, event.owed) for event in back.events if event.kind is EventKind.RETURNED] == [
        (2_500_000, Debt((Owed(1_500_000),)))
    ]
    none, kept = (days((0, 3, set()), (1, 8, {"a"}), (2, 6, set()), absence=what)[2] for what in (policy(most=0), KEEP_PLACE))
    assert none.taken == kept.taken
    assert none.after == kept.after


def test_turns_made_up_are_those_of_the_cost_s_else() -> None:
    """With a price of 7, ``max: 2`` are 14 of it."""
    back = days((0, 3, set()), (1, 8, {"a"}), (2, 0, set()), (3, 1, set()), absence=policy(most=2), cost=7 * MILLION)[3]
    assert [(event.turns, event.owed) for event in back.events if event.kind is EventKind.RETURNED] == [
        (14 * MILLION, Debt((Owed(14 * MILLION),)))
    ]


def test_what_is_not_made_up_in_time_is_added() -> None:
    """``within`` counts from the return, its last instant included; the rest raises the rep before a later batch's first lead."""
    start = ((0, 3, set[str]()), (1, 16, {"a"}), (2, 1, set[str]()))
    assert days(*start, (4, 2, set()), absence=policy(within=2 * DAY))[3].taken == ("a", "a")
    late = days(*start, (5, 3, set()), absence=policy(within=2 * DAY))[3]
    assert late.taken == ("a", "b", "c")
    assert [(event.kind, event.turns, event.owed) for event in late.events] == [(EventKind.EXPIRED, 7 * MILLION, NO_DEBT)]
    assert late.after.owed == {}


def test_until_level_one_takes_one_lead_in_so_many() -> None:
    """``every: 3``: not while one took one of the pool's last two leads, of earlier batches too; once level, as any other."""
    found = days((0, 3, set()), (1, 8, {"c"}), (2, 4, set()), (3, 8, set()), absence=policy(every=3))
    assert ["".join(map(str, batch.taken)) for batch in found[2:]] == ["cabc", "abcabcab"]
    assert found[2].after.recent == {"p": ("b", "c")}
    assert found[3].after.owed == {None: {"c": Debt((Owed(4 * MILLION, every=3),))}}, "one in three is no more than the share"
    faster = days((0, 3, set()), (1, 8, {"c"}), (2, 14, set()), absence=policy(every=2))[2]
    assert "".join(map(str, faster.taken)) == "cacbcacbcacbca"
    assert faster.after.owed == {}


def test_who_catches_up_is_not_skipped_where_nobody_else_is_left() -> None:
    """Somebody has to take it."""
    found = days((0, 3, set()), (1, 8, {"c"}), (2, 3, {"a", "b"}), absence=policy(every=5))
    assert found[2].taken == ("c", "c", "c")


def test_two_who_come_back_together_are_no_measure_for_each_other() -> None:
    """Beside each other they would be level at once; both wait for the one who was there."""
    back = days((0, 3, set()), (1, 4, {"a", "b"}), (2, 9, set()), absence=policy(every=2))[2]
    assert "".join(map(str, back.taken)) == "abababab" + "a"
    three = days((0, 4, set()), (1, 8, {"a", "b"}), (2, 9, set()), absence=policy(every=3), more="d")[2]
    assert "".join(map(str, three.taken))[:6] == "abcabd"


def test_debts_of_several_returns_count_together_towards_the_most() -> None:
    """Away again and again, one never has more than ``max`` to make up; a lead in between pays the oldest."""
    found = days(
        (0, 3, set()), *((day, 10 * (day % 2), {"a"} if day % 2 else set()) for day in range(1, 6)), (6, 1, set()), absence=policy(most=3)
    )
    assert [debt.left for debt in found[-1].after.owed[None].values()] == [2 * MILLION]


def test_who_is_ahead_has_nothing_to_make_up() -> None:
    """Who had taken more than the others before is level with them sooner; the rest of the advantage is not owed."""
    standings = Standings()
    catching = Rotation("r", absence=policy())
    _, standings = decide(Stage(0, tuple(map(rep, "abc")), (Lead(),) * 3, ALL, rotation=catching), standings)
    gone = Stage(1, (rep("a", away=(off(1, 1),)), rep("b"), rep("c")), (Lead(),) * 2, ALL, rotation=catching)
    _, standings = decide(gone, standings)
    place = standings.rotations["r"].cells[None]["a"]
    place.turns += 10 * MILLION
    back, _ = decide(replace(gone, day=2, reps=(rep("a"), rep("b"), rep("c")), leads=(Lead(),)), standings)
    assert back.after.owed == {}
    assert back.taken == ("b",)


def test_who_was_behind_before_is_behind_after() -> None:
    """What requirements passed over one before the absence is no debt, and does not expire."""
    standings = Standings()
    catching = Rotation("r", absence=policy(most=2, within=DAY))
    two, everybody = {"p": ("a", "b", "c"), "q": ("b", "c")}, (rep("a"), rep("b"), rep("c"))
    first = Stage(0, everybody, (Lead("p"),) * 3 + (Lead("q"),) * 12, two, rotation=catching)
    _, standings = decide(first, standings)  # a is 6 behind
    away = replace(first, day=1, reps=(rep("a", away=(off(1, 1),)), *everybody[1:]), leads=(Lead("p"),) * 6)
    _, standings = decide(away, standings)
    back, standings = decide(replace(first, day=2, leads=(Lead("p"),) * 3), standings)
    assert back.taken == ("a", "a", "a")
    assert back.after.owed == {}, "two were made up, and the six are a place of one's own"
    later, _ = decide(replace(first, day=9, leads=(Lead("p"),) * 6), standings)
    assert later.taken == ("a", "a", "a", "a", "a", "a")


def test_each_reason_has_its_policy() -> None:
    """And an absence that goes on for a graver reason has that one: hours, then leave, is leave."""
    apart = ReturnPolicy(leave=None, hours=CatchUp(), limit=CatchUp(most=MILLION))
    for settings, owed in (
        ({"hours": NEVER}, 4 * MILLION),
        ({"away": (off(1, 1),)}, 0),
        ({"limits": Limits(within=(Limit(0, DAILY),))}, MILLION),
        ({"active": False}, 0),
        ({"weight": 0}, 0),
    ):
        standings = Standings()
        everybody = (rep("a"), rep("b"), rep("c"))
        first = Stage(0, everybody, (Lead(),) * 3, ALL, rotation=Rotation("r", absence=apart), availability=WORKING)
        _, standings = decide(first, standings)
        _, standings = decide(replace(first, day=1, reps=(rep("a", **settings), *everybody[1:]), leads=(Lead(),) * 8), standings)
        back, _ = decide(replace(first, day=2), standings)
        returned = [event for event in back.events if event.kind is EventKind.RETURNED]
        assert sum(event.owed.left for event in returned if event.owed is not None) == owed
        assert sum(event.turns for event in returned) == 4 * MILLION - owed
    standings = Standings()
    for day, one in enumerate((rep("a"), rep("a", hours=NEVER), rep("a", hours=NEVER, away=(off(2, 2),)), rep("a", hours=NEVER), rep("a"))):
        stage = replace(first, day=day, reps=(one, *everybody[1:]), leads=(Lead(),) * 4)
        back, standings = decide(stage, standings)
    assert back.after.owed == {}
    assert [event.why for event in back.events if event.kind is EventKind.RETURNED] == ["leave"]


def test_an_edit_of_the_policy_counts_for_the_returns_after_it() -> None:
    """What was left to be made up stays, with the bounds that it had."""
    standings = Standings()
    stages = [Stage(0, tuple(map(rep, "abc")), (Lead(),) * 3, ALL, rotation=Rotation("r", absence=policy(every=2)))]
    stages.append(replace(stages[0], day=1, reps=(rep("a"), rep("b"), rep("c", away=(off(1, 1),))), leads=(Lead(),) * 8))
    stages.append(replace(stages[0], day=2, leads=(Lead(),)))
    stages.append(replace(stages[0], day=3, leads=(Lead(),) * 6, rotation=Rotation("r")))
    for stage in stages:
        batch, standings = decide(stage, standings)
    assert "".join(map(str, batch.taken)) == "acbcac"


def test_a_new_weight_rescales_what_is_owed() -> None:
    """The level that is missing stays."""
    standings = Standings()
    stage = Stage(0, tuple(map(rep, "abc")), (Lead(),) * 3, ALL, rotation=Rotation("r", absence=policy()))
    _, standings = decide(stage, standings)
    _, standings = decide(replace(stage, day=1, reps=(rep("a", away=(off(1, 1),)), rep("b"), rep("c")), leads=(Lead(),) * 8), standings)
    back, standings = decide(replace(stage, day=2, leads=(Lead(),)), standings)
    assert back.after.owed == {None: {"a": Debt((Owed(4 * MILLION),), MILLION)}}
    heavy, _ = decide(replace(stage, day=3, reps=(rep("a", weight=2 * MILLION), rep("b"), rep("c")), leads=()), standings)
    assert heavy.after.owed == {None: {"a": Debt((Owed(8 * MILLION),), 2 * MILLION)}}


def test_values_of_by_are_caught_up_apart() -> None:
    """Level in one, one is still skipped in the other."""
    standings = Standings()
    rotation = Rotation("r", by="by", absence=policy(every=2))
    hot, cold = Lead(by="hot"), Lead(by="cold")
    stage = Stage(0, tuple(map(rep, "abc")), (hot, hot, hot, cold, cold, cold), ALL, rotation=rotation)
    _, standings = decide(stage, standings)
    away = replace(stage, day=1, reps=(rep("a"), rep("b"), rep("c", away=(off(1, 1),))), leads=(hot, hot, cold, cold, cold, cold))
    _, standings = decide(away, standings)
    back, _ = decide(replace(stage, day=2, leads=(hot, hot, cold, cold, cold)), standings)
    assert "".join(map(str, back.taken)) == "cacac"


def test_an_account_tells_who_catches_up_and_who_was_raised() -> None:
    """By how many turns, and who waits for others to take a lead."""
    standings = Standings()
    stage = Stage(0, tuple(map(rep, "abc")), (Lead(),) * 3, ALL, rotation=Rotation("r", absence=policy(most=3, every=2)))
    _, standings = decide(stage, standings)
    away = replace(stage, day=1, reps=(rep("a"), rep("b"), rep("c", away=(off(1, 1),))), leads=(Lead(),) * 8)
    _, standings = decide(away, standings)
    back = replace(stage, day=2, leads=(Lead(),) * 4)
    told = [_told(back, standings, lead) for lead in range(4)]
    assert [one["c"].raised for one in told] == ["1"] * 4
    assert [one["c"].makes_up for one in told] == ["3", "2", "2", "1"]
    assert [one["c"].words for one in told] == ["", WAITS, "", WAITS]
    assert [one["c"].left for one in told] == [True, False, True, False]
    assert [[name for name, rep in one.items() if rep.chosen] for one in told] == [["c"], ["a"], ["c"], ["b"]]


def _told(stage: Stage, standings: Standings, lead: int) -> dict[str, RepTrace]:
    router = Router(stage.project(), copy.deepcopy(standings), stage.clock)
    block = stage.batch()
    router.match(block)
    trace = explain(router, block, lead, np.ones(len(stage.leads), np.bool_), f"L{lead}")
    return {one.rep: one for one in trace.tries[0].rungs[-1].reps}


def test_ignoring_availability_notes_no_absence() -> None:
    """So nothing is ever missed by it."""
    standings = Standings()
    stage = Stage(0, tuple(map(rep, "abc")), (Lead(),) * 3, ALL, rotation=Rotation("r", absence=policy()))
    ignoring = replace(stage, availability=Availability(AvailabilityKind.IGNORE), reps=(rep("a", away=(off(0, 9),)), rep("b"), rep("c")))
    batch, _ = decide(ignoring, standings)
    assert batch.after.absent == {}
    assert set(batch.taken) == {"a", "b", "c"}
