"""What people do to the record, over random histories of a small team."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadroute.ledger import open_ledger
from leadroute.ledger.records import Refused
from leadroute.workflows.ledger_adjust import adjust
from leadroute.workflows.ledger_note import answered, close
from leadroute.workflows.ledger_opening import LedgerOptions
from leadroute.workflows.ledger_undo import undo
from leadroute.workflows.refusal import CannotRunError
from tests.workflows.running import project, run, standings, table, write_leads

RULES = """
rotations: {shared: {by: kind, cost: {of: $worth, else: 2}}}
pools: {plain: {absence: {catch_up: {max: 2}}}, split: {turns: shared}}
rules:
  - {id: split, when: {kind: [one, two]}, assign: {pool: split, effort: $worth}}
  - {id: plain, assign: {pool: plain}}
"""
FIELDS = "{lead_id: string, kind: {type: string, optional: true}, worth: {type: number, optional: true}}"
ROSTERS = (
    "[{id: ann, limits: {per_day: 5}}, {id: bob, weight: 2}, {id: cy}]",
    "[{id: ann, limits: {per_day: 5}}, {id: bob, weight: 3}, {id: cy, away: [{from: 2026-11-23, to: 2026-11-25}]}, {id: dee}]",
    "[{id: bob, load: 4}, {id: cy, limits: {open: 6}}, {id: dee, weight: 0.5}]",
)


@dataclass(frozen=True)
class Step:
    """One thing done, by whoever: of ``number`` it depends which batch, leads or rep is meant."""

    what: str
    number: int
    leads: tuple[tuple[str, str], ...] = ()
    force: bool = False


def steps() -> st.SearchStrategy[Step]:
    leads = st.lists(st.tuples(st.sampled_from(["one", "two", "", "x"]), st.sampled_from(["", "1", "2.5", "40"])), min_size=1, max_size=5)
    route = st.builds(Step, st.just("route"), st.integers(0, 2), leads.map(tuple))
    others = st.builds(Step, st.sampled_from(["undo", "undo", "adjust", "close", "answered"]), st.integers(0, 30), force=st.booleans())
    return st.one_of(route, others)


class World:
    """A project whose roster, ledger and days change from step to step."""

    def __init__(self, folder: Path) -> None:
        self.folder = project(folder, RULES, ROSTERS[0], FIELDS)
        self.leads = 0
        self.day = 0

    @property
    def at(self) -> str:
        return f"2026-11-{20 + self.day // 3:02}T{9 + self.day % 3:02}:00:00"

    @property
    def options(self) -> LedgerOptions:
        return LedgerOptions(start=self.folder, project=self.folder, at=self.at, why="a reason")

    def do(self, step: Step) -> None:
        self.day += 1
        if step.what == "route":
            self.route(step)
        elif self.batches():
            getattr(self, step.what)(step)

    def route(self, step: Step) -> None:
        (self.folder / "roster.yaml").write_text(f"version: 1\nreps: {ROSTERS[step.number]}\n")
        rows = [(f"L{self.leads + at}", kind, worth) for at, (kind, worth) in enumerate(step.leads)]
        self.leads += len(rows)
        write_leads(self.folder / "leads.csv", rows, ("lead_id", "kind", "worth"))
        run(self.folder, at=self.at)

    def undo(self, step: Step) -> None:
        names = self.batches()
        undo(self.options, names[step.number % len(names)], force=step.force)

    def adjust(self, step: Step) -> None:
        rep, pool = ("ann", "bob", "cy", "dee")[step.number % 4], ("plain", "split")[step.number % 2]
        with suppress(CannotRunError):  # who has no such place yet
            adjust(self.options, rep, pool, None if step.force else step.number - 15 or 1, "one" if pool == "split" else None)

    def close(self, step: Step) -> None:
        close(self.options, [f"L{step.number + at}" for at in range(3)])

    def answered(self, step: Step) -> None:
        answered(self.options, [f"L{step.number + at}" for at in range(3)])

    def batches(self) -> list[str]:
        if not (self.folder / ".leadroute" / "state.db").exists():
            return []
        with self.ledger() as ledger:
            return [batch.name for batch in ledger.batches()]

    def ledger(self) -> Any:
        ledger = open_ledger(str(self.folder / ".leadroute" / "state.db"), create=False)
        assert ledger is not None
        return ledger

    def standings(self) -> Mapping[str, Any]:
        return standings(self.folder, at=self.at)


@given(st.lists(steps(), min_size=1, max_size=9))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_check_finds_nothing_after_any_history(history: list[Step]) -> None:
    """Runs, undos, adjustments, leads closed and answered, with a roster that changes: decisions and events always say the same."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        for step in history:
            world.do(step)
        if world.batches():
            with world.ledger() as ledger:
                assert ledger.differences() == []


