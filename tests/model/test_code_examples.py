"""The examples in the registry of findings, in a project to which they fit: the bad one provokes its code, the good one does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from leadroute import project
from leadroute.model.codes import CODES, Code
from leadroute.proofs.checks import prove
from tests.proofs.projects import LEADROUTE

POOLS = ("smb", "emea", "dach", "apac", "banks", "ent", "enterprise", "everyone", "partners", "mid_market", "support")
FIELDS = {"title": "string", "interests": "list", "minimum_size": "integer", "account_owner": "string", "domain": "domain"}
DERIVE = """
segment:
  cases: [{when: {employees: {gte: 1000}}, then: enterprise}, {when: {employees: {gte: 100}}, then: mid_market}]
  else: smb
"""
LAST = {"id": "last", "assign": {"pool": "everyone", "otherwise": [*({"pool": name} for name in POOLS), {"queue": "unassigned"}]}}
PLACES = {
    "rules.yaml": {"rules", "pools", "derive", "score", "rotations"},
    "leadroute.yaml": {"queues", "default", "keep_together", "timezone"},
}
OF_RULES, OF_ASSIGN, OF_REPS = {"when", "assign", "from", "to"}, {"require", "otherwise"}, {"limits", "hours", "weight", "holidays"}


def world() -> dict[str, Any]:
    """A project in which all examples have their place, and nothing is wrong: two people for each pool, and some by name."""
    people: list[dict[str, Any]] = [{"id": f"{name}_{at}", "team": name, "region": "emea"} for name in POOLS for at in (1, 2)]
    people += [{"id": "sarah", "team": "smb", "region": "na"}, {"id": "kim", "team": "smb"}, {"id": "tom", "team": "smb"}]
    people += [{"id": "ann", "team": "support"}, {"id": "bob", "team": "support"}]
    late: dict[str, Any] = {"hours": {"mon-fri": "10:00-17:00"}}
    reps = [one | {"languages": ["en"], "skills": {"fintech": 3}} | (late if one["team"] == "smb" else {}) for one in people]
    settings = yaml.safe_load(LEADROUTE) | {"queues": {"enterprise_review": {}}}
    del settings["default"]
    settings["leads"]["fields"] |= FIELDS
    rules = {
        "version": 1,
        "derive": yaml.safe_load(DERIVE),
        "score": {"points": [{"when": {"source": "web"}, "add": 60}], "tiers": {"hot": 50, "cold": 0}},
        "rotations": {"t": {}},
        "pools": {name: {"who": {"team": name}} for name in POOLS},
        "rules": [],
    }
    return {"leadroute.yaml": settings, "rules.yaml": rules, "roster.yaml": {"version": 1, "reps": reps}}


def in_project(text: str) -> dict[str, Any]:
    """The documents of the project with an example where it belongs."""
    made, said = world(), yaml.safe_load(text)
    rules, reps = made["rules.yaml"]["rules"], made["roster.yaml"]["reps"]
    if isinstance(said, list) and any("assign" in one for one in said):
        rules += said
        return made
    if isinstance(said, list):
        reps[:] = [one for one in reps if one["id"] not in {new["id"] for new in said}] + said
        rules.append({"id": "asia", "when": {"language": "ja"}, "assign": {"pool": "apac", "require": {"languages": {"has": "$language"}}}})
    elif (OF_RULES | OF_ASSIGN) & said.keys():
        assign = said.pop("assign", {"pool": "apac"}) | {key: said.pop(key) for key in OF_ASSIGN & said.keys()}
        if "require" in assign:  # somebody knows of leads that speak Korean
            rules.append({"id": "korean", "when": {"language": "ko", "vip": True}, "assign": {"pool": "smb"}})
        rules.append({"id": "one", **said, "assign": assign})
    elif OF_REPS & said.keys():
        reps[-1] |= said
    elif "teams" in said:
        made["roster.yaml"] |= said
    elif "who" in said:
        made["rules.yaml"]["pools"]["one"] = said
    else:
        for key, value in said.items():
            file = next((name for name, keys in PLACES.items() if key in keys), None)
            if file is None:
                kind = "derive" if "lookup" in value else "pools"
                holder = made["leadroute.yaml"]["leads"]["fields"] if "type" in value else made["rules.yaml"][kind]
                holder[key] = value
            elif isinstance(value, dict) and isinstance(made[file].get(key), dict) and key != "default":
                made[file][key] |= value
            else:
                made[file][key] = value
    if all("when" in one or "from" in one for one in made["rules.yaml"]["rules"]):
        made["rules.yaml"]["rules"].append(LAST)
    return made


def names(folder: Path, text: str, code: Code) -> tuple[set[str], set[str]]:
    """The findings of a project with an example in it that are as grave as a code's, and those with which it cannot be run."""
    for name, document in in_project(text).items():
        (folder / name).write_text(json.dumps(document, default=str), "utf-8")  # which is YAML, too, and quick
    (folder / "postal.csv").write_text("postal_code,area\n10,north\n", "utf-8")
    loaded = project.load(folder)
    found = list(loaded.diagnostics)
    if code.code.startswith("LR3") and loaded.project is not None:
        found += prove(loaded.project, advice=True).diagnostics
    return {one.name for one in found if one.severity == code.severity}, {one.name for one in found if CODES[one.code].stops}


NOT_HERE = {"second-score", "short-of-capacity"}
"""An example of two files, and one of a command."""
RUN = [code for code in CODES.values() if "LR2" < code.code < "LR4" and code.name not in NOT_HERE]


@pytest.mark.parametrize("code", RUN, ids=lambda code: code.name)
def test_the_bad_example_is_found_and_the_good_one_is_not(code: Code, tmp_path: Path) -> None:
    """And nothing else keeps the good one from being run."""
    bad, _ = names(tmp_path, code.bad, code)
    good, stops = names(tmp_path, code.good, code)
    assert code.name in bad
    assert code.name not in good
    assert not stops
