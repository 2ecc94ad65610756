"""What a project's conditions, tables and people can tell apart about each field: the material that its atoms are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil

from leadroute import values
from leadroute.language.intervals import thresholds
from leadroute.language.operators import OPERATORS
from leadroute.language.references import Leaf, gives, leaf_key, reads, tests
from leadroute.language.scalar import holds
from leadroute.language.text import compared
from leadroute.model.clock import Clock, day
from leadroute.model.condition import Ago, Condition, Days, Operand, Test
from leadroute.model.derive import Cases, DeriveStep, DomainOf, Lookup, Score
from leadroute.model.fields import Field, FieldType, Value
from leadroute.model.frozen import record
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.proofs.examples import of_pattern, screened, strangers, with_pieces
from leadroute.proofs.partition import EQUALITY, moving
from leadroute.proofs.scale import Number
from leadroute.proofs.shared import but_for_missing, shared
from leadroute.values.numbers import MILLION, millionths

Key = tuple[int, str]
"""A field: the number of its project and its name; ``SHARED`` is the number of what all projects read or work out alike."""
SHARED = -1
MOST_ROWS = 20_000
"""A lookup table with more rows is not followed: what it gives is left open."""
_MOST_CANDIDATES = 400
_MOST_LACKING = 100
"""Of a score that other lines can bring to more sums, it is left open what a field must give."""


@record
class Notes:
    """What is known of one field: the values that anything names with their texts, the cuts, the tests that look inside."""

    field: Field
    values: dict[Value, str] = dataclasses.field(default_factory=dict)
    cuts: set[Number] = dataclasses.field(default_factory=set)
    moving: set[Number] = dataclasses.field(default_factory=set)
    inside: dict[Leaf, Test] = dataclasses.field(default_factory=dict)
    prefixes: set[str] = dataclasses.field(default_factory=set)
    strangers: list[Value] = dataclasses.field(default_factory=list)
    crossed: bool = False

    @property
    def opened(self) -> bool:
        """Whether tests look into the text."""
        return bool(self.inside)


class Survey:
    """Reads projects once, field by field. ``clock`` is where ``-7d`` is counted from."""

    def __init__(self, projects: Sequence[Project], clock: Clock) -> None:
        self.projects = projects
        self.clock = clock
        self.notes: dict[Key, Notes] = {}
        self.steps: dict[Key, DeriveStep] = {}
        self._shared = shared(projects)
        self.tied = but_for_missing(*projects) if len(projects) == 2 else frozenset()
        """Fields that two projects read alike but for some words, so that each has one of its own."""
        self._closed = False
        self._copies: list[tuple[Key, Key]] = []
        self._compared: set[tuple[int, str, str]] = set()
        self._attributes: dict[tuple[int, str], dict[object, None]] = {}
        for number, project in enumerate(projects):
            for step in project.derive:
                for given in gives(step):
                    self.steps[self.key(number, given.name)] = step

    def key(self, number: int, name: str) -> Key:
        """The field that a name means in a project."""
        return (SHARED, name) if name in self._shared else (number, name)

    def of(self, key: Key) -> Notes:
        """The notes on a field."""
        found = self.notes.get(key)
        if found is None:
            number, name = key
            found = self.notes[key] = Notes(self.projects[max(number, 0)].fields[name])
            if self._closed and found.field.type.is_text:
                self._add_strangers(found)  # asked about too late to be told apart, it has some value all the same
        return found

    def close(self) -> None:
        """Add what follows: derived fields in use, copies, texts made up for tests that look inside. Call it once, after reading."""
        for number, project in enumerate(self.projects):
            self._derived(number, project)
            self._arrival(number, project)
        for notes in self.notes.values():
            if notes.field.type.is_text:
                self._make_up(notes)
        self._tie()
        self._spread()
        for notes in self.notes.values():
            if notes.field.type.is_text:
                self._add_strangers(notes)
        self._closed = True

    def _tie(self) -> None:
        """Tell apart in both of two tied fields what either tells apart, and the words that only one takes for missing."""
        for name in sorted(self.tied):
            keys = [(number, name) for number in range(2)]
            if all(key in self.notes for key in keys):
                self._copies += [(keys[0], keys[1]), (keys[1], keys[0])]
                for key in keys:
                    self.notes[key].values.update({word: word for word in self.words if word not in self.notes[key].values})

    @property
    def words(self) -> frozenset[str]:
        """The words that only one of two projects takes for missing."""
        return self.projects[0].missing ^ self.projects[1].missing

    def condition(self, number: int, condition: Condition) -> None:
        """Note a condition over leads."""
        for test in tests(condition):
            self._test(number, test)

    def people(self, number: int, condition: Condition, reps: Sequence[Rep]) -> None:
        """Note a condition over reps: what it compares a lead's fields with."""
        for test in tests(condition):
            attribute = test.subject.name
            refs = [operand.ref for operand in test.operands if operand.ref is not None]
            if test.subject.part_ref is not None:
                refs.append(test.subject.part_ref)
            for name in refs:
                if (number, attribute, name) not in self._compared:
                    self._compared.add((number, attribute, name))
                    self._values(number, name, self._had(number, attribute, reps))

    def _had(self, number: int, attribute: str, reps: Sequence[Rep]) -> dict[object, None]:
        """The values that any rep has of an attribute: items of lists, names and levels of maps."""
        found = self._attributes.get((number, attribute))
        if found is None:
            found = self._attributes[number, attribute] = {}
            for rep in reps:
                has = rep.attributes.get(attribute, ())
                found.update(dict.fromkeys(has if isinstance(has, tuple | Mapping) else (has,)))
                if isinstance(has, Mapping):
                    found.update(dict.fromkeys(has.values()))
        return found

    def named(self, number: int, name: str, texts: Iterable[str]) -> None:
        """Note texts that a field's value is compared with in other ways, such as names of pools."""
        self._values(number, name, texts)

    def window(self, number: int, start: int | None, end: int | None) -> None:
        """Note the dates between which a rule is in force."""
        notes = self.of(self.key(number, "now.date"))
        notes.cuts.update(([start] if start is not None else []) + ([end + 1] if end is not None else []))

    def _values(self, number: int, name: str, found: Iterable[object]) -> None:
        notes = self.of(self.key(number, name))
        for value in found:
            if notes.field.type.is_ordered:
                if isinstance(value, int | float):
                    notes.cuts.add(value)
            elif isinstance(value, str):
                notes.values.setdefault(compared(value), value)

    def _test(self, number: int, test: Test) -> None:
        key = self.key(number, test.subject.name)
        notes = self.of(key)
        refs = [operand.ref for operand in test.operands if operand.ref is not None]
        for name in refs:
            other = self.key(number, name)
            for one in (notes, self.of(other)):
                one.crossed = True
                one.cuts.update(self._apart(one.field.type))
            if other != key:
                self._copies += [(key, other), (other, key)]
        if notes.field.type.is_ordered:
            if test.op != "present" and not refs and (moves := moving(test)) is not None:
                (notes.moving if moves else notes.cuts).update(thresholds(test, self.clock))
            return
        if test.op not in EQUALITY and test.op != "present" and notes.field.type.is_text and not refs:
            notes.inside.setdefault(leaf_key(test), test)
            return
        for operand in test.operands:
            if isinstance(operand.value, str):
                notes.values.setdefault(operand.value, operand.text.strip())

    def _apart(self, kind: FieldType) -> tuple[Number, ...]:
        """A cut that gives fields which are compared with each other values that differ."""
        today = day(self.clock.now, self.clock.timezone)
        cuts = {FieldType.DATE: today, FieldType.DATETIME: self.clock.now, FieldType.INTEGER: 100, FieldType.NUMBER: 100}
        return (cuts[kind],) if kind in cuts else ()

    def _derived(self, number: int, project: Project) -> None:
        """What the steps in use read and give, from the last to the first."""
        score = project.score
        wanted = {name for owner, name in self.notes if owner in (number, SHARED)}
        if score is not None and wanted & {"score", "tier"}:
            cuts = self.of(self.key(number, "score")).cuts
            cuts.update(start for _, start in score.tiers)
            for line in score.points:
                self.condition(number, line.when)
                if line.add.ref is not None:
                    given = self.of(self.key(number, line.add.ref))
                    given.cuts.update(_lacking(score, cuts, given.field.type))
            if score.tiers:
                self.of(self.key(number, "tier")).values.update({compared(name): name for name, _ in score.tiers})
            wanted |= reads(score)
        for step in reversed(project.derive):
            if wanted & {one.name for one in gives(step)}:
                self._step(number, step)
                wanted |= reads(step)

    def _arrival(self, number: int, project: Project) -> None:
        """Where instants of arrival are told apart, so are its dates."""
        arrived, date = self.notes.get((SHARED, project.arrived_field or "")), self.key(number, "arrived.date")
        if arrived is not None and any(key[1].startswith("arrived.") for key in self.notes):
            zone, is_date = self.clock.timezone, arrived.field.type is FieldType.DATE
            for cut in sorted(arrived.cuts):
                first = int(cut) if is_date else day(int(cut), zone)
                self.of(date).cuts.update((first, first + 1))

    def _step(self, number: int, step: DeriveStep) -> None:
        for name in sorted(reads(step)):
            self.of(self.key(number, name))
        if isinstance(step, Cases):
            for condition, then in step.cases:
                self.condition(number, condition)
                self._given(number, step.field, then)
            self._given(number, step.field, step.otherwise)
        elif isinstance(step, Lookup):
            self._lookup(number, step)
        else:
            self.of(self.key(number, step.field.name))

    def _given(self, number: int, field: Field, operand: Operand | None) -> None:
        if operand is None:
            return
        key = self.key(number, field.name)
        notes = self.of(key)
        if operand.ref is not None:
            self._copies.append((self.key(number, operand.ref), key))
        elif not isinstance(operand.value, Ago):
            self._add(notes, operand.value.start if isinstance(operand.value, Days) else operand.value, operand.text)

    def _lookup(self, number: int, step: Lookup) -> None:
        for at, given in enumerate(step.fields):
            self._given(number, given, step.otherwise[at])
        if len(step.rows) > MOST_ROWS:
            return
        by = [self.of(self.key(number, name)) for name in step.by]
        results = [self.of(self.key(number, one.name)) for one in step.fields]
        for row in step.rows:
            for name, notes, key in zip(step.by, by, row.keys, strict=True):
                if name in step.prefix and key is not None:
                    notes.prefixes.add(str(key))
                else:
                    self._add(notes, key, None)
            for notes, value, text in zip(results, row.gives, row.texts, strict=True):
                self._add(notes, value, text)

    @staticmethod
    def _add(notes: Notes, value: Value | None, text: str | None) -> None:
        if value is None:
            return
        if notes.field.type.is_ordered:
            if isinstance(value, int | float):
                notes.cuts.add(value)
        elif isinstance(value, tuple):
            notes.values.update({item: item for item in value})
        else:
            notes.values.setdefault(value, str(value) if text is None else text.strip())

    def _make_up(self, notes: Notes) -> None:
        """Texts for tests that look inside: as many as those tests tell apart, or nearly."""
        found: dict[tuple[object, ...], tuple[Value, str]] = {}
        checks = [_check(test, self.clock) for test in notes.inside.values()]
        domains = self._domains(notes)
        for text in self._candidates(notes, domains):
            value = self._read(notes.field, text)
            if value is None or value in notes.values:
                continue
            domain = values.registrable_domain(text) if domains else None
            found.setdefault((domain if domain in domains else None, *(check(value, text) for check in checks)), (value, text))
            if len(found) > _MOST_CANDIDATES:
                break
        notes.values.update(found.values())
        for prefix in sorted(notes.prefixes):
            # A text that begins so, and not like any longer prefix.
            for filler in ("", "0", "x", "~", "#"):
                text = prefix + filler
                longer = any(text[:size] in notes.prefixes for size in range(len(prefix) + 1, len(text) + 1))
                value = self._read(notes.field, text) if not longer else None
                if value is not None:
                    notes.values.setdefault(value, text)
                    if value != prefix:
                        break

    def _candidates(self, notes: Notes, domains: Iterable[str]) -> Iterable[str]:
        kind = notes.field.type
        for test in notes.inside.values():
            if test.domains:
                yield from (f"jane@{domain}" for domain in sorted(test.domains, key=lambda one: (len(one), one))[:50])
            elif OPERATORS[test.op].on_text:
                for operand in test.operands:
                    for text in of_pattern(str(operand.value)):
                        yield from with_pieces(kind, test.op, [text])
        pieces: dict[str, list[str]] = {}
        for test in notes.inside.values():
            if not test.domains and not OPERATORS[test.op].on_text:
                pieces.setdefault(test.op, []).extend(str(operand.value) for operand in test.operands)
        for op, texts in pieces.items():
            yield from with_pieces(kind, op, list(dict.fromkeys(texts)))
        for domain in domains:
            yield from (f"jane@{domain}", f"jane@mail.{domain}") if kind is FieldType.EMAIL else (domain, f"shop.{domain}")

    def _domains(self, notes: Notes) -> dict[str, None]:
        """The domains that are told apart in fields with the domain of this one."""
        found: dict[str, None] = {}
        for key, step in self.steps.items():
            if isinstance(step, DomainOf) and key in self.notes and self.of(self.key(key[0], step.of)) is notes:
                found.update(dict.fromkeys(map(str, self.notes[key].values)))
        return found

    def _read(self, field: Field, text: str) -> Value | None:
        if compared(text) in self.projects[0].missing:
            return None
        return values.read(field, text, self.clock.timezone)

    def _spread(self) -> None:
        """A value that can be copied from one field to another is told apart in both; likewise cuts."""
        changed = True
        while changed:
            changed = False
            for source, target in self._copies:
                if source not in self.notes or target not in self.notes:
                    continue
                one, other = self.notes[source], self.notes[target]
                if one.field.type is not other.field.type or one.field.exact != other.field.exact:
                    continue
                for had, gets in ((one, other), (other, one)):
                    if not had.values.keys() <= gets.values.keys() or not had.cuts <= gets.cuts or not had.moving <= gets.moving:
                        gets.values = {**had.values, **gets.values}
                        gets.cuts |= had.cuts
                        gets.moving |= had.moving
                        changed = True

    def _add_strangers(self, notes: Notes) -> None:
        """One value that nothing names, or two where fields are compared with each other."""
        if notes.field.name.endswith(".weekday") and notes.field.origin == "builtin":
            return
        wanted = 2 if notes.crossed else 1
        for text in strangers(notes.field.type):
            # Phone numbers are in compared form already: reading one would load the library for them.
            value = text if notes.field.type is FieldType.PHONE else self._read(notes.field, text)
            if value is not None and value not in notes.values and not any(str(value).startswith(prefix) for prefix in notes.prefixes):
                notes.values[value] = text
                notes.strangers.append(value)
                if len(notes.strangers) == wanted:
                    return


