"""What differs between two projects beside the rules' effect: nothing is passed over, and what does not matter is said not to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from leadroute.model.project import Project
from leadroute.proofs.compared import IN_PARTS, NO_MATTER, SETTINGS, Change, compared
from tests.proofs.projects import LEADROUTE, POOLS, ROSTER, load

RULES = """\
derive:
  size: {cases: [{when: {employees: {gte: 100}}, then: large}], else: small}
rotations:
  turns: {by: size}
rules:
  - {id: de, about: old, when: {country: de}, assign: {pool: smb}}
  - {id: fr, when: {country: fr, size: large}, assign: {pool: na}}
  - {id: rest, assign: {pool: na}}
"""
WITH_TURNS = POOLS.replace("{who: {region: na}}", "{who: {region: na}, turns: turns}")
BASE = {"rules": RULES, "pools": WITH_TURNS, "leadroute": LEADROUTE, "roster": ROSTER}
Changed = Callable[..., list[Change]]


@pytest.fixture
def changes(tmp_path: Path) -> Changed:
    """What differs when one text of the project is replaced by another."""

    def made(part: str, before: str, after: str) -> list[Change]:
        assert before in BASE[part]
        found: list[Project] = []
        for name, texts in (("old", BASE), ("new", BASE | {part: BASE[part].replace(before, after, 1)})):
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            found.append(load(folder, texts["rules"], pools=texts["pools"], leadroute=texts["leadroute"], roster=texts["roster"]))
        return list(compared(found[0], found[1]))

    return made


def test_every_attribute_of_a_project_is_compared() -> None:
    """As a setting, name by name, or for a reason not at all: a new one must say which."""
    assert sorted([*SETTINGS, *IN_PARTS, *NO_MATTER]) == sorted(one.name for one in fields(Project))


def test_a_project_differs_in_nothing_from_itself(changes: Changed) -> None:
    """Read twice from different folders."""
    assert changes("rules", "old", "old") == []


@pytest.mark.parametrize(
    ("part", "before", "after", "expected"),
    [
        (
            "roster",
            "region: na, languages: [en, es]",
            "region: emea, languages: [en]",
            ("rep", "sarah", "changed", ("languages", "region")),
        ),
        ("roster", "quota: 12", "quota: 12, weight: 2", ("rep", "tom", "changed", ("weight",))),
        ("roster", "backup: sarah", "backup: kim", ("rep", "tom", "changed", ("backup",))),
        ("roster", "{smb: {manager: kim}}", "{smb: {manager: tom}}", ("rep", "sarah", "changed", ("manager",))),
        ("pools", "{team: smb}}", "{team: smb}, limits: {per_day: 3}}", ("pool", "smb", "changed", ("limits",))),
        ("pools", "{team: smb}}", "{team: smb}, otherwise: [{queue: x}]}", ("pool", "smb", "changed", ("otherwise",))),
        ("pools", ", turns: turns", "", ("pool", "na", "changed", ("rotation",))),
        ("rules", "{by: size}", "{by: size, cost: 2}", ("turns", "turns", "changed", ("cost",))),
        ("leadroute", "America/New_York", "Europe/Berlin", ("setting", "timezone", "changed", ())),
        ("leadroute", "default: {queue: unassigned}", "default: {queue: nobody}", ("setting", "default", "changed", ())),
        ("leadroute", "  id: lead_id\n", "  id: lead_id\n  order: [-employees]\n", ("setting", "order", "changed", ())),
        ("leadroute", "employees: integer", "employees: {type: integer, column: Size}", ("field", "employees", "changed", ())),
        ("leadroute", "employees: integer", "employees: number", ("field", "employees", "changed", ())),
        ("leadroute", "employees: integer", "employees: {type: integer, optional: true}", ("field", "employees", "changed", ())),
        ("leadroute", "renewal: date", "renewal: {type: date, required: true}", ("field", "renewal", "changed", ())),
        ("leadroute", "    renewal: date\n", "    renewal: date\n    due: {type: date, required: true}\n", ("field", "due", "added", ())),
    ],
)
def test_what_may_matter_is_found(part: str, before: str, after: str, expected: tuple[object, ...], changes: Changed) -> None:
    """People, pools, turns, settings, and how fields in use are read."""
    found = changes(part, before, after)
    assert expected in [(one.part, one.name, one.how, one.keys) for one in found if one.matters]


@pytest.mark.parametrize(
    ("part", "before", "after", "expected"),
    [
        ("rules", "about: old", "about: new", ("rule", "de", "changed", ("about",))),
        ("rules", "id: de", "id: german", ("rule", "de", "renamed", ())),
        ("rules", "country: fr", "country: [fr, it]", ("rule", "fr", "changed", ("when",))),
        ("rules", "  - {id: rest", "  - {id: it, when: {country: it}, assign: {pool: na}}\n  - {id: rest", ("rule", "it", "added", ())),
        ("rules", "  - {id: rest, assign: {pool: na}}\n", "", ("rule", "rest", "removed", ())),
        ("pools", "{team: smb}", "{team: [smb]}", ("pool", "smb", "changed", ("who",))),
        ("pools", "  smb:", "  spare: {who: {team: smb}}\n  smb:", ("pool", "spare", "added", ())),
        ("leadroute", "renewal: date", "renewal: datetime", ("field", "renewal", "changed", ())),
        ("leadroute", "version: 1", "version: 1\nname: other", ("setting", "name", "changed", ())),
    ],
)
def test_what_does_not_matter_is_said_not_to(part: str, before: str, after: str, expected: tuple[object, ...], changes: Changed) -> None:
    """Notes, names, what nobody uses, and rules, of which the matrix tells the effect."""
    found = changes(part, before, after)
    assert [(one.part, one.name, one.how, one.keys) for one in found] == [expected]
    assert not found[0].matters


def test_members_are_named(changes: Changed) -> None:
    """Who is in a pool now and was not, and the other way round."""
    (found, *_) = [one for one in changes("pools", "who: {region: na}", "who: {region: emea}") if one.part == "pool"]
    assert (found.name, found.gained, found.lost, found.matters) == ("na", ("tom",), ("sarah", "kim"), True)


def test_what_goes_by_a_field_that_changed_is_named(changes: Changed) -> None:
    """Turns that are split by a derived field are other turns when it is worked out otherwise, though nobody touched them."""
    found = changes("rules", "gte: 100", "gte: 500")
    assert [(one.part, one.name, one.fields, one.matters) for one in found] == [
        ("field", "size", (), False),
        ("turns", "turns", ("size",), True),
    ]


def test_rules_that_change_places_are_named(changes: Changed) -> None:
    """The fewest that, put elsewhere, give the new order."""
    lines = RULES.splitlines(keepends=True)
    found = changes("rules", "".join(lines[5:7]), lines[6] + lines[5])
    assert [(one.how, one.name) for one in found] in ([("moved", "fr")], [("moved", "de")])


def test_the_order_of_people_counts(changes: Changed) -> None:
    """Ties go to who stands first."""
    lines = ROSTER.splitlines(keepends=True)
    found = changes("roster", "".join(lines[3:5]), lines[4] + lines[3])
    assert ("setting", "roster order") in [(one.part, one.name) for one in found if one.matters]
