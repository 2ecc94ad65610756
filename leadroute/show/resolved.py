"""The resolved view of a project: every default filled in, every reference followed, in words. Tables and JSON print these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from leadroute.language.operators import OPERATORS
from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import Headroom, Match, Pool, Rotation, Rule, Step, StepKind, Target, TargetKind, Term
from leadroute.model.span import Span
from leadroute.model.urls import masked
from leadroute.show import words

ENDS = frozenset({StepKind.QUEUE, StepKind.HOLD, StepKind.NEXT_RULE})
"""Steps that always take the lead, so that none after them is reached."""


@frozen
class RuleView:
    """A rule: whom it takes, where they go, and what happens when nobody there can take them (``then``, step by step)."""

    position: int
    id: str
    about: str
    owner: str
    enabled: bool
    keep_together: bool
    first_day: str | None
    last_day: str | None
    when: str
    to: str
    require: list[str]
    prefer: list[str]
    pick: str | None
    availability: str | None
    effort: str | None
    charge: list[str]
    then: list[str]
    respond_within: str | None
    file: str | None
    line: int | None


@frozen
class PoolView:
    """A pool: who is in it, who of them is active, how one is picked, what one finds on return, and where its leads go on to."""

    name: str
    who: str
    reps: list[str]
    active: list[str]
    pick: str
    rotation: str
    limits: str
    shifts: list[str]
    absence: str
    then: list[str]


@frozen
class RepView:
    """A rep: ``pools`` in the order of the rule files; limits, hours, holidays and leave in words."""

    id: str
    name: str
    email: str
    active: bool
    team: str | None
    pools: list[str]
    weight: str
    ramp: str
    limits: str
    load: str
    load_as_of: str | None
    timezone: str
    hours: str
    holidays: str | None
    away: list[str]
    calendar: str | None
    manager: str | None
    backup: str | None
    attributes: dict[str, str]


@frozen
class FieldView:
    """A field of a lead: its type, the columns it is read from, and how a cell of it is taken."""

    name: str
    type: str
    origin: str
    columns: list[str]
    notes: list[str]
    tests: list[str]


@frozen
class OperatorView:
    """A test: which types have it and what it takes."""

    name: str
    about: str
    types: list[str]
    takes: str
    fields_too: bool
    example: str


@frozen
class RotationView:
    """A turn order: the pools that turn in it, what splits it, what a turn costs, weights of its own, and what one finds on return."""

    key: str
    pools: list[str]
    by: str | None
    cost: str
    weights: dict[str, str]
    absence: str


@frozen
class RulesView:
    """The rules in the order in which they are read."""

    rules: list[RuleView]


@frozen
class RosterView:
    """The reps in roster order, and the pools in the order of the files."""

    reps: list[RepView]
    pools: list[PoolView]


@frozen
class FieldsView:
    """Declared fields, then derived ones in their order, then built-in ones."""

    fields: list[FieldView]


@frozen
class OperatorsView:
    """Every test of the language."""

    operators: list[OperatorView]


@frozen
class ConfigView:
    """What ``leadroute.yaml`` says, with its defaults."""

    name: str
    path: str
    rules: list[str]
    roster: str
    state: str
    timezone: str
    business_hours: str
    holidays: str | None
    id: str
    arrived: str | None
    order: list[str]
    missing: list[str]
    keep_together: str
    load: str
    queues: dict[str, str]
    default: list[str]
    rotations: list[RotationView]
    digest: str


View = RulesView | RosterView | FieldsView | OperatorsView | ConfigView

PARTS: Mapping[str, type[View]] = {
    "rules": RulesView,
    "roster": RosterView,
    "fields": FieldsView,
    "operators": OperatorsView,
    "config": ConfigView,
}
"""The topics and what a view of each consists of."""


def rules(project: Project) -> RulesView:
    """Every rule with its whole path."""
    return RulesView([_rule(project, number, rule) for number, rule in enumerate(project.rules, 1)])


def roster(project: Project) -> RosterView:
    """Every rep and every pool."""
    membership: dict[int, list[str]] = {}
    for pool in project.pools.values():
        for member in pool.members:
            membership.setdefault(member, []).append(pool.name)
    return RosterView([_rep(project, rep, membership.get(at, [])) for at, rep in enumerate(project.reps)], _pools(project))


def fields(project: Project) -> FieldsView:
    """Every field that a rule may name."""
    found = [
        FieldView(
            name=field.name,
            type=field.type.value,
            origin=field.origin,
            columns=list(field.headers) if field.origin == "declared" else [],
            notes=_notes(project, field),
            tests=[operator.name for operator in OPERATORS.values() if field.type in operator.types],
        )
        for field in project.fields.values()
    ]
    return FieldsView(found)


def operators() -> OperatorsView:
    """The registry of the language."""
    takes = {"one": "one value", "many": "one value or a list", "pair": "two values", "boolean": "true or false"}
    found = [
        OperatorView(
            name=operator.name,
            about=operator.about,
            types=[kind.value for kind in FieldType if kind in operator.types],
            takes=takes[operator.takes],
            fields_too=not operator.literals_only,
            example=operator.example,
        )
        for operator in OPERATORS.values()
    ]
    return OperatorsView(found)


def config(project: Project) -> ConfigView:
    """The project's settings."""
    return ConfigView(
        name=project.name,
        path=project.path,
        rules=list(project.rule_files),
        roster=project.roster_file,
        state=masked(project.state),
        timezone=project.timezone,
        business_hours=words.hours(project.business_hours),
        holidays=project.holidays.name if project.holidays is not None else None,
        id=project.id_field,
        arrived=project.arrived_field,
        order=[words.order(key) for key in project.order] or ["as in the file"],
        missing=sorted(project.missing - {""}),
        keep_together=words.keep_together(project.keep_together),
        load="roster" if project.fresh_load else "roster and ledger",
        queues={queue.name: ", ".join(filter(None, (queue.about, queue.owner))) for queue in project.queues.values()},
        default=[words.step(step) for step in project.default],
        rotations=[_rotation(project, rotation) for rotation in project.rotations.values() if not _is_own(rotation)],
        digest=project.digest,
    )


