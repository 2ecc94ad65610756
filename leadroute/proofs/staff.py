"""Who could get the leads of a rule, and which leads: the rule's chain, with literals for what it asks of a lead.

Whether somebody is there or has room is no part of it: that passes. What remains is what is permanent: the steps, and ``require``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadroute.language.references import borrowed, leaf_key, tests
from leadroute.language.scalar import rep_holds, rep_test
from leadroute.language.text import compared
from leadroute.model.condition import All, Any, Condition, LeadValues, Test
from leadroute.model.frozen import frozen
from leadroute.model.roster import Rep
from leadroute.model.rules import Availability, Rule, Step, StepKind, TargetKind
from leadroute.proofs.formula import FALSE, TRUE, Literal
from leadroute.proofs.partition import Items, Texts
from leadroute.proofs.space import LeadSpace
from leadroute.proofs.witness import Replayed
from leadroute.routing.targets import Directory

_ANY_ITEM = frozenset({"has_any", "in"})
_EVERY_ITEM = frozenset({"has_all", "has_none", "not_in"})
"""What an operator says of a ``$list`` follows from what it says of its items."""


@frozen
class Try:
    """One place in a chain: a pool, or a named person.

    ``members`` are the active reps who are asked (positions in the roster), ``rungs`` the requirements. ``ref`` is the lead's field that
    names the pool or person, where one does: for a pool of a later step ``chosen`` is then the literal that it names this one; for a person
    ``named`` is the literal that it names anybody, and ``members`` are empty, since it may be anybody. For the backup or manager of such a
    person ``members`` are all who are one of anybody, and ``chosen`` that the field names anybody.
    """

    pool: str | None
    members: tuple[int, ...]
    rungs: tuple[Condition, ...]
    availability: Availability
    ref: str | None = None
    chosen: Literal = TRUE
    named: Literal = FALSE


@frozen
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
    rules = [rule for rule in project.rules if rule.enabled]
    steps = [step for rule in rules for step in rule.assign.otherwise]
    steps += [step for pool in project.pools.values() for step in pool.otherwise]
    steps += [step for rule in rules if rule.respond is not None for step in rule.respond.then]
    for condition in (*(rung for rule in rules for rung in rule.assign.require), *(rung for step in steps for rung in step.require or ())):
        space.survey.people(number, condition, project.reps)
    for target in (*(rule.assign.target for rule in rules), *(step.target for step in steps)):
        if target is not None and target.ref is not None:
            # A pool is one of a few; of a rep it is left open who is named, but somebody may be.
            space.survey.named(number, target.ref, project.pools if target.kind is TargetKind.POOL else ())


class Staff:
    """The chains of a project's rules."""

    def __init__(self, space: LeadSpace, number: int = 0) -> None:
        self.space = space
        self.number = number
        self.project = space.projects[number]
        self.directory = Directory(self.project)
        self._places = {rep.id: at for at, rep in enumerate(self.project.reps)}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._forms: dict[tuple[int, str], int] = {}
        self._keys: dict[int, tuple[Test, int, tuple[str, ...]]] = {}
        self._tests: dict[tuple[int, int], Literal] = {}
        self._actives: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._everybody = tuple(range(len(self.project.reps)))
        self._standing_in: dict[tuple[StepKind, tuple[int, ...]], tuple[int, ...]] = {}
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

    def unmatched(self) -> Route:
        """The chain of the leads that no rule takes: the project's default."""
        from leadroute.routing.chain import NO_RULE  # loads numpy, which a check does without

        return self._route(Rule("", None, NO_RULE), TRUE, [], None)

    def unanswered(self, rule: Rule) -> Route | None:
        """The chain of the leads of a rule that nobody answered in time, whoever had them; ``None`` where it asks for no answer."""
        if rule.respond is None:
            return None
        tries = [one for route in self.routes(rule) for one in route.tries]
        anybody = any(one.named != FALSE for one in tries)
        had = self._everybody if anybody else {at for one in tries for at, _ in self.could(one)}
        return self._route(rule, TRUE, rule.respond.then, None, had=tuple(sorted(had)))

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

    def sure(self, one: Try) -> tuple[int, ...]:
        """The members of a try who fulfil a rung that asks nothing of the lead."""
        if not one.rungs:
            return one.members
        plain = [rung for rung in one.rungs if not borrowed(rung)]
        return tuple(at for at in one.members if any(self.fulfils(rung, self.project.reps[at]) == TRUE for rung in plain))

    def could(self, one: Try) -> tuple[tuple[int, Literal], ...]:
        """For each member who may ever get a lead in a try, the literal that the lead asks nothing of them that they lack."""
        key = (one.members, tuple(id(rung) for rung in one.rungs))
        found = self._could.get(key)
        if found is None:
            asked = sorted({test.subject.name for rung in one.rungs for test in tests(rung)})
            alike: dict[tuple[int, ...], Literal] = {}
            met: list[tuple[int, Literal]] = []
            for at in one.members:
                # Those who are alike in all that the rungs ask are worked out once.
                form = tuple([self._form(at, name) for name in asked])
                if form not in alike:
                    alike[form] = self.meets(one.rungs, self.project.reps[at])
                met.append((at, alike[form]))
            found = self._could[key] = tuple((at, literal) for at, literal in met if literal != FALSE)
        if one.chosen == TRUE:
            return found
        return tuple((at, self.space.formula.all_of([one.chosen, literal])) for at, literal in found)

    def unqualified(self, route: Route) -> list[Literal]:
        """What holds of the leads of a route for which nobody could ever qualify; ``FALSE`` alone where somebody always does."""
        if any(one.chosen == TRUE and self.sure(one) for one in route.tries):
            return [FALSE]
        found = [route.when]
        for one in route.tries:
            found += [-one.named, *(-literal for literal in dict.fromkeys(literal for _, literal in self.could(one)))]
        return found

    def _route(self, rule: Rule, when: Literal, steps: Sequence[Step], own: str | None, *, had: tuple[int, ...] = ()) -> Route:
        """A chain of steps; ``had`` are those of whom one had the lead before it begins.

        Who was named last is a person, or ``unknown``: whoever a field names, under the literal that it names anybody.
        """
        tries: list[Try] = []
        person: int | None = None
        unknown: tuple[str | None, Literal, tuple[int, ...]] | None = (None, TRUE, had) if had else None
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
                if step.target.name is not None:
                    person, unknown = self.directory.rep(step.target.name), None
                else:  # where it names nobody, steps go on to speak of who was named before
                    unknown = (found.ref, found.named, self._everybody)
            else:
                if unknown is not None:
                    ref, named, people = unknown
                    tries.append(Try(None, self._stand_ins(step.kind, people), *self._asked_in(rule, step), ref, named))
                if person is not None:
                    tries.append(Try(None, self._stand_ins(step.kind, (person,)), *self._asked_in(rule, step)))
        raise AssertionError("a chain ends in a queue")

    def _stand_ins(self, kind: StepKind, people: tuple[int, ...]) -> tuple[int, ...]:
        """The active backups or managers of some people."""
        found = self._standing_in.get((kind, people))
        if found is None:
            reps = self.project.reps
            asked = [self.backups(at) if kind is StepKind.BACKUP else [reps[at].manager] for at in people]
            others = dict.fromkeys(one for found in asked for one in found if one is not None)
            found = self._standing_in[kind, people] = self._active(tuple(others))
        return found

    def _pool(self, rule: Rule, step: Step, name: str, at: int) -> Try:
        """A pool; where a later step's field names it, it may be any, each under the literal that it is this one."""
        ref = step.target.ref if step.target is not None else None
        chosen = TRUE if at == 0 or ref is None else self.space.partition(ref, self.number).at(compared(name))
        rungs, availability = self._asked_in(rule, step)
        return Try(name, self._active(self.project.pools[name].members), rungs, availability, ref, chosen)

    def _rep(self, rule: Rule, step: Step) -> Try:
        target = step.target
        if target is not None and target.name is not None:
            rep = self.directory.rep(target.name)
            return self._people(rule, step, () if rep is None else (rep,))
        ref = (target.ref if target is not None else None) or ""
        return Try(None, (), *self._asked_in(rule, step), ref, named=self._names_anybody(ref))

    def _people(self, rule: Rule, step: Step, people: tuple[int, ...]) -> Try:
        return Try(None, self._active(people), *self._asked_in(rule, step))

    def _active(self, members: tuple[int, ...]) -> tuple[int, ...]:
        found = self._actives.get(members)
        if found is None:
            found = self._actives[members] = tuple(member for member in members if self.project.reps[member].active)
        return found

    @staticmethod
    def _asked_in(rule: Rule, step: Step) -> tuple[tuple[Condition, ...], Availability]:
        """The step's own requirement and availability, else the rule's."""
        return rule.assign.require if step.require is None else step.require, step.availability or rule.assign.availability

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

    def backups(self, person: int) -> list[int]:
        """A rep's backup, that one's, and so on (positions in the roster)."""
        found: list[int] = []
        following = self.project.reps[person].backup
        while following is not None and following not in found:
            found.append(following)
            following = self.project.reps[following].backup
        return found

    def _form(self, member: int, attribute: str) -> int:
        """A number that reps share who have the same of an attribute, as it is written."""
        found = self._forms.get((member, attribute))
        if found is None:
            rep = self.project.reps[member]
            has = rep.attributes.get(attribute)
            form = (attribute, tuple(has.items()) if isinstance(has, Mapping) else has, rep.shown.get(attribute))
            found = self._forms[member, attribute] = self._numbers.setdefault(form, len(self._numbers))
        return found

    def _test(self, test: Test, rep: Rep) -> Literal:
        """One test over a rep, asked once for each value of what it borrows from the lead, and once for reps who are alike in it."""
        known = self._keys.get(id(test))
        if known is None:
            leaf = self._numbers.setdefault(leaf_key(test), len(self._numbers))
            known = self._keys[id(test)] = (test, leaf, tuple(sorted(borrowed(test))))
        _, leaf, names = known
        key = (leaf, self._form(self._places[rep.id], test.subject.name))
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
        for member in one.members:
            rep = project.reps[member]
            if not one.rungs or any(rep_holds(rung, rep, lead, routed.clock) for rung in one.rungs):
                return False
    return True


def asks(rungs: Sequence[Condition]) -> list[Test]:
    """The tests of some requirements that compare a rep with the lead."""
    return [test for rung in rungs for test in tests(rung) if borrowed(test)]
