"""A first project in a folder: the example, or one whose fields are those of a lead file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from leadroute.insight.profile import ColumnTexts, LeadProfile, profile
from leadroute.model.frozen import frozen
from leadroute.values import text_of
from leadroute.workflows.starter import SCHEMAS, project_files

ENOUGH_ROWS = 200_000
"""After so many leads a file has shown what its columns are like."""


@frozen
class FirstProject:
    """What was written: paths within ``folder``; or, where ``in_the_way`` names files that exist already, nothing at all."""

    folder: Path
    written: tuple[str, ...] = ()
    in_the_way: tuple[str, ...] = ()
    leads: LeadProfile | None = None


def init(folder: Path, leads: str | None = None) -> FirstProject:
    """Write a project that validates and routes.

    Args:
        folder: Where to; made when it is not there. Nothing in it is ever overwritten.
        leads: A lead file, or ``-`` for stdin, whose columns become the project's fields; ``None``: the example with a sample file.

    Raises:
        leadroute.leads.errors.LeadFileError: The lead file cannot be read, or has no columns or no rows.
        OSError: The folder cannot be written to.
    """
    from leadroute.project.findings import Findings
    from leadroute.project.format_yaml import format_yaml
    from leadroute.project.schemas import schema

    known = _profile(leads) if leads is not None else None
    name = folder.resolve().name or "lead routing"
    texts = project_files(name, known)
    texts |= {path: format_yaml(texts[path], path, Findings()) or texts[path] for path in SCHEMAS.values()}
    texts |= {f"schemas/{kind}.schema.json": json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n" for kind in SCHEMAS}
    in_the_way = tuple(path for path in texts if (folder / path).exists() or (folder / path).is_symlink())
    if in_the_way:
        return FirstProject(folder, in_the_way=in_the_way, leads=known)
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return FirstProject(folder, written=tuple(texts), leads=known)


def _profile(path: str) -> LeadProfile:
    from leadroute.leads.errors import cannot_load
    from leadroute.leads.opening import open_file

    with open_file(path) as file:
        counts: list[dict[str, int]] = [{} for _ in file.header]
        rows = 0
        for block in file.blocks(range(len(file.header))):
            rows += block.size
            for at, cells in block.columns.items():
                _count(cells, counts[at])
            if rows >= ENOUGH_ROWS:
                break
        columns = [ColumnTexts(header, texts) for header, texts in zip(file.header, counts, strict=True)]
    if not rows or not columns:
        raise cannot_load(
            "lead-file-empty", f"`{path}` has no leads to learn the fields from", help="leave out --from, or name another file"
        )
    return profile(columns, rows)


def _count(cells: Any, counts: dict[str, int]) -> None:
    """Add the trimmed texts of a block's cells, an Arrow array or a list of what JSON and workbooks hold."""
    pairs: Iterable[tuple[str, int]]
    if isinstance(cells, list):
        pairs = Counter(text_of(cell) for cell in cells).items()
    else:
        import pyarrow.compute as pc

        pairs = ((pair["values"] or "", pair["counts"]) for pair in pc.value_counts(cells).to_pylist())
    for text, count in pairs:
        trimmed = text.strip()
        if trimmed:
            counts[trimmed] = counts.get(trimmed, 0) + count
