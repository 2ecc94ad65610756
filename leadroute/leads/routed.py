"""What a routed file says became of its leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from leadroute.leads.assignment import KEY
from leadroute.leads.cells import LeadFile
from leadroute.leads.errors import cannot_load

COLUMNS = ("assignment_outcome", "assignment_rule", "assignment_pool", "assignment_queue", "assigned_to")
"""Of a table, outcome, rule, pool, queue and rep; ``KEYS`` are those of the JSON object."""
KEYS = ("outcome", "rule", "pool", "queue", "rep")

Became = tuple[str | None, ...]


def routed(file: LeadFile) -> Counter[Became]:
    """How many leads had each outcome, rule, pool, queue and rep (``None``: does not apply).

    Raises:
        LeadFileError: The file was not written by ``leadroute route``, or is broken further down.
    """
    nested = KEY in file.header
    names = (KEY,) if nested else COLUMNS
    missing = [name for name in names if name not in file.header]
    if missing:
        raise cannot_load(
            "missing-column",
            f"`{file.path}` has no column `{missing[0]}`, which `leadroute route` writes",
            help="name a file that `leadroute route` wrote, or no file for a report from the ledger",
        )
    counts: Counter[Became] = Counter()
    for block in file.blocks([file.header.index(name) for name in names]):
        columns = [_cells(block.columns[file.header.index(name)]) for name in names]
        if nested:
            said = (one if isinstance(one, dict) else {} for one in columns[0])
            counts.update(tuple(_text(one.get(key)) for key in KEYS) for one in said)
        else:
            counts.update(tuple(map(_text, cells)) for cells in zip(*columns, strict=True))
    return counts


def _cells(column: Any) -> Sequence[Any]:
    return column if isinstance(column, list) else column.to_pylist()


def _text(cell: object) -> str | None:
    text = "" if cell is None else str(cell).strip()
    return text or None
