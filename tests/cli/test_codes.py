"""``leadroute codes``: what a finding means."""

from __future__ import annotations

import json

import pytest

from leadroute.cli.exit import Exit
from leadroute.model.codes import CODES
from tests.cli.conftest import Leadroute


@pytest.mark.parametrize("columns", [80, 140])
def test_all_codes_are_listed(columns: int, leadroute: Leadroute) -> None:
    """One row each, within the width."""
    result = leadroute("codes", columns=columns)
    assert [line.split()[0] for line in result.stdout.splitlines() if line.startswith("LR")] == list(CODES)
    assert max(map(len, result.stdout.splitlines())) <= columns
    assert (result.exit_code, result.stderr) == (Exit.DONE, "")


@pytest.mark.parametrize("wanted", ["LR201", "lr201", "unknown-field"])
def test_one_code_is_explained(wanted: str, leadroute: Leadroute) -> None:
    """By code or by name: why it matters, what is wrong and what is right."""
    result = leadroute("codes", wanted)
    code = CODES["LR201"]
    assert result.stdout.startswith(f"LR201 [unknown-field] error: {code.summary}\n")
    assert code.why in result.stdout
    assert "instead of:\n    " in result.stdout
    assert "write:\n    " in result.stdout
    assert (result.exit_code, result.stderr) == (Exit.DONE, "")


def test_codes_are_one_json_object(leadroute: Leadroute) -> None:
    """A list of the same shape for all and for one."""
    everything = json.loads(leadroute("codes", "--format", "json").stdout)
    one = json.loads(leadroute("codes", "LR201", "--format", "json").stdout)
    assert everything["schema_version"] == one["schema_version"] == 1
    assert one["codes"] == [code for code in everything["codes"] if code["code"] == "LR201"]


def test_an_unknown_code_is_wrong_usage(leadroute: Leadroute) -> None:
    """Exit code 2, and where to look."""
    result = leadroute("codes", "LR999")
    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")
    assert "there is no code 'LR999'" in result.stderr
