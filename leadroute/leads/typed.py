"""A lead typed in as ``field=value``: a file of one row, read by the same code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from leadroute.language.text import compared
from leadroute.leads.kept import KeptLeads
from leadroute.leads.reader import Reader, needs
from leadroute.model.clock import Clock
from leadroute.model.columns import LeadBatch
from leadroute.model.project import Project

MADE_UP_ID = "(typed in)"


class TypedInLeads(KeptLeads):
    """Leads as their texts by name."""

    path = "the lead typed in"
    format = "typed"


def typed_lead(project: Project, clock: Clock, texts: Mapping[str, str], *, fields: frozenset[str], **options: Any) -> LeadBatch:
    """A typed-in lead as a batch of one row; see ``typed_reader``."""
    return typed_leads(project, clock, [texts], fields=fields, **options)


def typed_leads(project: Project, clock: Clock, leads: Sequence[Mapping[str, str]], *, fields: frozenset[str], **options: Any) -> LeadBatch:
    """Typed-in leads, at least one, as a batch with a row for each; see ``typed_reader``."""
    return next(typed_reader(project, clock, leads, fields=fields, **options).batches())


def typed_reader(project: Project, clock: Clock, leads: Sequence[Mapping[str, str]], *, fields: frozenset[str], **options: Any) -> Reader:
    """What reads typed-in leads, at least one, as one batch.

    Args:
        project: The project.
        clock: The instant.
        leads: For each, field or column name to text. Fields that are not named are missing; an id is made up where none is named.
        fields: The names in use.
        options: What else ``Reader`` takes: ``strict``, ``texts_of``, ``given``, ``evaluator``, ``previous``.
    """
    wanted = set(needs(project, fields, options.get("given", frozenset())).declared) | {project.id_field}
    wanted |= {name for name, field in project.fields.items() if field.required and field.origin == "declared"}
    named = [dict(texts) for texts in leads]
    for name in sorted(wanted):
        columns = project.fields[name].headers
        for texts in named:
            # A field is also known by its own name here, whatever its column is called in files.
            typed = next((one for one in map(partial(_typed_as, texts), (*columns, name)) if one is not None), None)
            if typed is None:
                texts[columns[0]] = MADE_UP_ID if name == project.id_field else ""
            elif compared(typed) == compared(columns[0]):
                texts[columns[0]] = texts.pop(typed)
            else:
                texts[columns[0]] = texts[typed]
    return Reader(TypedInLeads(named), project, clock, fields=fields, **options)


def _typed_as(texts: Mapping[str, str], name: str) -> str | None:
    """The key that compares like a name."""
    return next((typed for typed in texts if compared(typed) == compared(name)), None)
