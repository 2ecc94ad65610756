"""Leads that are named on the command line: by their ids, or by a file of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadroute.model.clock import Clock
from leadroute.model.project import Project

if TYPE_CHECKING:
    from leadroute.leads.cells import LeadFile


def ids_of(project: Project, clock: Clock, names: Sequence[str]) -> Any:
    """The trimmed ids of some leads as an Arrow array: of every file that is named (``-`` is stdin) its leads, else the name itself.

    Raises:
        LeadFileError: A file cannot be read.
    """
    import pyarrow as pa

    parts = [part for name in names for part in _ids(project, clock, name)]
    return pa.chunked_array(parts, pa.string()).combine_chunks()


def ids_where(project: Project, clock: Clock, path: str, column: str | None) -> Any:
    """The trimmed ids of the rows of one file, activities or leads; of those alone in which a column is filled, where one is named.

    Raises:
        LeadFileError: The file cannot be read, has no ids, or no such column.
    """
    import pyarrow as pa

    from leadroute.language.text import compared
    from leadroute.leads.errors import cannot_load
    from leadroute.leads.opening import open_file
    from leadroute.leads.reader import as_texts
    from leadroute.leads.texts import clean, tokens_at

    with open_file(path) as file:
        ids = pa.chunked_array(list(_ids_in(file, project, clock)), pa.string())
        if column is not None:
            names = [compared(name) for name in file.header]
            if compared(column) not in names:
                raise cannot_load("missing-column", f"`{path}` has no column `{column}`", help="name the column with --answered-at")
            filled = []
            for block in file.blocks([names.index(compared(column))]):
                texts, missing = clean(as_texts(next(iter(block.columns.values()))))
                filled.append(pa.array(~(missing | tokens_at(texts, project.missing))))
            ids = ids.filter(pa.chunked_array(filled, pa.bool_()))
    return ids.combine_chunks()


def _ids_in(file: LeadFile, project: Project, clock: Clock) -> Iterator[Any]:
    """The ids of a file, block by block."""
    from leadroute.leads.reader import Reader

    return (batch.ids for batch in Reader(file, project, clock, fields=frozenset()).batches())


def _ids(project: Project, clock: Clock, name: str) -> Iterator[Any]:
    import pyarrow as pa

    from leadroute.leads.opening import open_file

    if name != "-" and not Path(name).exists():
        yield pa.array([name.strip()], pa.string())
        return
    with open_file(name) as file:
        yield from _ids_in(file, project, clock)
