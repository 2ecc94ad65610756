"""Rule tests: leads routed as told, and what is expected of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.examples import Status
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.test import Checked, CheckOptions, check
from tests.workflows.small import AT, LEADROUTE, ROSTER, RULES, small

ROOT = Path(__file__).parents[2]

PASSING = {
    "a fact each": "lead: {country: Germany, employees: '2400'}\n    "
    "expect: {rule: german-large, rep: eva, pool: emea, outcome: assigned, reason: pool, rung: 1, score: 30.5, tier: hot, not_rep: [jon]}",
    "a second rung": "away: [eva]\n    lead: {country: DE, segment: large}\n    expect: {rep: jon, rung: 2}",
    "a derived field that is given is not computed": "lead: {country: DE, employees: 5, segment: large}\n    expect: {rule: german-large}",
    "a tier that is given is not computed": "lead: {country: DE, employees: 5, tier: hot}\n    expect: {tier: hot}",
    "away": "away: [eva, jon]\n    lead: {country: DE}\n    expect: {pool: na, reason: fallback_pool}",
    "full by each kind of limit, or by none": "full: [ann, bob, eva, jon]\n    lead: {country: DE}\n    "
    "expect: {outcome: queued, queue: emea_review}",
    "a load": "reps: {eva: {load: 10}}\n    lead: {country: DE, segment: large}\n    expect: {rep: jon}",
    "an inactive rep": "reps: {eva: {active: false}}\n    lead: {country: DE, segment: large}\n    expect: {rep: jon}",
    "who is active again": "away: [ann, bob]\n    reps: {kim: {active: true}}\n    lead: {country: US}\n    expect: {rep: kim}",
    "a weight of 0": "reps: {ann: {weight: 0}, bob: {away: true}}\n    lead: {country: US}\n    expect: {queue: unassigned}",
    "a backup": "away: [ann]\n    lead: {country: US, owner: Ann}\n    expect: {rule: owned, rep: bob, reason: backup}",
    "equal shares": "leads: {count: 10, like: {country: DE, segment: small}}\n    expect: {share: {max_difference: 1}, pool: emea}",
    "shares by weight": "leads: {count: 6, like: {country: US}}\n    expect: {share: {max_difference: 0}}",
    "a list": "leads: [{lead_id: A, country: US}, {country: DE, products: [a, b]}]\n    expect: {outcome: assigned}",
    "known to fail": "lead: {country: US}\n    fails: waits for France\n    expect: {pool: emea}",
}

FAILING = {
    "rep is `bob`, expected `ann`": "lead: {country: US}\n    expect: {rep: ann}",
    "rep is `bob`, expected `not bob or kim`": "lead: {country: US}\n    expect: {not_rep: [bob, kim]}",
    "queue is `none`, expected `junk`": "lead: {country: US}\n    expect: {queue: junk}",
    "rung is `none`, expected `1`": "lead: {source: junk}\n    expect: {rung: 1}",
    "score is `0`, expected `1`": "lead: {country: DE}\n    expect: {score: 1}",
    "tier is `cold`, expected `hot`": "lead: {country: DE}\n    expect: {tier: HOT}",
    "outcome is `assigned`, expected `duplicate`": "leads: [{lead_id: A}, {lead_id: A}]\n    expect: {outcome: duplicate}",
    "share is `nobody was eligible for lead 1`, expected `at most 1 apart`": "leads: {count: 4, like: {source: junk}}\n    "
    "expect: {share: {max_difference: 1}}",
}


def outcome(folder: Path, text: str, **options: object) -> Checked:
    small(folder, one=text)
    return check(CheckOptions(start=folder, **options))  # type: ignore[arg-type]


def one(folder: Path, body: str) -> Checked:
    return outcome(folder, f"tests:\n  - name: one\n    {body}\n")


@pytest.mark.parametrize("name", PASSING)
def test_a_test_passes(name: str, tmp_path: Path) -> None:
    """What the engine decides in the circumstances that are told is what was expected."""
    done = one(tmp_path, PASSING[name])
    assert [found.message for found in done.diagnostics] == []
    assert [ran.status for ran in done.ran] == [Status.FAILED_AS_KNOWN if name == "known to fail" else Status.PASSED]


@pytest.mark.parametrize("words", FAILING)
def test_a_test_fails(words: str, tmp_path: Path) -> None:
    """A difference names what was found and what was expected, at the test's place, with the lead's account where rules were asked."""
    done = one(tmp_path, FAILING[words])
    (found,) = done.diagnostics
    assert (found.name, found.message) == ("test-failed", f"the test `one` fails: {words}")
    assert found.span is not None
    assert (found.span.line, found.span.column) == (3, 11)
    assert found.source == ("  - name: one",)
    (ran,) = done.ran
    assert ran.trace is not None
    assert ran.trace.lead == ran.differences[0].lead


def test_another_name_of_a_column_and_a_typed_number(tmp_path: Path) -> None:
    """A field is known by every column, and a number of YAML is one whatever the field's decimal sign; so is its text."""
    for cell in ("1000.5", "'1000,5'"):
        done = one(tmp_path, f"lead: {{country: DE, Mitarbeiter: {cell}}}\n    expect: {{rule: german-large}}")
        assert done.diagnostics == ()


