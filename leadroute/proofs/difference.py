"""What a change of a project changes: over all possible leads, where they went and where they go now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from leadroute.language.words import shown
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.rules import Assign, TargetKind
from leadroute.proofs.formula import FALSE, TRUE, Budget, Literal, Solver
from leadroute.proofs.partition import Numbers, Texts
from leadroute.proofs.prover import Prover
from leadroute.proofs.region import Region, needed, widened
from leadroute.proofs.shared import meaning
from leadroute.proofs.space import LeadSpace
from leadroute.proofs.stages import Stages, Stop, rule_reads, step_reads
from leadroute.proofs.survey import SHARED
from leadroute.proofs.witness import Replayed, Unwritable

_MOST_TRIES = 16
"""How often a lead that turns out differently than the formula has it is looked for elsewhere."""
_MOST_WAYS = 12
"""So many ways from one outcome to another are told, by different rules."""
_MOST_TOGETHER = 64
_MOST_CELLS = 400
_MOST_OPEN = 10
_TIMED = frozenset({"date", "datetime", "time", "now", "arrived", "local"})
"""Types and sources of fields that have to do with time."""


@frozen
class Way:
    """Leads that were at one rule and are at another.

    ``witness`` was matched by both projects and is so; ``region`` says which leads are, of those that were at the old rule, where that can
    be told.
    """

    old: Stop
    new: Stop
    witness: Mapping[str, str]
    region: Region | None
    values: tuple[tuple[str, str, str], ...] = ()
    """Of a cell's ``fields`` those that differ for the witness: the name, what it was and what it is."""


@frozen
class Cell:
    """Leads that went to one place and go to another: ``ways`` by which rules, ``more`` if those are not all.

    Of a lead that a rule can hand on to the next one it is the first place that is another. Where both are the same, what chooses among
    people there reads ``fields`` that are worked out differently.
    """

    old: Stop
    new: Stop
    ways: tuple[Way, ...]
    more: bool = False
    fields: tuple[str, ...] = ()


@frozen
class Undecided:
    """Leads that may have gone to one place and go to another, and why that is not known; without places: any leads."""

    why: str
    old: Stop | None = None
    new: Stop | None = None


@frozen
class Matrix:
    """Old outcome to new outcome, over all leads that rules decide: nothing else moves but what is ``undecided``."""

    cells: tuple[Cell, ...]
    undecided: tuple[Undecided, ...]
    spent: int


def matrix(old: Project, new: Project, budget: Budget | None = None) -> Matrix:
    """What two projects make of every possible lead.

    What becomes of a lead is the content of the rule that takes it (and of those that it may go on to): where it sends leads, what it asks
    of people, how one is picked. Names and notes of rules do not count. What pools, reps and settings are is compared elsewhere.
    """
    return _Comparison(old, new, budget or Budget()).matrix()


Kinds = tuple[int, int]
"""An outcome of the old project and one of the new; those that mean the same have one number."""
Pair = tuple[int, int]
"""A position in the stages of the old project, and one in those of the new."""


@frozen
class _Supposed:
    """A lead of the formula: its model and pair, those like it, and its texts: those that matter alone, then all."""

    model: frozenset[Literal]
    pair: Pair
    region: Region | None
    texts: Sequence[Mapping[str, str]]


