"""Tests put into a test file."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute import project
from leadroute.model.project import Project
from leadroute.workflows.append import CannotAppendError, append
from tests.workflows.small import small

ENTRY = "  - name: new\n    lead: {country: US}\n    expect: {rule: rest}\n"
OLD = "{name: old, lead: {}, expect: {rule: rest}}"
BLOCK = "name: old\n{0}lead: {{}}\n{0}expect:\n{0}  rule: rest"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Project:
    found = project.load(small(tmp_path_factory.mktemp("small"))).project
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"tests:\n  - {OLD}\n", ""),
        (f"tests:\n  - {OLD}   # why\n", "\n# a remark\nabout: what for\n"),
        (f"about: x\ntests:\n- {OLD}\n", "properties:\n- {name: p, never: {rule: junk}}\n"),
        (f"tests:\n    -   {BLOCK.format(' ' * 8)}\n", "\n\nat: 2026-11-23\n"),
        (f"tests:\n  - {BLOCK.format('    ')}\n    fails: >\n      because\n", ""),
        ("about: x\ntests:\n", "properties:\n- {name: p, never: {rule: junk}}\n"),
        ("about: x\n", ""),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_rest_of_the_text_stays(before: str, after: str, end: str, loaded: Project, tmp_path: Path) -> None:
    """Tests come after those that are there, as deep as they are; line ends are those of the file."""
    file = tmp_path / "a.test.yaml"
    head, tail = (part.replace("\n", end).encode() for part in (f"version: 1\n{before}", after))
    file.write_bytes(head + tail)
    append(file, [ENTRY], loaded)
    text = file.read_bytes()
    assert text.startswith(head)
    assert text.endswith(tail)
    added = text[len(head) : len(text) - len(tail)].decode()
    assert [line.strip() for line in added.removeprefix(f"tests:{end}").splitlines()] == [line.strip() for line in ENTRY.splitlines()]
    assert added.count(end) == added.count("\n")


def test_a_last_line_without_an_end_gets_one(loaded: Project, tmp_path: Path) -> None:
    """And a file that is not there is made."""
    file = tmp_path / "a.test.yaml"
    append(file, [ENTRY], loaded)
    assert file.read_text("utf-8") == f"version: 1\ntests:\n{ENTRY}"
    file.write_text(f"\ufeffversion: 1\ntests:\n  - {OLD}", "utf-8")
    append(file, [ENTRY], loaded)
    assert file.read_text("utf-8") == f"\ufeffversion: 1\ntests:\n  - {OLD}\n{ENTRY}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"version: 1\ntests: [{OLD}]\n", "in brackets"),
        ("version: 1\ntests: []\n", "no list after dashes"),
        ("- version\n", "no YAML mapping"),
        ("tests: [\n", "no YAML mapping"),
        (f"version: 1\ntests:\n  - {OLD.replace('old', 'new')}\n", "two tests are named `new`"),
        (f"version: 1\ntests:\n  - {OLD.replace('rest', 'res')}\n", "no rule is named `res`"),
    ],
)
def test_a_file_that_cannot_take_them_is_not_touched(text: str, why: str, loaded: Project, tmp_path: Path) -> None:
    """It says why."""
    file = tmp_path / "a.test.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(CannotAppendError, match=why):
        append(file, [ENTRY], loaded)
    assert file.read_text("utf-8") == text
    assert [one.name for one in tmp_path.iterdir()] == ["a.test.yaml"]