def test_a_share_that_is_too_uneven(tmp_path: Path) -> None:
    """Who was not eligible for all leads is left out; of the others everybody's leads / weight are told."""
    rules = RULES.replace("na: {who: {region: na}}", "na: {who: {region: na}, pick: least_loaded}")
    small(
        tmp_path,
        rules=rules,
        one="tests:\n  - {name: one, leads: {count: 6, like: {}}, reps: {bob: {load: 9}}, expect: {share: {max_difference: 2}}}\n",
    )
    done = check(CheckOptions(start=tmp_path))
    assert [found.message for found in done.diagnostics] == []  # ann is full after 4, so bob alone was eligible for all
    small(
        tmp_path,
        rules=rules,
        one="tests:\n  - {name: one, leads: {count: 4, like: {}}, reps: {bob: {load: 9}}, expect: {share: {max_difference: 2}}}\n",
    )
    (found,) = check(CheckOptions(start=tmp_path)).diagnostics
    assert found.message == "the test `one` fails: share is `4 apart: ann 4, bob 0`, expected `at most 2 apart`"


def test_a_test_known_to_fail_must_fail(tmp_path: Path) -> None:
    """Once it passes, that is an error."""
    done = one(tmp_path, "lead: {country: US}\n    fails: waits\n    expect: {pool: na}")
    assert [found.name for found in done.diagnostics] == ["passes-after-all"]
    assert done.failed


def test_coverage_counts_rules_and_steps(tmp_path: Path) -> None:
    """A rule that lets a lead go is reached, a disabled one does not count, and percents are compared as whole numbers."""
    body = "tests:\n  - {name: one, away: [ann, bob], lead: {owner: ann, country: US}, expect: {rule: rest}}\n"
    done = outcome(tmp_path, body)
    assert (done.coverage.rules.reached, done.coverage.rules.total) == (2, 5)
    assert [name for name, _ in done.coverage.rules.missed] == ["junk", "german-large", "german"]
    assert (done.coverage.steps.reached, done.coverage.steps.total) == (2, 4)
    assert [name for name, _ in done.coverage.steps.missed] == ["pool", "queue"]
    assert not outcome(tmp_path, body, fail_under=40).failed
    (found,) = outcome(tmp_path, body, fail_under=41).diagnostics
    assert (found.name, found.message) == ("too-little-covered", "tests reach 2 of 5 rules, fewer than 41 %")


def test_a_kept_together_lead_reaches_no_rule(tmp_path: Path) -> None:
    """Its rule was not asked, so it is not covered."""
    settings = LEADROUTE + "keep_together: {by: [source], for: 30d}\n"
    body = "tests:\n  - {name: one, leads: [{country: US, source: a}, {country: DE, source: a}], expect: {rep: bob}}\n"
    done = check(CheckOptions(start=small(tmp_path, settings=settings, one=body)))
    assert done.diagnostics == ()
    assert done.coverage.rules.reached == 1


