"""Small projects and decisions for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from leadroute.leads import Reader, open_file, prepare
from leadroute.model.clock import Clock
from leadroute.model.columns import CodedColumn, LeadBatch, NumberColumn
from leadroute.model.decisions import Decisions, Outcome, Verdict
from leadroute.model.fields import Field, FieldType, Value
from leadroute.model.project import Project

NOW = 1_795_446_060_000_000  # 2026-11-23T15:01Z
CLOCK = Clock(NOW, "America/New_York")
BUILT_IN = {
    "date": FieldType.DATE,
    "time": FieldType.TIME,
    "weekday": FieldType.STRING,
    "business_hours": FieldType.BOOLEAN,
    "holiday": FieldType.BOOLEAN,
}


def project(*fields: Field, **changes: Any) -> Project:
    """A project with an id field, some fields, and the built-in ones."""
    known = {field.name: field for field in (Field("lead_id", FieldType.STRING), *fields)}
    for source in ("now", "arrived"):
        known |= {f"{source}.{name}": Field(f"{source}.{name}", kind, origin="builtin") for name, kind in BUILT_IN.items()}
    settings: dict[str, Any] = {
        "path": "leadroute.yaml",
        "name": "test",
        "timezone": "America/New_York",
        "id_field": "lead_id",
        "arrived_field": None,
        "order": (),
        "missing": frozenset({"", "n/a", "null", "-"}),
        "fields": known,
        "attributes": {},
        "derive": (),
        "score": None,
        "rotations": {},
        "pools": {},
        "queues": {},
        "rules": (),
        "reps": (),
        "default": (),
        "business_hours": None,
        "state": "",
        "digest": "",
    }
    return Project(**(settings | changes))


def value_at(batch: LeadBatch, name: str, row: int) -> Value | None:
    """One value of a batch in compared form."""
    from leadroute.leads import lead_of

    found: Value | None = lead_of(batch, row).get(name)
    return found


def values_of(path: Path | str, name: str, of: Project, **options: Any) -> list[Value | None]:
    """A field's values over a whole file."""
    with open_file(str(path)) as file:
        reader = Reader(file, of, CLOCK, fields=frozenset({name}), **options)
        return [value_at(batch, name, row) for batch in reader.batches() for row in range(batch.size)]


def kind_of(batch: LeadBatch, name: str) -> str:
    """How a column is kept."""
    column = batch.columns[name]
    return "coded" if isinstance(column, CodedColumn) else "number" if isinstance(column, NumberColumn) else "text"


def decisions(
    size: int,
    *,
    reps: Sequence[str] = ("sarah", "tom"),
    why: str = "rule `all` took it",
    first: dict[int, int] | None = None,
    fit: int = -1,
) -> Decisions:
    """Leads handed to reps in turn; ``first`` makes some duplicates of others."""
    verdicts = (
        Verdict(Outcome.ASSIGNED, "round_robin", why, "all", "everyone"),
        Verdict(Outcome.DUPLICATE, "duplicate", "it has the same id as an earlier row"),
    )
    repeats = np.full(size, -1, np.int64)
    verdict, rep = np.zeros(size, np.int32), (np.arange(size) % len(reps)).astype(np.int32)
    for row, at in (first or {}).items():
        repeats[row], verdict[row], rep[row] = at, 1, -1
    none = np.zeros(size, np.int64)
    return Decisions(
        verdicts=verdicts,
        reps=tuple(reps),
        batches=("2026-11-23-1",),
        signatures=(),
        places=(),
        tiers=(),
        weights={},
        verdict=verdict,
        rep=rep,
        fit=np.full(size, fit, np.int64),
        batch=np.zeros(size, np.int32),
        first=repeats,
        eligible=none.astype(np.int32),
        effort=none,
        cost=none,
        place=np.full(size, -1, np.int32),
        tier=np.full(size, -1, np.int32),
        counted=none.astype(np.bool_),
        fresh=none.astype(np.bool_),
    )


def written(source: Path, target: Path, made: Decisions, **options: Any) -> bytes:
    """A file with its decisions, as bytes."""
    with open_file(str(source)) as file, prepare(file, made, str(target), **options) as output:
        output.publish()
    return target.read_bytes()
