"""Commands that read their options when they are called."""

from __future__ import annotations

import pytest
from typer.main import get_command

from leadroute.cli.later import Later
from leadroute.cli.main import app


def test_a_command_runs_when_it_is_called_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """As it does by way of ``leadroute``: with its options, its output and its exit code."""
    command = get_command(app).commands["codes"]  # type: ignore[attr-defined]
    assert isinstance(command, Later)
    assert command.main(["LR201"], standalone_mode=False) == 0
    assert "LR201" in capsys.readouterr().out
    with pytest.raises(SystemExit) as end:
        command.main(["LR999"])
    assert end.value.code == 2


def test_the_whole_command_has_the_options_and_the_help() -> None:
    """Its own options, and the sentence that the help of leadroute shows."""
    command = get_command(app).commands["codes"]  # type: ignore[attr-defined]
    assert isinstance(command, Later)
    assert {"code", "format"} <= {one.name for one in command.whole().params}
    assert command.whole().help == command.help
