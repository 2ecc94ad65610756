"""Rule tests: leads routed as told, and what is expected of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.examples import Stage, Status
from leadroute.project.findings import Findings
from leadroute.project.tests import read_suite
from leadroute.workflows.coverage import Reached
from leadroute.workflows.examples import alike, run, run_alike
from leadroute.workflows.opening import open_project
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
    "fields alone, whoever is there": "lead: {Mitarbeiter: '2.400', country: Germany}\n    away: [ann, bob, eva, jon]\n    "
    "expect: {segment: [large, huge], country: DE, score: {gte: 30, lt: 31}, tier: Hot, "
    "employees: {gt: 2000}, source: {present: false}}",
    "a list holds what is named": "lead: {products: [a, b]}\n    expect: {products: {has_all: [a, b]}}",
    "fields beside facts": "lead: {country: DE, employees: 5}\n    expect: {rule: german, segment: small}",
    "the rule that matches, whoever is there": "away: [ann, bob]\n    lead: {country: US, owner: ann}\n    expect: {matches: owned}",
    "it may let the lead go": "away: [ann, bob]\n    lead: {country: US, owner: ann}\n    "
    "expect: {matches: owned, rule: rest, queue: unassigned}",
    "gates": "away: [jon]\n    lead: {country: DE, segment: large}\n    "
    "expect: {eligible: eva, not_eligible: [jon], only_eligible: [eva], stopped: {jon: require}}",
    "gates by pool": "away: [eva, jon]\n    lead: {country: DE}\n    "
    "expect: {eligible: {na: [ann, bob]}, not_eligible: {emea: [eva, jon]}}",
    "the gates of a person": "away: [ann]\n    lead: {owner: ann}\n    expect: {stopped: {ann: availability}, rep: bob}",
    "limits stop": "full: [ann]\n    lead: {}\n    expect: {stopped: {ann: limits}, only_eligible: [bob]}",
    "turns had": "turns: {na: {bob: 3}}\n    lead: {}\n    expect: {rep: ann}",
    "limits used": "used: {ann: {per_day: 4}, eva: {open: 10}}\n    lead: {}\n    expect: {stopped: {ann: limits}}",
    "open is used": "used: {eva: {open: 10}}\n    lead: {country: DE}\n    expect: {stopped: {eva: limits}}",
    "leads that came before give derived fields": "before: [{country: DE, segment: large}, {country: DE, segment: large}]\n    "
    "lead: {country: DE}\n    expect: {rule: german, rep: jon}",
    "leads came before": "before: [{}]\n    lead: {}\n    expect: {rep: ann}",
    "in this order": "leads: {count: 4, like: {}}\n    expect: {order: [bob, ann, bob]}",
    "spread": "leads: [{}, {}, {}, {source: junk}, {lead_id: A}, {lead_id: A}]\n    "
    "expect: {spread: {rep: {ann: 1, bob: {min: 2, max: 3}}, queue: {junk: 1}, pool: {na: {min: 4}, emea: 0}, rule: {rest: 4}, "
    "outcome: {duplicate: 1}}}",
    "limits are kept": "leads: {count: 20, like: {}}\n    expect: {limits: {kept: true, per_rep: 16}}",
    "known to fail": "lead: {country: US}\n    fails: waits for France\n    expect: {pool: emea}",
}

FAILING = {
    "rep is `bob`, expected `ann`": "lead: {country: US}\n    expect: {rep: ann}",
    "rep is `bob`, expected `not bob or kim`": "lead: {country: US}\n    expect: {not_rep: [bob, kim]}",
    "queue is `none`, expected `junk`": "lead: {country: US}\n    expect: {queue: junk}",
    "rung is `none`, expected `1`": "lead: {source: junk}\n    expect: {rung: 1}",
    "score is `0`, expected `1`": "lead: {country: DE}\n    expect: {score: 1}",
    "tier is `cold`, expected `HOT`": "lead: {country: DE}\n    expect: {tier: HOT}",
    "outcome is `assigned`, expected `duplicate`": "leads: [{lead_id: A}, {lead_id: A}]\n    expect: {outcome: duplicate}",
    "segment is `small`, expected `large`": "lead: {employees: 5}\n    expect: {segment: large}",
    "source is `none`, expected `a value`": "lead: {}\n    expect: {source: {present: true}, segment: small}",
    "score is `30.5`, expected `at least 40 and under 50`": "lead: {segment: large}\n    expect: {score: {gte: 40, lt: 50}}",
    "matches is `german`, expected `rest`": "lead: {country: DE}\n    expect: {matches: rest}",
    "eligible is `jon stopped by require: languages lack de`, expected `jon passes`": "lead: {country: DE, segment: large}\n    "
    "expect: {eligible: [eva, jon]}",
    "only_eligible is `bob`, expected `nobody but ann`": "lead: {}\n    expect: {only_eligible: [ann]}",
    "only_eligible is `ann, bob`, expected `nobody`": "lead: {}\n    expect: {only_eligible: []}",
    "eligible in emea is `not tried: na had it before`, expected `eva`": "lead: {}\n    expect: {eligible: {emea: [eva]}}",
    "stopped is `eva is not in na`, expected `eva stopped by limits`": "lead: {}\n    expect: {stopped: {eva: limits}}",
    "stopped is `ann stopped by availability: on leave`, expected `ann stopped by limits`": "away: [ann]\n    lead: {}\n    "
    "expect: {stopped: {ann: limits}}",
    "eligible is `not tried: rule junk: it waits in queue junk`, expected `ann`": "lead: {source: junk}\n    expect: {eligible: [ann]}",
    "order is `ann`, expected `bob`": "leads: {count: 3, like: {}}\n    expect: {order: [bob, bob]}",
    "order is `1`, expected `2 leads`": "leads: {count: 1, like: {}}\n    expect: {order: [bob, ann]}",
    "leads of rep bob is `2`, expected `at least 3 and at most 4`": "leads: {count: 3, like: {}}\n    "
    "expect: {spread: {rep: {bob: {min: 3, max: 4}}}}",
    "limits is `bob 2`, expected `at most 1 per rep`": "leads: {count: 3, like: {}}\n    expect: {limits: {per_rep: 1}}",
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
    if ran.example.stage is Stage.DERIVE:
        assert set(ran.derivations) == {one.key for one in ran.differences} - {"source"}
    else:
        assert ran.trace is not None
        assert ran.differences[0].lead in (None, ran.trace.lead)


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
    assert [name for name, _ in done.coverage.steps.missed] == ["step pool na", "step queue emea_review"]
    assert not outcome(tmp_path, body, fail_under={"rules": 40}).failed
    (found,) = outcome(tmp_path, body, fail_under={"rules": 41}).diagnostics
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


def test_tests_of_two_projects_are_not_mixed(tmp_path: Path) -> None:
    """Their rules may have the same names and say something else, so that each has its own run unless the project is named."""
    body = "tests:\n  - {name: one, lead: {country: US}, expect: {pool: na}}\n"
    for name in ("now", "then"):
        (tmp_path / name).mkdir()
        small(tmp_path / name, one=body)
    with pytest.raises(CannotRunError) as refused:
        check(CheckOptions(start=tmp_path, paths=["now", "then/one.test.yaml"]))
    (found,) = refused.value.diagnostics
    assert "is of the project" in found.message
    done = check(CheckOptions(start=tmp_path, paths=["now", "then"], project=tmp_path / "now"))
    assert (len(done.files), done.failed) == (2, False)


def test_a_pattern_means_test_files(tmp_path: Path) -> None:
    """Those in folders, too, wherever the pattern starts, and each once however it is named; `.yml` is another ending of theirs."""
    small(tmp_path)
    (tmp_path / "tests").mkdir()
    body = "version: 1\ntests:\n  - {name: one, lead: {country: US}, expect: {pool: na}}\n"
    for name in ("a.test.yaml", "b.test.yml"):
        (tmp_path / "tests" / name).write_text(body, "utf-8")
    for paths in ([], ["*"], [f"{tmp_path}/tests/*"], ["tests", "tests/../tests/b.test.yml", str(tmp_path / "tests")], ["**/*.test.y*ml"]):
        done = check(CheckOptions(start=tmp_path, paths=paths, project=tmp_path))
        assert [Path(file).name for file in done.files] == ["a.test.yaml", "b.test.yml"]
        assert (len(done.ran), done.failed) == (2, False)
    with pytest.raises(CannotRunError) as refused:
        check(CheckOptions(start=tmp_path, paths=["*.yaml"]))
    assert [found.message for found in refused.value.diagnostics] == ["no test file matches `*.yaml`"]


def test_the_example_project_passes() -> None:
    """The tests that come with the rules hold, and its property is proved."""
    done = check(CheckOptions(start=ROOT, paths=["rules"]))
    assert [found.message for found in done.diagnostics] == []
    assert {ran.status for ran in done.ran} == {Status.PASSED}
    assert {settled.status for settled in done.settled} == {Status.PROVED}


def test_a_duplicate_has_no_account(tmp_path: Path) -> None:
    """It was not decided; that of the lead whose id it has is another's."""
    done = one(tmp_path, "leads: [{lead_id: A, country: US}, {lead_id: A, country: US}]\n    expect: {rule: rest}")
    said = "none: it has the same id as an earlier row"
    assert [(found.lead, found.row, found.found) for found in done.ran[0].differences] == [("A", 1, said)]
    assert done.ran[0].trace is None


