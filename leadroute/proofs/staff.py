"""Who could get the leads of a rule, and which leads: the rule's chain, with literals for what it asks of a lead.

Whether somebody is there or has room is no part of it: that passes. What remains is what is permanent: the steps, and ``require``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from leadroute.language.references import Leaf, borrowed, leaf_key, tests
from leadroute.language.scalar import rep_holds, rep_test
from leadroute.language.text import compared
from leadroute.model.condition import All, Any, Condition, LeadValues, Test
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import Availability, Rule, Step, StepKind, Target, TargetKind
from leadroute.proofs.formula import FALSE, TRUE, Literal
from leadroute.proofs.partition import Items, Texts
from leadroute.proofs.space import LeadSpace
from leadroute.proofs.witness import Replayed
from leadroute.routing.targets import Directory

_ANY_ITEM = frozenset({"has_any", "in"})
_EVERY_ITEM = frozenset({"has_all", "has_none", "not_in"})
"""What an operator says of a ``$list`` follows from what it says of its items."""


@dataclass(frozen=True, slots=True)
class Try:
    """One place in a chain: a pool, or a named person.

    ``could`` gives, for each active rep who may ever get a lead here (a position in the roster), the literal that the lead asks nothing
    of them that they lack. ``rungs`` are the requirements. ``ref`` is the lead's field that names the pool or person, where one does; for
    a person ``named`` is then the literal that it names anybody, and ``could`` is empty, since it may be anybody.
    """

    pool: str | None
    could: tuple[tuple[int, Literal], ...]
    rungs: tuple[Condition, ...]
    availability: Availability
    named: Literal = FALSE
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A chain for the leads for which ``when`` holds (a field may name the pool).

    It ends in ``queue``, or the lead is held (``None``), or goes on to the next rule (``lets_go``). ``by_default`` says that nobody wrote
    that end down for the rule: the project's default takes over.
    """

    when: Literal
    tries: tuple[Try, ...]
    queue: str | None
    by_default: bool
    lets_go: bool = False


def survey_staff(space: LeadSpace, number: int = 0) -> None:
    """Tell a space what chains read of a lead; to be passed to ``Prover`` as ``prepare``."""
    project = space.projects[number]
    for rule in project.rules:
        if rule.enabled:
            for condition in _requirements(rule, project):
                if borrowed(condition):
                    space.survey.people(number, condition, project.reps)
            for target in _targets(rule, project):
                if target.ref is not None and target.kind is TargetKind.POOL:
                    space.survey.named(number, target.ref, project.pools)


def _requirements(rule: Rule, project: Project) -> Iterator[Condition]:
    yield from rule.assign.require
    for step in (*rule.assign.otherwise, *(step for pool in project.pools.values() for step in pool.otherwise)):
        yield from step.require or ()


def _targets(rule: Rule, project: Project) -> Iterator[Target]:
    yield rule.assign.target
    for step in (*rule.assign.otherwise, *(step for pool in project.pools.values() for step in pool.otherwise)):
        if step.target is not None:
            yield step.target


