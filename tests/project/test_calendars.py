"""Calendar files: what takes a rep's time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute import project
from leadroute.model.clock import EPOCH
from leadroute.model.diagnostic import Diagnostic
from leadroute.project.calendars import CalendarFile, calendar_of
from leadroute.project.findings import Findings
from leadroute.project.icalendar_text import read_calendar
from leadroute.project.recurrence import moved_up, read_rule
from tests.project.world import ROSTER, found, good, write

NEW_YORK, BERLIN = "America/New_York", "Europe/Berlin"
OUTLOOK_ZONE = """\
BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def event(*lines: str, uid: str | None = "one") -> str:
    return "\n".join(["BEGIN:VEVENT", *([f"UID:{uid}"] if uid else []), *lines, "END:VEVENT", ""])


def calendar(*parts: str) -> str:
    return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n" + "".join(parts) + "END:VCALENDAR\n"


def read(text: str, zone: str = NEW_YORK) -> CalendarFile:
    findings = Findings()
    taken = read_calendar(text, "a.ics", findings)
    assert taken is not None, findings.items
    made = calendar_of(taken, "a.ics", zone, findings)
    assert not findings.items, [item.message for item in findings.items]
    return made


def problems(text: str) -> list[Diagnostic]:
    findings = Findings()
    findings.sources["a.ics"] = tuple(text.splitlines())
    taken = read_calendar(text, "a.ics", findings)
    if taken is not None:
        calendar_of(taken, "a.ics", NEW_YORK, findings)
    return findings.items


def micros(text: str, zone: str) -> int:
    return (datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) - EPOCH) // timedelta(microseconds=1)


def taken(text: str, first: str = "2026-11-16", last: str = "2026-12-14", zone: str = NEW_YORK) -> list[str]:
    """The busy stretches on the rep's wall: ``23 09:00-10:00``; whole days ``24*``."""
    made: list[str] = []
    for one in read(text, zone).busy(micros(first, zone), micros(last, zone)):
        start, end = ((EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)) for at in (one.start, one.end))
        made.append(f"{start:%d}-{end:%d}*" if one.whole_days else f"{start:%d %H:%M}-{end:%H:%M}")
    return made


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART:20261123T150000Z", "DTEND:20261123T160000Z"], ["23 10:00-11:00"]),
        (["DTSTART:20261123T150000Z", "DURATION:PT1H30M"], ["23 10:00-11:30"]),
        (["DTSTART:20261123T090000", "DTEND:20261123T100000"], ["23 09:00-10:00"]),
        (["DTSTART;TZID=Europe/Berlin:20261123T150000", "DTEND;TZID=Europe/Berlin:20261123T160000"], ["23 09:00-10:00"]),
        (["DTSTART;TZID=W. Europe Standard Time:20261123T150000", "DURATION:PT1H"], ["23 09:00-10:00"]),
        (['DTSTART;TZID="W. Europe Standard Time":20261123T150000', "DURATION:PT1H"], ["23 09:00-10:00"]),
        (["DTSTART;TZID=/example.org/v1/Europe/Berlin:20261123T150000", "DURATION:PT1H"], ["23 09:00-10:00"]),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261126"], ["24-26*"]),
        (["DTSTART;VALUE=DATE:20261124"], ["24-25*"]),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261124"], ["24-25*"]),
        (["DTSTART;VALUE=DATE:20261124", "DURATION:P3D"], ["24-27*"]),
        (["DTSTART:20261123T150000Z"], []),
        (["DTSTART:20261123T150000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"], []),
        (["DTSTART:20261123T150000Z", "DURATION:PT1H", "TRANSP:OPAQUE"], ["23 10:00-11:00"]),
        (["DTSTART:20261123T150000Z", "DURATION:PT1H", "STATUS:CANCELLED"], []),
        (["DTSTART:20261123T150000Z", "DURATION:PT1H", "STATUS:TENTATIVE"], ["23 10:00-11:00"]),
        (["DTSTART:20260101T000000Z", "DTEND:20270101T000000Z"], ["31 19:00-19:00"]),
        (["DTSTART:20261224T150000Z", "DURATION:PT1H"], []),
    ],
)
def test_single_entries(lines: list[str], expected: list[str]) -> None:
    """Times with a zone, in UTC, or on the rep's clock; whole days; what is free, cancelled or takes no time does not count."""
    assert taken(calendar(event(*lines))) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART:20251117T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20261125"], ["16", "18", "23", "25"]),
        (["DTSTART:20261117T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"], ["17", "18", "19"]),
        (["DTSTART:20261117T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20261118T090000,20261119T090000"], ["17", "20"]),
        (["DTSTART:20261117T090000", "DURATION:PT1H", "RDATE:20261120T090000", "RDATE:20261124T090000"], ["17", "20", "24"]),
        (["DTSTART:20200131T090000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=-1MO"], ["30"]),
        (["DTSTART:20200101T090000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"], ["30"]),
        (["DTSTART:20011126T090000", "DURATION:PT1H", "RRULE:FREQ=YEARLY"], ["26"]),
        (["DTSTART:20201116T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;INTERVAL=2"], ["23"]),
        (["DTSTART:20201116T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;UNTIL=20201231T000000Z"], []),
        (["DTSTART:20261117T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20261118T140000Z"], ["17", "18"]),
        (["DTSTART:20261117T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20261118T135959Z"], ["17"]),
    ],
)
def test_series(lines: list[str], expected: list[str]) -> None:
    """Rules, counts, ends, dates taken out and added; a day as the end includes it."""
    assert taken(calendar(event(*lines)), last="2026-12-02") == [f"{day} 09:00-10:00" for day in expected]