@given(st.lists(steps(), max_size=5), steps().filter(lambda step: step.what == "route"))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_undoing_the_last_batch_restores_everything(history: list[Step], last: Step) -> None:
    """After any history a run that is undone leaves turns, absences, loads, counts and figures exactly as they were."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.do(Step("route", 0, (("one", "1"), ("", ""))))
        for step in history:
            world.do(step)
        with world.ledger() as ledger:
            before = ledger.rotations()
        roster = (world.folder / "roster.yaml").read_text()
        found = world.standings()
        world.do(last)
        (world.folder / "roster.yaml").write_text(roster)
        world.day -= 1
        undo(world.options, world.batches()[-1], force=False)
        with world.ledger() as ledger:
            assert ledger.rotations() == before
            assert ledger.differences() == []
        assert world.standings() == found


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world in which three leads were routed."""
    made = World(tmp_path / "acme")
    made.do(Step("route", 0, (("", ""), ("", ""), ("", ""))))
    return made


def owners(world: World) -> list[str]:
    """Who has each lead of the last file, in its order."""
    return [row["assigned_to"] for row in table(world.folder / "out.csv")]


def test_a_file_that_was_undone_is_routed_as_if_for_the_first_time(world: World) -> None:
    """The same leads go to the same reps, in a batch of their own."""
    first = owners(world)
    done, _ = undo(world.options, world.batches()[0], force=False)
    assert not isinstance(done, Refused)
    routed = run(world.folder, at=world.at)
    assert (owners(world), routed.batch, routed.again) == (first, "2026-11-20-3", None)


def test_turns_given_back_are_leads_to_come(world: World) -> None:
    """With two turns less, a rep takes the next two leads beyond their share; nobody else's turns move."""
    adjusted = adjust(world.options, "cy", "plain", -2_000_000)
    assert [(one.cell, one.turns) for one in adjusted.moved] == [(None, -2_000_000)]
    world.do(Step("route", 0, (("", ""), ("", ""))))
    assert owners(world) == ["cy", "cy"]


def test_who_is_put_next_takes_the_next_lead(world: World) -> None:
    """And that one alone: the place lost is a lead's, not a lead won."""
    with world.ledger() as ledger:
        last = max(ledger.rotations()["pool:plain"].cells[None].items(), key=lambda place: place[1].turns / place[1].weight)[0]
    assert adjust(world.options, last, "plain", None).batch is not None
    assert adjust(world.options, last, "plain", None).batch is None
    world.do(Step("route", 0, (("", ""),)))
    assert owners(world) == [last]


@pytest.mark.parametrize(
    ("rep", "pool", "of"), [("ann", "other", None), ("zed", "plain", None), ("ann", "split", None), ("ann", "plain", "x")]
)
def test_who_has_no_such_place_is_not_moved(rep: str, pool: str, of: str | None, world: World) -> None:
    """A pool, rep or value that has no turns is refused, and nothing is recorded."""
    with pytest.raises(CannotRunError):
        adjust(world.options, rep, pool, 1_000_000, of)
    assert len(world.batches()) == 1


def test_a_split_turn_order_asks_which_part(world: World) -> None:
    """Turns of another value are other turns; one who is put next is so in all."""
    world.do(Step("route", 0, (("one", ""), ("two", ""))))
    with pytest.raises(CannotRunError, match="split by `kind`"):
        adjust(world.options, "ann", "split", 1_000_000)
    assert [one.cell for one in adjust(world.options, "ann", "split", 1_000_000, "ONE").moved] == ["one"]
    assert {one.cell for one in adjust(world.options, "ann", "split", None).moved} <= {"one", "two"}


def test_leads_are_named_by_ids_or_files(world: World) -> None:
    """A file of leads, and an id beside it."""
    found = close(world.options, [str(world.folder / "leads.csv"), "L0", "L9"])
    assert (found.fresh, found.before, found.unassigned, found.unknown) == (3, 0, 0, 1)
    assert world.standings()["load"] == {}


def test_a_lead_is_answered_once_for_each_rep(world: World) -> None:
    """A second note changes nothing; after an undo it is answered anew."""
    first = answered(world.options, ["L0", "L1"])
    assert (first.fresh, answered(world.options, ["L0"]).batch) == (2, None)
    undo(world.options, first.batch or "", force=False)
    assert answered(world.options, ["L0"]).fresh == 1


def test_without_a_ledger_there_is_nothing_to_amend(tmp_path: Path) -> None:
    """It says that there is none, and makes none."""
    made = World(tmp_path / "acme")
    for state in (None, "none"):
        with pytest.raises(CannotRunError, match="no ledger"):
            close(LedgerOptions(start=made.folder, project=made.folder, state=state), ["L0"])
    assert not (made.folder / ".leadroute").exists()
