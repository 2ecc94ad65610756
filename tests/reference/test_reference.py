"""The reference engine against cases worked by hand from the language page."""

from datetime import date, datetime
from fractions import Fraction
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.reference import engine, fields, roster, values
from tests.reference.conditions import Clock, holds, lead_side
from tests.reference.standings import Decision, Standings
from tests.reference.turns import Rotation

MONDAY = "2026-11-23T10:00+00:00"
FIELDS = """
    id: string
    created: datetime
    country: country
    language: string
    industry: string
    spoken: list
    value: number
    size: integer
    vip: boolean
    renewal: date
    mail: email
    owner: string
    target: string
"""


def documents(rules: str, reps: str, *, project: str = "", tables: dict[str, str] | None = None) -> engine.Documents:
    """A project from YAML texts."""
    head = engine.parse(f"leads:\n  id: id\n  arrived: created\n  fields:{FIELDS.replace(chr(10), chr(10) + '  ')}")
    for key, value in (engine.parse(project) or {}).items():
        head[key] = head["leads"] | value if key == "leads" else value
    body, people = engine.parse(rules), engine.parse(reps)
    return engine.Documents(
        head,
        body.get("rules", []),
        body.get("derive", {}),
        body.get("score"),
        body.get("rotations", {}),
        body.get("pools", {}),
        people["reps"],
        people.get("teams", {}),
        tables or {},
    )


def leads(count: int, start: int = 1, **cells: str) -> list[dict[str, str]]:
    """Some equal leads."""
    return [{"id": f"L{number}"} | cells for number in range(start, start + count)]


def route(found: engine.Documents, rows: list[dict[str, str]], at: str = MONDAY, standings: Standings | None = None) -> list[Decision]:
    """A batch."""
    return engine.route(found, rows, datetime.fromisoformat(at), standings)


def taken(decisions: list[Decision]) -> str:
    """Who took each lead, in short."""
    return " ".join(one.rep or one.queue or one.outcome for one in decisions)


ONE_POOL = "{pools: {p: {}}, rules: [{id: r, assign: {pool: p}}]}"


# Turns


def test_equal_weights_take_turns_in_roster_order() -> None:
    """With equal weights the fewest turns are next, ties by roster order."""
    assert taken(route(documents(ONE_POOL, "{reps: [{id: a}, {id: b}, {id: c}]}"), leads(6))) == "a b c a b c"


@pytest.mark.parametrize(("weight", "order"), [("2", "a b a a b a"), ("3", "a b a a a b"), ("0.5", "b a b b a b")])
def test_unequal_weights_follow_the_earliest_eligible_deadline(weight: str, order: str) -> None:
    """Weight 2: deadlines 1/2, 1 -> a; T/W 1/3 -> b; 2/3 -> a; equal. 3: 1/4 -> b, 2/4, 3/4 -> a. 1/2: 2, 1 -> b; 2/3 -> a; 4/3 -> b."""
    found = documents(ONE_POOL, f"{{reps: [{{id: a, weight: {weight}}}, {{id: b}}]}}")
    assert taken(route(found, leads(6))) == order


PRICED = "{rotations: {t: {cost: {of: $value, else: 5}}}, pools: {p: {turns: t}}, rules: [{id: r, assign: {pool: p}}]}"


def priced(costs: list[str]) -> list[dict[str, str]]:
    """Leads of these values."""
    return [{"id": f"L{place}", "value": cost} for place, cost in enumerate(costs)]


def test_costs_are_made_up_for_by_the_others() -> None:
    """After a lead of 5 the other takes five of 1 (levels 5 and 0..4 with T/W below 5), then both are level."""
    found = documents(PRICED, "{reps: [{id: a}, {id: b}]}")
    assert taken(route(found, priced(["5", "1", "1", "1", "1", "1", "1"]))) == "a b b b b b a"


def test_weights_and_costs_together() -> None:
    """`a` has 2, b 1: (4,0) T/W 4/3 -> b; (4,1) 5/3 -> b; (4,4) 8/3 -> a; (6,4) 10/3 -> a."""
    found = documents(PRICED, "{reps: [{id: a, weight: 2}, {id: b}]}")
    assert taken(route(found, priced(["4", "1", "3", "2", "1"]))) == "a b b a a"


def test_a_cost_that_is_missing_zero_or_negative_is_its_else() -> None:
    """Each of the three costs 5, so five leads of 1 make up for one."""
    for odd in ("", "0", "-3"):
        found = documents(PRICED, "{reps: [{id: a}, {id: b}]}")
        assert taken(route(found, priced([odd, "1", "1", "1", "1", "1", "1"]))) == "a b b b b b a"


def test_being_passed_over_for_a_requirement_keeps_the_turns() -> None:
    """Two leads that b cannot take leave b two turns behind."""
    rules = "{pools: {p: {}}, rules: [{id: r, assign: {pool: p, require: {languages: {has: $language}}}}]}"
    found = documents(rules, "{reps: [{id: a, languages: [en, es]}, {id: b, languages: [en]}]}")
    rows = [{"id": str(place), "language": language} for place, language in enumerate(["es", "es", "en", "en", "en"])]
    assert taken(route(found, rows)) == "a a b b a"


