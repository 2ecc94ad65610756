"""What tests reach, told by the engine's own objects."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute import project
from leadroute.model.examples import Covered, Example, RepState, Whole
from leadroute.model.project import Project
from leadroute.model.span import Span
from leadroute.project.findings import Findings
from leadroute.project.tests import read_text
from leadroute.workflows.coverage import Reached, asked_of, coverage
from leadroute.workflows.examples import explained, run
from tests.workflows.small import RULES, small

ODD = "{id: odd, when: {any: [{country: FR}, {all: [{employees: {gt: 5}}, {not: {source: a}}]}]}, assign: {pool: na}}"
CONDITIONS = RULES.replace("rules:\n", f"rules:\n  - {ODD}\n")


SPAN = Span("a.test.yaml", 1, 1, 1, 1)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Project:
    found = project.load(small(tmp_path_factory.mktemp("small"), rules=CONDITIONS)).project
    assert found is not None
    return found


def reach(loaded: Project, *bodies: str) -> Reached:
    reached = Reached()
    text = "version: 1\ntests:\n" + "".join(f"  - name: '{number}'\n    {body}\n" for number, body in enumerate(bodies))
    suite = read_text(text, Path("a.test.yaml"), loaded, Findings())
    assert suite is not None
    for example in suite.examples:
        run(loaded, example, reached)
    return reached


def unseen(loaded: Project, *bodies: str) -> list[str]:
    return [words for words, _ in coverage(loaded, reach(loaded, *bodies)).conditions.missed]


def test_a_part_that_is_not_asked_is_not_seen(loaded: Project) -> None:
    """Parts are asked in order until they have decided, and rules until one keeps the lead."""
    asked = unseen(loaded, "lead: {country: FR}\n    expect: {rule: odd}")
    assert asked[:3] == [
        "employees is at least `1000` was never true",
        "segment is `large` was never asked",
        "country is `FR` was never false",
    ]
    assert asked[3:6] == ["employees is over `5` was never asked", "source is `a` was never asked", "source is `junk` was never asked"]
    asked = unseen(loaded, "lead: {country: FR}\n    expect: {rule: odd}", "lead: {employees: 9}\n    expect: {matches: odd}")
    assert "employees is over `5` was never false" in asked
    assert "source is `a` was never true" in asked
    assert not [words for words in asked if words.startswith("country is `FR`")]


def test_fields_alone_ask_no_rule(loaded: Project) -> None:
    """Only what works the expected field out is asked."""
    reached = reach(loaded, "lead: {employees: 5000}\n    expect: {segment: large}")
    assert [words for test, words, _ in asked_of(loaded) if id(test) in reached.seen] == ["employees is at least `1000`"]
    assert reached.rules == set()


def test_a_rule_that_matches_is_reached(loaded: Project) -> None:
    """Whoever could take the lead then."""
    assert reach(loaded, "lead: {country: DE}\n    expect: {matches: german}").rules == {"german"}


@pytest.mark.parametrize(
    "body",
    [
        "lead: {country: DE, segment: large}",
        "lead: {country: DE, segment: large}\n    away: [eva]",
        "lead: {country: DE, segment: large}\n    full: [eva, jon]",
        "lead: {country: DE}\n    full: [eva]\n    away: [jon]",
        "lead: {country: DE}\n    away: [eva, jon]\n    full: [ann]",
        "lead: {owner: ann}\n    away: [ann]\n    reps: {bob: {active: false}}",
        "lead: {country: US}\n    reps: {bob: {weight: 0}}",
        "lead: {source: junk}",
    ],
)
def test_gates_are_those_of_the_account(body: str, loaded: Project) -> None:
    """What coverage counts is what `explain` tells: the first gate of each rep, on every rung that was looked at."""
    text = f"version: 1\ntests:\n  - name: a\n    {body}\n    expect: {{outcome: assigned}}\n"
    suite = read_text(text, Path("a.test.yaml"), loaded, Findings())
    assert suite is not None
    reached = Reached()
    run(loaded, suite.examples[0], reached)
    assert plain(loaded, reached) == told(loaded, suite.examples[0], 0)


def told(loaded: Project, example: Example, row: int) -> set[tuple[str, int | str]]:
    """The gates that the account of a lead tells, by the rung's number or the pool's name."""
    return {
        (rep.gate, at if rep.gate == "require" else attempt.name)
        for attempt in explained(loaded, example, row).tries
        if attempt.kind == "pool"
        for at, rung in enumerate(attempt.rungs)
        for rep in rung.reps
        if rep.gate is not None
    }


def plain(loaded: Project, reached: Reached) -> set[tuple[str, int | str]]:
    """The gates that were reached, likewise."""
    rungs = {id(rung): at for rule in loaded.rules for at, rung in enumerate(rule.assign.require)}
    return {(kind, rungs[key] if isinstance(key, int) else key) for kind, key in reached.gates}


def test_percents_are_rounded_down() -> None:
    """1,999 of 2,000 is not 100 %; nothing of nothing is."""
    assert [Covered(*numbers).percent for numbers in ((1999, 2000), (2000, 2000), (0, 0), (1, 3))] == [99, 100, 100, 33]


LEADS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"country": st.sampled_from(("DE", "US")), "employees": st.just(5000), "owner": st.sampled_from(("ann", "eva", "x"))}
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=25)
@given(leads=LEADS, away=st.sets(st.integers(0, 3)), full=st.sets(st.integers(0, 3)))
def test_gates_of_a_batch_are_those_of_all_accounts(
    loaded: Project, leads: list[dict[str, str | int]], away: set[int], full: set[int]
) -> None:
    """Also where limits run full on the way."""
    states = {at: RepState(away=at in away or None, full=at in full) for at in away | full}
    kept = tuple({**lead, "lead_id": str(number)} for number, lead in enumerate(leads))
    example = Example("a", kept, frozenset(), (), SPAN, reps=states, batch=True, whole=Whole(per_rep=(99, SPAN)))
    reached = Reached()
    run(loaded, example, reached)
    assert plain(loaded, reached) == {stop for row in range(len(leads)) for stop in told(loaded, example, row)}
