"""A lead typed in as ``field=value``: a file of one row, read by the same code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadroute.language.text import compared
from leadroute.leads.kept import KeptLeads
from leadroute.leads.reader import Reader, needs
from leadroute.model.clock import Clock
from leadroute.model.columns import LeadBatch
from leadroute.model.project import Project

MADE_UP_ID = "(typed in)"


class TypedInLead(KeptLeads):
    """One lead, its texts by name."""

    path = "the lead typed in"
    format = "typed"

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__([texts])


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
