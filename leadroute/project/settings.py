"""``leadroute.yaml``: the clock, the fields of a lead, the order in which leads are served, the queues."""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, datetime

from leadroute.language.text import compared
from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import record
from leadroute.model.project import OrderKey
from leadroute.model.roster import Holidays, Hours
from leadroute.model.rules import Queue
from leadroute.model.urls import is_postgres, masked
from leadroute.project.diaries import Diaries
from leadroute.project.findings import Findings, listed, shown
from leadroute.project.hours import business_hours
from leadroute.project.nodes import Entry, Mapping, Node, Scalar
from leadroute.project.scope import LATER_FIELDS, PLACES, Scope
from leadroute.project.zones import time_zone

BUILTIN = {
    "date": FieldType.DATE,
    "time": FieldType.TIME,
    "weekday": FieldType.STRING,
    "business_hours": FieldType.BOOLEAN,
    "holiday": FieldType.BOOLEAN,
}
"""The parts of ``now``, ``arrived`` and ``local``, with their types."""

PREVIOUS = {"previous.rep": FieldType.STRING, "previous.count": FieldType.INTEGER}
"""What the ledger holds of the same lead id."""

RESERVED = frozenset({"all", "any", "not"})
MISSING = ("", "N/A", "null", "-")
DEFAULT_QUEUE = "unassigned"
_ONLY_FOR = {
    "decimal": frozenset({FieldType.INTEGER, FieldType.NUMBER}),
    "separator": frozenset({FieldType.LIST}),
    "format": frozenset({FieldType.DATE, FieldType.DATETIME}),
    "exact": frozenset({FieldType.STRING, FieldType.EMAIL, FieldType.LIST}),
}
"""Keys of a field that mean something for some types alone."""


@record
class Settings:
    """What ``leadroute.yaml`` says, apart from the files it names."""

    name: str
    timezone: str
    business_hours: Hours | None
    id_field: str
    arrived_field: str | None
    missing: frozenset[str]
    state: str
    fresh_load: bool = False
    queues: dict[str, Queue] = field(default_factory=dict)
    strict_queues: bool = False
    """Whether queues must be declared: once one is."""
    holidays: Holidays | None = None
    """Those of the business hours."""


def read_settings(root: Mapping, bad: set[int], scope: Scope, findings: Findings, diaries: Diaries) -> Settings:
    """Compile the settings and put the declared and built-in fields into ``scope``."""
    scope.timezone = time_zone(root.get("timezone"), "UTC", findings) or "UTC"
    leads = root.mapping("leads")
    _fields(leads, bad, scope, findings)
    scope.complete = bool(scope.fields)
    arrived = _arrived(leads, scope, findings)
    identity = leads.get("id")
    if isinstance(identity, Scalar):
        scope.field(identity.text, identity, findings)
        scope.never_missing.add(identity.text)
    _builtin(scope)
    read_places(scope)
    office = root.mapping("business_hours")
    works = "business_hours" in root and id(office) not in bad
    state = root.text("state") or ".leadroute/state.db"
    if "://" in state and not is_postgres(state):
        said = f"{shown(masked(state))} is neither a file nor the URL of a PostgreSQL database"
        findings.add(
            "bad-value", said, root.get("state"), help="write `.leadroute/state.db` or postgresql+psycopg://user@host:5432/database"
        )
    queues = _queues(root.mapping("queues"))
    return Settings(
        name=root.text("name"),
        timezone=scope.timezone,
        business_hours=business_hours(office, findings) if works else None,
        id_field=leads.text("id"),
        arrived_field=arrived,
        missing=_missing(leads),
        state=state,
        fresh_load=root.text("load") == "roster",
        queues=queues,
        strict_queues=bool(queues),
        holidays=diaries.holidays(office.get("holidays")) if works else None,
    )


def read_order(leads: Mapping, scope: Scope, findings: Findings) -> tuple[OrderKey, ...]:
    """``leads.order``: fields that have an order, ``-`` for the largest first."""
    keys: list[OrderKey] = []
    for item in leads.items("order"):
        if not isinstance(item, Scalar):
            continue
        descending = item.text.startswith("-")
        name = item.text.removeprefix("-").strip()
        found = scope.field(name, item, findings)
        if found is None:
            continue
        if found.type is FieldType.LIST:
            findings.add(
                "list-not-allowed", f"leads cannot be ordered by {shown(name)}, which is a list", item, help="order by a single value"
            )
        else:
            keys.append(OrderKey(name, descending))
    return tuple(keys)


def check_name(key: Scalar, scope: Scope, findings: Findings) -> bool:
    """Whether a new field may have this name; a second one of a name, or a reserved one, is a finding."""
    name = key.text
    first = scope.fields.get(name)
    if name in RESERVED or name in ("score", "tier", "now", "arrived", "local") or name.startswith(("local.", "previous.", *LATER_FIELDS)):
        findings.add("duplicate-name", f"{shown(name)} is a word of the language", key, help="choose another name for the field")
        return False
    if first is not None or name in scope.broken:
        related = [("the first one", first.span)] if first is not None and first.span is not None else []
        findings.add(
            "duplicate-name", f"the field {shown(name)} is defined twice", key, help="give one of them another name", related=related
        )
        return False
    return True