def test_by_keeps_turns_for_each_value_and_missing_is_one() -> None:
    """Each value starts its own order; missing too."""
    rules = "{rotations: {t: {by: language}}, pools: {p: {turns: t}}, rules: [{id: r, assign: {pool: p}}]}"
    found = documents(rules, "{reps: [{id: a}, {id: b}]}")
    rows = [{"id": str(place), "language": language} for place, language in enumerate(["en", "es", "EN", "", "es", "N/A"])]
    assert taken(route(found, rows)) == "a a b a b b"


def test_a_shared_rotation_counts_the_turns_of_all_its_pools() -> None:
    """A turn in p counts in q."""
    rules = """{rotations: {t: {weights: {a: 1}}}, pools: {p: {turns: t, who: {id: a}}, q: {turns: t}},
      rules: [{id: one, when: {vip: true}, assign: {pool: p}}, {id: two, assign: {pool: q}}]}"""
    found = documents(rules, "{reps: [{id: a}, {id: b}]}")
    rows = [{"id": "1", "vip": "y"}, {"id": "2", "vip": "y"}, *leads(3)]
    assert taken(route(found, rows)) == "a a b b a"


def test_weight_zero_fails_availability_in_the_pool() -> None:
    """Whatever the pick, a weight of 0 takes nothing."""
    for pick in ("round_robin", "least_loaded", "best_fit"):
        found = documents(
            f"{{pools: {{p: {{pick: {pick}}}}}, rules: [{{id: r, assign: {{pool: p}}}}]}}", "{reps: [{id: a, weight: 0}, {id: b}]}"
        )
        assert taken(route(found, leads(2))) == "b b"


def test_a_weight_change_keeps_the_level() -> None:
    """(2,2) with a at weight 2 is (4,2): deadlines 2.5, 3 -> a; T/W 7/3 -> b; 8/3 -> a."""
    standings = Standings()
    route(documents(ONE_POOL, "{reps: [{id: a}, {id: b}]}"), leads(4), standings=standings)
    found = documents(ONE_POOL, "{reps: [{id: a, weight: 2}, {id: b}]}")
    assert taken(route(found, leads(3, 5), standings=standings)) == "a b a"


def test_a_ramp_is_linear_by_day() -> None:
    """91 days from 0.25 to 1: after 21 days 0.25 + 0.75 x 21/91 = 0.423077; before it the start, after it 1."""
    ramp = {"from": "2026-11-01", "to": "2027-01-31", "start": "0.25"}
    assert values.half_up(roster.ramp_on(ramp, date(2026, 11, 22)), values.MILLIONTH) == Fraction("0.423077")
    assert roster.ramp_on(ramp, date(2026, 10, 1)) == Fraction(1, 4)
    assert roster.ramp_on(ramp, date(2027, 1, 31)) == 1


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_more_than_a_turn_from_the_exact_share(seed: int) -> None:
    """From equal levels: at a fixed cost at most one turn off; at varying costs at most the largest cost above."""
    random = Random(seed)
    weights = {name: Fraction(random.choice(["1", "2", "3", "0.5", "0.333333", "7.25"])) for name in "abcdef"[: random.randint(2, 6)]}
    for costs in ([1], [1, 2, 5, 40]):
        rotation, handed_out, largest = Rotation(), Fraction(0), max(costs)
        rotation.use(None, weights)
        for _ in range(200):
            cost = Fraction(random.choice(costs))
            rotation.charge(None, rotation.next(None, list(weights), weights, cost), cost)
            handed_out += cost
            off = [rotation.turns[None][name] - handed_out * weight / sum(weights.values()) for name, weight in weights.items()]
            assert max(off) <= largest
            assert len(costs) > 1 or min(off) >= -1


# Absence, joins, leavers


def away(*days: int) -> str:
    """Leave on these days of November 2026."""
    return ", away: [" + ", ".join(f"{{from: 2026-11-{day}, to: 2026-11-{day}}}" for day in days) + "]"


def days(*batches: tuple[int, int], reps: str, rules: str = ONE_POOL) -> list[str]:
    """Batches of so many leads on days of November 2026."""
    standings, start, found = Standings(), 1, []
    for day, count in batches:
        found.append(taken(route(documents(rules, reps), leads(count, start), f"2026-11-{day}T10:00+00:00", standings)))
        start += count
    return found


def test_keep_place_adds_the_rise_of_those_who_stayed() -> None:
    """`b` and c rise from 1 to 3 while a is away, so a comes back at 3."""
    reps = f"{{reps: [{{id: a{away(24)}}}, {{id: b}}, {{id: c}}]}}"
    assert days((23, 3), (24, 4), (25, 4), reps=reps) == ["a b c", "b c b c", "a b c a"]


