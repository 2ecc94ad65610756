"""Standings through the database."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.ledger import BatchRecord
from leadroute.model.rules import MILLION
from leadroute.model.standings import Figure, RotationStanding, Standings
from tests.ledger.strategies import names, rotations
from tests.ledger.worlds import DAY, TODAY, Made, after, days, decisions, ids, opened, pool_today, route, today

pytestmark = pytest.mark.usefixtures("database")

BIG = 2**62


def _leads() -> st.SearchStrategy[list[Made]]:
    one = st.builds(
        Made,
        lead=st.just(""),
        rep=names,
        pool=st.one_of(st.none(), st.sampled_from(["smb", "enterprise"])),
        effort=st.integers(0, BIG),
        cost=st.integers(0, BIG),
        counted=st.booleans(),
    )
    return st.lists(one, max_size=8)


@given(st.lists(_leads(), min_size=1, max_size=4), st.dictionaries(names, rotations(), max_size=3))
@settings(max_examples=10)
def test_what_a_batch_leaves_behind_is_what_the_next_one_finds(batches: list[list[Made]], other: dict[str, RotationStanding]) -> None:
    """Loads, counts, turns and figures come back equal, beyond 63 bits too, over any batches of one day."""
    reps = {one.rep for made in batches for one in made if one.rep is not None}
    roster = {rep: len(rep) * MILLION for rep in sorted(reps)}
    windows = days(dict.fromkeys(roster, 0))
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as ledger:
        for number, leads in enumerate(batches):
            made = [Made(**{**vars(one), "lead": f"{number}-{at}"}) for at, one in enumerate(leads)]
            at = number * 1000
            with ledger.begin():
                before = ledger.standings(windows, roster, at)
                left = after(before, made)
                left.rotations.update(other)
                ledger.commit(BatchRecord(ledger.next_batch_name(TODAY), at, "", "", before), ids(made), decisions(made), left)
            assert ledger.standings(windows, roster, at) == left


def test_a_changed_figure_replaces_what_came_before(tmp_path: Path) -> None:
    """A load that the roster changes starts anew at this batch; an unchanged one keeps what was charged since it was seen."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("1")], 10, figures={"ann": 5, "bob": 0})
        assert ledger.standings({}, {"ann": 5}, 20).load == {"ann": MILLION}
        route(ledger, [Made("2"), Made("3", rep="bob")], 20, figures={"ann": 6, "bob": 0})
        found = ledger.standings({}, {"ann": 6, "bob": 0}, 30)
        assert found.load == {"ann": MILLION, "bob": MILLION}
        assert found.figures == {"ann": Figure(6, 20), "bob": Figure(0, 10)}
        assert ledger.standings({}, {"ann": 7}, 30).load == {"bob": MILLION}
        assert found.pool_load == {("smb", "ann"): MILLION, ("smb", "bob"): MILLION}


def test_a_figure_seen_at_the_instant_of_an_earlier_batch_does_not_count_it(tmp_path: Path) -> None:
    """Of two batches at one instant only what was committed with or after the new figure counts."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("1")], 10, figures={"ann": 5})
        route(ledger, [], 10, figures={"ann": 6})
        assert ledger.standings({}, {"ann": 6}, 10).load == {}


def test_a_rep_who_leaves_the_project_keeps_what_was_charged(tmp_path: Path) -> None:
    """Standings that no longer name a rep, a pool or a rotation do not take back anything."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("1")], 10)
        before = ledger.standings({}, {"bob": 0}, 20)
        made = [Made("2", rep="bob", pool="new")]
        left = after(Standings(figures={"bob": Figure(0, 20)}), made)
        with ledger.begin():
            record = BatchRecord(ledger.next_batch_name(TODAY), 20, "", "", before)
            ledger.commit(record, ids(made), decisions(made), left)
        found = ledger.standings({}, {"ann": 0, "bob": 0}, 30)
        assert found.load == {"ann": MILLION, "bob": MILLION}
        assert set(found.rotations) == {"pool:smb", "pool:new"}
        assert found.figures["ann"] == Figure(0, 10)


def test_today_is_the_reps_own_day(tmp_path: Path) -> None:
    """Leads count from the rep's midnight on, in each rep's own zone, and up to its end where it is given."""
    reps = ("ann", "bob")
    with opened(tmp_path) as ledger:
        for number, at in enumerate((DAY - 1, DAY, 2 * DAY)):
            route(ledger, [Made(f"{number}{rep}", rep=rep) for rep in reps], at)
        found = ledger.standings(days({"ann": DAY, "bob": DAY - 1}, 2 * DAY), {}, DAY + 5)
        assert today(found) == {"ann": 1, "bob": 2}
        assert pool_today(found) == {("smb", "ann"): 1, ("smb", "bob"): 2}
        assert today(ledger.standings(days({"ann": DAY}), {}, DAY + 5)) == {"ann": 2}
        assert ledger.standings({}, {}, DAY + 5).used == {}


def test_what_is_not_counted_or_not_loaded_leaves_no_count(tmp_path: Path) -> None:
    """A lead without effort adds no load, one that limits do not count adds nothing today."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("1", counted=False), Made("2", rep="bob", effort=0), Made("3", rep="cy", pool=None)], 10)
        found = ledger.standings(days(dict.fromkeys(("ann", "bob", "cy"), 0)), {}, 10)
        assert found.load == {"ann": MILLION, "cy": MILLION}
        assert today(found) == {"bob": 1, "cy": 1}
        assert found.pool_load == {("smb", "ann"): MILLION}


def test_what_is_given_back_lowers_the_day_that_it_was_charged_on(tmp_path: Path) -> None:
    """Deciding a lead again takes its old charge out of its own day, load and pool, not out of today."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("1"), Made("2")], 10)
        route(ledger, [Made("1", rep="bob", pool=None)], DAY + 10, again=["1"])
        found = ledger.standings(days({"ann": DAY, "bob": DAY}), {"ann": 0, "bob": 0}, DAY + 20)
        assert today(found) == {"bob": 1}
        assert found.load == {"ann": MILLION, "bob": MILLION}
        assert found.pool_load == {("smb", "ann"): MILLION}
        assert today(ledger.standings(days({"ann": 0}, DAY), {}, 20)) == {"ann": 1}
