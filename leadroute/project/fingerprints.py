"""By what a finding is known again, in another version of the files: its code, what it is about, and its words; never its line."""

from __future__ import annotations

import os.path
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from leadroute.model.diagnostic import Diagnostic
from leadroute.project.findings import Findings
from leadroute.project.nodes import Node
from leadroute.project.tree import way

_WORDS = re.compile(r"`([^`]*)`")
_LENGTH = 8
"""Bytes of a fingerprint."""


def fingerprinted(found: Sequence[Diagnostic], folder: Path, sources: Mapping[str, Sequence[str]]) -> list[Diagnostic]:
    """Findings of one project with their fingerprints.

    Args:
        found: The findings; of those that are alike in everything, the order counts.
        folder: The project's folder, which file names are counted from.
        sources: The lines of each file read.
    """
    from hashlib import blake2b

    roots: dict[str, Node | None] = {}
    seen: dict[tuple[str, ...], int] = {}
    result = []
    for one in found:
        unique = one.rule or one.pool or one.rep  # there is one of a name, in whatever file it stands
        file = "" if one.span is None or unique else Path(os.path.relpath(Path.cwd() / one.span.file, Path.cwd() / folder)).as_posix()
        words: Sequence[str]
        if one.about is not None:
            words = ("about", *one.about)
        else:
            words = (*_path(one, sources, roots), "words", *_WORDS.findall(one.message))
        key = (one.code, one.severity, file, one.rule or "", one.pool or "", one.rep or "", *words)
        seen[key] = number = seen.get(key, 0) + 1
        digest = blake2b("\0".join((*key, str(number))).encode("utf-8", "surrogatepass"), digest_size=_LENGTH)
        result.append(replace(one, fingerprint=digest.hexdigest()))
    return result


def _path(found: Diagnostic, sources: Mapping[str, Sequence[str]], roots: dict[str, Node | None]) -> list[str]:
    """The keys and names on the way to a finding's place: of a table, the first cell of its row."""
    span = found.span
    if span is None or span.file not in sources:
        return []
    lines = sources[span.file]
    if span.file.lower().endswith((".csv", ".tsv")):
        return re.split(r"[,;\t]", lines[span.line - 1], maxsplit=1)[:1] if 1 < span.line <= len(lines) else []
    if span.file not in roots:
        roots[span.file] = document(span.file, lines)
    root = roots[span.file]
    return [step.name for step in way(root, span.line, span.column)] if root is not None else []


def document(file: str, lines: Sequence[str]) -> Node | None:
    """The nodes of a file that was read before; ``None`` where it is no YAML."""
    from leadroute.project.yaml_text import read_yaml

    return read_yaml("\n".join(lines), file, Findings())
