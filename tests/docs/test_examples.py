"""The documentation's examples run, and print what the pages show."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import examples  # noqa: E402 - a script, not a package


@pytest.mark.parametrize("page", examples.pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_comes_out(page: Path) -> None:
    """Every file block validates and every command prints what the page says it prints."""
    assert "\n\n".join(examples.problems(page)) == ""


@pytest.mark.parametrize(
    ("shown", "real", "fit"),
    [
        ("a\nb", "a\nb\n", True),
        ("a\nb", "a\nc\n", False),
        ("a\n…\nd", "a\nb\nc\nd\n", True),
        ("a\n…", "a\n", True),
        ("took … s", "took 0.3 s\n", True),
        ("took … s", "took 0.3 s\nand more\n", False),
        ("(a+)", "(a+)  \n", True),
        ("", "", True),
        ("", "words\n", False),
    ],
)
def test_an_ellipsis_stands_for_anything(shown: str, real: str, fit: bool) -> None:
    """``…`` is any text in a line, and any lines on a line of its own; all else is literal."""
    assert examples.fits(shown, real) is fit


@pytest.mark.parametrize(
    "command",
    [
        "leadroute validate",
        "leadroute show fields",
        "leadroute codes LR201 --format json",
        "leadroute route nowhere.csv --state none",
        "leadroute route leads.csv --bogus",
    ],
)
def test_a_command_inside_the_process_prints_what_its_process_does(command: str, tmp_path: Path) -> None:
    """Most examples run without a process of their own, and nothing is lost by it: not a byte, not the exit code."""
    (tmp_path / "leadroute.yaml").write_text("version: 1\nleads: {id: id, fields: {id: string}}\n", "utf-8")
    (tmp_path / "roster.yaml").write_text("version: 1\nreps: [{id: ann, wieght: 2}]\n", "utf-8")
    assert examples.inside(command, tmp_path) == examples.by_shell(command, tmp_path)
