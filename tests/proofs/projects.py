"""Small projects with rules of which something is to be proved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from leadroute import project
from leadroute.model.project import Project

BROKEN = Path(__file__).parent / "broken"
LEADROUTE = """\
version: 1
timezone: America/New_York
business_hours: {days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00"}
leads:
  id: lead_id
  arrived: created_at
  fields:
    lead_id: string
    created_at: datetime
    renewal: date
    company: string
    email: email
    site: domain
    country: country
    industry: string
    source: string
    language: string
    postal_code: string
    employees: integer
    deal_value: number
    owner: string
    vip: boolean
    products: list
default: {queue: unassigned}
"""
ROSTER = """\
version: 1
teams: {smb: {manager: kim}}
reps:
  - {id: sarah, team: smb, region: na, languages: [en, es], skills: {fintech: 4}}
  - {id: tom, team: smb, region: emea, languages: [en], backup: sarah, quota: 12}
  - {id: kim, team: smb, region: na, active: false}
"""
POOLS = """\
pools:
  smb: {who: {team: smb}}
  na: {who: {region: na}}
"""
TABLE = "country,postal_code,area,owner\nDE,10,north,sarah\nDE,1,east,tom\nDE,,all,\n,,abroad,\nFR,75,paris,tom\n"


def load(folder: Path, rules: str, *, leadroute: str = LEADROUTE, roster: str = ROSTER, pools: str = POOLS) -> Project:
    """A project with these rules (and whatever else stands in a rule file before them)."""
    texts = {"leadroute.yaml": leadroute, "roster.yaml": roster, "rules.yaml": f"version: 1\n{pools}{rules}", "table.csv": TABLE}
    return written(folder, texts)


def broken(name: str, folder: Path) -> Project:
    """The project of ``broken/NAME``: its own files, and the usual ones for those that it does not have."""
    texts = {"leadroute.yaml": LEADROUTE, "roster.yaml": ROSTER, "table.csv": TABLE}
    return written(folder, texts | {file.name: file.read_text("utf-8") for file in (BROKEN / name).iterdir()})


def written(folder: Path, texts: Mapping[str, str]) -> Project:
    """Write a project, and load it without an error."""
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    loaded = project.load(folder)
    assert loaded.project is not None, loaded.diagnostics
    return loaded.project
