"""A small project whose rules are tested by test files."""

from __future__ import annotations

from pathlib import Path

AT = "at: 2026-11-23T10:01-05:00\n"
LEADROUTE = """\
version: 1
timezone: America/New_York
leads:
  id: lead_id
  fields:
    lead_id: string
    country: country
    employees: {type: number, column: [employees, Mitarbeiter], decimal: ","}
    products: {type: list, optional: true}
    owner: {type: string, optional: true}
    source: string
"""
ROSTER = """\
version: 1
reps:
  - {id: ann, region: na, limits: {per_day: 4}, backup: bob}
  - {id: bob, region: na, weight: 2}
  - {id: eva, region: emea, languages: [de], limits: {open: 10}, load: 2}
  - {id: jon, region: emea, languages: [en]}
  - {id: kim, region: na, active: false}
"""
RULES = """\
version: 1
derive:
  segment: {cases: [{when: {employees: {gte: 1000}}, then: large}], else: small}
score:
  points: [{when: {segment: large}, add: 30.5}]
  tiers: {hot: 30, cold: 0}
pools:
  na: {who: {region: na}}
  emea: {who: {region: emea}, otherwise: [{queue: emea_review}]}
rules:
  - {id: junk, when: {source: junk}, assign: {queue: junk}}
  - {id: owned, when: {owner: {present: true}}, assign: {rep: $owner, otherwise: [backup, next_rule]}}
  - {id: german-large, when: {country: DE, segment: large}, assign: {pool: emea, require: [{languages: {has: de}}, {languages: {has: en}}]}}
  - {id: german, when: {country: DE}, assign: {pool: emea, otherwise: [{pool: na}]}}
  - {id: paused, enabled: false, assign: {pool: na}}
  - {id: rest, assign: {pool: na}}
"""


def small(folder: Path, *, rules: str = RULES, roster: str = ROSTER, settings: str = LEADROUTE, **tests: str) -> Path:
    """The project in a folder; each of ``tests`` is the text of a test file of that name, after its version."""
    for name, text in {"leadroute.yaml": settings, "roster.yaml": roster, "rules.yaml": rules}.items():
        (folder / name).write_text(text, "utf-8")
    for name, text in tests.items():
        (folder / f"{name}.test.yaml").write_text(f"version: 1\n{text}", "utf-8")
    return folder
