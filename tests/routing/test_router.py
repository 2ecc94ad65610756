"""Laws of a whole batch, on the random worlds of the reference."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pytest

from leadroute.model.decisions import Decisions, Outcome
from leadroute.model.limits import Limit
from leadroute.model.rules import MILLION
from leadroute.model.standings import RotationStanding, Standings, Use
from leadroute.routing.desk import Desk
from leadroute.routing.reasons import REASONS
from leadroute.routing.router import Router
from leadroute.routing.trace import explain, last_counts
from tests.reference.worlds import world
from tests.routing.worlds import Batch, Taken, answers, pieces, taken_in

SEEDS = range(1000, 1024)


@cache
def stages(seed: int) -> list[Taken]:
    """The batches of a random world."""
    found = []
    with TemporaryDirectory() as name:
        for stage in world(seed).stages:
            stage.write(Path(name))
            found.append(taken_in(Path(name), stage.at))
    return found


def decided(seed: int) -> list[tuple[Taken, Standings, Batch]]:
    """Each batch with the standings that it found."""
    standings, found = Standings(), []
    for taken in stages(seed):
        batch = taken.decide(standings=standings)
        found.append((taken, standings, batch))
        standings = batch.router.standings()
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_lead_that_comes_in_comes_out_once(seed: int) -> None:
    """Each wanted lead has one outcome with a known reason and a rep or a queue that fits it; the others have none."""
    for taken, _, batch in decided(seed):
        decisions = batch.decisions
        assert len(decisions) == taken.batch.size
        assert (decisions.verdict >= 0).tolist() == taken.wanted.tolist() == decisions.fresh.tolist()
        assert Counter(batch.router.served(taken.wanted).tolist()) == Counter(np.flatnonzero(taken.wanted).tolist())
        for at in np.flatnonzero(taken.wanted).tolist():
            one = decisions[at]
            assert one.reason in REASONS
            assert (one.rep is not None) == (one.outcome is Outcome.ASSIGNED) == (decisions.eligible[at] >= 0)
            assert (one.queue is not None) == (one.outcome is Outcome.QUEUED)
            if one.rep is not None:
                assert one.rep in decisions.signatures[decisions.eligible[at]]
            if one.reason in {"no_rule", "default"}:
                assert (one.rule is None) == (one.reason == "no_rule")


@pytest.mark.parametrize("seed", SEEDS)
def test_blocks_and_the_form_of_columns_change_nothing(seed: int) -> None:
    """Same input, same decisions: in blocks of any size, texts numbered, kept as text, or now this and now that."""
    random = Random(seed)
    for taken, standings, batch in decided(seed):
        expected, after = answers(batch.decisions), batch.router.standings()
        for as_text in (False, True, None):
            again = taken.decide(list(pieces(taken.batch, random, as_text)), standings)
            assert answers(again.decisions) == expected
            assert again.router.standings() == after


@pytest.mark.parametrize("seed", SEEDS)
def test_looking_at_loads_only_at_the_end_changes_nothing(seed: int) -> None:
    """Where loads decide nothing they are added up afterwards: the same decisions and standings as lead by lead."""
    original = Desk.__init__

    def watched(self: Desk, *args: object, **kwargs: object) -> None:
        original(self, *args, **{**kwargs, "watched": True})  # type: ignore[arg-type]

    for taken, standings, batch in decided(seed):
        with patch.object(Desk, "__init__", watched):
            again = taken.decide(standings=standings)
        assert answers(again.decisions) == answers(batch.decisions)
        assert again.router.standings() == batch.router.standings()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_turn_is_charged_where_its_place_says(seed: int) -> None:
    """Every turn has a place, and a rep's turns at a place grew by what was charged there, and by rises and joining alone."""
    for _, standings, batch in decided(seed):
        decisions, charged = batch.decisions, Counter[tuple[str, str | None, str]]()
        assert ((decisions.cost > 0) <= (decisions.place >= 0)).all()
        for at in np.flatnonzero(decisions.place >= 0).tolist():
            charged[(*decisions.places[decisions.place[at]], decisions.reps[decisions.rep[at]])] += int(decisions.cost[at])
        after = batch.router.standings()
        for (key, cell, rep), turns in charged.items():
            known = standings.rotations.get(key, RotationStanding())
            before, now = known.cells.get(cell, {}).get(rep), after.rotations[key].cells[cell][rep]
            if before is None or before.weight == now.weight:
                grown = now.turns - (0 if before is None else before.turns)
                settled = not known.absent and not after.rotations[key].absent and (before is not None or cell not in known.cells)
                assert grown == turns if settled else grown >= turns


def _counts(limit: Limit, decisions: Decisions, at: int) -> int:
    """What a lead counts in a limit: one, or its value in millionths, and nothing where the limit is not about it."""
    return int(decisions.counted[at]) if limit.plain else int(decisions.measured[limit.measure.key][at])


