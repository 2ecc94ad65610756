"""Whether the limits of people and pools let through what is expected to come."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from fractions import Fraction

from leadroute.model.clock import DAY
from leadroute.model.frozen import frozen
from leadroute.model.limits import Limits, Window, WindowKind
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import MILLION, Pool
from leadroute.proofs.findings import Findings
from leadroute.proofs.people import Way

_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:/|per )\s*(hour|day|week|month)")
_DAYS = {"hour": Fraction(1, 24), "day": Fraction(1), "week": Fraction(7), "month": Fraction(30)}


@frozen
class Forecast:
    """What is expected: ``leads`` a day in all, and a day by rule id where a file of past leads says so; ``words`` say where it is from."""

    leads: Fraction
    words: str
    by_rule: Mapping[str, Fraction] = field(default_factory=dict)


def rate(text: str) -> Forecast | None:
    """``400/day``, ``60 per hour``; ``None`` for another text."""
    found = _RATE.fullmatch(text.strip().lower())
    return None if found is None else Forecast(Fraction(found[1]) / _DAYS[found[2]], f"`--forecast {text.strip()}`")


def short(ways: Sequence[Way], forecast: Forecast, findings: Findings) -> None:
    """Report what is expected to be more than limits allow: of everybody, and of the pools that rules with past leads name first."""
    project = findings.project
    people = {member for way in ways for one in way.route.tries for member in one.members}
    everybody = _sum([_most(project.reps[member], project) for member in sorted(people)])
    if everybody is not None and everybody < forecast.leads:
        findings.add(
            "short-of-capacity",
            f"limits let {_shown(everybody)} leads a day through, and {_shown(forecast.leads)} are expected ({forecast.words})",
            None,
            help="raise limits, add people, or say with `hold` that the rest waits",
            about=(),
        )
    expected: dict[str, Fraction] = {}
    for rule in {way.rule.id: way.rule for way in ways}.values():
        name = rule.assign.target.name
        if name is not None and name in project.pools and rule.id in forecast.by_rule:
            expected[name] = expected.get(name, Fraction(0)) + forecast.by_rule[rule.id]
    for name, leads in expected.items():
        pool = project.pools[name]
        room = _sum([_least(rep.limits, pool) for rep in _active(project, pool)])
        if room is not None and room < leads:
            findings.add(
                "short-of-capacity",
                f"pool `{name}` can take {_shown(room)} leads a day, and {_shown(leads)} are expected ({forecast.words})",
                pool.span,
                help="raise its limits, add people, or give it a fallback",
                pool=name,
                about=(),
            )


def _active(project: Project, pool: Pool) -> list[Rep]:
    return [project.reps[member] for member in pool.members if project.reps[member].active]


def _most(rep: Rep, project: Project) -> Fraction | None:
    """What a rep can get a day: by their own limit, and by those of all their pools together."""
    at = project.reps.index(rep)
    pools = [_daily(pool.limits) for pool in project.pools.values() if at in pool.members]
    return min((one for one in (_daily(rep.limits), _sum(pools)) if one is not None), default=None)


def _least(own: Limits, pool: Pool) -> Fraction | None:
    return min((one for one in (_daily(own), _daily(pool.limits)) if one is not None), default=None)


def _daily(limits: Limits) -> Fraction | None:
    """Leads a day in the long run, by the tightest limit on all leads; ``None``: no limit."""
    return min((Fraction(limit.most, MILLION) / _length(limit.window) for limit in limits.plain), default=None)


def _length(window: Window) -> Fraction:
    """How many days a window has."""
    return Fraction(window.length, DAY) if window.kind is WindowKind.ROLLING else _DAYS[window.kind.value]


def _sum(parts: Sequence[Fraction | None]) -> Fraction | None:
    """All together; ``None`` where one is without a limit, or there is none."""
    known = [one for one in parts if one is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(parts) else None


def _shown(leads: Fraction) -> str:
    return f"{float(leads):,.1f}".removesuffix(".0")
