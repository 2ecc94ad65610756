"""What is reported about a project, each kind by a project that has one mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute import project
from leadroute.model.codes import CODES, CODES_BY_NAME
from leadroute.model.diagnostic import Diagnostic
from leadroute.proofs.checks import prove
from leadroute.proofs.forecast import rate
from leadroute.proofs.formula import Budget
from leadroute.proofs.prover import Prover
from leadroute.workflows.starter import RULES
from tests.proofs.projects import BROKEN, broken, load

ROOT = Path(__file__).parents[2]
NAMES = [code.name for code in CODES.values() if code.code.startswith("LR3")]


FORECAST = rate("400/day")


def only(name: str, folder: Path) -> Diagnostic:
    """The finding that a broken project is there for."""
    found = prove(broken(name, folder), advice=True).diagnostics
    (mine,) = (one for one in found if one.name == name)
    return mine


def test_every_code_has_a_project() -> None:
    """And there is none for a code that is not there."""
    assert {folder.name for folder in BROKEN.iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_found_and_nothing_worse(name: str, tmp_path: Path) -> None:
    """With the severity of its code, a place and its source line; what else is reported is advice."""
    code = CODES_BY_NAME[name]
    found = prove(broken(name, tmp_path), advice=True, forecast=FORECAST).diagnostics
    mine = [one for one in found if one.name == name]
    assert [(one.code, one.severity) for one in mine] == [(code.code, code.severity)]
    assert {one.severity for one in found if one.name != name} <= {"info"}
    if name not in ("undecided", "short-of-capacity"):  # which are about the whole project
        assert mine[0].span is not None
        assert mine[0].source


@pytest.mark.parametrize("name", NAMES)
def test_messages_are_one_sentence(name: str, tmp_path: Path) -> None:
    """A message and its help start small, end open, and stand on one line."""
    for one in prove(broken(name, tmp_path), advice=True, forecast=FORECAST).diagnostics:
        for text in (one.message, one.help or "", *(related.message for related in one.related)):
            assert text[:1] in ("`", "") or text[:1].islower() or text[:1].isdigit()
            assert not text.endswith(".")
            assert "\n" not in text


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_the_same_each_time(name: str, tmp_path: Path) -> None:
    """Witnesses too: an answer does not depend on the clock or on chance."""
    found = broken(name, tmp_path)
    assert prove(found, advice=True) == prove(found, advice=True)


def test_an_unreachable_rule_names_those_that_swallow_it(tmp_path: Path) -> None:
    """The smallest set, what each takes, and whether it goes to the same place."""
    found = only("unreachable-rule", tmp_path)
    assert found.message == "no lead reaches `german`: `large` and `rest` take them all before"
    assert [one.message.rpartition(", ")[2] for one in found.related] == ["to pool `smb`", "to the same place"]
    assert found.certainty == "proved"


def test_an_unreachable_rule_of_the_same_outcome_is_milder(tmp_path: Path) -> None:
    """Deleting it changes nothing, so it is a warning."""
    rules = """\
rules:
  - {id: europe, when: {country: [de, fr]}, assign: {pool: na}}
  - {id: german, when: {country: de}, assign: {pool: na}}
"""
    found = [one for one in prove(load(tmp_path, rules)).diagnostics if one.name == "unreachable-rule"]
    assert [one.severity for one in found] == ["warning"]


def test_what_a_rule_lets_go_reaches_the_next(tmp_path: Path) -> None:
    """So a rule that may go on to the next one swallows none, nor any value of it; one that keeps its leads still does."""
    rules = """\
rules:
  - {id: owners, when: {country: [de, fr]}, assign: {rep: $owner, otherwise: [next_rule]}}
  - {id: german, when: {country: de}, assign: {pool: na}}
  - {id: west, when: {country: [fr, be]}, assign: {pool: smb, otherwise: [next_rule]}}
  - {id: again, when: {country: de, vip: true}, assign: {pool: smb}}
"""
    found = [one for one in prove(load(tmp_path, rules)).diagnostics if one.name in ("unreachable-rule", "dead-part", "idle-rep")]
    assert [one.message for one in found] == ["no lead reaches `again`: `german` takes them all before"]


def test_a_rule_that_asks_for_nothing_is_said_so(tmp_path: Path) -> None:
    """`present: false` reads as missing, not as present."""
    rules = """\
