"""A lead typed in as ``field=value``: a file of one row, read by the same code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from leadroute.leads import arrow
from leadroute.leads.cells import BLOCK_BYTES, NO_ROWS, CellBlock
from leadroute.leads.errors import LeadFileError
from leadroute.leads.reader import Reader, needs
from leadroute.model.clock import Clock
from leadroute.model.columns import LeadBatch
from leadroute.model.project import Project


class TypedInLead:
    """One lead, its texts by name."""

    path = "the lead typed in"
    format = "typed"

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.header = tuple(texts)
        self._texts = tuple(texts.values())

    def blocks(self, columns: Sequence[int], block_bytes: int = BLOCK_BYTES) -> Iterator[CellBlock]:
        """One block of one lead."""
        del block_bytes
        yield CellBlock(0, 1, {at: arrow.strings([self._texts[at]]) for at in columns}, NO_ROWS)

    def rows(self) -> Iterator[tuple[list[Any], list[Any]]]:
        """The lead's texts."""
        yield list(self._texts), []

    def place(self, row: int) -> str:
        """``lead 1``."""
        return f"lead {row + 1}"

    def places(self, rows: Sequence[int]) -> dict[int, str]:
        """Where some leads stand."""
        return {row: self.place(row) for row in rows}

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        """The lead itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing to close."""


def read_lead(
    project: Project, texts: Mapping[str, str], clock: Clock, *, fields: frozenset[str], **options: Any
) -> tuple[LeadBatch, Reader]:
    """A typed-in lead as a batch of one row, and the reader that knows what did not parse.

    Args:
        project: The project.
        texts: Field or column name to text. Fields that are not named are missing, the id as well (it then is ``typed-in``).
        clock: The instant.
        fields: The names in use.
        options: What else ``Reader`` takes: ``strict``, ``texts_of``, ``given``, ``evaluator``.

    Raises:
        LeadFileError: When a name is typed in twice.
    """
    named = dict(texts)
    wanted = needs(project, fields, options.get("given", frozenset())).declared | {project.id_field}
    required = {name for name, field in project.fields.items() if field.required and field.origin == "declared"}
    from leadroute.language.text import compared

    forms = {compared(name) for name in named}
    for name in sorted(wanted | required):
        columns = project.fields[name].columns or (name,)
        if forms.isdisjoint(compared(column) for column in columns):
            # A field is also known by its own name here, whatever its column is called in files.
            own = next((typed for typed in named if compared(typed) == compared(name)), None)
            named[columns[0]] = named.pop(own) if own is not None else ("typed-in" if name == project.id_field else "")
    reader = Reader(TypedInLead(named), project, clock, fields=fields, **options)
    batches = list(reader.batches())
    if len(batches) != 1:
        raise LeadFileError
    return batches[0], reader
