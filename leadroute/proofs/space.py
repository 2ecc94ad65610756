"""All possible leads of one project or several, as a formula: what each field may be, and how derived fields follow from others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import inf

from leadroute import values
from leadroute.language.references import Leaf, leaf_key
from leadroute.language.scalar import holds
from leadroute.language.text import compared
from leadroute.model.clock import DAY, MINUTE, WEEKDAYS, Clock, day, weekday
from leadroute.model.condition import Ago, All, Any, Condition, Days, Operand, Test
from leadroute.model.derive import Cases, DomainOf, Hash, Lookup, Score
from leadroute.model.fields import Field, FieldType, Value
from leadroute.model.project import Project
from leadroute.model.rules import Rule
from leadroute.people.working import MONDAY, in_hours
from leadroute.proofs.formula import FALSE, TRUE, Formula, Literal
from leadroute.proofs.partition import EQUALITY, Items, Numbers, Partition, Reading, Texts
from leadroute.proofs.scale import Stretch
from leadroute.proofs.survey import MOST_ROWS, SHARED, Key, Survey, reaching
from leadroute.values.hashes import bucket
from leadroute.values.lookup import Table
from leadroute.values.numbers import MILLION, millionths

REFERENCE = 1_767_614_400_000_000
"""2026-01-05T12:00Z, a Monday: the instant that ``-7d`` is counted from where nothing asks for another. Proofs hold at every instant."""
_MOST_SUMS = 600
"""A score that can come out in more ways is left open."""
_MOST_PAIRS = 2_500
"""Fields with more pairs of stretches are not compared beforehand."""
_FACTS = ("date", "time", "weekday", "business_hours", "holiday")


class LeadSpace:
    """The formula of all possible leads, for every project in turn.

    First tell ``survey`` everything that will be asked about; then ``literal`` and ``partition`` say it in the formula. Fields are
    encoded when first asked for. ``concrete`` is the literal under which an answer can be written down as a lead (see ``partition``).
    """

    def __init__(self, *projects: Project, now: int = REFERENCE) -> None:
        self.projects = projects
        self.clock = Clock(now, projects[0].timezone)
        self.formula = Formula()
        self.concrete = self.formula.variable()
        self.survey = Survey(projects, self.clock)
        self.partitions: dict[Key, Partition] = {}
        self.crossings: list[tuple[int, Test, Literal]] = []
        """Tests between two fields, which the formula leaves open: project, test, literal."""
        self.open_fields: dict[Key, str] = {}
        """Derived fields that the formula does not follow, with why."""
        self._reading = Reading(self.formula, self.clock, self.concrete)
        self._equals: dict[frozenset[int], Literal] = {}
        self._eithers: dict[frozenset[str], Literal] = {}
        self._crossed: dict[tuple[int, Leaf], Literal] = {}
        self._literals: dict[tuple[int, int], tuple[Condition, Literal]] = {}

    def literal(self, condition: Condition | None, number: int = 0) -> Literal:
        """A condition over the leads of a project; ``None`` always holds."""
        if condition is None:
            return TRUE
        known = self._literals.get((number, id(condition)))
        if known is None:
            known = self._literals[number, id(condition)] = (condition, self._encoded(condition, number))
        return known[1]

    def in_force(self, rule: Rule, number: int = 0) -> Literal:
        """The rule is in force on the routing date."""
        if not rule.enabled:
            return FALSE
        if rule.start is None and rule.end is None:
            return TRUE
        today = self.partition("now.date", number)
        start, end = rule.start, rule.end
        return today.where(lambda day: (start is None or start <= day) and (end is None or day <= end))

    def partition(self, name: str, number: int = 0) -> Partition:
        """A field's atoms."""
        key = self.survey.key(number, name)
        found = self.partitions.get(key)
        if found is None:
            found = self.partitions[key] = self._made(key)
            self._define(key, name, max(number, 0))
            if name in self.survey.tied:
                self._tie(name)
        return found

    def _tie(self, name: str) -> None:
        """Say how a text is read by two projects that differ in the words that stand for a missing value."""
        found = [self.partitions.get((number, name)) for number in range(2)]
        one, other = found
        if not isinstance(one, Texts) or not isinstance(other, Texts):
            return
        add = self.formula.add
        both_open = FALSE not in (one.opened, other.opened)
        # Texts that nothing names have one atom in a field into which no test looks, and two in another.
        loose = [] if both_open or one.opened == other.opened else [-self.concrete]
        words: list[list[Literal]] = [[], []]
        for mine, theirs, lost in ((one, other, words[0]), (other, one, words[1])):
            for value in mine.named:
                if value in self.survey.words:
                    add(-mine.at(value), theirs.missing)
                    lost.append(mine.at(value))
                else:
                    add(*(loose if value in mine.strangers else ()), -mine.at(value), theirs.at(value))
            add(-mine.unnamed, theirs.unnamed)
            if both_open:
                add(-mine.opened, theirs.opened)
        add(-one.missing, other.missing, *words[1])
        add(-other.missing, one.missing, *words[0])
        for leaf, test in self.survey.of((0, name)).inside.items():
            if both_open and leaf in self.survey.of((1, name)).inside:
                says = one.test(test), other.test(test)
                add(-one.opened, -other.opened, -says[0], says[1])
                add(-one.opened, -other.opened, says[0], -says[1])

    def settle(self) -> bool:
        """Ask RE2 about patterns that were left open for named values; whether anything became known."""
        waiting = [partition.settle() for partition in self.partitions.values() if isinstance(partition, Texts)]
        return any(waiting)

    def _encoded(self, condition: Condition, number: int) -> Literal:
        if isinstance(condition, Test):
            return self._tested(condition, number)
        if isinstance(condition, All):
            return self.formula.all_of(self.literal(part, number) for part in condition.parts)
        if isinstance(condition, Any):
            return self.formula.any_of(self.literal(part, number) for part in condition.parts)
        return -self.literal(condition.part, number)

    def _tested(self, test: Test, number: int) -> Literal:
        subject = self.partition(test.subject.name, number)
        refs = [operand.ref for operand in test.operands if operand.ref is not None]
        if not refs:
            return subject.test(test)
        # Between fields that all projects share, a test says the same in each.
        owner = SHARED if all(self.survey.key(number, name)[0] == SHARED for name in (test.subject.name, *refs)) else number
        known = self._crossed.get((owner, leaf_key(test)))
        if known is not None:
            return known
        literal = self._crossed[owner, leaf_key(test)] = self.formula.variable()
        for present in (subject.present, *(self.partition(name, number).present for name in refs)):
            self.formula.add(-literal, present)
        self.crossings.append((owner, test, literal))
        if test.op in EQUALITY and all(isinstance(self.partition(name, number), Texts) for name in (test.subject.name, *refs)):
            self._equal(test, literal, number)
        elif len(test.operands) == 1:
            self._compared(test, literal, number)
        return literal

    def _equal(self, test: Test, literal: Literal, number: int) -> None:
        """Whether two texts are equal is known where either is named; where neither is, it may be or not."""
        subject, formula = self.partition(test.subject.name, number), self.formula
        equal: list[Literal] = []
        presents = [subject.present]
        for operand in test.operands:
            other = self.partition(operand.ref, number) if operand.ref is not None else None
            if other is None:
                known = isinstance(subject, Texts) and isinstance(operand.value, str | bool) and operand.value in subject.named
                equal.append(subject.at(operand.value) if known else FALSE)  # type: ignore[arg-type]  # a text or boolean
                continue
            if not isinstance(subject, Texts) or not isinstance(other, Texts) or subject.field.exact or other.field.exact:
                return
            presents.append(other.present)
            equal.append(self._same(subject, other))
        says = formula.any_of(equal)
        if test.op in ("is_not", "not_in"):
            says = -says
        both = formula.all_of([*presents, says])
        formula.add(-both, literal)
        formula.add(both, -literal)

    def _same(self, one: Texts, other: Texts) -> Literal:
        """Two fields have the same text; one literal for all tests that ask it."""
        key = frozenset((id(one), id(other)))  # partitions live as long as the space
        found = self._equals.get(key)
        if found is None:
            formula = self.formula
            strangers = [value for value in one.strangers if value in other.strangers]
            named = [value for value in one.named if value in other.named and value not in strangers]
            either = self._either(one.field.name, other.field.name)
            for mine in one.strangers:
                for theirs in other.strangers:
                    formula.add(-self.concrete, -one.at(mine), -other.at(theirs), either if mine == theirs else -either)
            unnamed = formula.all_of([one.unnamed, other.unnamed, either])
            found = formula.any_of([*(formula.all_of([one.at(value), other.at(value)]) for value in named), unnamed])
            self._equals[key] = found
        return found

    def _either(self, *names: str) -> Literal:
        """Two texts that nothing names are equal: one literal for all projects that read the fields alike, words for missing aside."""
        alike = all(name in self.survey.tied or self.survey.key(0, name)[0] == SHARED for name in names)
        if not alike or not self.survey.tied.intersection(names):
            return self.formula.variable()
        return self._eithers.setdefault(frozenset(names), self.formula.variable())

    def _compared(self, test: Test, literal: Literal, number: int) -> None:
        """Numbers in stretches that do not meet compare alike wherever they lie in them; else it is known for the readable ones alone."""
        ref = test.operands[0].ref
        if ref is None:
            return
        one, other = self.partition(test.subject.name, number), self.partition(ref, number)
        if not isinstance(one, Numbers) or not isinstance(other, Numbers) or one.moves or other.moves:
            return
        if len(one.fixed.stretches) * len(other.fixed.stretches) > _MOST_PAIRS:
            return
        for at, mine in enumerate(one.fixed.stretches):
            for place, theirs in enumerate(other.fixed.stretches):
                says = holds(test, one.readable(at), {ref: other.readable(place)}, self.clock)
                sure = one.field.type is other.field.type and mine.meets(theirs) is None
                loose = () if sure else (-self.concrete,)
                self.formula.add(*loose, -one.fixed.at(at), -other.fixed.at(place), literal if says else -literal)

    def _made(self, key: Key) -> Partition:
        number, name = key
        project = self.projects[max(number, 0)]
        one = project.fields[name]
        notes = self.survey.of(key)
        missing = self._missing(one, project, max(number, 0))
        if one.type is FieldType.LIST:
            return Items(self._reading, one, {str(value): text for value, text in notes.values.items()}, missing=missing)
        if one.type.is_ordered:
            cuts = set(notes.cuts)
            step = self.survey.steps.get(key)
            within = Stretch(0, step.into - 1) if isinstance(step, Hash) else Stretch(None, None)
            if name == "previous.count":
                within = Stretch(0, None)
            if one.type is FieldType.TIME:
                within = Stretch(0, DAY - 1)
                for shift in project.business_hours.shifts if project.business_hours is not None else ():
                    cuts.update((minutes * MINUTE) % DAY for minutes in (shift.start, shift.end))
            return Numbers.of(self._reading, one, cuts, notes.moving, missing=missing, within=within)
        known: dict[Value, str] = dict(notes.values)
        if one.type is FieldType.BOOLEAN:
            known = {False: "false", True: "true"}
        elif name.endswith(".weekday") and one.origin == "builtin":
            known = {name: name for name in WEEKDAYS}
        elif one.origin == "declared":
            known = {value: text for value, text in known.items() if value != "" and compared(str(value)) not in project.missing}
        return Texts(self._reading, one, known, missing=missing, strangers=notes.strangers, opened=notes.opened)

    def _missing(self, one: Field, project: Project, number: int) -> Literal:
        if (
            one.name == project.id_field
            or (one.required and one.origin == "declared")
            or one.name.startswith("now.")
            or one.name in ("score", "previous.count")
        ):
            return FALSE
        if one.name.startswith("arrived.") and one.origin == "builtin":
            return TRUE if project.arrived_field is None else -self.partition(project.arrived_field, number).present
        if one.name.startswith("local.") and one.origin == "builtin" and one.name not in ("local.date", "local.holiday"):
            return -self.partition("local.date", number).present  # a lead has a clock, or has none
        return self.formula.variable()

    def _define(self, key: Key, name: str, number: int) -> None:
        """Say how a field follows from others."""
        project = self.projects[number]
        source, _, fact = name.partition(".")
        if project.fields[name].origin == "builtin" and fact in _FACTS and source in ("now", "arrived", "local"):
            self._tell_time(source, fact, number)
            return
        if name in ("score", "tier") and project.score is not None and project.fields[name].origin == "derived":
            self._score(project.score, name, number)
            return
        step = self.survey.steps.get(key)
        if isinstance(step, Cases):
            self._cases(step, number)
        elif isinstance(step, Lookup):
            self._lookup(step, number)
        elif isinstance(step, Hash):
            self._hash(step, number)
        elif isinstance(step, DomainOf):
            self._domain(step, number)

    def _cases(self, step: Cases, number: int) -> None:
        rest = TRUE
        for condition, then in step.cases:
            holds = self.literal(condition, number)
            self._gives(step.field, self.formula.all_of([rest, holds]), then, number)
            rest = self.formula.all_of([rest, -holds])
        self._gives(step.field, rest, step.otherwise, number)

    def _gives(self, target: Field, when: Literal, operand: Operand | None, number: int) -> None:
        """Where ``when`` holds, a field has the value of an operand."""
        if when == FALSE:
            return
        own = self.partition(target.name, number)
        if operand is None or isinstance(operand.value, Ago):
            self.formula.add(-when, own.at(None))
        elif operand.ref is not None:
            self._copies(when, self.partition(operand.ref, number), own, self.survey.key(number, target.name))
        else:
            value = operand.value
            self.formula.add(-when, own.at(value.start if isinstance(value, Days) else value))

    def _copies(self, when: Literal, source: Partition, target: Partition, key: Key) -> None:
        """Where ``when`` holds, two fields have the same value; not followed where the one is read anew as another type."""
        add = self.formula.add
        if source.field.type is not target.field.type or source.field.exact != target.field.exact:
            add(-when, source.present, target.at(None))
            self.open_fields[key] = f"`{source.field.name}` is read anew as another type"
            return
        add(-when, source.at(None), target.present)
        add(-when, source.present, target.at(None))
        if isinstance(source, Texts) and isinstance(target, Texts):
            for value in source.named:
                add(-when, -source.at(value), target.at(value))
            if source.opened != FALSE:
                add(-when, -source.opened, target.unnamed)
        elif isinstance(source, Numbers) and isinstance(target, Numbers):
            for one, other in ((source.fixed, target.fixed), (source.moving, target.moving)):
                for at, stretch in enumerate(one.stretches):
                    where = [other.at(place) for place, their in enumerate(other.stretches) if their.meets(stretch) is not None]
                    add(-when, -one.at(at), *where)
        else:
            self.open_fields[key] = f"`{source.field.name}` is a list"

    def _lookup(self, step: Lookup, number: int) -> None:
        keys = [self.survey.key(number, one.name) for one in step.fields]
        by = [self.partition(name, number) for name in step.by]
        if len(step.rows) > MOST_ROWS or any(isinstance(one, Items) for one in by):
            self.open_fields.update(dict.fromkeys(keys, f"`{step.file}` has too many rows"))
            return
        formula = self.formula
        better: list[Literal] = []
        rank: tuple[int, int] | None = None
        level: list[tuple[int, Literal]] = []
        hits: list[tuple[int, Literal]] = []

        def close() -> None:
            """The rows of one rank: what fits and nothing better does; of several, the first."""
            none_better = formula.all_of(-literal for literal in better)
            several = len(groups_here) > 1
            before: list[Literal] = []
            for at, fits in sorted(level):
                hits.append((at, formula.all_of([fits, none_better, *(-literal for literal in before)])))
                if several:
                    before.append(fits)
            better.append(formula.any_of(fits for _, fits in level))

        groups_here: list[object] = []
        for own_rank, pattern, rows in Table(step).groups:
            if rank is not None and own_rank != rank:
                close()
                level, groups_here = [], []
            rank = own_rank
            groups_here.append(pattern)
            for wanted, at in rows.items():
                parts = [self._key(one, value, size) for one, value, size in zip(by, wanted, pattern, strict=True)]
                level.append((at, formula.all_of(parts)))
        if level:
            close()
        nowhere = formula.all_of(-literal for literal in better)
        for place, (given, otherwise) in enumerate(zip(step.fields, step.otherwise, strict=True)):
            if self.survey.key(number, given.name) not in self.survey.notes:
                continue
            own = self.partition(given.name, number)
            for at, hit in hits:
                if hit != FALSE:
                    formula.add(-hit, own.at(step.rows[at].gives[place]))
            self._gives(given, nowhere, otherwise, number)

    @staticmethod
    def _key(partition: Partition, value: Value | None, size: int | None) -> Literal:
        """A lead's field fits a table's key: anything, the same value, or a text that begins so."""
        if size is None:
            return TRUE
        if size >= 0 and isinstance(partition, Texts):
            return partition.starts_with(str(value))
        return partition.at(value)

    def _hash(self, step: Hash, number: int) -> None:
        source, own = self.partition(step.of, number), self.partition(step.field.name, number)
        self.formula.add(-own.present, source.present)
        self.formula.add(own.present, -source.present)
        if isinstance(source, Texts):
            for value in source.named:
                if value not in self.survey.of(self.survey.key(number, step.of)).strangers and source.field.exact:
                    self.formula.add(-source.at(value), own.at(bucket(source.texts[value].strip(), step.into)))
        self.open_fields[self.survey.key(number, step.field.name)] = "a hash follows no order"

    def _domain(self, step: DomainOf, number: int) -> None:
        source, own = self.partition(step.of, number), self.partition(step.field.name, number)
        self.formula.add(source.present, own.at(None))
        if isinstance(source, Texts):
            for value in source.named:
                self.formula.add(-source.at(value), own.at(values.registrable_domain(str(value))))

    def _score(self, score: Score, name: str, number: int) -> None:
        own = self.partition("score", number)
        if not isinstance(own, Numbers):
            return
        if name == "tier":
            tier = self.partition("tier", number)
            for at, stretch in enumerate(own.fixed.stretches):
                # Every tier's start is a cut, so that a stretch lies in one tier whole.
                rank = next((rank for rank, (_, start) in enumerate(score.tiers) if stretch.low is not None and stretch.low >= start), -1)
                self.formula.add(-own.fixed.at(at), tier.at(compared(score.tiers[rank][0])))
            return
        fields = [line for line in score.points if line.add.ref is not None]
        lone = fields[0] if len(fields) == 1 else None
        sums: dict[int, Literal] = {0: TRUE}
        loose: list[Literal] = []
        for line in score.points:
            if line is lone:
                continue
            holds = self.literal(line.when, number)
            if line.add.ref is None:
                sums = self._added(sums, [(holds, millionths(line.add.value)), (-holds, 0)])
            else:
                sums = self._added(sums, self._by_field(line.add.ref, holds, loose, number))
            if len(sums) > _MOST_SUMS:
                self.open_fields[self.survey.key(number, "score")] = "it can come out in too many ways"
                return
        if lone is not None and lone.add.ref is not None:
            holds, given = self.literal(lone.when, number), self.partition(lone.add.ref, number)
            adds = self.formula.all_of([holds, given.present])
            if isinstance(given, Numbers):
                for total, reached in sums.items():
                    self._reach(own, given, self.formula.all_of([reached, adds]), total)
            sums = self._added(sums, [(-adds, 0)])
        # Points that several fields give are only known where the fields' values are: in concrete answers.
        unsure = self.formula.all_of([self.formula.any_of(loose), -self.concrete])
        for total, reached in sums.items():
            self.formula.add(-reached, unsure, own.at(total / MILLION))

    def _reach(self, own: Numbers, given: Numbers, when: Literal, total: int) -> None:
        """Where a field adds to a score that is ``total`` (in millionths) without it: how much of the field makes how much of a score."""
        add = self.formula.add
        last = len(given.fixed.stretches) - 1
        for at, stretch in enumerate(own.fixed.stretches):
            if stretch.low is None:
                continue
            below, enough = reaching(stretch.low, total, given.field.type)
            reached = own.fixed.within(at, len(own.fixed.stretches) - 1)
            lows = [-inf if one.low is None else one.low for one in given.fixed.stretches]
            above = bisect_left(lows, enough)  # the first stretch of which all is enough
            if above <= last:
                add(-when, *(-literal for literal in given.fixed.within(above, last)), *reached)
            under = bisect_right(lows, below)  # all before the stretches from here on is too little, but for one that it lies in
            surely = under - 1
            if surely > 0:
                add(-when, *given.fixed.within(surely, last), *(-literal for literal in reached))

    def _by_field(self, name: str, holds: Literal, loose: list[Literal], number: int) -> list[tuple[Literal, int]]:
        """What a line with ``add: $field`` adds, by the stretch in which the field lies."""
        partition = self.partition(name, number)
        none = self.formula.all_of([holds, partition.present])
        choices: list[tuple[Literal, int]] = [(-none, 0)]
        if isinstance(partition, Numbers):
            for at, stretch in enumerate(partition.fixed.stretches):
                lies = self.formula.all_of([holds, partition.fixed.at(at)])
                value = partition.readable(at)
                choices.append((lies, millionths(value)))
                if stretch.low is None or stretch.low != stretch.high:
                    loose.append(lies)
        return choices

    def _added(self, sums: dict[int, Literal], choices: Sequence[tuple[Literal, int]]) -> dict[int, Literal]:
        """Sums after one more line: where a sum is reached and a choice holds, so is their sum."""
        found: dict[int, list[Literal]] = {}
        for total, reached in sums.items():
            for chosen, points in choices:
                both = self.formula.all_of([reached, chosen])
                if both != FALSE:
                    found.setdefault(total + points, []).append(both)
        return {total: self.formula.any_of(ways) for total, ways in found.items()}

    def _tell_time(self, source: str, fact: str, number: int) -> None:
        """How a clock's facts hang together: dates within a week have some weekdays only, business hours are so many hours of a week."""
        project = self.projects[number]
        own = self.partition(f"{source}.{fact}", number)
        if fact == "holiday" and source == "local":
            self.formula.add(-own.present, self.partition("local.date", number).present)
        if fact == "weekday":
            date = self.partition(f"{source}.date", number)
            if isinstance(date, Numbers):
                for at, stretch in enumerate(date.fixed.stretches):
                    if stretch.low is not None and stretch.high is not None and stretch.high - stretch.low < 6:
                        days = {weekday(day) for day in range(int(stretch.low), int(stretch.high) + 1)}
                        self.formula.add(-date.fixed.at(at), own.at(None), *(own.at(day) for day in sorted(days)))
        elif fact == "date" and source == "now" and isinstance(own, Numbers) and own.moves:
            # Today is never some days ago, whatever day it is.
            today = own.moving.index(day(self.clock.now, self.clock.timezone))
            self.formula.add(FALSE if today is None else own.moving.at(today))
        elif fact == "date" and source == "arrived":
            self._arrives(own, number)
        elif fact == "holiday" and source != "local" and project.holidays is None:  # a lead has the holidays of its own country
            self.formula.add(own.at(None), own.at(False))
        elif fact == "business_hours":
            self._business_hours(source, project, number)

    def _arrives(self, date: Partition, number: int) -> None:
        """The date of an arrival is the date of its instant."""
        instants = self.partition(self.projects[number].arrived_field or "", number)
        if not isinstance(date, Numbers) or not isinstance(instants, Numbers):
            return
        whole = instants.field.type is FieldType.DATE
        for at, stretch in enumerate(instants.fixed.stretches):
            ends = (
                None if end is None else int(end) if whole else day(int(end), self.clock.timezone) for end in (stretch.low, stretch.high)
            )
            days = Stretch(*ends)
            where = [date.fixed.at(place) for place, one in enumerate(date.fixed.stretches) if one.meets(days) is not None]
            self.formula.add(-instants.fixed.at(at), *where)

    def _business_hours(self, source: str, project: Project, number: int) -> None:
        own, days, times = (self.partition(f"{source}.{fact}", number) for fact in ("business_hours", "weekday", "time"))
        if not isinstance(times, Numbers):
            return
        for at, stretch in enumerate(times.fixed.stretches):
            if stretch.low is None:
                continue
            for place, name in enumerate(WEEKDAYS):
                working = in_hours(project.business_hours, MONDAY + place * DAY + int(stretch.low))
                when = (-times.fixed.at(at), -days.at(name))
                if not working:
                    self.formula.add(*when, own.at(None), own.at(False))
                elif project.holidays is None:  # on a holiday nobody works, whatever the hour
                    self.formula.add(*when, own.at(None), own.at(True))
