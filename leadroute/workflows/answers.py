"""Which leads a file of activities, or of leads, says were answered."""

from __future__ import annotations

from typing import Any

from leadroute.model.clock import Clock
from leadroute.model.project import Project


def answered_in(project: Project, clock: Clock, path: str, column: str | None) -> Any:
    """The trimmed ids (an Arrow string array) of the rows of a file that say that a lead was answered.

    Args:
        project: Its ``leads.id`` says which column holds the lead's id.
        clock: The instant.
        path: A lead file, or a list of activities with a lead's id in each row; in any format of lead files.
        column: The column that says when the lead was answered: rows in which it is missing do not count. ``None``: every row counts.

    Raises:
        LeadFileError: The file cannot be read, or has no such column.
    """
    import numpy as np

    from leadroute.language.text import compared
    from leadroute.leads import arrow
    from leadroute.leads.errors import cannot_load
    from leadroute.leads.opening import open_file
    from leadroute.leads.reader import Reader, as_texts
    from leadroute.leads.texts import clean, tokens_at

    with open_file(path) as file:
        reader = Reader(file, project, clock, fields=frozenset({project.id_field}))
        at = None
        if column is not None:
            names = [compared(name) for name in file.header]
            if compared(column) not in names:
                raise cannot_load("missing-column", f"`{path}` has no column `{column}`", help="name the column with --answered-at")
            at = names.index(compared(column))
        found = [batch.ids for batch in reader.batches()]
        said = []
        for block in file.blocks([at]) if at is not None else ():
            texts, missing = clean(as_texts(next(iter(block.columns.values()))))
            said.append(~(missing | tokens_at(texts, project.missing)))
    ids = [text for block in found for text in block.to_pylist()]
    there = np.concatenate(said) if said else np.ones(len(ids), np.bool_)
    return arrow.strings([text for text, counts in zip(ids, there.tolist(), strict=True) if counts and text is not None])