def test_keep_place_raises_levels_not_turns() -> None:
    """`a` (weight 2) leaves at (2,1); b goes to 4, a rise of 3 levels: a 2 + 6 = 8; then a 4.5 < 5, T/W 13/3 -> b, a."""
    reps = f"{{reps: [{{id: a, weight: 2{away(24)}}}, {{id: b}}]}}"
    assert days((23, 3), (24, 3), (25, 3), reps=reps) == ["a b a", "b b b", "a b a"]


def test_a_returning_rep_keeps_an_advantage_over_those_who_stayed() -> None:
    """`a` leaves one turn behind (2,2,1 -> c next) and is one turn behind again when back."""
    reps = f"{{reps: [{{id: a}}, {{id: b}}, {{id: c{away(24)}}}]}}"
    # (2,2,1); a, b, a, b -> (4,4,1): the lowest of a and b rose from 2 to 4: c 3.
    assert days((23, 5), (24, 4), (25, 2), reps=reps) == ["a b c a b", "a b a b", "c a"]


def test_when_nobody_stayed_the_place_is_the_lowest_of_those_there() -> None:
    """`b` stays away while a and c change over; b, back at 1, is raised to c's level."""
    reps = f"{{reps: [{{id: a{away(25, 26, 27)}}}, {{id: b{away(24, 25)}}}, {{id: c{away(24)}}}]}}"
    # 23: (1,1,1). 24: only a: (4,1,1); b and c left together, both saw a. 25: a leaves, c returns: a left, so nobody
    # stayed and nobody is there: c stays 1; takes 4 -> 5. 26: b returns: a left, nobody stayed; c is there at 5: b 5.
    assert days((23, 3), (24, 3), (25, 4), (26, 2), reps=reps) == ["a b c", "a a a", "c c c c", "b c"]


def test_nobody_there_leaves_the_place_alone() -> None:
    """Everybody was away: a comes back at its own level, and b, above, is not lowered."""
    reps = f"{{reps: [{{id: a{away(24, 25)}}}, {{id: b{away(25, 26)}}}]}}"
    # (1,1); b b -> (1,3); none; a alone 2; b back at 3 against a 2 -> a.
    expected = ["a b", "b b", "unassigned", "a", "a"]
    assert days((23, 2), (24, 2), (25, 1), (26, 1), (27, 1), reps=reps) == expected


def test_reaching_a_limit_is_an_absence() -> None:
    """`a` is at 1 a day; b rises from 0 to 3; the next day a comes back at 1 + 3 = 4 against 3."""
    reps = "{reps: [{id: a, limits: {per_day: 1}}, {id: b}]}"
    assert days((23, 4), (24, 3), reps=reps) == ["a b b b", "b a b"]


def test_a_lead_too_big_for_the_room_left_is_no_absence() -> None:
    """`a` has room for 1: two leads of 2 go to b, and a, two turns behind, takes the next."""
    rules = "{pools: {p: {}}, rules: [{id: r, assign: {pool: p, effort: $value}}]}"
    found = documents(rules, "{reps: [{id: a, limits: {open: 1.5}}, {id: b}]}")
    decisions = route(found, priced(["2", "2", "0.5", "0.5"]))
    # After the first 0.5, a has 0.5 of 1.5: 1 more still fits, so a is not absent and is next again.
    assert taken(decisions) == "b b a a"


def test_a_limit_of_a_pool_is_no_absence_in_a_shared_rotation() -> None:
    """`a` is full in p, not gone from the rotation: no rise, so q gives a the turns that are due."""
    shared = """{rotations: {t: {weights: {a: 1}}}, pools: {p: {turns: t, limits: {per_day: 1}}, q: {turns: t}},
      rules: [{id: one, when: {vip: true}, assign: {pool: p}}, {id: two, assign: {pool: q}}]}"""
    reps = f"{{reps: [{{id: a}}, {{id: b{away(23)}}}, {{id: c}}]}}"
    rows = leads(2, vip="y") + leads(4, 3)
    assert taken(route(documents(shared, reps), rows)) == "a c a c a c"


def test_ignore_neither_sets_nor_clears_absence() -> None:
    """Tried with ignore while away: a takes turns like the others and is not absent."""
    rules = "{pools: {p: {}}, rules: [{id: r, assign: {pool: p, availability: ignore}}]}"
    reps = f"{{reps: [{{id: a{away(23)}}}, {{id: b}}, {{id: c, active: false}}]}}"
    standings = Standings()
    assert taken(route(documents(rules, reps), leads(4), standings=standings)) == "a b a b"
    assert standings.rotations["own", "p"].absent == {}


def test_a_joiner_starts_at_the_lowest_level_there() -> None:
    """(3,2): c joins at 2; T/W 7/3 -> b, then c, then all at 3."""
    standings = Standings()
    route(documents(ONE_POOL, "{reps: [{id: a}, {id: b}]}"), leads(5), standings=standings)
    found = documents(ONE_POOL, "{reps: [{id: a}, {id: b}, {id: c}]}")
    assert taken(route(found, leads(3, 6), standings=standings)) == "b c a"
    assert standings.rotations["own", "p"].turns[None] == {"a": 4, "b": 3, "c": 3}


