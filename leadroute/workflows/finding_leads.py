"""Leads for what no test reaches: questions to the prover about rules, about tests in conditions, and about who could take a lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from leadroute.language.recorder import HELD
from leadroute.model.frozen import frozen

if TYPE_CHECKING:
    from leadroute.model.condition import Condition, Test
    from leadroute.model.project import Project
    from leadroute.model.rules import Rule
    from leadroute.proofs.formula import Literal
    from leadroute.proofs.prover import Witness
    from leadroute.proofs.staff import Route, Try


@frozen
class Question:
    """A test in a condition over leads.

    ``before`` are conditions of which none holds where it is asked, ``within`` what must hold in its own condition besides: a condition
    each, and whether it must hold. ``gives`` is the derived field that is worked out by it (none in a rule).
    """

    test: Test
    where: str
    words: str
    gives: str | None
    rule: int | None
    before: tuple[Condition, ...]
    within: tuple[tuple[Condition, bool], ...]

    def goal(self, finder: Finder, bit: int, *, surely: bool = False) -> list[Literal]:
        """What holds of the leads to which it says what ``bit`` means; with ``surely`` at least, be they let go by rules before it."""
        prover, space = finder.prover, finder.prover.space
        found = [-space.literal(condition) for condition in self.before]
        if self.rule is not None:
            found += prover.passed(self.rule) if surely else [-takes for takes in prover.takes[0][: self.rule]]
            found.append(space.in_force(prover.rules[0][self.rule]))
        found += [space.literal(condition) if held else -space.literal(condition) for condition, held in self.within]
        literal = space.literal(self.test)
        return [*found, literal if bit == HELD else -literal]


@frozen
class Chain:
    """Leads for which ``goal`` holds, and the steps and gates that they may come to."""

    name: str
    goal: list[Literal]
    wanted: frozenset[object]


class Finder:
    """Finds leads; ``reasons`` says of what was asked why there is none."""

    def __init__(self, project: Project, budget: int) -> None:
        from leadroute.proofs.claims import survey_names
        from leadroute.proofs.formula import Budget
        from leadroute.proofs.prover import Prover
        from leadroute.proofs.space import LeadSpace
        from leadroute.proofs.staff import Staff, survey_staff

        def prepare(space: LeadSpace) -> None:
            survey_staff(space)
            survey_names(space)

        self.project = project
        self.reasons: dict[object, str] = {}
        self.questions = list(_questions(project))
        asked: list[Condition] = [question.test for question in self.questions]
        asked += [condition for question in self.questions for condition in question.before]
        self.prover = Prover(project, budget=Budget(conflicts=budget), also=[(0, one) for one in asked], prepare=prepare)
        self.staff = Staff(self.prover.space)

    def lead(self, about: object, goal: Sequence[Literal], loose: Sequence[Literal] | None = None) -> Witness | None:
        """A lead for which a goal holds, as a file can give it.

        Where there is none, ``reasons`` says so ``about`` what was asked; it is proved when there is none for the ``loose`` goal either.
        """
        answer = self.prover.ask(goal, lambda _: True)
        if answer.witness is not None:
            if _is_of_a_file(answer.witness):
                return answer.witness
            self.reasons[about] = "it takes a lead that comes again: give one of the same id under `before`"
        elif answer.exists is None:
            self.reasons[about] = answer.why
        elif loose is not None and self.prover.ask(loose, lambda _: True).exists is False:
            self.reasons[about] = "there is no such lead (proved)"
        return None

    def taken(self, at: int) -> Witness | None:
        """A lead that a rule takes, and keeps if that can be; by its position among the enabled rules."""
        rule, goal = self.prover.rules[0][at], self.prover.reaching(at)
        if self.prover.going[at]:
            held = [self.prover.space.formula.any_of(self._placed(route) for route in self.staff.routes(rule))]
            answer = self.prover.ask([*goal, *held], lambda routed: routed.decision.rule == rule.id)
            if answer.witness is not None and _is_of_a_file(answer.witness):
                return answer.witness
        return self.lead(rule.id, goal, self.prover.coming(at))

    def _placed(self, route: Route) -> Literal:
        """The literal that the first try of a route is somebody whom a lead asks nothing that they lack."""
        formula = self.prover.space.formula
        if not route.tries:
            return route.when
        first = route.tries[0]
        return formula.all_of([route.when, formula.any_of([first.named, *(literal for _, literal in self.staff.could(first))])])

    def chains(self) -> Iterator[Chain]:
        """The ways that leads go through the chains of rules: first those whom somebody can take, then those who are too much for each."""
        project, prover = self.project, self.prover
        for at, rule in enumerate(prover.rules[0]):
            routes = self.staff.routes(rule)
            for route in routes:
                first = route.tries[0] if route.tries else None
                pool = first.pool if first is not None else None
                name = rule.id if len(routes) == 1 or pool is None else f"{rule.id} in {pool}"
                goal = [*prover.reaching(at), route.when]
                wanted = _aims(project, rule, pool)
                if first is not None and first.rungs and first.members:
                    yield from self._asking(name, goal, first, wanted)
                elif first is not None and first.ref is not None and first.pool is None:
                    yield Chain(name, [*goal, first.named], wanted)
                else:
                    yield Chain(name, goal, wanted)
        yield Chain("no rule takes it", prover.left_over(), frozenset(step.span for step in project.default))

    def _asking(self, name: str, goal: list[Literal], first: Try, wanted: frozenset[object]) -> Iterator[Chain]:
        """Leads of which somebody fulfils what is asked, and those of which somebody does not, rung by rung."""
        formula, reps = self.prover.space.formula, [self.project.reps[at] for at in first.members]
        earlier: list[Literal] = []
        yield Chain(name, [*goal, formula.any_of(self.staff.fulfils(first.rungs[0], rep) for rep in reps)], wanted)
        for number, rung in enumerate(first.rungs, 1):
            fulfilling = [self.staff.fulfils(rung, rep) for rep in reps]
            nth = f" on rung {number}" if len(first.rungs) > 1 else ""
            stopped = frozenset([("require", id(rung))])
            yield Chain(f"{name} - require stops somebody{nth}", [*goal, *earlier, formula.any_of(-one for one in fulfilling)], stopped)
            earlier += [-one for one in fulfilling]
        yield Chain(f"{name} - nobody fulfils what is asked", [*goal, *earlier], wanted)


def _is_of_a_file(witness: Witness) -> bool:
    """Whether a lead file alone gives such a lead; what a ledger knows of it does not matter."""
    return not any("." in field for field in witness.lead)


def _questions(project: Project) -> Iterator[Question]:
    """The tests in conditions over leads that decide, with what is the case when they are asked."""
    from leadroute.language.words import written
    from leadroute.model.derive import Cases

    conditions: list[tuple[str, str | None, int | None, tuple[Condition, ...], Condition]] = []
    for step in project.derive:
        if isinstance(step, Cases):
            before: tuple[Condition, ...] = ()
            for when, _ in step.cases:
                conditions.append((step.field.name, step.field.name, None, before, when))
                before = (*before, when)
    if project.score is not None:
        conditions += [("score", "score", None, (), points.when) for points in project.score.points]
    enabled = [rule for rule in project.rules if rule.enabled]
    conditions += [(rule.id, None, at, (), rule.when) for at, rule in enumerate(enabled) if rule.when is not None]
    for where, gives, rule, earlier, condition in conditions:
        for test, within in _asked(condition, ()):
            yield Question(test, where, written(test), gives, rule, earlier, within)


Within = tuple[tuple["Condition", bool], ...]


def _asked(condition: Condition, within: Within) -> Iterator[tuple[Test, Within]]:
    """Each test of a condition, and what must be so for it to be asked: parts are asked in order, until they have decided."""
    from leadroute.model.condition import Not
    from leadroute.model.condition import Test as Leaf

    if isinstance(condition, Leaf):
        yield condition, within
    elif isinstance(condition, Not):
        yield from _asked(condition.part, within)
    else:
        from leadroute.model.condition import All

        on = isinstance(condition, All)
        for part in condition.parts:
            yield from _asked(part, within)
            within = (*within, (part, on))


def _aims(project: Project, rule: Rule, pool: str | None) -> frozenset[object]:
    """The steps and gates that the leads of a rule may come to, whose target is a pool, or something else."""
    from leadroute.model.rules import StepKind

    steps = [*rule.assign.otherwise, *(project.pools[pool].otherwise if pool is not None else ())]
    ends = rule.assign.target.kind.value == "queue" or any(step.kind in (StepKind.QUEUE, StepKind.HOLD) for step in steps)
    steps += () if ends else project.default
    named = {step.target.name for step in steps if step.target is not None and step.kind is StepKind.POOL}
    anywhere = any(step.target is not None and step.target.ref is not None for step in steps if step.kind is StepKind.POOL)
    pools = set(project.pools) if anywhere else {pool, *named}
    rungs = [*rule.assign.require, *(rung for step in steps for rung in step.require or ())]
    found: list[object] = [step.span for step in steps]
    found += [("require", id(rung)) for rung in rungs]
    found += [(gate, name) for gate in ("availability", "limits") for name in pools]
    return frozenset(found)
