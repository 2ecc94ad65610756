"""Which fields of a lead several projects read or work out alike, so that they are one field to a proof about all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from leadroute import values
from leadroute.language.references import gives, reads
from leadroute.model.fields import Field, FieldType
from leadroute.model.project import Project

_WRITING = frozenset({"span", "text", "texts", "line", "file", "about", "owner", "columns", "optional"})
"""Attributes of the model that say how or where something is written, in which column it is found, or are notes for people."""
_FILES = frozenset({"CalendarFile", "ListedHolidays"})
"""What is named after the file that it was read from."""
_BY_TIMEZONE = frozenset({FieldType.DATE, FieldType.DATETIME})


def shared(projects: Sequence[Project]) -> frozenset[str]:
    """The fields that all projects read alike from a lead file or the clock, and the derived ones that follow alike from such fields.

    A field that a project does not have, it reads like any other.
    """
    first, *others = projects
    found = {
        name
        for name, one in first.fields.items()
        if _is_read(one) and all(_read_alike(one, first, other.fields.get(name), other) for other in others)
    }
    found = {name for name in found if all(_sources(name, first) <= found and _clock_alike(name, first, other) for other in others)}
    if not others:
        return frozenset(found)
    for step in first.derive:
        names = {one.name for one in gives(step)}
        alike = all(any(meaning(step) == meaning(theirs) for theirs in other.derive) for other in others)
        if alike and reads(step) <= found and all(not _is_read(first.fields[name]) for name in names):
            found |= names
    if first.score is not None and reads(first.score) <= found and all(meaning(first.score) == meaning(other.score) for other in others):
        found |= {"score", "tier"}
    return frozenset(found)


def but_for_missing(one: Project, other: Project) -> frozenset[str]:
    """The texts of a lead file that two projects read alike but for the words that stand for a missing value."""
    return frozenset(
        name
        for name, field in one.fields.items()
        if field.origin == "declared"
        and field.type is FieldType.STRING
        and not field.exact
        and name in other.fields
        and meaning(field) == meaning(other.fields[name])
        and (name == one.id_field) is (name == other.id_field)
        and not _read_alike(field, one, other.fields[name], other)
    )


def meaning(value: Any) -> Any:
    """A value of the model without its writing: two that mean the same are equal, and can be told from others by a hash."""
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value).__name__
        skipped = _WRITING | {"name"} if kind in _FILES else _WRITING
        return (kind, *(meaning(getattr(value, one.name)) for one in fields(value) if one.compare and one.name not in skipped))
    if isinstance(value, tuple | list):
        return tuple(meaning(one) for one in value)
    if isinstance(value, Mapping):
        return frozenset((key, meaning(one)) for key, one in value.items())
    if isinstance(value, Enum):
        return value
    return (type(value).__name__, value)  # 1, 1.0 and true are not the same


def _is_read(one: Field) -> bool:
    return one.origin != "derived" and one.name not in ("score", "tier")


def _read_alike(one: Field, project: Project, other: Field | None, theirs: Project) -> bool:
    """Whether every text is the same value to both."""
    if other is None:
        return True
    if meaning(one) != meaning(other) or (one.name == project.id_field) is not (one.name == theirs.id_field):
        return False
    if one.type in _BY_TIMEZONE and project.timezone != theirs.timezone:
        return False
    return not any(values.read(one, word, project.timezone) is not None for word in project.missing ^ theirs.missing)


def _sources(name: str, project: Project) -> frozenset[str]:
    """The fields of a lead that a built-in one follows from."""
    if project.fields[name].origin != "builtin":
        return frozenset()
    if name.startswith("arrived."):
        return frozenset({project.arrived_field} if project.arrived_field is not None else ())
    return frozenset(project.places.values()) if name.startswith("local.") else frozenset()


def _clock_alike(name: str, project: Project, other: Project) -> bool:
    """Whether what a built-in field says of an instant is the same in both."""
    source, _, fact = name.partition(".")
    if project.fields[name].origin != "builtin" or source == "previous":
        return True
    hours = [meaning((one.business_hours, one.holidays)) for one in (project, other)]
    return (
        (project.timezone == other.timezone)
        and (fact not in ("business_hours", "holiday") or hours[0] == hours[1])
        and (source != "arrived" or project.arrived_field == other.arrived_field)
        and (source != "local" or dict(project.places) == dict(other.places))
    )
