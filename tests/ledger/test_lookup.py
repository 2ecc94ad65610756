"""Which leads were decided before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.ledger import lookup
from leadroute.ledger.records import Earlier
from leadroute.model.decisions import Decision, Outcome
from leadroute.model.rules import MILLION
from tests.databases import on_sqlite
from tests.ledger.worlds import Made, held, ids, opened, queued, route

pytestmark = pytest.mark.usefixtures("database")


def outcomes(found: Earlier) -> list[str | None]:
    """The outcome at each id asked about."""
    return [None if at < 0 else found.verdicts[found.verdict[at]].outcome.value for at in found.number]


def test_assigned_and_queued_leads_are_found_held_ones_are_not(tmp_path: Path) -> None:
    """A lead keeps a decision that assigned or queued it; a held one, or one without id, is decided anew."""
    with opened(tmp_path) as ledger:
        name = route(ledger, [Made("a", fit=7, effort=3, cost=4), queued("q"), held("h")])
        found = ledger.decided(pa.array(["x", "h", "q", None, "a", "A"]))
        assert outcomes(found) == [None, None, "queued", None, "assigned", None]
        at = found.number[4]
        assert (found.reps[found.rep[at]], found.fit[at], found.effort[at], found.cost[at]) == ("ann", 7, 3, 4)
        assert found.counted[at]
        assert found.batches[found.batch[at]] == name
        assert found.rep[found.number[2]] == -1
        assert len(found) == 2


def test_the_newest_decision_counts(tmp_path: Path) -> None:
    """Held leads that come again are assigned, assigned ones may be decided again: the last batch is right."""
    with opened(tmp_path) as ledger:
        route(ledger, [held("a"), Made("b"), held("c")])
        route(ledger, [Made("a", rep="bob"), held("b"), held("c")])
        asked = pa.array(["a", "b", "c"])
        assert outcomes(ledger.decided(asked)) == ["assigned", None, None]
        second = route(ledger, [Made("b", rep="cy")])
        found = ledger.decided(asked)
        assert outcomes(found) == ["assigned", "assigned", None]
        assert [found.reps[found.rep[at]] for at in found.number[:2]] == ["bob", "cy"]
        assert found.batches[found.batch[found.number[1]]] == second


def test_a_lookup_can_go_back_to_a_batch(tmp_path: Path) -> None:
    """For a replay the ledger answers as it stood when that batch was decided, whatever was decided in it or later."""
    with opened(tmp_path) as ledger:
        names = [route(ledger, made) for made in ([Made("a"), held("b")], [Made("a", rep="bob"), Made("b")], [held("a")])]
        asked = pa.array(["a", "b"])
        assert [outcomes(ledger.decided(asked, before=name)) for name in names] == [
            [None, None],
            ["assigned", None],
            ["assigned", "assigned"],
        ]
        found = ledger.decided(asked, before=names[1])
        assert found.reps == ("ann",)
        assert found.batches == (names[0],)
        with pytest.raises(KeyError):
            ledger.decided(asked, before="2026-11-23-9")


def test_an_empty_ledger_holds_nobody(tmp_path: Path) -> None:
    """Nothing asked, or nothing held: nothing found."""
    with opened(tmp_path) as ledger:
        assert ledger.decided(pa.array(["a", None])).number.tolist() == [-1, -1]
        route(ledger, [Made("a")])
        assert ledger.decided(pa.array([], pa.string())).number.tolist() == []
        assert ledger.decided(pa.array([None], pa.string())).number.tolist() == [-1]


def test_ids_may_come_in_chunks_and_more_than_once(tmp_path: Path) -> None:
    """Every position gets its answer, an id that comes twice at both."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a"), Made("b", rep="bob")])
        found = ledger.decided(pa.chunked_array([["b", "a"], ["a", "z"]]))
        assert [None if at < 0 else found.reps[found.rep[at]] for at in found.number] == ["bob", "ann", "ann", None]


_LEADS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=3)
_OUTCOMES = st.sampled_from([Outcome.ASSIGNED, Outcome.QUEUED, Outcome.HELD])


@given(st.lists(st.dictionaries(_LEADS, _OUTCOMES, max_size=12), max_size=5), st.integers(1, 5))
@settings(max_examples=8)
def test_lookups_agree_with_a_dictionary(batches: list[dict[str, Outcome]], block: int) -> None:
    """Whatever came in whichever batch, and however it is cut into blocks, the newest outcome decides."""
    from tempfile import TemporaryDirectory

    newest: dict[str, Outcome] = {}
    with TemporaryDirectory() as folder, opened(Path(folder)) as ledger, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "BLOCK", block)
        for batch in batches:
            newest |= batch
            route(ledger, [{Outcome.QUEUED: queued, Outcome.HELD: held}.get(outcome, Made)(lead) for lead, outcome in batch.items()])
        asked = sorted({*newest, "?", ""}, key=lambda text: text[::-1])
        expected = [newest[lead].value if newest.get(lead, Outcome.HELD) is not Outcome.HELD else None for lead in asked]
        assert outcomes(ledger.decided(pa.array(asked))) == expected


@on_sqlite
def test_a_lookup_never_reads_all_decisions(tmp_path: Path) -> None:
    """The plan walks the ids asked about and searches the tree of decisions for each."""
    with opened(tmp_path) as ledger:
        connection = ledger._store.connection
        lookup._wanted.create(connection)
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {lookup.query()}")]
    assert [step.split(" USING")[0] for step in plan] == ["SCAN wanted", "SEARCH decisions"]


def test_one_lead_is_explained_by_its_newest_decision(tmp_path: Path) -> None:
    """`decision_of` gives the newest decision, held ones too, and `batch_of` its batch; an unknown lead has neither."""
    with opened(tmp_path) as ledger:
        first = route(ledger, [Made("a", fit=5), held("h")], 10)
        second = route(ledger, [queued("a")], 20)
        assert ledger.decision_of("h") == Decision(
            Outcome.HELD, "reason_held", "why held", rep=None, queue=None, rule="rule", pool=None, fit=None, batch=first
        )
        found = ledger.decision_of("a")
        assert found is not None
        assert (found.outcome, found.queue, found.batch) == (Outcome.QUEUED, "unassigned", second)
        batch = ledger.batch_of("a")
        assert batch == ledger.batch(second)
        assert ledger.decision_of("x") is None
        assert ledger.batch_of("x") is None
        assert ledger.batch("x") is None


def test_decided_works_inside_a_dry_run(tmp_path: Path) -> None:
    """A lookup needs no write lock, and may be made again and again in one transaction."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a", effort=2 * MILLION)])
        with ledger.begin(write=False):
            for _ in range(3):
                assert ledger.decided(ids([Made("a")])).effort.tolist() == [2 * MILLION]
            assert np.array_equal(ledger.decided(ids([held("a")])).number, [0])
