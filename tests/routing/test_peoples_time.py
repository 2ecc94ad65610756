"""Holidays, calendars and shifts in whole batches: who is there, what absence it is, and who counts in the target shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.project import Project
from tests.routing.worlds import leads, made, route

CALENDAR = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
UID:meeting
DTSTART:20261123T090000Z
DTEND:20261123T110000Z
END:VEVENT
BEGIN:VEVENT
UID:trip
DTSTART;VALUE=DATE:20261124
END:VEVENT
END:VCALENDAR
"""
REPS = """[{id: ann}, {id: bob, holidays: off.txt}, {id: cyd, calendar: cyd.ics}, {id: dan, hours: {mon: "12:00-18:00"}}]"""
SHIFTS = "[{from: 2026-11-23, to: 2026-11-23, reps: [bob, dan]}, {from: 2026-11-24T00:00, to: 2026-11-24T12:00, reps: [cyd]}]"


def world(folder: Path, availability: str, pool: str = "") -> Project:
    """Four reps on 23 November 2026, which is bob's holiday."""
    folder.mkdir(exist_ok=True)
    (folder / "off.txt").write_text("2026-11-23\n")
    (folder / "cyd.ics").write_text(CALENDAR)
    rule = f"{{id: r, assign: {{pool: all, availability: {availability}, otherwise: [{{queue: nobody}}]}}}}"
    return made(folder, f"pools: {{all: {{{pool}}}}}\nrules: [{rule}]\n", REPS)


@pytest.mark.parametrize(
    ("availability", "at", "expected"),
    [
        ("ignore", "2026-11-23T10:00+00:00", ["ann", "bob", "cyd", "dan"]),
        ("not_away", "2026-11-23T10:00+00:00", ["ann", "cyd", "dan"]),
        ("working", "2026-11-23T10:00+00:00", ["ann"]),
        ("working", "2026-11-23T11:00+00:00", ["ann", "cyd"]),
        ("working", "2026-11-23T12:00+00:00", ["ann", "cyd", "dan"]),
        ("not_away", "2026-11-24T10:00+00:00", ["ann", "bob", "dan"]),
        ("working", "2026-11-24T10:00+00:00", ["ann", "bob"]),
        ("{within: 14h}", "2026-11-23T10:00+00:00", ["ann"]),
    ],
)
def test_who_takes_leads(tmp_path: Path, availability: str, at: str, expected: list[str]) -> None:
    """Holidays and whole days are asked by `not_away`, meetings and hours by `working`; `within` prefers who works soonest."""
    taken = route(world(tmp_path, availability), leads(8), at=at).taken
    assert taken == (expected * 8)[:8]


@pytest.mark.parametrize(
    ("availability", "at", "expected"),
    [
        ("not_away", "2026-11-23T10:00+00:00", ["bob", "dan"]),
        ("working", "2026-11-23T10:00+00:00", ["bob", "dan"]),
        ("working", "2026-11-24T10:00+00:00", ["nobody"]),
        ("not_away", "2026-11-25T10:00+00:00", ["nobody"]),
        ("ignore", "2026-11-25T10:00+00:00", ["ann", "bob", "cyd", "dan"]),
        ("{within: 4h}", "2026-11-22T21:00+00:00", ["bob", "dan"]),
    ],
)
def test_who_is_on_call(tmp_path: Path, availability: str, at: str, expected: list[str]) -> None:
    """Whatever their hours and holidays, not their leave; outside all shifts nobody."""
    taken = route(world(tmp_path, availability, f"shifts: {SHIFTS}"), leads(8), at=at).taken
    assert taken == (expected * 8)[:8]


def test_what_kind_of_absence_it_is(tmp_path: Path) -> None:
    """For the turns a holiday and a whole day are leave; a meeting, hours and a shift are hours."""
    first = route(world(tmp_path, "working"), leads(1)).router.standings()
    assert {rep: away.reason for rep, away in first.rotations["pool:all"].absent.items()} == {
        "bob": "leave",
        "cyd": "hours",
        "dan": "hours",
    }
    second = route(world(tmp_path, "not_away"), leads(1), at="2026-11-24T10:00+00:00").router.standings()
    assert {rep: away.reason for rep, away in second.rotations["pool:all"].absent.items()} == {"cyd": "leave"}
    third = route(world(tmp_path, "not_away", f"shifts: {SHIFTS}"), leads(1), at="2026-11-24T10:00+00:00").router.standings()
    assert {rep: away.reason for rep, away in third.rotations["pool:all"].absent.items()} == {
        "ann": "hours",
        "bob": "hours",
        "cyd": "leave",
        "dan": "hours",
    }


def test_the_target_shares_are_of_who_is_there(tmp_path: Path) -> None:
    """Who has a holiday, or is not on call, has none."""
    weights = route(world(tmp_path, "not_away"), leads(1)).router.weights()["all"]
    assert [rep for rep, weight in weights.items() if weight] == ["ann", "cyd", "dan"]
    weights = route(world(tmp_path, "not_away", f"shifts: {SHIFTS}"), leads(1)).router.weights()["all"]
    assert [rep for rep, weight in weights.items() if weight] == ["bob", "dan"]
