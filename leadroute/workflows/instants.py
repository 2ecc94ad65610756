"""Which tests need an instant: those whose leads would be decided otherwise on another day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from leadroute.model.clock import Clock
from leadroute.model.examples import Example, Stage
from leadroute.model.rules import AvailabilityKind
from leadroute.workflows.coverage import fallbacks

if TYPE_CHECKING:
    from leadroute.model.condition import Condition
    from leadroute.model.project import Project
    from leadroute.model.rules import Availability
    from leadroute.routing.router import Router

_ROSTER_TIMES = ("away", "calendar", "holidays", "ramp")


def fields_of(project: Project, example: Example, stage: Stage, router: Router | None = None) -> frozenset[str]:
    """The fields that an example reads up to a stage of routing, and those of which something is expected."""
    from leadroute.language.references import references
    from leadroute.model.standings import Standings
    from leadroute.routing.router import Router

    asked = frozenset[str]().union(*(references(one.condition) for one in example.expect if one.condition is not None))
    if stage is Stage.DECIDE:
        return asked | (router or Router(project, Standings(), Clock(example.at or 0, project.timezone))).fields
    if stage is Stage.MATCH:
        return asked.union(*(references(rule.when) for rule in project.rules if rule.when is not None))
    return asked


def reads_clock(project: Project, example: Example) -> str | None:
    """What makes the decision of an example depend on the instant, in words; ``None`` when nothing does."""
    from leadroute.language.references import gives
    from leadroute.leads.reader import needs

    stage = example.stage
    dated = next((rule.id for rule in project.rules if rule.start is not None or rule.end is not None), None)
    if dated is not None and stage is not Stage.DERIVE:
        return f"rule `{dated}` has dates"
    needed = needs(project, fields_of(project, example, stage), example.given)
    name = next((name for name in sorted(needed.builtin) if name.startswith(("now.", "local."))), None)
    if name is not None:
        return f"`{name}` is asked"
    steps = {field.name for step in needed.steps for field in gives(step)}
    if any(_is_ago(condition) for condition in _conditions(project, example, steps, score=needed.score)):
        return "a condition counts from now"
    if stage is not Stage.DECIDE:
        return None
    for rep in project.reps:
        what = next((name for name in _ROSTER_TIMES if getattr(rep, name)), None)
        if what is not None:
            return f"rep `{rep.id}` has `{what}`"
    kinds = {one.kind for one in _availabilities(project)}
    if kinds & {AvailabilityKind.WORKING, AvailabilityKind.WITHIN}:
        return "`availability` asks who works"
    shifted = next((pool.name for pool in project.pools.values() if pool.shifts is not None), None)
    return None if shifted is None else f"pool `{shifted}` has shifts"


def _is_ago(condition: Condition) -> bool:
    from leadroute.language.references import tests
    from leadroute.model.condition import Ago

    return any(isinstance(operand.value, Ago) for test in tests(condition) for operand in test.operands)


def _conditions(project: Project, example: Example, steps: Collection[str], *, score: bool) -> Iterator[Condition]:
    """The conditions that are asked; ``steps`` names the derived fields that are worked out, ``score`` says whether the score is."""
    from leadroute.model.derive import Cases

    yield from (one.condition for one in example.expect if one.condition is not None)
    for derived in project.derive:
        if isinstance(derived, Cases) and derived.field.name in steps:
            yield from (when for when, _ in derived.cases)
    if project.score is not None and score:
        yield from (points.when for points in project.score.points)
    if example.stage is Stage.DERIVE:
        return
    yield from (rule.when for rule in project.rules if rule.when is not None)
    if example.stage is Stage.MATCH:
        return
    for rule in project.rules:
        yield from rule.assign.require
        yield from (term.when for term in rule.assign.prefer if term.when is not None)
    for step in fallbacks(project):
        yield from step.require or ()
    for limits in project.limits:
        yield from (limit.measure.when for limit in limits.measured if limit.measure.when is not None)


def _availabilities(project: Project) -> Iterator[Availability]:
    yield from (rule.assign.availability for rule in project.rules)
    yield from (step.availability for step in fallbacks(project) if step.availability is not None)
