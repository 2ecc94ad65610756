"""Cases: what a group of leads shares, so that candidates and fit are worked out once per group and not once per lead.

A lead's case is the chain of rules that may keep it (the first that holds; after a rule that can let go, the next one too) and the
values that these rules read of a lead when they choose among people. Effort and cost travel with the lead, outside the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from leadroute.language.evaluate import Evaluator, combinations, distinct_values
from leadroute.language.references import borrowed
from leadroute.model.columns import CodedColumn, LeadBatch, NumberColumn, Rows
from leadroute.model.condition import Condition
from leadroute.model.fields import Value
from leadroute.model.frozen import frozen, record
from leadroute.model.project import Project
from leadroute.model.rules import MILLION, Match, Rule, Scale, Step, Target, TargetKind
from leadroute.routing.fulfil import Reading
from leadroute.routing.match import Matcher
from leadroute.routing.targets import lets_go
from leadroute.routing.turns import half_up

MOST = 10**12 * MILLION
"""The largest effort or cost of one lead: a million millions, so that a garbled number fits 64 bits and routes like any other."""


@frozen
class Unanswered:
    """A lead that somebody had and did not answer: it stays with its rule and goes to none of ``had`` (positions in the roster) again.

    ``rule`` is its position among the rules in force, ``last`` who had it last (-1: they have left), ``over`` whether all tries are used
    up, so that the rule's ``then`` steps are taken.
    """

    rule: int
    had: frozenset[int]
    last: int
    over: bool


@frozen
class Case:
    """The rules that may keep a lead (positions among those in force), the values they read, and the fit terms that apply.

    ``terms`` holds ``id`` of each ``when`` of a fit term or a limit that holds. ``unanswered`` is set for a lead that goes on to
    somebody else.
    """

    rules: tuple[int, ...]
    values: Mapping[str, Value | None]
    terms: frozenset[int]
    unanswered: Unanswered | None = None


@dataclass(slots=True)
class Inputs:
    """What a chain of rules reads of a lead when it chooses among people: fields, and conditions of fit terms and limits."""

    fields: dict[str, None] = field(default_factory=dict)
    whens: dict[int, Condition] = field(default_factory=dict)

    def add(self, names: Iterable[str]) -> None:
        """Note fields, in order, once each."""
        self.fields.update(dict.fromkeys(sorted(names)))


@frozen
class Travel:
    """A number that travels with the lead, in millionths: a field, and what stands for a missing or unusable value."""

    field: str
    otherwise: int
    zero_counts: bool

    def of(self, value: Value | None) -> int:
        """The number for one value: rounded half up to millionths, at most ``MOST``; negative (or zero, for a cost) gives ``otherwise``."""
        if value is None or isinstance(value, tuple | str):
            return self.otherwise
        exact = half_up(Fraction(repr(value)) * MILLION) if isinstance(value, float) else int(value) * MILLION
        return self.otherwise if exact < 0 or (exact == 0 and not self.zero_counts) else min(exact, MOST)


class Inputter:
    """What each rule reads of a lead beyond its ``when``."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._default = Inputs()
        self._steps(self._default, project.default)
        for limits in project.limits:
            for limit in limits.measured:
                if limit.measure.when is not None:
                    self._default.whens[id(limit.measure.when)] = limit.measure.when

    def of(self, rules: Iterable[Rule]) -> Inputs:
        """The inputs of a chain of rules, the default's included."""
        found = Inputs(dict(self._default.fields), dict(self._default.whens))
        for rule in rules:
            assign = rule.assign
            self._target(found, assign.target, own=True)
            for rung in assign.require:
                found.add(borrowed(rung))
            for term in assign.prefer:
                if isinstance(term.value, Match):
                    found.add(borrowed(term.value.condition))
                elif isinstance(term.value, Scale) and term.value.part_ref is not None:
                    found.add([term.value.part_ref])
                if term.when is not None:
                    found.whens[id(term.when)] = term.when
            self._steps(found, assign.otherwise)
            if rule.respond is not None:
                self._steps(found, rule.respond.then)
            if assign.turn_in is not None:
                self._pool(found, assign.turn_in)
        return found

    def _steps(self, found: Inputs, steps: Iterable[Step]) -> None:
        for step in steps:
            if step.target is not None:
                self._target(found, step.target)
            for rung in step.require or ():
                found.add(borrowed(rung))

    def _target(self, found: Inputs, target: Target, *, own: bool = False) -> None:
        """A target; ``own`` when it is the rule's, whose pool's own steps follow (those of pools tried on the way do not)."""
        if target.ref is not None:
            found.add([target.ref])
        if target.kind is TargetKind.POOL:
            for name in [target.name] if target.name is not None else list(self.project.pools):
                self._pool(found, name)
                if own:
                    self._steps(found, self.project.pools[name].otherwise)

    def _pool(self, found: Inputs, name: str) -> None:
        by = self.project.rotations[self.project.pools[name].rotation].by
        if by is not None:
            found.add([by])


_Following = tuple[tuple[int, ...], Rows]
"""A chain of rules, and the leads that it is the chain of."""


@record
class _Asks:
    """What some chains of rules read of a lead: the same fields, and conditions that say the same.

    ``numbers`` has the number of each such chain; ``met`` the case of each combination of chain and values seen so far, by number.
    """

    inputs: Inputs
    numbers: dict[tuple[int, ...], int] = field(default_factory=dict)
    met: dict[tuple[int, ...], int] = field(default_factory=dict)


