"""Tests put into a test file: after those that are there, the rest of its text as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.workflows.writing import check_place, write_whole

if TYPE_CHECKING:
    from leadroute.model.project import Project
    from leadroute.project.nodes import Node

_NEW = "version: 1\ntests:\n"
_DASH = re.compile(r"\s*-(?=\s)")


class CannotAppendError(Exception):
    """Tests cannot be put into a file; the reason is said in words, and the file is as it was."""


def append(path: Path, entries: Sequence[str], project: Project) -> None:
    """Put tests (entries of ``tests:``, with a dash two blanks in) at the end of those of a file, which is made where it is not there.

    What comes out is read as a test file before it is written.

    Raises:
        CannotAppendError: The file is not one that tests can be put into, or cannot be written.
    """
    from leadroute.project.findings import Findings
    from leadroute.project.tests import read_text

    try:
        check_place(path)
        text = path.read_bytes().decode("utf-8") if path.exists() else None
    except UnicodeDecodeError as problem:
        raise CannotAppendError("it is not UTF-8") from problem
    except OSError as problem:
        raise CannotAppendError((problem.strerror or str(problem)).lower()) from problem
    made = _NEW + "".join(entries) if text is None else _inserted(text, entries, str(path))
    findings = Findings()
    suite = read_text(made.removeprefix("\ufeff"), path, project, findings)
    if suite is None:
        error = next(found for found in findings.items if found.severity == "error")
        raise CannotAppendError(f"it would have an error: {error.message}")
    try:
        write_whole(path, made)
    except OSError as problem:
        raise CannotAppendError((problem.strerror or str(problem)).lower()) from problem


def _inserted(text: str, entries: Iterable[str], name: str) -> str:
    """The text with entries after the last test."""
    from leadroute.project.findings import Findings
    from leadroute.project.nodes import Mapping, Sequence
    from leadroute.project.yaml_text import read_yaml

    findings = Findings()
    root = read_yaml(text.removeprefix("\ufeff"), name, findings)
    if not isinstance(root, Mapping) or findings.failed:
        raise CannotAppendError("it is no YAML mapping")
    lines = text.splitlines(keepends=True)
    end = "\r\n" if text.count("\r\n") * 2 > len(lines) else "\n"
    tests = root.get("tests")
    indent = "  "
    if tests is None:
        at, head = len(lines), ["tests:\n"]
    elif isinstance(tests, Sequence) and tests.items:
        at, head = max(_last_line(item) for item in tests.items), []
        line, column = tests.items[0].place[:2]
        dash = _DASH.match(lines[line - 1][: column - 1])
        if dash is None:
            raise CannotAppendError("its tests stand in brackets; write each on a line of its own, after a dash")
        indent = dash.group()[:-1]
    elif tests.kind == "null" and not getattr(tests, "text", ""):
        at, head = root.entries["tests"].key.place[0], []
    else:
        raise CannotAppendError("its `tests` are no list after dashes")
    added = [f"{indent}{line[2:]}" if line.strip() else line for entry in entries for line in entry.splitlines(keepends=True)]
    if at and not lines[at - 1].endswith(("\n", "\r")):
        lines[at - 1] += end
    return "".join([*lines[:at], *(line.replace("\n", end) for line in [*head, *added]), *lines[at:]])


def _last_line(node: Node) -> int:
    """The last line that a node has anything on; the end of a block can lie on a later one."""
    from leadroute.project.nodes import Mapping, Sequence

    if isinstance(node, Mapping) and node.entries:
        return max(max(entry.key.place[0], _last_line(entry.value)) for entry in node.entries.values())
    if isinstance(node, Sequence) and node.items:
        return max(_last_line(item) for item in node.items)
    line, _, end_line, end_column = node.place
    return max(line, end_line if end_column > 1 else end_line - 1)
