"""Taking batches back."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from leadroute.ledger.ledger import Ledger
from leadroute.ledger.records import Reference, Refused, Undone
from leadroute.model.rules import MILLION
from leadroute.model.standings import Standings
from tests.ledger.worlds import DAY, Made, close, days, held, opened, queued, route, today, undo

pytestmark = pytest.mark.usefixtures("database")

REPS = {"ann": 0, "bob": 0}


def now(ledger: Ledger, at: int = 100) -> Standings:
    """Everybody's standing today."""
    return ledger.standings(days(dict.fromkeys(REPS, 0)), REPS, at)


def level(ledger: Ledger, rep: str) -> int:
    """A rep's turns in the pool's own rotation."""
    return ledger.rotations()["pool:smb"].cells[None][rep].turns // MILLION


def decided(ledger: Ledger, *leads: str) -> list[str | None]:
    """Who has each lead."""
    found = ledger.decided(pa.array(leads))
    return [None if at < 0 else found.reps[found.rep[at]] for at in found.number]


def test_the_last_batch_leaves_no_trace_in_the_standings(tmp_path: Path) -> None:
    """Turns, load, counts and the figure that it saw first are what they were, and its leads are not decided."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a"), Made("b", rep="bob")], 10, figures=REPS)
        before = now(ledger)
        name = route(
            ledger, [Made("c", effort=3 * MILLION), Made("d", pool="new"), queued("q"), held("h")], 20, figures={"ann": 7, "bob": 0}
        )
        assert undo(ledger, name, 30) == Undone("2026-11-23-3", name, "route", 4, 0)
        assert now(ledger) == before
        assert decided(ledger, "a", "c", "d", "q", "h") == ["ann", None, None, None, None]
        assert [(batch.kind, batch.undoes, batch.undone_by) for batch in ledger.batches()] == [
            ("route", None, None),
            ("route", None, "2026-11-23-3"),
            ("undo", name, None),
        ]


def test_batches_go_back_one_by_one_to_an_empty_ledger(tmp_path: Path) -> None:
    """Undone from the last to the first, each leaves what the one before had left."""
    with opened(tmp_path) as ledger:
        seen, names = [now(ledger)], []
        for number in range(4):
            names.append(
                route(ledger, [Made(f"{number}-{at}", rep=("ann", "bob")[at % 2]) for at in range(number + 1)], number, figures=REPS)
            )
            seen.append(now(ledger))
        while names:
            assert now(ledger) == seen.pop()
            assert isinstance(undo(ledger, names.pop(), 50), Undone)
        assert now(ledger) == seen.pop()


def test_an_earlier_batch_gives_back_what_it_charged_and_nothing_else(tmp_path: Path) -> None:
    """What later batches charged stays; each charge is given back on the day that it counted on."""
    with opened(tmp_path) as ledger:
        first = route(ledger, [Made("a"), Made("b"), Made("c", rep="bob", pool=None)], 10, figures=REPS)
        route(ledger, [Made("d")], DAY + 10, figures=REPS)
        assert isinstance(undo(ledger, first, DAY + 20), Undone)
        found = ledger.standings(days({"ann": DAY, "bob": DAY}), REPS, DAY + 30)
        assert (found.load, today(found), level(ledger, "ann")) == ({"ann": MILLION}, {"ann": 1}, 1)
        assert today(ledger.standings(days(dict.fromkeys(REPS, 0), DAY), REPS, 20)) == {}


def test_a_batch_is_undone_once_and_an_undo_never(tmp_path: Path) -> None:
    """A second undo would give back twice."""
    with opened(tmp_path) as ledger:
        name = route(ledger, [Made("a")])
        done = undo(ledger, name)
        assert isinstance(done, Undone)
        assert undo(ledger, name) == Refused(name, "undone", done.batch)
        assert undo(ledger, done.batch) == Refused(done.batch, "undo")
        assert undo(ledger, "2026-11-23-99") == Refused("2026-11-23-99", "unknown")
        assert len(ledger.batches()) == 2


def test_a_lead_that_was_decided_again_goes_back_to_its_first_rep(tmp_path: Path) -> None:
    """Undoing the second decision revives the first: what it had charged is charged again, once."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a"), Made("b")], 10, figures=REPS)
        before = now(ledger)
        again = route(ledger, [Made("a", rep="bob")], 20, figures=REPS, again=["a"])
        assert (level(ledger, "ann"), level(ledger, "bob"), decided(ledger, "a")) == (1, 1, ["bob"])
        assert isinstance(undo(ledger, again, 30), Undone)
        assert now(ledger) == before
        assert decided(ledger, "a", "b") == ["ann", "ann"]


