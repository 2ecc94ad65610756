"""``leadroute fmt``: one layout for a project, the same project."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from leadroute import project as projects
from leadroute.cli.exit import Exit
from tests.cli.conftest import Leadroute

RULES = Path(__file__).parents[2] / "rules"
DOCUMENTS = ("leadroute.yaml", "roster.yaml", "rules/inbound.yaml", "rules/inbound.test.yaml")


def messed(text: str) -> str:
    """The same document, further apart."""
    lines = (re.sub(r"^( *)(-?)( ?)", lambda at: at[1] * 2 + (f"-{3 * at[3]}" if at[2] else ""), line) for line in text.split("\n"))
    wide = (re.sub(r"^( *(?:- +)?[\w.]+:) (?=[^#\s])", r"\1     ", line) for line in lines)
    wide = (re.sub(r"(?<=\S)  # ", "        # ", line) for line in wide)
    return "\n\n\n".join(re.sub(r"\n\n+", "\n\n", "\n".join(wide)).split("\n\n"))


def compiled(folder: Path) -> str:
    """All that a project means, without where it is written."""
    made = projects.load(folder).project
    assert made is not None
    return re.sub(
        r"Span\([^)]*\)|0x[0-9a-f]+", "", repr(dataclasses.replace(made, path="", digest="", sources={}, rule_files=(), roster_file=""))
    )


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the repository's own project, written otherwise, and the working folder above it."""
    made = tmp_path / "rules"
    shutil.copytree(RULES, made, ignore=shutil.ignore_patterns(".leadroute"))
    for path in made.glob("*.yaml"):
        path.write_text(messed(path.read_text("utf-8")), "utf-8")
    monkeypatch.chdir(tmp_path)
    return made


def test_the_project_stays_what_it_is(acme: Path, leadroute: Leadroute) -> None:
    """Rules, roster, settings and tests come into one layout, comments kept, and mean what they meant."""
    before = compiled(acme)
    assert leadroute("fmt", "--check").stdout.splitlines() == [
        f"rules/{name}" for name in ("leadroute.yaml", "hygiene.yaml", "accounts.yaml", "inbound.yaml", "roster.yaml", "inbound.test.yaml")
    ]
    result = leadroute("fmt")
    assert (result.exit_code, result.stderr) == (Exit.DONE, "6 files formatted, 0 files as they should be\n")
    assert {path.name: path.read_text("utf-8") for path in acme.glob("*.yaml")} == {
        path.name: path.read_text("utf-8") for path in RULES.glob("*.yaml")
    }
    assert compiled(acme) == before


def test_the_repository_s_own_rules_are_formatted(leadroute: Leadroute) -> None:
    """``leadroute fmt --check`` holds for ``rules/``."""
    result = leadroute("fmt", "--check", RULES)
    assert (result.stdout, result.stderr, result.exit_code) == ("", "6 files as they should be\n", Exit.DONE)


@pytest.mark.parametrize("leads", [None, 'Lead Number,Source,"a: b #"\nL1,"web # 1",x\nL2,web,y\nL3,web,"y: {"\n'])
def test_what_init_writes_is_formatted(leads: str | None, folder: Path, leadroute: Leadroute) -> None:
    """A first project is in its canonical form, whatever the lead file that it was made from is like."""
    given = []
    if leads is not None:
        (folder / "leads.csv").write_text(leads, "utf-8")
        given = ["--from", "leads.csv"]
    assert leadroute("init", "first", *given, "--quiet").exit_code == Exit.DONE
    result = leadroute("fmt", "--check", "first")
    assert (result.stdout, result.stderr, result.exit_code) == ("", "4 files as they should be\n", Exit.DONE)


def test_check_and_diff_write_nothing(project: Path, leadroute: Leadroute) -> None:
    """``--check`` names what would change and exits with 1, ``--diff`` shows it; both leave the files alone."""
    path = project / "roster.yaml"
    path.write_text(messed(path.read_text("utf-8")), "utf-8")
    before = path.read_bytes()
    checked = leadroute("fmt", "--check")
    assert (checked.exit_code, checked.stdout) == (Exit.NO, "roster.yaml\n")
    assert checked.stderr == "1 file would change, 3 files as they should be\n"
    shown = leadroute("fmt", "--diff", "roster.yaml")
    assert shown.exit_code == Exit.DONE
    assert shown.stdout.startswith("--- roster.yaml\n+++ roster.yaml\n@@ ")
    assert leadroute("fmt", "--diff", "--check").exit_code == Exit.NO
    assert path.read_bytes() == before