def test_a_series_of_whole_days() -> None:
    """Each is a day of the rep's own clock, wherever that is."""
    text = calendar(event("DTSTART;VALUE=DATE:20261120", "RRULE:FREQ=WEEKLY;UNTIL=20261204", "EXDATE;VALUE=DATE:20261127"))
    assert taken(text) == ["20-21*", "04-05*"]
    assert taken(text, zone="Asia/Tokyo") == ["20-21*", "04-05*"]


def test_a_series_keeps_its_hour_through_both_changes_of_the_clock() -> None:
    """Nine in Berlin is nine in Berlin; where the other zone changes on another day, it moves there."""
    text = calendar(event("DTSTART;TZID=Europe/Berlin:20260101T150000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"))
    assert taken(text, "2026-03-02", "2026-04-04") == [
        "05 09:00-10:00",
        "12 10:00-11:00",
        "19 10:00-11:00",
        "26 10:00-11:00",
        "02 09:00-10:00",
    ]
    assert taken(text, "2026-10-22", "2026-11-06") == ["22 09:00-10:00", "29 10:00-11:00", "05 09:00-10:00"]


def test_one_of_a_series_may_be_moved_or_cancelled() -> None:
    """`RECURRENCE-ID` stands in for the entry of that time, and may lie in another week."""
    head = event("DTSTART:20261116T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4")
    moved = event("RECURRENCE-ID:20261123T090000", "DTSTART:20261125T140000", "DURATION:PT2H")
    gone = event("RECURRENCE-ID:20261130T090000", "DTSTART:20261130T090000", "DURATION:PT1H", "STATUS:CANCELLED")
    free = event("RECURRENCE-ID:20261207T090000", "DTSTART:20261207T090000", "DURATION:PT1H", "TRANSP:TRANSPARENT")
    assert taken(calendar(head, moved, gone, free)) == ["16 09:00-10:00", "25 14:00-16:00"]
    assert taken(calendar(moved, gone, head), "2026-11-25", "2026-12-05") == ["25 14:00-16:00"]


def test_all_from_one_on_may_be_moved() -> None:
    """`RANGE=THISANDFUTURE`."""
    head = event("DTSTART:20261117T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4")
    later = event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261119T090000", "DTSTART:20261119T130000", "DURATION:PT1H")
    assert taken(calendar(head, later)) == ["17 09:00-10:00", "18 09:00-10:00", "19 13:00-14:00", "20 13:00-14:00"]


def test_the_newest_of_two_versions_counts() -> None:
    """By `SEQUENCE`; one that was cancelled last takes no time."""
    first = event("SEQUENCE:1", "DTSTART:20261117T090000", "DURATION:PT1H")
    second = event("SEQUENCE:2", "DTSTART:20261118T090000", "DURATION:PT1H")
    assert taken(calendar(second, first)) == ["18 09:00-10:00"]
    assert taken(calendar(second, first, event("SEQUENCE:3", "DTSTART:20261118T090000", "STATUS:CANCELLED"))) == []


