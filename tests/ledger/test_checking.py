"""The ledger holds its standings against its own record."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import rows
from tests.workflows.running import project, run, write_leads

TAMPERED = {
    "UPDATE decisions SET cost = cost + 1 WHERE lead = '2'": {"turns"},
    "UPDATE decisions SET effort = effort + 1 WHERE lead = '2'": {"load charged"},
    "UPDATE decisions SET counted = 0 WHERE lead = '2'": {"leads counted"},
    "UPDATE decisions SET rep = 99 WHERE lead = '2'": {"decisions", "leads counted", "load charged", "turns"},
    "DELETE FROM decisions WHERE lead = '2'": {"decisions", "leads counted", "load charged", "turns"},
    "UPDATE charges SET leads = leads + 1 WHERE batch = 1 AND rep = 'ann'": {"leads counted"},
    "UPDATE charges SET effort_whole = effort_whole + 1 WHERE batch = 1 AND rep = 'ann'": {"load charged"},
    "UPDATE rotations SET standing = replace(standing, '\"bob\":[', '\"bob\":[1')": {"turns", "absence"},
    "DELETE FROM rotations": {"turns", "absence"},
    "UPDATE figures SET load = '77' WHERE rep = 'ann'": {"roster load"},
    "DELETE FROM events WHERE kind = 'load_seen' AND rep = 'bob'": {"roster load"},
    "DELETE FROM events WHERE kind = 'opened' AND rep = 'ann'": {"turns"},
    "UPDATE events SET turns = '5' WHERE kind = 'opened' AND rep = 'ann'": {"turns"},
    "DELETE FROM events WHERE kind = 'absent'": {"absence"},
}
"""What somebody does to the database behind the ledger's back, and what the check says of it."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two batches, after which cy is away."""
    folder = tmp_path_factory.mktemp("checked")
    roster = "[{id: ann, weight: 2}, {id: bob}, {id: cy, away: [{from: 2026-11-23, to: 2026-11-24}]}]"
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
