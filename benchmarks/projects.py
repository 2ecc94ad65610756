"""A valid routing project around generated rules: ``leadroute.yaml``, ``rules.yaml`` and ``roster.yaml``."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks import handmade
from benchmarks import vocabulary as words
from benchmarks.leads import block
from benchmarks.world import Mix, Rule, Test, rules

POOL_SIZE = 12.5
"""Reps a pool, whatever the number of reps."""

SAMPLE = 20_000
"""Leads looked at to learn how large each rule's share is."""

FIELDS: dict[str, Any] = {
    "lead_id": "string",
    "created_at": {"type": "datetime"},
    "name": "string",
    "email": "email",
    "company": "string",
    "domain": "domain",
    "country": "country",
    "state": {"type": "string", "optional": True},
    "industry": "string",
    "source": "string",
    "employees": {"type": "integer", "optional": True},
    "deal_value": "number",
    "language": "string",
    "products": {"type": "list", "separator": ";"},
    "campaign": {"type": "string", "optional": True},
}

SCORE: dict[str, Any] = {
    "points": [
        {"when": {"segment": "enterprise"}, "add": 30},
        {"when": {"segment": "mid_market"}, "add": 15},
        {"when": {"source": ["demo_request", "pricing_page"]}, "add": 25},
        {"when": {"source": ["trial", "referral", "partner"]}, "add": 10},
        {"when": {"deal_value": {"gte": 25000}}, "add": 20},
        {"when": {"products": {"has_any": ["analytics", "billing"]}}, "add": 5},
        {"when": {"industry": ["Software", "Fintech", "Insurance"]}, "add": 10},
        {"when": {"email": {"free_mail": True}}, "add": -20},
    ],
    "tiers": {"hot": 50, "warm": 20, "cold": 0},
}

SEGMENT: dict[str, Any] = {
    "cases": [
        {"when": {"employees": {"gte": 1000}}, "then": "enterprise"},
        {"when": {"employees": {"gte": 100}}, "then": "mid_market"},
    ],
    "else": "smb",
}

PREFER: list[dict[str, Any]] = [
    {"match": {"certifications": {"has": "pci"}}, "weight": 2},
    {"scale": "skills.$industry", "best": 5, "weight": 3},
    {"headroom": True, "weight": 2, "when": {"tier": ["hot", "warm"]}},
]

LADDERS: tuple[list[dict[str, Any]], ...] = (
    [{"languages": {"has": "$language"}, "skills": {"has": "$industry"}}, {"languages": {"has": "$language"}}],
    [{"languages": {"has": "$language"}}],
    [{"languages": {"has": "$language"}, "skills": {"has": "$industry"}}, {"skills": {"has": "$industry"}}, {"region": "global"}],
)


class _Plain(yaml.CSafeDumper):
    """Writes equal parts out each time, as a person would, instead of by anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002, RUF100 - the signature is PyYAML's
        return True


def write(folder: Path, *, leads: int, rule_count: int, rep_count: int, mix: Mix, seed: int) -> None:
    """Writes the three files of a project into ``folder``; limits fit ``leads`` leads."""
    made = rules(rule_count, mix, seed)
    project, rule_file, roster = documents(made, leads, rep_count, mix, seed)
    for name, document in (("leadroute.yaml", project), ("rules.yaml", rule_file), ("roster.yaml", roster)):
        text = yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=130, default_flow_style=None)
        (folder / name).write_text(text, encoding="utf-8")


def documents(
    made: Sequence[Rule], leads: int, rep_count: int, mix: Mix, seed: int
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The project, the rule file and the roster as they would be written."""
    chance = random.Random(f"{seed}/project/{mix}/{len(made)}/{rep_count}")
    full = mix == "full"
    pools = [f"pool_{at:02d}" for at in range(max(2, round(rep_count / POOL_SIZE)))]
    pool_of = {rule.id: chance.choice(pools) for rule in made}
    shares = _shares(made, seed)
    leads_options: dict[str, Any] = {"id": "lead_id", "arrived": "created_at"}
    if full:
        leads_options["order"] = ["-score", "created_at"]
    leads_options["fields"] = FIELDS
    project: dict[str, Any] = {
        "version": 1,
        "name": f"benchmark, {mix}",
        "timezone": "UTC",
        "rules": ["rules.yaml"],
        "roster": "roster.yaml",
        "leads": leads_options,
    }
    rule_file: dict[str, Any] = {"version": 1}
    if full:
        project["queues"] = {"overflow": {"about": "everybody who fits is full"}}
        rule_file |= {"derive": {"segment": SEGMENT}, "score": SCORE}
    best = _a_fifth(made, shares, chance) if full else frozenset[str]()
    rule_file["pools"] = {pool: _pool(at, pools, full=full) for at, pool in enumerate(pools)}
    rule_file["rules"] = [_rule(rule, _assign(pool_of[rule.id], chance, full=full, best_fit=rule.id in best)) for rule in made]
    per_rep = {pool: leads * sum(shares[rule.id] for rule in made if pool_of[rule.id] == pool) / POOL_SIZE for pool in pools}
    reps = [_rep(at, pools, per_rep, chance, full=full) for at in range(rep_count)]
    return project, rule_file, {"version": 1, "reps": reps}


