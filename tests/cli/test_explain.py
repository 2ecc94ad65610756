"""``leadroute explain`` as it is typed: one lead's story, in three forms, and the answer to why not somebody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Leadroute
from tests.conftest import Golden
from tests.workflows.running import AT, acme

TYPED = ("company=Acme", "country=US", "industry=fintech", "language=es", "employees=2,000", "opted_out=no")
"""A lead nobody has sent."""

LEADS = {
    "best-fit": "L-01",
    "turn": "L-02",
    "no-rule": "L-03",
    "named-rep": "L-04",
    "nobody": "L-19",
    "held": "L-10",
    "queue": "L-09",
    "let-go": "L-15",
}

WHY_NOT = {
    "require": ("L-19", "lee"),
    "availability": ("L-06", "priya"),
    "limits": ("L-19", "diego"),
    "fit": ("L-06", "lee"),
    "turn": ("L-02", "bob"),
    "ahead": ("L-15", "ann"),
    "taker": ("L-02", "ann"),
    "another-pool": ("L-02", "sarah"),
    "no-pool": ("L-09", "sarah"),
    "rule-no": ("L-02", "enterprise"),
    "rule-missing": ("L-02", "owned"),
    "rule-disabled": ("L-02", "night-shift"),
    "rule-let-go": ("L-15", "owned"),
    "rule-took": ("L-02", "small"),
    "rule-not-reached": ("L-02", "partners"),
}


@pytest.fixture
def routed(folder: Path, leadroute: Leadroute) -> Path:
    """The working folder with the small project, its leads, and the ledger that has decided them."""
    acme(folder)
    assert leadroute("route", "leads.csv", "--at", AT, "-q", "-o", "out.csv").exit_code == 0
    return folder


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("name", sorted(LEADS))
def test_a_recorded_decision_is_told(routed: Path, leadroute: Leadroute, golden: Golden, name: str, columns: int) -> None:
    """A lead decided before is replayed from where its batch began, and no line is longer than the terminal."""
    done = leadroute("explain", "leads.csv", "--lead", LEADS[name], columns=columns)
    assert (done.exit_code, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= columns
    golden(f"explain/{name}.{columns}.txt", done.stdout)


@pytest.mark.parametrize("form", ["json", "markdown"])
@pytest.mark.parametrize("name", ["best-fit", "nobody"])
def test_programs_and_pages_get_the_same_story(routed: Path, leadroute: Leadroute, golden: Golden, name: str, form: str) -> None:
    """``--format json`` is one object with a ``schema_version``, ``markdown`` a page; widths do not matter to them."""
    done = leadroute("explain", "leads.csv", "--lead", LEADS[name], "--format", form)
    assert done.stdout == leadroute("explain", "leads.csv", "--lead", LEADS[name], "--format", form, columns=200).stdout
    golden(f"explain/{name}.{'md' if form == 'markdown' else form}", done.stdout)


def test_verbose_tells_every_value(routed: Path, leadroute: Leadroute, golden: Golden) -> None:
    """``-v`` lists the lead's fields as they were read, missing ones too."""
    golden("explain/verbose.txt", leadroute("explain", "leads.csv", "--lead", "L-01", "-v").stdout)


def test_why_not(routed: Path, leadroute: Leadroute, golden: Golden) -> None:
    """``--why-not`` answers for a rep stopped by each gate, by the pick and by the turn, and for a rule of each fate."""
    told = []
    for name, (lead, asked) in WHY_NOT.items():
        done = leadroute("explain", "leads.csv", "--lead", lead, "--why-not", asked)
        assert (done.exit_code, done.stderr) == (0, "")
        told.append(f"# {name}: {lead}, {asked}\n{done.stdout}")
    golden("explain/why-not.txt", "\n".join(told))
    found = json.loads(leadroute("explain", "leads.csv", "--lead", "L-19", "--why-not", "lee", "--format", "json").stdout)
    assert found["why_not"] == ["rep lee, pool enterprise: stopped by require: languages lack `es`"]


def test_a_typed_in_lead(routed: Path, leadroute: Leadroute, golden: Golden) -> None:
    """Fields typed in stand for a lead; it is decided by the standings of now, and nothing is recorded."""
    before = (routed / ".leadroute" / "state.db").read_bytes()
    done = leadroute("explain", *TYPED, "--at", "2026-11-24T10:01-05:00")
    golden("explain/typed.80.txt", done.stdout)
    assert (routed / ".leadroute" / "state.db").read_bytes() == before


