"""The built-in fields of the lead's own clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute import project as projects
from leadroute.leads import Reader, lead_of, open_file
from leadroute.model.clock import DAY, HOUR, MINUTE, Clock
from leadroute.values import instant
from tests.project.world import RULES, found, write

LEADROUTE = """\
version: 1
timezone: America/New_York
business_hours: {from: "09:00", to: "17:00", holidays: US}
leads:
  id: id
  fields: {id: string, timezone: string, phone: phone, land: country, state: string}
"""
LEADS = """\
id,timezone,phone,land,state
1,Asia/Tokyo,+14155550100,DE,
2,,+14155550100,,
3,,,Germany,Bayern
4,,,US,New York
5,,,US,Texas
6,,,,
7,nowhere,,US,TX
8,,,US,Utah
"""
FIELDS = ("local.date", "local.time", "local.weekday", "local.business_hours", "local.holiday")


def local(
    folder: Path, now: str, *, leadroute: str = LEADROUTE, leads: str = LEADS, rules: str = RULES, **options: int
) -> list[tuple[object, ...]]:
    loaded = projects.load(write(folder, leadroute=leadroute, rules=rules))
    assert loaded.project is not None, loaded.diagnostics
    (folder / "leads.csv").write_text(leads, "utf-8")
    at = instant(now, "UTC")
    assert at is not None
    rows: list[tuple[object, ...]] = []
    with open_file(str(folder / "leads.csv")) as file:
        reader = Reader(file, loaded.project, Clock(at, loaded.project.timezone), fields=frozenset(FIELDS), **options)
        for batch in reader.batches():
            rows += [tuple(lead_of(batch, row).get(name) for name in FIELDS) for row in range(batch.size)]
    return rows


def day(text: str) -> int:
    at = instant(text, "UTC")
    assert at is not None
    return at // DAY


def test_now_is_told_on_each_lead_s_clock(tmp_path: Path) -> None:
    """The field `timezone`, else the phone, else country and state; missing where that is not one clock."""
    rows = local(tmp_path, "2026-11-26T23:30Z")
    thursday, friday = day("2026-11-26"), day("2026-11-27")
    assert rows == [
        (friday, 8 * HOUR + 30 * MINUTE, "fri", False, False),
        (thursday, 15 * HOUR + 30 * MINUTE, "thu", False, True),
        (friday, 30 * MINUTE, "fri", False, False),
        (thursday, 18 * HOUR + 30 * MINUTE, "thu", False, True),
        (None,) * 5,
        (None,) * 5,
        (None,) * 5,
        (thursday, 16 * HOUR + 30 * MINUTE, "thu", False, True),
    ]


def test_business_hours_are_those_of_the_office_on_the_lead_s_clock(tmp_path: Path) -> None:
    """A public holiday where the lead is closes them, wherever the office is."""
    rows = local(tmp_path, "2026-10-03T10:00Z", leadroute=LEADROUTE.replace('{from: "09:00"', '{days: [mon-sun], from: "09:00"'))
    assert [row[3] for row in rows] == [False, False, False, False, None, None, None, False]
    assert [row[4] for row in rows] == [True, False, True, False, None, None, None, False]
    rows = local(tmp_path, "2026-10-05T10:00Z")
    assert rows[2][3:] == (True, False)


def test_without_holidays_business_hours_know_none(tmp_path: Path) -> None:
    """`local.holiday` still does."""
    rows = local(tmp_path, "2026-11-26T20:00Z", leadroute=LEADROUTE.replace(", holidays: US", ""))
    assert rows[1][3:] == (True, True)


def test_holidays_are_missing_where_the_country_is(tmp_path: Path) -> None:
    """A zone of no country has no holidays of its own."""
    ((_, _, _, open_now, holiday),) = local(tmp_path, "2026-11-26T15:00Z", leads="id,timezone,phone,land,state\n1,UTC,,,\n")
    assert (open_now, holiday) == (True, None)


def test_blocks_change_nothing(tmp_path: Path) -> None:
    """However much of the file is held at a time."""
    assert local(tmp_path, "2026-11-26T23:30Z", block_bytes=40) == local(tmp_path, "2026-11-26T23:30Z")


def test_a_derived_zone_counts(tmp_path: Path) -> None:
    """A table of one's own goes before what a phone number tells."""
    plain = LEADROUTE.replace("timezone: string, ", "")
    table = RULES + "derive: {timezone: {cases: [{when: {state: Texas}, then: America/Chicago}]}}\n"
    rows = local(tmp_path, "2026-11-26T23:30Z", leadroute=plain, rules=table, leads=LEADS.replace(",timezone,", ",zone,"))
    assert rows[4][:2] == (day("2026-11-26"), 17 * HOUR + 30 * MINUTE)
    assert rows[1][1] == 15 * HOUR + 30 * MINUTE


@pytest.mark.parametrize(
    ("fields", "more", "names"),
    [
        ("{id: string, state: string}", "", ["unknown-field"]),
        ("{id: string, mobile: phone}", "", []),
        ("{id: string, mobile: phone, fax: phone}", "", ["unknown-field"]),
        ("{id: string, country: string}", "", []),
        ("{id: string, country: integer}", "", ["unknown-field"]),
        ("{id: string, zone: string}", "derive: {timezone: {cases: [{when: {zone: x}, then: UTC}]}}\n", []),
        ("{id: string, local: string}", "", ["duplicate-name", "unknown-field"]),
    ],
)
def test_local_needs_a_field_that_says_where_a_lead_is(tmp_path: Path, fields: str, more: str, names: list[str]) -> None:
    """By its name, or the only one of its type."""
    head = f"version: 1\nleads: {{id: id, fields: {fields}}}\n"
    rule = "rules:\n  - {id: a, when: {local.weekday: mon}, assign: {queue: q}}\n"
    assert found(tmp_path, leadroute=head, rules=RULES.split("rules:", maxsplit=1)[0] + more + rule) == names


@pytest.mark.parametrize(
    "use",
    [
        "derive: {late: {cases: [{when: {local.time: {gt: '18:00'}}, then: x}]}, timezone: {cases: [{when: {zone: x}, then: UTC}]}}\n",
        "derive: {timezone: {cases: [{when: {zone: x}, then: UTC}]}}\nscore: {points: [{when: {local.weekday: mon}, add: 1}]}\n",
    ],
)
def test_local_comes_after_derived_fields_where_one_of_them_says_where_a_lead_is(tmp_path: Path, use: str) -> None:
    """Then `derive` and `score` cannot use it."""
    head = "version: 1\nleads: {id: id, fields: {id: string, zone: string, country: country}}\n"
    assert found(tmp_path, leadroute=head, rules=RULES + use) == ["used-too-early"]
    assert found(tmp_path, leadroute=head, rules=RULES + use.replace("timezone:", "clock:")) == []