def path(project: Project, rule: Rule) -> list[str]:
    """What follows, step by step, when nobody at the rule's target can take a lead.

    The rule's own steps, those of its pool, the project's default; a step that always takes the lead ends the path.
    """
    if rule.assign.target.kind is TargetKind.QUEUE:
        return []
    taken: list[str] = []
    for step in _steps(project, rule):
        taken.append(step if isinstance(step, str) else words.step(step))
        if isinstance(step, Step) and step.kind in ENDS and (step.target is None or step.target.ref is None):
            break
    return taken


def _steps(project: Project, rule: Rule) -> Iterator[Step | str]:
    yield from rule.assign.otherwise
    target = rule.assign.target
    if target.kind is TargetKind.POOL:
        if target.name is None:
            yield "the steps of that pool"
        else:
            yield from project.pools[target.name].otherwise
    yield from project.default


VIEWS: Mapping[str, Callable[[Project], View]] = {"rules": rules, "roster": roster, "fields": fields, "config": config}
"""The topics that are a project's own."""


def _rule(project: Project, number: int, rule: Rule) -> RuleView:
    assign = rule.assign
    handed_out = assign.target.kind is not TargetKind.QUEUE
    charges = {"turn": assign.charge_turn, "limits": assign.charge_limits, "load": assign.charge_load}
    return RuleView(
        position=number,
        id=rule.id,
        about=rule.about,
        owner=rule.owner,
        enabled=rule.enabled,
        keep_together=rule.keep_together,
        first_day=words.day(rule.start) if rule.start is not None else None,
        last_day=words.day(rule.end) if rule.end is not None else None,
        when=words.condition(rule.when),
        to=words.target(assign.target),
        require=[words.condition(rung) for rung in assign.require],
        prefer=[term(one) for one in assign.prefer],
        pick=_pick(project, rule, assign.target),
        availability=words.availability(assign.availability) if handed_out else None,
        effort=(f"${assign.effort.ref}" if assign.effort.ref else assign.effort.text) if assign.effort else None,
        charge=[name for name, charged in charges.items() if charged] if handed_out else [],
        then=path(project, rule),
        respond_within=words.response(rule.respond) if rule.respond is not None else None,
        **_where(rule.span),
    )


