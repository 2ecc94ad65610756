"""The reference engine over time, against cases worked by hand: limits in windows, load, what is kept together, people's time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from tests.reference import engine
from tests.reference.standings import Standings
from tests.reference.test_reference import ONE_POOL, away, days, documents, leads, priced, route, taken


def over(
    found: engine.Documents, *batches: tuple[str, Sequence[dict[str, str]]], options: str = "", standings: Standings | None = None
) -> list[str]:
    """Batches at instants of November 2026, in UTC; `options` are those of the last one."""
    kept = standings if standings is not None else Standings()
    answers = []
    for place, (at, rows) in enumerate(batches, start=1):
        given = options.split() if place == len(batches) else []
        answers.append(taken(engine.route(found, rows, datetime.fromisoformat(f"2026-11-{at}+00:00"), kept, given)))
    return answers


def batches(*times: str, each: int = 2) -> list[tuple[str, list[dict[str, str]]]]:
    """So many new leads at each of these times."""
    return [(at, leads(each, 1 + each * place)) for place, at in enumerate(times)]


@pytest.mark.parametrize(
    ("limit", "first", "later", "answer"),
    [
        ("per_hour: 2", "23T10:10", "23T10:59", "u u"),
        ("per_hour: 2", "23T10:59", "23T11:00", "a a"),
        ("per_week: 2", "23T00:00", "29T23:59", "u u"),
        ("per_week: 2", "22T23:59", "23T00:00", "a a"),
        ("per_month: 3", "01T00:00", "30T23:59", "a u"),
    ],
)
def test_windows_of_the_clock(limit: str, first: str, later: str, answer: str) -> None:
    """An hour, a week from Monday, a month of the rep's clock."""
    found = documents(ONE_POOL, f"{{reps: [{{id: a, limits: {{{limit}}}}}]}}")
    assert over(found, *batches(first, later))[1] == answer.replace("u", "unassigned")


def test_a_rolling_window_moves_along() -> None:
    """Two at 10:00 are in the four hours up to 13:59, and no more at 14:00."""
    found = documents(ONE_POOL, "{reps: [{id: a, limits: [{max: 2, per: 4h}]}]}")
    assert over(found, *batches("23T10:00", "23T13:59", "23T14:00")) == ["a a", "unassigned unassigned", "a a"]


def test_a_limit_with_when_counts_and_stops_only_such_leads() -> None:
    """One lead of vip a day; others are neither counted nor stopped, and a full limit is no absence."""
    found = documents(ONE_POOL, "{reps: [{id: a, limits: [{max: 1, per: 1d, when: {vip: true}}]}, {id: b}]}")
    rows = [*leads(2), *leads(3, 3, vip="y"), *leads(2, 6)]
    assert taken(route(found, rows)) == "a b a b b a a"


def test_a_limit_of_a_field_adds_its_values() -> None:
    """3 + 2 is 5, a further 1 would pass it; a missing value adds nothing."""
    found = documents(ONE_POOL, "{reps: [{id: a, limits: [{max: 5, per: 1d, of: $value}]}]}")
    assert taken(route(found, priced(["3", "2", "1", ""]))) == "a a unassigned a"


def test_load_as_of_says_from_when_charges_count() -> None:
    """Two charged at ten: a figure of eleven has them, one of nine has not."""
    for as_of, answer in (("2026-11-23T11:00", "a a"), ("2026-11-23T10:00", "unassigned unassigned")):
        standings = Standings()
        reps = "{{reps: [{{id: a, limits: {{open: 2}}{}}}]}}"
        assert over(documents(ONE_POOL, reps.format("")), *batches("23T10:00"), standings=standings) == ["a a"]
        later = documents(ONE_POOL, reps.format(f", load_as_of: '{as_of}'"))
        assert over(later, ("23T12:00", leads(2, 3)), standings=standings) == [answer]


