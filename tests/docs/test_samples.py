"""The samples are what the script makes, and the broken ones do what their table says."""

from __future__ import annotations

import contextlib
import csv
import os
import re
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from leadroute.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
BROKEN = ROOT / "samples" / "broken"
AT = "2026-11-23T10:01:00-05:00"

sys.path.insert(0, str(ROOT / "scripts"))

import make_samples  # noqa: E402 - a script, not a package

_LINE = re.compile(r"^\| `(?P<file>[^`]+)` \| .* \| (?P<exit>\d+) \| (?P<happens>.*) \|$", re.MULTILINE)
TABLE = {line["file"]: (int(line["exit"]), line["happens"]) for line in _LINE.finditer((BROKEN / "README.md").read_text("utf-8"))}
SAID = re.compile(r"`([a-z0-9][a-z0-9 -]*[a-z])`")


def route(file: Path, project: Path, out: Path) -> Result:
    command = ["route", str(file), "--project", str(project), "--state", "none", "--at", AT, "-o", str(out)]
    with contextlib.chdir(ROOT):
        return CliRunner().invoke(app, command, env={name: None for name in os.environ if name.startswith("LEADROUTE_")})


@pytest.mark.parametrize("name", sorted(make_samples.files()))
def test_a_sample_is_what_the_script_writes(name: str) -> None:
    """Samples are never edited by hand."""
    assert (ROOT / "samples" / name).read_bytes() == make_samples.files()[name]


def test_the_leads_are_five_hundred() -> None:
    """The file has 500 leads, 4 repeated ids, 2 rows without one, and the oddities that other pages speak of."""
    with (ROOT / "samples" / "leads.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    ids = [row["lead_id"].strip() for row in rows]
    named = [one for one in ids if one not in {"", "N/A"}]
    assert (len(rows), len(named), len(named) - len(set(named))) == (500, 498, 4)
    assert any(row["name"] == "[red]x[/x]" for row in rows)
    assert any(row["notes"].startswith("=HYPERLINK(") for row in rows)
    assert any("\n" in row["notes"] for row in rows)


def test_the_table_names_every_broken_file() -> None:
    """No broken file is without a line, and no line without a file."""
    assert sorted(TABLE) == sorted(path.name for path in BROKEN.iterdir() if path.is_file() and path.name != "README.md")


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_broken_file_does_what_its_line_says(name: str, tmp_path: Path) -> None:
    """The exit code is that of the table, what it quotes is printed, and a refused file leaves nothing behind."""
    code, happens = TABLE[name]
    out = tmp_path / f"out{Path(name).suffix}"
    done = route(BROKEN / name, BROKEN / "project", out)
    said = done.output
    assert done.exit_code == code, said
    assert [word for word in SAID.findall(happens) if word not in said] == []
    assert out.exists() is (code == 0)


@pytest.mark.parametrize("name", ["leads.json", "leads.jsonl", "sobject.json", "leads_semicolon_cp1252.csv", "leads_utf16.csv"])
def test_every_format_routes(name: str, tmp_path: Path) -> None:
    """One project reads forms and CRM exports, in every format and encoding of the samples."""
    done = route(ROOT / "samples" / name, ROOT / "rules", tmp_path / f"out{Path(name).suffix}")
    assert done.exit_code == 0, done.output


def test_the_example_project_reaches_its_rules(tmp_path: Path) -> None:
    """On a Monday every rule but the weekend's and the disabled one takes some lead, and every way to end a chain is seen."""
    out = tmp_path / "out.csv"
    assert route(ROOT / "samples" / "leads.csv", ROOT / "rules", out).exit_code == 0
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    written = re.findall(
        r"^  - (?:\{)?id: ([a-z-]+)", "".join(path.read_text("utf-8") for path in (ROOT / "rules").glob("*.yaml")), re.MULTILINE
    )
    people = re.findall(r"^  - id: ([a-z]+)$", (ROOT / "rules" / "roster.yaml").read_text("utf-8"), re.MULTILINE)
    rules = set(written) - set(people)
    assert rules - {row["assignment_rule"] for row in rows} == {"weekend-hot", "singapore-takes-the-night"}
    assert {row["assignment_outcome"] for row in rows} == {"assigned", "queued", "held", "duplicate", "invalid"}
    assert {row["assignment_reason"] for row in rows} >= {"pool", "rep", "queue", "fallback_pool", "fallback_queue", "backup", "hold"}