def test_a_joiner_s_turns_are_level_times_weight() -> None:
    """(3,2): c with weight 2 joins at 2 x 2 = 4."""
    standings = Standings()
    route(documents(ONE_POOL, "{reps: [{id: a}, {id: b}]}"), leads(5), standings=standings)
    found = documents(ONE_POOL, "{reps: [{id: a}, {id: b}, {id: c, weight: 2}]}")
    engine.Batch(found, datetime.fromisoformat(MONDAY), standings).begin()
    assert standings.rotations["own", "p"].turns[None] == {"a": 3, "b": 2, "c": 4}


def test_where_all_are_absent_a_joiner_starts_at_the_highest_level() -> None:
    """`a` at 2 and b at 1 are away: c starts at 2."""
    reps = f"{{reps: [{{id: a{away(24)}}}, {{id: b{away(24)}}}"
    standings = Standings()
    route(documents(ONE_POOL, reps + "]}"), leads(3), standings=standings)
    route(documents(ONE_POOL, reps + "]}"), leads(1, 4), "2026-11-24T10:00+00:00", standings)
    engine.Batch(documents(ONE_POOL, reps + ", {id: c}]}"), datetime.fromisoformat("2026-11-24T11:00+00:00"), standings).begin()
    assert standings.rotations["own", "p"].turns[None]["c"] == 2


def test_a_leaver_s_turns_are_kept_and_coming_back_is_a_return() -> None:
    """`c` leaves at 1, a and b rise from 1 to 3: c is back at 3."""
    standings = Standings()
    three, two = documents(ONE_POOL, "{reps: [{id: a}, {id: b}, {id: c}]}"), documents(ONE_POOL, "{reps: [{id: a}, {id: b}]}")
    answers = [
        taken(route(found, leads(count, start), standings=standings)) for found, count, start in ((three, 3, 1), (two, 4, 4), (three, 3, 8))
    ]
    assert answers == ["a b c", "a b a b", "a b c"]
    assert standings.rotations["own", "p"].turns[None]["c"] == 4


def test_a_new_value_of_by_starts_everybody_at_zero() -> None:
    """`c` joins en at the lowest level there, and es with all the others at 0."""
    rules = "{rotations: {t: {by: language}}, pools: {p: {turns: t}}, rules: [{id: r, assign: {pool: p}}]}"
    standings = Standings()
    route(documents(rules, "{reps: [{id: a}, {id: b}]}"), leads(4, language="en"), standings=standings)
    found = documents(rules, "{reps: [{id: a}, {id: b}, {id: c}]}")
    route(found, leads(1, 5, language="es"), standings=standings)
    turns = standings.rotations["declared", "t"].turns
    assert turns["value", "en"] == {"a": 2, "b": 2, "c": 2}
    assert turns["value", "es"] == {"a": 1, "b": 0, "c": 0}


# Picks


def test_margin_lets_the_turn_decide_among_the_best() -> None:
    """Fits 0.8, 1 and 0.6: within 0.2 of the best are a and b, who take turns."""
    rules = """{pools: {p: {}}, rules: [{id: r, assign: {pool: p, prefer: [{scale: level, best: 5}], pick: {best_fit: {margin: 0.2}}}}]}"""
    found = documents(rules, "{reps: [{id: a, level: 4}, {id: b, level: 5}, {id: c, level: 3}]}")
    decisions = route(found, leads(4))
    assert taken(decisions) == "a b a b"
    assert decisions[0].fit == Fraction(4, 5)


def test_fit_is_the_weighted_mean_of_the_terms_that_apply() -> None:
    """(2 x 1 + 1 x 2/3) / 3 = 8/9, rounded half up to billionths; a term whose `when` fails is not in the sum."""
    rules = """{pools: {p: {pick: best_fit}}, rules: [{id: r, assign: {pool: p, prefer: [
      {match: {languages: {has: $language}}, weight: 2}, {scale: skills.$industry, best: 3},
      {headroom: true, when: {vip: true}, weight: 9}]}}]}"""
    found = documents(rules, "{reps: [{id: a, languages: [es], skills: {fintech: 2}, limits: {open: 9}, load: 8}]}")
    assert route(found, leads(1, language="es", industry="Fintech", vip="no"))[0].fit == Fraction("0.888888889")


def test_headroom_is_what_is_left() -> None:
    """1 - 3/4; 1 without a limit; no term holds: 0."""
    rules = "{pools: {p: {pick: best_fit}}, rules: [{id: r, assign: {pool: p, prefer: [{headroom: true}]}}]}"
    assert route(documents(rules, "{reps: [{id: a, limits: {open: 4}, load: 3}]}"), leads(1))[0].fit == Fraction(1, 4)
    assert route(documents(rules, "{reps: [{id: a, load: 3}]}"), leads(1))[0].fit == 1
    assert route(documents(rules.replace("[{headroom: true}]", "[]"), "{reps: [{id: a}]}"), leads(1))[0].fit == 0


