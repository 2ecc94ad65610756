"""Lead files to typed batches: columns found in the header, cells read, derived and built-in fields worked out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from leadroute import values
from leadroute.language.evaluate import Evaluator
from leadroute.language.references import gives, reads
from leadroute.language.text import compared
from leadroute.leads import arrow
from leadroute.leads.ahead import ahead
from leadroute.leads.builtin import BUILT_IN, Calendar
from leadroute.leads.cells import BLOCK_BYTES, CellBlock, LeadFile
from leadroute.leads.columns import ColumnReader, Reading, missing_in, plain_values, reader_of
from leadroute.leads.derive import Deriver
from leadroute.leads.errors import LeadFileError, finding
from leadroute.leads.local import LOCAL, LocalColumns
from leadroute.leads.previous import PREVIOUS, PreviousColumns
from leadroute.leads.texts import clean, tokens_at
from leadroute.model.clock import Clock
from leadroute.model.columns import CodedColumn, Column, LeadBatch, NumberColumn
from leadroute.model.decisions import CellFaults, Faults
from leadroute.model.derive import Hash
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import frozen
from leadroute.model.previous import PreviousOf
from leadroute.model.project import Project

_READERS = 2
"""Columns that are read at a time."""
_NAMED_ROWS = 3
"""How many rows with surplus cells are named by line."""


@frozen
class Invalid:
    """Why a lead cannot be decided: a reason code and the sentence that goes with it."""

    reason: str
    why: str


NO_ID = Invalid("no_id", "the lead has no id")
SURPLUS = Invalid("surplus_cells", "the row has more cells than the header has columns")


@frozen
class Needs:
    """What must be worked out for the fields in use: columns to read, steps to take, built-in fields to make."""

    declared: frozenset[str]
    steps: tuple[Any, ...]
    score: bool
    builtin: frozenset[str]


def needs(project: Project, fields: frozenset[str], given: frozenset[str] = frozenset()) -> Needs:
    """The closure of ``fields`` over what derived and built-in fields read; ``given`` ones are read from the lead itself."""
    wanted = set(fields)
    if any(name.startswith(LOCAL) for name in wanted):
        wanted.update(project.places.values())
    steps = []
    score = False
    if project.score is not None and not {"score", "tier"} <= given and wanted & {"score", "tier"}:
        score = True
        wanted |= reads(project.score)
    for step in reversed(project.derive):
        names = {field.name for field in gives(step)} - given
        if names & wanted:
            steps.append(step)
            wanted |= reads(step)
    derived = {field.name for step in project.derive for field in gives(step)} | {"score", "tier"}
    builtin = {name for name in wanted if project.fields[name].origin == "builtin"} - given
    if project.arrived_field is not None and any(name.startswith("arrived.") for name in builtin):
        wanted.add(project.arrived_field)
    if any(name.startswith(LOCAL) for name in builtin):
        wanted.update(project.places.values())
    return Needs(frozenset(wanted - (derived - given) - builtin), tuple(reversed(steps)), score, frozenset(builtin))


class Reader:
    """Reads a lead file once, as typed batches.

    Args:
        file: The opened file.
        project: Fields, derived fields, missing tokens, time zone.
        clock: The instant of the batch, for built-in fields and conditions in derived ones.
        fields: The names in use; what they need is read as well, and nothing else.
        strict: Cells that do not parse make their lead invalid, in every declared field that the file has.
        block_bytes: How much of the file is held at a time; never changes a result.
        texts_of: Fields that a pattern looks at, whose texts are numbered apart even where they compare alike.
        given: Derived fields that are taken from the file's columns, where it has them, and not worked out.
        evaluator: Answers the conditions of derived fields; pass the run's own to share its tables.
        previous: What the ledger holds of leads, by their ids; asked only where a field in use needs it. ``None``: there is none.

    ``diagnostics`` are known at once: a field in use without a column, or with two. Only when none is an error may ``batches`` be read.
    ``rows``, ``faults``, ``invalid`` and surplus warnings are complete after the pass.
    """

    def __init__(
        self,
        file: LeadFile,
        project: Project,
        clock: Clock,
        *,
        fields: frozenset[str],
        strict: bool = False,
        block_bytes: int = BLOCK_BYTES,
        texts_of: frozenset[str] = frozenset(),
        given: frozenset[str] = frozenset(),
        evaluator: Evaluator | None = None,
        previous: PreviousOf | None = None,
    ) -> None:
        self._file = file
        self._project = project
        self._strict = strict
        self._block_bytes = block_bytes
        self._diagnostics: list[Diagnostic] = []
        self._header = _Header(file.header)
        given = frozenset(name for name in given if self._header.find(project.fields[name]) is not None)
        needed = needs(project, fields, given)
        always = {name for name, field in project.fields.items() if field.required and field.origin == "declared"}
        if strict:
            found = (name for name, field in project.fields.items() if field.origin == "declared")
            always |= {name for name in found if self._header.find(project.fields[name]) is not None}
        self._columns: dict[str, int | None] = {}
        for name in sorted(needed.declared | always):
            self._columns[name] = self._chosen(project.fields[name])
        named = project.fields[project.id_field]
        self._id = self._columns[named.name] if named.name in self._columns else self._chosen(named)
        if self._id is None and named.optional:
            self._no_column(named)
        self._name_repeated()
        self._readers: dict[str, ColumnReader] = {
            name: reader_of(project.fields[name], project.missing, clock.timezone, by_text=name in texts_of) for name in self._columns
        }
        self._hashed = frozenset(step.of for step in needed.steps if isinstance(step, Hash))
        self._builtin = sorted(needed.builtin)
        self._previous = PreviousColumns(previous)
        self._calendar = Calendar(clock, project.business_hours, project.holidays)
        self._local_names = [name for name in self._builtin if name.startswith(LOCAL)]
        self._local = LocalColumns(clock, self._calendar, project.places)
        self._local_late = any(project.fields[name].origin == "derived" for name in project.places.values())
        self._evaluator = evaluator or Evaluator(clock)
        self._deriver = Deriver(needed.steps, project.score if needed.score else None, self._evaluator, given)
        self._reasons: list[Invalid] = []
        self._codes: list[npt.NDArray[np.int16]] = []
        self._warnings: list[Diagnostic] = []
        self.rows = 0

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Findings about the header, and, after the pass, about rows with surplus cells."""
        return (*self._file.notes, *self._diagnostics, *self._warnings)

    @property
    def read(self) -> tuple[int, ...]:
        """The columns that are read, by their position in the header."""
        return tuple(sorted({at for at in (*self._columns.values(), self._id) if at is not None}))

    @property
    def faults(self) -> Faults:
        """Cells that did not parse, by field, in the order of the project's fields."""
        return {
            name: CellFaults(self._readers[name].count, tuple(self._readers[name].examples))
            for name in self._project.fields
            if name in self._readers and self._readers[name].count
        }

    @property
    def invalid_reasons(self) -> tuple[Invalid, ...]:
        """The distinct reasons for which leads are invalid."""
        return tuple(self._reasons)

    def invalid_codes(self) -> npt.NDArray[np.int16]:
        """For every lead its index into ``invalid_reasons``, -1 when it is valid."""
        return np.concatenate(self._codes) if self._codes else np.zeros(0, np.int16)

    def batches(self) -> Iterator[LeadBatch]:
        """The leads in file order, as typed columns for every field in use.

        Raises:
            LeadFileError: When a field in use has no column, or the file turns out to be broken further down.
        """
        errors = [diagnostic for diagnostic in self._diagnostics if diagnostic.severity == "error"]
        if errors:
            raise LeadFileError(*errors)
        self.rows = 0
        self._codes, self._warnings = [], []
        with ThreadPoolExecutor(_READERS) as readers:
            for block in ahead(self._file.blocks(self.read, self._block_bytes)):
                yield self._batch(block, readers)
                self.rows += block.size

    def _batch(self, block: CellBlock, readers: Executor) -> LeadBatch:
        reasons = np.full(block.size, -1, np.int16)
        ids = self._texts(block, self._id)
        self._mark(reasons, np.flatnonzero(arrow.nulls(ids)), NO_ID)
        self._mark(reasons, block.surplus, SURPLUS)
        self._name_surplus(block)
        void = reasons >= 0
        columns: dict[str, Column] = {}

        def read(name: str) -> Reading:
            at = self._columns[name]
            cells = block.columns[at] if at is not None else _absent(block.size)
            # What stands in a row that cannot be decided is nobody's value, and no cell that did not parse.
            return self._readers[name].read(arrow.blanked(cells, void) if void.any() else cells)

        # Side by side: no reader knows of another, and most of their time is spent in kernels that let others run.
        for name, reading in zip(self._columns, readers.map(read, self._columns), strict=True):
            field = self._project.fields[name]
            columns[name] = reading.column
            if field.required or self._strict:
                self._mark(reasons, reading.unread, Invalid("unreadable", f"`{name}` cannot be read"))
            if field.required:
                self._mark(
                    reasons, np.flatnonzero(missing_in(reading.column)), Invalid("required_missing", f"`{name}` is required and missing")
                )
        self._codes.append(reasons)
        batch = LeadBatch(block.start, block.size, ids, reasons >= 0, columns)
        arrival = columns.get(self._project.arrived_field or "")
        if self._builtin and not set(PREVIOUS).isdisjoint(self._builtin):
            columns.update(self._previous.columns(ids))
        for name in self._builtin:
            if name.partition(".")[0] in BUILT_IN:
                columns[name] = self._calendar.column(name, block.size, arrival if isinstance(arrival, NumberColumn) else None)
        if self._local_names and not self._local_late:
            columns.update(self._local.columns(self._local_names, columns))

        def texts_of(name: str) -> Any:
            return self._texts(block, self._columns[name]) if name in self._hashed and name in self._columns else None

        self._deriver.extend(batch, columns, texts_of)
        if self._local_names and self._local_late:
            columns.update(self._local.columns(self._local_names, columns))
        return batch

    def _texts(self, block: CellBlock, at: int | None) -> Any:
        """A column's cells as trimmed texts, null where missing."""
        cells = block.columns[at] if at is not None else _absent(block.size)
        cells = as_texts(cells)
        texts, missing = clean(cells)
        missing |= tokens_at(texts, self._project.missing)
        return arrow.without(texts, missing) if missing.any() else texts

    def _mark(self, reasons: npt.NDArray[np.int16], rows: Any, why: Invalid) -> None:
        """Gives rows a reason where they have none."""
        open_rows = rows[reasons[rows] < 0]
        if len(open_rows) == 0:
            return
        if why not in self._reasons:
            self._reasons.append(why)
        reasons[open_rows] = self._reasons.index(why)

    def _name_surplus(self, block: CellBlock) -> None:
        for row in block.surplus[: _NAMED_ROWS - len(self._warnings)].tolist():
            place = self._file.place(block.start + row)
            line = int(place.removeprefix("line ")) if place.startswith("line ") else None
            self._warnings.append(
                finding(
                    "surplus-cells",
                    f"{place} has more cells than the header has columns; the lead is invalid",
                    file=self._file.path,
                    line=line,
                    help="quote a cell that holds the delimiter",
                )
            )

    def _name_repeated(self) -> None:
        """Columns of one name that nobody reads: they pass through, and are worth a word."""
        read = {*self._columns.values(), self._id}
        for at, count in self._header.repeated():
            if at not in read:
                self._diagnostics.append(
                    finding(
                        "repeated-column",
                        f"`{self._file.path}` has {count} columns `{self._file.header[at]}`; no rule reads them, and all come out",
                        file=self._file.path,
                        line=1 if self._file.format in ("csv", "tsv") else None,
                        help="rename all but one of them",
                    )
                )

    def _chosen(self, field: Field) -> int | None:
        at = self._header.find(field)
        if at is None:
            if not field.optional:
                self._no_column(field)
            return None
        if self._header.twice(at):
            self._diagnostics.append(
                finding(
                    "ambiguous-column",
                    f"`{self._file.path}` has more than one column `{self._file.header[at]}`, which field `{field.name}` reads",
                    file=self._file.path,
                    line=1 if self._file.format in ("csv", "tsv") else None,
                    help="rename one of them, or name another under `column:`",
                )
            )
        return at

    def _no_column(self, field: Field) -> None:
        names = " or ".join(f"`{name}`" for name in field.headers)
        self._diagnostics.append(
            finding(
                "missing-column",
                f"`{self._file.path}` has no column {names}, which field `{field.name}` reads",
                file=self._file.path,
                line=1 if self._file.format in ("csv", "tsv") else None,
                help=f"name it under `leads.fields.{field.name}.column`, or say `optional: true`; there are {_some(self._file.header)}",
            )
        )


