"""One field's possible values, cut into finitely many atoms, as literals of a formula.

What a test says of an atom is found by running the operator on a value of that atom. Where a test looks into a text, the field has an
*open* atom: it stands for every text that nothing names, and what such tests say of it is left free. With it, "can never happen" stays
true; ``concrete`` excludes it, so that an answer of "can happen" gives a lead that can be written down and routed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from leadroute.language.intervals import thresholds
from leadroute.language.operators import OPERATORS
from leadroute.language.references import Leaf, leaf_key
from leadroute.language.scalar import beside, holds, operand_values, operator_of
from leadroute.model.clock import Clock, day
from leadroute.model.condition import Ago, Test
from leadroute.model.fields import Field, FieldType, Value
from leadroute.model.frozen import record
from leadroute.proofs.examples import screened
from leadroute.proofs.formula import FALSE, TRUE, Formula, Literal
from leadroute.proofs.scale import Number, Scale, Stretch, asked, readable, stretches

EQUALITY = frozenset({"is", "is_not", "in", "not_in"})
"""Operators that see no more of a text than which of their operands it equals."""
_MOST_PIECES = 60
"""Up to so many pieces of text are compared with each other."""

_NOBODYS = "\N{REPLACEMENT CHARACTER}"
"""An item that nothing names."""
Says = Callable[[Any], bool]


class Partition(Protocol):
    """The atoms of a field. ``present`` is the literal that it has a value."""

    field: Field
    present: Literal

    def test(self, test: Test) -> Literal:
        """A test on this field alone."""

    def where(self, says: Says) -> Literal:
        """The field has a value of which ``says`` is true; it must tell apart no two values of an atom."""

    def at(self, value: Value | None) -> Literal:
        """The atom of a value; where the value has none of its own, that of all values without one."""

    def value(self, model: frozenset[Literal]) -> Value | None:
        """A value of the atom that a model chose."""

    def forget(self, model: frozenset[Literal]) -> list[Literal]:
        """The literals that fix the atom that a model chose."""


@record
class Reading:
    """What partitions share: the formula, the instant that relative dates are read at, and the literal of concrete answers."""

    formula: Formula
    clock: Clock
    concrete: Literal


class Texts:
    """Single texts, and booleans: the values that anything names, ``strangers`` that nothing names, missing, and perhaps the open atom."""

    def __init__(
        self,
        reading: Reading,
        field: Field,
        values: Mapping[Value, str],
        *,
        missing: Literal,
        strangers: Collection[Value],
        opened: bool,
    ) -> None:
        formula = reading.formula
        self.field = field
        self.texts = values
        self.missing = missing
        self.present = -missing
        self.opened = formula.variable() if opened else FALSE
        self._reading = reading
        self.strangers = [value for value in strangers if value in values]
        self._atoms: dict[Value, Literal] = {value: formula.variable() for value in values}
        self._known: dict[Leaf, Literal] = {}
        self._pieces: dict[tuple[str, str], Literal] = {}
        self._deferred: list[tuple[Test, Literal]] = []
        self._prefixed: dict[int, dict[str, list[Literal]]] = {}
        formula.exactly_one([literal for literal in (missing, *self._atoms.values(), self.opened) if literal != FALSE])
        if opened:
            formula.add(-reading.concrete, -self.opened)

    def test(self, test: Test) -> Literal:
        """Equality is asked of the values that the test names and of one that it does not; anything else of every value."""
        key = leaf_key(test)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._asked(test)
        return found

    def where(self, says: Says) -> Literal:
        """The values of which ``says`` is true; of the open atom it may be either."""
        free = [] if self.opened == FALSE else [self._reading.formula.all_of([self.opened, self._reading.formula.variable()])]
        return self._reading.formula.any_of([*(literal for value, literal in self._atoms.items() if says(value)), *free])

    def at(self, value: Value | None) -> Literal:
        """An atom of its own, or any that nothing names."""
        if value is None:
            return self.missing
        own = self._atoms.get(value)
        return own if own is not None else self.unnamed

    @property
    def named(self) -> Iterable[Value]:
        """The values that have an atom."""
        return self._atoms

    @property
    def unnamed(self) -> Literal:
        """The field has a value that nothing names."""
        return self._reading.formula.any_of([*(self._atoms[value] for value in self.strangers), self.opened])

    def starts_with(self, prefix: str) -> Literal:
        """The text begins like that."""
        size = len(prefix)
        table = self._prefixed.get(size)
        if table is None:
            table = self._prefixed[size] = {}
            for value, literal in self._atoms.items():
                if len(str(value)) >= size:
                    table.setdefault(str(value)[:size], []).append(literal)
        free = [] if self.opened == FALSE else [self._piece("starts_with", prefix)]
        return self._reading.formula.any_of([*table.get(prefix, ()), *free])

    def value(self, model: frozenset[Literal]) -> Value | None:
        """The value of the atom; the open one has none, and gives ``None`` like missing."""
        return next((value for value, literal in self._atoms.items() if literal in model), None)

    def forget(self, model: frozenset[Literal]) -> list[Literal]:
        """The one atom."""
        return [next(literal for literal in (self.missing, *self._atoms.values(), self.opened) if literal in model)]

    def settle(self) -> bool:
        """Ask RE2 about the patterns that were left open for the values that people name; whether there were any."""
        waiting, self._deferred = self._deferred, []
        for test, literal in waiting:
            for value, atom in self._atoms.items():
                text = str(value)
                # Other spellings of a text with blanks or beyond ASCII compare alike, and a pattern may tell them apart.
                if text.isascii() and " " not in text:
                    says = holds(test, value, {}, self._reading.clock, text=self.texts[value].strip() if self.field.exact else text)
                    self._reading.formula.add(-atom, literal if says else -literal)
        return bool(waiting)

    def _asked(self, test: Test) -> Literal:
        formula, clock = self._reading.formula, self._reading.clock
        if test.op == "present":
            return self.present if test.operands[0].value else self.missing
        operands = operand_values(test, {}, clock) or []
        if test.op in EQUALITY:
            return self._equal(test, operands)
        if OPERATORS[test.op].on_text:
            return self._pattern(test, operands)
        says = operator_of(test)
        held = [literal for value, literal in self._atoms.items() if says(value, operands)]
        if self.opened != FALSE:
            pieces = [operand for operand in operands if isinstance(operand, str)] if not test.domains else []
            free = [self._piece(test.op, piece) for piece in pieces] or [formula.all_of([self.opened, formula.variable()])]
            held += free
        return formula.any_of(held)

    def _equal(self, test: Test, operands: Sequence[Any]) -> Literal:
        says = operator_of(test)
        stranger = says(_Stranger(), operands)
        named = [value for value in dict.fromkeys(operands) if value in self._atoms]
        differ = self._reading.formula.any_of(self._atoms[value] for value in named if says(value, operands) is not stranger)
        return self._reading.formula.all_of([self.present, -differ]) if stranger else differ

    def _pattern(self, test: Test, patterns: Sequence[str]) -> Literal:
        """A regular expression: free, until ``settle``; concrete answers go by a quick opinion."""
        formula = self._reading.formula
        literal = formula.variable()
        formula.add(-literal, self.present)
        opinions = [screened(pattern) for pattern in patterns]
        for value, atom in self._atoms.items():
            text = self.texts[value].strip()
            says = any(opinion is not None and opinion(text) for opinion in opinions)
            formula.add(-self._reading.concrete, -atom, literal if says else -literal)
        self._deferred.append((test, literal))
        return literal

    def _piece(self, op: str, piece: str) -> Literal:
        """The open text has a piece in it; what pieces say of each other is known."""
        found = self._pieces.get((op, piece))
        if found is not None:
            return found
        formula = self._reading.formula
        found = formula.variable()
        formula.add(-found, self.opened)
        if len(self._pieces) < _MOST_PIECES:
            for (other_op, other), literal in self._pieces.items():
                for (one_op, one, mine), (two_op, two, theirs) in (
                    ((op, piece, found), (other_op, other, literal)),
                    ((other_op, other, literal), (op, piece, found)),
                ):
                    if _implies(one_op, one, two_op, two):
                        formula.add(-mine, theirs)
                if op == other_op and _excludes(op, piece, other):
                    formula.add(-found, -literal)
        self._pieces[op, piece] = found
        return found


class _Stranger:
    """Equal to nothing."""

    __slots__ = ()


def _implies(op: str, piece: str, other_op: str, other: str) -> bool:
    """Whether a text that has the one piece has the other."""
    if other_op == "contains":
        return other in piece
    if op != other_op:
        return False
    return piece.startswith(other) if op == "starts_with" else piece.endswith(other)


def _excludes(op: str, piece: str, other: str) -> bool:
    """Whether no text has both."""
    if op == "starts_with":
        return not (piece.startswith(other) or other.startswith(piece))
    return op == "ends_with" and not (piece.endswith(other) or other.endswith(piece))


@record
class Numbers:
    """Numbers, dates and times: stretches between the cuts that tests make.

    Dates written as ``-7d`` move with the clock, so they cut a scale of their own: what holds, holds at every instant. Concrete answers are
    for the instant of the reading, and join the two.
    """

    reading: Reading
    field: Field
    present: Literal
    fixed: Scale
    moving: Scale
    near: Number | None = None
    _known: dict[Leaf, Literal] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(
        cls, reading: Reading, field: Field, cuts: Iterable[Number], moving: Iterable[Number], *, missing: Literal, within: Stretch
    ) -> Numbers:
        """Cut the values ``within`` at fixed places and at places that move with the clock."""
        clock = reading.clock
        near = {FieldType.DATETIME: clock.now, FieldType.DATE: day(clock.now, clock.timezone)}.get(field.type)
        kind = field.type
        fixed = Scale(reading.formula, -missing, stretches(sorted(set(cuts)), kind, within))
        moved = Scale(reading.formula, -missing, stretches(sorted(set(moving)), kind, within))
        found = cls(reading, field, -missing, fixed, moved, near)
        if len(moved.stretches) > 1 and len(fixed.stretches) > 1:
            for at, stretch in enumerate(moved.stretches):
                beside_it = [fixed.at(other) for other, one in enumerate(fixed.stretches) if stretch.meets(one) is not None]
                reading.formula.add(-reading.concrete, -moved.at(at), *beside_it)
        return found

    def test(self, test: Test) -> Literal:
        """The operator is asked once for each stretch that the test itself can tell apart."""
        key = leaf_key(test)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._asked(test)
        return found

    def where(self, says: Says) -> Literal:
        """Asked of each stretch between fixed cuts."""
        return self.fixed.where([says(readable(stretch, self.field.type, self.near)) for stretch in self.fixed.stretches])

    def at(self, value: Value | None) -> Literal:
        """The stretch of a value; none where it cannot be had."""
        if value is None:
            return -self.present
        at = self.fixed.index(value) if isinstance(value, int | float) else None
        return FALSE if at is None else self.fixed.at(at)

    def value(self, model: frozenset[Literal]) -> Value | None:
        """A readable number of the stretch."""
        if self.present not in model and self.present != TRUE:
            return None
        fixed, moving = self.fixed.stretches[self.fixed.chosen(model)], self.moving.stretches[self.moving.chosen(model)]
        return readable(fixed.meets(moving) or fixed, self.field.type, self.near)

    @property
    def moves(self) -> bool:
        """Whether a test's dates move with the clock."""
        return len(self.moving.stretches) > 1

    def seen_from(self, model: frozenset[Literal], instant: int, timezone: str) -> Value | None:
        """A number of the stretch as it lies at another instant than the reading's; ``None`` when it is missing, or there is none."""
        if not self.moves or self.value(model) is None:
            return self.value(model)
        then = self.reading.clock.now
        ahead = instant - then if self.field.type is FieldType.DATETIME else day(instant, timezone) - day(then, timezone)
        moving = self.moving.stretches[self.moving.chosen(model)]
        shifted = Stretch(*(None if end is None else end + ahead for end in (moving.low, moving.high)))
        found = shifted.meets(self.stretch(model))
        return None if found is None else readable(found, self.field.type, None if self.near is None else self.near + ahead)

    def readable(self, at: int) -> Number:
        """A number of the fixed stretch of that index."""
        return readable(self.fixed.stretches[at], self.field.type, self.near)

    def stretch(self, model: frozenset[Literal]) -> Stretch:
        """The whole stretch between fixed cuts."""
        return self.fixed.stretches[self.fixed.chosen(model)]

    def forget(self, model: frozenset[Literal]) -> list[Literal]:
        """The stretch on either scale."""
        if self.present not in model and self.present != TRUE:
            return [-self.present]
        return [self.fixed.at(self.fixed.chosen(model)), self.moving.at(self.moving.chosen(model))]

    def _asked(self, test: Test) -> Literal:
        if test.op == "present":
            return self.present if test.operands[0].value else -self.present
        moves = moving(test)
        if moves is None:
            free = self.reading.formula.variable()
            self.reading.formula.add(-free, self.present)
            return free
        clock, kind = self.reading.clock, self.field.type
        operands, says = operand_values(test, {}, clock) or [], operator_of(test)
        scale = self.moving if moves else self.fixed
        return scale.where(asked(thresholds(test, clock), lambda value: says(beside(value, kind, test, clock), operands), scale, kind))