TABLE = """tests:
  - name: who sells to whom
    like: {source: webinar}
    columns: [employees, country, away, expect.segment, expect.rule, expect.rep]
    rows:
      - [2400, Germany, null, large, german-large, eva]
      - [2400, DE, [eva], large, german-large, jon]
      - [5, DE, null, small, rest, null]
      - {name: France, at: 2026-11-24T10:00Z, lead: {country: FR}, expect: {rule: rest}}
    expect: {outcome: assigned}
"""


def test_every_row_is_a_test_of_its_own(tmp_path: Path) -> None:
    """With its own name and place; a cell without expectation expects nothing, and what the rows share holds for each."""
    done = outcome(tmp_path, TABLE)
    assert [ran.example.name for ran in done.ran] == [
        "who sells to whom, row 1",
        "who sells to whom, row 2",
        "who sells to whom, row 3",
        "who sells to whom: France",
    ]
    assert [ran.status.value for ran in done.ran] == ["passed", "passed", "failed", "passed"]
    (found,) = done.diagnostics
    assert found.message == "the test `who sells to whom, row 3` fails: rule is `german`, expected `rest`"
    assert (found.span.line, found.span.column) == (9, 9)  # type: ignore[union-attr]
    assert [ran.differences[0].span.column for ran in done.ran if ran.differences] == [30]
    assert len({ran.example.at for ran in done.ran}) == 2


