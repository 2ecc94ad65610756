"""``leadroute report``: distribution and entitlement from the ledger, the distribution of a routed file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from leadroute.cli.exit import Exit
from tests.cli.conftest import Leadroute
from tests.conftest import Golden

NOW = "2026-11-23T12:00+00:00"
RULES = """version: 1
score: {points: [{when: {size: {gte: 50}}, add: 50}], tiers: {hot: 50, cold: 0}}
pools: {all: {who: {team: x}}, spanish: {who: {languages: {has: es}}}}
rules:
  - {id: own, when: {owner: {present: true}}, assign: {rep: $owner}}
  - {id: spanish, when: {size: {gte: 100}, tier: hot}, assign: {pool: spanish, effort: 2}}
  - {id: none, when: {size: {lt: 0}}, assign: {queue: junk}}
  - {id: all, assign: {pool: all}}
"""
ROSTER = """version: 1
reps:
  - {id: ann, team: x, weight: 2, languages: [es]}
  - {id: bob, team: x, limits: {per_day: 3}}
  - {id: cy, team: x, languages: [es], away: [{from: 2026-11-23, to: 2026-11-24}]}
"""
ASKED = {
    "ledger": [],
    "today": ["--since", "2h"],
    "friday": ["--since", "2026-11-20", "--until", "2026-11-20"],
    "pool": ["--pool", "spanish"],
    "rep": ["--rep", "bob"],
    "rep_since": ["--rep", "cy", "--since", "2026-11-23"],
    "file": ["out.csv"],
    "file_rep": ["out.csv", "--rep", "ann"],
}
"""What is asked, by the name of its golden files."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what `acme` makes is kept for the tests that come after the first one."""
    return tmp_path_factory.mktemp("acme")


@pytest.fixture
def acme(folder: Path, leadroute: Leadroute, kept: Path) -> Path:
    """Two batches, a lead decided again, and what a person did to the record."""
    if not any(kept.iterdir()):
        _history(folder, leadroute)
        shutil.copytree(folder, kept, dirs_exist_ok=True)
    else:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
    return folder


def _history(folder: Path, leadroute: Leadroute) -> None:
    (folder / "leadroute.yaml").write_text(
        "version: 1\nname: Acme\nleads: {id: id, fields: {id: string, size: {type: integer, optional: true},"
        " owner: {type: string, optional: true}}}\n"
    )
    (folder / "rules.yaml").write_text(RULES)
    (folder / "roster.yaml").write_text(ROSTER)
    for at, sizes, first in (("2026-11-20T09:30+00:00", [5, 60, 200, 7, 8, 9], 1), ("2026-11-23T10:00+00:00", [*[20] * 9, 150], 7)):
        rows = [f"L{first + at},{size},\n" for at, size in enumerate(sizes)]
        (folder / "leads.csv").write_text("id,size,owner\n" + "".join(rows) + f"O{first},1,ann\nQ{first},-1,\n")
        assert leadroute("route", "leads.csv", "-o", "out.csv", "-q", "--at", at).exit_code == 0
    (folder / "one.csv").write_text("id,size,owner\nL1,5,\n")
    for arguments in (
        ("route", "one.csv", "--again", "-o", "one_out.csv", "-q"),
        ("ledger", "adjust", "bob", "--pool", "all", "--turns", "-1", "--why", "spam"),
        ("ledger", "close", "L2", "L3"),
        ("ledger", "undo", "2026-11-23-3", "--why", "the wrong leads"),
    ):
        assert leadroute(*arguments, "--at", "2026-11-23T11:00+00:00").exit_code == 0


@pytest.mark.parametrize("name", ASKED)
def test_a_report_for_people(name: str, acme: Path, leadroute: Leadroute, golden: Golden) -> None:
    """At 80 columns, on stdout alone."""
    result = leadroute("report", *ASKED[name], "--at", NOW)
    golden(f"report/{name}.txt", result.stdout)
    assert (result.exit_code, result.stderr) == (Exit.DONE, "")