def test_entries_without_an_id_are_each_their_own() -> None:
    """An export may leave them out."""
    one, other = (event(f"DTSTART:202611{day}T090000", "DURATION:PT1H", uid=None) for day in (17, 18))
    assert taken(calendar(one, other)) == ["17 09:00-10:00", "18 09:00-10:00"]


def test_periods_of_busy_and_free() -> None:
    """All kinds of busy count, free does not."""
    text = calendar(
        "BEGIN:VFREEBUSY\nDTSTART:20261101T000000Z\nDTEND:20261201T000000Z\n"
        "FREEBUSY:20261123T150000Z/20261123T160000Z,20261124T150000Z/PT30M\n"
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261125T150000Z/PT1H\n"
        "FREEBUSY;FBTYPE=FREE:20261126T150000Z/PT1H\nEND:VFREEBUSY\n"
    )
    assert taken(text) == ["23 10:00-11:00", "24 10:00-10:30", "25 10:00-11:00"]


def test_a_zone_that_the_calendar_defines() -> None:
    """Exchange writes such; two calendars may give one name to two zones."""
    lines = ("DTSTART;TZID=Customized Time Zone:20261001T150000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")
    berlin = calendar(OUTLOOK_ZONE, event(*lines))
    assert taken(berlin, "2026-10-22", "2026-11-06") == ["22 09:00-10:00", "29 10:00-11:00", "05 09:00-10:00"]
    fixed = OUTLOOK_ZONE.replace("TZOFFSETTO:+0200", "TZOFFSETTO:+0100").replace("TZOFFSETFROM:+0200", "TZOFFSETFROM:+0100")
    assert taken(calendar(fixed, event(*lines)), "2026-10-22", "2026-11-06") == ["22 10:00-11:00", "29 10:00-11:00", "05 09:00-10:00"]
    assert taken(berlin, "2026-10-22", "2026-11-06") == ["22 09:00-10:00", "29 10:00-11:00", "05 09:00-10:00"]


def test_folded_lines_alarms_and_other_components_are_passed_over() -> None:
    """What does not say when somebody is busy is nobody's business; an alarm's own duration is not the event's."""
    alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT5H\nREPEAT:2\nEND:VALARM"
    todo = "BEGIN:VTODO\nDTSTART:rubbish\nEND:VTODO\n"
    one = event("SUMMARY:a very lo\n ng line: with colons", "DTSTART:20261123T\n 090000", alarm, "DURATION:PT1H")
    assert taken(calendar(todo, one).replace("\n", "\r\n")) == ["23 09:00-10:00"]


