"""Fixes move no lead, whatever the rules: random ones are routed before and after."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from leadroute import project
from leadroute.leads.opening import open_file
from leadroute.leads.reader import Reader
from leadroute.model.clock import Clock
from leadroute.model.standings import Standings
from leadroute.routing.router import Router
from leadroute.workflows.validate import ValidateOptions, validate
from tests.proofs.projects import LEADROUTE, POOLS, ROSTER

SEGMENTS = ("large", "mid", "small", "tiny")
STEPS = ("", ", otherwise: [{pool: na}, {queue: unassigned}, {pool: smb}, {pool: na}]")
OTHERS = "created_at,renewal,company,email,site,industry,language,postal_code,deal_value,owner,vip,products"


def condition(chance: random.Random, depth: int = 0) -> str:
    """A condition as it may be written by people who change their minds."""
    several = f"[{', '.join(chance.sample((*SEGMENTS, 'nope', 'large'), chance.randint(1, 3)))}]"
    parts = {
        "segment": chance.choice([several, *SEGMENTS]),
        "country": chance.choice(["DE", "[DE, FR]"]),
        "employees": f"{{{chance.choice(['gte', 'lt'])}: {chance.choice([10, 50, 100])}}}",
        "source": chance.choice(["web", "[web, ads]"]),
    }
    if depth < 2:
        inner = [condition(chance, depth + 1) for _ in range(3)]
        parts |= {"any": f"[{{{inner[0]}}}, {{{inner[1]}}}]", "not": f"{{{inner[2]}}}", "all": f"[{{{inner[1]}}}, {{{inner[2]}}}]"}
    keys = chance.sample(sorted(parts), chance.randint(1, 2))
    return ", ".join(f"{key}: {parts[key]}" for key in keys)


def rules(seed: int) -> str:
    """Derived values and rules, in lines and in blocks."""
    chance = random.Random(seed)
    tests = [f"employees: {{gte: {limit}}}" for limit in (10, 50, 100)] + ["country: DE"]
    cases = [f"      - {{when: {{{chance.choice(tests)}}}, then: {chance.choice(SEGMENTS)}}}\n" for _ in range(4)]
    text = f"derive:\n  segment:\n    cases:\n{''.join(cases)}    else: {chance.choice(SEGMENTS)}\nrules:\n"
    for number in range(7):
        assign = f"{{pool: {chance.choice(['smb', 'na'])}{chance.choice(STEPS)}}}"
        comment = chance.choice(["", "  # leadroute: ignore[LR302, LR261] why"])
        if number % 2:
            text += f"  - {{id: r{number}, when: {{{condition(chance)}}}, assign: {assign}}}{comment}\n"
        else:
            when = f"\n      all:\n        - {{{condition(chance)}}}\n        - {{{condition(chance)}}}\n"
            text += f"  # the next one\n  - id: r{number}{comment}\n    when: {when}    assign: {assign}\n"
    return text


def routed(folder: Path) -> tuple[list[str | None], list[str | None]]:
    """The rule and the rep of every lead of the file."""
    loaded = project.load(folder).project
    assert loaded is not None
    router = Router(loaded, Standings(), Clock(0, loaded.timezone))
    size = 0
    with open_file(str(folder / "leads.csv")) as file:
        for batch in Reader(file, loaded, router.clock, fields=router.fields, texts_of=router.texts, evaluator=router.evaluator).batches():
            router.match(batch)
            size += batch.size
    decisions = router.decide(np.ones(size, np.bool_))
    found = [decisions[at] for at in range(size)]
    return [one.rule for one in found], [one.rep for one in found]


@pytest.mark.parametrize("seed", [25, 39, 55, 67, 86, 89])
def test_random_rules_decide_as_before(seed: int, tmp_path: Path) -> None:
    """Every lead by the same rule, to the same rep; and nothing is left to fix."""
    files = {"leadroute.yaml": LEADROUTE, "roster.yaml": ROSTER, "rules.yaml": f"version: 1\n{POOLS}{rules(seed)}"}
    leads = [f"{s}-{e}-{c},{s},{e},{c}" for s in ("web", "ads", "") for e in ("", 9, 10, 50, 99, 100) for c in ("DE", "FR", "")]
    rows = [lead + "," * (OTHERS.count(",") + 1) for lead in leads]
    files["leads.csv"] = "\n".join([f"lead_id,source,employees,country,{OTHERS}", *rows, ""])
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    before = routed(tmp_path)
    done = validate(ValidateOptions(tmp_path, fix="write"))
    assert done.fixed
    assert (tmp_path / "rules.yaml").read_text("utf-8") != files["rules.yaml"]
    assert routed(tmp_path) == before
    assert not validate(ValidateOptions(tmp_path, fix="diff")).fixed
