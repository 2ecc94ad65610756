"""Rosters, in YAML and in CSV."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest

from leadroute import project
from leadroute.model.fields import FieldType
from leadroute.model.limits import DAILY, Limit, Limits, Window, WindowKind
from leadroute.model.roster import Away, Hours, Ramp, Shift
from tests.project.world import LEADROUTE, RULES, found, good, write

DAY = 86_400_000_000


def rep(text: str, more: str = "") -> str:
    return f"version: 1\nreps:\n  - {{id: ann, team: smb, region: na{', ' if text else ''}{text}}}\n{more}"


def test_defaults_are_filled_in(tmp_path: Path) -> None:
    """Active, weight 1, no load, no limit, the project's zone, always working."""
    (ann,) = good(tmp_path, roster=rep("")).reps
    assert (ann.name, ann.email, ann.active, ann.weight, ann.load, ann.limits) == ("ann", "", True, 1_000_000, 0, Limits())
    assert (ann.timezone, ann.hours, ann.ramp, ann.away, ann.manager, ann.backup) == ("America/New_York", None, None, (), None, None)
    assert ann.attributes["languages"] == ()
    assert ann.attributes["skills"] == {}
    assert "name" not in ann.attributes


def test_numbers_are_exact(tmp_path: Path) -> None:
    """Weights are rounded half up to millionths from the text, never by way of a float."""
    text = "weight: 0.0000005, load: 1.2345675, limits: {open: 0.1, per_day: 8}, ramp: {from: 2026-11-01, to: 2027-01-31, start: 0.1}"
    (ann,) = good(tmp_path, roster=rep(text)).reps
    assert (ann.weight, ann.load, ann.limits) == (1, 1_234_568, Limits(100_000, (Limit(8_000_000, DAILY),)))
    assert ann.ramp == Ramp(20_758, 20_849, Fraction(1, 10))


@pytest.mark.parametrize(
    ("text", "instant"),
    [("2026-11-23T08:00-05:00", "2026-11-23T13:00"), ("2026-11-23T08:00", "2026-11-23T13:00"), ("2026-11-23", "2026-11-23T05:00")],
)
def test_a_load_may_be_dated(tmp_path: Path, text: str, instant: str) -> None:
    """A moment; without an offset on the routing clock, whatever the rep's own zone, and a date from its beginning."""
    (ann,) = good(tmp_path, roster=rep(f"load: 3, load_as_of: {text}, timezone: Asia/Tokyo")).reps
    assert ann.load_as_of == int(datetime.fromisoformat(f"{instant}+00:00").timestamp()) * 1_000_000


