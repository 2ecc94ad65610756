"""Who of some people fulfils a condition over reps: asked once per test and value, whatever rules it stands in."""

from __future__ import annotations

from collections.abc import Sequence

from leadroute.language.references import borrowed, leaf_key
from leadroute.language.scalar import rep_test
from leadroute.model.clock import Clock
from leadroute.model.condition import All, Condition, LeadValues, Not, Test
from leadroute.model.roster import Rep

Read = tuple[object, ...]


class Reading:
    """What conditions over reps read of a lead, and which of them say the same; conditions must live as long as this does."""

    def __init__(self) -> None:
        self._names: dict[int, tuple[str, ...]] = {}
        self._shapes: dict[int, int] = {}
        self._numbers: dict[object, int] = {}

    def of(self, condition: Condition, lead: LeadValues) -> Read:
        """The lead's values that a condition reads."""
        names = self._names.get(id(condition))
        if names is None:
            names = self._names[id(condition)] = tuple(sorted(borrowed(condition)))
        return tuple((type(value), value) for value in map(lead.get, names))

    def shape(self, condition: Condition) -> int:
        """A number that two conditions share when they say the same."""
        found = self._shapes.get(id(condition))
        if found is None:
            form: object
            if isinstance(condition, Test):
                form = leaf_key(condition)
            else:
                parts = (condition.part,) if isinstance(condition, Not) else condition.parts
                form = (type(condition), tuple(self.shape(part) for part in parts))
            found = self._shapes[id(condition)] = self._numbers.setdefault(form, len(self._numbers))
        return found


class Fulfilment:
    """Who of a group of people (positions in the roster) fulfils conditions."""

    def __init__(self, people: Sequence[int], reps: Sequence[Rep], clock: Clock, reading: Reading) -> None:
        self.people = tuple(people)
        self._reps = reps
        self._clock = clock
        self._reading = reading
        self._everybody = frozenset(people)
        self._known: dict[tuple[int, Read], frozenset[int]] = {}
        self._ordered: dict[frozenset[int], tuple[int, ...]] = {}

    def who(self, condition: Condition, lead: LeadValues) -> frozenset[int]:
        """Those for whom a condition holds with the values of a lead."""
        key = (self._reading.shape(condition), self._reading.of(condition, lead))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._asked(condition, lead)
        return found

    def in_order(self, condition: Condition, lead: LeadValues) -> tuple[int, ...]:
        """The same in roster order, one tuple for everybody who asks for the same people."""
        fulfilling = self.who(condition, lead)
        found = self._ordered.get(fulfilling)
        if found is None:
            found = self._ordered[fulfilling] = tuple(rep for rep in self.people if rep in fulfilling)
        return found

    def _asked(self, condition: Condition, lead: LeadValues) -> frozenset[int]:
        if isinstance(condition, Test):
            return frozenset(rep for rep in self.people if rep_test(condition, self._reps[rep], lead, self._clock))
        if isinstance(condition, Not):
            return self._everybody - self.who(condition.part, lead)
        found = self._everybody if isinstance(condition, All) else frozenset()
        for part in condition.parts:
            found = found & self.who(part, lead) if isinstance(condition, All) else found | self.who(part, lead)
        return found