class Sorter:
    """Sorts leads into cases, block after block; ``cases[code]`` is what a code stands for."""

    def __init__(self, project: Project, matcher: Matcher, evaluator: Evaluator) -> None:
        self.cases: list[Case] = []
        self._matcher = matcher
        self._evaluator = evaluator
        self._inputter = Inputter(project)
        self._lets_go = [lets_go(rule, project) for rule in matcher.rules]
        self._asks: dict[tuple[int, ...], _Asks] = {}
        self._alike: dict[tuple[object, ...], _Asks] = {}
        self._chains: list[tuple[tuple[int, ...], Inputs]] = []
        self._reading = Reading()
        self._codes: dict[tuple[object, ...], int] = {}

    def sort(self, batch: LeadBatch) -> npt.NDArray[np.int32]:
        """The case of each lead of a block."""
        first = self._matcher.first(batch)
        order = np.argsort(first, kind="stable")
        ends = np.flatnonzero(np.diff(first[order])) + 1
        found: list[_Following] = []
        for rows in np.split(order, ends):
            if len(rows):
                rule = int(first[rows[0]])
                found.extend(self._followed(batch, rows, () if rule < 0 else (rule,)))
        return self._numbered(batch, found)

    def pass_on(self, batch: LeadBatch, row: int, unanswered: Unanswered) -> int:
        """The case of a lead of a block that stays with its rule, and goes on to somebody else."""
        codes = self._numbered(batch, list(self._followed(batch, np.array([row], np.int64), (unanswered.rule,))))
        key = (unanswered, int(codes[row]))
        found = self._codes.get(key)
        if found is None:
            found = self._codes[key] = len(self.cases)
            self.cases.append(replace(self.cases[codes[row]], unanswered=unanswered))
        return found

    def _followed(self, batch: LeadBatch, rows: Rows, chain: tuple[int, ...]) -> Iterator[_Following]:
        """Follow rules that let go to the next rule that holds: the whole chains, each with its leads."""
        if not chain or not self._lets_go[chain[-1]]:
            yield chain, rows
            return
        following = self._matcher.first(batch, rows, after=chain[-1])
        for rule in np.unique(following).tolist():
            part = rows[following == rule]
            if rule < 0:
                yield chain, part
            else:
                yield from self._followed(batch, part, (*chain, rule))

    def _numbered(self, batch: LeadBatch, found: Sequence[_Following]) -> npt.NDArray[np.int32]:
        """Number the cases of leads, those together whose chains read the same of a lead."""
        codes = np.zeros(batch.size, np.int32)
        alike: dict[int, tuple[_Asks, list[_Following]]] = {}
        for chain, rows in found:
            asks = self._asked(chain)
            alike.setdefault(id(asks), (asks, []))[1].append((chain, rows))
        for asks, members in alike.values():
            chains = np.repeat([asks.numbers[chain] for chain, _ in members], [len(rows) for _, rows in members])
            rows = np.concatenate([rows for _, rows in members])
            codes[rows] = self._number(batch, rows, chains, asks)
        return codes

    def _asked(self, chain: tuple[int, ...]) -> _Asks:
        """What a chain reads of a lead."""
        asks = self._asks.get(chain)
        if asks is None:
            inputs = self._inputter.of(self._matcher.rules[rule] for rule in chain)
            key = (*inputs.fields, *map(self._reading.shape, inputs.whens.values()))
            asks = self._asks[chain] = self._alike.setdefault(key, _Asks(inputs))
            asks.numbers[chain] = len(self._chains)
            self._chains.append((chain, inputs))
        return asks

    def _number(self, batch: LeadBatch, rows: Rows, chains: npt.NDArray[np.int64], asks: _Asks) -> npt.NDArray[np.int32]:
        names, parts, decoders = list(asks.inputs.fields), [chains], []
        # A vocabulary's numbers stay the same from block to block; a number's place among its block's values does not.
        steady = not any(isinstance(batch.columns[name], NumberColumn) for name in names)
        for name in names:
            own, distinct = distinct_values(batch.columns[name], rows)
            parts.append(own.astype(np.int64))
            decoders.append(distinct)
        parts.extend(self._evaluator.mask(when, batch, rows).astype(np.int64) for when in asks.inputs.whens.values())
        examples, inverse = combinations(parts)
        numbers = np.zeros(len(examples), np.int32)
        met = asks.met if steady else {}
        for at, seen in enumerate(zip(*(part[examples].tolist() for part in parts), strict=True)):
            if seen in met:
                numbers[at] = met[seen]
                continue
            (chain, inputs), values = self._chains[seen[0]], seen[1 : len(names) + 1]
            said = {name: decoder[number] if number >= 0 else None for name, decoder, number in zip(names, decoders, values, strict=True)}
            terms = frozenset(when for when, holds in zip(inputs.whens, seen[len(names) + 1 :], strict=True) if holds)
            key = (chain, *((type(value), value) for value in said.values()), terms)
            numbers[at] = met[seen] = self._code(key, chain, said, terms)
        return numbers[inverse]

    def _code(self, key: tuple[object, ...], chain: tuple[int, ...], values: Mapping[str, Value | None], terms: frozenset[int]) -> int:
        found = self._codes.get(key)
        if found is None:
            found = self._codes[key] = len(self.cases)
            self.cases.append(Case(chain, values, terms))
        return found


def travelling(travel: Travel, batch: LeadBatch) -> npt.NDArray[np.int64]:
    """A travelling number for every lead of a block, worked out once per distinct value."""
    column = batch.columns[travel.field]
    if isinstance(column, NumberColumn):
        distinct, inverse = np.unique(column.values, return_inverse=True)
        numbers = np.array([travel.of(value) for value in distinct.tolist()], np.int64)
        return np.where(column.missing, travel.otherwise, numbers[inverse])
    assert isinstance(column, CodedColumn)  # noqa: S101 - a travelling field is a number; a constant one may be coded
    return np.full(batch.size, travel.otherwise, np.int64)
