"""``leadroute ledger export`` and ``import``."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from leadroute.cli.exit import Exit
from tests.cli.conftest import Leadroute
from tests.conftest import Golden
from tests.databases import on_postgres, state_in
from tests.workflows.running import project as write_project
from tests.workflows.running import write_leads

AT = "2026-11-23T10:01-05:00"


@pytest.fixture
def routed(folder: Path, leadroute: Leadroute) -> Path:
    """A project whose ledger has a batch."""
    write_project(folder, "pools: {all: {}}\nrules: [{id: all, assign: {pool: all}}]", "[{id: ann, weight: 2}, {id: bob}]")
    write_leads(folder / "leads.csv", ((f"L{at}",) for at in range(7)))
    assert leadroute("route", "leads.csv", "-o", "out.csv", "--at", AT, "-q").exit_code == 0
    return folder


def test_a_ledger_goes_through_a_file(routed: Path, leadroute: Leadroute, golden: Golden) -> None:
    """What is imported is what was exported; the second ledger says the same of every lead."""
    done = leadroute("ledger", "export", "ledger.jsonl")
    assert (done.exit_code, done.stdout) == (Exit.DONE, "")
    golden("ledger/export.txt", done.stderr)
    done = leadroute("ledger", "import", "ledger.jsonl", "--state", "copy/state.db")
    assert (done.exit_code, done.stdout) == (Exit.DONE, "")
    golden("ledger/import.txt", done.stderr)
    shown = [leadroute("ledger", "show", "--standings", "--at", AT, *where).stdout for where in ((), ("--state", "copy/state.db"))]
    assert shown[0] == shown[1]
    again = leadroute("route", "leads.csv", "-o", "again.csv", "--at", AT, "--state", "copy/state.db")
    assert "written again from the ledger" in again.stderr
    assert (routed / "again.csv").read_bytes() == (routed / "out.csv").read_bytes()


def test_streams_will_do(routed: Path, leadroute: Leadroute) -> None:
    """`-` is stdout of the one and stdin of the other; people are told on stderr."""
    told = leadroute("ledger", "export", "-")
    assert told.stdout.startswith('{"leadroute_ledger":1,')
    assert "-> stdout" in told.stderr
    assert leadroute("ledger", "import", "-", "--state", "copy.db", stdin=told.stdout).exit_code == Exit.DONE
    assert leadroute("ledger", "export", "-", "-q", "--state", "copy.db").stdout == told.stdout
    assert leadroute("ledger", "export", "-", "--format", "json").exit_code == 2


def test_without_a_project_state_will_do(routed: Path, leadroute: Leadroute, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup on the server needs no rules."""
    monkeypatch.chdir(tmp_path)
    assert leadroute("ledger", "export", "out.jsonl", "--state", routed / ".leadroute" / "state.db", "-q").exit_code == Exit.DONE
    assert leadroute("ledger", "import", "out.jsonl", "--state", "copy.db", "-q").exit_code == Exit.DONE
    assert leadroute("ledger", "export", "out.jsonl", "-q").exit_code == Exit.UNLOADABLE


def test_the_json_has_the_same_keys_on_failure(routed: Path, leadroute: Leadroute) -> None:
    """One object: what was moved, or nulls and the reason."""
    good = json.loads(leadroute("ledger", "export", "ledger.jsonl", "--format", "json").stdout)
    assert (good["state"], good["file"]) == (".leadroute/state.db", "ledger.jsonl")
    assert (good["batches"], good["decisions"], good["diagnostics"]) == (1, 7, [])
    done = leadroute("ledger", "import", "ledger.jsonl", "--format", "json")
    bad = json.loads(done.stdout)
    assert done.exit_code == Exit.UNLOADABLE
    assert bad.keys() == good.keys()
    assert [one["name"] for one in bad["diagnostics"]] == ["ledger"]
    assert "is not empty" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "x.jsonl", "--state", "nope.db"], "there is no ledger at `nope.db` yet"),
        (["export", "x.jsonl", "--state", "none"], "`none` names no ledger"),
        (["export", "nope/x.jsonl"], "no such file or directory"),
        (["import", "nope.jsonl", "--state", "copy.db"], "`nope.jsonl` cannot be read: no such file or directory"),
        (["import", "leads.csv", "--state", "copy.db"], "`leads.csv` cannot be imported: it is no exported ledger"),
        (["import", "cut.jsonl", "--state", "copy.db"], "it was not written whole"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(routed: Path, leadroute: Leadroute, arguments: list[str], said: str) -> None:
    """Exit 3, a sentence, and no file or ledger is made."""
    assert leadroute("ledger", "export", "cut.jsonl", "-q").exit_code == Exit.DONE
    (routed / "cut.jsonl").write_bytes((routed / "cut.jsonl").read_bytes()[:-100])
    before = sorted(os.listdir(routed))
    done = leadroute("ledger", *arguments)
    assert (done.exit_code, done.stdout) == (Exit.UNLOADABLE, "")
    assert said in " ".join(done.stderr.split())
    assert sorted(os.listdir(routed)) == before


@on_postgres
def test_it_is_the_way_to_postgresql(routed: Path, leadroute: Leadroute, database: str) -> None:
    """From a file to a server; nobody gets to see the password."""
    state = state_in(routed)
    secret = state.partition("://")[2].partition("@")[0].partition(":")[2]
    assert leadroute("ledger", "export", "ledger.jsonl").exit_code == Exit.DONE
    done = leadroute("ledger", "import", "ledger.jsonl", "--state", state)
    assert done.exit_code == Exit.DONE
    again = leadroute("route", "leads.csv", "-o", "again.csv", "--at", AT, "--state", state)
    assert "written again from the ledger" in again.stderr
    assert (routed / "again.csv").read_bytes() == (routed / "out.csv").read_bytes()
    refused = leadroute("ledger", "import", "ledger.jsonl", "--state", state)
    assert "is not empty" in refused.stderr
    said = done.stderr + again.stderr + refused.stderr
    assert ":***@" in said
    assert secret not in said