def _pick(project: Project, rule: Rule, target: Target) -> str | None:
    if target.kind is not TargetKind.POOL:
        return None
    own: Pool | None = project.pools.get(target.name or "")
    chosen = rule.assign.pick or (own.pick if own is not None else None)
    return words.pick(chosen) if chosen is not None else "the pool's own"


def term(one: Term) -> str:
    """``certifications has pci, weight 2``."""
    value = one.value
    if isinstance(value, Match):
        text = words.condition(value.condition)
    elif isinstance(value, Headroom):
        text = "headroom"
    else:
        part = value.part if value.part_ref is None else f"${value.part_ref}"
        text = f"{value.attribute}{f'.{part}' if part else ''} out of {float(value.best):g}"
    when = f", when {words.condition(one.when)}" if one.when is not None else ""
    return f"{text}, weight {float(one.weight):g}{when}"


def _pools(project: Project) -> list[PoolView]:
    """Members are in roster order."""
    return [
        PoolView(
            name=pool.name,
            who=words.condition(pool.who) if pool.who is not None else "every active rep",
            reps=[project.reps[member].id for member in pool.members],
            active=[project.reps[member].id for member in pool.members if project.reps[member].active],
            pick=words.pick(pool.pick),
            rotation=_rotation_name(project.rotations[pool.rotation]),
            limits=words.limits(pool.limits),
            shifts=[words.shift(one, project.timezone, [project.reps[rep].id for rep in one.reps]) for one in pool.shifts or ()],
            absence=words.absence(project.rotations[pool.rotation].absence),
            then=[words.step(step) for step in pool.otherwise],
        )
        for pool in project.pools.values()
    ]


def _rep(project: Project, rep: Rep, in_pools: list[str]) -> RepView:
    return RepView(
        id=rep.id,
        name=rep.name,
        email=rep.email,
        active=rep.active,
        team=rep.team,
        pools=in_pools,
        weight=words.amount(rep.weight),
        ramp=words.ramp(rep.ramp),
        limits=words.limits(rep.limits),
        load=words.amount(rep.load),
        load_as_of=words.instant(rep.load_as_of) if rep.load_as_of is not None else None,
        timezone=rep.timezone,
        hours=words.hours(rep.hours),
        holidays=rep.holidays.name if rep.holidays is not None else None,
        away=[words.leave(away) for away in rep.away],
        calendar=rep.calendar.name if rep.calendar is not None else None,
        manager=project.reps[rep.manager].id if rep.manager is not None else None,
        backup=project.reps[rep.backup].id if rep.backup is not None else None,
        attributes=dict(rep.shown),
    )


def _notes(project: Project, field: Field) -> list[str]:
    """What is not the default about a field."""
    found = []
    if field.name == project.id_field:
        found.append("names the lead")
    if field.name == project.arrived_field:
        found.append("when it came in")
    found += [note for note in ("required", "optional", "exact") if getattr(field, note)]
    if field.decimal != ".":
        found.append(f"decimal {field.decimal}")
    if field.type is FieldType.LIST:
        found.append(f"separator {field.separator}")
    if field.format is not None:
        found.append(f"format {field.format}")
    return found


def _rotation(project: Project, rotation: Rotation) -> RotationView:
    cost = words.amount(rotation.cost)
    return RotationView(
        key=_rotation_name(rotation),
        pools=[pool.name for pool in project.pools.values() if pool.rotation == rotation.key],
        by=rotation.by,
        cost=f"${rotation.cost_of}, else {cost}" if rotation.cost_of is not None else cost,
        weights={rep: words.amount(weight) for rep, weight in rotation.weights},
        absence=words.absence(rotation.absence),
    )


def _rotation_name(rotation: Rotation) -> str:
    return "its own" if _is_own(rotation) else rotation.key


def _is_own(rotation: Rotation) -> bool:
    """Whether nobody declared it: the turn order of one pool."""
    return rotation.key.startswith("pool:")


def _where(span: Span | None) -> dict[str, Any]:
    return {"file": span.file if span else None, "line": span.line if span else None}
