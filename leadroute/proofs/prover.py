"""Questions about all possible leads, answered with a proof or with a lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from leadroute.language.scalar import holds
from leadroute.model.condition import Condition
from leadroute.model.diagnostic import Certainty
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.rules import Rule
from leadroute.proofs.formula import FALSE, Budget, Literal, Solver
from leadroute.proofs.partition import Texts
from leadroute.proofs.space import REFERENCE, LeadSpace
from leadroute.proofs.survey import SHARED
from leadroute.proofs.witness import Replayed, Unwritable, Writer
from leadroute.routing.targets import lets_go

_MOST_TRIES = 16
"""How often a lead that turns out differently than the formula has it is looked for elsewhere."""


@frozen
class Witness:
    """A lead that was routed and did what is claimed.

    ``lead`` has the texts of the fields that matter, ``''`` for one that must be missing, and the instant under ``now`` where that matters;
    any other field may be anything. ``routed`` is what the engine made of it.
    """

    lead: Mapping[str, str]
    routed: Replayed


@frozen
class Answer:
    """Whether there is such a lead: ``True`` with a ``witness``, ``False`` (proved), or ``None`` (undecided), with ``why``."""

    exists: bool | None
    witness: Witness | None = None
    why: str = ""

    @property
    def certainty(self) -> Certainty:
        """``proved``, ``witnessed`` or ``undecided``."""
        return "undecided" if self.exists is None else "witnessed" if self.exists else "proved"


class Prover:
    """The leads of one project, or of several over the same lead file, and a solver to ask.

    Args:
        projects: The projects; questions name them by number, the first is 0.
        budget: What solving may cost.
        also: More conditions over leads that will be asked about, as (project number, condition).

    ``rules[n]`` are the enabled rules of project ``n`` in order; ``takes[n][i]`` is the literal that rule ``i`` is in force and holds;
    ``going[i]`` is whether rule ``i`` of the first project may let a lead go on to later rules.
    """

    def __init__(
        self,
        *projects: Project,
        budget: Budget | None = None,
        also: Iterable[tuple[int, Condition]] = (),
        prepare: Callable[[LeadSpace], None] | None = None,
        now: int = REFERENCE,
    ) -> None:
        self.budget = budget or Budget()
        self.space = LeadSpace(*projects, now=now)
        self.projects = projects
        self.rules: list[tuple[Rule, ...]] = [tuple(rule for rule in project.rules if rule.enabled) for project in projects]
        survey = self.space.survey
        for number, rules in enumerate(self.rules):
            for rule in rules:
                if rule.when is not None:
                    survey.condition(number, rule.when)
                if rule.start is not None or rule.end is not None:
                    survey.window(number, rule.start, rule.end)
        for number, condition in also:
            survey.condition(number, condition)
        if prepare is not None:
            prepare(self.space)
        survey.close()
        self.takes: list[list[Literal]] = [
            [self.space.formula.all_of([self.space.literal(rule.when, number), self.space.in_force(rule, number)]) for rule in rules]
            for number, rules in enumerate(self.rules)
        ]
        self.going = [lets_go(rule, projects[0]) for rule in self.rules[0]]
        self.solver = Solver(self.space.formula, self.budget)
        self.writers = [Writer(self.space, number) for number in range(len(projects))]

    def passed(self, rule: int) -> list[Literal]:
        """What holds, at least, of the leads that come as far as a rule: no rule before takes them, save those that may let go of them."""
        return [-takes for takes, going in zip(self.takes[0][:rule], self.going[:rule], strict=True) if not going]

    def coming(self, rule: int) -> list[Literal]:
        """What holds, at least, of the leads that come to a rule, be it by ``next_rule``, and that it takes."""
        return [self.takes[0][rule], *self.passed(rule)]

    def reaching(self, rule: int, number: int = 0) -> list[Literal]:
        """What holds of the leads that a rule (a position in ``rules``) is the first to take."""
        takes = self.takes[number]
        return [takes[rule], *(-other for other in takes[:rule])]

    def left_over(self, number: int = 0) -> list[Literal]:
        """What holds of the leads that no rule takes."""
        return [-takes for takes in self.takes[number]]

    def ask(self, goal: Sequence[Literal], confirm: Callable[[Replayed], bool], number: int = 0, solver: Solver | None = None) -> Answer:
        """Is there a lead for which all of ``goal`` holds? ``confirm`` looks at what the engine made of it.

        A lead is only given when it was routed and confirmed; that there is none is only said when no lead whatever could be one.
        """
        if FALSE in goal:
            return Answer(False)
        solver = solver or self.solver
        possible = self._try(goal, confirm, number, solver)
        if possible.exists is not None or possible.why:
            return possible
        answer = solver.holds(goal)
        if answer and self.space.settle():
            answer = solver.holds(goal)
        if answer is False:
            return Answer(False)
        if answer is None:
            return Answer(None, why=f"the budget of {self.budget.conflicts:,} conflicts is used up")
        return Answer(None, why=self.open_because(solver.model))

    def ask_all(self, questions: Sequence[tuple[Sequence[Literal], Callable[[Replayed], bool]]], number: int = 0) -> list[Answer]:
        """``ask`` for each of many, (goal, confirm): the first lead found for each is routed in one batch with those of the others."""
        drafts = [self._draft(goal, number) for goal, _ in questions]
        there = [texts for texts in drafts if texts is not None]
        routed = iter(self.writers[number].replay_all(there))
        answers: list[Answer] = []
        for (goal, confirm), texts in zip(questions, drafts, strict=True):
            one = next(routed) if texts is not None else None
            sure = texts is not None and one is not None and confirm(one)
            answers.append(Answer(True, Witness(texts, one)) if sure else self.ask(goal, confirm, number))  # type: ignore[arg-type]
        return answers

    def _draft(self, goal: Sequence[Literal], number: int) -> dict[str, str] | None:
        """A lead for a goal, by the formula alone."""
        writer = self.writers[number]
        if FALSE in goal or not self.solver.holds([self.space.concrete, *goal]):
            return None
        model = self.solver.model
        try:
            return writer.texts(model, self._widened(goal, model, writer, self.solver))
        except Unwritable:
            return None

    def _try(self, goal: Sequence[Literal], confirm: Callable[[Replayed], bool], number: int, solver: Solver) -> Answer:
        """Look for a lead that can be written down; no ``why`` where there is none."""
        writer = self.writers[number]
        for _ in range(_MOST_TRIES):
            answer = solver.holds([self.space.concrete, *goal])
            if answer is None:
                return Answer(None, why=f"the budget of {self.budget.conflicts:,} conflicts is used up")
            if not answer:
                return Answer(None)
            model = solver.model
            try:
                narrow = self._widened(goal, model, writer, solver)
                for only in (narrow, None):
                    texts = writer.texts(model, only)
                    routed = writer.replay(texts)
                    if confirm(routed):
                        return Answer(True, Witness(texts, routed))
                    if only is None:
                        break
                learnt = self.learn(model, {number: routed}, writer)
            except Unwritable as cause:
                learnt = [[-self.space.concrete, *(-literal for literal in cause.literals)]]
            for clause in learnt or [[-self.space.concrete, *(-one for _, fixed in writer.fixing(model) for one in fixed)]]:
                self.space.formula.add(*clause)
        return Answer(None)

    def _widened(self, goal: Sequence[Literal], model: frozenset[Literal], writer: Writer, solver: Solver) -> frozenset[str]:
        """The base fields that alone make the goal hold, whatever the others are."""
        fixed = writer.fixing(model)
        against = self.space.formula.variable()
        self.space.formula.add(-against, *(-literal for literal in goal))
        wanted = [literal for _, literals in fixed for literal in literals]
        core = set(solver.least(wanted, [self.space.concrete, against]))
        self.space.formula.add(-against)
        return frozenset(name for name, literals in fixed if core.intersection(literals))

    def learn(self, model: frozenset[Literal], replays: Mapping[int, Replayed], writer: Writer) -> list[list[Literal]]:
        """Where the engine says otherwise than the model: what follows from this lead's values, for concrete answers.

        ``replays`` has what each project made of the lead, by the number of the project; ``writer`` is who wrote it.
        """
        found: list[list[Literal]] = []
        fixed, written = dict(writer.fixing(model)), dict(writer.base())

        def given(names: Iterable[str], number: int) -> list[Literal]:
            roots = frozenset[str]().union(*(self.writers[number].roots(name) for name in names))
            return [-literal for name in sorted(roots & fixed.keys()) for literal in fixed[name]]

        for number, routed in replays.items():
            for key, partition in list(self.space.partitions.items()):
                name = key[1]
                if key[0] not in (SHARED, number) or name not in self.projects[number].fields:
                    continue
                real = partition.at(routed.values.get(name))
                if not isinstance(partition, Texts) and partition.value(model) == routed.values.get(name):
                    continue
                if real not in model:
                    clause = [-self.space.concrete, *given([name], number)]
                    found.append(clause if written.get(name) is partition else [*clause, real])
            for owner, test, literal in self.space.crossings:
                if owner in (SHARED, number):
                    says = holds(test, routed.values.get(test.subject.name), routed.values, routed.clock)
                    if says is not (literal in model):
                        names = [test.subject.name, *(operand.ref for operand in test.operands if operand.ref is not None)]
                        found.append([-self.space.concrete, *given(names, number), literal if says else -literal])
        return found

    def open_because(self, model: frozenset[Literal]) -> str:
        """Why a possible lead could not be written down."""
        opened = [part.field.name for part in self.space.partitions.values() if isinstance(part, Texts) and part.opened in model]
        if opened:
            return f"it depends on what a pattern says of some text in `{opened[0]}`"
        clocks = sorted(key[1] for key, part in self.space.partitions.items() if key[1].startswith("local.") and part.present in model)
        if clocks:
            return f"it depends on the lead's own clock (`{clocks[0]}`), for which no lead was found"
        if self.space.open_fields:
            key, why = next(iter(self.space.open_fields.items()))
            return f"it depends on `{key[1]}`: {why}"
        return "no lead could be found for what seems possible"