class Staff:
    """The chains of a project's rules."""

    def __init__(self, space: LeadSpace, number: int = 0) -> None:
        self.space = space
        self.number = number
        self.project = space.projects[number]
        self.directory = Directory(self.project)
        self._keys: dict[int, tuple[Test, Leaf, tuple[str, ...]]] = {}
        self._tests: dict[tuple[object, ...], Literal] = {}
        self._could: dict[tuple[object, ...], tuple[tuple[int, Literal], ...]] = {}

    def routes(self, rule: Rule) -> tuple[Route, ...]:
        """The rule's chains: one, or one for each pool that a field may name and one for when it names none."""
        target = rule.assign.target
        first = Step(StepKind(target.kind.value), target)
        if target.kind is not TargetKind.POOL:
            return (self._route(rule, TRUE, [first, *rule.assign.otherwise], None),)
        if target.ref is None:
            pool = self.project.pools[target.name or ""]
            return (self._route(rule, TRUE, [first, *rule.assign.otherwise, *pool.otherwise], target.name),)
        found = []
        rest: list[Literal] = []
        for name, pool in self.project.pools.items():
            when = self.space.partition(target.ref, self.number).at(compared(name))
            rest.append(-when)
            found.append(self._route(rule, when, [first, *rule.assign.otherwise, *pool.otherwise], name))
        none = self.space.formula.all_of(rest)
        return (*found, self._route(rule, none, list(rule.assign.otherwise), None))

    def fulfils(self, condition: Condition, rep: Rep) -> Literal:
        """The literal that a lead asks of a rep what the condition says and they have."""
        formula = self.space.formula
        if isinstance(condition, Test):
            return self._test(condition, rep)
        if isinstance(condition, All):
            return formula.all_of(self.fulfils(part, rep) for part in condition.parts)
        if isinstance(condition, Any):
            return formula.any_of(self.fulfils(part, rep) for part in condition.parts)
        return -self.fulfils(condition.part, rep)

    def meets(self, rungs: Sequence[Condition], rep: Rep) -> Literal:
        """The literal that a rep fulfils one of the rungs; none: always."""
        return self.space.formula.any_of(self.fulfils(rung, rep) for rung in rungs) if rungs else TRUE

    def _route(self, rule: Rule, when: Literal, steps: Sequence[Step], own: str | None) -> Route:
        tries: list[Try] = []
        person: int | None = None
        for at, step in enumerate([*steps, *self.project.default]):
            by_default = at >= len(steps)
            if step.kind is StepKind.NEXT_RULE:
                return Route(when, tuple(tries), None, by_default=False, lets_go=True)
            if step.kind is StepKind.QUEUE and step.target is not None:
                return Route(when, tuple(tries), step.target.name, by_default)
            if step.kind is StepKind.HOLD:
                return Route(when, tuple(tries), None, by_default)
            if step.kind is StepKind.POOL and step.target is not None:
                names = [step.target.name] if step.target.name is not None else [own] if at == 0 else list(self.project.pools)
                tries += [self._pool(rule, step, name, at) for name in names if name is not None]
            elif step.kind is StepKind.REP and step.target is not None:
                found = self._rep(rule, step)
                tries.append(found)
                person = None if step.target.name is None else self.directory.rep(step.target.name)
            elif person is not None:
                people = self._backups(person) if step.kind is StepKind.BACKUP else [self.project.reps[person].manager]
                tries.append(self._people(rule, step, [one for one in people if one is not None]))
        raise AssertionError("a chain ends in a queue")

    def _pool(self, rule: Rule, step: Step, name: str, at: int) -> Try:
        """A pool; where a later step's field names it, it may be any, and what it asks is asked under that."""
        rungs = rule.assign.require if step.require is None else step.require
        could = self._members(self.project.pools[name].members, rungs)
        ref = step.target.ref if step.target is not None else None
        if at > 0 and ref is not None:
            chosen = self.space.partition(ref, self.number).at(compared(name))
            could = tuple((rep, self.space.formula.all_of([chosen, literal])) for rep, literal in could)
        return Try(name, could, rungs, step.availability or rule.assign.availability, ref=ref)

    def _rep(self, rule: Rule, step: Step) -> Try:
        target = step.target
        if target is not None and target.name is not None:
            rep = self.directory.rep(target.name)
            return self._people(rule, step, [] if rep is None else [rep])
        rungs = rule.assign.require if step.require is None else step.require
        ref = (target.ref if target is not None else None) or ""
        return Try(None, (), rungs, step.availability or rule.assign.availability, self._names_anybody(ref), ref)

    def _people(self, rule: Rule, step: Step, people: Sequence[int]) -> Try:
        rungs = rule.assign.require if step.require is None else step.require
        return Try(None, self._members(tuple(people), rungs), rungs, step.availability or rule.assign.availability)

    def _names_anybody(self, name: str) -> Literal:
        """The literal that a field names a rep: known of the values that have an atom, else open."""
        partition, formula = self.space.partition(name, self.number), self.space.formula
        literal = formula.variable()
        formula.add(-literal, partition.present)
        if isinstance(partition, Texts):
            for value in partition.named:
                names = self.directory.rep(str(value)) is not None
                formula.add(-self.space.concrete, -partition.at(value), literal if names else -literal)
        return literal

    def _backups(self, person: int) -> list[int]:
        found: list[int] = []
        following = self.project.reps[person].backup
        while following is not None and following not in found:
            found.append(following)
            following = self.project.reps[following].backup
        return found

    def _members(self, members: tuple[int, ...], rungs: Sequence[Condition]) -> tuple[tuple[int, Literal], ...]:
        key = (members, tuple(id(rung) for rung in rungs))
        found = self._could.get(key)
        if found is None:
            active = [(member, self.project.reps[member]) for member in members if self.project.reps[member].active]
            met = [(member, self.meets(rungs, rep)) for member, rep in active]
            found = self._could[key] = tuple((member, literal) for member, literal in met if literal != FALSE)
        return found

    def _test(self, test: Test, rep: Rep) -> Literal:
        """One test over a rep, asked once for each value of what it borrows from the lead, and once for reps who are alike in it."""
        known = self._keys.get(id(test))
        if known is None:
            known = self._keys[id(test)] = (test, leaf_key(test), tuple(sorted(borrowed(test))))
        _, leaf, names = known
        has = rep.attributes.get(test.subject.name)
        key = (leaf, tuple(has.items()) if isinstance(has, Mapping) else has, rep.shown.get(test.subject.name))
        found = self._tests.get(key)
        if found is None:
            found = self._tests[key] = self._asked(test, names, rep)
        return found

    def _asked(self, test: Test, names: tuple[str, ...], rep: Rep) -> Literal:
        formula, clock = self.space.formula, self.space.clock

        def says(lead: LeadValues) -> bool:
            return rep_test(test, rep, lead, clock)

        if not names:
            return TRUE if says({}) else FALSE
        if len(names) > 1:
            return formula.variable()
        (name,) = names
        partition = self.space.partition(name, self.number)
        if not isinstance(partition, Items):
            holds = partition.where(lambda value: says({name: value}))
        elif test.op in _ANY_ITEM:
            holds = formula.any_of(literal for literal, item in partition.singles() if says({name: (item,)}))
        elif test.op in _EVERY_ITEM:
            holds = formula.all_of([partition.present, *(-literal for literal, item in partition.singles() if not says({name: (item,)}))])
        else:
            holds = partition.where(lambda _: True)
        return formula.any_of([holds, -partition.present]) if says({}) else holds