def test_least_loaded_is_load_by_weight_then_the_turn() -> None:
    """`a` has 4 of weight 2 (2), b 2, c 3: a, b by turn, then c is never least before 3."""
    rules = "{pools: {p: {pick: least_loaded}}, rules: [{id: r, assign: {pool: p}}]}"
    found = documents(rules, "{reps: [{id: a, weight: 2, load: 4}, {id: b, load: 2}, {id: c, load: 3}]}")
    # (2,2,3) tie a b: a. (2.5,2,3): b. (2.5,3,3): a. (3,3,3): turns (2,1,0) levels 1,1,0, T/W 3/4 -> c.
    assert taken(route(found, leads(4))) == "a b a c"


def test_within_lets_only_who_works_soonest_go_on() -> None:
    """At 8 in the morning c starts at 9, a and b at 10, d tomorrow; who works now is equal to others who do."""
    rules = "{pools: {p: {}}, rules: [{id: r, assign: {pool: p, availability: {within: 2h}}}]}"
    hours = "hours: {{mon-fri: ['{}:00-17:00']}}"
    reps = "{reps: [" + ", ".join(f"{{id: {who}, {hours.format(at)}}}" for who, at in (("a", 10), ("b", 10), ("c", "09"), ("d", 12))) + "]}"
    assert taken(route(documents(rules, reps), leads(2), "2026-11-23T08:00+00:00")) == "c c"
    assert taken(route(documents(rules, reps), leads(4), "2026-11-23T10:00+00:00")) == "a b c a"
    assert taken(route(documents(rules, reps), leads(1), "2026-11-23T06:59+00:00")) == "unassigned"


def test_hours_may_pass_midnight() -> None:
    """Monday's night ends on Tuesday at six."""
    rules = "{pools: {p: {}}, rules: [{id: r, assign: {pool: p, availability: working}}]}"
    found = documents(rules, "{reps: [{id: a, hours: {mon: ['22:00-06:00']}}]}")
    for at, who in (
        ("23T21:59", "unassigned"),
        ("23T22:00", "a"),
        ("24T05:59", "a"),
        ("24T06:00", "unassigned"),
        ("24T22:30", "unassigned"),
    ):
        assert taken(route(found, leads(1), f"2026-11-{at}+00:00")) == who


# Gates, limits, chains


def test_a_ladder_is_tried_rung_by_rung() -> None:
    """The first rung with somebody who passes all gates: b, who alone speaks es, is away."""
    rules = "{pools: {p: {}}, rules: [{id: r, assign: {pool: p, require: [{languages: es}, {team: x}, {}]}}]}"
    reps = f"{{reps: [{{id: a, languages: [en]}}, {{id: b, languages: [es]{away(23)}}}, {{id: c, languages: [en], team: x}}]}}"
    decision = route(documents(rules, reps), leads(1))[0]
    assert (decision.rep, decision.rung) == ("c", 2)


def test_the_whole_ladder_is_tried_in_one_pool_before_the_next() -> None:
    """The second rung in p goes before the first in q."""
    rules = """{pools: {p: {who: {id: a}}, q: {who: {id: b}}}, rules: [{id: r, assign: {pool: p,
      require: [{languages: es}, {}], otherwise: [{pool: q}]}}]}"""
    found = documents(rules, "{reps: [{id: a, languages: [en]}, {id: b, languages: [es]}]}")
    assert taken(route(found, leads(1))) == "a"


def test_open_is_reached_when_load_and_effort_would_pass_it() -> None:
    """1 + 2 fits in 3, 3 + 1 does not; a missing or negative effort is 1."""
    rules = "{pools: {p: {}}, rules: [{id: r, assign: {pool: p, effort: $value}}]}"
    reps = "{reps: [{id: a, limits: {open: 3}, load: 1}]}"
    assert taken(route(documents(rules, reps), priced(["2", "1", "0"]))) == "a unassigned a"
    assert taken(route(documents(rules, reps), priced(["-5", "", "1"]))) == "a a unassigned"


def test_per_day_counts_in_the_rep_s_zone() -> None:
    """23:30 and 00:30 UTC are one day in New York and two in UTC."""
    for zone, answer in (("America/New_York", "unassigned"), ("UTC", "a")):
        found = documents(ONE_POOL, f"{{reps: [{{id: a, timezone: {zone}, limits: {{per_day: 1}}}}]}}")
        standings = Standings()
        route(found, leads(1), "2026-11-23T23:30+00:00", standings)
        assert taken(route(found, leads(1, 2), "2026-11-24T00:30+00:00", standings)) == answer


def test_a_pool_s_limits_count_what_it_handed_out() -> None:
    """One a day from p; q has no limit; a pool's open leaves the roster's load out."""
    rules = """{pools: {p: {limits: {per_day: 1, open: 1}}, q: {}}, rules: [{id: one, when: {vip: true}, assign: {pool: q}},
      {id: two, assign: {pool: p}}]}"""
    found = documents(rules, "{reps: [{id: a, load: 7}]}")
    assert taken(route(found, [*leads(2, vip="y"), *leads(2, 3)])) == "a a a unassigned"


