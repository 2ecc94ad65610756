"""Limits of reps and pools: the short form and the long one."""

from __future__ import annotations

from pathlib import Path

from leadroute import project
from leadroute.model.clock import HOUR
from leadroute.model.limits import DAILY, LEADS, Limit, Limits, Window, WindowKind
from tests.project.world import RULES, good, write

HEAD = "version: 1\nreps:\n  - {id: ann, team: smb, region: na, limits: "
MILLION = 1_000_000


def of_ann(folder: Path, text: str) -> Limits:
    return good(folder, roster=f"{HEAD}{text}}}\n").reps[0].limits


def test_the_short_form_names_windows(tmp_path: Path) -> None:
    """Hour, day, week and month beside open leads, in the order written."""
    found = of_ann(tmp_path, "{open: 2.5, per_month: 90, per_hour: 2, per_week: 30, per_day: 8}")
    assert found.open == 2_500_000
    assert [(limit.most // MILLION, limit.window.key, limit.measure) for limit in found.within] == [
        (90, "month", LEADS),
        (2, "hour", LEADS),
        (30, "week", LEADS),
        (8, "day", LEADS),
    ]


def test_the_long_form_says_the_same(tmp_path: Path) -> None:
    """A list of ``max`` and ``per`` without conditions is what the short form says; the tightest open limit counts."""
    short = of_ann(tmp_path, "{open: 4, per_day: 8}")
    assert of_ann(tmp_path, "[{max: 5, per: open}, {max: 8, per: day}, {max: 4, per: open}]") == short
    assert short == Limits(4 * MILLION, (Limit(8 * MILLION, DAILY),))


def test_a_limit_may_roll_and_add_up_a_number(tmp_path: Path) -> None:
    """``per`` is a span, ``when`` a condition on the lead, ``of`` a number field."""
    found = of_ann(tmp_path, "[{max: 3, per: 240m, when: {country: us}}, {max: 1000.5, per: week, of: $deal_value}]")
    hot, value = found.within
    assert (hot.most, hot.window, hot.window.key, hot.measure.of) == (3 * MILLION, Window(WindowKind.ROLLING, 4 * HOUR), "4h", None)
    assert (value.most, value.window.key, value.measure.when, value.measure.of) == (1_000_500_000, "week", None, "deal_value")
    assert (found.plain, found.measured) == ((), (hot, value))


def test_measures_that_say_the_same_are_one(tmp_path: Path) -> None:
    """Of reps and pools, however they are written: one object, one key."""
    roster = (
        f"{HEAD}[{{max: 3, per: 4h, when: {{country: us, source: Web}}}}]}}\n"
        "  - {id: bob, team: smb, region: na, limits: [{max: 9, per: day, when: {source: web, country: USA}}]}\n"
    )
    rules = RULES.replace("{who: {team: smb}}", "{limits: [{max: 1, per: hour, of: $employees, when: {source: web, country: us}}]}")
    made = good(tmp_path, roster=roster, rules=rules)
    (ann,), (bob,) = (rep.limits.within for rep in made.reps)
    (pool,) = made.pools["smb"].limits.within
    assert ann.measure is bob.measure
    assert pool.measure.when is ann.measure.when
    assert pool.measure.key != ann.measure.key


def test_conditions_may_use_derived_fields_and_the_score(tmp_path: Path) -> None:
    """The roster is read first, and knows all fields all the same."""
    more = "derive: {big: {cases: [{when: {employees: {gt: 9}}, then: big}]}}\n"
    more += "score: {points: [{when: {big: big}, add: 5}], tiers: {hot: 5, cold: 0}}"
    roster = f"{HEAD}[{{max: 1, per: day, when: {{tier: hot, big: big}}}}]}}\n"
    made = good(tmp_path, roster=roster, rules=RULES.replace("rules:", f"{more}\nrules:"))
    assert len(made.reps[0].limits.measured) == 1


def test_findings_name_the_rep_or_the_pool(tmp_path: Path) -> None:
    """What is wrong with limits says whose they are, at the place where it stands."""
    rules = RULES.replace("who: {region: na}", "who: {region: na}, limits: {per_hour: 9, per_day: 8}")
    roster = f"{HEAD}[{{max: 3, per: day, of: $company}}]}}\n"
    found = project.load(write(tmp_path, roster=roster, rules=rules)).diagnostics
    assert [(item.name, item.rep, item.pool) for item in found] == [("odd-limit", None, "na"), ("type-mismatch", "ann", None)]
    assert [item.span.line for item in found if item.span] == [4, 3]


def test_a_week_may_have_more_than_its_month(tmp_path: Path) -> None:
    """Weeks lie across the ends of months, and what rolls across everything: neither is called odd."""
    text = "[{max: 9, per: week}, {max: 8, per: month}, {max: 9, per: 1h}, {max: 9, per: day, when: {country: us}}]"
    found = project.load(write(tmp_path, roster=f"{HEAD}{text}}}\n")).diagnostics
    assert [item.message for item in found] == []