def unqualified(route: Route) -> list[Literal]:
    """What holds of the leads of a route for which nobody could ever qualify; ``FALSE`` in it where somebody always does."""
    found = [route.when]
    for one in route.tries:
        found += [-one.named, *(-literal for literal in dict.fromkeys(literal for _, literal in one.could))]
    return found


def lacking(route: Route, staff: Staff, routed: Replayed) -> bool:
    """Whether the engine's own tests say that no active rep of a route fulfils any of its requirements, for a lead that was routed."""
    project, lead = staff.project, routed.values
    for one in route.tries:
        named = None if one.ref is None else lead.get(one.ref)
        if one.pool is None and one.ref is not None:
            if named is not None and staff.directory.rep(str(named)) is not None:
                return False
            continue
        if one.ref is not None and (named is None or staff.directory.pool(str(named)) != one.pool):
            continue
        members = project.pools[one.pool].members if one.pool is not None else [member for member, _ in one.could]
        for member in members:
            rep = project.reps[member]
            if rep.active and (not one.rungs or any(rep_holds(rung, rep, lead, routed.clock) for rung in one.rungs)):
                return False
    return True


def asks(rungs: Sequence[Condition]) -> list[Test]:
    """The tests of some requirements that compare a rep with the lead."""
    return [test for rung in rungs for test in tests(rung) if borrowed(test)]
