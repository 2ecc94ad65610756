"""What takes people's time and stands in files of its own: public holidays and calendars."""

from __future__ import annotations

import re
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute import values
from leadroute.model.frozen import record
from leadroute.model.roster import Holidays
from leadroute.model.span import Span
from leadroute.project.findings import Findings, listed, near, shown
from leadroute.project.nodes import Node, Scalar
from leadroute.project.sources import Sources, displayed
from leadroute.values.holidays import (
    ListedHolidays,
    PublicHolidays,
    holiday_country,
    holiday_data,
    holiday_names,
    holiday_part,
    holiday_parts,
)

if TYPE_CHECKING:
    from leadroute.project.calendars import CalendarFile
    from leadroute.project.icalendar_text import CalendarText

NO_HOLIDAYS = "none"
_ADVICE = "write a country such as `US`, a part of one such as `US-CA`, a file of dates, or `none`"


@record
class Diaries:
    """Reads the holidays and calendars that a project names; each file is read once."""

    sources: Sources
    findings: Findings
    lists: dict[Path, ListedHolidays | None] = field(default_factory=dict)
    texts: dict[Path, CalendarText | None] = field(default_factory=dict)
    calendars: dict[tuple[Path, str], CalendarFile] = field(default_factory=dict)

    def calendar(self, node: Node | None, timezone: str) -> CalendarFile | None:
        """The calendar that a scalar names, for somebody whose clock shows ``timezone``; ``None``, with a finding, where it is none."""
        if not isinstance(node, Scalar):
            return None
        # Few projects have calendars, and reading them needs much.
        from leadroute.project.calendars import calendar_of
        from leadroute.project.icalendar_text import read_calendar

        path = _named(node)
        if path not in self.texts:
            text = self.sources.read(path, node, what="the calendar")
            self.texts[path] = None if text is None else read_calendar(text, displayed(path), self.findings)
        entries = self.texts[path]
        if entries is None:
            return None
        known = self.calendars.get((path, timezone))
        if known is None:
            before = len(self.findings.items)
            known = self.calendars[path, timezone] = calendar_of(entries, displayed(path), timezone, self.findings)
            if len(self.findings.items) == before:
                self.findings.sources[displayed(path)] = ()  # nobody points into it any more, and it may be long
        return known

    def holidays(self, node: Node | None, default: Holidays | None = None, *, rep: str | None = None) -> Holidays | None:
        """The holidays that a scalar names: a country, a part of one, a file of dates, ``none``; ``default`` without a scalar.

        ``None``, with a finding, where there are none such.
        """
        if not isinstance(node, Scalar):
            return default
        text = node.text.strip()
        if text.casefold() == NO_HOLIDAYS:
            return None
        if "." in text or "/" in text or "\\" in text:
            return self._listed(node)
        found = self._place(text, node, rep)
        if found is not None:
            self.sources.rely_on(holiday_data())
        return found

    def _place(self, text: str, node: Scalar, rep: str | None) -> PublicHolidays | None:
        """A country, or a part of one."""
        country, part = holiday_country(text), ""
        if country is None:
            before, _, part = text.partition("-")
            country = holiday_country(before)
        if country is None:
            meant = near(text, holiday_names())
            advice = f"did you mean `{holiday_names()[meant]}` ({meant})?" if meant else _ADVICE
            self.findings.add("unknown-holidays", f"there are no holidays for {shown(text)}", node, help=advice, rep=rep)
            return None
        known = holiday_part(country, part) if part else ""
        if known is None:
            parts = sorted(set(holiday_parts(country).values()))
            meant = near(part, holiday_parts(country))
            advice = f"did you mean `{country}-{holiday_parts(country)[meant]}`?" if meant else f"its parts are {listed(parts, 60)}"
            said = f"`{country}` has no part {shown(part)} with holidays of its own"
            self.findings.add("unknown-holidays", said, node, help=advice if parts else f"write `{country}`", rep=rep)
            return None
        return PublicHolidays(country, known)

    def _listed(self, node: Scalar) -> ListedHolidays | None:
        """The file of dates that a scalar names, from the folder of the file that it stands in."""
        path = _named(node)
        if path not in self.lists:
            text = self.sources.read(path, node, what="the file of holidays")
            self.lists[path] = None if text is None else self._dates(text, displayed(path))
        return self.lists[path]

    def _dates(self, text: str, name: str) -> ListedHolidays:
        """One date a line, then its name if it has one; ``#`` starts a comment. A first line without a date names the columns."""
        found: dict[int, str] = {}
        for number, line in enumerate(text.splitlines(), 1):
            entry = line.partition("#")[0].strip()
            if not entry:
                continue
            first, *rest = re.split(r"\s*[,;]\s*|\s+", entry, maxsplit=1)
            day = values.day(first) if ":" not in first else None
            if day is not None:
                found.setdefault(day, "".join(rest).strip() or "holiday")
            elif found or number > 1 or first.casefold() not in ("date", "day"):
                column = line.index(first) + 1
                at = Span(name, number, column, number, column + len(first))
                self.findings.add(
                    "bad-value", f"{shown(first)} is no date", at, help="write for example `2026-12-24 Christmas Eve`, one date a line"
                )
        return ListedHolidays(name, found)


def _named(node: Scalar) -> Path:
    """The path that a scalar names, from the folder of the file that it stands in."""
    return (Path.cwd() / node.file).parent / node.text.strip()
