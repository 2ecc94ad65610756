"""Which rule takes each lead: first match, over columns.

Every field that rules test alone is cut into *classes* of values that no rule tells apart; each class carries a bitset over the
rules (a set bit: as far as this field goes, the rule may hold). Fields are joined into a few mixed-radix codes, the bitsets of a
lead's classes are ANDed 64 rules at a time, and the first set bit is its rule. What cannot be answered by class (text that differs
in every lead, tests between two fields) is evaluated only on the leads for which its rule is still possible and no earlier rule is
certain. The layout follows bitmap packet classification (Lakshman, Stiliadis: "High-speed policy-based packet forwarding", 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from leadroute.language.evaluate import Evaluator, intervals
from leadroute.language.intervals import representatives, thresholds
from leadroute.language.references import conjuncts, references, tests
from leadroute.model.columns import CodedColumn, Codes, Column, LeadBatch, NumberColumn, Rows
from leadroute.model.condition import All, Condition
from leadroute.model.rules import Rule

Words = npt.NDArray[np.uint64]
JOINT_CLASSES = 4096
"""At most so many joint classes in one table: its bitsets should stay in the processor's cache."""


@dataclass(slots=True)
class _FieldTable:
    """One field: the conjuncts of each rule that ask it alone, and per class of values the rules that stay possible."""

    name: str
    asked: dict[int, list[Condition]] = field(default_factory=dict)
    cuts: list[int] | list[float] = field(default_factory=list)
    classes: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    words: Words = field(default_factory=lambda: np.zeros((0, 0), np.uint64))

    def codes(self, column: Column) -> Codes:
        """The class of each lead's value."""
        if isinstance(column, CodedColumn):
            return self.classes[column.codes]
        assert isinstance(column, NumberColumn)  # noqa: S101 - the plan keeps other columns out
        return self.classes[intervals(column, self.cuts)]