def test_rows_at_one_go_are_as_each_alone(tmp_path: Path) -> None:
    """The same verdicts, accounts and coverage, though leads share ids, companies, limits and turns, and some are invalid."""
    settings = LEADROUTE.replace("source: string", "source: {type: string, required: true}") + "keep_together: {by: [owner], for: 30d}\n"
    rules = (
        RULES.replace("na: {who: {region: na}}", "na: {who: {region: na}, limits: {per_day: 1}, otherwise: [{pool: emea}]}")
        .replace("{pool: emea, require", "{pool: emea, effort: $employees, require")
        .replace("{pool: emea, otherwise: [{pool: na}]}", "{pool: emea, pick: least_loaded, effort: $employees, otherwise: [{pool: na}]}")
        .replace("version: 1\n", "version: 1\nrotations: {all: {by: segment, cost: {of: $employees, else: 1}}}\n")
        .replace("na}, limits", "na}, turns: all, limits")
    )
    cells = [
        f"      - [{['A', 'B', 'null'][at % 3]}, {['DE', 'US'][at // 2 % 2]}, {[5, 20, 2400, 'null', 9e9][at % 5]}, "
        f"{['web', 'junk', 'WEB', 'null'][at % 4]}, {['null', 'ann', 'jon', 'kim'][at // 3 % 4]}, {['null', '[bob]'][at % 2]}, %s]"
        for at in range(14)
    ]
    columns = "columns: [lead_id, country, employees, source, owner, away, expect.{}]"
    wanted = {"rep": "jon", "matches": "german", "segment": "small", "rung": 1, "only_eligible": "[ann, bob]"}
    text = AT + "tests:\n"
    for key, value in wanted.items():
        text += f"  - name: {key}\n    {columns.format(key)}\n    rows:\n" + "".join(f"{cell % value}\n" for cell in cells)
    project = open_project(small(tmp_path, settings=settings, rules=rules, one=text), None)
    suite = read_suite(tmp_path / "one.test.yaml", project, findings := Findings())
    assert suite is not None, findings.items
    alone, together = Reached(), Reached()
    each = [run(project, example, alone).ran for example in suite.examples]
    groups = alike(project, suite.examples)
    found = {ran.example.name: ran for group in groups for ran in run_alike(project, group, together)}
    assert len(groups) == 6  # three stages, and bob is there, or away
    assert [found[ran.example.name] for ran in each] == each
    assert together == alone
    assert {ran.status for ran in each} == {Status.PASSED, Status.FAILED}
    assert {ran.trace.decision.rule for ran in each if ran.trace} >= {"owned", "german", "rest"}