@pytest.mark.parametrize(
    ("rules", "roster", "cause"),
    [
        (RULES.replace("{source: junk}", "{now.weekday: sat}"), ROSTER, "`now.weekday` is asked"),
        (RULES.replace("id: junk,", "id: junk, from: 2026-11-01,"), ROSTER, "rule `junk` has dates"),
        (RULES, ROSTER.replace("id: jon,", "id: jon, away: [{from: 2026-11-24, to: 2026-11-28}],"), "rep `jon` has `away`"),
        (RULES.replace("assign: {pool: na}}", "assign: {pool: na, availability: working}}"), ROSTER, "`availability` asks who works"),
        (
            RULES.replace(
                "na: {who: {region: na}}",
                "na: {who: {region: na}, shifts: [{from: '2026-11-01T00:00', to: '2026-11-02T00:00', reps: [ann]}]}",
            ),
            ROSTER,
            "pool `na` has shifts",
        ),
    ],
)
def test_what_reads_the_clock_needs_an_instant(rules: str, roster: str, cause: str, tmp_path: Path) -> None:
    """A test without `at` would pass on some days alone."""
    body = "tests:\n  - {name: one, lead: {country: FR}, expect: {rule: rest}}\n"
    done = check(CheckOptions(start=small(tmp_path, rules=rules, roster=roster, one=body)))
    assert [(found.name, found.message) for found in done.diagnostics] == [("no-instant", f"the test `one` says no instant, and {cause}")]
    done = check(CheckOptions(start=small(tmp_path, rules=rules, roster=roster, one=AT + body)))
    assert "no-instant" not in [found.name for found in done.diagnostics]


def test_where_nothing_is_to_be_run(tmp_path: Path) -> None:
    """No test file, one without tests, and a path or pattern that names nothing are no success."""
    small(tmp_path)
    assert [found.name for found in check(CheckOptions(start=tmp_path)).diagnostics] == ["no-tests"]
    assert [found.name for found in outcome(tmp_path, "about: nothing\n").diagnostics] == ["no-tests"]
    for path in ("nowhere.test.yaml", "no*.yaml"):
        with pytest.raises(CannotRunError) as refused:
            check(CheckOptions(start=tmp_path, paths=[path]))
        assert [found.name for found in refused.value.diagnostics] == ["unreadable-file"]


def test_files_are_found_below_the_project(tmp_path: Path) -> None:
    """Not in hidden folders and not in other projects; a pattern that the shell has left finds them, too."""
    body = "tests:\n  - {name: one, lead: {country: US}, expect: {pool: na}}\n"
    for name in ("a", ".b", "c"):
        (tmp_path / name).mkdir()
        small(tmp_path / name, one=body)
    small(tmp_path)
    for name in ("leadroute.yaml", "roster.yaml", "rules.yaml"):
        (tmp_path / "a" / name).unlink()
    done = check(CheckOptions(start=tmp_path))
    assert [Path(file).relative_to(tmp_path).as_posix() for file in done.files] == ["a/one.test.yaml"]
    done = check(CheckOptions(start=tmp_path, paths=["a/*.test.yaml", "a"], project=tmp_path))
    assert (len(done.files), done.failed) == (1, False)


def test_the_example_project_passes() -> None:
    """The tests that come with the rules hold, and its property is proved."""
    done = check(CheckOptions(start=ROOT, paths=["rules"]))
    assert [found.message for found in done.diagnostics] == []
    assert {ran.status for ran in done.ran} == {Status.PASSED}
    assert {settled.status for settled in done.settled} == {Status.PROVED}


def test_a_duplicate_has_no_account(tmp_path: Path) -> None:
    """It was not decided; that of the lead whose id it has is another's."""
    done = one(tmp_path, "leads: [{lead_id: A, country: US}, {lead_id: A, country: US}]\n    expect: {rule: rest}")
    assert [(found.lead, found.row, found.found) for found in done.ran[0].differences] == [("A", 1, "none")]
    assert done.ran[0].trace is None
