"""iCalendar text (RFC 5545) to the entries that may take time, each property with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field

from leadroute.model.frozen import frozen, record
from leadroute.model.span import Span
from leadroute.project.findings import Findings, shown

KEPT = frozenset(
    {
        "UID", "SEQUENCE", "STATUS", "TRANSP", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
        "FREEBUSY", "TZID",
    }
)  # fmt: skip
"""The properties that say when somebody is busy; all others are passed over."""
ENTRIES = frozenset({"VEVENT", "VFREEBUSY"})
MOST_ENTRIES = 50_000
"""A calendar with more entries was not kept by hand."""

_LINE = re.compile(r"([A-Za-z0-9-]+)((?:;[^\":;]+(?:\"[^\"]*\"[^\":;]*)*)*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([^=;]+)=((?:\"[^\"]*\"|[^;\"])*)")


@frozen
class Property:
    """One content line: upper-case ``name``, parameters by their upper-case names, the value as written, and its line."""

    name: str
    parameters: dict[str, str]
    value: str
    line: int


@record
class Entry:
    """A ``VEVENT`` or ``VFREEBUSY``: its properties by name, and the line on which it begins."""

    kind: str
    line: int
    properties: dict[str, list[Property]] = field(default_factory=dict)

    def first(self, name: str) -> Property | None:
        """The first property of a name."""
        found = self.properties.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        """The upper-case value of a property, empty where there is none."""
        found = self.first(name)
        return found.value.strip().upper() if found is not None else ""


@record
class CalendarText:
    """The entries of a file in their order, and the text of every time zone that it defines, by its name."""

    entries: list[Entry] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)


def read_calendar(text: str, file: str, findings: Findings) -> CalendarText | None:
    """Take a calendar apart; ``None``, with a finding, where its components do not close, or a line is none."""
    found = CalendarText()
    open_ones: list[tuple[str, int]] = []
    entry: Entry | None = None
    zone: list[str] | None = None
    for number, line in _unfolded(text):
        word, _, rest = line.partition(":")
        word = word.upper()
        if not open_ones and (word, rest.strip().upper()) != ("BEGIN", "VCALENDAR"):
            _broken(f"{shown(line)} stands where `BEGIN:VCALENDAR` is expected", file, number, findings)
            return None
        if word == "BEGIN":
            name = rest.strip().upper()
            open_ones.append((name, number))
            if name in ENTRIES:
                entry = Entry(name, number)
                found.entries.append(entry)
            elif name == "VTIMEZONE":
                zone = []
        elif word == "END":
            name, begun = open_ones.pop()
            if rest.strip().upper() != name:
                _broken(f"{shown(line)} ends what `BEGIN:{name}` on line {begun} began", file, number, findings)
                return None
        elif entry is not None and open_ones[-1][0] == entry.kind and word.partition(";")[0] in KEPT:
            made = _property(line, number)
            if made is None:
                _broken(f"{shown(line)} is no line of a calendar", file, number, findings)
                return None
            entry.properties.setdefault(made.name, []).append(made)
        if zone is not None:
            zone.append(line)
            if word == "END" and name == "VTIMEZONE":
                _keep_zone(zone, found)
                zone = None
        if len(found.entries) > MOST_ENTRIES:
            findings.add("too-large", f"the calendar has more than {MOST_ENTRIES:,} entries", Span(file, number, 1, number, 1))
            return None
    if open_ones or not text.strip():
        name, begun = open_ones[-1] if open_ones else ("VCALENDAR", 1)
        said = f"the calendar ends within `BEGIN:{name}`" if open_ones else "the calendar is empty"
        _broken(said, file, begun, findings)
        return None
    return found


def _keep_zone(lines: list[str], found: CalendarText) -> None:
    for line in lines:
        made = _property(line, 0)
        if made is not None and made.name == "TZID":
            found.zones[made.value.strip()] = "\n".join(lines)
            return


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """The content lines with the number of their first line: a line that begins with a blank goes on with the one before."""
    whole, begun = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")  # noqa: PLW2901 - the line without its end is the line
        if line[:1] in (" ", "\t") and begun:
            whole += line[1:]
            continue
        if whole.strip():
            yield begun, whole
        whole, begun = line, number
    if whole.strip():
        yield begun, whole


def _property(line: str, number: int) -> Property | None:
    parts = _LINE.fullmatch(line)
    if parts is None:
        return None
    parameters = {name.strip().upper(): value.replace('"', "").strip() for name, value in _PARAMETER.findall(parts[2])}
    return Property(parts[1].upper(), parameters, parts[3], number)


def _broken(said: str, file: str, line: int, findings: Findings) -> None:
    findings.add("bad-calendar", said, Span(file, line, 1, line, 1), help="export the calendar anew")
