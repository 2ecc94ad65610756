"""Amounts, hours, conditions and steps in words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from leadroute.model.condition import All, Any, Condition, Not, Operand, Subject
from leadroute.model.condition import Test as OneTest
from leadroute.model.fields import FieldType
from leadroute.model.limits import DAILY, Limit, Limits
from leadroute.model.project import OrderKey
from leadroute.model.roster import Away, Hours, Ramp, Shift
from leadroute.model.rules import (
    MILLION,
    Availability,
    AvailabilityKind,
    OnCall,
    Pick,
    PickKind,
    Step,
    StepKind,
    Target,
    TargetKind,
)
from leadroute.show import words

DAY = 24 * 60
HOUR = 3_600 * MILLION


@pytest.mark.parametrize(("millionths", "text"), [(40 * MILLION, "40"), (250_000, "0.25"), (1, "0.000001"), (0, "0"), (-MILLION, "-1")])
def test_amounts_are_exact(millionths: int, text: str) -> None:
    """No zeros behind the point, none lost before it."""
    assert words.amount(millionths) == text


@pytest.mark.parametrize(("micros", "text"), [(4 * HOUR, "4h"), (90 * 60 * MILLION, "90m"), (48 * HOUR, "2d"), (0, "0s"), (MILLION, "1s")])
def test_durations_have_the_largest_unit_that_fits(micros: int, text: str) -> None:
    """As they are written in rules."""
    assert words.duration(micros) == text


@pytest.mark.parametrize(
    ("shifts", "text"),
    [
        (None, "always"),
        ([], "never"),
        ([(day * DAY + 540, day * DAY + 1080) for day in range(5)], "mon-fri 09:00-18:00"),
        ([(540, 750), (810, 1050), (DAY + 540, DAY + 750), (DAY + 810, DAY + 1050)], "mon-tue 09:00-12:30 13:30-17:30"),
        ([(540, 1080), (2 * DAY + 540, 2 * DAY + 1080)], "mon 09:00-18:00, wed 09:00-18:00"),
        ([(6 * DAY + 1320, 7 * DAY + 360)], "sun 22:00-06:00"),
        ([(DAY, 2 * DAY)], "tue 00:00-24:00"),
    ],
)
def test_hours_join_days_that_are_alike(shifts: list[tuple[int, int]] | None, text: str) -> None:
    """Runs of days with the same times, breaks kept."""
    assert words.hours(None if shifts is None else Hours(tuple(Shift(*shift) for shift in shifts))) == text


def test_limits_leave_and_ramp() -> None:
    """Only the limits that there are; both ends of a leave; a ramp by its dates."""
    assert words.limits(Limits()) == ""
    assert words.limits(Limits(2_500_000, (Limit(8_000_000, DAILY),))) == "2.5 open, 8 a day"
    day = 24 * HOUR
    assert words.leave(Away(0, day)) == "1970-01-01"
    assert words.leave(Away(0, 3 * day, "pto")) == "1970-01-01 to 1970-01-03 pto"
    assert words.leave(Away(day // 2, day)) == "1970-01-01 12:00 to 1970-01-02 00:00"
    assert words.shift(OnCall(5 * day // 24, 29 * day // 24, (0,)), "America/New_York", ["ann", "bob"]) == "1970-01-01: ann, bob"
    assert words.shift(OnCall(0, day, ()), "UTC", []) == "1970-01-01: nobody"
    assert words.ramp(Ramp(0, 31, Fraction(1, 4))) == "0.25 until 1970-01-01, rising to 1 on 1970-02-01"
    assert words.ramp(None) == ""


def test_orders_say_who_comes_first() -> None:
    """A tier is ordered by its rank."""
    keys = [OrderKey("score", descending=True), OrderKey("created_at"), OrderKey("tier"), OrderKey("tier", descending=True)]
    assert [words.order(key) for key in keys] == [
        "score, largest first",
        "created_at, smallest first",
        "tier, highest first",
        "tier, lowest first",
    ]


def a_test(name: str, op: str, *operands: Operand, part: str | None = None, part_ref: str | None = None) -> OneTest:
    return OneTest(Subject(name, FieldType.STRING, part, part_ref), op, operands)


FINTECH = a_test("industry", "is", Operand("fintech", "fintech"))
LARGE = a_test("employees", "between", Operand("10", 10), Operand("49", 49))
MAIL = a_test("email", "free_mail", Operand("false", False))


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (None, "always"),
        (All(()), "always"),
        (Any(()), "never"),
        (FINTECH, "industry is fintech"),
        (a_test("industry", "in", Operand("a", "a"), Operand("b", ref="b")), "industry is one of a, $b"),
        (LARGE, "employees is between 10 and 49"),
        (MAIL, "email is not from a free-mail provider"),
        (a_test("owner", "present", Operand("true", True)), "owner is present"),
        (a_test("skills", "gte", Operand("3", 3), part="fintech"), "skills.fintech is at least 3"),
        (a_test("skills", "gte", Operand("3", 3), part_ref="industry"), "skills.$industry is at least 3"),
        (All((FINTECH, LARGE)), "industry is fintech; employees is between 10 and 49"),
        (
            All((FINTECH, Any((LARGE, MAIL)))),
            "industry is fintech; (employees is between 10 and 49 or email is not from a free-mail provider)",
        ),
        (
            Any((All((FINTECH, LARGE)), MAIL)),
            "(industry is fintech; employees is between 10 and 49) or email is not from a free-mail provider",
        ),
        (Not(FINTECH), "not (industry is fintech)"),
        (Any((All((FINTECH,)), MAIL)), "industry is fintech or email is not from a free-mail provider"),
    ],
)
def test_conditions_are_one_line(condition: Condition | None, text: str) -> None:
    """Brackets only where they change the meaning."""
    assert words.condition(condition) == text


def test_steps_say_what_they_replace() -> None:
    """A step of its own requirement, availability or pick names them."""
    own = Step(
        StepKind.POOL,
        Target(TargetKind.POOL, "smb"),
        require=(),
        availability=Availability(AvailabilityKind.WITHIN, 4 * HOUR),
        pick=Pick(PickKind.BEST_FIT, 50_000_000),
    )
    assert words.step(own) == "pool smb (require nothing, availability within 4h, best_fit (margin 0.05))"
    assert words.step(Step(StepKind.REP, Target(TargetKind.REP, ref="owner"))) == "rep $owner"
    assert [words.step(Step(kind)) for kind in (StepKind.BACKUP, StepKind.MANAGER, StepKind.NEXT_RULE, StepKind.HOLD)] == [
        "their backup",
        "their manager",
        "next rule",
        "hold",
    ]
