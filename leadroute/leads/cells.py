"""A block of a lead file before its cells are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from leadroute.model.columns import Rows
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen

NO_ROWS: Rows = np.zeros(0, np.int64)
BLOCK_BYTES = 6 << 20
"""How much of a file is held at a time: more makes nothing faster, less only the memory smaller."""


@frozen
class CellBlock:
    """Some columns of consecutive leads.

    ``start`` is the position of the first lead in the file, ``size`` how many there are. ``columns`` gives for each asked position
    in the header an Arrow array, or a list of Python values (JSON, XLSX) with ``None`` where there is no cell. ``surplus`` are the
    leads (positions in the block) with more cells than the header has.
    """

    start: int
    size: int
    columns: Mapping[int, Any]
    surplus: Rows


class LeadFile(Protocol):
    """A file of leads that can be read twice: once for its values, once to write it again with what was decided.

    ``path`` is the name that messages use (``-`` is stdin), ``format`` a key of ``FORMATS``, ``header`` the column names in order,
    ``notes`` are findings about how the file was read.
    """

    path: str
    notes: tuple[Diagnostic, ...]
    format: str
    header: tuple[str, ...]

    def blocks(self, columns: Sequence[int], block_bytes: int = BLOCK_BYTES) -> Iterator[CellBlock]:
        """The leads in file order, ``columns`` (positions in ``header``) of each.

        Raises:
            LeadFileError: When the file turns out to be broken further down.
        """

    def rows(self) -> Iterator[tuple[list[Any], list[Any]]]:
        """Each lead's cells in the header's order, ``None`` where there is none, and the surplus cells of its row."""

    def places(self, rows: Sequence[int]) -> dict[int, str]:
        """``place`` for several leads, in one pass over the file."""

    def place(self, row: int) -> str:
        """Where a lead stands, for sentences: ``line 17``, or ``lead 16`` where there are no lines."""

    def digest(self) -> str:
        """SHA-256 of what was read, in hexadecimal: two equal digests hold the same leads."""

    def close(self) -> None:
        """Let go of the file and of temporary ones."""

    def __enter__(self) -> Self:
        """The file itself, closed at the end of a ``with``."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it."""