class Matcher:
    """Finds the first rule that holds, for block after block of leads.

    ``rules`` are those in force, in order; results are positions in that tuple, -1 for none.
    """

    def __init__(self, rules: Sequence[Rule], evaluator: Evaluator) -> None:
        self.rules = tuple(rules)
        self.evaluator = evaluator
        self._width = max(1, -(-len(self.rules) // 64))
        self._fields: dict[str, _FieldTable] = {}
        self._rest: dict[int, Condition] = {}
        self._names = {name for rule in self.rules if rule.when is not None for name in references(rule.when)}
        self._kinds: dict[str, type] | None = None
        self._sizes: dict[str, int] = {}
        self._groups: list[tuple[list[str], Words]] = []
        self._always = np.zeros(self._width, np.uint64)

    def first(self, batch: LeadBatch, rows: Rows | None = None, *, after: int = -1) -> Codes:
        """For each lead of a block (or of ``rows``) the first rule later than ``after`` that holds, as ``int32``."""
        self._prepare(batch)
        size = batch.size if rows is None else len(rows)
        found = np.full(size, -1, np.int32)
        joint = self._joint_codes(batch, rows)
        still: Rows | None = None
        for word in range(max(0, after + 1) // 64, self._width):
            bits = self._bits(word, joint, still, size, after)
            settled = self._settle(word, bits, batch, rows, still)
            if still is None:
                found = settled
                still = np.flatnonzero(settled < 0)
            else:
                found[still] = settled
                still = still[settled < 0]
            if len(still) == 0:
                break
        return found

    def _bits(self, word: int, joint: list[Codes], still: Rows | None, size: int, after: int) -> Words:
        """The rules of one word that are possible for each open lead."""
        bits: Words | None = None
        for codes, (_, table) in zip(joint, self._groups, strict=True):
            part = table[word][codes if still is None else codes[still]]
            bits = part if bits is None else bits & part
        if bits is None:
            bits = np.full(size if still is None else len(still), self._always[word], np.uint64)
        if after >= word * 64:
            passed = after + 1 - word * 64
            bits = bits & np.uint64(((1 << 64) - 1) ^ ((1 << passed) - 1))
        return bits

    def _settle(self, word: int, bits: Words, batch: LeadBatch, rows: Rows | None, still: Rows | None) -> Codes:
        """The first rule of a word that holds for each open lead, -1 for none."""
        uncertain = [rule for rule in self._rest if rule // 64 == word]
        unsure = np.uint64(sum(1 << (rule % 64) for rule in uncertain))
        sure = bits & ~unsure
        lowest = sure & (~sure + np.uint64(1))
        found = np.full(len(bits), -1, np.int32)
        hit = np.flatnonzero(lowest)
        # A power of two is exact in a float, and its exponent is the bit's number.
        found[hit] = word * 64 + np.frexp(lowest[hit].astype(np.float64))[1] - 1
        if not uncertain:
            return found
        before = bits & unsure & (lowest - np.uint64(1))  # 0 - 1 wraps to all ones: with no sure rule, every unsure one counts
        waiting = np.flatnonzero(before)
        before = before[waiting]
        for rule in sorted(uncertain):
            asked = (before >> np.uint64(rule % 64)) & np.uint64(1) != 0
            at = waiting[asked]
            if len(at) == 0:
                continue
            places = at if still is None else still[at]
            holds = self.evaluator.mask(self._rest[rule], batch, places if rows is None else rows[places])
            found[at[holds]] = rule
            keep = np.ones(len(waiting), np.bool_)
            keep[np.flatnonzero(asked)[holds]] = False
            waiting, before = waiting[keep], before[keep]
        return found

    def _joint_codes(self, batch: LeadBatch, rows: Rows | None) -> list[Codes]:
        joint: list[Codes] = []
        for names, _ in self._groups:
            code: Codes | None = None
            for name in names:
                table = self._fields[name]
                own = table.codes(batch.columns[name])
                code = own if code is None else code * np.int32(len(table.words)) + own
            if code is not None:
                joint.append(code if rows is None else code[rows])
        return joint

    def _prepare(self, batch: LeadBatch) -> None:
        """Make or extend the tables: when a column is seen in another form than before, and when a vocabulary has grown."""
        kinds = {name: type(batch.columns[name]) for name in self._names}
        if kinds != self._kinds:
            self._plan(kinds)
        sizes = {
            name: len(column.vocabulary.values) if isinstance(column := batch.columns[name], CodedColumn) else 0 for name in self._fields
        }
        if sizes != self._sizes or not self._groups:
            for name, table in self._fields.items():
                if self._sizes.get(name) != sizes[name]:
                    self._fill(table, batch.columns[name])
            self._sizes = sizes
            self._join()

    def _plan(self, kinds: dict[str, type]) -> None:
        """Sort the conjuncts of every rule: one class-coded field and no other, or the rest."""
        self._kinds, self._sizes, self._groups = kinds, {}, []
        self._fields, self._rest = {}, {}
        for at, rule in enumerate(self.rules):
            rest: list[Condition] = []
            for conjunct in conjuncts(rule.when):
                names = references(conjunct)
                name = next(iter(names), None)
                alone = len(names) == 1 and name is not None and kinds[name] in {CodedColumn, NumberColumn}
                if alone and name is not None and not _refers(conjunct):
                    self._fields.setdefault(name, _FieldTable(name)).asked.setdefault(at, []).append(conjunct)
                else:
                    rest.append(conjunct)
            if rest:
                self._rest[at] = rest[0] if len(rest) == 1 else All(tuple(rest))
        everything = (1 << len(self.rules)) - 1
        self._always = _split(everything, self._width)

    def _fill(self, table: _FieldTable, column: Column) -> None:
        """Evaluate a field's conjuncts once per value or interval, and merge the values that no rule tells apart."""
        if isinstance(column, NumberColumn):
            cuts = {cut for parts in table.asked.values() for part in parts for cut in thresholds(part, self.evaluator.clock)}
            table.cuts = sorted(cuts)
            values = representatives(table.cuts, column.type)
            size = len(values) + 1
        else:
            assert isinstance(column, CodedColumn)  # noqa: S101 - the plan keeps other columns out
            size = len(column.vocabulary.values) + 1
        possible = np.empty((size, self._width), np.uint64)
        possible[:] = self._always
        for rule, parts in table.asked.items():
            bit = np.uint64(1 << (rule % 64))
            for part in parts:
                if isinstance(column, NumberColumn):
                    holds = self.evaluator.values_mask(part, values)
                else:
                    holds = self.evaluator.vocabulary_mask(part, column.vocabulary)
                possible[~holds, rule // 64] &= ~bit
        words, classes = np.unique(possible, axis=0, return_inverse=True)
        table.words, table.classes = words, classes.reshape(-1).astype(np.int32)

    def _join(self) -> None:
        """Join fields, those of fewest classes first, into tables of at most ``JOINT_CLASSES`` bitsets."""
        self._groups = []
        names: list[str] = []
        words = self._always.reshape(1, -1)
        for name, table in sorted(self._fields.items(), key=lambda item: (len(item[1].words), item[0])):
            if names and len(words) * len(table.words) > JOINT_CLASSES:
                self._groups.append((names, np.ascontiguousarray(words.T)))
                names, words = [], self._always.reshape(1, -1)
            names.append(name)
            words = (words[:, None, :] & table.words[None, :, :]).reshape(-1, self._width)
        if names:
            self._groups.append((names, np.ascontiguousarray(words.T)))


def _refers(condition: Condition) -> bool:
    """Whether a condition compares with a ``$field`` (be it its own)."""
    return any(operand.ref is not None for test in tests(condition) for operand in test.operands)


def _split(bits: int, width: int) -> Words:
    """A bitset as ``width`` words of 64, lowest first."""
    return np.array([(bits >> (64 * word)) & ((1 << 64) - 1) for word in range(width)], np.uint64)
