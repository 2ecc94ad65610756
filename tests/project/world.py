"""A small good project, and changed copies of it."""

from __future__ import annotations

from pathlib import Path

from leadroute import project
from leadroute.model.project import Project

LEADROUTE = """\
version: 1
timezone: America/New_York
leads:
  id: lead_id
  arrived: created_at
  fields:
    lead_id: string
    created_at: datetime
    born: date
    company: string
    email: email
    country: country
    industry: string
    source: string
    language: string
    postal_code: string
    employees: integer
    deal_value: number
    account_owner: string
    products: list
"""
ROSTER = """\
version: 1
teams: {smb: {manager: kim}}
reps:
  - {id: sarah, name: Sarah Lopez, email: sarah@acme.example, team: smb, region: na, languages: [en, es], skills: {Fintech: 4}}
  - {id: tom, team: smb, region: emea, languages: [en], backup: sarah, remote: true, quota: 12}
  - {id: kim, team: smb, region: na, active: false}
"""
RULES = """\
version: 1
pools:
  smb: {who: {team: smb}}
  na: {who: {region: na}, pick: least_loaded}
rules:
  - {id: everyone, assign: {pool: smb}}
"""


def write(folder: Path, *, leadroute: str = LEADROUTE, roster: str = ROSTER, rules: str = RULES, **others: str) -> Path:
    """Write a project into a folder; ``others`` are more files by name, ``__`` for the dot."""
    texts = {"leadroute.yaml": leadroute, "roster.yaml": roster, "rules.yaml": rules}
    texts |= {name.replace("__", "."): text for name, text in others.items()}
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def good(folder: Path, **texts: str) -> Project:
    """The project, which has no error."""
    loaded = project.load(write(folder, **texts))
    assert loaded.project is not None, [item.message for item in loaded.diagnostics]
    return loaded.project


def found(folder: Path, **texts: str) -> list[str]:
    """The names of all findings."""
    return [item.name for item in project.load(write(folder, **texts)).diagnostics]


def rules(when: str = "{}", *, assign: str = "{pool: smb}", before: str = "") -> str:
    """A rule file with one rule, and ``before`` as further sections."""
    head = RULES.split("rules:", maxsplit=1)[0]
    return f"{head}{before}\nrules:\n  - id: one\n    when: {when}\n    assign: {assign}\n"
