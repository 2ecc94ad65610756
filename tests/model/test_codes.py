"""The registry of findings: complete, documented, and every code provoked by a sample."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadroute import project
from leadroute.cli.exit import Exit
from leadroute.leads import LeadFileError, open_file
from leadroute.leads.write import prepare
from leadroute.model.codes import CODES, CODES_BY_NAME, Code
from tests.cli.conftest import Leadroute, leadroute
from tests.leads.projects import decisions

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "broken"
BROKEN = ROOT / "tests" / "project" / "broken"
PROVED = ROOT / "tests" / "proofs" / "broken"
OF_PROJECTS = [code for code in CODES.values() if code.code < "LR300"]
COMMANDS = {
    "lead-file-missing": ["route", "nowhere.csv"],
    "lead-file-encoding": ["route", SAMPLES / "wrong_encoding.csv", "--encoding", "utf-8"],
    "option-misfit": ["route", SAMPLES / "nested.json", "--delimiter", ";"],
    "ledger": ["route", SAMPLES / "formula.csv", "--state", SAMPLES / "formula.csv"],
    "bad-instant": ["route", SAMPLES / "formula.csv", "--at", "noon"],
    "no-arrival": ["validate", "--forecast", SAMPLES / "formula.csv"],
    "no-lead": ["explain", SAMPLES / "formula.csv", "--lead", "B-2"],
}
"""What no file alone can show: by an option, or by a file that is not there."""
BY_A_TEST_OF_ITS_OWN = {"lead-file-changed", "no-batch", "not-undone", "no-place", "not-replayed", "no-revision", "not-formatted"} | {
    code.name
    for code in CODES.values()
    if code.code.startswith(("LR4", "LR5"))  # of test files, and of findings that are let stand
}

__all__ = ["leadroute"]  # the fixture


def of_samples() -> set[str]:
    """The names in the table of broken lead files, whose lines are tested with the other samples."""
    return {name for name in re.findall(r"`([a-z0-9-]+)`", (SAMPLES / "README.md").read_text("utf-8")) if name in CODES_BY_NAME}


def test_every_code_is_provoked() -> None:
    """Each code has a broken project, a line in the table of broken lead files, or a command; and nothing is left over."""
    projects = {folder.name for folder in BROKEN.iterdir()}
    assert projects == {code.name for code in OF_PROJECTS}
    proofs = {folder.name for folder in PROVED.iterdir()}  # tested with the proofs
    assert projects | proofs | of_samples() | COMMANDS.keys() | BY_A_TEST_OF_ITS_OWN == CODES_BY_NAME.keys()


def test_codes_are_given_in_the_registry_alone() -> None:
    """No other module writes a code or makes a finding by hand, and none of the registry's names is unused."""
    modules = {path: path.read_text("utf-8") for path in (ROOT / "leadroute").rglob("*.py") if path.name != "codes.py"}
    assert [path for path, text in modules.items() if re.search(r"""["']LR\d{3}["']""", text)] == []
    makers = {path.name for path, text in modules.items() if re.search(r"(?<![`\w])Diagnostic\(", text)}
    assert makers == {"findings.py"}  # with a place in a document; by its name all the same
    everything = "".join(modules.values())
    assert [name for name in CODES_BY_NAME if f'"{name}"' not in everything] == []


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
def test_every_code_is_documented(code: Code) -> None:
    """Each has a kebab-case name, a summary, what it costs, and snippets before and after."""
    assert CODES[code.code] is code
    assert code.name == code.name.lower().replace("_", "-").replace(" ", "-")
    assert code.summary
    assert code.why.endswith(".")
    assert code.bad != code.good


@pytest.mark.parametrize("code", OF_PROJECTS, ids=lambda code: code.name)
def test_a_broken_project_gives_its_code_and_nothing_else(code: Code) -> None:
    """One mistake gives one finding, of the code that is documented for it, with a place and the source line."""
    loaded = project.load(BROKEN / code.name)
    assert [item.name for item in loaded.diagnostics] == [code.name]
    (item,) = loaded.diagnostics
    assert (item.code, item.severity) == (code.code, code.severity)
    assert item.span is not None
    assert item.source
    assert (loaded.project is None) == (code.severity == "error")


@pytest.mark.parametrize("code", OF_PROJECTS, ids=lambda code: code.name)
def test_messages_are_one_sentence_without_capital_and_full_stop(code: Code) -> None:
    """A message starts small, ends open, and stands on one line; so does its help."""
    for item in project.load(BROKEN / code.name).diagnostics:
        for text in (item.message, item.help or ""):
            assert text[:1] in ("`", "") or text[:1].islower() or text.startswith(("RE2",))
            assert not text.endswith(".")
            assert "\n" not in text


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_cannot_run_says_why(name: str, leadroute: Leadroute) -> None:
    """The code of the registry, and exit 3."""
    state = () if name == "ledger" or COMMANDS[name][0] == "validate" else ("--state", "none")
    result = leadroute(*COMMANDS[name], "--project", SAMPLES / "project", *state)
    assert f"error {CODES_BY_NAME[name].code} [{name}] " in result.stderr
    assert result.exit_code == Exit.UNLOADABLE


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "xlsx", "parquet"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_file_that_changes_meanwhile_is_refused(ending: str, count: int, tmp_path: Path) -> None:
    """More or fewer leads than were decided get nobody else's decision, whatever is written."""
    for name, text in (("leads.csv", "lead_id\n1\n2\n"), ("leads.jsonl", '{"lead_id": 1}\n{"lead_id": 2}\n')):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        with open_file(str(path)) as file:
            with pytest.raises(LeadFileError) as problem:
                prepare(file, decisions(count), str(tmp_path / f"out.{ending}"))
            assert [found.code for found in problem.value.diagnostics] == [CODES_BY_NAME["lead-file-changed"].code]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leads.csv", "leads.jsonl"]