def test_load_starts_again_from_a_changed_figure() -> None:
    """Two charged on 0; the figure 1 replaces both; the same figure keeps what was charged."""
    standings = Standings()
    reps = "{{reps: [{{id: a, limits: {{open: 2}}, load: {}}}]}}"
    answers = [
        taken(route(documents(ONE_POOL, reps.format(load)), leads(2, start), standings=standings))
        for load, start in ((0, 1), (0, 3), (1, 5), (1, 7))
    ]
    assert answers == ["a a", "unassigned unassigned", "a unassigned", "unassigned unassigned"]


def test_the_chain_is_the_rule_s_steps_then_its_pool_s_then_the_default() -> None:
    """`p`'s own fallback counts, that of q, tried on the way, does not; the rule stays though the default took it."""
    rules = """{pools: {p: {who: {id: x}, otherwise: [{pool: s}]}, q: {who: {id: x}, otherwise: [{queue: wrong}]}, s: {who: {id: x}},
      t: {}}, rules: [{id: r, assign: {pool: p, otherwise: [{pool: q}]}}]}"""
    found = documents(rules, "{reps: [{id: a}]}", project="default: [{pool: t}, {queue: last}]")
    assert route(found, leads(1))[0].answer() == ("assigned", "a", None, "r", "t", None)


def test_next_rule_is_as_if_the_rule_had_not_held() -> None:
    """The later rules go on; none left: the default, without a rule."""
    rules = """{pools: {p: {who: {id: x}, otherwise: [{queue: wrong}]}}, rules: [{id: one, assign: {pool: p, otherwise: [next_rule]}},
      {id: two, when: {vip: true}, assign: {queue: q}}]}"""
    found = documents(rules, "{reps: [{id: a}]}")
    assert [one.answer()[:4] for one in route(found, [{"id": "1", "vip": "y"}, {"id": "2"}])] == [
        ("queued", None, "q", "two"),
        ("queued", None, "unassigned", None),
    ]


def test_hold_keeps_the_lead_and_it_is_decided_anew() -> None:
    """Held on Monday, assigned on Tuesday; an assigned lead keeps its decision."""
    rules = "{pools: {p: {}}, rules: [{id: r, assign: {pool: p, otherwise: [hold]}}]}"
    found, standings = documents(rules, f"{{reps: [{{id: a{away(23)}}}]}}"), Standings()
    assert route(found, leads(1), standings=standings)[0].answer() == ("held", None, None, "r", None, None)
    assert taken(route(found, leads(1), "2026-11-24T10:00+00:00", standings)) == "a"
    assert taken(route(found, leads(1), "2026-11-23T10:00+00:00", standings)) == "a"


BACKUPS = """{pools: {p: {}}, rules: [{id: r, assign: {rep: $owner, otherwise: [backup, manager, {queue: none}]}}]}"""


def test_backup_goes_from_rep_to_rep_and_manager_to_the_rep_s_or_team_s() -> None:
    """`a`'s backup b is away, b's backup is c; d has no backup, the team's manager is c; e is nobody's."""
    reps = f"""{{teams: {{x: {{manager: c}}}}, reps: [{{id: a, active: false, backup: b}}, {{id: b, backup: c{away(23)}}}, {{id: c}},
      {{id: d, active: false, team: x}}, {{id: e, active: false, manager: gone, team: x}}]}}"""
    rows = [{"id": owner, "owner": owner} for owner in ("a", "B", "c", "d", "e", "zed")]
    assert taken(route(documents(BACKUPS, reps), rows)) == "c c c c none none"


def test_a_circle_of_backups_ends() -> None:
    """Everybody is asked once."""
    reps = f"{{reps: [{{id: a, backup: b{away(23)}}}, {{id: b, backup: a{away(23)}}}]}}"
    assert taken(route(documents(BACKUPS, reps), leads(1, owner="a"))) == "none"


def test_a_rep_is_found_by_id_then_mail_then_a_name_of_one_alone() -> None:
    """`ann` is a's name and b's id: the id counts; a name of two is nobody's."""
    reps = "{reps: [{id: a, name: Ann}, {id: ann, name: Bob  B, email: x@y.example}, {id: c, name: Cy}, {id: d, name: cy}]}"
    rows = [{"id": owner, "owner": owner} for owner in ("ANN", "X@Y.example", "bob b", "cy")]
    assert taken(route(documents(BACKUPS, reps), rows)) == "ann ann ann none"


def test_a_step_may_replace_require_availability_and_pick() -> None:
    """`a` is away and lacks es: the second step asks for neither."""
    rules = """{pools: {p: {}}, rules: [{id: r, assign: {pool: p, require: {languages: es}, otherwise: [{pool: p, require: {}},
      {pool: p, require: {languages: en}, availability: ignore, pick: best_fit}]}}]}"""
    decision = route(documents(rules, f"{{reps: [{{id: a, languages: [en]{away(23)}}}]}}"), leads(1))[0]
    assert (decision.rep, decision.fit) == ("a", 0)