def test_leave_includes_both_ends(tmp_path: Path) -> None:
    """A date ends with its midnight, a moment at itself; an offset is turned to the rep's clock."""
    text = "away: [{from: 2026-11-24, to: 2026-11-25, why: pto}, {from: 2026-11-26T13:00, to: 2026-11-26T19:00Z}]"
    (ann,) = good(tmp_path, roster=rep(text)).reps
    assert ann.away == (Away(20_781 * DAY, 20_783 * DAY, "pto"), Away(20_783 * DAY + 13 * DAY // 24, 20_783 * DAY + 14 * DAY // 24))


@pytest.mark.parametrize(
    ("text", "shifts"),
    [
        ("{mon: 09:00-17:00}", ((540, 1020),)),
        ('{mon-tue: ["13:30-17:30", "09:00-12:30"]}', ((540, 750), (810, 1050), (1980, 2190), (2250, 2490))),
        ("{sun: 22:00-06:00}", ((6 * 1440 + 1320, 7 * 1440 + 360),)),
        ("{mon: 00:00-24:00}", ((0, 1440),)),
        ("{sat-mon: 10:00-11:00}", ((600, 660), (5 * 1440 + 600, 5 * 1440 + 660), (6 * 1440 + 600, 6 * 1440 + 660))),
        ('"mon 09:00-12:00, 13:00-14:00; wed 09:00-10:00"', ((540, 720), (780, 840), (2 * 1440 + 540, 2 * 1440 + 600))),
        ("{mon: [09:00-12:00, 11:00-13:00]}", ((540, 780),)),
        ("{}", ()),
    ],
)
def test_hours_are_weekly_shifts(tmp_path: Path, text: str, shifts: tuple[tuple[int, int], ...]) -> None:
    """In minutes since Monday, sorted, past midnight where they end before they start."""
    (ann,) = good(tmp_path, roster=rep(f"hours: {text}")).reps
    assert ann.hours == Hours(tuple(Shift(*shift) for shift in shifts))


def test_business_hours_are_the_default(tmp_path: Path) -> None:
    """Where the project has them."""
    hours = 'business_hours: {days: [mon], from: "09:00", to: "18:00"}\n'
    made = good(tmp_path, leadroute=LEADROUTE + hours, roster=rep("", "  - {id: bob, team: smb, hours: {}}\n"))
    assert made.business_hours == Hours((Shift(540, 1080),))
    assert [one.hours for one in made.reps] == [made.business_hours, Hours(())]


def test_attributes_have_the_type_that_all_values_have(tmp_path: Path) -> None:
    """Number or boolean where all are, list or map where one is, else text."""
    more = "  - {id: bob, team: smb, quota: 2.5, remote: false, code: x, certs: [pci, SOC2], levels: {A: 2}}\n"
    made = good(tmp_path, roster=rep("quota: 1, remote: true, code: 010, certs: pci, levels: {b: 1}", more))
    names = ("quota", "remote", "code", "certs", "levels")
    assert [made.attributes[name] for name in names] == [
        FieldType.NUMBER,
        FieldType.BOOLEAN,
        FieldType.STRING,
        FieldType.LIST,
        FieldType.MAP,
    ]
    ann, bob = made.reps
    assert [ann.attributes[name] for name in names] == [1.0, True, "010", ("pci",), {"b": 1.0}]
    assert [bob.attributes[name] for name in names] == [2.5, False, "x", ("pci", "soc2"), {"a": 2.0}]
    assert bob.shown["certs"] == "pci, SOC2"


def test_managers_and_backups_are_positions(tmp_path: Path) -> None:
    """The manager is the rep's own, else the team's; both may be named like reps in rules."""
    text = "version: 1\nteams: {SMB: {manager: kim}}\nreps:\n  - {id: ann, team: smb, region: na, backup: bob@x.example}\n"
    text += "  - {id: bob, email: bob@x.example, manager: ann}\n  - {id: kim}\n"
    made = good(tmp_path, roster=text)
    assert [(one.manager, one.backup) for one in made.reps] == [(2, 1), (0, None), (None, None)]
    assert made.teams == {"SMB": "kim"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("langauges: [en]", "unknown-key"),
        ("Weight: 2", "unknown-key"),
        ("weight: -1", "bad-value"),
        ("weight: x", "wrong-type"),
        ("email: nobody", "bad-value"),
        ("timezone: EST5", "bad-timezone"),
        ("timezone: ../../etc/passwd", "bad-timezone"),
        ("hours: {mon-fry: 09:00-17:00}", "bad-value"),
        ("hours: {mon: 09:00-09:00}", "bad-value"),
        ("hours: {mon: 24:00-25:00}", "bad-value"),
        ("hours: always", "bad-value"),
        ("away: [{from: 2026-11-24, to: 2026-11-23}]", "bad-value"),
        ("away: [{from: soon, to: 2026-11-23}]", "bad-value"),
        ("away: [{from: 2026-11-24}]", "missing-key"),
        ("ramp: {from: 2026-11-24, to: 2026-11-23}", "bad-value"),
        ("holidays: US-XX", "unknown-holidays"),
        ("calendar: x.ics", "unreadable-file"),
        ("load_as_of: yesterday", "bad-value"),
        ("limits: [{max: 3}]", "missing-key"),
        ("limits: [{max: 3, per: 0h}]", "bad-value"),
        ("limits: [{max: 3, per: fortnight}]", "bad-value"),
        ("limits: [{max: 2.5, per: day}]", "bad-value"),
        ("limits: [{max: 3, per: day, of: $company}]", "type-mismatch"),
        ("limits: [{max: 3, per: day, of: deal_value}]", "bad-value"),
        ("limits: [{max: 3, per: day, of: $value}]", "unknown-field"),
        ("limits: [{max: 3, per: day, when: {teir: hot}}]", "unknown-field"),
        ("limits: [{max: 3, per: open, when: {country: us}}]", "does-not-apply"),
        ("limits: {per_day: 0}", "odd-limit"),
        ("limits: {open: 0}", "odd-limit"),
        ("limits: {per_day: 9, per_month: 8}", "odd-limit"),
        ("limits: [{max: 3, per: 4h}, {max: 4, per: 2h}]", "odd-limit"),
        ("limits: [{max: 3, per: day}, {max: 3, per: day}]", "odd-limit"),
        ("backup: nobody", "unknown-rep"),
        ("backup: ann", "backup-cycle"),
        ("manager: nobody", "unknown-manager"),
        ("skills: {A: 1, a: 2}", "duplicate-key"),
        ("any: x", "bad-value"),
    ],
)
def test_what_is_found(tmp_path: Path, text: str, name: str) -> None:
    """Each mistake is one finding."""
    assert found(tmp_path, roster=rep(text)) == [name]


def test_a_manager_who_is_missing_is_told_once(tmp_path: Path) -> None:
    """However many reps and teams name them, with the number of times."""
    text = "version: 1\nreps: [{id: a, team: smb, manager: Boss}, {id: b, team: smb, manager: boss}, {id: c, team: smb, manager: other}]"
    told = [one for one in project.load(write(tmp_path, roster=text)).diagnostics if one.name == "unknown-manager"]
    advice = "add the manager as a rep with `active: false`"
    assert [one.help for one in told] == [f"{advice}; named 2 times", advice]


@pytest.mark.parametrize("second", ["ann", "Ann", " ann "])
def test_ids_are_unique_whatever_their_case(tmp_path: Path, second: str) -> None:
    """Two that differ only by case are one too many."""
    assert found(tmp_path, roster=rep("", f'  - {{id: "{second}", team: smb}}\n')) == ["duplicate-name"]


CSV = """\
id,name,team,region,languages,skills,limits.open,limits.per_week,weight,active,hours,away,ramp.from,ramp.to,certs,quota,remote,code
ann,"Lopez, A",smb,na,en;es,fintech:4;x,40,8,0.5,true,mon-fri 09:00-12:30,2026-11-24/2026-11-25,2026-11-01,2027-01-31,pci;soc2,5,true,010
bob,,smb,na,en,,,,,FALSE,,,,,pci,6.5,false,x
"""


def test_a_csv_roster_is_the_same_roster(tmp_path: Path) -> None:
    """Dotted columns, lists and levels with `;`, typed columns."""
    made = good(tmp_path, leadroute=LEADROUTE + "roster: team.csv\n", team__csv=CSV)
    ann, bob = made.reps
    assert (ann.name, ann.limits, ann.weight, ann.active) == (
        "Lopez, A",
        Limits(40_000_000, (Limit(8_000_000, Window(WindowKind.WEEK)),)),
        500_000,
        True,
    )
    assert ann.attributes["skills"] == {"fintech": 4.0, "x": 1.0}
    assert ann.hours is not None
    assert ann.hours.shifts[0] == Shift(540, 750)
    assert ann.away == (Away(20_781 * DAY, 20_783 * DAY),)
    assert ann.ramp == Ramp(20_758, 20_849, Fraction(0))
    assert [made.attributes[name] for name in ("certs", "quota", "remote", "code")] == [
        FieldType.LIST,
        FieldType.NUMBER,
        FieldType.BOOLEAN,
        FieldType.STRING,
    ]
    assert (bob.active, bob.limits, bob.attributes["certs"]) == (False, Limits(), ("pci",))


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ("id,team,weight\nann,smb,x\n", "wrong-type", (2, 9)),
        ("id,team,wieght\nann,smb,1\nbob,smb,2\n", "unknown-key", (1, 9)),
        ("id,team\n,smb\n", "missing-key", (1, 4)),
        ("id,team\nann,smb\nANN,smb\n", "duplicate-name", (3, 1)),
        ("id,team,id\nann,smb,x\n", "duplicate-key", (1, 9)),
        ('id,team\n"ann,smb\n', "bad-csv", (2, 1)),
        ('id,team,backup\n"a\nb",smb,nobody\n', "unknown-rep", (3, 8)),
    ],
)
def test_mistakes_in_csv_have_line_and_column(tmp_path: Path, text: str, name: str, place: tuple[int, int]) -> None:
    """The same checks as in YAML, at the cell."""
    from leadroute import project
    from tests.project.world import write

    rules = RULES.replace("  na: {who: {region: na}, pick: least_loaded}\n", "")
    loaded = project.load(write(tmp_path, leadroute=LEADROUTE + "roster: team.csv\n", rules=rules, team__csv=text))
    spans = [(item.name, (item.span.line, item.span.column)) for item in loaded.diagnostics if item.span]
    assert spans == [(name, place)]