def _shares(made: Sequence[Rule], seed: int) -> dict[str, float]:
    """The share of leads that each rule takes, in a sample."""
    match = handmade.compiled(made)
    taken = Counter(match(lead) for lead in block(0, SAMPLE, seed).typed())
    return {rule.id: taken[at] / SAMPLE for at, rule in enumerate(made)}


def _a_fifth(made: Sequence[Rule], shares: dict[str, float], chance: random.Random) -> frozenset[str]:
    """Rules that together take about a fifth of the leads, the catch-all not among them."""
    order = [rule.id for rule in made if rule.tests]
    chance.shuffle(order)
    taken: set[str] = set()
    for name in order:
        if sum(shares[one] for one in taken) + shares[name] <= 0.2:
            taken.add(name)
    return frozenset(taken)


def _pool(at: int, pools: Sequence[str], *, full: bool) -> dict[str, Any]:
    if not full:
        return {"who": {"team": pools[at]}}
    pool: dict[str, Any] = {"who": {"team": pools[at]}}
    if at % 4 == 1:
        pool["who"] = {"any": [{"team": pools[at]}, {"second_team": pools[at]}]}
    if at % 4 == 2:
        pool["pick"] = "least_loaded"
    pool["otherwise"] = [{"pool": pools[(at + 1) % len(pools)]}, {"queue": "overflow"}]
    return pool


def _assign(pool: str, chance: random.Random, *, full: bool, best_fit: bool) -> dict[str, Any]:
    assign: dict[str, Any] = {"pool": pool}
    if full and chance.random() < 0.6:
        assign["require"] = chance.choice(LADDERS)
    if best_fit:
        assign |= {"prefer": PREFER, "pick": {"best_fit": {"margin": 0.05}}}
    return assign


def _rule(rule: Rule, assign: dict[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {"id": rule.id}
    if rule.tests:
        written["when"] = {test.field: _condition(test) for test in rule.tests}
    return {**written, "assign": assign}


def _condition(test: Test) -> Any:
    values: list[Any] = list(test.values)
    match test.op:
        case "in":
            if test.field in {"country", "state"}:
                values = [value.upper() for value in values]
            return values if len(values) > 1 else values[0]
        case "gte" | "lt":
            return {test.op: values[0]}
        case "between":
            return {"between": values}
        case "has_any":
            return {"has_any": values}
    return {test.op: values if len(values) > 1 else values[0]}


def _rep(at: int, pools: Sequence[str], per_rep: dict[str, float], chance: random.Random, *, full: bool) -> dict[str, Any]:
    first, last = chance.choice(words.FIRST_NAMES), chance.choice(words.LAST_NAMES)
    team = pools[at % len(pools)]
    rep: dict[str, Any] = {
        "id": f"rep{at:04d}",
        "name": f"{first} {last}",
        "email": f"rep{at:04d}@acme.example",
        "team": team,
        "region": chance.choice(("na", "emea", "apac", "latam", "global")),
    }
    others = [language for language in words.LANGUAGES if language != "en"]
    rep["languages"] = ["en", *chance.sample(others, chance.choice((0, 1, 1, 2, 3)))]
    rep["skills"] = {name: chance.randint(1, 5) for name in chance.sample(list(words.INDUSTRIES), 6)}
    if chance.random() < 0.3:
        rep["certifications"] = ["pci"]
    if full:
        rep["second_team"] = chance.choice(pools)
        if chance.random() < 0.15:
            rep["weight"] = chance.choice((0.5, 2))
        fair = per_rep[team]
        if chance.random() < 0.6:
            rep["limits"] = {
                "open": math.ceil(fair * chance.uniform(1.2, 2.5)) + 5,
                "per_day": math.ceil(fair * chance.uniform(0.8, 2.0)) + 3,
            }
    return rep