@pytest.mark.parametrize("seed", SEEDS)
def test_limits_are_never_exceeded(seed: int) -> None:
    """Of any kind, of reps and of pools, counted anew from what was decided and charged; leads kept together alone may pass them."""
    for taken, standings, batch in decided(seed):
        decisions, project = batch.decisions, taken.project
        load, used, pool_load = Counter(standings.load), Counter(standings.used), Counter(standings.pool_load)
        reps = {rep.id: rep for rep in project.reps}
        for at in batch.router.served(taken.wanted).tolist():
            one = decisions[at]
            if one.rep is None:
                continue
            rep, effort, counted = reps[one.rep], int(decisions.effort[at]), bool(decisions.counted[at])
            load[one.rep] += effort
            checks = [("", rep.limits, load[one.rep] + rep.load)]
            if one.pool is not None:
                pool_load[one.pool, one.rep] += effort
                checks.append((one.pool, project.pools[one.pool].limits, pool_load[one.pool, one.rep]))
            for pool, limits, carried in checks:
                free = one.reason == "kept_together"
                assert free or limits.open is None or not effort or carried <= limits.open
                asked = {Use(limit.window.key, limit.measure.key, pool, one.rep): limit for limit in limits.within}
                amounts = {use: _counts(limit, decisions, at) for use, limit in asked.items()}
                used.update(amounts | {Use("day", "", pool, one.rep): int(counted)})
                for limit in limits.within:
                    use = Use(limit.window.key, limit.measure.key, pool, one.rep)
                    assert free or not amounts[use] or used[use] * (MILLION if limit.plain else 1) <= limit.most
        after = batch.router.standings()
        assert after.load == {rep: effort for rep, effort in load.items() if effort and rep in reps}
        own = {use: leads for use, leads in after.used.items() if not use.pool}
        asked_now = {Use(limit.window.key, limit.measure.key, "", rep.id) for rep in project.reps for limit in rep.limits.within}
        asked_now |= {Use("day", "", "", rep) for rep in reps}
        assert own == {use: found for use, found in used.items() if found and use in asked_now}


@pytest.mark.parametrize("seed", SEEDS)
def test_turns_charged_are_turns_kept(seed: int) -> None:
    """What the decisions say was paid is what the rotations rose by, but for returns from absence (which only ever add)."""
    for taken, standings, batch in decided(seed):
        paid = int(batch.decisions.cost.sum())
        fresh = Router(taken.project, standings, taken.clock)
        before = sum(sum(cell) for turns in fresh.tally.turns.values() for cell in turns.cells.values())
        after = sum(sum(cell) for turns in batch.router.tally.turns.values() for cell in turns.cells.values())
        assert after - before >= paid


@pytest.mark.parametrize("seed", SEEDS)
def test_an_explanation_ends_in_the_same_decision(seed: int) -> None:
    """Told by the objects that decide: rep, rule, queue, pool and fit are the decision's, and one rep is chosen when it is assigned."""
    random = Random(seed)
    for taken, standings, batch in decided(seed):
        wanted = np.flatnonzero(taken.wanted).tolist()
        for lead in random.sample(wanted, min(6, len(wanted))):
            router = Router(taken.project, standings, taken.clock)
            router.match(taken.batch)
            trace = explain(router, taken.batch, lead, taken.wanted, "L")
            assert trace.decision == batch.decisions[lead]
            if trace.decision.reason == "kept_together":
                assert trace.tries == ()
                assert trace.kept is not None
                assert trace.decision.rep == trace.kept.rep or trace.kept.then == "backup"
                continue
            assert [one.took for one in trace.tries].count(True) == 1
            assert trace.tries[-1].took
            chosen = [rep.rep for one in trace.tries for rung in one.rungs for rep in rung.reps if rep.chosen]
            assert chosen == ([] if trace.decision.rep is None else [trace.decision.rep])
            for one in trace.tries:
                for rung in one.rungs:
                    assert sum(rung.counts.values()) + rung.passing == len(rung.reps)
                    assert all(rep.left for rep in rung.reps if rep.chosen and one.kind == "pool")
            held = [rule.rule for rule in trace.rules if rule.status == "took"]
            assert held == ([] if trace.decision.rule is None else [trace.decision.rule])
            assert [rule.rule for rule in trace.rules] == [rule.id for rule in taken.project.rules]


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_of_those_who_could_not_take_it_add_up(seed: int) -> None:
    """On the last rung of the last pool tried, by first failing gate: the pool's size, and what the explanation counts."""
    for taken, standings, batch in decided(seed):
        assert batch.router.desk is not None
        for lead in np.flatnonzero(taken.wanted).tolist():
            if batch.decisions[lead].rep is not None:
                continue
            chain = batch.router.chains[batch.router.codes[lead]]
            assert chain is not None
            counts = last_counts(chain, lead, batch.router.desk)
            if counts is None:
                continue
            pool, reasons, size = counts
            assert sum(reasons.values()) == size == len(taken.project.pools[pool].members)
            router = Router(taken.project, standings, taken.clock)
            router.match(taken.batch)
            tried = [one for one in explain(router, taken.batch, lead, taken.wanted, "L").tries if one.kind == "pool"]
            assert tried[-1].name == pool
            gates = Counter(rep.gate for rep in tried[-1].rungs[-1].reps)
            assert gates[None] == 0
            assert gates.total() == size


def test_routing_leaves_its_standings_alone() -> None:
    """A pure function of project, leads, standings and clock: twice the same, and the input as it was."""
    for seed in list(SEEDS)[:15]:
        for taken, standings, batch in decided(seed):
            router = Router(taken.project, standings, taken.clock)
            router.match(taken.batch)
            again = router.decide(taken.wanted)
            assert answers(again) == answers(batch.decisions)


def test_efforts_are_never_negative() -> None:
    """Missing or negative: 1; a charge is a whole number of millionths."""
    for seed in SEEDS:
        for _, _, batch in decided(seed):
            assert (batch.decisions.effort >= 0).all()
            assert (batch.decisions.cost >= 0).all()
            assert not ((batch.decisions.cost > 0) & (batch.decisions.rep < 0)).any()
            assert batch.decisions.cost.max(initial=MILLION) >= MILLION
