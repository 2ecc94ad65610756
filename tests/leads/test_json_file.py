"""JSON in: arrays, lines, trees, and errors with their place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadroute.leads import LeadFileError, open_file

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
LEADS = st.lists(st.dictionaries(st.text(max_size=3), LEAVES | st.lists(LEAVES, max_size=2), max_size=4), max_size=6)


def _leads(path: Path, block_bytes: int, **options: str) -> list[dict[str, object]]:
    with open_file(str(path), **options) as file:
        found: list[dict[str, object]] = []
        for block in file.blocks(range(len(file.header)), block_bytes):
            found.extend({file.header[at]: block.columns[at][row] for at in block.columns} for row in range(block.size))
        return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(LEADS, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_what_json_writes_is_read_back(tmp_path: Path, leads: list[dict[str, object]], indent: int | str | None, lines: bool) -> None:
    """Arrays in whatever layout, and lines, in blocks of every size; an absent key is missing."""
    path = tmp_path / "leads.json"
    if lines:
        path.write_text("\n\n".join(json.dumps(lead) for lead in leads), "utf-8")
    else:
        path.write_text(json.dumps(leads, indent=indent, ensure_ascii=False), "utf-8", errors="replace")
    names = list(dict.fromkeys(name for lead in leads for name in lead))
    for block_bytes in (1, 8 << 20):
        found = _leads(path, block_bytes, format="jsonl" if lines else "json")
        assert found == [{name: lead.get(name) for name in names} for lead in leads]


@pytest.mark.parametrize(
    ("text", "kind", "line", "column"),
    [
        ('[\n {"a": 1},\n {"a" 2}\n]', "json", 3, 7),
        ('[{"a": 1} {"a": 2}]', "json", 1, 11),
        ('[{"a": 1}', "json", 1, 10),
        ("[1]", "json", 1, 2),
        ('"text"', "json", 1, 1),
        ('{"a": 1}\n{"a": }\n', "jsonl", 2, 7),
        ('{"a": 1}\n\n[1]\n', "jsonl", 3, 1),
        ('{"a": 1}\nnope\n', "jsonl", 2, 1),
        ('[{"a": 1}] x', "json", 1, 12),
        ('[{"a": "NaN \\" NaN"},\n {"b": NaN}]', "json", 2, 8),
        ('[{"a": [-Infinity]}]', "json", 1, 9),
        ('{"Infinity": 1, "a": {"b": Infinity}}', "json", 1, 28),
        ('{"a": 1}\n{"a": NaN}\n', "jsonl", 2, 7),
    ],
)
def test_broken_json_is_told_with_its_place(tmp_path: Path, text: str, kind: str, line: int, column: int) -> None:
    """The line and column of what is wrong."""
    path = tmp_path / "leads.x"
    path.write_text(text, "utf-8")
    with pytest.raises(LeadFileError) as problem:
        open_file(str(path), format=kind)
    found = problem.value.diagnostics[0]
    assert found.name == "broken-json"
    assert found.span is not None
    assert (found.span.line, found.span.column) == (line, column)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '[{"a": ' + "1" * 5000 + "}]"])
def test_hostile_json_is_refused(tmp_path: Path, text: str) -> None:
    """Deep nesting and endless numbers are messages."""
    path = tmp_path / "leads.json"
    path.write_text(text, "utf-8")
    with pytest.raises(LeadFileError):
        open_file(str(path))


@pytest.mark.parametrize(
    ("text", "kind"), [('[{"a": 1}]', "json"), ('{"a": 1}\n{"a": 2}\n', "jsonl"), ('{\n"a": 1}', "json"), ("a,b\n1,2\n", "csv")]
)
def test_the_format_is_found_out(tmp_path: Path, text: str, kind: str) -> None:
    """Without a telling ending the first bytes decide."""
    path = tmp_path / "leads"
    path.write_text(text, "utf-8")
    with open_file(str(path)) as file:
        assert file.format == kind