def test_load_roster_starts_every_run_anew() -> None:
    """Two fit in each run, whatever earlier ones charged."""
    found = documents(ONE_POOL, "{reps: [{id: a, limits: {open: 2}}]}", project="load: roster")
    assert over(found, *batches("23T10:00", "23T11:00", each=3)) == ["a a unassigned", "a a unassigned"]


def test_again_gives_back_first() -> None:
    """One lead fits: decided again it fits again, and the turn is a's again."""
    found = documents(ONE_POOL, "{reps: [{id: a, limits: {per_day: 1, open: 1}}, {id: b}]}")
    assert over(found, ("23T10:00", leads(2)), ("23T11:00", leads(2)), options="--again") == ["a b", "a b"]
    assert over(found, ("23T10:00", leads(2)), ("23T11:00", leads(2))) == ["a b", "a b"]


def test_queued_leads_are_decided_anew_only_when_asked() -> None:
    """On Tuesday a works: the lead in the queue stays there unless retried."""
    found = documents(ONE_POOL, "{reps: [{id: a, away: [{from: 2026-11-23, to: 2026-11-23}]}]}")
    same = [("23T10:00", leads(1)), ("24T10:00", leads(1))]
    assert over(found, *same) == ["unassigned", "unassigned"]
    assert over(found, *same, options="--retry-queued") == ["unassigned", "a"]


PREVIOUS = """{pools: {p: {}}, rules: [{id: r, when: {previous.rep: a}, assign: {queue: again}},
  {id: s, when: {previous.count: {gte: 1}}, assign: {queue: once}}, {id: t, assign: {pool: p}}]}"""


def test_previous_is_the_same_lead_in_the_ledger() -> None:
    """Both were decided once, one by a."""
    found = documents(PREVIOUS, "{reps: [{id: a}, {id: b}]}")
    assert over(found, ("23T10:00", leads(2)), ("24T10:00", leads(3)), options="--again") == ["a b", "again once a"]


TOGETHER = "keep_together: {{by: [mail, owner], for: 2d{}}}"
MAILS = [{"id": "1", "mail": "x@a.com"}, {"id": "2", "mail": "X@A.com"}, {"id": "3"}, {"id": "4", "owner": "o"}, {"id": "5", "owner": "O"}]


def test_leads_that_share_a_key_go_to_one_rep() -> None:
    """In one batch and in the ledger; a missing key matches nobody; after `for` it is over."""
    found = documents(ONE_POOL, "{reps: [{id: a}, {id: b}, {id: c}]}", project=TOGETHER.format(""))
    again = [{"id": "6", "mail": "x@a.com"}, {"id": "7", "mail": "y@a.com", "owner": "o"}]
    assert over(found, ("23T10:00", MAILS), ("25T10:00", again)) == ["a a b c c", "a c"]
    assert over(found, ("23T10:00", MAILS), ("25T10:01", again)) == ["a a b c c", "a b"]


def test_the_first_key_counts_then_the_newest_lead() -> None:
    """`x@a.com` is a's; owner o is c's: the mail counts."""
    found = documents(ONE_POOL, "{reps: [{id: a}, {id: b}, {id: c}]}", project=TOGETHER.format(""))
    assert over(found, ("23T10:00", [*MAILS, {"id": "6", "mail": "x@a.com", "owner": "o"}]))[0].endswith("c c a")


@pytest.mark.parametrize(("unavailable", "answer"), [("reassign", "c"), ("wait", "held"), ("backup", "b"), ("", "c")])
def test_when_that_rep_is_away(unavailable: str, answer: str) -> None:
    """Through the rules, wait, or the backup."""
    reps = "{{reps: [{{id: a, backup: b{}}}, {{id: b, weight: 0}}, {{id: c}}]}}"
    project = TOGETHER.format(f", when_unavailable: {unavailable}" if unavailable else "")
    standings = Standings()
    assert over(documents(ONE_POOL, reps.format(""), project=project), ("23T10:00", MAILS[:1]), standings=standings) == ["a"]
    away = documents(ONE_POOL, reps.format(", away: [{from: 2026-11-24, to: 2026-11-24}]"), project=project)
    assert over(away, ("24T10:00", MAILS[1:2]), standings=standings) == [answer]


