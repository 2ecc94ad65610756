"""Opening the two states that are compared: folders, files, rule files and git revisions."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.connect.git import RevisionError
from leadroute.workflows.diff import compare
from leadroute.workflows.refusal import CannotRunError
from tests.connect.test_git import git
from tests.proofs.projects import LEADROUTE, POOLS, ROSTER, TABLE

RULES = """version: 1
derive: {area: {lookup: ../shared/table.csv, by: [country], give: area}}
rules:
  - {id: de, when: {country: de}, assign: {pool: smb}}
  - {id: rest, assign: {pool: na}}
"""
PEOPLE = f"version: 1\n{POOLS}"


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a project in ``rules`` and a table beside it; the working tree has ``fr`` in place of ``de``."""
    top = tmp_path_factory.mktemp("repository")
    for folder in ("rules", "shared", "other"):
        (top / folder).mkdir()
    texts = {"leadroute.yaml": LEADROUTE + "rules: [people.yaml, inbound.yaml]\n", "roster.yaml": ROSTER, "inbound.yaml": RULES}
    for name, text in {**texts, "people.yaml": PEOPLE}.items():
        (top / "rules" / name).write_text(text)
    (top / "shared" / "table.csv").write_text(TABLE)
    git(top, "init", "-q", "-b", "main")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "first")
    (top / "rules" / "broken.yaml").write_text("version: 1\nrules: [{id: x, assign: {pool: nowhere}}]\n")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "broken is there")
    (top / "rules" / "inbound.yaml").write_text(RULES.replace("country: de", "country: fr"))
    (top / "other" / "all.yaml").write_text(PEOPLE + RULES.partition("\n")[2].replace("country: de", "country: it").replace("../", "../"))
    return top


@pytest.mark.parametrize(
    ("start", "old", "new"),
    [
        (".", "git:main:", "rules"),
        (".", "git:main:rules", None),
        ("rules", "git:HEAD:", None),
        ("rules", "git:main~1:rules/leadroute.yaml", "leadroute.yaml"),
        ("other", "git:main:../rules", "../rules"),
    ],
)
def test_states_are_found(top: Path, start: str, old: str, new: str | None) -> None:
    """A revision, with tables from outside of the project's folder, against the working tree, from wherever one stands."""
    found = compare(top / start, old, new)
    assert {(cell.old.rule and cell.old.rule.id, cell.new.rule and cell.new.rule.id) for cell in found.matrix.cells} == {
        ("de", "rest"),
        ("rest", "de"),
    }
    assert (found.changed, found.identical, found.undecided) == (True, False, False)
    assert found.old.told(found.old.project.path).startswith(("git:main:rules/", "git:HEAD:rules/", "git:main~1:rules/"))
    assert "leadroute-" not in found.old.told(found.old.project.path)


def test_a_rule_file_stands_in_the_place_of_all_rules(top: Path) -> None:
    """Of the project around it, or, where there is none, of the one that it is compared with."""
    found = compare(top, "rules", "other/all.yaml")
    assert {cell.old.rule and cell.old.rule.id for cell in found.matrix.cells} == {"de", "rest"}
    assert found.new.project.rule_files[0].endswith("other/all.yaml")


def test_the_same_state_is_the_same(top: Path) -> None:
    """A revision and what was checked out of it."""
    found = compare(top, "git:main:", "git:HEAD:rules")
    assert (found.identical, found.changed, found.undecided, found.changes) == (True, False, False, ())


def test_what_cannot_be_loaded_is_told_by_the_names_a_person_knows(top: Path) -> None:
    """Both sides' errors together, without the folder that a revision was laid out in."""
    with pytest.raises(CannotRunError) as problem:
        compare(top, "git:main:rules/broken.yaml", "rules/broken.yaml")
    spans = [found.span.file for found in problem.value.diagnostics if found.span is not None]
    assert spans[0] == "git:main:rules/broken.yaml"
    assert spans[-1].endswith("rules/broken.yaml")
    assert all("leadroute-" not in f"{found.message} {found.help}" for found in problem.value.diagnostics)


@pytest.mark.parametrize(
    ("old", "error", "said"),
    [
        ("nowhere", CannotRunError, "there is no `nowhere`"),
        ("other", CannotRunError, "there is no `leadroute.yaml`"),
        ("git:main:shared", CannotRunError, "there is no `leadroute.yaml` in `git:main:shared`"),
        ("git:nope:", RevisionError, "there is no revision `nope`"),
    ],
)
def test_what_is_not_there_is_refused(top: Path, old: str, error: type[Exception], said: str) -> None:
    """A folder without a project is never taken for an empty one."""
    with pytest.raises(error, match=said):
        compare(top, old, "rules")
