"""Amounts, days, hours, conditions and steps in words: what tables, trees and JSON have in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from leadroute.language.operators import OPERATORS
from leadroute.model.clock import EPOCH, duration, wall
from leadroute.model.condition import All, Any, Condition, Operand, Subject, Test
from leadroute.model.limits import Limit, Limits, WindowKind
from leadroute.model.project import OrderKey
from leadroute.model.roster import Away, Hours, Ramp
from leadroute.model.rules import (
    BILLION,
    MILLION,
    Availability,
    AvailabilityKind,
    CatchUp,
    OnCall,
    Pick,
    PickKind,
    Response,
    ReturnPolicy,
    Step,
    StepKind,
    Target,
)
from leadroute.model.together import KeepTogether

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60


def amount(millionths: int) -> str:
    """Millionths as a person writes them: ``40``, ``0.25``."""
    return f"{millionths / MILLION:.6f}".rstrip("0").rstrip(".")


def day(number: int) -> str:
    """A day since the epoch as an ISO date."""
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


def keep_together(of: KeepTogether | None) -> str:
    """``by company, then email, for 90d; when the rep is away: reassign``; ``no``."""
    if of is None:
        return "no"
    return f"by {', then '.join(of.by)}, for {duration(of.span)}; when the rep is away: {of.unavailable.value}"


def response(of: Response) -> str:
    """``5m of the rep's working time, 3 tries, reminder 2m before, then: manager; queue review``."""
    parts = [duration(of.time) + (" of the rep's working time" if of.working else "")]
    if of.tries is not None:
        parts.append(f"{of.tries} {'try' if of.tries == 1 else 'tries'}")
    if of.remind:
        parts.append(f"reminder {duration(of.remind)} before")
    if of.give_back:
        parts.append("the turn is given back")
    return ", ".join(parts) + (f", then: {'; '.join(step(one) for one in of.then)}" if of.then else "")


def instant(micros: int) -> str:
    """A moment in UTC: ``2026-11-23T13:00Z``."""
    shown = EPOCH + timedelta(microseconds=micros)
    return shown.isoformat(timespec="minutes" if not (shown.second or shown.microsecond) else "auto").replace("+00:00", "Z")


