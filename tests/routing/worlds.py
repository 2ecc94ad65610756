"""Whole batches for the tests of routing: projects from YAML, leads as columns, decided in one go."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa

from leadroute import project, values
from leadroute.leads import Reader, open_file
from leadroute.leads.ids import first_rows
from leadroute.model.clock import Clock
from leadroute.model.columns import CodedColumn, Column, LeadBatch, NumberColumn, TextColumn, Vocabulary
from leadroute.model.decisions import Decisions
from leadroute.model.fields import FieldType
from leadroute.model.project import Project
from leadroute.model.standings import Standings
from leadroute.routing.router import Router

AT = "2026-11-23T10:00+00:00"
HEAD = """
version: 1
leads:
  id: id
  fields: {id: string, name: string, mail: email, land: country, language: string, size: integer, deal: number, vip: boolean,
           due: date, made: datetime, tags: list, tier_of: string, owner: string, target: string}
"""


@dataclass
class Batch:
    """A batch as it was decided."""

    router: Router
    decisions: Decisions
    wanted: np.ndarray[Any, np.dtype[np.bool_]]

    @property
    def taken(self) -> list[str]:
        """Who took each lead, or in which queue it waits, or what else became of it."""
        decided = map(self.decisions.__getitem__, range(len(self.decisions)))
        return [one.rep or one.queue or one.outcome.value for one in decided]

    @property
    def reasons(self) -> list[str]:
        """The reason code of each lead."""
        return [self.decisions[at].reason for at in range(len(self.decisions))]


def made(folder: Path, rules: str, reps: str, more: str = "") -> Project:
    """A project from YAML: rule file, reps (a flow list), and what else its own file says."""
    folder.mkdir(exist_ok=True)
    (folder / "leadroute.yaml").write_text(HEAD + more, "utf-8")
    (folder / "rules.yaml").write_text("version: 1\n" + rules, "utf-8")
    (folder / "roster.yaml").write_text(f"version: 1\nreps: {reps}\n", "utf-8")
    return loaded(folder)


def loaded(folder: Path) -> Project:
    """A project that has no errors."""
    found = project.load(folder / "leadroute.yaml")
    assert found.project is not None, [(one.message, one.span) for one in found.diagnostics]
    return found.project


def clock_at(found: Project, at: str = AT) -> Clock:
    """An instant on the project's routing clock."""
    return Clock(int(datetime.fromisoformat(at).astimezone(UTC).timestamp()) * 1_000_000, found.timezone)


def column_of(found: Project, name: str, texts: Sequence[str | None]) -> Column:
    """A column of one field from texts as they stand in a file."""
    field = found.fields[name]
    read = [None if text is None else values.read(field, text, found.timezone) for text in texts]
    if field.type.is_ordered:
        kind = np.float64 if field.type is FieldType.NUMBER else np.int64
        numbers = np.array([0 if value is None else value for value in read], kind)
        return NumberColumn(field.type, numbers, np.array([value is None for value in read], np.bool_))
    vocabulary = Vocabulary()
    codes = [-1 if value is None else vocabulary.code(value, text or "") for value, text in zip(read, texts, strict=True)]
    return CodedColumn(field.type, np.array(codes, np.int32), vocabulary)


def leads(count: int, **texts: str) -> list[dict[str, str]]:
    """Some equal leads."""
    return [dict(texts) for _ in range(count)]


def block(found: Project, rows: Sequence[Mapping[str, str]]) -> LeadBatch:
    """One block of leads from texts by field (absent: missing); declared fields alone."""
    names = [name for name, field in found.fields.items() if field.origin == "declared"]
    columns = {name: column_of(found, name, [row.get(name) for row in rows]) for name in names}
    return LeadBatch(0, len(rows), pa.array([f"L{at}" for at in range(len(rows))]), np.zeros(len(rows), np.bool_), columns)


def route(found: Project, rows: Sequence[Mapping[str, str]], standings: Standings | None = None, at: str = AT) -> Batch:
    """Decide some leads."""
    router = Router(found, standings or Standings(), clock_at(found, at))
    router.match(block(found, rows))
    wanted = np.ones(len(rows), np.bool_)
    return Batch(router, router.decide(wanted), wanted)


# Random worlds of the reference, taken in block by block


@dataclass
class Taken:
    """A stage of a random world, read: its leads in one block with all columns that deciding reads, and which are to be decided."""

    project: Project
    clock: Clock
    batch: LeadBatch
    wanted: np.ndarray[Any, np.dtype[np.bool_]]

    def decide(self, parts: Sequence[LeadBatch] | None = None, standings: Standings | None = None) -> Batch:
        """Decide the leads, in these blocks."""
        router = Router(self.project, copy.deepcopy(standings) if standings is not None else Standings(), self.clock)
        for part in parts or [self.batch]:
            router.match(part)
        return Batch(router, router.decide(self.wanted), self.wanted)


def taken_in(folder: Path, at: datetime) -> Taken:
    """Read a stage that was written to a folder."""
    found = loaded(folder)
    clock = clock_at(found, at.isoformat())
    router = Router(found, Standings(), clock)
    with open_file(str(folder / "leads.csv"), format=None, delimiter=None, encoding=None) as file:
        reader = Reader(file, found, clock, fields=router.fields, texts_of=router.texts)
        batches = list(reader.batches())
    assert len(batches) == 1
    batch = batches[0]
    return Taken(found, clock, batch, ~batch.invalid & (first_rows([batch.ids], [batch.invalid]) < 0))


def pieces(batch: LeadBatch, random: Random, as_text: bool | None = None) -> Iterator[LeadBatch]:
    """The same leads in blocks of random sizes; with ``as_text`` declared texts become text columns (``None``: now and then)."""
    start = 0
    while start < batch.size:
        size = random.randint(1, batch.size - start)
        rows = np.arange(start, start + size)
        columns = {}
        for name, column in batch.columns.items():
            part = _rows(column, rows)
            kept = as_text if as_text is not None else random.random() < 0.5
            if (
                kept
                and isinstance(part, CodedColumn)
                and part.type in {FieldType.STRING, FieldType.EMAIL}
                and "." not in name
                and name != "tier"
            ):
                part = _texts(part, name == "code")
            columns[name] = part
        yield LeadBatch(start, size, batch.ids.slice(start, size), batch.invalid[rows], columns)
        start += size


def _rows(column: Column, rows: np.ndarray[Any, np.dtype[np.int64]]) -> Column:
    if isinstance(column, CodedColumn):
        return CodedColumn(column.type, column.codes[rows], column.vocabulary)
    if isinstance(column, NumberColumn):
        return NumberColumn(column.type, column.values[rows], column.missing[rows])
    return TextColumn(column.type, column.text.take(pa.array(rows)), column.exact, column.vocabulary)


def _texts(column: CodedColumn, exact: bool) -> TextColumn:
    words = column.vocabulary.texts
    return TextColumn(
        column.type, pa.array([words[code] if code >= 0 else None for code in column.codes.tolist()], pa.string()), exact, column.vocabulary
    )


def answers(decisions: Decisions) -> list[tuple[object, ...]]:
    """Everything that was decided of each lead, by names."""
    found: list[tuple[object, ...]] = []
    for at in range(len(decisions)):
        if decisions.verdict[at] < 0:
            found.append(())
            continue
        eligible = decisions.signatures[decisions.eligible[at]] if decisions.eligible[at] >= 0 else None
        charged = int(decisions.effort[at]), int(decisions.cost[at]), bool(decisions.counted[at])
        found.append((decisions[at], eligible, charged))
    return found
