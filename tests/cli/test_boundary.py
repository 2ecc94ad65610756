"""The error boundary: whatever a command does, the user gets a message and a documented exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from leadroute.cli.boundary import bounded
from leadroute.cli.exit import Exit
from leadroute.leads.errors import cannot_load
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.span import Span
from leadroute.workflows.refusal import CannotRunError


def run(act: Callable[[], Exit], *options: str) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)

    def command(debug: bool = False) -> Exit:
        return act()

    app.command()(bounded(command))
    return CliRunner().invoke(app, list(options))


def raising(problem: BaseException) -> Callable[[], Exit]:
    def act() -> Exit:
        raise problem

    return act


@pytest.mark.parametrize("code", list(Exit))
def test_the_answer_of_a_command_is_its_exit_code(code: Exit) -> None:
    """What a command returns is what the process exits with, and nothing is printed about it."""
    result = run(lambda: code)
    assert (result.exit_code, result.stdout, result.stderr) == (code.value, "", "")


def test_exit_codes_are_the_documented_ones() -> None:
    """The numbers that scripts rely on."""
    assert {code.name: code.value for code in Exit} == {
        "DONE": 0,
        "NO": 1,
        "USAGE": 2,
        "UNLOADABLE": 3,
        "UNDECIDED": 4,
        "CHANGES": 5,
        "BUG": 70,
        "INTERRUPTED": 130,
    }


def test_what_cannot_be_run_is_told_with_its_place() -> None:
    """A project that cannot be run exits with 3, and the findings stand on stderr."""
    wrong = Diagnostic(
        "LR201", "unknown-field", "error", "no field `x`", Span("a.yaml", 3, 5, 3, 6), "did you mean `y`?", source=("    x: 1",)
    )
    result = run(raising(CannotRunError(wrong)))
    assert result.exit_code == Exit.UNLOADABLE
    assert result.stdout == ""
    assert result.stderr == (
        "a.yaml:3:5: error LR201 [unknown-field] no field `x`\n    3 |     x: 1\n      |     ^\n   help: did you mean `y`?\n"
    )


def test_a_lead_file_that_cannot_be_loaded_exits_with_3() -> None:
    """The same for lead files."""
    result = run(raising(cannot_load("lead-file-missing", "there is no file `x.csv`")))
    assert (result.exit_code, result.stdout) == (Exit.UNLOADABLE, "")
    assert result.stderr == "error LR601 [lead-file-missing] there is no file `x.csv`\n"


def test_a_file_that_cannot_be_written_is_no_bug(tmp_path: Path) -> None:
    """What the system refuses is told by the file's name, and exits with 3."""
    result = run(lambda: Exit((tmp_path / "no" / "such").write_text("")))
    assert (result.exit_code, result.stdout) == (Exit.UNLOADABLE, "")
    assert result.stderr == f"error: `{tmp_path}/no/such`: no such file or directory\n"


def test_a_bug_is_reported_in_short() -> None:
    """A bug exits with 70 and two lines, without a traceback."""
    result = run(raising(KeyError("[red]x[/red]")))
    assert (result.exit_code, result.stdout) == (Exit.BUG, "")
    first, second = result.stderr.splitlines()
    assert first.startswith("this is a bug in leadroute ")
    assert "KeyError: '[red]x[/red]'" in first
    assert second == "  help: run the same command with --debug, and report what it prints"


def test_debug_shows_the_traceback() -> None:
    """``--debug`` adds the traceback of a bug."""
    result = run(raising(ZeroDivisionError("no")), "--debug")
    assert result.exit_code == Exit.BUG
    assert "Traceback (most recent call last)" in result.stderr
    assert "--debug" not in result.stderr


def test_ctrl_c_exits_with_130() -> None:
    """An interrupted command says so in one word."""
    result = run(raising(KeyboardInterrupt()))
    assert (result.exit_code, result.stdout, result.stderr) == (Exit.INTERRUPTED, "", "interrupted\n")


def test_ctrl_c_that_came_out_as_another_error_exits_with_130() -> None:
    """Modules written in C may answer Ctrl-C with an error of their own; it is no bug of ours."""

    def act() -> Exit:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as interrupt:
            raise SystemError("returned a result with an exception set") from interrupt

    result = run(act)
    assert (result.exit_code, result.stderr) == (Exit.INTERRUPTED, "interrupted\n")


def test_wrong_usage_inside_a_command_exits_with_2() -> None:
    """A command may find out late that it was typed wrong."""
    result = run(raising(typer.BadParameter("no such thing", param_hint="--at")))
    assert result.exit_code == Exit.USAGE
    assert "Error: Invalid value for --at: no such thing" in result.stderr
