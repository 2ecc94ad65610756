"""Streams, colour and width."""

from __future__ import annotations

import io
import sys

import pytest
from rich.text import Text

from leadroute.show.console import Terminal, visible
from leadroute.show.tables import table


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)


def test_data_goes_to_stdout_and_people_read_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """``show`` and ``data`` are the result, all others are talk."""
    terminal = Terminal(verbose=True)
    terminal.data("1\n")
    terminal.show("2")
    terminal.say("3")
    terminal.detail("4")
    terminal.warn("5")
    assert capsys.readouterr() == ("1\n2\n", "3\n4\n5\n")


def test_quiet_leaves_the_result_and_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    """``-q`` silences talk; ``detail`` needs ``-v``."""
    Terminal().detail("4")
    terminal = Terminal(quiet=True, verbose=True)
    terminal.show("2")
    terminal.say("3")
    terminal.detail("4")
    terminal.warn("5")
    assert capsys.readouterr() == ("2\n", "5\n")


def test_markup_and_emoji_codes_in_data_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    """A lead named ``[red]x[/x]`` prints as that, in a table too."""
    terminal = Terminal(color="always")
    terminal.show("[red]x[/x] :smile: 12")
    terminal.show(table(["a"], [["[bold]Bob[/]"]]))
    assert capsys.readouterr().out.splitlines()[0] == "[red]x[/x] :smile: 12"


def test_control_characters_are_made_visible() -> None:
    """Nothing in the data can move the cursor, colour the screen or turn the direction; line ends and tabs are kept."""
    assert visible("a\x1b[2J\u202eb\x00\n\t\x9b") == "a\\x1b[2J\\u202eb\\x00\n\t\\x9b"


@pytest.mark.parametrize(("color", "coloured"), [("always", True), ("never", False), ("auto", False)])
def test_colour_is_asked_for_or_left_out(color: str, coloured: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal ``auto`` is plain."""
    Terminal(color=color).show(Text("x", "red"))
    assert ("\x1b[" in capsys.readouterr().out) is coloured


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_gets_colour_unless_it_says_no(variables: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """``NO_COLOR`` and a dumb terminal are honoured."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    Terminal().show(Text("x", "red"))
    assert ("\x1b[31m" in screen.getvalue()) is coloured


def test_tables_fit_80_columns_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Cells wrap, nothing is cut off, and no line ends in blanks."""
    words = "word " * 60
    Terminal().show(table(["name", "n#", "text"], [["x" * 100, "7", words]]))
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert max(map(len, lines)) <= 80
    assert printed.count("word") == 60
    assert printed.count("x") - printed.count("text") == 100
    assert all(line == line.rstrip() for line in lines)


def test_columns_is_honoured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """``COLUMNS`` sets the width where there is no terminal to ask."""
    monkeypatch.setenv("COLUMNS", "140")
    Terminal().show(table(["text"], [["word " * 60]]))
    assert 120 < max(map(len, capsys.readouterr().out.splitlines())) <= 140


def test_a_long_text_is_never_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    """A finding is one line, however long, so that an editor can parse it."""
    Terminal().show("x " * 200)
    assert capsys.readouterr().out.count("\n") == 1