def _fields(leads: Mapping, bad: set[int], scope: Scope, findings: Findings) -> None:
    for key, entry in leads.mapping("fields").entries.items():
        if not check_name(entry.key, scope, findings):
            continue
        if id(entry.value) in bad:
            scope.broken.add(key)
            continue
        declared = _field(entry, findings)
        if declared is None:
            scope.broken.add(key)
        else:
            scope.fields[key] = declared


def _field(entry: Entry, findings: Findings) -> Field | None:
    name, value = entry.key.text, entry.value
    if isinstance(value, Scalar):
        return Field(name, FieldType(value.text), (name,), span=entry.key.span)
    assert isinstance(value, Mapping)  # noqa: S101 - the schema says so
    kind = FieldType(value.text("type"))
    for key, types in _ONLY_FOR.items():
        if key in value and kind not in types:
            said = f"`{key}` means nothing for a field of type `{kind.value}`"
            advice = f"remove it; it is for {listed(sorted(one.value for one in types))}"
            findings.add("does-not-apply", said, value.entries[key].key, help=advice)
            return None
    form = value.get("format")
    if isinstance(form, Scalar) and not _reads_dates(form.text):
        findings.add("bad-value", f"`format` cannot be {shown(form.text)}", form, help="write for example `%d.%m.%Y`")
        return None
    separator = value.get("separator")
    return Field(
        name=name,
        type=kind,
        columns=tuple(item.text.strip() for item in value.items("column") if isinstance(item, Scalar)) or (name,),
        optional=value.truth("optional", default=False),
        required=value.truth("required", default=False),
        exact=value.truth("exact", default=False),
        decimal=value.text("decimal") or ".",
        # a separator may be a blank, so it is not trimmed
        separator=separator.text if isinstance(separator, Scalar) else ";",
        format=form.text if isinstance(form, Scalar) else None,
        span=entry.key.span,
    )


def _reads_dates(form: str) -> bool:
    moment = datetime(2026, 11, 23, 10, 1, tzinfo=UTC)
    try:
        read = datetime.strptime(moment.strftime(form), form)  # noqa: DTZ007 - only the letters are tried out
    except (ValueError, UnicodeError):
        return False
    return (read.year, read.month, read.day) == (moment.year, moment.month, moment.day)


def _arrived(leads: Mapping, scope: Scope, findings: Findings) -> str | None:
    node = leads.get("arrived")
    if not isinstance(node, Scalar):
        return None
    scope.has_arrived = True
    found = scope.field(node.text, node, findings)
    if found is not None and found.type is not FieldType.DATETIME:
        said = f"`arrived` names {shown(node.text)}, which is a {found.type.value} and not a datetime"
        findings.add("type-mismatch", said, node, help=f"declare `{node.text}: datetime`")
    return node.text


def _builtin(scope: Scope) -> None:
    for prefix in ("now", "arrived") if scope.has_arrived else ("now",):
        for part, kind in BUILTIN.items():
            scope.fields[f"{prefix}.{part}"] = Field(f"{prefix}.{part}", kind, origin="builtin")
    for name, kind in PREVIOUS.items():
        scope.fields[name] = Field(name, kind, origin="builtin")


def read_places(scope: Scope) -> dict[str, str]:
    """The fields that say where a lead is, and with them the built-in fields ``local.*``.

    They go by their names; a phone number or country of another name counts where it is the only field of its type.
    """
    found: dict[str, str] = {}
    for place, types in PLACES.items():
        named = scope.fields.get(place)
        if named is not None and named.type in types:
            found[place] = place
        elif types[0] in (FieldType.PHONE, FieldType.COUNTRY):
            of_type = [one.name for one in scope.fields.values() if one.type is types[0] and one.origin == "declared"]
            if len(of_type) == 1:
                found[place] = of_type[0]
    if found.keys() - {"state"}:
        for part, kind in BUILTIN.items():
            scope.fields.setdefault(f"local.{part}", Field(f"local.{part}", kind, origin="builtin"))
        return found
    return {}


def _missing(leads: Mapping) -> frozenset[str]:
    if "missing" not in leads:
        return frozenset(compared(text) for text in MISSING)
    return frozenset({compared(item.text) for item in leads.items("missing") if isinstance(item, Scalar)} | {""})


def _queues(node: Mapping) -> dict[str, Queue]:
    found: dict[str, Queue] = {}
    for name, entry in node.entries.items():
        about: Node = entry.value
        texts = about if isinstance(about, Mapping) else Mapping(node.file, node.place, {})
        found[name] = Queue(name, texts.text("about"), texts.text("owner"), entry.key.span)
    return found
