"""Limits in time through the real ledger, batch after batch, against a count of every lead anew."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.ledger import open_ledger
from leadroute.ledger.records import Action
from tests.databases import state_in
from tests.workflows.running import project, run, table, write_leads

pytestmark = pytest.mark.usefixtures("database")

ZONES = {"ann": "America/New_York", "bob": "Asia/Kathmandu", "cy": "Europe/Berlin"}
FIELDS = "{lead_id: string, kind: {type: string, optional: true}, deal: {type: number, optional: true}}"
# Before clocks go back in New York and Berlin, on a Saturday at the end of a month.
START = datetime(2026, 10, 24, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Given:
    """What was handed out: when, to whom, of which kind, for how much."""

    at: datetime
    rep: str
    kind: str
    deal: int


@dataclass(frozen=True)
class Limited:
    """One limit of one rep, or of everybody in the pool."""

    owner: str
    most: int
    per: str
    hot: bool
    of: bool

    @property
    def text(self) -> str:
        parts = [f"max: {self.most}", f"per: {self.per}", *(["when: {kind: hot}"] if self.hot else []), *(["of: $deal"] if self.of else [])]
        return f"{{{', '.join(parts)}}}"

    def amount(self, kind: str, deal: int) -> int:
        return 0 if self.hot and kind != "hot" else deal if self.of else 1

    def stops(self, rep: str, kind: str, deal: int, now: datetime, before: Sequence[Given]) -> bool:
        if self.owner not in (rep, "pool") or (self.hot and kind != "hot"):
            return False
        used = sum(self.amount(one.kind, one.deal) for one in before if one.rep == rep and same(self.per, one.at, now, ZONES[rep]))
        return used + self.amount(kind, deal) > self.most


def same(per: str, then: datetime, now: datetime, zone: str) -> bool:
    """Whether two instants lie in one window, by what the clock shows."""
    if per == "5h":
        return now - timedelta(hours=5) < then <= now
    one, other = (at.astimezone(ZoneInfo(zone)) for at in (then, now))
    if per == "week":
        return one.isocalendar()[:2] == other.isocalendar()[:2]
    size = {"month": 2, "day": 3, "hour": 4}[per]
    shown = [(at.year, at.month, at.day, at.hour)[:size] for at in (one, other)]
    return shown[0] == shown[1] and (per != "hour" or one.utcoffset() == other.utcoffset())


def taken(folder: Path, at: str, **options: Any) -> list[str]:
    """Route the leads in the folder: who gets each."""
    run(folder, at=at, state=state_in(folder / ".leadroute"), **options)
    return [row["assigned_to"] for row in table(folder / "out.csv")]


def assigned(folder: Path, ids: Sequence[str], at: str, **options: Any) -> list[str]:
    """Who gets these leads, hot ones all."""
    write_leads(folder / "leads.csv", [(one, "hot") for one in ids], ("lead_id", "kind"))
    return taken(folder, at, **options)


LIMITS = st.builds(
    Limited,
    st.sampled_from([*ZONES, "pool"]),
    st.integers(1, 5),
    st.sampled_from(["hour", "day", "week", "month", "5h"]),
    st.booleans(),
    st.booleans(),
)
LEADS = st.lists(st.tuples(st.sampled_from(["hot", "cold"]), st.integers(0, 3)), min_size=1, max_size=5)
HOURS = [0, 0.4, 5, 13, 72, -6]
STEPS = st.sampled_from([timedelta(hours=hours) for hours in HOURS])


@given(st.lists(LIMITS, min_size=1, max_size=5), st.lists(st.tuples(STEPS, LEADS), min_size=2, max_size=5))
@settings(max_examples=8)
def test_nobody_gets_more_than_a_limit_lets_through_nor_less(
    limits: list[Limited], batches: list[tuple[timedelta, list[tuple[str, int]]]]
) -> None:
    """In every zone, across borders of hours, days, weeks and months and where clocks change, also when a batch is dated back."""

    def of(owner: str) -> str:
        return f"limits: [{', '.join(limit.text for limit in limits if limit.owner == owner)}]"

    before: list[Given] = []
    now = START
    with tempfile.TemporaryDirectory() as name:
        roster = ", ".join(f"{{id: {rep}, timezone: {zone}, {of(rep)}}}" for rep, zone in ZONES.items())
        folder = project(Path(name), f"pools: {{p: {{{of('pool')}}}}}\nrules: [{{id: r, assign: {{pool: p}}}}]", f"[{roster}]", FIELDS)
        for number, (step, leads) in enumerate(batches):
            now += step
            rows = [(f"{number}-{at}", kind, deal) for at, (kind, deal) in enumerate(leads)]
            write_leads(folder / "leads.csv", rows, ("lead_id", "kind", "deal"))
            for (kind, deal), rep in zip(leads, taken(folder, now.isoformat()), strict=True):
                room = [rep for rep in ZONES if not any(limit.stops(rep, kind, deal, now, before) for limit in limits)]
                assert rep in room if rep else not room
                if rep:
                    before.append(Given(now, rep, kind, deal))


@pytest.mark.parametrize(
    ("limit", "full", "free"),
    [
        ("per_hour: 1", "2026-11-23T10:59", "2026-11-23T11:00"),
        ("per_day: 1", "2026-11-23T23:59", "2026-11-24T00:00"),
        ("per_week: 1", "2026-11-29T23:59", "2026-11-30T00:00"),
        ("per_month: 1", "2026-11-30T23:59", "2026-12-01T00:00"),
    ],
)
def test_a_limit_opens_with_its_next_window_on_the_reps_clock(tmp_path: Path, limit: str, full: str, free: str) -> None:
    """At the end of the hour, at midnight, on Monday, on the first: in Tokyo, whatever the routing clock."""
    project(tmp_path, "rules: [{id: r, assign: {rep: ann}}]", f"[{{id: ann, timezone: Asia/Tokyo, limits: {{{limit}}}}}]")
    for number, (at, rep) in enumerate([("2026-11-23T10:00", "ann"), (full, ""), (free, "ann")]):
        write_leads(tmp_path / "leads.csv", [(f"L{number}",)])
        assert taken(tmp_path, f"{at}+09:00") == [rep]


def test_what_rolls_lets_go_lead_by_lead(tmp_path: Path) -> None:
    """Two in four hours: whoever was given out more than four hours ago no longer counts, and not a microsecond before."""
    project(tmp_path, "rules: [{id: r, assign: {rep: ann}}]", "[{id: ann, limits: [{max: 2, per: 4h}]}]")
    found = []
    for number, at in enumerate(["08:00", "10:00", "11:59:59.999999", "12:00", "12:00", "13:59", "14:00", "14:00"]):
        write_leads(tmp_path / "leads.csv", [(f"L{number}",)])
        found += taken(tmp_path, f"2026-11-23T{at}+00:00")
    assert found == ["ann", "ann", "", "ann", "", "", "ann", ""]


def test_a_limit_of_a_kind_is_remembered_by_what_it_says(tmp_path: Path) -> None:
    """Written otherwise, for another rep or a pool: the same leads are counted, from before the edit on."""
    rules = "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]"
    project(tmp_path, rules, "[{id: ann, limits: [{max: 2, per: week, when: {kind: Hot}}]}, {id: bob, active: false}]", FIELDS)
    write_leads(tmp_path / "leads.csv", [("1", "hot"), ("2", "HOT"), ("3", "hot"), ("4", "cold")], ("lead_id", "kind"))
    assert taken(tmp_path, "2026-11-23T10:01-05:00") == ["ann", "ann", "", "ann"]
    rules = "pools: {p: {limits: [{max: 3, per: month, when: {kind: {in: [HOT]}}}, {max: 3, per: 2d, when: {kind: hot}}]}}\n"
    project(tmp_path, f"{rules}rules: [{{id: r, assign: {{pool: p}}}}]", "[{id: ann}]", FIELDS)
    write_leads(tmp_path / "leads.csv", [("5", "hot"), ("6", "hot")], ("lead_id", "kind"))
    assert taken(tmp_path, "2026-11-23T10:01-05:00") == ["ann", ""]


ONE_POOL = "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]"


def test_a_lead_that_is_decided_again_gives_its_place_in_every_limit_back(tmp_path: Path) -> None:
    """In the window of its own batch: a plain count, a count of some leads, a value, all are as if it had never been."""
    limits = "[{max: 2, per: week}, {max: 2, per: 2d, when: {kind: hot}}]"
    project(tmp_path, ONE_POOL, f"[{{id: ann, limits: {limits}}}]", FIELDS)
    assert assigned(tmp_path, ["1", "2", "3"], "2026-11-23T08:00Z") == ["ann", "ann", ""]
    assert assigned(tmp_path, ["1", "2"], "2026-11-24T08:00Z", again=True) == ["ann", "ann"]
    assert assigned(tmp_path, ["4"], "2026-11-25T09:00Z") == [""]
    assert assigned(tmp_path, ["1"], "2026-11-25T09:00Z", again=True) == ["ann"]
    assert assigned(tmp_path, ["5"], "2026-11-26T09:00Z") == [""]
    project(tmp_path, ONE_POOL, "[{id: ann, limits: [{max: 2, per: 2d, when: {kind: hot}}]}]", FIELDS)
    assert assigned(tmp_path, ["5", "6"], "2026-11-26T09:00Z", retry_queued=True) == ["ann", ""]


def test_a_batch_that_is_undone_counts_nowhere(tmp_path: Path) -> None:
    """Neither its leads nor the values they brought."""
    project(tmp_path, ONE_POOL, "[{id: ann, limits: [{max: 1, per: week, when: {kind: hot}}]}]", FIELDS)
    assert assigned(tmp_path, ["1", "2"], "2026-11-23T08:00Z") == ["ann", ""]
    ledger = open_ledger(state_in(tmp_path / ".leadroute"), create=False)
    assert ledger is not None
    with ledger, ledger.begin():
        ledger.undo("2026-11-23-1", Action("2026-11-23-2", 0))
    assert assigned(tmp_path, ["3", "4"], "2026-11-23T09:00Z") == ["ann", ""]


def test_a_dated_load_counts_what_was_charged_from_then_on(tmp_path: Path) -> None:
    """By whatever batch, also by those before the one that first sees the figure; another date or load replaces what came before."""

    def roster(load: str) -> None:
        project(tmp_path, ONE_POOL, f"[{{id: ann, limits: {{open: 10}}, {load}}}]", FIELDS)

    roster("load: 2")
    assert assigned(tmp_path, ["1", "2"], "2026-11-23T08:00Z") == ["ann"] * 2
    assert assigned(tmp_path, ["3"], "2026-11-23T10:00Z") == ["ann"]
    roster("load: 5, load_as_of: 2026-11-23T10:00Z")  # one of the three is not in it
    assert assigned(tmp_path, [f"a{at}" for at in range(6)], "2026-11-23T11:00Z", dry_run=True) == ["ann"] * 4 + [""] * 2
    assert assigned(tmp_path, ["4", "5"], "2026-11-23T11:00Z") == ["ann"] * 2
    assert assigned(tmp_path, [f"b{at}" for at in range(6)], "2026-11-23T12:00Z", dry_run=True) == ["ann"] * 2 + [""] * 4
    roster("load: 5, load_as_of: 2026-11-23T10:30Z")
    assert assigned(tmp_path, [f"b{at}" for at in range(6)], "2026-11-23T12:00Z", dry_run=True) == ["ann"] * 3 + [""] * 3
    roster("load: 9, load_as_of: 2026-11-23T10:30Z")
    assert assigned(tmp_path, [f"b{at}" for at in range(2)], "2026-11-23T12:00Z", dry_run=True) == [""] * 2
    roster("load: 9")
    assert assigned(tmp_path, [f"b{at}" for at in range(2)], "2026-11-23T12:00Z", dry_run=True) == ["ann", ""]


def test_a_dated_figure_is_as_it_was_when_its_batch_is_undone(tmp_path: Path) -> None:
    """It counts from its own instant again, and the record agrees with itself."""
    project(tmp_path, ONE_POOL, "[{id: ann, load: 1, load_as_of: 2026-11-23T07:00Z, limits: {open: 4}}]", FIELDS)
    assert assigned(tmp_path, ["1"], "2026-11-23T08:00Z") == ["ann"]
    project(tmp_path, ONE_POOL, "[{id: ann, load: 2, limits: {open: 4}}]", FIELDS)
    assert assigned(tmp_path, ["2"], "2026-11-23T09:00Z") == ["ann"]
    ledger = open_ledger(state_in(tmp_path / ".leadroute"), create=False)
    assert ledger is not None
    with ledger:
        with ledger.begin():
            ledger.undo("2026-11-23-2", Action("2026-11-23-3", 0))
        assert list(ledger.differences()) == []
    project(tmp_path, ONE_POOL, "[{id: ann, load: 1, load_as_of: 2026-11-23T07:00Z, limits: {open: 4}}]", FIELDS)
    assert assigned(tmp_path, ["3", "4", "5"], "2026-11-23T10:00Z") == ["ann", "ann", ""]


def test_every_run_may_start_from_the_rosters_load_alone(tmp_path: Path) -> None:
    """``load: roster``: what was charged before is in no load, nor in a pool's; in a run it is, and limits in time count on."""
    rules = "pools: {p: {limits: {open: 2}}}\nrules: [{id: r, assign: {pool: p}}]"
    project(tmp_path, rules, "[{id: ann, load: 1, limits: {open: 4, per_day: 3}}]", FIELDS, "load: roster")
    assert assigned(tmp_path, ["1", "2", "3"], "2026-11-23T08:00Z") == ["ann", "ann", ""]
    assert assigned(tmp_path, ["4", "5", "6"], "2026-11-23T09:00Z") == ["ann", "", ""]
