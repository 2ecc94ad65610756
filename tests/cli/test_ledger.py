"""``leadroute ledger``: what is recorded, and what a person may do to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from leadroute.cli.exit import Exit
from leadroute.model.codes import CODES_BY_NAME
from tests.cli.conftest import Leadroute
from tests.conftest import Golden

AT = "2026-11-23T10:00+00:00"
RULES = """version: 1
rotations: {shared: {by: kind}}
pools: {all: {}, split: {turns: shared}}
rules:
  - {id: split, when: {kind: {present: true}}, assign: {pool: split}}
  - {id: all, assign: {pool: all}}
"""
COMMANDS = {
    "show": ["show"],
    "standings": ["show", "--standings"],
    "lead": ["show", "--lead", "L1"],
    "undo": ["undo", "2026-11-23-1"],
    "adjust": ["adjust", "bob", "--pool", "all", "--turns", "-2", "--why", "two were spam"],
    "close": ["close", "L1", "L2", "X"],
    "answered": ["answered", "L1"],
    "check": ["check"],
    "verify": ["show", "--verify", "2026-11-23-1", "--leads", "leads.csv"],
}
"""A command of each kind, by the name of its golden files."""


@pytest.fixture
def acme(folder: Path, leadroute: Leadroute) -> Path:
    """A small project with two batches; in the second one of three reps is away, and one lead waits."""
    (folder / "leadroute.yaml").write_text(
        "version: 1\nname: Acme\nleads: {id: id, fields: {id: string, kind: {type: string, optional: true}}}\n"
    )
    (folder / "rules.yaml").write_text(RULES)
    (folder / "roster.yaml").write_text(
        "version: 1\nreps: [{id: ann, weight: 2, limits: {open: 40, per_day: 8, per_week: 30}}, {id: bob},"
        " {id: cy, away: [{from: 2026-11-23, to: 2026-11-24}]}]\n"
    )
    for at, text in (("2026-11-20T09:30+00:00", "id,kind\nL1,\nL2,hot\n"), (AT, "id,kind\nL3,\nL4,\nL5,cold\n")):
        (folder / "leads.csv").write_text(text)
        assert leadroute("route", "leads.csv", "-o", "out.csv", "-q", "--at", at).exit_code == 0
    return folder


def run(leadroute: Leadroute, *arguments: str, **options: Any) -> Any:
    """A command of the group an hour after the last batch."""
    return leadroute("ledger", *arguments, "--at", "2026-11-23T11:00+00:00", **options)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_prints_what_it_found_or_did(name: str, acme: Path, leadroute: Leadroute, golden: Golden) -> None:
    """For people, at 80 columns."""
    result = run(leadroute, *COMMANDS[name])
    golden(f"ledger/{name}.txt", result.stdout)
    assert (result.exit_code, result.stderr) == (Exit.DONE, "")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_prints_one_json_object(name: str, acme: Path, leadroute: Leadroute, golden: Golden) -> None:
    """For programs; instants of the commit itself are no part of what is compared."""
    result = run(leadroute, *COMMANDS[name], "--format", "json")
    found = json.loads(result.stdout)
    for batch in found.get("batches") or () if name == "show" else ():
        batch["committed_at"] = batch["project_digest"] = batch["input_digest"] = "…"
    golden(f"ledger/{name}.json", json.dumps(found, indent=2) + "\n")
    assert (result.exit_code, result.stderr) == (Exit.DONE, "")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_json_has_the_same_keys_without_a_ledger(name: str, acme: Path, leadroute: Leadroute) -> None:
    """On failure the parts are null and the reason stands in ``diagnostics`` and on stderr."""
    good = json.loads(run(leadroute, *COMMANDS[name], "--format", "json").stdout)
    result = run(leadroute, *COMMANDS[name], "--format", "json", "--state", "nowhere.db")
    bad = json.loads(result.stdout)
    assert good.keys() == bad.keys()
    assert result.exit_code == Exit.UNLOADABLE
    assert [one["name"] for one in bad.pop("diagnostics")] == ["ledger"]
    assert {key: value for key, value in bad.items() if value is not None} == {"schema_version": 1}
    assert not (acme / "nowhere.db").exists()


def test_a_history_tells_everything_in_order(acme: Path, leadroute: Leadroute, golden: Golden) -> None:
    """Decided, closed, answered, the answer undone, the decision undone and made anew; why, and by which batch."""
    for arguments in (("close", "L1", "--why", "won"), ("answered", "L1"), ("undo", "2026-11-23-3", "--why", "a mistake")):
        assert run(leadroute, *arguments).exit_code == 0
    assert run(leadroute, "undo", "2026-11-20-1", "--force", "--why", "the wrong file").exit_code == 0
    (acme / "leads.csv").write_text("id,kind\nL1,hot\n")
    assert leadroute("route", "leads.csv", "-o", "out.csv", "-q", "--at", AT).exit_code == 0
    golden("ledger/history.txt", run(leadroute, "show", "--lead", " L1 ").stdout)
    golden("ledger/batches.txt", run(leadroute, "show").stdout)
    golden("ledger/history.json", run(leadroute, "show", "--lead", "L1", "--format", "json").stdout)
    assert run(leadroute, "check").exit_code == Exit.DONE


@pytest.mark.parametrize(
    ("arguments", "name", "code"),
    [
        (["undo", "2026-11-23-9"], "no-batch", Exit.UNLOADABLE),
        (["show", "--lead", "L9"], "no-lead", Exit.UNLOADABLE),
        (["adjust", "zed", "--pool", "all", "--turns", "1", "--why", "x"], "no-place", Exit.UNLOADABLE),
        (["undo", "2026-11-20-1"], "not-undone", Exit.NO),
        (["show", "--verify", "2026-11-20-1"], "not-replayed", Exit.UNLOADABLE),
        (["close", "."], "lead-file-missing", Exit.UNLOADABLE),
        (["check", "--at", "noon"], "bad-instant", Exit.UNLOADABLE),
    ],
)
def test_what_cannot_be_done_says_why(arguments: list[str], name: str, code: Exit, acme: Path, leadroute: Leadroute) -> None:
    """The code of the registry on stderr and in the JSON, and nothing recorded."""
    run(leadroute, "close", "L1")
    result = leadroute("ledger", *arguments, "--format", "json", LEADROUTE_AT="2026-11-23T12:00")
    assert f"error {CODES_BY_NAME[name].code} [{name}] " in result.stderr
    assert [one["name"] for one in json.loads(result.stdout)["diagnostics"]] == [name]
    assert result.exit_code == code
    assert len(json.loads(run(leadroute, "show", "--format", "json").stdout)["batches"]) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["adjust", "ann", "--pool", "all", "--why", "x"],
        ["adjust", "ann", "--pool", "all", "--why", "x", "--turns", "1", "--next"],
        ["adjust", "ann", "--pool", "all", "--turns", "1"],
        ["adjust", "ann", "--pool", "all", "--why", "x", "--turns", "one"],
        ["adjust", "ann", "--pool", "all", "--why", "x", "--turns", "0.00000001"],
        ["adjust", "ann", "--pool", "all", "--why", "x", "--turns", "nan"],
        ["show", "--standings", "--lead", "L1"],
        ["show", "--standings", "--verify", "2026-11-23-1"],
        ["show", "--leads", "leads.csv"],
        ["close"],
        ["undo"],
    ],
)
def test_wrong_usage_is_refused(arguments: list[str], acme: Path, leadroute: Leadroute) -> None:
    """Exit 2, and nothing on stdout."""
    result = run(leadroute, *arguments)
    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")


def test_a_check_that_finds_something_exits_with_one(acme: Path, leadroute: Leadroute, golden: Golden) -> None:
    """What differs is listed, recorded beside rebuilt."""
    import sqlite3

    with sqlite3.connect(acme / ".leadroute" / "state.db") as database:
        database.execute("UPDATE decisions SET cost = 3000000 WHERE lead = 'L3'")
        database.execute("DELETE FROM decisions WHERE lead = 'L4'")
    database.close()
    result = run(leadroute, "check")
    golden("ledger/check_differs.txt", result.stdout)
    assert result.exit_code == Exit.NO


def test_every_option_has_its_variable(acme: Path, leadroute: Leadroute) -> None:
    """``--state``, ``--project``, ``--at`` and ``--format`` may stand in the environment."""
    (acme / ".leadroute" / "state.db").rename(acme / "other.db")
    result = leadroute("ledger", "show", LEADROUTE_STATE="other.db", LEADROUTE_PROJECT=str(acme), LEADROUTE_AT=AT, LEADROUTE_FORMAT="json")
    assert len(json.loads(result.stdout)["batches"]) == 2


def test_a_file_of_leads_may_come_from_stdin(acme: Path, leadroute: Leadroute) -> None:
    """``-`` is a lead file; the ids are those of its column."""
    assert run(leadroute, "close", "-", stdin="id,kind\nL1,\nL9,\n").stdout.startswith("1 lead closed, 1 unknown ")


def test_a_record_that_the_rules_do_not_give_is_told(acme: Path, leadroute: Leadroute, golden: Golden) -> None:
    """Exit 1, and each lead with what the record says and what the rules give."""
    import sqlite3

    with sqlite3.connect(acme / ".leadroute" / "state.db") as database:
        database.execute("UPDATE decisions SET rep = (SELECT number FROM reps WHERE rep = 'bob'), effort = 2500000 WHERE lead = 'L3'")
        database.execute("DELETE FROM decisions WHERE lead = 'L5'")
    database.close()
    arguments = ("show", "--verify", "2026-11-23-1", "--leads", "leads.csv")
    result = run(leadroute, *arguments)
    golden("ledger/verify_differs.txt", result.stdout)
    assert result.exit_code == Exit.NO
    result = run(leadroute, *arguments, "--format", "json")
    golden("ledger/verify_differs.json", result.stdout)
    assert result.exit_code == Exit.NO