def test_a_difference_says_where_a_line_end_is_missing(folder: Path, leadroute: Leadroute) -> None:
    """As other tools say it, so that the diff can be applied."""
    (folder / "x.yaml").write_text("a: 1", "utf-8")
    assert (
        leadroute("fmt", "--diff", "x.yaml").stdout == "--- x.yaml\n+++ x.yaml\n@@ -1 +1 @@\n-a: 1\n\\ No newline at end of file\n+a: 1\n"
    )


def test_stdin_goes_to_stdout(folder: Path, leadroute: Leadroute) -> None:
    """``-`` alone, as an editor asks for it; with ``--check`` only the exit code answers."""
    result = leadroute("fmt", "-", stdin="a:   {b: 1}   # c\n")
    assert (result.stdout, result.stderr, result.exit_code) == ("a: {b: 1}  # c\n", "", Exit.DONE)
    assert leadroute("fmt", "-", "--check", stdin="a:  1\n").exit_code == Exit.NO
    assert leadroute("fmt", "-", "--check", stdin="a: 1\n").stdout == ""
    broken = leadroute("fmt", "-", stdin="a: [")
    assert (broken.stdout, broken.exit_code) == ("", Exit.UNLOADABLE)
    assert broken.stderr.startswith("<stdin>:1:5: error LR103 [bad-yaml] ")
    assert leadroute("fmt", "-", "x.yaml", stdin="").exit_code == Exit.USAGE


@pytest.mark.parametrize(
    ("text", "name"),
    [("a: [", "bad-yaml"), ("a: 1\na: 2\n", "duplicate-key"), ("a: *b\n", "bad-yaml"), ('? "a\n  b"\n: 1\n', "not-formatted")],
)
def test_a_file_that_does_not_read_keeps_all_as_they_are(text: str, name: str, folder: Path, leadroute: Leadroute) -> None:
    """Its finding, exit code 3, and no other file is written either."""
    (folder / "good.yaml").write_text("a:   1\n", "utf-8")
    (folder / "bad.yaml").write_text(text, "utf-8")
    result = leadroute("fmt", "good.yaml", "bad.yaml")
    assert (result.stdout, result.exit_code) == ("", Exit.UNLOADABLE)
    assert f"[{name}]" in result.stderr
    assert ((folder / "good.yaml").read_text("utf-8"), (folder / "bad.yaml").read_text("utf-8")) == ("a:   1\n", text)


def test_a_mark_at_the_start_goes_and_line_ends_stay(folder: Path, leadroute: Leadroute) -> None:
    """YAML needs no byte-order mark; the line ends of Windows are whoever's they are."""
    path = folder / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa:  1\r\nb: 2\r\n")
    assert leadroute("fmt", "x.yaml").exit_code == Exit.DONE
    assert path.read_bytes() == b"a: 1\r\nb: 2\r\n"


def test_a_link_stays_a_link(folder: Path, leadroute: Leadroute) -> None:
    """What it names is written."""
    (folder / "real.yaml").write_text("a:  1\n", "utf-8")
    (folder / "link.yaml").symlink_to("real.yaml")
    assert leadroute("fmt", "link.yaml", "real.yaml").stdout == "link.yaml\n"
    assert (folder / "link.yaml").is_symlink()
    assert (folder / "real.yaml").read_text("utf-8") == "a: 1\n"


def test_a_folder_means_the_project_s_files_in_it(project: Path, leadroute: Leadroute) -> None:
    """Other tools' YAML is none of its business, nor what lies outside the folder; where there is no project, that is said."""
    for name in ("roster.yaml", "rules/inbound.yaml"):
        path = project / name
        path.write_text(messed(path.read_text("utf-8")), "utf-8")
    (project / "rules/other.yaml").write_text("a:   1\n", "utf-8")
    assert leadroute("fmt", "--check", "rules").stdout == "rules/inbound.yaml\n"
    nowhere = leadroute("fmt", project.parent)
    assert (nowhere.exit_code, nowhere.stdout) == (Exit.UNLOADABLE, "")
    assert "[unreadable-file] there is no `leadroute.yaml`" in nowhere.stderr
