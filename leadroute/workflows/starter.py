"""The texts of a first project: a working one to change, or one for the columns of a lead file."""

from __future__ import annotations

import json
import re

from leadroute.insight.profile import GuessedField, LeadProfile
from leadroute.model.fields import FieldType

WIDTH = 130
SCHEMAS = {"project": "leadroute.yaml", "rules": "rules/inbound.yaml", "roster": "roster.yaml", "tests": "rules/inbound.test.yaml"}
"""The documents that are written, by the schema that describes them."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_ ./+()'?!-]*[A-Za-z0-9_)?!]|[A-Za-z]")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def project_files(name: str, leads: LeadProfile | None) -> dict[str, str]:
    """Paths within the project's folder and their texts.

    Args:
        name: What the project is called.
        leads: What the lead file looks like that the fields are written for; ``None``: the example's own fields, and a sample file.
    """
    texts = {
        "leadroute.yaml": _settings(name, FIELDS if leads is None else _profiled(leads)),
        "roster.yaml": ROSTER,
        "rules/inbound.yaml": RULES if leads is None else _rules(leads),
        "rules/inbound.test.yaml": TESTS if leads is None else _tests(leads),
        ".github/workflows/leadroute.yml": WORKFLOW,
        ".leadroute/.gitignore": "# what was decided stays on this machine\n*\n",
    }
    for kind, path in SCHEMAS.items():
        up = "../" * path.count("/")
        texts[path] = f"# yaml-language-server: $schema={up}schemas/{kind}.schema.json\n{texts[path]}"
    if leads is None:
        texts["leads.csv"] = LEADS
    return texts


def scalar(text: str) -> str:
    """A text as a YAML scalar that every reader takes for that text, inside ``[]`` and ``{}`` too."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def remark(text: str) -> str:
    """A text that fits into a comment: on one line, without control characters."""
    flat = " ".join("".join(part if part.isprintable() else " " for part in text).split())
    return flat if len(flat) <= 40 else flat[:39] + "…"


def _settings(name: str, leads: str) -> str:
    return f"""\
version: 1
name: {scalar(name)}
timezone: UTC                  # the routing clock: days, weeks and business hours are counted on it, e.g. Europe/Berlin
business_hours: {{days: [mon, tue, wed, thu, fri], from: "09:00", to: "18:00"}}
rules: [rules/inbound.yaml]    # in this order
roster: roster.yaml
state: .leadroute/state.db     # what was decided, and whose turn it is

{leads}
queues:
  unassigned: {{about: nobody could take these}}
default: {{queue: unassigned}}
"""


def _profiled(leads: LeadProfile) -> str:
    """The ``leads:`` section for the columns of a file."""
    note = f"      # {leads.repeats:,} of {leads.rows:,} rows have none or share one" if leads.repeats else ""
    lines = ["leads:", f"  id: {leads.id}{note}"]
    if leads.arrived is not None:
        lines.append(f"  arrived: {leads.arrived}")
    missing = ", ".join(json.dumps(text, ensure_ascii=not text.isprintable()) for text in leads.missing)
    lines += [f"  missing: [{missing}]", "  fields:"]
    for field in leads.fields:
        lines += _field(field)
    return "\n".join(lines) + "\n"


def _field(field: GuessedField) -> list[str]:
    """The line of a field with what is worth knowing about its column as a comment: beside it, above it where it would be too long."""
    keys = {"type": field.type.value}
    if field.header is not None:
        keys["column"] = scalar(field.header)
    if field.format is not None:
        keys["format"] = json.dumps(field.format)
    if field.decimal != ".":
        keys["decimal"] = json.dumps(field.decimal)
    if field.type is FieldType.LIST:
        keys["separator"] = json.dumps(field.separator)
    short = field.type.value if len(keys) == 1 else "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"
    line = f"    {field.name}: {short}"
    comment = _comment(field)
    if not comment:
        return [line]
    beside = f"{line.ljust(60)}  # {comment}"
    return [beside] if len(beside) <= WIDTH else [f"    # {field.name}: {comment}", line]


def _comment(field: GuessedField) -> str:
    notes = []
    if not field.filled:
        notes.append("no cell is filled")
    if field.common:
        values = ", ".join(f"{remark(text)} ({count:,})" for text, count in field.common)
        notes.append(values + (f", {field.more} more" if field.more else ""))
    if field.faults:
        notes.append(f"{field.faults:,} {'cell does' if field.faults == 1 else 'cells do'} not parse")
    if field.also is not None:
        notes.append(f"or {field.also}: every cell allows both")
    return "; ".join(notes)


def _telling(leads: LeadProfile) -> GuessedField | None:
    """A field that rules would probably ask for: a text with a few values that really differ."""
    likely = [
        field for field in leads.fields if field.type in (FieldType.STRING, FieldType.COUNTRY) and field.distinct > 1 and field.common
    ]
    names = ("industry", "sector", "segment", "source", "region", "country", "product", "origin")
    return next((field for name in names for field in likely if name in field.name), likely[0] if likely else None)


