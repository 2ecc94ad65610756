"""The ledger holds its standings against its own record."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.ledger.records import Refused, Undone
from leadroute.workflows.ledger_adjust import adjust
from leadroute.workflows.ledger_check import check
from leadroute.workflows.ledger_note import answered, close
from leadroute.workflows.ledger_opening import LedgerOptions
from leadroute.workflows.ledger_show import show
from leadroute.workflows.ledger_undo import undo
from tests.databases import rows, state_in
from tests.workflows.running import AT, project, run, write_leads

TAMPERED = {
    "UPDATE decisions SET cost = cost + 1 WHERE lead = '2'": {"turns"},
    "UPDATE decisions SET effort = effort + 1 WHERE lead = '2'": {"load charged"},
    "UPDATE decisions SET counted = 0 WHERE lead = '2'": {"leads counted"},
    "UPDATE decisions SET rep = 99 WHERE lead = '2'": {"decisions", "leads counted", "load charged", "turns", "amounts of limits"},
    "UPDATE charges SET leads = leads + 1 WHERE batch = 1 AND rep = 'ann'": {"leads counted"},
    "UPDATE charges SET effort_whole = effort_whole + 1 WHERE batch = 1 AND rep = 'ann'": {"load charged"},
    "UPDATE rotations SET standing = replace(standing, '\"bob\":[', '\"bob\":[1')": {"turns", "absence"},
    "DELETE FROM rotations": {"turns", "absence"},
    "UPDATE figures SET load = '77' WHERE rep = 'ann'": {"roster load"},
    "DELETE FROM events WHERE kind = 'load_seen' AND rep = 'bob'": {"roster load"},
    "DELETE FROM events WHERE kind = 'opened' AND rep = 'ann'": {"turns"},
    "UPDATE events SET turns = '5' WHERE kind = 'opened' AND rep = 'ann'": {"turns"},
    "DELETE FROM events WHERE kind = 'absent'": {"absence"},
    "UPDATE measured SET rep = 99 WHERE lead = '2'": {"amounts of limits"},
    "DELETE FROM decisions WHERE lead = '2'": {
        "decisions",
        "leads counted",
        "load charged",
        "turns",
        "amounts of limits",
    },
}
"""What somebody does to the database behind the ledger's back, and what the check says of it."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two batches, after which cy is away."""
    folder = tmp_path_factory.mktemp("checked")
    limits = "[{max: 3, per: 4h, when: {lead_id: {present: true}}}]"
    away = "[{from: 2026-11-23, to: 2026-11-24}]"
    roster = f"[{{id: ann, weight: 2, limits: {limits}}}, {{id: bob, limits: {limits}}}, {{id: cy, away: {away}}}]"
    project(folder, "pools: {all: {}}\nrules: [{id: r, assign: {pool: all}}]", roster)
    for number in range(2):
        write_leads(folder / "leads.csv", [(lead,) for lead in range(number * 4, number * 4 + 4)])
        run(folder)
    return folder


def found(folder: Path) -> set[str]:
    """What the check finds, by kind."""
    from leadroute.ledger import open_ledger

    ledger = open_ledger(str(folder / "state.db"), create=False)
    assert ledger is not None
    with ledger:
        return {one.what for one in ledger.differences()}


@pytest.mark.parametrize("statement", TAMPERED)
def test_a_tampered_ledger_is_found_out(statement: str, made: Path, tmp_path: Path) -> None:
    """Whatever is changed behind the ledger's back disagrees with the rest of it."""
    (tmp_path / "state.db").write_bytes((made / ".leadroute" / "state.db").read_bytes())
    assert found(tmp_path) == set()
    rows(tmp_path, statement)
    assert found(tmp_path) == TAMPERED[statement]


@pytest.mark.usefixtures("database")
def test_the_check_finds_nothing_after_all_that_can_be_done(tmp_path: Path) -> None:
    """Runs, a close, an answer, an adjustment, undos of a part and of the whole, a lead decided again: on every database."""
    project(tmp_path, "pools: {all: {}}\nrules: [{id: r, assign: {pool: all}}]", "[{id: ann, weight: 2}, {id: bob}]")
    state = state_in(tmp_path)
    options = LedgerOptions(start=tmp_path, project=tmp_path, state=state, at=AT, why="a reason")
    names: list[str] = []
    for number in range(3):
        write_leads(tmp_path / "leads.csv", [(lead,) for lead in range(number * 4, number * 4 + 4)])
        names.append(run(tmp_path, state=state).batch or "")
    assert close(options, ["0", "4", "5", "x"]).fresh == 3
    assert answered(options, ["1", "4"]).fresh == 2
    assert adjust(options, "bob", "all", -1_500_000).batch is not None
    assert adjust(options, "ann", "all", None).batch is not None
    assert run(tmp_path, state=state, again=True).anew == 4
    assert isinstance(undo(options, names[2], force=False)[0], Refused)
    for name, along in ((names[2], 4), (names[0], 0)):
        done, _ = undo(options, name, force=True)
        assert isinstance(done, Undone)
        assert done.along == along
    checked = check(options)
    assert (checked.batches, checked.differences) == (10, ())
    assert [one.what.value for one in show(options, lead="4").history or ()] == ["decided", "closed", "answered"]
    assert [one.what.value for one in show(options, lead="8").history or ()] == ["decided", "given_back", "decided", "undone", "undone"]
    assert show(options, standings=True).standings is not None
