"""``leadroute test`` as it is typed: what is printed, in three forms, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml

from leadroute.cli.exit import Exit
from leadroute.model.examples import KINDS
from tests.cli.conftest import Leadroute
from tests.conftest import Golden
from tests.workflows.small import AT, LEADROUTE, RULES, small

TESTS = f"""{AT}tests:
  - name: a large one from Germany
    lead: {{country: DE, employees: 2400}}
    expect: {{rule: german-large, rep: eva}}
  - name: a small one
    lead: {{country: DE, employees: 5}}
    expect: {{rule: german-large, rep: jon, pool: emea}}
  - name: shared out
    leads: {{count: 12, like: {{country: US}}}}
    expect: {{pool: emea, share: {{max_difference: 0.5}}}}
  - name: not yet
    lead: {{country: FR}}
    fails: waits for France
    expect: {{pool: emea}}
properties:
  - {{name: junk stays junk, given: {{source: junk}}, always: {{queue: junk}}}}
  - {{name: 'none leaves <EMEA>', given: {{country: DE}}, always: {{rep: {{region: emea}}}}}}
"""
PROPERTY = "properties:\n  - {name: p, given: {source: junk}, always: {queue: junk}}\n"
GOOD = "tests:\n  - {name: one, lead: {country: US}, expect: {pool: na}}\n"


@pytest.mark.parametrize("columns", [80, 140])
def test_what_people_see(folder: Path, leadroute: Leadroute, golden: Golden, columns: int) -> None:
    """Each failure with its place, what differs, and the lead's account; then the counts."""
    small(folder, one=TESTS)
    done = leadroute("test", columns=columns)
    assert (done.exit_code, done.stderr) == (Exit.NO, "")
    assert max(map(len, done.stdout.splitlines())) <= 140
    golden(f"test/failures-{columns}.txt", done.stdout)


def test_json_is_one_object_of_one_shape(folder: Path, leadroute: Leadroute) -> None:
    """Whether tests pass, fail, or could not be run."""
    small(folder, one=TESTS)
    failed = json.loads(leadroute("test", "--format", "json").stdout)
    small(folder, one=GOOD)
    passed = json.loads(leadroute("test", "--format", "json").stdout)
    nothing = leadroute("test", "nowhere.test.yaml", "--format", "json")
    assert nothing.exit_code == Exit.UNLOADABLE
    assert failed.keys() == passed.keys() == json.loads(nothing.stdout).keys()
    assert failed["summary"].keys() == passed["summary"].keys() == json.loads(nothing.stdout)["summary"].keys()
    assert [test["status"] for test in failed["tests"]] == ["passed", "failed", "failed", "failed_as_known"]
    assert [one["status"] for one in failed["properties"]] == ["proved", "refuted"]
    assert failed["tests"][1]["differences"][0] | {"file": ""} == {
        "key": "rule", "expected": "german-large", "found": "german", "lead": "lead 1", "file": "", "line": 9, "column": 20,
    }  # fmt: skip
    assert failed["tests"][1]["explanation"]["lead"] == "lead 1"
    assert failed["tests"][0]["explanation"] is None
    assert failed["coverage"]["rules"]["reached"] == 3


def test_junit_has_a_case_a_test(folder: Path, leadroute: Leadroute) -> None:
    """Failures with their details, what is known to fail as skipped, and what keeps a file from being run as an error."""
    small(folder, one=TESTS)
    report = JUnitXml.fromstring(leadroute("test", "--format", "junit").stdout.encode())
    (suite,) = report
    assert (suite.name, suite.tests, suite.failures, suite.skipped, suite.errors) == ("one.test.yaml", 6, 3, 1, 0)
    failures = {case.name: case.result[0].text for case in suite if case.result and case.result[0].text}
    assert list(failures) == ["a small one", "shared out", "none leaves <EMEA>"]
    assert failures["a small one"].startswith("one.test.yaml:7:11\nlead 1: rule is german, expected german-large\n")
    small(folder, one="tests:\n  - {name: one, lead: {contry: US}, expect: {pool: na}}\n")
    broken = leadroute("test", "--format", "junit")
    assert broken.exit_code == Exit.NO
    assert JUnitXml.fromstring(broken.stdout.encode()).errors == 1
    assert JUnitXml.fromstring(leadroute("test", "nowhere.yaml", "--format", "junit").stdout.encode()).errors == 1


def test_tables_that_share_a_file_are_told_apart(folder: Path, leadroute: Leadroute) -> None:
    """Their rows have one place, and each failure shows what differs in its own test."""
    rows = "tests:\n  - {name: a, rows: {file: r.csv}, expect: {pool: emea}}\n  - {name: b, rows: {file: r.csv}, expect: {rule: junk}}\n"
    small(folder, one=rows)
    (folder / "r.csv").write_text("country\nUS\n", "utf-8")
    text = leadroute("test").stdout
    assert [line for line in text.splitlines() if line.endswith(("  na", "  rest"))] == ["   pool  emea      na", "   rule  junk      rest"]
    failures = [case.result[0] for suite in JUnitXml.fromstring(leadroute("test", "--format", "junit").stdout.encode()) for case in suite]
    assert ["`a, row 1` fails: pool" in one.message for one in failures] == [True, False]
    assert [one.text.splitlines()[1] for one in failures] == ["lead 1: pool is na, expected emea", "lead 1: rule is rest, expected junk"]