def test_rows_of_a_csv_file(tmp_path: Path) -> None:
    """The header names the columns, a failing row has its line, and several reps stand between semicolons."""
    (tmp_path / "rows.csv").write_text(
        "employees,country,away,expect.rule,expect.not_rep\n2400,DE,eva;jon,german-large,eva;jon\n\n5,FR,ann,german,ann\n", "utf-8"
    )
    done = outcome(tmp_path, "tests:\n  - {name: t, rows: {file: rows.csv}}\n")
    (found,) = done.diagnostics
    assert found.message == "the test `t, row 2` fails: rule is `rest`, expected `german`"
    assert (Path(found.span.file).name, found.span.line) == ("rows.csv", 4)  # type: ignore[union-attr]
    (tmp_path / "rows.csv").write_text("employees,expect.rule\n", "utf-8")
    assert [one.name for one in outcome(tmp_path, "tests:\n  - {name: t, rows: {file: rows.csv}}\n").diagnostics] == ["no-tests"]
    assert [one.name for one in outcome(tmp_path, "tests:\n  - {name: t, rows: {file: no.csv}}\n").diagnostics] == ["unreadable-file"]


def test_a_stage_alone_needs_no_instant_for_the_others(tmp_path: Path) -> None:
    """Who is on leave when is nothing to the fields of a lead, nor to the rule that matches; a rule with dates is to the latter."""
    roster = ROSTER.replace("id: jon,", "id: jon, away: [{from: 2026-11-24, to: 2026-11-28}],")
    tests = "tests:\n  - {name: a, lead: {}, expect: {segment: small}}\n  - {name: b, lead: {}, expect: {matches: rest}}\n"
    assert check(CheckOptions(start=small(tmp_path, roster=roster, one=tests))).diagnostics == ()
    dated = RULES.replace("id: junk,", "id: junk, from: 2026-11-01,")
    done = check(CheckOptions(start=small(tmp_path, rules=dated, one=tests)))
    assert [found.message for found in done.diagnostics] == ["the test `b` says no instant, and rule `junk` has dates"]


def test_turns_count_with_the_weights_in_force(tmp_path: Path) -> None:
    """Level is turns / weight, for each value of `by` apart, and who is not named has had none."""
    rules = RULES.replace("pools:\n", "rotations:\n  turns: {by: tier, weights: {ann: 4}}\npools:\n")
    rules = rules.replace("region: na}}", "region: na}, turns: turns}")
    tests = "tests:\n" + "".join(
        f"  - {{name: {name}, turns: {turns}, lead: {{tier: {tier}}}, expect: {{rep: {rep}}}}}\n"
        for name, turns, tier, rep in (
            ("a", "{turns: {hot: {ann: 3}}}", "hot", "bob"),
            ("b", "{turns: {hot: {ann: 3, bob: 2}}}", "hot", "ann"),
            ("c", "{na: {HOT: {bob: 1}}}", "cold", "ann"),
        )
    )
    assert [found.message for found in check(CheckOptions(start=small(tmp_path, rules=rules, one=tests))).diagnostics] == []


