"""The command as a whole: what it lists, how fast it starts, how it leaves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leadroute import __version__
from leadroute.cli.main import COMMANDS, GROUPS, app

ROOT = Path(__file__).parents[2]
HEAVY = ("numpy", "pandas", "pyarrow", "jsonschema", "yaml", "sqlalchemy", "rich")
ORDER = (
    "init",
    "validate",
    "route",
    "explain",
    "test",
    "diff",
    "simulate",
    "report",
    "reroute",
    "ledger",
    "show",
    "codes",
    "schema",
    "fmt",
)


def python(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, input=stdin, timeout=60, check=False)


def test_help_lists_the_commands_in_the_order_of_the_documentation() -> None:
    """Only what is built is listed, each with a sentence that is not cut off."""
    result = CliRunner().invoke(app, ["--help"])
    listed = [line.split()[0] for line in result.stdout.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()]
    assert sorted(listed) == sorted([*GROUPS, *(command.__name__ for command in COMMANDS)])
    assert listed == [name for name in ORDER if name in listed]
    assert "..." not in result.stdout.partition("Commands:")[2]
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize("command", [command.__name__ for command in COMMANDS])
def test_every_command_shows_an_example(command: str) -> None:
    """Each help has one line to copy."""
    result = CliRunner().invoke(app, [command, "--help"])
    assert f"Example: leadroute {command}" in result.stdout
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_lists_its_commands(group: str) -> None:
    """Each with a sentence that is not cut off, and each help with one line to copy."""
    result = CliRunner().invoke(app, [group, "--help"])
    commands = [command.__name__.removeprefix(f"{group}_") for command in GROUPS[group].commands]
    assert [line.split()[0] for line in result.stdout.partition("Commands:\n")[2].splitlines()] == commands
    assert "..." not in result.stdout.partition("Commands:")[2]
    for command in commands:
        assert f"Example: leadroute {group} {command}" in CliRunner().invoke(app, [group, command, "--help"]).stdout


def test_help_loads_nothing_heavy() -> None:
    """``--help`` starts at once: libraries for tables, YAML and databases are loaded by the commands that need them."""
    code = f"""
import sys
from leadroute.cli.main import main
sys.argv = ["leadroute", "--help"]
try:
    main()
except SystemExit:
    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    assert python("-c", code).stderr == "[]\n"


def test_help_loads_no_room_but_the_commands() -> None:
    """What a command needs of the other rooms is loaded when it runs, since every command loads all options."""
    code = """
import sys
import leadroute.cli.main
found = {name for name in sys.modules if name.startswith("leadroute.") and not name.startswith("leadroute.cli")}
print(sorted(found - {"leadroute.model", "leadroute.model.frozen"}), file=sys.stderr)
"""
    assert python("-c", code).stderr == "[]\n"


def test_validate_loads_no_arrays_tables_or_database() -> None:
    """Checking a project reads text: what holds columns of leads, or keeps decisions, is not loaded for it."""
    # The sample derives domains and tests them, so that proofs ask which domains there are: publicsuffixlist is loaded.
    heavy = ("numpy", "pyarrow", "pandas", "sqlalchemy", "openpyxl", "jsonschema", "phonenumbers", "holidays", "icalendar", "dateutil")
    code = f"""
import sys
from leadroute.cli.main import main
sys.argv = ["leadroute", "validate", {str(ROOT / "rules")!r}]
try:
    main()
except SystemExit:
    print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""
    assert python("-c", code).stderr == "[]\n"


def test_version_is_the_package_s() -> None:
    """``--version`` prints one line."""
    result = python("-m", "leadroute", "--version")
    assert (result.returncode, result.stdout, result.stderr) == (0, f"leadroute {__version__}\n", "")


def test_an_unknown_command_is_wrong_usage() -> None:
    """A mistyped command exits with 2 and names the near one."""
    result = CliRunner().invoke(app, ["validat"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such command 'validat'" in result.stderr
    assert "Did you mean 'validate'?" in result.stderr


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """``leadroute codes | head`` is quiet: no traceback, no message from the interpreter."""
    code = """
import subprocess, sys
one = subprocess.Popen([sys.executable, "-m", "leadroute", "schema", "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
one.stdout.read(1)
one.stdout.close()
print(one.wait(), one.stderr.read().decode())
"""
    assert python("-c", code).stdout == "0 \n"


def test_undecodable_names_come_out_as_escapes() -> None:
    """A file name that is no UTF-8 can be printed."""
    result = subprocess.run(
        [sys.executable, "-m", "leadroute", "validate", b"/no/such/\xff"], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert result.returncode == 3
    assert "\\udcff" in result.stdout
    assert result.stderr == ""


def test_ctrl_c_before_a_command_has_begun(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is that of an interrupted command, wherever it was interrupted."""
    from leadroute.cli.main import main

    def interrupt(text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("typer.echo", interrupt)
    monkeypatch.setattr(sys, "argv", ["leadroute", "--version"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 130
    assert "interrupted" in capsys.readouterr().err
