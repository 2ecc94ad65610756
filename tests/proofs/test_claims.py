"""Properties: proved where no lead speaks against them, refuted by one that was routed, and said to be undecided otherwise."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute import project
from leadroute.leads.reader import lead_of
from leadroute.leads.typed import typed_lead
from leadroute.model.clock import Clock
from leadroute.model.examples import Claim, RepState, Settled, Status
from leadroute.model.project import Project
from leadroute.project.findings import Findings
from leadroute.project.tests import read_suite
from leadroute.proofs.claims import _breaks, settle
from leadroute.proofs.formula import Budget
from leadroute.proofs.witness import Replayed
from leadroute.routing.circumstances import staged
from leadroute.routing.router import Router
from tests.workflows.small import LEADROUTE, ROSTER, RULES, small

KNOWN = {
    "{given: {source: junk}, always: {queue: junk}}": Status.PROVED,
    "{given: {source: junk}, always: {rule: junk, outcome: queued}}": Status.PROVED,
    "{given: {country: DE, segment: large, owner: {present: false}, source: {is_not: junk}}, always: {rep: {region: emea}}}": Status.PROVED,
    "{given: {country: DE, segment: large, owner: {present: false}, source: {is_not: junk}}, never: {pool: na}}": Status.PROVED,
    "{given: {country: DE, employees: {lt: 10}, owner: {present: false}}, never: {pool: na}}": Status.REFUTED,
    "{given: {country: DE, owner: {present: false}}, always: {outcome: assigned}}": Status.REFUTED,
    "{given: {country: DE}, always: {rep: {region: emea}}}": Status.REFUTED,
    "{given: {owner: ann}, never: {rep: {region: emea}}}": Status.REFUTED,
    "{given: {owner: eva, country: DE, segment: large}, never: {rep: {region: na}}}": Status.PROVED,
    "{given: {country: US, owner: {present: false}}, never: {rep: {id: eva}}}": Status.PROVED,
    "{never: {rep: {id: kim}}}": Status.PROVED,
    "{never: {rep: {id: jon}, pool: na}}": Status.PROVED,
    "{never: {outcome: held}}": Status.PROVED,
    "{always: {rule: [junk, owned, german-large, german, rest]}}": Status.PROVED,
    "{always: {pool: [na, emea]}}": Status.REFUTED,
    "{given: {segment: lage}, always: {rule: german-large}}": Status.ABOUT_NOTHING,
    "{given: {employees: {lt: 10}, segment: large}, never: {rule: german}}": Status.ABOUT_NOTHING,
    "{never: {rep: {region: eema}}}": Status.ABOUT_NOTHING,
    "{never: {queue: unassigned}}": Status.REFUTED,
}


def asked(
    folder: Path, bodies: list[str], *, rules: str = RULES, roster: str = ROSTER, settings: str = LEADROUTE
) -> tuple[Project, list[Settled]]:
    text = "properties:\n" + "".join(f"  - {{name: p{number}, {body[1:]}\n" for number, body in enumerate(bodies))
    loaded = project.load(small(folder, rules=rules, roster=roster, settings=settings, one=text)).project
    assert loaded is not None
    findings = Findings()
    suite = read_suite(folder / "one.test.yaml", loaded, findings)
    assert [item.message for item in findings.items] == []
    assert suite is not None
    return loaded, list(settle(loaded, suite.claims, Budget()))


@cache
def settled() -> tuple[Project, list[Settled]]:
    with TemporaryDirectory() as folder:
        return asked(Path(folder), list(KNOWN))


def breaks(loaded: Project, claim: Claim, lead: dict[str, str], states: dict[int, RepState]) -> bool:
    """Whether a lead is one that a claim is about, and is decided against it."""
    clock = Clock(0, loaded.timezone)
    stage, standings = staged(loaded, states, clock)
    router = Router(stage, standings, clock)
    named = frozenset({"country", "employees", "segment", "owner", "source"})
    batch = typed_lead(stage, clock, lead, fields=router.fields | named, texts_of=router.texts, evaluator=router.evaluator)
    if claim.given is not None and not router.evaluator.mask(claim.given, batch)[0]:
        return False
    router.match(batch)
    decision = router.decide(np.ones(1, np.bool_))[0]
    rep = next((rep for rep in stage.reps if rep.id == decision.rep), None)
    return _breaks(claim, decision, rep, Replayed(lead_of(batch, 0), None, clock, lambda: decision))


@pytest.mark.parametrize("at", range(len(KNOWN)), ids=list(KNOWN))
def test_a_property_is_settled(at: int) -> None:
    """What holds is proved, what does not is refuted by a lead, with those who are away, and what could not fail is about nothing."""
    loaded, found = settled()
    one = found[at]
    assert (one.status, bool(one.why)) == (list(KNOWN.values())[at], one.status is Status.ABOUT_NOTHING)
    if one.status is Status.REFUTED:
        assert one.lead is not None
        away = {index: RepState(away=True, full=True) for index, rep in enumerate(loaded.reps) if rep.id in one.away}
        assert breaks(loaded, one.claim, dict(one.lead), away)


LEADS = st.fixed_dictionaries(
    {
        "country": st.sampled_from(["DE", "US", "FR", ""]),
        "employees": st.sampled_from(["5", "999,5", "1000", "x", ""]),
        "owner": st.sampled_from(["ann", "BOB", "eva", "jon", "kim", "nobody", ""]),
        "source": st.sampled_from(["junk", "web", ""]),
    }
)
STATES = st.dictionaries(st.integers(0, 4), st.builds(RepState, away=st.booleans(), full=st.booleans()))


@given(LEADS, STATES)
@settings(max_examples=50, deadline=None)
def test_what_is_proved_no_lead_breaks(lead: dict[str, str], states: dict[int, RepState]) -> None:
    """Whatever a lead says, and whoever is away or full."""
    loaded, found = settled()
    for one in found:
        if one.status is Status.PROVED:
            assert not breaks(loaded, one.claim, lead, states)


def test_a_lead_that_follows_another_is_seen_by_no_rule(tmp_path: Path) -> None:
    """So that a property is open, unless every rule that takes such a lead says `keep_together: false`."""
    together = LEADROUTE + "keep_together: {by: [owner], for: 30d}\n"
    body = ["{given: {source: junk}, always: {queue: junk}}"]
    _, (found,) = asked(tmp_path, body, settings=together)
    assert found.status is Status.UNDECIDED
    assert found.why.startswith("a lead that shares `owner` with an earlier one follows it")
    freed = RULES.replace("{id: junk, ", "{id: junk, keep_together: false, ")
    _, (found,) = asked(tmp_path, body, settings=together, rules=freed)
    assert found.status is Status.PROVED


def test_what_nobody_answers_may_go_elsewhere(tmp_path: Path) -> None:
    """No lead that is routed once shows it, so a property that `then` steps could break is open; who cannot get there does not break it."""
    body = ["{given: {country: US, owner: {present: false}}, never: {rep: {id: eva}}}"]
    answer = "{id: rest, respond_within: {time: 5m, then: [{pool: emea}]}, assign: {pool: na}}"
    _, (found,) = asked(tmp_path, body, rules=RULES.replace("{id: rest, assign: {pool: na}}", answer))
    assert (found.status, found.why[:49]) == (Status.UNDECIDED, "when nobody answers a lead of `rest` in time, its")
    _, (found,) = asked(
        tmp_path, body, rules=RULES.replace("{id: rest, assign: {pool: na}}", answer.replace("{pool: emea}", "{queue: junk}"))
    )
    assert found.status is Status.PROVED


def test_a_budget_leaves_a_property_undecided(tmp_path: Path) -> None:
    """What it does not decide is said."""
    loaded, found = settled()
    (one,) = settle(loaded, [found[0].claim], Budget(conflicts=0))
    assert one.status is Status.UNDECIDED
    assert "budget" in one.why


def test_a_lead_that_refutes_comes_when_somebody_works(tmp_path: Path) -> None:
    """Where only who works is asked, it is routed at an instant at which they do."""
    rules = RULES.replace("{id: rest, assign: {pool: na}}", "{id: rest, assign: {pool: na, availability: working}}")
    hours = ROSTER.replace("{id: bob,", "{id: bob, hours: {sat: ['22:00-23:00']},")
    _, (found,) = asked(tmp_path, ["{given: {country: US}, never: {rep: {id: bob}}}"], rules=rules, roster=hours)
    assert found.status is Status.REFUTED
    assert found.lead is not None
    _, (found,) = asked(tmp_path, ["{given: {country: US}, never: {rep: {id: bob}, rule: rest}}"], rules=rules, roster=hours)
    assert found.lead is not None
    assert found.lead["now"] == "2026-01-10T22:00:00-05:00"