def test_a_limit_of_a_pool_can_be_used_up(tmp_path: Path) -> None:
    """Its leads in a window, and what it handed out that is carried still."""
    rules = RULES.replace("na: {who: {region: na}}", "na: {who: {region: na}, limits: {open: 5, per_week: 3}}")
    tests = "tests:\n" + "".join(
        f"  - {{name: '{used}', used: {{bob: {{na: {used}}}}}, lead: {{}}, expect: {{stopped: {{bob: limits}}}}}}\n"
        for used in ("{open: 4.5}", "{per_week: 3}")
    )
    assert [found.message for found in check(CheckOptions(start=small(tmp_path, rules=rules, one=tests))).diagnostics] == []


def test_leads_that_came_before_are_followed(tmp_path: Path) -> None:
    """With `keep_together` a lead goes where the newest lead that shares a key with it went."""
    settings = LEADROUTE + "keep_together: {by: [source], for: 30d}\n"
    body = "tests:\n  - name: one\n    before: [{source: a}, {source: b}]\n    lead: {source: b, country: DE}\n"
    body += "    expect: {rep: ann, reason: kept_together}\n"
    assert check(CheckOptions(start=small(tmp_path, settings=settings, one=body))).diagnostics == ()


def test_a_lead_that_came_before_comes_again(tmp_path: Path) -> None:
    """At every stage `previous.*` tells who got the lead of the same id and how often it stands there; of others it tells nothing."""
    rules = RULES.replace("rules:\n", "rules:\n  - {id: again, when: {previous.rep: ann, previous.count: {gte: 2}}, assign: {pool: na}}\n")
    before = "before: [{lead_id: A, owner: ann}, {lead_id: A}, {lead_id: B, owner: ann}]"
    body = "tests:\n" + "".join(
        f"  - {{name: '{at}', {before}, lead: {{lead_id: {lead}}}, expect: {{{expect}}}}}\n"
        for at, (lead, expect) in enumerate(
            [
                ("A", "rule: again"),
                ("A", "matches: again"),
                ("A", "previous.rep: ann"),
                ("B", "previous.count: 1, rule: rest"),
                ("C", "rule: rest"),
            ]
        )
    )
    done = check(CheckOptions(start=small(tmp_path, rules=rules, one=body)))
    assert [found.message for found in done.diagnostics] == []


def test_who_got_a_lead_may_be_above_a_limit(tmp_path: Path) -> None:
    """`kept` tells by how much; leads by a person's name that charge no limits can bring that about."""
    rules = RULES.replace("assign: {rep: $owner,", "assign: {rep: $owner, require: [], charge: [load],")
    body = "tests:\n  - {name: one, used: {ann: {per_day: 6}}, leads: [{owner: bob}, {}], expect: {limits: {kept: true}}}\n"
    done = check(CheckOptions(start=small(tmp_path, rules=rules, one=body)))
    assert done.diagnostics == ()  # ann is above hers, and got nothing
    settings = LEADROUTE + "keep_together: {by: [source], for: 30d}\n"
    body = "tests:\n  - name: one\n    used: {ann: {per_day: 3}}\n    before: [{}, {source: a}]\n    leads: [{source: a}]\n"
    body += "    expect: {limits: {kept: true}}\n"
    done = check(CheckOptions(start=small(tmp_path, settings=settings, one=body)))
    assert [found.message for found in done.diagnostics] == ["the test `one` fails: limits is `ann: 5 of 4 in the day`, expected `kept`"]


def test_leads_of_a_file(tmp_path: Path) -> None:
    """They are read as by `route`, the first so many or all; a file that cannot be read fails, at the place that names it."""
    (tmp_path / "leads.csv").write_text("lead_id,country,employees,owner,source\n1,DE,5,,\n2,US,,,\n2,US,,,\n4,US,,,junk\n", "utf-8")
    spread = "expect: {spread: {pool: {na: %d, emea: 1}, outcome: {duplicate: %d}}}"
    body = f"leads: {{file: leads.csv}}\n    {spread % (1, 1)}"
    assert one(tmp_path, body).diagnostics == ()
    assert one(tmp_path, body.replace("csv}", "csv, count: 2}").replace("duplicate: 1", "duplicate: 0")).diagnostics == ()
    done = one(tmp_path, body.replace("leads.csv", "no.csv"))
    (found,) = done.diagnostics
    assert (found.name, found.span and found.span.line, found.source) == ("lead-file-missing", 4, ("    leads: {file: no.csv}",))
    assert done.unread
    (tmp_path / "leads.csv").write_text("lead_id,country,employees,owner,source\n", "utf-8")
    assert [found.name for found in one(tmp_path, body).diagnostics] != []
    (tmp_path / "leads.csv").write_text("lead_id,country\n1,DE\n", "utf-8")
    assert [found.name for found in one(tmp_path, body).diagnostics] == ["missing-column"] * 2


