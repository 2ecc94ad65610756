"""Tables that fit the width and read the same without a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from leadroute.show.console import visible

Justify = Literal["left", "right"]
WHOLE = 20
"""Words up to this many cells are not broken while there is room for anything else."""
NUMBERS = "#"
"""A header that ends in this marks a column of numbers, set to the right."""


def table(headers: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> Table:
    """A table without lines: a dim header, cells that wrap at words, nothing cut off."""
    made = Table(box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    cells = [[cell if isinstance(cell, Text) else Text(visible(cell)) for cell in row] for row in rows]
    for at, header in enumerate(headers):
        justify: Justify = "right" if header.endswith(NUMBERS) else "left"
        title = Text(header.removesuffix(NUMBERS))
        words = [cell_len(word) for cell in (title, *(row[at] for row in cells)) for word in cell.plain.split()]
        made.add_column(title, justify=justify, overflow="fold", min_width=min(max(words, default=1), WHOLE))
    for row in cells:
        made.add_row(*row)
    return made