def test_typed_in_names_are_fields_or_columns(folder: Path, leadroute: Leadroute) -> None:
    """A column's name stands for its field, compared like strings; a name that nothing has is refused, with the near one."""
    acme(folder)
    assert leadroute("explain", *TYPED, "id=L-77", "--at", AT).stdout.startswith("L-77  Acme")
    done = leadroute("explain", *TYPED, "employes=1", "--at", AT)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "there is no field `employes`" in done.stderr
    assert "did you mean `employees`?" in done.stderr


def test_a_derived_field_can_be_typed_in(folder: Path, leadroute: Leadroute) -> None:
    """A derived field that is given is not worked out."""
    acme(folder)
    told = leadroute("explain", "segment=enterprise", "country=MX", "language=es", "--at", AT, "--state", "none").stdout
    assert "by rule enterprise" in told


def test_a_changed_roster_is_said_first(routed: Path, leadroute: Leadroute, golden: Golden) -> None:
    """What is recorded comes first, then what changed since and what would be decided now."""
    roster = (routed / "roster.yaml").read_text("utf-8")
    (routed / "roster.yaml").write_text(roster.replace("{id: sarah,", "{id: sarah, active: false,"), "utf-8")
    (routed / "leads.csv").write_bytes((routed / "leads.csv").read_bytes() + b"L-99,New,New Co,US,retail,en,5,,,\n")
    for form, ending in (("text", "80.txt"), ("json", "json"), ("markdown", "md")):
        golden(f"explain/changed.{ending}", leadroute("explain", "leads.csv", "--lead", "L-01", "--format", form).stdout)


def test_without_a_ledger_the_lead_is_decided_now(folder: Path, leadroute: Leadroute) -> None:
    """A lead that no ledger knows is told as the run of the whole file would decide it, and no ledger is made."""
    acme(folder)
    told = leadroute("explain", "leads.csv", "--lead", "L-14", "--at", AT)
    assert "->   diego, by rule enterprise" in told.stdout
    assert "served 14 of 19" in told.stdout
    assert not (folder / ".leadroute").exists()


def test_the_text_is_the_leads_own(folder: Path, leadroute: Leadroute) -> None:
    """Values that compare alike in other leads do not lend their spelling."""
    acme(folder)
    told = leadroute("explain", "leads.csv", "--lead", "L-06", "--at", AT, "--state", "none")
    assert told.stdout.startswith("L-06  Birch Bank, US, fintech, en, employees 5,000, enterprise")  # the lead before wrote USA and Fintech


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "Missing argument"),
        (["leads.csv"], 2, "name a lead of the file with --lead ID"),
        (["leads.csv", "more.csv", "--lead", "L-01"], 2, "one lead file"),
        (["leads.csv", "--lead", "L-01", "--why-not", "zork"], 2, "`zork` is no rule and no rep of this project"),
        (["leads.csv", "--lead", "L-01", "--input-format", "yaml"], 2, "'yaml' is not one of"),
        (["leads.csv", "--lead", "L-98"], 3, "`leads.csv` has no lead `L-98`"),
        (["leads.csv", "--lead", "L-03", "--strict", "--state", "none"], 3, "lead `L-03` of `leads.csv` is invalid, so it is not decided"),
        (["nope.csv", "--lead", "L-01"], 3, "there is no file `nope.csv`"),
        (["company=x", "--project", "nope"], 3, "the project file `nope` does not exist"),
        (["company=x", "--at", "soon"], 3, "`soon` is no timestamp"),
    ],
)
def test_what_cannot_be_told(routed: Path, leadroute: Leadroute, arguments: list[str], code: int, said: str) -> None:
    """Wrong usage is 2, an input that cannot be used 3; stdout stays empty."""
    done = leadroute("explain", *arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr.replace("\n", " ")


def test_the_json_has_one_shape(routed: Path, leadroute: Leadroute) -> None:
    """On failure there is the same object, with the reason among its ``diagnostics``."""
    good = json.loads(leadroute("explain", "leads.csv", "--lead", "L-01", "--format", "json").stdout)
    bad = leadroute("explain", "leads.csv", "--lead", "nope", "--format", "json")
    assert bad.exit_code == 3
    found = json.loads(bad.stdout)
    assert [*found] == [*good]
    assert (good["diagnostics"], [one["name"] for one in found["diagnostics"]]) == ([], ["no-lead"])
