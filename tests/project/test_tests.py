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
        "an entry of `tests` has `lead` and `leads`: one of `lead`, `leads` is meant",
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