def moving(test: Test) -> bool | None:
    """Whether a test's dates move with the clock; ``None`` where some do and some do not, or hours are counted back from a date."""
    relative = [isinstance(operand.value, Ago) for operand in test.operands]
    if not any(relative):
        return False
    hours = any(isinstance(operand.value, Ago) and operand.value.days is None for operand in test.operands)
    return None if not all(relative) or (hours and test.subject.type is FieldType.DATE) else True


class Items:
    """A list: which of the named items it holds, and whether it holds any other."""

    def __init__(self, reading: Reading, field: Field, items: Mapping[str, str], *, missing: Literal) -> None:
        formula = reading.formula
        self.field = field
        self.texts: dict[Value, str] = {}
        self.texts.update(items)
        self.present = -missing
        self._reading = reading
        self._items = {item: formula.variable() for item in items}
        self._other = formula.variable()
        self._known: dict[Leaf, Literal] = {}
        for literal in (*self._items.values(), self._other):
            formula.add(-literal, self.present)
        formula.add(missing, *self._items.values(), self._other)

    def test(self, test: Test) -> Literal:
        """Found out by asking the operator about each of its items alone, about all, and about all but one."""
        key = leaf_key(test)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._asked(test)
        return found

    def where(self, says: Says) -> Literal:
        """Lists have too many values to ask about each: either."""
        free = self._reading.formula.variable()
        self._reading.formula.add(-free, self.present)
        return free

    def at(self, value: Value | None) -> Literal:
        """Exactly these items."""
        if value is None:
            return -self.present
        wanted = set(value) if isinstance(value, tuple) else set()
        named = [literal if item in wanted else -literal for item, literal in self._items.items()]
        other = self._other if wanted - self._items.keys() else -self._other
        return self._reading.formula.all_of([self.present, *named, other])

    def value(self, model: frozenset[Literal]) -> Value | None:
        """The items held; one that nothing names stands for all others."""
        held = [item for item, literal in self._items.items() if literal in model]
        if self._other in model:
            held.append(next(name for name in ("other", *(f"{number}other" for number in range(2, 99))) if name not in self._items))
        return tuple(held) or None

    def singles(self) -> Iterator[tuple[Literal, str]]:
        """Each named item, and one that stands for all others, with the literal that the list holds it."""
        for item, literal in self._items.items():
            yield literal, item
        yield self._other, _NOBODYS

    def forget(self, model: frozenset[Literal]) -> list[Literal]:
        """Every item, held or not."""
        return [literal if literal in model else -literal for literal in (*self._items.values(), self._other)]

    def _asked(self, test: Test) -> Literal:
        formula = self._reading.formula
        if test.op == "present":
            return self.present if test.operands[0].value else -self.present
        operands, says = operand_values(test, {}, self._reading.clock) or [], operator_of(test)
        wanted = [item for item in dict.fromkeys(operands) if item in self._items]
        alone = [says((item,), operands) for item in wanted]
        none = says((_NOBODYS,), operands)
        literals = [self._items[item] for item in wanted]
        if all(alone) and not none:
            return formula.any_of(literals)
        if none and not any(alone):
            return formula.all_of([self.present, *(-literal for literal in literals)])
        without = [says(tuple(other for other in wanted if other != item), operands) for item in wanted]
        if says(tuple(wanted), operands) and not any(without):
            return formula.all_of(literals)
        return self.where(lambda _: True)
