"""What counts in windows, summed up by the database."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.ledger import BatchRecord
from leadroute.model.rules import MILLION
from leadroute.model.standings import Standings, Use
from tests.ledger.worlds import TODAY, Made, decisions, ids, opened, undo

pytestmark = pytest.mark.usefixtures("database")
REPS = ("ann", "bob")
BIG = 10**18
EDGES = st.integers(-3, 9)
STRETCHES = st.tuples(st.one_of(st.none(), EDGES), st.one_of(st.none(), EDGES))
WINDOWS = st.fixed_dictionaries({rep: st.dictionaries(st.sampled_from(["day", "week", "4h"]), STRETCHES) for rep in REPS})
AMOUNTS = st.sampled_from([0, 1, MILLION, BIG])
LEADS = st.lists(st.tuples(st.sampled_from(REPS), st.sampled_from([None, "smb", "big"]), st.booleans(), AMOUNTS), max_size=5)
Batches = list[tuple[int, list[tuple[str, str | None, bool, int]]]]


@given(st.lists(st.tuples(st.integers(-2, 8), LEADS), max_size=4), WINDOWS, st.sets(st.integers(0, 3)))
@settings(max_examples=10)
def test_counts_are_sums_over_all_leads_of_a_window(
    batches: Batches, windows: dict[str, dict[str, tuple[int | None, int | None]]], taken_back: set[int]
) -> None:
    """Leads and what they take of a measure, of a rep and of a rep in a pool, whatever the windows; not those of batches taken back."""
    expected: Counter[Use] = Counter()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as ledger:
        for number, (at, leads) in enumerate(batches):
            made = [Made(f"{number}-{row}", rep=rep, pool=pool, counted=counted) for row, (rep, pool, counted, _) in enumerate(leads)]
            amounts = np.array([amount if counted else 0 for _, _, counted, amount in leads], np.int64)
            with ledger.begin():
                name = ledger.next_batch_name(TODAY)
                decided = replace(decisions(made), measured={"deal": amounts})
                ledger.commit(BatchRecord(name, at, "", "", Standings()), ids(made), decided, Standings())
            if number in taken_back:
                undo(ledger, name, at)
                continue
            for rep, pool, counted, amount in leads:
                for window, (start, end) in windows[rep].items():
                    if counted and (start is None or start <= at) and (end is None or at < end):
                        for through in {"", pool or ""}:
                            expected[Use(window, "", through, rep)] += 1
                            expected[Use(window, "deal", through, rep)] += amount
        found = ledger.standings(windows, {}, 0).used
    assert found == {use: count for use, count in expected.items() if count}


def test_a_run_that_is_given_nothing_to_look_at_counts_nothing(tmp_path: Path) -> None:
    """Without windows no charge is read."""
    with opened(tmp_path) as ledger:
        assert ledger.standings({}, {}, 0).used == {}
        assert ledger.standings({"ann": {}}, {}, 0).used == {}
