"""What ``validate`` says is so: of leads that were made up elsewhere, of its own examples, and of its exit code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadroute import project
from leadroute.cli.exit import Exit
from leadroute.language.operators import OPERATORS
from leadroute.language.scalar import lead_holds
from leadroute.model.diagnostic import Diagnostic
from leadroute.proofs.checks import prove
from leadroute.proofs.prover import Prover
from leadroute.proofs.witness import Replayed
from tests.cli.conftest import Leadroute, leadroute
from tests.proofs.projects import broken, load
from tests.proofs.test_prover import leads_taken
from tests.reference.worlds import world

__all__ = ["leadroute"]  # the fixture


def does_what_is_claimed(found: Diagnostic, routed: Replayed, prover: Prover) -> bool:
    """Whether the engine does with an example what the finding says of it. Every kind that shows one stands here."""
    if found.name == "gap":
        return routed.rule is None
    if found.name == "overlap":
        names = re.findall(r"`([^`]+)`", found.message)
        other = next(rule for rule in prover.rules[0] if rule.id == names[1])
        return routed.rule == found.rule == names[0] and (other.when is None or lead_holds(other.when, routed.values, routed.clock))
    if found.name == "roster-hole":
        return routed.rule == found.rule and routed.decision.rep is None
    assert found.name == "dropped-condition"
    return routed.rule == found.rule


@pytest.mark.parametrize("seed", range(50, 66))
def test_findings_hold_of_leads(seed: int, tmp_path: Path) -> None:
    """In random worlds: no lead of a file is taken by a rule that is called dead, and every example does what is claimed of it."""
    stage = world(seed).stages[0]
    stage.write(tmp_path)
    found = project.load(tmp_path).project
    assert found is not None
    prover = Prover(found)
    told = prove(found, advice=True).diagnostics
    dead = {one.rule for one in told if one.name in ("unreachable-rule", "contradiction")}
    assert not dead & leads_taken(found, stage, tmp_path)
    shown = [one for one in told if one.witness is not None]
    for one in shown:
        assert one.certainty == "witnessed"
        assert does_what_is_claimed(one, prover.writers[0].replay(one.witness or {}), prover), one.message


@pytest.mark.parametrize("name", ["gap", "overlap", "roster-hole", "dropped-condition"])
def test_examples_of_broken_projects_do_what_is_claimed(name: str, tmp_path: Path) -> None:
    """Each kind of finding that shows a lead does so somewhere, and the engine agrees."""
    found = broken(name, tmp_path)
    prover = Prover(found)
    (one,) = [one for one in prove(found, advice=True).diagnostics if one.name == name]
    assert one.witness is not None
    assert does_what_is_claimed(one, prover.writers[0].replay(one.witness), prover)


TESTS = {
    "is": "source: web",
    "is_not": "source: {is_not: web}",
    "in": "source: [web, $industry]",
    "not_in": "industry: {not_in: [web, chat]}",
    "present": "company: {present: false}",
    "gt": "employees: {gt: 10}",
    "gte": "employees: {gte: $deal_value}",
    "lt": "renewal: {lt: -7d}",
    "lte": "created_at: {lte: 2026-01-01}",
    "between": "now.time: {between: ['22:00', '06:00']}",
    "contains": "company: {contains: [ag, $source]}",
    "starts_with": "postal_code: {starts_with: ['1', '23']}",
    "ends_with": "email: {ends_with: .de}",
    "matches": "company: {matches: '^(test|[a-z]{3})\\b'}",
    "free_mail": "email: {free_mail: true}",
    "disposable": "email: {disposable: false}",
    "has": "products: {has: crm}",
    "has_any": "products: {has_any: [crm, $source]}",
    "has_all": "products: {has_all: [crm, billing]}",
    "has_none": "products: {has_none: [crm, billing]}",
}


def test_every_operator_is_tried() -> None:
    """A new one cannot be forgotten by the proofs."""
    assert TESTS.keys() == OPERATORS.keys()


@pytest.mark.parametrize("name", TESTS)
def test_no_operator_is_passed_over_in_silence(name: str, tmp_path: Path) -> None:
    """A rule with any operator swallows one that asks the same and more, and lets others through, or it is said that nobody knows."""
    test = TESTS[name]
    rules = f"""\
rules:
  - {{id: first, when: {{{test}}}, assign: {{pool: smb}}}}
  - {{id: same, when: {{{test}, vip: true}}, assign: {{pool: na}}}}
  - {{id: rest, when: {{vip: false}}, assign: {{pool: na}}}}
"""
    told = prove(load(tmp_path, rules)).diagnostics
    assert [one.rule for one in told if one.name == "unreachable-rule"] == ["same"]
    assert {one.name for one in told} <= {"unreachable-rule", "undecided"}


@pytest.mark.parametrize("name", ["gap", "overlap", "idle-rep", "unreachable-rule", "dead-part", "undecided"])
@pytest.mark.parametrize("options", [(), ("--strict",), ("--fail-on", "warning"), ("--fail-on", "never")])
def test_the_exit_code_and_the_words_agree(name: str, options: tuple[str, ...], tmp_path: Path, leadroute: Leadroute) -> None:
    """1 where what is printed counts as failing, 4 where it says that something is undecided and all is asked for, else 0."""
    broken(name, tmp_path)
    result = leadroute("validate", tmp_path, *options)
    counts = dict.fromkeys(("error", "warning"), 0)
    counts |= {kind: int(count) for count, kind in re.findall(r"(\d+) (error|warning)s?\b", result.stdout.splitlines()[-1])}
    failing = {"never": 0, "warning": sum(counts.values())}.get(options[-1] if options else "", counts["error"])
    if options == ("--strict",):
        failing = sum(counts.values())
    undecided = "[undecided]" in result.stdout or "(undecided)" in result.stdout
    expected = Exit.NO if failing else Exit.UNDECIDED if undecided and options == ("--strict",) else Exit.DONE
    assert result.exit_code == expected, result.stdout
