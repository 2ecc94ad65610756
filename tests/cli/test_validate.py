"""``leadroute validate``: findings in three formats, and the exit code that CI relies on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadroute.cli.exit import Exit
from tests.cli.conftest import Leadroute
from tests.conftest import Golden

BROKEN = """\
version: 1
pools:
  everyone: {}
rules:
  - id: 大手企業
    when: {employes: {gte: 1000}, industry: fintech}
    assign: {pool: evryone}
  - id: rest
    when: {not: {industry: fintech}}
    assign: {pool: everyone}
"""
WARNED = """\
version: 1
pools:
  everyone: {}
rules:
  - id: rest
    when: {not: {industry: fintech}}
    assign: {pool: everyone}
"""


def test_a_right_project_has_no_findings(project: Path, leadroute: Leadroute) -> None:
    """One line with what was read, and exit code 0."""
    result = leadroute("validate")
    assert (result.exit_code, result.stdout, result.stderr) == (Exit.DONE, "no findings in 3 rules, 5 reps\n", "")


@pytest.mark.parametrize("form", ["text", "concise", "json"])
def test_errors_are_printed_and_exit_with_1(form: str, project: Path, leadroute: Leadroute, golden: Golden) -> None:
    """All of them, in the order of the file, on stdout."""
    (project / "rules/inbound.yaml").write_text(BROKEN, "utf-8")
    result = leadroute("validate", "--format", form)
    golden(f"validate/broken.{form}", result.stdout)
    assert (result.exit_code, result.stderr) == (Exit.NO, "")


def test_text_does_not_depend_on_the_width(project: Path, leadroute: Leadroute) -> None:
    """Editors read these lines: they are never wrapped."""
    (project / "rules/inbound.yaml").write_text(BROKEN, "utf-8")
    assert leadroute("validate", columns=40).stdout == leadroute("validate", columns=140).stdout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), Exit.DONE),
        (("--strict",), Exit.NO),
        (("--fail-on", "warning"), Exit.NO),
        (("--fail-on", "never"), Exit.DONE),
        (("--fail-on", "never", "--strict"), Exit.DONE),
    ],
)
def test_warnings_fail_when_they_are_asked_to(options: tuple[str, ...], code: Exit, project: Path, leadroute: Leadroute) -> None:
    """``--strict`` counts warnings as errors; ``--fail-on`` sets the bar."""
    (project / "rules/inbound.yaml").write_text(WARNED, "utf-8")
    result = leadroute("validate", *options)
    assert (result.exit_code, result.stderr) == (code, "")
    assert result.stdout.splitlines()[-1] == "1 warning in 1 rule, 5 reps"


DEAD = """\
version: 1
pools:
  everyone: {}
  others: {}
rules:
  - {id: large, when: {industry: fintech, employees: {gte: 50}}, assign: {pool: everyone}}
  - {id: rest, when: {industry: fintech, not: {employees: {gte: 50}}}, assign: {pool: everyone}}
  - {id: banks, when: {industry: [fintech], source: partner}, assign: {pool: others}}
  - {id: last, assign: {pool: everyone}}
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_proofs_are_findings_like_others(form: str, project: Path, leadroute: Leadroute, golden: Golden) -> None:
    """With certainty, related places and, in JSON, one shape."""
    (project / "rules/inbound.yaml").write_text(DEAD, "utf-8")
    result = leadroute("validate", "--format", form)
    golden(f"validate/dead.{form}", result.stdout)
    assert (result.exit_code, result.stderr) == (Exit.NO, "")


def test_undecided_proofs_exit_with_4_when_all_are_asked_for(project: Path, leadroute: Leadroute) -> None:
    """With ``--strict``; and what is found comes before what is undecided."""
    asked = leadroute("validate", "--budget", "0")
    assert asked.exit_code == Exit.DONE
    assert "LR399 [undecided]" in asked.stdout
    assert leadroute("validate", "--budget", "0", "--strict").exit_code == Exit.UNDECIDED
    (project / "rules/inbound.yaml").write_text(WARNED, "utf-8")
    assert leadroute("validate", "--budget", "0", "--strict").exit_code == Exit.NO


def test_advice_is_given_when_it_is_asked_for(project: Path, leadroute: Leadroute) -> None:
    """As info, which fails nothing."""
    (project / "rules/inbound.yaml").write_text(DEAD.replace("- {id: banks", "- {id: banks, enabled: false"), "utf-8")
    assert leadroute("validate", "--strict").stdout.startswith(("no findings", "rules/inbound.yaml:7:"))
    result = leadroute("validate", "--advice")
    assert "info LR305 [redundant-rule]" in result.stdout
    assert result.exit_code == Exit.DONE


def test_programs_get_advice_where_it_costs_little(project: Path, leadroute: Leadroute) -> None:
    """JSON has it of a small project unasked, and nothing else is different: not what fails, nor what is new against a baseline."""
    (project / "rules/inbound.yaml").write_text(DEAD.replace("- {id: banks", "- {id: banks, enabled: false"), "utf-8")

    def told(*options: str) -> list[str]:
        return [one["name"] for one in json.loads(leadroute("validate", "--format", "json", *options).stdout)["diagnostics"]]

    assert "redundant-rule" in told()
    assert told() == told("--advice")
    assert leadroute("validate", "--baseline", "known.json", "--write-baseline").exit_code == Exit.DONE
    assert told("--baseline", "known.json") == []
    many = "".join(f"  - {{id: r{at}, when: {{employees: {at}}}, assign: {{pool: everyone}}}}\n" for at in range(60))
    (project / "rules/inbound.yaml").write_text(DEAD.replace("  - {id: banks", f"{many}  - {{id: banks, enabled: false"), "utf-8")
    assert "redundant-rule" not in told()