def hours(weekly: Hours | None) -> str:
    """``mon-fri 09:00-12:30 13:30-17:30, sat 10:00-14:00``; ``always``, ``never``."""
    if weekly is None:
        return "always"
    by_day: dict[int, list[str]] = {}
    for shift in weekly.shifts:
        by_day.setdefault(shift.start // DAY, []).append(f"{_time(shift.start)}-{_time(shift.end, midnight='24:00')}")
    runs: list[tuple[int, int, str]] = []
    for weekday, times in sorted(by_day.items()):
        text = " ".join(times)
        if runs and runs[-1][1] == weekday - 1 and runs[-1][2] == text:
            runs[-1] = (runs[-1][0], weekday, text)
        else:
            runs.append((weekday, weekday, text))
    return ", ".join(f"{DAYS[a] if a == b else f'{DAYS[a]}-{DAYS[b]}'} {text}" for a, b, text in runs) or "never"


def limits(of: Limits) -> str:
    """``40 open, 8 a day, 3 in 4h when tier is hot``; empty without a limit."""
    parts = [f"{amount(of.open)} open"] if of.open is not None else []
    parts.extend(limit(one) for one in of.within)
    return ", ".join(parts)


def limit(of: Limit) -> str:
    """``8 a day``, ``50000 of deal_value a week when tier is hot``."""
    what = f"{amount(of.most)} of {of.measure.of}" if of.measure.of is not None else amount(of.most)
    when = f" when {condition(of.measure.when)}" if of.measure.when is not None else ""
    every = (
        f"in {of.window.key}"
        if of.window.kind is WindowKind.ROLLING
        else f"an {of.window.key}"
        if of.window.kind is WindowKind.HOUR
        else f"a {of.window.key}"
    )
    return f"{what} {every}{when}"


def leave(away: Away) -> str:
    """``2026-11-24 to 2026-11-28 pto``: both days included."""
    return f"{_period(away.start, away.end)} {away.why}".strip()


def shift(of: OnCall, timezone: str, reps: Sequence[str]) -> str:
    """``2026-11-28 to 2026-11-29: ann, bob``: both days included, on the routing clock."""
    return f"{_period(wall(of.start, timezone), wall(of.end, timezone))}: {', '.join(reps) or 'nobody'}"


def ramp(of: Ramp | None) -> str:
    """``0.25 on 2026-11-01, rising to 1 on 2027-01-31``."""
    return f"{float(of.start):g} until {day(of.first)}, rising to 1 on {day(of.last)}" if of else ""


def order(key: OrderKey) -> str:
    """``score, largest first``; a tier has its own order."""
    if key.field == "tier":
        return f"tier, {'lowest' if key.descending else 'highest'} first"
    return f"{key.field}, {'largest' if key.descending else 'smallest'} first"


def pick(how: Pick) -> str:
    """``round_robin``, ``best_fit (margin 0.05)``."""
    if how.kind is PickKind.BEST_FIT and how.margin:
        return f"best_fit (margin {how.margin / BILLION:g})"
    return how.kind.value


def absence(policy: ReturnPolicy) -> str:
    """``keep_place``, ``catch_up (5 turns at most, within 14d)``, ``leave keep_place, hours catch_up, limit keep_place``."""
    by_reason = {reason: _catch_up(policy.after(reason)) for reason in ("leave", "hours", "limit")}
    said = set(by_reason.values())
    return said.pop() if len(said) == 1 else ", ".join(f"{reason} {what}" for reason, what in by_reason.items())


def _catch_up(how: CatchUp | None) -> str:
    if how is None:
        return "keep_place"
    bounds = [f"{amount(how.most)} {'turn' if how.most == MILLION else 'turns'} at most"] if how.most is not None else []
    bounds += [f"within {duration(how.within)}"] if how.within is not None else []
    bounds += [f"one lead in {how.every}"] if how.every > 1 else []
    return f"catch_up ({', '.join(bounds)})" if bounds else "catch_up"


def availability(asked: Availability) -> str:
    """``not_away``, ``within 4h``."""
    return f"within {duration(asked.within)}" if asked.kind is AvailabilityKind.WITHIN else asked.kind.value


def target(of: Target) -> str:
    """``pool enterprise_na``, ``rep $account_owner``."""
    return f"{of.kind.value} {of.name if of.ref is None else f'${of.ref}'}"


def step(of: Step) -> str:
    """One step of a fallback path, with what it replaces of the rule's."""
    words = {StepKind.NEXT_RULE: "next rule", StepKind.BACKUP: "their backup", StepKind.MANAGER: "their manager"}
    text = target(of.target) if of.target is not None else words.get(of.kind, of.kind.value)
    own = []
    if of.require is not None:
        own.append("require " + (" or else ".join(condition(rung) for rung in of.require) or "nothing"))
    if of.availability is not None:
        own.append(f"availability {availability(of.availability)}")
    if of.pick is not None:
        own.append(pick(of.pick))
    return f"{text} ({', '.join(own)})" if own else text


def condition(of: Condition | None) -> str:
    """A condition in one line: ``segment is enterprise; industry is one of fintech, insurance``."""
    if of is None:
        return "always"
    if isinstance(of, Test):
        return _test(of)
    if isinstance(of, All):
        return "; ".join(_part(part) for part in of.parts) or "always"
    if isinstance(of, Any):
        return " or ".join(_part(part) for part in of.parts) or "never"
    return f"not ({condition(of.part)})"


def _part(of: Condition) -> str:
    """A part inside all or any: in brackets where it has several parts itself."""
    return f"({condition(of)})" if isinstance(of, All | Any) and len(of.parts) > 1 else condition(of)


def _test(of: Test) -> str:
    operator = OPERATORS[of.op]
    subject = _subject(of.subject)
    if operator.takes == "boolean":
        return f"{subject} {operator.words if of.operands[0].value else operator.opposite}"
    joint = " and " if operator.takes == "pair" else ", "
    return f"{subject} {operator.words} {joint.join(_operand(operand) for operand in of.operands)}"


def _subject(of: Subject) -> str:
    part = of.part if of.part_ref is None else f"${of.part_ref}"
    return of.name if part is None else f"{of.name}.{part}"


def _operand(of: Operand) -> str:
    return f"${of.text}" if of.ref is not None else of.text


def _time(minute: int, midnight: str = "00:00") -> str:
    within = minute % DAY
    return f"{within // 60:02}:{within % 60:02}" if within else midnight


def _period(start: int, end: int) -> str:
    """Whole days by their dates, both included; else from moment to moment (microseconds on a wall)."""
    first, last = _moment(start), _moment(end)
    if first.time() != last.time() or first.time() != time():
        return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"
    last -= timedelta(days=1)
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _moment(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