rules:
  - {id: nobody, when: {country: {present: false}}, assign: {pool: na}}
  - {id: both, when: {country: {present: false}, vip: true}, assign: {pool: smb}}
"""
    (found,) = (one for one in prove(load(tmp_path, rules)).diagnostics if one.name == "unreachable-rule")
    assert [one.message for one in found.related] == ["`nobody` takes those with country is missing, to pool `na`"]


def test_a_window_may_contradict_a_condition(tmp_path: Path) -> None:
    """It is told that the two do together, since leads can fulfil the condition."""
    rules = "rules:\n  - {id: a, to: 2026-01-31, when: {now.date: {gt: 2026-02-10}, vip: true}, assign: {pool: na}}\n"
    (found,) = (one for one in prove(load(tmp_path, rules)).diagnostics if one.name == "contradiction")
    assert found.message == "`a` is in force on no day on which `now.date is over 2026-02-10` holds"


def test_a_response_in_time_is_part_of_what_a_rule_does(tmp_path: Path) -> None:
    """A rule that asks for one is not the same as one that does not, wherever both send their leads."""
    rules = """\
rules:
  - {id: fast, when: {country: de, vip: true}, assign: {pool: na}, respond_within: 5m}
  - {id: same, when: {country: fr, vip: true}, assign: {pool: na, effort: 1}}
  - {id: europe, when: {country: [de, fr]}, assign: {pool: na, effort: 1.0}}
  - {id: late, when: {country: fr}, assign: {pool: na}, respond_within: 5m}
"""
    found = prove(load(tmp_path, rules), advice=True).diagnostics
    assert [one.rule for one in found if one.name == "redundant-rule"] == ["same"]
    assert [(one.rule, one.severity) for one in found if one.name == "unreachable-rule"] == [("late", "error")]


def test_a_contradiction_names_the_parts_that_exclude_each_other(tmp_path: Path) -> None:
    """And not the others."""
    found = only("contradiction", tmp_path)
    assert "industry" not in found.message
    assert [one.message for one in found.related] == ["`segment is enterprise`", "`employees is under 500`"]


def test_a_gap_shows_a_lead(tmp_path: Path) -> None:
    """One that the engine itself leaves over, with what matters alone."""
    found = only("gap", tmp_path)
    assert (found.certainty, found.witness) == ("witnessed", {"employees": ""})


def test_a_default_that_is_written_is_meant(tmp_path: Path) -> None:
    """What no rule takes is then advice, and only said when it is asked for."""
    found = load(tmp_path, "rules:\n  - {id: a, when: {vip: true}, assign: {pool: smb}}\n")
    assert prove(found).diagnostics == ()
    assert ("gap", "info") in [(one.name, one.severity) for one in prove(found, advice=True).diagnostics]


def test_a_budget_of_nothing_is_said(tmp_path: Path) -> None:
    """Every question is undecided, in one finding that names the budget."""
    found = load(tmp_path, "rules:\n  - {id: a, when: {vip: true}, assign: {pool: smb}}\n  - {id: b, assign: {pool: smb}}\n")
    proofs = prove(found, budget=Budget(conflicts=0))
    assert {one.name for one in proofs.diagnostics} == {"undecided"}
    assert all(one.certainty == "undecided" for one in proofs.diagnostics)


def test_the_projects_that_come_along_are_clean() -> None:
    """The sample project; the one that `init` writes is tested with it."""
    loaded = project.load(ROOT / "rules")
    assert loaded.project is not None
    assert prove(loaded.project).diagnostics == ()
    assert "everyone-else" in RULES


def test_every_rule_of_the_sample_project_is_reached() -> None:
    """With a lead for each, so that the sample shows nothing that cannot happen."""
    loaded = project.load(ROOT / "rules")
    assert loaded.project is not None
    prover = Prover(loaded.project)
    for at, rule in enumerate(prover.rules[0]):
        answer = prover.ask(prover.reaching(at), lambda routed, rule=rule: routed.rule == rule.id)  # type: ignore[misc]
        assert answer.exists, rule.id


def test_a_lead_has_holidays_of_its_own(tmp_path: Path) -> None:
    """`local.holiday` is its country's: an office without holidays says nothing about it."""
    rules = "rules:\n  - {id: feast, when: {local.holiday: true}, assign: {queue: q}}\n  - {id: rest, assign: {pool: smb}}\n"
    assert not [one for one in prove(load(tmp_path, rules)).diagnostics if one.severity != "info"]