def test_never_failing_still_tells_what_cannot_be_read(folder: Path, leadroute: Leadroute) -> None:
    """``--fail-on never`` is about findings; a project that is not there is none."""
    assert leadroute("validate", "--fail-on", "never").exit_code == Exit.UNLOADABLE


@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        ("leadroute.yaml", None, "unreadable-file"),
        ("rules/inbound.yaml", None, "unreadable-file"),
        ("roster.yaml", None, "unreadable-file"),
        ("rules/inbound.yaml", "rules: [", "bad-yaml"),
        ("roster.yaml", "reps: [\x00]", "bad-text"),
    ],
)
def test_a_file_that_cannot_be_read_exits_with_3(file: str, text: str | None, name: str, project: Path, leadroute: Leadroute) -> None:
    """Missing, not YAML, not text: the project was not read, so the answer is not just no."""
    (project / file).unlink()
    if text is not None:
        (project / file).write_text(text, "utf-8")
    result = leadroute("validate", ".", "--format", "json")
    found = json.loads(result.stdout)
    assert name in [one["name"] for one in found["diagnostics"]]
    assert (found["summary"]["rules"], found["summary"]["reps"]) == (None, None)
    assert (result.exit_code, result.stderr) == (Exit.UNLOADABLE, "")


def test_the_json_has_one_shape(project: Path, leadroute: Leadroute) -> None:
    """The same keys with findings, without, and without a project."""
    clean = json.loads(leadroute("validate", "--format", "json").stdout)
    (project / "leadroute.yaml").unlink()
    missing = json.loads(leadroute("validate", "--format", "json").stdout)
    assert clean.keys() == missing.keys() == {"schema_version", "diagnostics", "suppressed", "summary"}
    assert clean["summary"].keys() == missing["summary"].keys()
    others = {"suppressed": 0, "before": 0, "fixed": 0}
    assert clean["summary"] == {"error": 0, "warning": 0, "info": 2, "files": 3, "rules": 3, "reps": 5} | others
    assert missing["summary"] == {"error": 1, "warning": 0, "info": 0, "files": 0, "rules": None, "reps": None} | others


def test_a_project_is_found_upward_and_in_rules(project: Path, leadroute: Leadroute, monkeypatch: pytest.MonkeyPatch) -> None:
    """From inside it, from above its folder ``rules``, by option, by variable, and by any file of it."""
    monkeypatch.chdir(project / "schemas")
    for arguments in ((), ("..",), ("../rules/inbound.yaml",), ("../leadroute.yaml",), ("--project", "..")):
        assert leadroute("validate", *arguments).stdout == "no findings in 3 rules, 5 reps\n"
    monkeypatch.chdir(project.parent)
    assert leadroute("validate", LEADROUTE_PROJECT="acme").stdout == "no findings in 3 rules, 5 reps\n"
    project.rename(project.parent / "rules")
    assert leadroute("validate").stdout == "no findings in 3 rules, 5 reps\n"


def test_a_file_that_belongs_to_no_project_is_not_passed_over(project: Path, leadroute: Leadroute) -> None:
    """A draft that the project does not name was not read, and that is said."""
    (project / "draft.yaml").write_text(WARNED, "utf-8")
    result = leadroute("validate", "draft.yaml")
    assert "`draft.yaml` is no part of the project `leadroute.yaml`" in result.stdout
    assert (result.exit_code, result.stderr) == (Exit.UNLOADABLE, "")
    assert leadroute("validate", "--rules", "draft.yaml").stdout.endswith("1 warning in 1 rule, 5 reps\n")


def test_two_files_of_a_project_read_it_once(project: Path, leadroute: Leadroute) -> None:
    """As a hook passes the changed files."""
    result = leadroute("validate", "rules/inbound.yaml", "rules/inbound.test.yaml", "roster.yaml")
    assert (result.exit_code, result.stdout, result.stderr) == (Exit.DONE, "no findings in 3 rules, 5 reps\n", "")


def test_quiet_prints_findings_alone_and_verbose_the_files(project: Path, leadroute: Leadroute) -> None:
    """``-q`` leaves out the last line; ``-v`` names what was read on stderr."""
    quiet = leadroute("validate", "-q")
    assert (quiet.stdout, quiet.stderr) == ("", "")
    assert leadroute("validate", "-v").stderr.splitlines() == ["read leadroute.yaml", "read rules/inbound.yaml", "read roster.yaml"]


def test_colour_changes_nothing_but_colour(project: Path, leadroute: Leadroute) -> None:
    """The same words stand there, so that colour is never the only signal."""
    from rich.text import Text

    (project / "rules/inbound.yaml").write_text(BROKEN, "utf-8")
    coloured = leadroute("validate", "--color", "always").stdout
    assert "\x1b[1;31merror\x1b[0m" in coloured
    assert Text.from_ansi(coloured).plain.strip() == leadroute("validate", "--color", "never").stdout.strip()