@pytest.mark.parametrize(
    ("tests", "arguments", "code"),
    [
        (GOOD, [], Exit.DONE),
        (GOOD, ["--fail-under", "20"], Exit.DONE),
        (GOOD, ["--fail-under", "21"], Exit.NO),
        (TESTS, ["-q"], Exit.NO),
        ("tests: []\n", [], Exit.NO),
        ("about: nothing\n", [], Exit.NO),
        ("tests: [\n", [], Exit.UNLOADABLE),
        (GOOD, ["nowhere.test.yaml"], Exit.UNLOADABLE),
        (GOOD, ["."], Exit.DONE),
        (GOOD, ["--fail-under", "101"], Exit.USAGE),
        (GOOD, ["--fail-under", "lines=10"], Exit.USAGE),
        (GOOD, ["--fail-under", "gates=20"], Exit.NO),
        (GOOD + PROPERTY, ["--budget", "0"], Exit.DONE),
        (GOOD + PROPERTY.replace("given: {source: junk}", "given: {segment: lage}"), [], Exit.NO),
        (GOOD + PROPERTY.replace("given: {source: junk}", "given: {segment: lage}"), ["--format", "junit"], Exit.NO),
        (
            GOOD + "properties:\n  - {name: p, given: {source: junk}, always: {queue: junk}}\n",
            ["--budget", "0", "--strict"],
            Exit.UNDECIDED,
        ),
    ],
)
def test_exit_codes(folder: Path, leadroute: Leadroute, tests: str, arguments: list[str], code: Exit) -> None:
    """The words and the code agree."""
    small(folder, one=tests)
    done = leadroute("test", *arguments)
    assert done.exit_code == code
    assert ("error" in done.stdout + done.stderr.lower()) is (code not in (Exit.DONE, Exit.UNDECIDED))


def test_a_broken_project_is_refused(folder: Path, leadroute: Leadroute) -> None:
    """As by `route`."""
    small(folder, settings=LEADROUTE + "colour: red\n", one=GOOD)
    done = leadroute("test")
    assert done.exit_code == Exit.UNLOADABLE
    assert "unknown-key" in done.stderr
    assert done.stdout == ""


def test_what_is_not_reached_is_told_on_request(folder: Path, leadroute: Leadroute) -> None:
    """With `-v`, each with its place."""
    small(folder, one=GOOD)
    assert "not reached: rules.yaml:11:10 junk" in leadroute("test", "-v").stdout
    assert "not reached: " not in leadroute("test").stdout


def test_suggested_tests_reach_what_was_not_reached(folder: Path, leadroute: Leadroute) -> None:
    """Pasted into a file they pass, and everything is reached; of what no lead can reach it is said why."""
    small(folder, one=GOOD)
    done = json.loads(leadroute("test", "--suggest", "--format", "json").stdout)
    small(folder, one=GOOD, two="tests:\n" + done["suggested"])
    full = leadroute("test", *(word for kind in KINDS for word in ("--fail-under", f"{kind}=100")))
    assert (full.exit_code, full.stdout.splitlines()[-1]) == (
        Exit.DONE,
        "reached: 5 of 5 rules, 4 of 4 fallback steps, 6 of 6 gates; seen true and false: 7 of 7 conditions",
    )
    dead = RULES.replace("  - {id: paused", "  - {id: dead, when: {country: DE, segment: small}, assign: {pool: na}}\n  - {id: paused")
    small(folder, rules=dead, one=GOOD)
    lines = leadroute("test", "--suggest").stdout.splitlines()
    assert lines[2] == "tests for what none reaches:"
    assert [line for line in lines if line.startswith("  #")] == [
        "  # dead (rules.yaml:15): there is no such lead (proved)",
        "  # dead - country is `DE` was never true (rules.yaml:15): there is no such lead (proved)",
        "  # dead - segment is `small` was never true (rules.yaml:15): there is no such lead (proved)",
        "  # dead - segment is `small` was never false (rules.yaml:15): there is no such lead (proved)",
    ]


def test_tests_are_put_into_a_file(folder: Path, leadroute: Leadroute) -> None:
    """What stands there stays as it is, and the next run reaches what this one did not; a file that cannot take them is not touched."""
    small(folder, one=GOOD + "\n# the end\n" + PROPERTY)
    done = leadroute("test", "--write", "one.test.yaml")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (Exit.DONE, "written: one.test.yaml (11 tests added)")
    text = (folder / "one.test.yaml").read_text("utf-8")
    assert text.startswith(f"version: 1\n{GOOD}  - name: junk takes its leads\n")
    assert text.endswith("\n# the end\n" + PROPERTY)
    again = leadroute("test", "--write", "one.test.yaml", "--fail-under", "100")
    assert (again.exit_code, "written" in again.stdout) == (Exit.DONE, False)
    assert again.stdout.splitlines()[-1] == "no test is suggested: all is reached"
    for name, why in (("new.yaml", "does not end in `.test.yaml`"), ("no/new.test.yaml", "no such file or directory")):
        small(folder, one=GOOD)
        refused = leadroute("test", "--write", name)
        assert (refused.exit_code, "not-written" in refused.stdout, why in refused.stdout) == (Exit.NO, True, True)


def test_snapshots_are_written_when_asked(folder: Path, leadroute: Leadroute) -> None:
    """`--update` says which, and CI fails on one that is not there."""
    small(folder, one="tests:\n  - {name: one, leads: {count: 2, like: {}}, expect: {snapshot: a.csv}}\n")
    missing = leadroute("test")
    assert (missing.exit_code, "LR410 [no-snapshot]" in missing.stdout) == (Exit.NO, True)
    assert JUnitXml.fromstring(leadroute("test", "--format", "junit").stdout.encode()).failures == 1
    assert leadroute("test", "--update").stdout.endswith("written: a.csv\n")
    assert leadroute("test").exit_code == Exit.DONE
