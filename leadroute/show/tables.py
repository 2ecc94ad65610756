"""Tables that fit the width and read the same without a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.table import Table
from rich.text import Text

from leadroute.show.console import visible

Justify = Literal["left", "right"]
NUMBERS = "#"
"""A header that ends in this marks a column of numbers, set to the right."""


def table(headers: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> Table:
    """A table without lines: a dim header, cells that wrap at words, nothing cut off."""
    made = Table(box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for header in headers:
        justify: Justify = "right" if header.endswith(NUMBERS) else "left"
        made.add_column(Text(header.removesuffix(NUMBERS)), justify=justify, overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(visible(cell)) for cell in row))
    return made