def test_kept_together_asks_no_limit_but_charges_it_and_takes_no_turn() -> None:
    """`a` is at 1 of 1 and takes three; the turn is where it was, and with room again it is a's no more than b's."""
    found = documents(ONE_POOL, "{reps: [{id: a, limits: {per_day: 2}}, {id: b}]}", project=TOGETHER.format(""))
    rows = [{"id": str(number), "mail": "x@a.com"} for number in range(3)]
    assert over(found, ("23T10:00", [*rows, *leads(2)])) == ["a a a b b"]
    decision = route(found, rows)[1]
    assert (decision.rule, decision.pool) == (None, None)


def test_a_rule_may_go_before() -> None:
    """The first rule that holds says so, for vips alone."""
    rules = "{pools: {p: {}}, rules: [{id: r, when: {vip: true}, keep_together: false, assign: {pool: p}}, {id: s, assign: {pool: p}}]}"
    found = documents(rules, "{reps: [{id: a}, {id: b}]}", project=TOGETHER.format(""))
    rows = [{"id": "1", "mail": "x@a.com"}, {"id": "2", "mail": "x@a.com", "vip": "y"}, {"id": "3", "mail": "x@a.com"}]
    assert over(found, ("23T10:00", rows)) == ["a b b"]


# Absence made up


@pytest.mark.parametrize(
    ("absence", "answer"),
    [
        ("keep_place", "a b c a b"),
        ("catch_up", "a a a b c"),
        ("{catch_up: {max: 1}}", "a a b c a"),
        ("{catch_up: {max: 0}}", "a b c a b"),
        ("{catch_up: {every: 2}}", "a b a a c"),
        ("{catch_up: {every: 3}}", "a b c a b"),
        ("{limit: catch_up}", "a b c a b"),
        ("{leave: {catch_up: {max: 1}}, limit: keep_place}", "a a b c a"),
    ],
)
def test_what_is_made_up(absence: str, answer: str) -> None:
    """(1, 1, 1), then (1, 3, 3) while a is away: two missed. `every: 2`: a, then b (4), a is level with c at 3 and goes before it."""
    reps = f"{{reps: [{{id: a{away(24)}}}, {{id: b}}, {{id: c}}]}}"
    rules = f"{{pools: {{p: {{absence: {absence}}}}}, rules: [{{id: r, assign: {{pool: p}}}}]}}"
    assert days((23, 3), (24, 4), (25, 5), reps=reps, rules=rules)[2] == answer


def test_what_is_not_made_up_in_time_is_added() -> None:
    """One of two is made up on Wednesday; on Thursday a is level without the other."""
    reps = f"{{reps: [{{id: a{away(24)}}}, {{id: b}}, {{id: c}}]}}"
    for within, answer in (("23h", "a b c"), ("24h", "a a b")):
        rules = f"{{pools: {{p: {{absence: {{catch_up: {{within: {within}}}}}}}}}, rules: [{{id: r, assign: {{pool: p}}}}]}}"
        assert days((23, 3), (24, 4), (25, 1), (26, 3), reps=reps, rules=rules)[2:] == ["a", answer]


# People's time


def works(reps: str, at: str, availability: str = "working", **more: Any) -> str:
    """Who takes one lead then."""
    rules = f"{{pools: {{p: {more.pop('pool', '{}')}}}, rules: [{{id: r, assign: {{pool: p, availability: {availability}}}}}]}}"
    return taken(route(documents(rules, reps, **more), leads(1), f"2026-11-{at}+00:00"))