def test_what_ends_as_another_asks_begins_again() -> None:
    """The stretch asked for has both ends included, an entry only its start."""
    made = read(calendar(event("DTSTART:20261123T090000", "DTEND:20261123T100000")))
    nine, ten = micros("2026-11-23T09:00", NEW_YORK), micros("2026-11-23T10:00", NEW_YORK)
    assert [len(made.busy(at, at)) for at in (nine - 1, nine, ten - 1, ten)] == [0, 1, 1, 0]
    assert len(made.busy(nine - 10, nine)) == 1


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "the calendar is empty"),
        ("hello\n", 1, "`hello` stands where `BEGIN:VCALENDAR` is expected"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", 3, "`END:VCALENDAR` ends what `BEGIN:VEVENT` on line 2 began"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n", 3, "the calendar ends within `BEGIN:VEVENT`"),
        (calendar(event("DTSTART")), 6, "`DTSTART` is no line of a calendar"),
        (calendar(event("SUMMARY:x")), 4, "an event has no `DTSTART`"),
        (calendar(event("DTSTART:2026")), 6, "`DTSTART` cannot be `2026`"),
        (calendar(event("DTSTART:20261332T250000")), 6, "`DTSTART` cannot be `20261332T250000`"),
        (calendar(event("DTSTART;TZID=Mars/Olympus:20261123T090000")), 6, "no time zone is named `Mars/Olympus`"),
        (calendar(event("DTSTART:20261123T090000", "DURATION:PX")), 7, "`PX` is no duration"),
        (calendar(event("DTSTART:20261123T090000", "DTEND:20261122T090000")), 7, "the event ends before it begins"),
        (calendar(event("DTSTART;VALUE=DATE:20261123", "DTEND:20261124T090000")), 7, "one of `DTSTART` and `DTEND` is a day"),
        (calendar(event("DTSTART:20261123T090000", "EXDATE:xx")), 7, "`EXDATE` cannot be `xx`"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=DAIL")), 7, "`FREQ` cannot be `DAIL`"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:COUNT=2")), 7, "the recurrence rule has no `FREQ`"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=DAILY;INTERVAL=0")), 7, "`INTERVAL` cannot be `0`"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=DAILY;BYDAY=XX")), 7, "`BYDAY` cannot be `XX`"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=DAILY;COUNT=500000")), 7, "`COUNT` is more than 100,000"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=DAILY;UNTIL=20269999")), 7, "`UNTIL` cannot be `20269999`"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")), 7, "the recurrence rule names a day"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=DAILY;BYSETPOS=2")), 7, "`BYSETPOS` goes with"),
        (
            calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU")),
            7,
            "the recurrence rule comes round on one day",
        ),
        (
            calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=HOURLY;INTERVAL=24;BYHOUR=5")),
            7,
            "the recurrence rule never comes to an hour",
        ),
        (calendar(event("DTSTART;VALUE=DATE:20261123", "RRULE:FREQ=HOURLY")), 7, "the event is on whole days and recurs by the hour"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=MONTHLY;BYWEEKNO=20")), 7, "the recurrence rule mixes `FREQ=MONTHLY`"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=MONTHLY;BYDAY=SU,-1FR")), 7, "`BYDAY` numbers some days"),
        (calendar(event("DTSTART:20261123T090000", "RRULE:FREQ=WEEKLY;BYDAY=1MO")), 7, "`BYDAY` numbers some days"),
        (calendar(event("DTSTART:20261123T090000", "EXRULE:FREQ=DAILY")), 7, "`EXRULE` went out of use"),
        (calendar("BEGIN:VFREEBUSY\nFREEBUSY:20261123T150000Z\nEND:VFREEBUSY\n"), 5, "`FREEBUSY` cannot be ``"),
        (calendar("BEGIN:VFREEBUSY\nFREEBUSY:20261123T150000Z/20261122T150000Z\nEND:VFREEBUSY\n"), 5, "the period"),
    ],
)
def test_what_is_broken_has_its_line(text: str, line: int, said: str) -> None:
    """Never half a calendar: any entry that cannot be read refuses the file."""
    (item,) = problems(text)
    assert (item.name, item.severity) == ("bad-calendar", "error")
    assert item.message.startswith(said)
    assert item.span is not None
    assert item.span.line == line


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=5", "freq=daily;byhour=9;byminute=0,1,2", "FREQ=DAILY;BYSECOND=1,2"]
)
def test_what_recurs_within_the_hour_is_refused(rule: str) -> None:
    """Some libraries would count for hours."""
    (item,) = problems(calendar(event("DTSTART:20261123T090000", "DURATION:PT1M", f"RRULE:{rule}")))
    assert item.name == "recurs-too-often"


def test_not_every_mistake_of_a_calendar_is_told() -> None:
    """The first few are enough to know what is wrong with it."""
    assert len(problems(calendar(*(event("DTSTART:x", uid=f"u{at}") for at in range(40))))) == 5


def test_a_calendar_of_a_rep(tmp_path: Path) -> None:
    """From the folder of the roster; its bytes are in the digest; each zone reads floating times on its own clock."""
    text = calendar(event("DTSTART:20261123T090000", "DURATION:PT1H"))
    people = ROSTER.replace("{id: tom,", "{id: tom, calendar: cal.ics,").replace(
        "{id: kim,", f"{{id: kim, timezone: {BERLIN}, calendar: cal.ics,"
    )
    made = good(tmp_path, roster=people, cal__ics=text)
    sarah, tom, kim = (rep.calendar for rep in made.reps)
    assert sarah is None
    assert tom is not None
    assert kim is not None
    first, last = micros("2026-11-20", "UTC"), micros("2026-11-28", "UTC")
    assert [one.start for one in tom.busy(first, last)] == [micros("2026-11-23T09:00", NEW_YORK)]
    assert [one.start for one in kim.busy(first, last)] == [micros("2026-11-23T09:00", BERLIN)]
    assert good(tmp_path, roster=people, cal__ics=text + "\n").digest != made.digest