def test_charge_says_what_a_lead_costs() -> None:
    """Without turn nobody's place moves; without limits nothing is counted; without load nothing is carried."""
    rules = "{{pools: {{p: {{}}}}, rules: [{{id: r, assign: {{pool: p, charge: [{}]}}}}]}}"
    two, one = "{reps: [{id: a}, {id: b}]}", "{reps: [{id: a, limits: {open: 1, per_day: 2}}]}"
    assert taken(route(documents(rules.format("limits, load"), two), leads(3))) == "a a a"
    assert taken(route(documents(rules.format("turn, load"), one), leads(3))) == "a unassigned unassigned"
    assert taken(route(documents(rules.format("turn, limits"), one), leads(3))) == "a a unassigned"


def test_a_rep_by_name_takes_a_turn_only_with_turn_in() -> None:
    """Two leads by name: with turn_in b is two turns behind, without nobody is."""
    for turn_in, answer in (("", "a a a b a"), (", turn_in: p", "a a b b a")):
        rules = f"""{{pools: {{p: {{}}}}, rules: [{{id: one, when: {{owner: {{present: true}}}}, assign: {{rep: $owner{turn_in}}}}},
          {{id: two, assign: {{pool: p}}}}]}}"""
        assert taken(route(documents(rules, "{reps: [{id: a}, {id: b}]}"), [*leads(2, owner="a"), *leads(3, 3)])) == answer


def test_a_pool_field_that_names_nobody_falls_to_otherwise() -> None:
    """Pool names are compared like strings."""
    rules = "{pools: {p: {}}, rules: [{id: r, assign: {pool: $target, otherwise: [{queue: q}]}}]}"
    rows = [{"id": name, "target": name} for name in ("P", "x", "")]
    assert taken(route(documents(rules, "{reps: [{id: a}]}"), [*rows, {"id": "L", "target": ""}])) == "a q invalid q"


# Leads


def test_order_serves_missing_last_both_ways() -> None:
    """Only one can be taken: the highest with `-value`, the lowest with `value`; missing last, then file order."""
    for order, answer in (("-value", ["2", "1", "4", "0", "3"]), ("value", ["1", "4", "2", "0", "3"])):
        found = documents("{rules: [{id: r, assign: {queue: q}}]}", "{reps: []}", project=f"leads: {{order: [{order}]}}")
        batch = engine.Batch(found, datetime.fromisoformat(MONDAY), Standings())
        waiting = [
            (place, "", {"value": None if not text else values.read(values.FieldType("number"), text, ZoneInfo("UTC"))})
            for place, text in enumerate(["", "1", "5", "", "1"])
        ]
        assert [str(place) for place, _, _ in batch.served(waiting)] == answer


def test_tier_is_served_from_the_highest_down() -> None:
    """`tier` the highest first, `-tier` the lowest; the lowest tier takes everything below it."""
    rules = "{score: {points: [{add: $value}], tiers: {hot: 50, cold: 10}}, pools: {p: {}}, rules: [{id: r, assign: {pool: p}}]}"
    for order, answer in (("tier", "unassigned unassigned a"), ("-tier", "a unassigned unassigned")):
        found = documents(rules, "{reps: [{id: a, limits: {per_day: 1}}]}", project=f"leads: {{order: [{order}]}}")
        assert taken(route(found, priced(["-1", "", "50"]))) == answer


def test_duplicates_and_invalid_rows() -> None:
    """The first row of an id is routed, ids are trimmed with their case kept, and a missing id is invalid."""
    found = documents(ONE_POOL, "{reps: [{id: a}]}")
    rows = [{"id": name} for name in ("x", " x ", "X", "N/A", "")]
    assert taken(route(found, rows)) == "a duplicate a invalid invalid"


# Values and conditions


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", 1200),
        ("1.2k", 1200),
        ("$1.5m", 1_500_000),
        ("-3", -3),
        ("-$3", -3),
        ("12.0", 12),
        ("1e3", None),
        ("1,20", None),
        ("12,3456", None),
        ("k", None),
        ("", None),
    ],
)
def test_numbers_read_as_the_page_says(text: str, value: int | None) -> None:
    """A sign, a currency sign, digits, commas in threes, one suffix."""
    assert values.number(text) == value
    assert values.number("1.200,5", ",") == Fraction("1200.5")


