"""Conditions over columns of leads: a test runs once per distinct value, never once per lead where that can be helped.

A test is answered by the operator itself (``language.operators``), asked

- once per entry of the vocabulary, for coded columns;
- once per interval between the numbers that it names, for number columns (every number of an interval behaves alike);
- once per distinct combination of values, where it has ``$fields``;
- by Arrow's kernels on the rows still open, for text that is different in every lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any as Anything

import numpy as np
import numpy.typing as npt

from leadroute.language import text as texts
from leadroute.language.intervals import representatives, thresholds
from leadroute.language.operators import OPERATORS
from leadroute.language.references import Leaf, leaf_key, references
from leadroute.language.scalar import beside, holds, operand_values, operator_of
from leadroute.model.clock import Clock
from leadroute.model.columns import CodedColumn, Codes, Column, LeadBatch, Mask, NumberColumn, Rows, TextColumn, Vocabulary
from leadroute.model.condition import All, Any, Condition, Not, Test
from leadroute.model.fields import Value


class Evaluator:
    """Evaluates conditions on blocks of leads; keeps the answers per distinct value from block to block.

    ``text_tests`` counts texts looked at one by one (not by vocabulary), for the tests that watch the work done.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.text_tests = 0
        self._keys: dict[int, tuple[Test, Leaf]] = {}
        self._tables: dict[tuple[Leaf, int], tuple[Vocabulary, Mask]] = {}
        self._folded: dict[str, tuple[Anything, Anything]] = {}

    def mask(self, condition: Condition, batch: LeadBatch, rows: Rows | None = None) -> Mask:
        """For which leads of the block (or of ``rows``, positions in it) the condition holds.

        Parts are asked only of rows that they can still decide.
        """
        if isinstance(condition, Test):
            return self._test(condition, batch, rows)
        if isinstance(condition, Not):
            return ~self.mask(condition.part, batch, rows)
        size = batch.size if rows is None else len(rows)
        wanted = isinstance(condition, Any)
        result = np.full(size, not wanted)
        open_rows: Rows | None = rows
        open_at: Rows | None = None
        for part in condition.parts:
            answer = self.mask(part, batch, open_rows)
            settled = answer if wanted else ~answer
            if open_at is None:
                result[settled] = wanted
                open_at = np.flatnonzero(~settled)
            else:
                result[open_at[settled]] = wanted
                open_at = open_at[~settled]
            if len(open_at) == 0:
                break
            open_rows = open_at if rows is None else rows[open_at]
        return result

    def vocabulary_mask(self, condition: Condition, vocabulary: Vocabulary) -> Mask:
        """A condition on one coded field and no ``$field``: its answer for every entry, and for missing as the last."""
        if isinstance(condition, Test):
            return self._vocabulary_table(condition, vocabulary)
        return _combined(condition, [self.vocabulary_mask(part, vocabulary) for part in _parts(condition)])

    def values_mask(self, condition: Condition, values: Sequence[Value]) -> Mask:
        """A condition on one number field and no ``$field``: its answer for each of ``values``, and for missing as the last."""
        if isinstance(condition, Test):
            return np.array([*self._asked(condition, values), holds(condition, None, {}, self.clock)], np.bool_)
        return _combined(condition, [self.values_mask(part, values) for part in _parts(condition)])

    def _key(self, test: Test) -> Leaf:
        known = self._keys.get(id(test))
        if known is None:
            known = self._keys[id(test)] = (test, leaf_key(test))
        return known[1]

    def _vocabulary_table(self, test: Test, vocabulary: Vocabulary) -> Mask:
        """One test's answers over a vocabulary, worked out for its new entries alone; the last entry is for missing."""
        key = (self._key(test), id(vocabulary))
        known = self._tables.get(key)
        table = known[1] if known is not None else np.array([holds(test, None, {}, self.clock)])
        have, want = len(table) - 1, len(vocabulary.values)
        if have < want or known is None:
            if OPERATORS[test.op].on_text:
                fresh = self._patterns(test, vocabulary.texts[have:want])
            else:
                fresh = self._asked(test, vocabulary.values[have:want])
            table = np.concatenate([table[:have], np.array(fresh, np.bool_), table[have:]])
            self._tables[key] = (vocabulary, table)
        return table

    def _asked(self, test: Test, values: Sequence[Value]) -> list[bool]:
        """The operator's answer for each of some present values, its operands worked out once for all of them."""
        if test.op == "present":
            return [bool(test.operands[0].value)] * len(values)
        operands = operand_values(test, {}, self.clock) or []
        operator = operator_of(test)
        return [operator(beside(value, test.subject.type, test, self.clock), operands) for value in values]

    def _patterns(self, test: Test, found: list[str]) -> list[bool]:
        patterns = operand_values(test, {}, self.clock) or []
        answers = [texts.matches_pattern(found, pattern) for pattern in patterns]
        return [any(row) for row in zip(*answers, strict=True)]

    def _test(self, test: Test, batch: LeadBatch, rows: Rows | None) -> Mask:
        column = batch.columns[test.subject.name]
        if any(operand.ref is not None for operand in test.operands):
            return self._crossed(test, batch, rows)
        if isinstance(column, CodedColumn):
            codes = column.codes if rows is None else column.codes[rows]
            return self._vocabulary_table(test, column.vocabulary)[codes]
        if isinstance(column, NumberColumn):
            cuts = thresholds(test, self.clock)
            table = self.values_mask(test, representatives(cuts, column.type))
            return table[intervals(column, cuts, rows)]
        return self._texts(test, column, rows)

    def _texts(self, test: Test, column: TextColumn, rows: Rows | None) -> Mask:
        """A test on text that is kept as it came, by Arrow's kernels."""
        if test.op == "present":
            present = texts.present(self._rows(column.text, rows))
            return present if test.operands[0].value else ~present
        on_text = OPERATORS[test.op].on_text
        array = self._rows(column.text, rows) if on_text else self._compared(test.subject.name, column, rows)
        self.text_tests += len(array)
        values = operand_values(test, {}, self.clock) or []
        return texts.present(array) & texts.kernel(test.op, texts.filled(array), values)

    def _compared(self, name: str, column: TextColumn, rows: Rows | None) -> Anything:
        """The compared forms of some texts. Where most of a block's are asked for all are made, and kept: other tests will ask, too."""
        text, folded = self._folded.get(name, (None, None))
        if text is not column.text:
            if rows is not None and 2 * len(rows) < len(column.text):
                return texts.fold(self._rows(column.text, rows), exact=column.exact)
            folded = texts.fold(column.text, exact=column.exact)
            self._folded[name] = column.text, folded
        return self._rows(folded, rows)

    @staticmethod
    def _rows(array: Anything, rows: Rows | None) -> Anything:
        return array if rows is None else texts.take(array, rows)

    def _crossed(self, test: Test, batch: LeadBatch, rows: Rows | None) -> Mask:
        """A test with ``$fields``: the operator runs once for each distinct combination of the values involved."""
        names = sorted(references(test))
        columns = [distinct_values(batch.columns[name], rows) for name in names]
        examples, inverse = combinations([codes for codes, _ in columns])
        answers = np.zeros(len(examples), np.bool_)
        for at, row in enumerate(examples.tolist()):
            lead = {name: values[codes[row]] if codes[row] >= 0 else None for name, (codes, values) in zip(names, columns, strict=True)}
            answers[at] = holds(test, lead[test.subject.name], lead, self.clock)
        return answers[inverse]