def test_a_snapshot_is_written_on_request_alone(tmp_path: Path) -> None:
    """One that is not there fails, and so does one that differs, lead by lead; `update` writes it, and nothing where nothing changed."""
    body = "leads: [{country: DE}, {lead_id: B, source: junk}, {}]\n    expect: {snapshot: a.csv, rule: %s}"
    body = body.replace(", rule: %s", "")
    (found,) = one(tmp_path, body).diagnostics
    assert (found.name, (tmp_path / "a.csv").exists()) == ("no-snapshot", False)
    text = f"tests:\n  - name: one\n    {body}\n"
    assert [Path(name).name for name in outcome(tmp_path, text, update=True).written] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text("utf-8") == (
        "lead,outcome,rep,queue,rule,pool\nlead 1,assigned,eva,,german,emea\nB,queued,,junk,junk,\nlead 3,assigned,bob,,rest,na\n"
    )
    assert outcome(tmp_path, text, update=True).written == ()
    assert outcome(tmp_path, text).diagnostics == ()
    done = outcome(tmp_path, text.replace("country: DE", "country: FR").replace(", {}]", "]"))
    assert [(one.lead, one.expected, one.found) for one in done.ran[0].differences] == [
        ("lead 1", "eva, by rule german", "bob, by rule rest"),
        ("lead 3", "bob, by rule rest", "no such lead"),
    ]
    assert done.ran[0].trace is not None
    (tmp_path / "a.csv").write_text("lead,outcome\n", "utf-8")
    done = outcome(tmp_path, text)
    assert (done.ran[0].differences[0].found, done.diagnostics[0].help) == ("no snapshot", None)
    done = outcome(tmp_path, text, update=True)
    assert ([found.name for found in done.diagnostics], done.written) == (["not-written"], ())
    assert (tmp_path / "a.csv").read_text("utf-8") == "lead,outcome\n"  # it may be somebody's leads
    (found,) = outcome(tmp_path, text.replace("a.csv", "no/a.csv"), update=True).diagnostics
    assert found.name == "not-written"


def test_a_lead_that_is_invalid_fails_at_every_stage(tmp_path: Path) -> None:
    """Its fields are nobody's, so that nothing is as expected."""
    settings = LEADROUTE.replace("source: string", "source: {type: string, required: true}")
    bodies = ("country: DE", "matches: german", "rule: german", "not_rep: ann", "outcome: invalid")
    tests = "tests:\n" + "".join(f"  - {{name: '{at}', lead: {{country: DE}}, expect: {{{body}}}}}\n" for at, body in enumerate(bodies))
    done = check(CheckOptions(start=small(tmp_path, settings=settings, one=tests)))
    assert [[one.found for one in ran.differences] for ran in done.ran] == [["invalid: source is required and missing"]] * 4 + [[]]
    batch = (
        "tests:\n  - {name: b, leads: [{country: DE}, {lead_id: A, source: web}], expect: {rule: rest, spread: {outcome: {invalid: 1}}}}\n"
    )
    (ran,) = check(CheckOptions(start=small(tmp_path, settings=settings, one=batch))).ran
    assert [(one.lead, one.found) for one in ran.differences] == [("lead 1", "none: source is required and missing")]


def test_a_field_that_differs_says_how_it_was_worked_out(tmp_path: Path) -> None:
    """Its cases up to the one that held, with what each saw."""
    (ran,) = one(tmp_path, "lead: {employees: 5}\n    expect: {segment: large, tier: hot}").ran
    assert {name: [(step.rule, step.status, step.words) for step in steps] for name, steps in ran.derivations.items()} == {
        "segment": [("large", "no", "employees `5` is not at least `1000`"), ("small", "took", "else")],
        "tier": [("30.5", "no", "segment `small` is not `large`")],
    }