@pytest.mark.parametrize(
    ("name", "text", "finding"), [("no.ics", None, "unreadable-file"), ("cal.ics", "BEGIN:VCALENDAR\n", "bad-calendar")]
)
def test_a_missing_or_broken_calendar_is_an_error(tmp_path: Path, name: str, text: str | None, finding: str) -> None:
    """With file and line, once, however many reps have it."""
    people = ROSTER.replace("{id: tom,", f"{{id: tom, calendar: {name},")
    assert found(tmp_path, roster=people, **({} if text is None else {"cal__ics": text})) == [finding]


def test_a_csv_roster_has_a_column_for_it(tmp_path: Path) -> None:
    """`calendar`."""
    write(
        tmp_path,
        leadroute="version: 1\nroster: r.csv\nleads: {id: id, fields: {id: string}}\n",
        rules="version: 1\nrules: [{id: a, assign: {queue: q}}]\n",
    )
    (tmp_path / "r.csv").write_text("id,calendar\nann,cal.ics\nbob,\n")
    (tmp_path / "cal.ics").write_text(calendar(event("DTSTART:20261123T090000", "DURATION:PT1H")))
    loaded = project.load(tmp_path)
    assert loaded.project is not None, loaded.diagnostics
    assert [rep.calendar is not None for rep in loaded.project.reps] == [True, False]


RULES = st.builds(
    lambda frequency, step, days, hours: f"FREQ={frequency};INTERVAL={step}{days}{hours}",
    st.sampled_from(["HOURLY", "DAILY", "WEEKLY"]),
    st.integers(1, 5),
    st.sampled_from(["", ";BYDAY=MO,WE,FR", ";BYDAY=SA", ";BYMONTH=11,12"]),
    st.sampled_from(["", ";BYHOUR=9,14", ";WKST=SU"]),
)


@given(RULES, st.integers(0, 17_000), st.integers(0, 60))
def test_a_series_that_is_moved_up_has_the_same_entries(rule: str, start: int, hours: int) -> None:
    """Counting from near the stretch that is asked for finds what counting from the first day does."""
    from dateutil.rrule import rrulestr

    begin = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(hours=start)
    parts = read_rule(rule, begin)
    if isinstance(parts, str):
        return
    before = datetime(2021, 6, 1, tzinfo=UTC)
    ahead = moved_up(parts, begin, timedelta(hours=hours), before)
    stop, since = before + timedelta(days=20), before - timedelta(hours=hours)
    assert begin + ahead < since
    whole, late = (rrulestr(rule, dtstart=at).between(since, stop, inc=True) for at in (begin, begin + ahead))
    assert whole == late


@pytest.mark.timeout(20)
def test_a_long_history_costs_nothing() -> None:
    """Two hundred daily series since 1980 are unrolled for the days that are asked for alone."""
    text = calendar(*(event("DTSTART:19800101T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY", uid=f"u{at}") for at in range(200)))
    made = read(text)
    assert len(made.busy(micros("2026-11-23T09:30", NEW_YORK), micros("2026-11-23T09:30", NEW_YORK))) == 1


WHOLE = calendar(
    OUTLOOK_ZONE,
    event("DTSTART;TZID=Customized Time Zone:20261101T150000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20261130"),
    event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261110T140000Z", "DTSTART:20261110T160000Z", "DTEND:20261110T170000Z"),
    event("DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;INTERVAL=2", "EXDATE;VALUE=DATE:20261130", uid="two"),
    event(
        "DTSTART:20261101T090000",
        "DTEND:20261101T100000",
        "RDATE;VALUE=PERIOD:20261123T090000/PT2H",
        "RRULE:FREQ=DAILY;COUNT=3",
        uid="three",
    ),
    "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20261123T150000Z/PT1H\nEND:VFREEBUSY\n",
)


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.sampled_from([*"0159;:=,-/\nTZDPA", ""]), st.booleans()), max_size=3))
@settings(max_examples=100)
def test_whatever_is_in_a_calendar_it_is_read_or_refused(edits: list[tuple[int, str, bool]]) -> None:
    """What was taken in can be asked: nothing is left to fail, or to go on for ever, once leads are decided."""
    text = WHOLE
    for at, mark, instead in edits:
        text = text[:at] + mark + text[at + instead :]
    findings = Findings()
    entries = read_calendar(text, "a.ics", findings)
    if entries is None:
        assert findings.items
        return
    made = calendar_of(entries, "a.ics", NEW_YORK, findings)
    if not findings.items:
        found = made.busy(micros("2026-11-20", NEW_YORK), micros("2026-12-02", NEW_YORK))
        assert all(one.start < one.end for one in found)
