"""A lead typed in as ``field=value``: a file of one row, read by the same code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from leadroute.language.text import compared
from leadroute.leads import arrow
from leadroute.leads.cells import BLOCK_BYTES, NO_ROWS, CellBlock
from leadroute.leads.reader import Reader, needs
from leadroute.model.clock import Clock
from leadroute.model.columns import LeadBatch
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.project import Project

MADE_UP_ID = "(typed in)"


class TypedInLead:
    """One lead, its texts by name."""

    path = "the lead typed in"
    format = "typed"
    notes: tuple[Diagnostic, ...] = ()

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

    def digest(self) -> str:
        """SHA-256 of the texts, in hexadecimal."""
        return hashlib.sha256(repr((self.header, self._texts)).encode("utf-8", "replace")).hexdigest()

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        """The lead itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing to close."""


def typed_lead(project: Project, clock: Clock, texts: Mapping[str, str], *, fields: frozenset[str], **options: Any) -> LeadBatch:
    """A typed-in lead as a batch of one row.

    Args:
        project: The project.
        clock: The instant.
        texts: Field or column name to text. Fields that are not named are missing; an id is made up where none is named.
        fields: The names in use.
        options: What else ``Reader`` takes: ``strict``, ``texts_of``, ``given``, ``evaluator``, ``previous``.
    """
    named = dict(texts)
    wanted = set(needs(project, fields, options.get("given", frozenset())).declared) | {project.id_field}
    wanted |= {name for name, field in project.fields.items() if field.required and field.origin == "declared"}
    for name in sorted(wanted):
        columns = project.fields[name].columns or (name,)
        if not any(_typed_as(named, column) for column in columns):
            # A field is also known by its own name here, whatever its column is called in files.
            own = _typed_as(named, name)
            named[columns[0]] = named.pop(own) if own is not None else (MADE_UP_ID if name == project.id_field else "")
    return next(Reader(TypedInLead(named), project, clock, fields=fields, **options).batches())


def _typed_as(texts: Mapping[str, str], name: str) -> str | None:
    """The key that compares like a name."""
    return next((typed for typed in texts if compared(typed) == compared(name)), None)
