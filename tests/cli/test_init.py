"""``leadroute init``: a first project that works as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadroute.cli.exit import Exit
from leadroute.project.findings import Findings
from leadroute.project.yaml_text import read_yaml
from tests.cli.conftest import Leadroute
from tests.conftest import Golden

MESSY = """\
Lead Number,Created On,Company,Employees,Country,Source,Products,Opt-In,all
L1,11/23/2026 08:00,"Banco ""Sol"", SA","1,200",Brazil,webinar,crm;billing,Yes,1
L2,11/24/2026 09:30,Nord,Select,DE,fair: # 1,crm,No,2
L3,12/01/2026 10:00,N/A,45,USA,webinar,billing,No,3
L4,12/02/2026 11:00,Plain,7,France,webinar,crm;billing,Yes,4
"""


def test_the_example_is_written_and_has_no_findings(folder: Path, leadroute: Leadroute) -> None:
    """Files on stdout, the next step on stderr, nothing for ``validate`` to find."""
    result = leadroute("init", "first")
    assert sorted(result.stdout.splitlines()) == sorted(
        f"first/{path.relative_to(folder / 'first').as_posix()}" for path in (folder / "first").rglob("*") if path.is_file()
    )
    assert result.stderr == "next: cd first; leadroute validate, then put your people into roster.yaml\n"
    assert result.exit_code == Exit.DONE
    checked = leadroute("validate", "first", "--strict")
    assert (checked.exit_code, checked.stdout) == (Exit.DONE, "no findings in 3 rules, 5 reps\n")


def test_fields_are_written_for_the_columns_of_a_file(folder: Path, leadroute: Leadroute, golden: Golden) -> None:
    """Types, columns, formats and missing texts as found, with frequent values as comments; and the project is right."""
    (folder / "leads.csv").write_text(MESSY, "utf-8")
    result = leadroute("init", "first", "--from", "leads.csv", "--quiet")
    assert (result.exit_code, result.stderr) == (Exit.DONE, "")
    golden("init/leadroute.yaml", (folder / "first/leadroute.yaml").read_text("utf-8"))
    golden("init/inbound.yaml", (folder / "first/rules/inbound.yaml").read_text("utf-8"))
    assert leadroute("validate", "first", "--strict").stdout == "no findings in 1 rule, 5 reps\n"


def test_leads_may_come_from_stdin(folder: Path, leadroute: Leadroute) -> None:
    """``--from -``."""
    result = leadroute("init", "first", "--from", "-", stdin=MESSY)
    assert result.exit_code == Exit.DONE
    assert result.stderr.splitlines()[0].startswith("4 leads, 9 fields: ")


def test_nothing_is_overwritten(project: Path, leadroute: Leadroute) -> None:
    """What is in the way is listed, nothing is written, exit code 2."""
    (project / "roster.yaml").write_text("mine")
    for path in ("leads.csv", "schemas/rules.schema.json"):
        (project / path).unlink()
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    result = leadroute("init")
    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")
    assert result.stderr.splitlines()[0] == "error: nothing written, since `.` already has 9 files of these names"
    assert "   roster.yaml" in result.stderr.splitlines()
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("text", "name"), [(None, "lead-file-missing"), ("", "lead-file-empty"), ("a,b\n", "lead-file-empty")])
def test_a_lead_file_that_teaches_nothing_is_refused(text: str | None, name: str, folder: Path, leadroute: Leadroute) -> None:
    """Exit code 3, and no folder is made."""
    if text is not None:
        (folder / "leads.csv").write_text(text)
    result = leadroute("init", "first", "--from", "leads.csv")
    assert (result.exit_code, result.stdout) == (Exit.UNLOADABLE, "")
    assert f"[{name}]" in result.stderr
    assert not (folder / "first").exists()


def test_values_cannot_break_out_of_comments(folder: Path, leadroute: Leadroute) -> None:
    """Line ends and control characters of the data do no harm in the YAML."""
    cell = '"x\nrules: [stolen.yaml]\x07"'
    (folder / "leads.csv").write_text(f'id,"so\nurce"\n1,{cell}\n2,{cell}\n3,y\n4,y\n', "utf-8")
    assert leadroute("init", "first", "--from", "leads.csv").exit_code == Exit.DONE
    assert leadroute("validate", "first", "--strict").stdout == "no findings in 1 rule, 5 reps\n"
    assert "\nrules: [stolen" not in (folder / "first/leadroute.yaml").read_text("utf-8")


def test_schemas_are_those_of_the_command(project: Path, leadroute: Leadroute) -> None:
    """Editors find beside the files what ``leadroute schema`` prints."""
    for kind in ("project", "rules", "roster", "tests"):
        assert json.loads((project / f"schemas/{kind}.schema.json").read_text("utf-8")) == json.loads(leadroute("schema", kind).stdout)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("leadroute.yaml", "project"), ("roster.yaml", "roster"), ("rules/inbound.yaml", "rules"), ("rules/inbound.test.yaml", "tests")],
)
def test_each_file_names_its_schema_to_the_editor(path: str, kind: str, project: Path) -> None:
    """In its first line, from its own folder, so that nothing is asked of a network; and it is as the schema has it."""
    from jsonschema import Draft202012Validator

    from leadroute.project.nodes import plain

    first, _, rest = (project / path).read_text("utf-8").partition("\n")
    named = (project / path).parent / first.removeprefix("# yaml-language-server: $schema=")
    assert named.resolve() == (project / f"schemas/{kind}.schema.json").resolve()
    node = read_yaml(rest, path, Findings())
    assert node is not None
    assert [error.message for error in Draft202012Validator(json.loads(named.read_text("utf-8"))).iter_errors(plain(node))] == []
