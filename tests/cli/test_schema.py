"""``leadroute schema``: the JSON Schemas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadroute.cli.exit import Exit
from leadroute.cli.schema import Kind
from leadroute.project import KINDS, schema
from tests.cli.conftest import Leadroute


def test_every_kind_is_offered() -> None:
    """The command knows the kinds that there are."""
    assert [kind.value for kind in Kind] == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_printed(kind: str, leadroute: Leadroute) -> None:
    """As it is shipped."""
    result = leadroute("schema", kind)
    assert json.loads(result.stdout) == schema(kind)
    assert (result.exit_code, result.stderr) == (Exit.DONE, "")


def test_a_schema_is_written_to_a_file(folder: Path, leadroute: Leadroute) -> None:
    """``-o`` replaces the file and prints nothing; ``-`` is stdout."""
    file = folder / "rules.schema.json"
    file.write_text("old")
    result = leadroute("schema", "rules", "-o", file)
    assert (result.exit_code, result.stdout, result.stderr) == (Exit.DONE, "", "")
    assert file.read_text("utf-8") == leadroute("schema", "rules", "-o", "-").stdout
    assert [path.name for path in folder.iterdir()] == ["rules.schema.json"]