def _rules(leads: LeadProfile) -> str:
    telling = _telling(leads)
    example = ""
    if telling is not None:
        wanted = ", ".join(scalar(text) for text, _ in telling.common[:2])
        example = f"""\
  # A rule of yours comes before the last one, which takes everything. For example:
  # - id: specialists-first
  #   when: {{{telling.name}: [{wanted}]}}
  #   assign: {{pool: specialists, otherwise: [{{pool: everyone}}]}}

"""
    return f"""\
version: 1
pools:
  everyone: {{}}                 # no `who`: all active reps
  specialists: {{who: {{team: specialists}}}}

# Read from the top; the first rule that holds takes the lead.
rules:
{example}  - id: everyone-else
    about: Everything goes round in turns.
    assign: {{pool: everyone}}
"""


def _tests(leads: LeadProfile) -> str:
    lead = "jane@acme.example" if any(field.name == leads.id and field.type is FieldType.EMAIL for field in leads.fields) else "L1"
    return f"""\
version: 1
tests:
  - name: every lead gets to somebody
    lead: {{{leads.id}: {lead}}}
    expect: {{rule: everyone-else, outcome: assigned}}
"""


FIELDS = """\
leads:
  id: lead_id
  arrived: created_at
  missing: ["", "N/A", "null", "-"]
  fields:
    lead_id: {type: string, column: [lead_id, Lead ID, Id]}
    created_at: datetime
    company: string
    email: email
    country: country             # any spelling
    language: string
    industry: string
    source: string
    employees: {type: integer, column: [Employees, NumberOfEmployees]}
"""

ROSTER = """\
version: 1
teams:
  specialists: {manager: kim}
  generalists: {manager: kim}
reps:
  - {id: ana, name: Ana Lima, email: ana@example.com, team: specialists, languages: [en, pt, es], limits: {per_day: 10}}
  - {id: ben, name: Ben Okoro, email: ben@example.com, team: specialists, languages: [en, fr], backup: cleo}
  - {id: cleo, name: Cleo Hahn, email: cleo@example.com, team: generalists, languages: [en, de]}
  - {id: dan, name: Dan Ito, email: dan@example.com, team: generalists, languages: [en, ja], weight: 0.5}    # half the leads
  - {id: kim, name: Kim Berg, email: kim@example.com, active: false}    # takes nothing, and is asked where a step says `manager`
"""

RULES = """\
version: 1
derive:
  segment:
    cases:
      - {when: {employees: {gte: 1000}}, then: enterprise}
      - {when: {employees: {gte: 100}}, then: mid_market}
    else: small

pools:
  everyone: {}                   # no `who`: all active reps
  specialists:
    who: {team: specialists}
    otherwise: [{pool: everyone}]

# Read from the top; the first rule that holds takes the lead.
rules:
  - id: large-in-their-language
    about: Large companies talk to a specialist who speaks their language, or English.
    when: {segment: [enterprise, mid_market]}
    assign:
      pool: specialists
      require:
        - {languages: {has: $language}}
        - {languages: {has: en}}

  - id: asked-for-a-demo
    when: {source: [demo_request, pricing_page]}
    assign: {pool: specialists}

  - id: everyone-else
    assign: {pool: everyone}
"""

TESTS = """\
version: 1
tests:
  - name: a large Brazilian company gets somebody who speaks Portuguese
    lead: {lead_id: L1, employees: 2400, language: pt, source: newsletter}
    expect: {rule: large-in-their-language, rep: ana, outcome: assigned}
  - name: a small company goes round
    lead: {lead_id: L2, employees: 12, language: en, source: newsletter}
    expect: {rule: everyone-else, outcome: assigned}
  - name: segments
    columns: [employees, expect.segment]
    rows:
      - [1000, enterprise]
      - [100, mid_market]
      - [99, small]
"""

LEADS = """\
lead_id,created_at,company,email,country,language,industry,source,employees
L-1,2026-11-23T08:12:00Z,Banco Sol,rita@bancosol.example,Brazil,pt,fintech,webinar,2400
L-2,2026-11-23T08:40:00Z,Nord Tools,ole@nordtools.example,DE,de,manufacturing,newsletter,45
L-3,2026-11-23T09:05:00Z,Lumen Labs,mia@lumenlabs.example,United States,en,software,demo_request,18
L-4,2026-11-23T09:31:00Z,Atelier Roy,luc@atelierroy.example,France,fr,retail,pricing_page,N/A
L-5,2026-11-23T10:02:00Z,Kita Foods,yui@kitafoods.example,JP,ja,food,newsletter,"1,200"
L-6,2026-11-23T10:20:00Z,Plain Farm,,,,agriculture,fair,7
"""

WORKFLOW = """\
name: lead routing
on: [push, pull_request]
permissions: {contents: read}
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install leadroute
      - run: leadroute fmt --check
      - run: leadroute validate --format github
      - run: leadroute test
"""
