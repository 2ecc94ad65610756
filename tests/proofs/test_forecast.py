"""Limits beside what is expected to come."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from leadroute.cli.exit import Exit
from leadroute.proofs.forecast import rate
from tests.cli.conftest import Leadroute, leadroute
from tests.proofs.projects import load

__all__ = ["leadroute"]  # the fixture

ROSTER = """\
version: 1
reps:
  - {id: ann, team: smb, region: na, limits: {per_day: 3}}
  - {id: bob, team: smb, region: na, limits: {per_day: 2}}
"""
RULES = "rules:\n  - {id: web, when: {source: web}, assign: {pool: smb}}\n  - {id: rest, assign: {pool: na}}\n"


@pytest.mark.parametrize(
    ("text", "leads"),
    [("400/day", 400), ("2 per hour", 48), ("70/week", 10), ("1.5/day", Fraction(3, 2)), ("many", None), ("4/year", None)],
)
def test_rates_are_leads_a_day(text: str, leads: Fraction | int | None) -> None:
    """Whatever they are written by."""
    found = rate(text)
    assert (None if found is None else found.leads) == leads


def write_leads(folder: Path, days: int, each: int) -> None:
    rows = [f"{day}-{number},2026-11-{day:02}T10:00,web" for day in range(1, days + 1) for number in range(each)]
    columns = "renewal,company,email,site,country,industry,language,postal_code,employees,deal_value,owner,vip,products"
    header = f"lead_id,created_at,source,{columns}"
    (folder / "leads.csv").write_text("\n".join([header, *(row + "," * columns.count(",") + "," for row in rows)]) + "\n", "utf-8")


def test_a_file_of_past_leads_is_put_to_the_rules(tmp_path: Path, leadroute: Leadroute) -> None:
    """Per pool, an average day of it against the members' limits."""
    load(tmp_path, RULES, roster=ROSTER)
    write_leads(tmp_path, 4, 6)
    result = leadroute("validate", tmp_path, "--forecast", tmp_path / "leads.csv")
    assert "warning LR313 [short-of-capacity] pool `smb` can take 5 leads a day, and 6 are expected" in result.stdout
    assert "4 days" in result.stdout
    write_leads(tmp_path, 4, 5)
    assert "no findings" in leadroute("validate", tmp_path, "--forecast", tmp_path / "leads.csv").stdout


def test_limits_of_all_are_held_against_a_rate(tmp_path: Path, leadroute: Leadroute) -> None:
    """And a rep without a limit is never short."""
    load(tmp_path, RULES, roster=ROSTER)
    assert "limits let 5 leads a day through, and 40 are expected" in leadroute("validate", tmp_path, "--forecast", "40/day").stdout
    load(tmp_path, RULES, roster=ROSTER.replace(", limits: {per_day: 2}", ""))
    assert "no findings" in leadroute("validate", tmp_path, "--forecast", "40/day").stdout


def test_a_forecast_that_is_neither_is_refused(tmp_path: Path, leadroute: Leadroute) -> None:
    """As a lead file that is not there."""
    load(tmp_path, RULES, roster=ROSTER)
    assert leadroute("validate", tmp_path, "--forecast", "lots").exit_code == Exit.UNLOADABLE
