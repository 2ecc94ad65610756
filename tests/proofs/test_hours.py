"""Hours at which nobody of a pool works."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.clock import HOUR, MINUTE, WEEKDAYS, at_wall
from leadroute.model.rules import Availability, AvailabilityKind
from leadroute.people.working import MONDAY, WEEK, works
from leadroute.proofs.checks import prove
from leadroute.proofs.hours import spoken, unstaffed
from tests.proofs.projects import load

ROSTER = """\
version: 1
reps:
  - {{id: ann, team: smb, region: na, timezone: America/New_York, hours: {ann}}}
  - {{id: bob, team: smb, region: na, timezone: Europe/Berlin, hours: {bob}}}
"""
RULES = "rules:\n  - {id: all, assign: {pool: smb, availability: working}}\n"
WEEK_START = 20_458 * 24 * HOUR  # Monday, 2026-01-05
WORKING = Availability(AvailabilityKind.WORKING)


@pytest.mark.parametrize(
    ("ann", "bob"),
    [
        ("{mon-fri: ['09:00-12:00', '13:00-17:00']}", "{mon-fri: ['09:00-17:00']}"),
        ("{mon-sun: ['22:00-06:00']}", "{tue: ['00:00-12:30']}"),
        ("{fri-mon: ['20:00-04:00']}", "{sun: ['23:00-23:30']}"),
        ("{mon-sun: ['00:00-12:00']}", "{mon-sun: ['18:00-06:00']}"),
    ],
)
def test_stretches_are_those_at_which_nobody_works(ann: str, bob: str, tmp_path: Path) -> None:
    """Quarter of an hour by quarter of an hour, on the routing clock, across midnight and zones."""
    found = load(tmp_path, RULES, roster=ROSTER.format(ann=ann, bob=bob))
    gaps = unstaffed(found, "smb", WORKING)
    monday = at_wall(WEEK_START, found.timezone)
    assert (WEEK_START - MONDAY) % WEEK == 0
    for quarter in range(0, WEEK, 15 * MINUTE):
        nobody = not any(works(rep, monday + quarter) for rep in found.reps)
        assert any(gap.start <= quarter < gap.end for gap in gaps) is nobody


def test_waiting_shortens_a_stretch(tmp_path: Path) -> None:
    """Who starts within the time that the rule gives is there; a stretch over the week's end is one."""
    found = load(tmp_path, RULES, roster=ROSTER.format(ann="{mon-fri: ['09:00-17:00']}", bob="{mon-fri: ['15:00-23:00']}"))
    within = Availability(AvailabilityKind.WITHIN, 10 * HOUR)
    hours = {spoken(gap) for gap in unstaffed(found, "smb", within)}
    assert f"{WEEKDAYS[0]} 17:00 to 23:00" in hours
    assert not any(gap.start < 9 * HOUR for gap in unstaffed(found, "smb", within) if gap.start < 24 * HOUR and gap.end <= 9 * HOUR)


def test_somebody_who_always_works_leaves_no_gap(tmp_path: Path) -> None:
    """Without hours of their own, and without business hours, a rep works always."""
    leadroute = "version: 1\nleads: {id: lead_id, fields: {lead_id: string}}\n"
    roster = "version: 1\nreps:\n  - {id: ann, team: smb, region: na}\n"
    assert unstaffed(load(tmp_path, RULES, leadroute=leadroute, roster=roster), "smb", WORKING) == []


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("{vip: true}", "mon 12:00 to 17:00, and at 4 more times, in business hours"),
        ("{vip: true, now.weekday: [tue, wed]}", "tue 12:00 to 17:00, and at 1 more times, in business hours"),
        ("{vip: true, now.time: {lt: '12:00'}}", "mon 00:00 to 09:00, and at 5 more times, outside business hours"),
        ("{vip: true, now.weekday: sat}", "fri 17:00 to mon 00:00, outside business hours"),
        ("{vip: true, now.weekday: mon, now.time: {between: ['09:30', '11:59']}}", None),
        ("{vip: true, now.business_hours: true, now.weekday: mon, now.time: {gte: '17:00'}}", None),
    ],
)
def test_hours_at_which_a_rule_takes_nothing_do_not_matter(when: str, told: str | None, tmp_path: Path) -> None:
    """A rule for some days or hours asks who works then, and at no other time."""
    roster = "version: 1\nreps:\n  - {id: ann, team: smb, region: na, hours: {mon-fri: ['09:00-12:00']}}\n"
    rules = (
        f"rules:\n  - {{id: some, when: {when}, assign: {{pool: smb, availability: working}}}}\n  - {{id: rest, assign: {{pool: smb}}}}\n"
    )
    found = [one.message for one in prove(load(tmp_path, rules, roster=roster), advice=True).diagnostics if one.name == "unattended-pool"]
    assert found == ([] if told is None else [f"nobody in pool `smb` works {told}, and `some` asks who does"])