class _Header:
    """Column names, found like strings are compared."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._forms = [compared(name) for name in names]

    def find(self, field: Field) -> int | None:
        for name in field.headers:
            form = compared(name)
            if form in self._forms:
                return self._forms.index(form)
        return None

    def repeated(self) -> list[tuple[int, int]]:
        """The first column of each name that stands more than once, and how often it does; columns without a name are none."""
        counts = Counter(self._forms)
        return [(self._forms.index(form), count) for form, count in counts.items() if form and count > 1]

    def twice(self, at: int) -> bool:
        return self._forms.count(self._forms[at]) > 1


def as_texts(cells: Any) -> Any:
    """Cells of whatever kind as an Arrow array of text, null where there is none."""
    import pyarrow as pa

    if isinstance(cells, list):
        return arrow.strings([None if cell is None else values.text_of(cell) for cell in cells])
    if pa.types.is_string(cells.type):
        return cells
    return as_texts(plain_values(cells))


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:8])
    return shown + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _absent(size: int) -> Any:
    """A column of missing texts."""
    return arrow.of_buffers(np.zeros(size + 1, np.int32), b"", np.ones(size, np.bool_))


def lead_of(batch: LeadBatch, row: int) -> Mapping[str, Any]:
    """One lead of a batch as compared values by field name, missing ones left out."""
    found: dict[str, Any] = {}
    for name, column in batch.columns.items():
        if isinstance(column, CodedColumn):
            code = int(column.codes[row])
            if code >= 0:
                found[name] = column.vocabulary.values[code]
        elif isinstance(column, NumberColumn):
            if not column.missing[row]:
                found[name] = column.values[row].item()
        else:
            text = column.text[row].as_py()
            if text is not None:
                found[name] = text if column.exact and column.type is FieldType.STRING else compared(text)
    return found
