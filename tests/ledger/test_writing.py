"""A batch into the ledger."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from leadroute.ledger import BatchRecord, events
from leadroute.model.decisions import Outcome
from leadroute.model.rules import MILLION
from leadroute.model.standings import Absence, EventKind, StandingEvent, Standings
from tests.databases import contents, rows
from tests.ledger.worlds import TODAY, Made, after, days, decisions, held, ids, opened, queued, route

pytestmark = pytest.mark.usefixtures("database")


def test_only_fresh_decisions_are_written(tmp_path: Path) -> None:
    """Kept leads, duplicates and invalid rows leave no decision and no charge; the file's rows are counted all the same."""
    made = [
        Made("a", fit=9, eligible=("ann", "bob"), cost=3),
        Made("b", fresh=False),
        Made("a", Outcome.DUPLICATE, None, None, 0, 0, counted=False, fresh=False),
        Made(None, Outcome.INVALID, None, None, 0, 0, counted=False, fresh=False),
        queued("q"),
    ]
    with opened(tmp_path) as ledger:
        route(ledger, made)
        (batch,) = ledger.batches()
        assert (batch.leads, batch.decided, batch.project_digest, batch.input_digest) == (5, 2, "project", "input")
        assert ledger.standings({}, {"ann": 0}, 0).load == {"ann": MILLION}
    found = rows(tmp_path, "SELECT lead, position, fit, effort, cost, counted FROM decisions ORDER BY lead")
    assert found == [("a", 0, 9, MILLION, 3, 1), ("q", 4, -1, 0, 0, 0)]
    assert rows(tmp_path, "SELECT outcome FROM verdicts ORDER BY number") == [("assigned",), ("queued",)]
    assert [json.loads(str(text)) for (text,) in rows(tmp_path, "SELECT reps FROM signatures")] == [["ann", "bob"]]


def test_a_batch_that_is_not_committed_leaves_no_trace(tmp_path: Path) -> None:
    """Leaving the transaction by an error undoes everything, and the ledger can be used on."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a")])
        before = contents(tmp_path)
        broken = [Made("b"), Made("b")]
        with pytest.raises(Exception, match=r"(?i)unique"), ledger.begin():  # noqa: PT012 # the whole of it is what must be undone
            started = ledger.standings({}, {"ann": 0}, 5)
            ledger.commit(BatchRecord("n", 5, "", "", started), ids(broken), decisions(broken), after(started, broken))
        assert contents(tmp_path) == before
        route(ledger, [Made("b")])
        assert len(ledger.batches()) == 2


def test_a_commit_needs_the_write_lock(tmp_path: Path) -> None:
    """Standings read without the lock may be old: what was decided on them is not written."""
    made = [Made("a")]
    with opened(tmp_path) as ledger:
        record = BatchRecord("n", 0, "", "", Standings())
        with pytest.raises(RuntimeError):
            ledger.commit(record, ids(made), decisions(made), Standings())
        with pytest.raises(RuntimeError), ledger.begin(write=False):
            ledger.commit(record, ids(made), decisions(made), Standings())
        assert ledger.batches() == []


def test_a_lead_without_id_is_never_written(tmp_path: Path) -> None:
    """A fresh decision without id is a mistake of the caller, not a row."""
    with opened(tmp_path) as ledger:
        with pytest.raises(ValueError, match="without an id"):
            route(ledger, [Made(None)])
        assert ledger.batches() == []


def test_names_count_up_on_each_day(tmp_path: Path) -> None:
    """A batch is named by the routing date and its number on that day."""
    with opened(tmp_path) as ledger:
        assert [route(ledger, []) for _ in range(11)][-1] == "2026-11-23-11"
        assert ledger.next_batch_name(TODAY) == "2026-11-23-12"
        assert ledger.next_batch_name(date(2026, 11, 2)) == "2026-11-02-1"
        assert [batch.name for batch in ledger.batches()] == [f"2026-11-23-{number}" for number in range(1, 12)]


def test_the_standings_that_a_batch_started_from_are_kept(tmp_path: Path) -> None:
    """`explain` replays a batch from exactly what it started from; an unknown batch is a KeyError."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a")], 10)
        started = ledger.standings(days({"ann": 0}), {"ann": 0}, 20)
        name = route(ledger, [Made("b"), held("h")], 20)
        assert ledger.started_from(name) == started
        assert started.load == {"ann": MILLION}
        with pytest.raises(KeyError):
            ledger.started_from("2026-11-23-9")


