"""Leads that are named on the command line: by their ids, or by a file of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from leadroute.model.clock import Clock
from leadroute.model.project import Project


def ids_of(project: Project, clock: Clock, names: Sequence[str]) -> Any:
    """The trimmed ids of some leads as an Arrow array: of every file that is named (``-`` is stdin) its leads, else the name itself.

    Raises:
        LeadFileError: A file cannot be read.
    """
    import pyarrow as pa

    parts = [part for name in names for part in _ids(project, clock, name)]
    return pa.chunked_array(parts, pa.string()).combine_chunks()


def _ids(project: Project, clock: Clock, name: str) -> Iterator[Any]:
    import pyarrow as pa

    from leadroute.leads.errors import LeadFileError
    from leadroute.leads.opening import open_file
    from leadroute.leads.reader import Reader

    if name != "-" and not Path(name).exists():
        yield pa.array([name.strip()], pa.string())
        return
    with open_file(name) as file:
        reader = Reader(file, project, clock, fields=frozenset())
        errors = [found for found in reader.diagnostics if found.severity == "error"]
        if errors:
            raise LeadFileError(*errors)
        for batch in reader.batches():
            yield batch.ids