def _lacking(score: Score, cuts: Iterable[Number], kind: FieldType) -> set[Number]:
    """What a field must give for a score to reach a cut, whatever other lines add to it."""
    sums = {0}
    for line in score.points:
        if line.add.ref is None:
            sums |= {total + millionths(line.add.value) for total in sums}
            if len(sums) > _MOST_LACKING:
                return set()
    found: set[Number] = set()
    for total in sums:
        for cut in cuts:
            found.update(reaching(cut, total, kind))
    return found


def reaching(cut: Number, total: int, kind: FieldType) -> tuple[Number, Number]:
    """The number below which a field surely lacks something for a score to reach a cut when other lines add ``total`` (in millionths).

    And the one from which on it surely does not. They differ where a number may be rounded up to a whole millionth.
    """
    lacks = ceil(Fraction(cut) * MILLION) - total
    if kind is FieldType.INTEGER:
        return -(-lacks // MILLION), -(-lacks // MILLION)
    return (lacks - 1) / MILLION, lacks / MILLION


def _check(test: Test, clock: Clock) -> Callable[[Value, str], bool]:
    if OPERATORS[test.op].on_text:
        flag = "" if test.subject.exact else "(?i)"
        opinions = [screened(f"{flag}{operand.value}") for operand in test.operands]
        return lambda _, text: any(opinion is not None and opinion(text) for opinion in opinions)
    return lambda value, _: holds(test, value, {}, clock)
