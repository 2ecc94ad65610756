"""Test files: every name is checked, and what cannot be meant is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute import project
from leadroute.project.findings import Findings
from leadroute.project.tests import read_suite
from tests.workflows.small import small

WRONG = {
    "lead: {contry: US}\n    expect: {rule: rest}": ("unknown-field", "no field is named `contry`"),
    "lead: {now.date: 2026-01-01}\n    expect: {rule: rest}": ("unknown-field", "no field is named `now.date`"),
    "lead: {employees: 1, Mitarbeiter: 2}\n    expect: {rule: rest}": ("duplicate-name", "`Mitarbeiter` gives `employees` a second time"),
    "lead: {country: US}\n    expect: {rule: res}": ("unknown-rule", "no rule is named `res`"),
    "lead: {country: US}\n    expect: {pool: n}": ("unknown-pool", "no pool is named `n`"),
    "lead: {country: US}\n    expect: {queue: n}": ("unknown-queue", "no queue is named `n`"),
    "lead: {country: US}\n    expect: {rep: n}": ("unknown-rep", "no rep is `n`"),
    "lead: {country: US}\n    expect: {not_rep: [ann, n]}": ("unknown-rep", "no rep is `n`"),
    "lead: {country: US}\n    expect: {reason: n}": ("bad-value", "no reason is named `n`"),
    "lead: {country: US}\n    expect: {tier: n}": ("bad-value", "no tier is named `n`"),
    "lead: {country: US}\n    expect: {segmnt: large}": ("unknown-field", "`segmnt` is neither a field nor a fact of a decision"),
    "lead: {country: US}\n    expect: {matches: n}": ("unknown-rule", "no rule is named `n`"),
    "lead: {country: US}\n    expect: {outcome: asigned}": ("bad-value", "`outcome` cannot be `asigned`"),
    "lead: {country: US}\n    expect: {employees: many}": ("unreadable-literal", "`many` is no number, which `employees` needs"),
    "lead: {country: US}\n    expect: {eligible: [ann, n]}": ("unknown-rep", "no rep is `n`"),
    "lead: {country: US}\n    expect: {eligible: {n: [ann]}}": ("unknown-pool", "no pool is named `n`"),
    "lead: {country: US}\n    expect: {stopped: {ann: leave}}": ("bad-value", "`ann` cannot be `leave`"),
    "lead: {country: US}\n    expect: {spread: {rep: {ann: 1}}}": ("does-not-apply", "`spread` is asked of several leads"),
    "leads: {count: 2, like: {}}\n    expect: {eligible: [ann]}": ("does-not-apply", "`eligible` is asked of one lead"),
    "leads: {count: 2, like: {}}\n    expect: {spread: {rep: {n: 1}}}": ("unknown-rep", "no rep is `n`"),
    "leads: {count: 2, like: {}}\n    expect: {spread: {queue: {n: 1}}}": ("unknown-queue", "no queue is named `n`"),
    "leads: {count: 2, like: {}}\n    expect: {spread: {rep: {ann: {min: 2, max: 1}}}}": (
        "bad-value",
        "at least 2 and at most 1 is no number",
    ),
    "leads: {count: 2, like: {}}\n    expect: {order: [n]}": ("unknown-rep", "no rep is `n`"),
    "leads: {count: 2}\n    expect: {rule: rest}": ("missing-key", "`leads` says none of `like`, `file`"),
    "lead: {country: US}": ("missing-key", "`one` has no `expect`"),
    "lead: {country: US}\n    like: {country: US}\n    expect: {rule: rest}": (
        "does-not-apply",
        "`like` is about `rows`, and the test has none",
    ),
    "rows: [[US]]\n    expect: {rule: rest}": ("missing-key", "a row is a list, and the test has no `columns`"),
    "rows: [[US]]\n    columns: [country, expect.rule]": ("bad-value", "the row has 1 cells, and there are 2 `columns`"),
    "rows: [[US, null]]\n    columns: [country, expect.rule]": ("missing-key", "`one, row 1` has no `expect`"),
    "rows: [[US, res]]\n    columns: [country, expect.rule]": ("unknown-rule", "no rule is named `res`"),
    "rows: [[US, one]]\n    columns: [country, expect.rung]": ("wrong-type", "`rung` is `one`, expected a whole number"),
    "rows: [[US, rest]]\n    columns: [contry, expect.rule]": ("unknown-field", "no field is named `contry`"),
    "rows: [{lead: {country: US}, expect: {rule: rest}}]\n    columns: [country]": (
        "does-not-apply",
        "no row is a list, so nothing is read by `columns`",
    ),
    "rows: [{name: a, expect: {rule: rest}}, {name: a, expect: {rule: rest}}]": ("duplicate-name", "two tests are named `one: a`"),
    "rows: [[US, rest, DE]]\n    columns: [country, expect.rule, country]": ("duplicate-name", "two columns are named `country`"),
    "rows: [[{gte: 5}, rest]]\n    columns: [employees, expect.rule]": (
        "wrong-type",
        "`employees` is a mapping, expected text, a number, `true`/`false`, nothing or a list",
    ),
    "rows: []": ("bad-value", "`rows` is empty"),
    "lead: {country: [DE, US]}\n    expect: {rule: rest}": ("wrong-type", "`country` is a country, and here is a list"),
    "rows: [&a {name: a, expect: {rule: rest}}, *a]": ("duplicate-name", "two tests are named `one: a`"),
    "lead: {}\n    expect: &a {rule: rest}\n  - &b {name: two, lead: {}, expect: *a}\n  - *b": (
        "duplicate-name",
        "two tests are named `two`",
    ),
    "rows: [{name: '', expect: {rule: rest}}]": ("bad-value", "`name` is empty"),
    "lead: {country: US}\n    expect: {not_rep: []}": ("bad-value", "`not_rep` is empty"),
    "lead: {country: US}\n    expect: {eligible: []}": ("bad-value", "`eligible` is empty"),
    "lead: {country: US}\n    expect: {not_eligible: {na: []}}": ("bad-value", "`na` is empty"),
    "lead: {country: US}\n    expect: {only_eligible: {}}": ("missing-key", "`only_eligible` is empty"),
    "leads: [{country: US}]\n    expect: {limits: {kept: false}}": ("bad-value", "`kept` is `false`, expected `true`"),
    "lead: {}\n    turns: {n: {ann: 1}}\n    expect: {rep: ann}": ("unknown-pool", "no rotation or pool is named `n`"),
    "lead: {}\n    turns: {na: {n: 1}}\n    expect: {rep: ann}": ("unknown-rep", "no rep is `n`"),
    "lead: {}\n    turns: {na: {hot: {ann: 1}}}\n    expect: {rep: ann}": ("wrong-type", "`hot`: say the turns of each rep"),
    "lead: {}\n    used: {n: {per_day: 1}}\n    expect: {rep: ann}": ("unknown-rep", "no rep is `n`"),
    "lead: {}\n    used: {bob: {per_day: 1}}\n    expect: {rep: ann}": (
        "does-not-apply",
        "rep `bob` has no limit `per_day` that counts leads, so nothing can be used up of it",
    ),
    "lead: {}\n    used: {ann: {n: {per_day: 1}}}\n    expect: {rep: ann}": ("unknown-pool", "no pool is named `n`"),
    "lead: {}\n    before: [{contry: US}]\n    expect: {rep: ann}": ("unknown-field", "no field is named `contry`"),
    "lead: {country: US}\n    expect: {}": ("missing-key", "`expect` is empty"),
    "lead: {country: US}\n    expect: {share: {max_difference: 1}}": ("does-not-apply", "`share` is asked of several leads"),
    "leads: {count: 2, like: {}}\n    expect: {rung: 1}": ("does-not-apply", "`rung` is asked of one lead"),
    "leads: {count: 2, like: {lead_id: A}}\n    expect: {rule: rest}": ("does-not-apply", "several leads cannot have one `lead_id`"),
    "leads: [{country: US}, {segment: large}]\n    expect: {rule: rest}": (
        "bad-value",
        "the leads of this test do not all give the same derived fields",
    ),
    "lead: {country: US}\n    away: [n]\n    expect: {rule: rest}": ("unknown-rep", "no rep is `n`"),
    "lead: {country: US}\n    reps: {n: {load: 1}}\n    expect: {rule: rest}": ("unknown-rep", "no rep is `n`"),
    "lead: {country: US}\n    at: noon\n    expect: {rule: rest}": ("bad-instant", "`noon` is no timestamp"),
    "lead: {country: US}\n    leads: [{country: US}]\n    expect: {rule: rest}": (
        "bad-value",
        "an entry of `tests` has `lead` and `leads`: one of `lead`, `leads`, `rows` is meant",
    ),
}


def read(folder: Path, text: str) -> list[tuple[str, str]]:
    loaded = project.load(small(folder, one=text)).project
    assert loaded is not None
    findings = Findings()
    suite = read_suite(folder / "one.test.yaml", loaded, findings)
    assert (suite is None) is bool(findings.items)
    assert all(item.span is not None and item.source for item in findings.items)
    return [(item.name, item.message) for item in findings.items]


@pytest.mark.parametrize("body", WRONG)
def test_a_test_that_cannot_be_meant_is_refused(body: str, tmp_path: Path) -> None:
    """One mistake gives one finding, at its place."""
    (name, message), *others = read(tmp_path, f"tests:\n  - name: one\n    {body}\n")
    assert others == []
    assert (name, message) == WRONG[body]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("{name: p, given: {contry: US}, always: {rule: rest}}", "unknown-field"),
        ("{name: p, always: {rep: {regio: na}}}", "unknown-attribute"),
        ("{name: p, never: {rule: [rest, n]}}", "unknown-rule"),
        ("{name: p, never: {outcome: n}}", "bad-value"),
        ("{name: p, always: {rule: rest}, never: {rule: rest}}", "bad-value"),
        ("{name: p}", "missing-key"),
    ],
)
def test_a_property_that_cannot_be_meant_is_refused(body: str, name: str, tmp_path: Path) -> None:
    """A name that nobody has would hold for a reason that nobody meant."""
    assert [found for found, _ in read(tmp_path, f"properties:\n  - {body}\n")] == [name]


def test_two_tests_of_one_name_are_refused(tmp_path: Path) -> None:
    """Nobody could tell them apart in a report."""
    text = "tests:\n  - {name: a, lead: {country: US}, expect: {rule: rest}}\nproperties:\n  - {name: a, never: {pool: emea}}\n"
    assert read(tmp_path, text) == [("duplicate-name", "two tests are named `a`")]


def test_a_value_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """It is missing, as in a lead file; what is a missing value on purpose is not told."""
    loaded = project.load(small(tmp_path)).project
    assert loaded is not None
    for lead, told in (("country: Germny, employees: '1,5'", ["`Germny`"]), ("country: '', employees: null, segment: large", [])):
        small(tmp_path, one=f"tests:\n  - {{name: a, lead: {{{lead}}}, expect: {{rule: rest}}}}\n")
        findings = Findings()
        assert read_suite(tmp_path / "one.test.yaml", loaded, findings) is not None
        assert [(item.name, item.message.split()[0]) for item in findings.items] == [("unreadable-value", word) for word in told]