def test_numbers_run_on_over_batches(tmp_path: Path) -> None:
    """Verdicts and signatures of one batch are never taken for those of another; a rep keeps one number."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a", eligible=("ann",)), queued("q")])
        route(ledger, [Made("b", rep="bob", pool="new", eligible=("bob",)), Made("c", eligible=("ann",))])
    query = """
        SELECT d.lead, r.rep, v.pool, s.reps FROM decisions d
        JOIN verdicts v ON v.number = d.verdict AND v.batch = d.batch
        LEFT JOIN reps r ON r.number = d.rep
        LEFT JOIN signatures s ON s.number = d.signature AND s.batch = d.batch
        ORDER BY d.lead"""
    assert rows(tmp_path, query) == [
        ("a", "ann", "smb", '["ann"]'),
        ("b", "bob", "new", '["bob"]'),
        ("c", "ann", "smb", '["ann"]'),
        ("q", None, None, None),
    ]
    assert rows(tmp_path, "SELECT rep FROM reps ORDER BY number") == [("ann",), ("bob",)]


def test_a_turn_is_noted_with_its_place(tmp_path: Path) -> None:
    """Each decision says in which rotation and cell its turn was charged, so that it can be given back there."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a"), Made("b", pool=None), queued("q")])
        route(ledger, [Made("c", pool="new")])
    query = (
        "SELECT d.lead, p.rotation, p.cell FROM decisions d LEFT JOIN places p ON p.number = d.place AND p.batch = d.batch ORDER BY d.lead"
    )
    assert rows(tmp_path, query) == [("a", "pool:smb", None), ("b", None, None), ("c", "pool:new", None), ("q", None, None)]


def test_a_verdict_is_noted_with_the_tier(tmp_path: Path) -> None:
    """Leads of one verdict and one tier share a row; those without a tier have none."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a", tier="hot"), Made("b", tier="cold"), Made("c", tier="hot"), Made("d")])
        assert len(ledger.decided(ids([Made("a"), Made("b"), Made("c"), Made("d")]))) == 4
    query = "SELECT d.lead, v.tier FROM decisions d JOIN verdicts v ON v.number = d.verdict ORDER BY d.lead"
    assert rows(tmp_path, query) == [("a", "hot"), ("b", "cold"), ("c", "hot"), ("d", None)]
    assert rows(tmp_path, "SELECT count(*) FROM verdicts") == [(3,)]


def test_weights_are_noted_when_they_change(tmp_path: Path) -> None:
    """A pool that handed out a lead has a row of weights from the batch on that first had them."""
    with opened(tmp_path) as ledger:
        for rep in ("ann", "ann", "bob", "ann"):
            route(ledger, [Made(f"{len(ledger.batches())}", rep=rep)])
        route(ledger, [queued("q")])
    assert [(batch, json.loads(str(text))) for batch, text in rows(tmp_path, "SELECT batch, weights FROM weights ORDER BY batch")] == [
        (1, {"ann": MILLION}),
        (3, {"bob": MILLION}),
        (4, {"ann": MILLION}),
    ]


def test_events_come_back_in_their_order(tmp_path: Path) -> None:
    """What the engine says has changed is kept as it said it, amounts of any size too."""
    away = Absence("leave", 5, {None: {"bob": (3, 4)}})
    made = [
        StandingEvent(EventKind.OPENED, 5, "pool:smb", None, "ann", weight=MILLION),
        StandingEvent(EventKind.ABSENT, 5, "pool:smb", rep="ann", state=away, why="leave"),
        StandingEvent(EventKind.ADJUSTED, -5, "pool:smb", "hot", "ann", "smb", turns=-(10**30), effort=10**30),
    ]
    with opened(tmp_path) as ledger, ledger.begin():
        started = ledger.standings({}, {"ann": 7}, 5)
        left = replace(started, events=made)
        ledger.commit(BatchRecord("n", 5, "", "", started), ids([]), decisions([]), left)
        assert list(events.read(ledger._store.connection)) == [StandingEvent(EventKind.LOAD_SEEN, 5, rep="ann", effort=7), *made]