def cells(**texts: str) -> tuple[Any, Any]:
    """A lead's cells and the types."""
    types = fields.field_types(engine.parse(f"fields:{FIELDS}"))
    found = {name: values.read(kind, texts[name], ZoneInfo("UTC")) if name in texts else None for name, kind in types.items()}
    return types, found


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("{country: Germany}", True),
        ("{country: [US, NO]}", False),
        ("{country: {not_in: [US]}}", True),
        ("{language: {is_not: en}}", False),
        ("{language: {present: false}}", True),
        ("{not: {language: en}}", True),
        ("{industry: {is_not: $language}}", False),
        ("{industry: {in: [fintech, $language]}}", False),
        ("{industry: {starts_with: [Fin, x]}}", True),
        ("{industry: {matches: '^F.*H$'}}", True),
        ("{spoken: es}", True),
        ("{spoken: {has_all: [es, de]}}", False),
        ("{spoken: {has_none: [de]}}", True),
        ("{spoken: {has: $language}}", False),
        ("{size: {gte: 1.2k, lt: 1201}}", True),
        ("{size: {between: [1200, 1300]}}", True),
        ("{vip: yes}", True),
        ("{created: 2026-11-20}", True),
        ("{created: {gt: 2026-11-20}}", False),
        ("{created: {lte: 2026-11-20}}", True),
        ("{created: {gte: -3d}}", True),
        ("{created: {gt: -72h}}", False),
        ("{renewal: {gt: $created}}", True),
        ("{mail: {free_mail: true}}", True),
        ("{mail: {disposable: false}}", True),
        ("{owner: {is: $$5}}", True),
        ("{any: [{vip: no}, {all: [{vip: true}, {size: 1200}]}]}", True),
    ],
)
def test_conditions(condition: str, answer: bool) -> None:
    """The operators, missing values and `$fields` of the page; now is three days after `created`, to the minute."""
    types, lead = cells(
        created="2026-11-20T10:00Z",
        country="DE",
        industry=" FinTech",
        spoken="EN; es",
        size="1,200",
        vip="y",
        renewal="2026-11-21",
        mail="A@GMAIL.com",
        owner="$5",
    )
    clock = Clock(datetime.fromisoformat(MONDAY), ZoneInfo("UTC"))
    assert holds(engine.parse(condition), lead_side(types, lead), lead, clock) is answer


def test_now_time_may_pass_midnight() -> None:
    """Both ends are included."""
    rules = "{rules: [{id: r, when: {now.time: {between: ['22:00', '06:00']}}, assign: {queue: night}}]}"
    for at, queue in (("22:00", "night"), ("06:00", "night"), ("06:01", "unassigned"), ("12:00", "unassigned")):
        assert taken(route(documents(rules, "{reps: []}"), leads(1), f"2026-11-23T{at}+00:00")) == queue


def test_a_rep_s_list_that_others_write_is_empty_not_missing() -> None:
    """`b` has no languages: none of them is es; the level of a skill that b lacks is missing."""
    rules = """{pools: {p: {who: {languages: {has_none: [es]}}}, q: {who: {skills.fintech: {lt: 3}}}},
      rules: [{id: one, when: {vip: true}, assign: {pool: q}}, {id: r, assign: {pool: p}}]}"""
    found = documents(rules, "{reps: [{id: a, languages: [es], skills: [fintech]}, {id: b}]}")
    assert taken(route(found, [{"id": "1"}, {"id": "2", "vip": "y"}])) == "b a"


def test_lookups_take_the_row_with_most_filled_keys_then_the_longest_prefix() -> None:
    """A blank key fits anything; a filled one never a missing value; a blank result is missing; else where nothing fits."""
    table = "country,language,area\nDE,1,short\nDE,10,long\n,,any\nGermany,,de\nNO,2,\n"
    rules = """{derive: {area: {lookup: t.csv, by: [country, language], prefix: [language], give: area, else: none}},
      rules: [{id: r, when: {area: {present: true}}, assign: {queue: found}}]}"""
    found = documents(rules, "{reps: []}", tables={"t.csv": table})
    batch = engine.Batch(found, datetime.fromisoformat(MONDAY), Standings())
    answers = []
    for country, language in (("de", "105"), ("de", "15"), ("DE", ""), ("US", "1"), ("NO", "22")):
        row, _, _ = fields.read_row(batch.leads, {"id": "1", "country": country, "language": language}, batch.clock)
        cell = batch.complete(row)["area"]
        answers.append(cell and cell.value)
    assert answers == ["long", "short", "de", "any", None]


def test_hash_and_domain_of() -> None:
    """SHA-256 of `L1` begins with these eight bytes; bbc.co.uk is registrable."""
    rules = "{derive: {bucket: {hash: id, into: 100}, domain: {domain_of: mail}}, rules: []}"
    batch = engine.Batch(documents(rules, "{reps: []}"), datetime.fromisoformat(MONDAY), Standings())
    row, _, _ = fields.read_row(batch.leads, {"id": " L1 ", "mail": "y@shop.bbc.co.uk"}, batch.clock)
    complete = batch.complete(row)
    assert complete["bucket"].value == 0xDFFE8596427FC50E % 100  # type: ignore[union-attr]
    assert complete["domain"].value == "bbc.co.uk"  # type: ignore[union-attr]


def test_rules_have_dates_and_can_be_off() -> None:
    """Both ends are included, on the routing clock."""
    rules = "{rules: [{id: off, enabled: false, assign: {queue: off}}, {id: r, from: 2026-11-24, to: 2026-11-25, assign: {queue: on}}]}"
    found = documents(rules, "{reps: []}", project="timezone: Asia/Kolkata")
    for at, queue in (("23T18:00", "unassigned"), ("23T19:00", "on"), ("25T18:00", "on"), ("25T19:00", "unassigned")):
        assert taken(route(found, leads(1), f"2026-11-{at}+00:00")) == queue