class _Comparison:
    """Two projects, one formula of all leads, and what was found so far."""

    def __init__(self, old: Project, new: Project, budget: Budget) -> None:
        self.prover = prover = Prover(old, new, budget=budget, prepare=_survey)
        self.formula = prover.space.formula
        self.sides = [
            Stages(one, rules, takes, self.formula) for one, rules, takes in zip((old, new), prover.rules, prover.takes, strict=True)
        ]
        self.reads: list[tuple[str, ...]] = []
        """For each kind of outcome the fields that it reads of a lead and that the projects do not share."""
        self.kinds = self._kinds()
        self.differ = self._differing_fields()
        self.stages = range(max(side.count for side in self.sides))
        self.before = self._same_before()
        self.ways: dict[Kinds, dict[Pair, Way]] = {}
        self.fields: dict[Kinds, dict[str, None]] = {}
        self.full: set[Kinds] = set()
        self.undecided: list[Undecided] = []

    def matrix(self) -> Matrix:
        differs = self.formula.any_of([-self.before[-1], *(side.deep for side in self.sides)])
        if differs != FALSE and self.prover.solver.holds([]) is False:
            # Nothing would differ then, and nothing be proved by it.
            self.undecided.append(Undecided("no lead at all seems possible, which cannot be"))
        elif differs != FALSE:
            self._left_open(differs, self._witnessed(differs))
        if self.sides[0].project.timezone != self.sides[1].project.timezone and not _TIMED.isdisjoint(self._times()):
            self.undecided.append(Undecided("the time zones differ, and rules go by dates or times: only what was routed is sure"))
        cells = []
        for kinds, ways in sorted(self.ways.items(), key=lambda item: min(item[1])):
            told = [ways[pair] for pair in sorted(ways)]
            cells.append(Cell(told[0].old, told[0].new, tuple(told), kinds in self.full, tuple(self.fields[kinds])))
        return Matrix(tuple(cells), tuple(self.undecided), self.prover.budget.spent)

    def _kinds(self) -> list[list[int]]:
        """For each side the kind of outcome of every position."""
        numbers: dict[object, int] = {}
        freely = any(side.project.keep_together is not None for side in self.sides)

        def kind(content: object, number: int, reads: Iterable[str]) -> int:
            found = numbers.setdefault(content, len(numbers))
            if found == len(self.reads):
                survey = self.prover.space.survey
                self.reads.append(tuple(name for name in sorted(set(reads)) if survey.key(number, name)[0] != SHARED))
            return found

        found: list[list[int]] = []
        for number, side in enumerate(self.sides):
            contents = [
                (meaning((self._plain(rule.assign), rule.respond, rule.keep_together or not freely)), rule_reads(rule))
                for rule in side.rules
            ]
            default = meaning(side.project.default), step_reads(side.project.default)
            found.append([kind(content, number, reads) for content, reads in (*contents, default, ("stays", ()))])
        return found

    def _plain(self, assign: Assign) -> Assign:
        """What is said of a target without what goes without saying: the pick that its pool has in both projects, an effort of 1."""
        pools = [side.project.pools.get(assign.target.name or "") for side in self.sides]
        own = {pool.pick if pool is not None and assign.target.kind is TargetKind.POOL else None for pool in pools}
        pick = None if own == {assign.pick} else assign.pick
        effort = None if assign.effort is not None and assign.effort.ref is None and assign.effort.value == 1 else assign.effort
        return replace(assign, pick=pick, effort=effort)

    def _differing_fields(self) -> dict[str, Literal]:
        """For each field that outcomes read and the projects do not share: a literal that may hold wherever its values differ."""
        found: dict[str, Literal] = {}
        for name in dict.fromkeys(name for reads in self.reads for name in reads):
            found[name] = may = self.formula.variable()
            if any(name not in side.project.fields for side in self.sides):
                continue
            one, other = (self.prover.space.partition(name, number) for number in range(2))
            self.formula.add(-may, one.present, other.present)
            if isinstance(one, Texts) and isinstance(other, Texts):
                for value in one.named:
                    if value in other.named:
                        loose = [-self.prover.space.concrete] if value in one.strangers else []
                        self.formula.add(*loose, -may, -one.at(value), -other.at(value))
            elif isinstance(one, Numbers) and isinstance(other, Numbers) and one.field.type is other.field.type:
                for at, stretch in enumerate(one.fixed.stretches):
                    if stretch.low is not None and stretch.low == stretch.high:
                        self.formula.add(-may, -one.fixed.at(at), -other.at(stretch.low))
        return found

    def _of_kind(self, side: int, stage: int) -> dict[int, Literal]:
        """For each kind the literal that it is a lead's at a stage."""
        found: dict[int, list[Literal]] = {}
        for position, kind in enumerate(self.kinds[side]):
            found.setdefault(kind, []).append(self.sides[side].at(stage, position))
        return {kind: self.formula.any_of(literals) for kind, literals in found.items()}

    def _differs(self, kind: int) -> Literal:
        """What a kind reads of a lead may differ."""
        return self.formula.any_of(self.differ[name] for name in self.reads[kind])

    def _same_before(self) -> list[Literal]:
        """For each stage that nothing differs at any stage before it, and at last that nothing differs at all."""
        found: list[Literal] = [TRUE]
        self.of_kind = [[self._of_kind(side, stage) for stage in self.stages] for side in range(2)]
        for stage in self.stages:
            one, other = (self.of_kind[side][stage] for side in range(2))
            # Both are of some kind, so that they are of the same one if neither is of a kind that the other is not of.
            unlike = [self.formula.all_of([literal, -other.get(kind, FALSE)]) for kind, literal in one.items()]
            unlike += [self.formula.all_of([literal, other.get(kind, FALSE), self._differs(kind)]) for kind, literal in one.items()]
            found.append(self.formula.all_of([found[-1], *(-literal for literal in unlike)]))
        return found

    def _goal(self, pair: Pair, stages: Iterable[int], *, only_places: bool = False) -> Literal:
        """A lead's first difference is that it was at one position and is at another, at one of these stages.

        With ``only_places`` also where that is no difference, since nothing else is known to differ.
        """
        kinds = self._kinds_of(pair)
        same = [self._differs(kinds[0])] if kinds[0] == kinds[1] and not only_places else []
        found = []
        for stage in stages:
            places = [side.at(stage, position) for side, position in zip(self.sides, pair, strict=True)]
            found.append(self.formula.all_of([self.before[stage], *places, *same]))
        return self.formula.any_of(found)

    def _cell(self, kinds: Kinds) -> Literal:
        """A lead's first difference is that it had one kind of outcome and has another."""
        same = [self._differs(kinds[0])] if kinds[0] == kinds[1] else []
        return self.formula.any_of(
            self.formula.all_of([self.before[stage], *(self.of_kind[side][stage][kinds[side]] for side in range(2)), *same])
            for stage in self.stages
        )

    def _kinds_of(self, pair: Pair) -> Kinds:
        return self.kinds[0][pair[0]], self.kinds[1][pair[1]]

    def _chosen(self, model: frozenset[Literal]) -> Pair:
        """The first difference of a model."""
        stage = next(stage for stage in reversed(self.stages) if self.before[stage] == TRUE or self.before[stage] in model)
        return self.sides[0].chosen(model, stage), self.sides[1].chosen(model, stage)

    def _found(self, matched: Sequence[Replayed]) -> tuple[Pair, tuple[str, ...]] | None:
        """The first difference between what the engine found in the two projects, with the fields that make it; ``None``: there is none."""
        paths = [side.along(one.path) for side, one in zip(self.sides, matched, strict=True)]
        for stage in range(max(map(len, paths))):
            old, new = (path[stage] if stage < len(path) else side.stays for side, path in zip(self.sides, paths, strict=True))
            kinds = self._kinds_of((old, new))
            if kinds[0] != kinds[1]:
                return (old, new), ()
            names = tuple(name for name in self.reads[kinds[0]] if matched[0].values.get(name) != matched[1].values.get(name))
            if names:
                return (old, new), names
        return None

    def _witnessed(self, differs: Literal) -> list[Literal]:
        """Look for leads whose outcome differs until there is none that can be written down; what was found, as literals."""
        solver = Solver(self.formula, self.prover.budget)
        solver.demand(differs)
        done: list[Literal] = []
        tries: Counter[Pair] = Counter()
        while len(self.ways) < _MOST_CELLS and (leads := list(self._supposed(solver))):
            for pair, way, names in self._routed(leads):
                done.append(self._note(pair, way, names))
                solver.demand(-done[-1])
            tries.update(one.pair for one in leads)
            for pair in (one.pair for one in leads if tries[one.pair] >= _MOST_TRIES):
                # Not found, and not excluded: it is asked about once more when all else is known.
                solver.demand(-self._goal(pair, self.stages))
        return done

    def _supposed(self, solver: Solver) -> Iterator[_Supposed]:
        """Leads of the formula whose outcome differs, each in another way, to be routed together."""
        prover, writer = self.prover, self.prover.writers[0]
        now = self.formula.variable()
        ways = Counter({kinds: len(ways) for kinds, ways in self.ways.items()})
        for _ in range(_MOST_TOGETHER):
            if not solver.holds([prover.space.concrete, now]):
                return
            model = solver.model
            pair = self._chosen(model)
            goal, kinds = self._goal(pair, self.stages), self._kinds_of(pair)
            if prover.solver.holds([prover.space.concrete, self._goal(pair, self.stages[:1])]):
                model = prover.solver.model  # a lead that no rule handed on before is easier to understand
            ways[kinds] += 1
            solver.demand(-now, -(self._cell(kinds) if ways[kinds] >= _MOST_WAYS else goal))
            region = widened(prover, goal, model, [self._from(pair[0])]) if kinds[0] != kinds[1] else None
            only = needed(prover, self._goal(pair, self.stages, only_places=True), model)
            if only is not None and kinds[0] == kinds[1]:
                only |= frozenset(root for name in self.reads[kinds[0]] for one in prover.writers for root in one.roots(name))
            try:
                texts = [writer.texts(model, only)] if only is not None else []
                yield _Supposed(model, pair, region, [*texts, writer.texts(model)])
            except Unwritable as cause:
                self.formula.add(-prover.space.concrete, *(-literal for literal in cause.literals))
                yield _Supposed(model, pair, region, [])

    def _from(self, position: int) -> Literal:
        """A lead was at a position of the old project when the first difference came."""
        side = self.sides[0]
        return self.formula.any_of(self.formula.all_of([self.before[stage], side.at(stage, position)]) for stage in self.stages)

    def _routed(self, leads: Sequence[_Supposed]) -> Iterator[tuple[Pair, Way, tuple[str, ...]]]:
        """What leads show once both projects have matched them, which may be something else than was supposed: then that is learnt."""
        prover, writer = self.prover, self.prover.writers[0]
        texts = [one for lead in leads for one in lead.texts]
        results = iter(zip(*(one.replay_all(texts) for one in prover.writers), strict=True) if texts else ())
        for lead in leads:
            is_so = False
            for place, written in enumerate(lead.texts):
                matched = next(results)
                if is_so:
                    continue
                found = self._found(matched)
                is_so = found is not None and found[0] == lead.pair
                last = place == len(lead.texts) - 1
                if found is not None and (is_so or (last and found[0] not in self.ways.get(self._kinds_of(found[0]), {}))):
                    pair, names = found
                    stops = [side.stop(position) for side, position in zip(self.sides, pair, strict=True)]
                    values = tuple((name, self._value(0, matched[0], name), self._value(1, matched[1], name)) for name in names)
                    yield pair, Way(stops[0], stops[1], written, lead.region if is_so else None, values), names
                if last and not is_so:
                    learnt = [*prover.learn(lead.model, dict(enumerate(matched)), writer), *self._alike(lead.model, matched)]
                    fixed = [-literal for _, literals in writer.fixing(lead.model) for literal in literals]
                    for clause in learnt or [[-prover.space.concrete, *fixed]]:
                        self.formula.add(*clause)

    def _value(self, side: int, matched: Replayed, name: str) -> str:
        """What a field is for a lead, as a person would write it."""
        value = matched.values.get(name)
        return "missing" if value is None else shown(value, self.sides[side].project.fields[name].type)

    def _alike(self, model: frozenset[Literal], matched: Sequence[Replayed]) -> Iterator[list[Literal]]:
        """Fields that were supposed to differ and do not: that they are alike for the values that they follow from."""
        fixed = dict(self.prover.writers[0].fixing(model))
        for name, may in self.differ.items():
            if may in model and matched[0].values.get(name) == matched[1].values.get(name):
                roots = frozenset[str]().union(*(writer.roots(name) for writer in self.prover.writers)) & fixed.keys()
                yield [-self.prover.space.concrete, -may, *(-literal for root in sorted(roots) for literal in fixed[root])]

    def _note(self, pair: Pair, way: Way, names: tuple[str, ...]) -> Literal:
        """Remember a way; the literal of the leads that need no more be looked for: those of the way, or of the whole cell."""
        kinds = self._kinds_of(pair)
        ways = self.ways.setdefault(kinds, {})
        ways[pair] = way
        self.fields.setdefault(kinds, {}).update(dict.fromkeys(names))
        if len(ways) < _MOST_WAYS:
            return self._goal(pair, self.stages)
        cell = self._cell(kinds)
        if self.prover.solver.holds([cell, *(-self._goal(one, self.stages) for one in ways)]) is not False:
            self.full.add(kinds)
        return cell

    def _left_open(self, differs: Literal, done: Sequence[Literal]) -> None:
        """Whether any other lead could differ, written down or not."""
        solver = Solver(self.formula, self.prover.budget)
        solver.demand(differs)
        for literal in done:
            solver.demand(-literal)
        while True:
            answer = solver.holds([])
            if answer and self.prover.space.settle():
                answer = solver.holds([])
            if answer is False:
                return
            if answer is None:
                self.undecided.append(Undecided(f"the budget of {self.prover.budget.conflicts:,} conflicts is used up"))
                return
            if len(self.ways) >= _MOST_CELLS or len(self.undecided) >= _MOST_OPEN:
                self.undecided.append(Undecided("there is too much of it to look into"))
                return
            if any(side.deep in solver.model for side in self.sides):
                self.undecided.append(Undecided("too many rules hand leads on"))
                return
            pair = self._chosen(solver.model)
            stops = [side.stop(position) for side, position in zip(self.sides, pair, strict=True)]
            self.undecided.append(Undecided(self._why(solver.model), stops[0], stops[1]))
            solver.demand(-self._cell(self._kinds_of(pair)))

    def _why(self, model: frozenset[Literal]) -> str:
        """Why it is open; a field that the two read differently is the likeliest cause."""
        for number, name in self.prover.space.partitions:
            declared = [side.project.fields[name].origin == "declared" for side in self.sides if name in side.project.fields]
            if number != SHARED and len(declared) == 2 and all(declared):
                return f"the two read `{name}` differently"
        return self.prover.open_because(model)

    def _times(self) -> Iterator[str]:
        """What the fields in use have to do with time: their types, and where they come from."""
        for key, partition in self.prover.space.partitions.items():
            yield partition.field.type.value
            yield key[1].partition(".")[0]


def _survey(space: LeadSpace) -> None:
    """Tell the space which fields outcomes read, where the projects do not share them."""
    names = {name for project in space.projects for rule in project.rules for name in rule_reads(rule)}
    names |= {name for project in space.projects for name in step_reads(project.default)}
    for number, project in enumerate(space.projects):
        for name in sorted(names):
            key = space.survey.key(number, name)
            if key[0] != SHARED and name in project.fields:
                space.survey.of(key)