def combinations(parts: Sequence[npt.NDArray[np.signedinteger[Anything]]]) -> tuple[Rows, Rows]:
    """The distinct combinations of some numbers (-1 and up) per lead: the first lead of each, and the combination of every lead."""
    joint = parts[0].astype(np.int64) + 1
    for part in parts[1:]:
        width = int(part.max(initial=0)) + 2
        if int(joint.max(initial=0)) > (1 << 62) // width:
            joint = np.unique(joint, return_inverse=True)[1].astype(np.int64)
        joint = joint * width + part + 1
    _, examples, inverse = np.unique(joint, return_index=True, return_inverse=True)
    return examples, inverse


def distinct_values(column: Column, rows: Rows | None) -> tuple[Codes, list[Value]]:
    """A column (or some rows of it) as numbers into a list of its values in compared form; -1 is missing."""
    if isinstance(column, CodedColumn):
        return (column.codes if rows is None else column.codes[rows]), column.vocabulary.values
    if isinstance(column, NumberColumn):
        numbers, missing = (column.values, column.missing) if rows is None else (column.values[rows], column.missing[rows])
        distinct, inverse = np.unique(numbers, return_inverse=True)
        return np.where(missing, -1, inverse).astype(np.int32), distinct.tolist()
    array = column.text if rows is None else texts.take(column.text, rows)
    codes, found = texts.encode(texts.fold(array, exact=column.exact))
    numbers_of = np.array([column.vocabulary.code(value, value) for value in found] or [0], np.int32)
    return np.where(codes < 0, -1, numbers_of[codes]).astype(np.int32), column.vocabulary.values


def intervals(column: NumberColumn, cuts: Sequence[int] | Sequence[float], rows: Rows | None = None) -> Codes:
    """The interval of each number, as an index into ``representatives``; the entry after the last stands for missing."""
    numbers, missing = (column.values, column.missing) if rows is None else (column.values[rows], column.missing[rows])
    edges = np.array(cuts, np.float64 if any(isinstance(cut, float) for cut in cuts) else np.int64)
    left = np.searchsorted(edges, numbers, "left")
    codes = left * 2
    inside = left < len(edges)
    codes[inside] += edges[left[inside]] == numbers[inside]
    return np.where(missing, 2 * len(edges) + 1, codes).astype(np.int32)


def _parts(condition: All | Any | Not) -> tuple[Condition, ...]:
    return (condition.part,) if isinstance(condition, Not) else condition.parts


def _combined(condition: All | Any | Not, parts: list[Mask]) -> Mask:
    """Answers of the parts, over the same values, as the answer of the whole."""
    if isinstance(condition, Not):
        return ~parts[0]
    found = np.full_like(parts[0], isinstance(condition, All)) if parts else np.array([isinstance(condition, All)])
    for part in parts:
        found = found & part if isinstance(condition, All) else found | part
    return found