def test_a_batch_that_others_refer_to_is_not_undone(tmp_path: Path) -> None:
    """Decided again, or closed: it says by which batch, and nothing has changed."""
    with opened(tmp_path) as ledger:
        first = route(ledger, [Made("a"), Made("b"), Made("c")], 10, figures=REPS)
        again = route(ledger, [Made("b", rep="bob")], 20, figures=REPS, again=["b"])
        closed = close(ledger, "a", "c", at=30).batch
        before = now(ledger)
        assert undo(ledger, first, 40) == Refused(
            first, "referred", references=(Reference(again, "decided again", 1, "b"), Reference(closed or "", "closed", 2, "a"))
        )
        assert now(ledger) == before
        assert len(ledger.batches()) == 3


def test_force_takes_later_decisions_along(tmp_path: Path) -> None:
    """Both decisions of a lead go, and each charge once, whoever had given part of it back before."""
    with opened(tmp_path) as ledger:
        empty = now(ledger)
        first = route(ledger, [Made("a"), Made("b"), Made("c")], 10, figures=REPS)
        route(ledger, [Made("b", rep="bob"), Made("d", rep="bob")], 20, figures=REPS, again=["b"])
        close(ledger, "a", "b", at=30)
        assert undo(ledger, first, 40, force=True) == Undone("2026-11-23-4", first, "route", 3, 1)
        assert decided(ledger, "a", "b", "c", "d") == [None, None, None, "bob"]
        found = now(ledger)
        assert (found.load, today(found)) == ({"bob": MILLION}, {"bob": 1})
        assert (level(ledger, "ann"), level(ledger, "bob")) == (0, 1)
        assert empty.load == {}


def test_closing_frees_load_alone_and_once(tmp_path: Path) -> None:
    """The turn stays taken and the day stays counted; a lead that was closed before, or that nobody has, changes nothing."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a", effort=5 * MILLION), Made("b"), queued("q")], 10, figures=REPS)
        done = close(ledger, "a", "a", "q", "x", at=20)
        assert (done.fresh, done.before, done.unassigned, done.unknown) == (1, 0, 1, 1)
        assert (now(ledger).load, now(ledger).pool_load) == ({"ann": MILLION}, {("smb", "ann"): MILLION})
        assert (today(now(ledger)), level(ledger, "ann")) == ({"ann": 2}, 2)
        assert close(ledger, "a", at=30).batch is None
        assert len(ledger.batches()) == 2


def test_undoing_a_close_charges_the_load_again(tmp_path: Path) -> None:
    """Unless the lead was decided again since: then that decision has to be taken along."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a"), Made("b")], 10, figures=REPS)
        before = now(ledger)
        first = close(ledger, "a", "b", at=20).batch or ""
        assert isinstance(undo(ledger, first, 30), Undone)
        assert now(ledger) == before
        second = close(ledger, "a", at=40).batch or ""
        again = route(ledger, [Made("a", rep="bob")], 50, figures=REPS, again=["a"])
        assert undo(ledger, second, 60) == Refused(second, "referred", references=(Reference(again, "decided again", 1, "a"),))
        assert isinstance(undo(ledger, second, 60, force=True), Undone)
        found = now(ledger)
        assert (found.load, found.pool_load, found.used) == (before.load, before.pool_load, before.used)
        assert (level(ledger, "ann"), level(ledger, "bob")) == (2, 0)
        assert decided(ledger, "a") == ["ann"]


def test_what_was_undone_later_was_decided_then(tmp_path: Path) -> None:
    """For a replay the ledger answers as it stood when a batch was decided, whatever was undone since."""
    with opened(tmp_path) as ledger:
        first = route(ledger, [Made("a"), Made("b")], 10, figures=REPS)
        second = route(ledger, [Made("c")], 20, figures=REPS)
        asked = pa.array(["a", "b", "c"])
        before = [ledger.decided(asked, before=name).number.tolist() for name in (first, second)]
        assert ledger.decided_in(asked, first).tolist() == [True, True, False]
        undo(ledger, first, 30)
        third = route(ledger, [Made("a", rep="bob")], 40, figures=REPS)
        assert [ledger.decided(asked, before=name).number.tolist() for name in (first, second)] == before
        assert [at >= 0 for at in ledger.decided(asked, before=third).number] == [False, False, True]
        assert ledger.decided_in(asked, first).tolist() == [True, True, False]
        assert decided(ledger, "a", "b", "c") == ["bob", None, "ann"]
