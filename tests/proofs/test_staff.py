"""Who could get the leads of a rule: what the formula says of reps is what the engine's tests say."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from leadroute import project
from leadroute.language.scalar import rep_holds
from leadroute.proofs.checks import prove
from leadroute.proofs.prover import Prover
from leadroute.proofs.staff import Staff, survey_staff
from tests.proofs.projects import load
from tests.reference.worlds import world

ROSTER = """\
version: 1
reps:
  - {id: ann, team: smb, region: na, languages: [en, es], skills: {fintech: 4, retail: 1}, quota: 5, desk: us}
  - {id: bob, team: smb, region: na, languages: [de], skills: {fintech: 1}, quota: 50, desk: de}
  - {id: cyd, team: smb, region: emea}
"""
TESTS = [
    "{languages: {has: $language}}",
    "{languages: {has_any: $products}}",
    "{languages: {has_all: $products}}",
    "{languages: {has_none: $products}}",
    "{not: {languages: {has: $language}}}",
    "{skills: {has: $industry}}",
    "{skills.$industry: {gte: 3}}",
    "{skills.$industry: {present: false}}",
    "{skills.fintech: {gte: $employees}}",
    "{quota: {gte: $deal_value}}",
    "{desk: {in: [$country, fr]}}",
    "{desk: $country, any: [{languages: {has: $language}}, {region: emea}]}",
]


@pytest.mark.parametrize("require", TESTS)
def test_a_requirement_is_what_the_engine_says(require: str, tmp_path: Path) -> None:
    """For each rep, of leads that the formula makes: whether they fulfil it."""
    rules = f"rules:\n  - {{id: r, assign: {{pool: smb, require: {require}}}}}\n"
    found = load(tmp_path, rules, roster=ROSTER)
    prover = Prover(found, prepare=survey_staff)
    staff = Staff(prover.space)
    (rung,) = found.rules[0].assign.require
    for rep in found.reps:
        literal = staff.fulfils(rung, rep)
        for wanted in (literal, -literal):
            answer = prover.ask(
                [wanted],
                lambda routed, rep=rep, yes=wanted == literal: rep_holds(rung, rep, routed.values, routed.clock) is yes,  # type: ignore[misc]
            )
            # Either there is a lead for which the engine says the same, or the rep always or never fulfils it.
            assert answer.exists is not None, answer.why
            if answer.exists is False:
                values = ["en", "es", "de", "fintech", "retail", "us", "fr", "3", "20", "100", None]
                chance = Random(1)
                for _ in range(200):
                    lead = {name: chance.choice(values) for name in ("language", "industry", "country")}
                    number = chance.choice([0, 3, 5, 20, 100, None])
                    products = chance.choice([("en",), ("de", "xx"), ("zz",), None])
                    full = {
                        **lead,
                        "products": products,
                        "employees": number,
                        "deal_value": number,
                    }
                    assert rep_holds(rung, rep, full, prover.space.clock) is not (wanted == literal)


@pytest.mark.parametrize(
    ("rule", "holes"),
    [
        ("{id: r, assign: {pool: smb, require: {languages: {has: $language}}}}", ["warning"]),
        ("{id: r, assign: {pool: smb, require: [{languages: {has: $language}}, {team: smb}]}}", []),
        ("{id: r, assign: {pool: smb, require: {languages: {has: $language}}, otherwise: [{queue: unassigned}]}}", ["info"]),
        ("{id: r, assign: {pool: smb, require: {languages: {has: $language}}, otherwise: [{pool: smb, require: {}}]}}", []),
        ("{id: r, when: {language: [en, de]}, assign: {pool: smb, require: {languages: {has: $language}}}}", []),
        ("{id: r, when: {language: [en, fr]}, assign: {pool: smb, require: {languages: {has: $language}}}}", ["warning"]),
        ("{id: r, assign: {pool: smb, require: {languages: {has: $language}}, otherwise: [next_rule]}}", []),
        ("{id: r, assign: {rep: $owner, require: {languages: {has: $language}}, otherwise: [backup]}}", []),
        ("{id: r, assign: {pool: $industry, require: {languages: {has: $language}}}}", ["warning"]),
    ],
)
def test_roster_holes(rule: str, holes: list[str], tmp_path: Path) -> None:
    """A warning where leads fall to the default for a value that is named; advice where a step, or nobody, says so."""
    rest = "  - {id: named, when: {language: [fr, en, de, es]}, assign: {pool: smb}}\n  - {id: e, assign: {pool: na}}\n"
    rules = f"rules:\n  - {rule}\n{rest}"
    found = prove(load(tmp_path, rules, roster=ROSTER), advice=True).diagnostics
    mine = [one for one in found if one.name == "roster-hole"]
    assert [one.severity for one in mine] == holes
    assert all(one.certainty == "witnessed" and one.witness is not None for one in mine)


def test_reps_who_get_nothing(tmp_path: Path) -> None:
    """In no pool that a rule uses, or lacking what every rule of theirs asks; whoever a field may name is advice."""
    roster = ROSTER + "  - {id: dan, team: other}\n  - {id: eve, team: smb, active: false}\n"
    rules = "rules:\n  - {id: r, when: {language: [en, de]}, assign: {pool: smb, require: {languages: {has: $language}}}}\n"
    found = prove(load(tmp_path, rules, roster=roster)).diagnostics
    assert [(one.rep, one.severity) for one in found] == [("cyd", "warning"), ("dan", "warning")]
    named = rules + "  - {id: owner, assign: {rep: $owner}}\n"
    assert prove(load(tmp_path, named, roster=roster)).diagnostics == ()


STAND_INS = ROSTER + "  - {id: dan, backup: eve, manager: fay}\n  - {id: eve, backup: gus}\n  - {id: fay}\n  - {id: gus}\n  - {id: hal}\n"


@pytest.mark.parametrize(
    ("rule", "idle"),
    [
        ("{id: r, assign: {rep: $owner}}", {"eve", "fay", "gus", "hal"}),
        ("{id: r, assign: {rep: $owner, otherwise: [backup]}}", {"fay", "hal"}),
        ("{id: r, assign: {rep: $owner, otherwise: [manager]}}", {"eve", "gus", "hal"}),
        ("{id: r, assign: {rep: ann, otherwise: [{rep: $owner}, backup, {pool: smb}]}}", {"fay", "hal"}),
        ("{id: r, assign: {rep: $owner, otherwise: [{rep: dan}, manager]}}", {"eve", "gus", "hal"}),
        ("{id: r, assign: {rep: $owner, require: {region: na}, otherwise: [backup]}}", {"eve", "fay", "gus", "hal"}),
        ("{id: r, assign: {pool: smb}, respond_within: {time: 5m, then: [manager]}}", {"dan", "eve", "fay", "gus", "hal"}),
        ("{id: r, assign: {pool: dans}, respond_within: {time: 5m, then: [manager]}}", {"eve", "gus", "hal"}),
        ("{id: r, assign: {pool: smb}, respond_within: {time: 5m, then: [{rep: $owner}, backup]}}", {"dan", "fay", "hal"}),
        ("{id: r, assign: {pool: smb}, respond_within: {time: 5m, then: [{pool: dans}]}}", {"eve", "fay", "gus", "hal"}),
        ("{id: r, assign: {pool: smb}, respond_within: {time: 5m, then: [{pool: $industry}]}}", {"eve", "fay", "gus", "hal"}),
    ],
)
def test_who_stands_in_for_others_is_not_idle(rule: str, idle: set[str], tmp_path: Path) -> None:
    """Backups and managers of whom a field names, and who gets what nobody answers; dan himself where `$owner` may name him."""
    pools = "pools: {smb: {who: {team: smb}}, dans: {who: {id: dan}}}\n"
    rules = f"rules:\n  - {rule}\n  - {{id: rest, when: {{vip: true}}, assign: {{pool: smb}}}}\n"
    found = prove(load(tmp_path, rules, roster=STAND_INS, pools=pools), advice=True).diagnostics
    assert {one.rep for one in found if one.name == "idle-rep"} - {"dan"} == idle - {"dan"}


@pytest.mark.parametrize("seed", range(30, 42))
def test_random_rosters_are_told_of_without_a_false_hole(seed: int, tmp_path: Path) -> None:
    """Every hole has a lead that the engine hands to nobody (which the prover asks); nothing else goes wrong."""
    world(seed).stages[0].write(tmp_path)
    found = project.load(tmp_path).project
    assert found is not None
    for one in prove(found, advice=True).diagnostics:
        assert one.name != "roster-hole" or one.witness is not None