@pytest.mark.parametrize("name", ASKED)
def test_a_report_for_programs(name: str, acme: Path, leadroute: Leadroute, golden: Golden) -> None:
    """One object of one shape."""
    result = leadroute("report", *ASKED[name], "--at", NOW, "--format", "json")
    golden(f"report/{name}.json", result.stdout)
    assert (result.exit_code, result.stderr) == (Exit.DONE, "")


@pytest.mark.parametrize("name", ["ledger", "rep", "file"])
def test_a_report_as_a_page(name: str, acme: Path, leadroute: Leadroute, golden: Golden) -> None:
    """Markdown tables with everybody."""
    golden(f"report/{name}.md", leadroute("report", *ASKED[name], "--at", NOW, "--format", "markdown").stdout)


@pytest.mark.parametrize("ending", ["json", "jsonl", "parquet", "xlsx"])
def test_a_routed_file_of_any_format_says_the_same(ending: str, acme: Path, leadroute: Leadroute) -> None:
    """The added columns, or the added object."""
    (acme / "leads.csv").write_text("id,size,owner\nX1,5,\nX2,500,\nX3,5,ann\nX4,-5,\nX4,1,\n")
    found = []
    for name in ("routed.csv", f"routed.{ending}"):
        assert leadroute("route", "leads.csv", "-o", name, "-q", "--state", "none", "--at", NOW).exit_code == 0
        found.append(json.loads(leadroute("report", name, "--at", NOW, "--format", "json").stdout))
    assert found[0]["source"] != found[1].pop("source")
    found[0].pop("source")
    assert found[0] == found[1]
    assert found[0]["outcomes"] == {"assigned": 3, "queued": 1, "held": 0, "duplicate": 1, "invalid": 0}


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["--since", "noon"], "bad-instant"),
        (["--pool", "smb"], "unknown-pool"),
        (["--rep", "zed"], "unknown-rep"),
        (["leads.csv"], "missing-column"),
        (["nowhere.csv"], "lead-file-missing"),
        (["--state", "nowhere.db"], "ledger"),
    ],
)
def test_what_cannot_be_told_says_why(arguments: list[str], name: str, acme: Path, leadroute: Leadroute) -> None:
    """Exit 3, and the same keys in JSON, with nothing in them."""
    good = json.loads(leadroute("report", "--at", NOW, "--format", "json").stdout)
    result = leadroute("report", *arguments, "--at", NOW, "--format", "json")
    bad = json.loads(result.stdout)
    assert result.exit_code == Exit.UNLOADABLE
    assert good.keys() == bad.keys()
    assert [one["name"] for one in bad.pop("diagnostics")] == [name]
    assert {key: value for key, value in bad.items() if value is not None} == {"schema_version": 1}


def test_a_file_has_no_time(acme: Path, leadroute: Leadroute) -> None:
    """Bounds are for the ledger: wrong usage."""
    assert leadroute("report", "out.csv", "--since", "3d").exit_code == Exit.USAGE


def test_an_undone_batch_passed_nobody_over(acme: Path, leadroute: Leadroute) -> None:
    """What its leads passed over is gone with its decisions."""
    (acme / "leads.csv").write_text("id,size,owner\nX1,5,\nX2,5,\n")
    before = leadroute("report", "--at", NOW, "--format", "json", "--until", "2026-11-24").stdout
    assert leadroute("route", "leads.csv", "-o", "out.csv", "-q", "--at", NOW).exit_code == 0
    during = json.loads(leadroute("report", "--at", NOW, "--format", "json").stdout)
    assert leadroute("ledger", "undo", "2026-11-23-6", "--at", NOW).exit_code == 0
    after = json.loads(leadroute("report", "--at", NOW, "--format", "json").stdout)
    assert during["pools"][0]["reps"][2]["passed_over"] == {"on leave": 12}
    assert after["pools"] == json.loads(before)["pools"]
