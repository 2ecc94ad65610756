"""A lead's cells: read from its row, derived, scored, and the built-in ones."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.conditions import Clock, Lead, holds, lead_side
from tests.reference.roster import DAYS, Hours
from tests.reference.timeoff import Days
from tests.reference.values import Cell, FieldType, compared, read, registrable

BUILT_IN = {"date": "date", "time": "time", "weekday": "string", "business_hours": "boolean", "holiday": "boolean"}
Row = Mapping[str, str]


def field_types(leads: Mapping[str, Any]) -> dict[str, FieldType]:
    """The declared fields, short form and long."""
    types = {}
    for name, raw in leads["fields"].items():
        spec = {"type": raw} if isinstance(raw, str) else raw
        types[name] = FieldType(
            spec["type"], spec.get("exact") == "true", spec.get("separator", ";"), spec.get("decimal", "."), spec.get("format")
        )
    return types


def column_of(name: str, spec: Any, header: Sequence[str]) -> str | None:
    """The first of the field's columns that the file has, header names compared like strings."""
    wanted = name if isinstance(spec, str) else spec.get("column", name)
    by_name = {compared(column): column for column in reversed(header)}
    for one in [wanted] if isinstance(wanted, str) else wanted:
        if compared(one) in by_name:
            return by_name[compared(one)]
    return None


def read_row(leads: Mapping[str, Any], row: Row, clock: Clock) -> tuple[dict[str, Cell | None], set[str], set[str]]:
    """A row's cells, the fields that did not parse, and the required ones that are not there."""
    tokens = {compared(token) for token in leads.get("missing", ["", "N/A", "null", "-"])} | {""}
    cells: dict[str, Cell | None] = {}
    unread: set[str] = set()
    lacking: set[str] = set()
    for name, kind in field_types(leads).items():
        spec = leads["fields"][name]
        column = column_of(name, spec, list(row))
        text = "" if column is None else row[column]
        blank = compared(text) in tokens
        cells[name] = None if blank else read(kind, text, clock.zone)
        if not blank and cells[name] is None and kind.kind != "list":
            unread.add(name)
        if cells[name] is None and not isinstance(spec, str) and spec.get("required") == "true":
            lacking.add(name)
    return cells, unread, lacking


def instant_cells(name: str, moment: datetime | None, zone: ZoneInfo, open_hours: Hours | None, rest: Days) -> dict[str, Cell | None]:
    """`now.*`, `arrived.*` or `local.*`: an instant on a clock."""
    if moment is None:
        return {f"{name}.{part}": None for part in BUILT_IN}
    local = moment.astimezone(zone)
    spans = (open_hours or {}).get(local.weekday(), [])
    holiday = rest.has(local.date())
    is_open = not holiday and any(first <= local.time() < last for first, last in spans)
    day = DAYS[local.weekday()]
    values = {"date": local.date(), "time": local.time(), "weekday": day, "business_hours": is_open, "holiday": holiday}
    return {f"{name}.{part}": Cell(kind, values[part], str(values[part])) for part, kind in BUILT_IN.items()}


def derived_types(derive: Mapping[str, Any], types: dict[str, FieldType]) -> None:
    """Adds the type of each derived field: a string unless it says so or takes another field's."""
    for name, step in derive.items():
        if "hash" in step:
            types[name] = FieldType("integer")
        elif "domain_of" in step:
            types[name] = FieldType("domain")
        elif "lookup" in step and not isinstance(step["give"], str):
            types.update({f"{name}.{column}": FieldType() for column in step["give"]})
        elif "type" in step:
            types[name] = FieldType(step["type"])
        else:
            given = [case["then"] for case in step.get("cases", [])] + ([step["else"]] if "else" in step else [])
            refs = [one[1:] for one in given if one.startswith("$") and not one.startswith("$$")]
            types[name] = types[refs[0]] if refs and len(refs) == len(given) else FieldType()


def given_value(raw: str, kind: FieldType, cells: Lead, clock: Clock) -> Cell | None:
    """A `then`, `else` or table cell: a literal, or the cell of a `$field`."""
    if raw.startswith("$") and not raw.startswith("$$"):
        return cells[raw[1:]]
    return read(kind, raw[1:] if raw.startswith("$$") else raw, clock.zone)


def derive_cells(
    derive: Mapping[str, Any], tables: Mapping[str, str], types: Mapping[str, FieldType], cells: dict[str, Cell | None], clock: Clock
) -> None:
    """Adds the derived fields, top to bottom."""
    for name, step in derive.items():
        if "domain_of" in step:
            source = cells[step["domain_of"]]
            if source is None:
                cells[name] = None
            else:
                found = registrable(source.value.rpartition("@")[2])
                cells[name] = Cell("domain", found, found)
        elif "hash" in step:
            source = cells[step["hash"]]
            if source is None:
                cells[name] = None
            else:
                first = int.from_bytes(hashlib.sha256(source.text.encode()).digest()[:8], "big")
                value = first % int(step["into"])
                cells[name] = Cell("integer", Fraction(value), str(value))
        elif "lookup" in step:
            found_row = look_up(step, tables[step["lookup"]], types, cells, clock)
            several = not isinstance(step["give"], str)
            for column in step["give"] if several else [step["give"]]:
                target = f"{name}.{column}" if several else name
                if found_row is None:
                    other = step.get("else", {}).get(column) if several else step.get("else")
                    cells[target] = None if other is None else given_value(other, types[target], cells, clock)
                else:
                    text = found_row[compared(column)]
                    cells[target] = read(types[target], text, clock.zone) if compared(text) else None
        else:
            cells[name] = None
            chosen = step.get("else")
            for case in step["cases"]:
                if holds(case["when"], lead_side(types, cells), cells, clock):
                    chosen = case["then"]
                    break
            if chosen is not None:
                cells[name] = given_value(chosen, types[name], cells, clock)


def look_up(step: Mapping[str, Any], table: str, types: Mapping[str, FieldType], cells: Lead, clock: Clock) -> dict[str, str] | None:
    """The row with most filled key cells that fit, then the longest prefix, then the first."""
    prefixed = step.get("prefix", [])
    best: tuple[int, int] | None = None
    found: dict[str, str] | None = None
    for raw in csv.DictReader(io.StringIO(table)):
        row = {compared(name): value or "" for name, value in raw.items()}
        filled, length, fits = 0, 0, True
        for key in step["by"]:
            text = row[compared(key)]
            if not compared(text):
                continue
            filled += 1
            value = cells[key]
            if value is None:
                fits = False
            elif key in prefixed:
                fits = fits and value.value.startswith(compared(text))
                length += len(compared(text))
            else:
                cell = read(types[key], text, clock.zone)
                fits = fits and cell is not None and cell.value == value.value
        if fits and (best is None or (filled, length) > best):
            best, found = (filled, length), row
    return found


def score_cells(score: Mapping[str, Any], types: Mapping[str, FieldType], cells: dict[str, Cell | None], clock: Clock) -> None:
    """Adds `score` and, with tiers, `tier`."""
    total = Fraction(0)
    for point in score["points"]:
        if holds(point.get("when") or {}, lead_side(types, cells), cells, clock):
            added = given_value(point["add"], FieldType("number"), cells, clock)
            total += Fraction(0) if added is None else added.value
    cells["score"] = Cell("number", total, str(total))
    if score.get("tiers"):
        ranked = sorted(score["tiers"].items(), key=lambda tier: Fraction(tier[1]), reverse=True)
        name = next((name for name, least in ranked if total >= Fraction(least)), ranked[-1][0])
        cells["tier"] = Cell("string", compared(name), name)