@pytest.mark.parametrize(("at", "answer"), [("23T11:59", "a"), ("23T12:00", "b"), ("24T08:59", "b"), ("24T09:00", "a")])
def test_leave_by_moments(at: str, answer: str) -> None:
    """From noon on the rep's clock until nine the next day: at nine they are back."""
    reps = "{reps: [{id: a, away: [{from: '2026-11-23T12:00', to: '2026-11-24T09:00'}]}, {id: b, weight: 0.001}]}"
    assert works(reps, at, "not_away") == answer


def test_holidays_are_of_a_country_or_a_file() -> None:
    """Thanksgiving in the US; a listed day."""
    assert works("{reps: [{id: a, holidays: US}, {id: b}]}", "26T12:00", "not_away") == "b"
    assert works("{reps: [{id: a, holidays: DE}, {id: b}]}", "26T12:00", "not_away") == "a"
    assert works("{reps: [{id: a, holidays: rest.txt}, {id: b}]}", "23T12:00", "not_away", tables={"rest.txt": "2026-11-23\n"}) == "b"


ICS = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261124
DTEND;VALUE=DATE:20261126
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=America/New_York:20261123T090000
DTEND;TZID=America/New_York:20261123T100000
RRULE:FREQ=WEEKLY;COUNT=2
END:VEVENT
BEGIN:VEVENT
DTSTART:20261127T090000Z
DTEND:20261127T100000Z
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("at", "availability", "answer"),
    [
        ("24T00:00", "not_away", "b"),
        ("25T23:59", "not_away", "b"),
        ("26T00:00", "not_away", "a"),
        ("23T14:00", "not_away", "a"),
        ("23T14:00", "working", "b"),
        ("30T14:59", "working", "b"),
        ("30T15:00", "working", "a"),
        ("27T09:30", "working", "a"),
    ],
)
def test_calendars(at: str, availability: str, answer: str) -> None:
    """All-day busy is leave, its end not included; timed busy counts for working alone; transparent is nothing."""
    assert works("{reps: [{id: a, calendar: a.ics}, {id: b}]}", at, availability, tables={"a.ics": ICS}) == answer


def test_shifts_say_who_is_on_call() -> None:
    """`b` is on call from noon."""
    pool = "{shifts: [{from: 2026-11-22, to: 2026-11-23T12:00, reps: [a]}, {from: 2026-11-23T12:00, to: 2026-11-30, reps: [b]}]}"
    assert works("{reps: [{id: a}, {id: b}]}", "23T11:00", "not_away", pool=pool) == "a"
    assert works("{reps: [{id: a}, {id: b}]}", "23T12:00", "not_away", pool=pool) == "b"


def test_the_lead_s_own_clock() -> None:
    """Ten in London is five in New York; without a zone it is missing."""
    rules = "{rules: [{id: r, when: {local.time: {lt: '06:00'}}, assign: {queue: early}}]}"
    found = documents(rules, "{reps: []}", project="leads: {fields: {id: string, created: datetime, timezone: string, country: country}}")
    rows = [{"id": "1", "timezone": "America/New_York"}, {"id": "2", "country": "UK"}, {"id": "3"}]
    assert taken(route(found, rows)) == "early unassigned unassigned"


def test_business_hours_rest_on_holidays() -> None:
    """Thanksgiving is a Thursday."""
    rules = """{rules: [{id: r, when: {now.business_hours: true}, assign: {queue: open}},
      {id: s, when: {now.holiday: true}, assign: {queue: off}}]}"""
    hours = "business_hours: {days: [mon, tue, wed, thu, fri], from: '09:00', to: '17:00', holidays: US}"
    found = documents(rules, "{reps: []}", project=hours)
    assert [taken(route(found, leads(1), f"2026-11-{at}+00:00")) for at in ("25T10:00", "26T10:00", "28T10:00")] == [
        "open",
        "off",
        "unassigned",
    ]
