"""Derived fields, block by block: cases, lookups, stable hashes, domains, then score and tier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from leadroute import values
from leadroute.language.evaluate import Evaluator, distinct_values
from leadroute.language.references import gives
from leadroute.language.text import after_at, compared, fold
from leadroute.leads import arrow
from leadroute.leads.columns import missing_in
from leadroute.leads.outcomes import Outcome, value_text, vocabulary_for
from leadroute.model.columns import CodedColumn, Column, LeadBatch, Mask, NumberColumn, Rows, TextColumn, Vocabulary
from leadroute.model.derive import Cases, DeriveStep, DomainOf, Hash, Lookup, Points, Score
from leadroute.model.fields import Field, FieldType
from leadroute.values.hashes import bucket
from leadroute.values.lookup import Table
from leadroute.values.numbers import MILLION, MOST_POINTS, millionths

TextsOf = Callable[[str], Any]
"""A declared field's trimmed texts in this block as an Arrow array, null where missing."""


class Deriver:
    """Works out derived columns in the order of the steps.

    ``evaluator`` answers conditions; ``given`` are fields that are taken as they are, since the lead brings them.
    """

    def __init__(self, steps: tuple[DeriveStep, ...], score: Score | None, evaluator: Evaluator, given: frozenset[str]) -> None:
        self._steps = steps
        self._score = score
        self._evaluator = evaluator
        self._given = given
        self._timezone = evaluator.clock.timezone
        self._tables = {id(step): Table(step) for step in steps if isinstance(step, Lookup)}
        self._vocabularies: dict[str, Vocabulary] = {}
        self._tiers = Vocabulary()
        for name, _ in score.tiers if score is not None else ():
            self._tiers.code(compared(name), name)
        self._domains: dict[str, int] = {}
        self._given_by_table: dict[str, Column] = {}

    def extend(self, batch: LeadBatch, columns: dict[str, Column], texts_of: TextsOf) -> None:
        """Adds every derived column to ``columns``, which are the batch's own."""
        for step in self._steps:
            if all(field.name in self._given for field in gives(step)):
                continue
            made = self._made(step, batch, columns, texts_of)
            columns.update({name: column for name, column in made.items() if name not in self._given})
        if self._score is not None:
            self._extend_score(self._score, batch, columns)

    def _made(self, step: DeriveStep, batch: LeadBatch, columns: dict[str, Column], texts_of: TextsOf) -> Mapping[str, Column]:
        if isinstance(step, Cases):
            return {step.field.name: self._cases(step, batch, columns)}
        if isinstance(step, Lookup):
            return self._lookup(step, batch, columns)
        if isinstance(step, Hash):
            return {step.field.name: self._hash(step, columns, texts_of)}
        return {step.field.name: self._domain(step, columns[step.of])}

    def _outcome(self, field: Field, size: int) -> Outcome:
        vocabulary = self._vocabularies.get(field.name)
        if vocabulary is None:
            vocabulary = self._vocabularies[field.name] = vocabulary_for(field)
        return Outcome(field, size, vocabulary, self._timezone)

    def _cases(self, step: Cases, batch: LeadBatch, columns: dict[str, Column]) -> Column:
        outcome = self._outcome(step.field, batch.size)
        rest: Rows = np.arange(batch.size)
        for condition, then in step.cases:
            held = self._evaluator.mask(condition, batch, rest)
            outcome.put(rest[held], then, columns)
            rest = rest[~held]
            if len(rest) == 0:
                break
        outcome.put(rest, step.otherwise, columns)
        return outcome.column()

    def _lookup(self, step: Lookup, batch: LeadBatch, columns: dict[str, Column]) -> dict[str, Column]:
        hits = self._hits(step, batch.size, columns)
        nowhere, somewhere = np.flatnonzero(hits < 0), np.flatnonzero(hits >= 0)
        found: dict[str, Column] = {}
        for at, (field, otherwise) in enumerate(zip(step.fields, step.otherwise, strict=True)):
            outcome = self._outcome(field, batch.size)
            outcome.pick(somewhere, self._results(step, at), hits[somewhere])
            outcome.put(nowhere, otherwise, columns)
            found[field.name] = outcome.column()
        return found

    def _results(self, step: Lookup, at: int) -> Column:
        """One result column of the table itself."""
        name = step.fields[at].name
        known = self._given_by_table.get(name)
        if known is None:
            outcome = self._outcome(step.fields[at], len(step.rows))
            for position, row in enumerate(step.rows):
                outcome.value(np.array([position]), row.gives[at], row.texts[at])
            known = self._given_by_table[name] = outcome.column()
        return known

    def _hits(self, step: Lookup, size: int, columns: dict[str, Column]) -> npt.NDArray[np.int64]:
        """The table row of each lead, worked out once per distinct combination of keys."""
        table = self._tables[id(step)]
        joint = np.zeros(size, np.int64)
        choices = []
        for name in step.by:
            codes, found = distinct_values(columns[name], None)
            used, inverse = np.unique(codes, return_inverse=True)
            joint = joint * len(used) + inverse
            # Numbered anew after each key, so that the product of the vocabularies never overflows.
            _, joint = np.unique(joint, return_inverse=True)
            choices.append((codes, found))
        combinations, first, inverse = np.unique(joint, return_index=True, return_inverse=True)
        keys = [[found[code] if code >= 0 else None for code in codes[first].tolist()] for codes, found in choices]
        rows = np.fromiter((table.row(each) for each in zip(*keys, strict=True)), np.int64, len(combinations))
        return rows[inverse]

    def _hash(self, step: Hash, columns: dict[str, Column], texts_of: TextsOf) -> NumberColumn:
        array = texts_of(step.of)
        if array is None:
            codes, texts = _texts(columns[step.of])
        else:
            codes, texts = arrow.codes(array)
            codes = np.where(missing_in(columns[step.of]), np.int32(-1), codes)  # a cell that does not parse is missing
        buckets = np.fromiter((bucket(text, step.into) for text in texts), np.int64, len(texts))
        missing = codes < 0
        return NumberColumn(FieldType.INTEGER, np.where(missing, 0, np.append(buckets, 0)[codes]), missing)

    def _domain(self, step: DomainOf, source: Column) -> CodedColumn:
        vocabulary = self._vocabularies.setdefault(step.field.name, Vocabulary())
        if isinstance(source, TextColumn) and source.type is FieldType.EMAIL:
            codes, found = arrow.codes(after_at(fold(source.text, exact=False)))
        else:
            numbers, distinct = distinct_values(source, None)
            used, inverse = np.unique(numbers, return_inverse=True)
            codes = np.where(numbers < 0, -1, inverse - int(used[0] < 0 if len(used) else 0)).astype(np.int32)
            found = [str(distinct[at]) for at in used.tolist() if at >= 0]
        table = np.append(np.fromiter((self._registered(text, vocabulary) for text in found), np.int32, len(found)), np.int32(-1))
        return CodedColumn(FieldType.DOMAIN, table[codes], vocabulary)

    def _registered(self, text: str, vocabulary: Vocabulary) -> int:
        known = self._domains.get(text)
        if known is None:
            domain = values.registrable_domain(text)
            known = -1 if domain is None else vocabulary.code(domain, domain)
            self._domains[text] = known
        return known

    def _extend_score(self, score: Score, batch: LeadBatch, columns: dict[str, Column]) -> None:
        if "score" not in self._given:
            total = np.zeros(batch.size, np.int64)
            for line in score.points:
                total += self._points(line, batch, columns)
            columns["score"] = NumberColumn(FieldType.NUMBER, total / MILLION, np.zeros(batch.size, np.bool_))
        if score.tiers and "tier" not in self._given:
            column = columns["score"]
            if isinstance(column, NumberColumn):
                columns["tier"] = CodedColumn(FieldType.STRING, _tier(score, column), self._tiers)

    def _points(self, line: Points, batch: LeadBatch, columns: dict[str, Column]) -> npt.NDArray[np.int64]:
        """What one line adds to each lead, in millionths."""
        held: Mask = self._evaluator.mask(line.when, batch)
        if line.add.ref is None:
            return np.where(held, millionths(line.add.value), 0)
        source = columns[line.add.ref]
        if not isinstance(source, NumberColumn):
            return np.zeros(batch.size, np.int64)
        held = held & ~source.missing
        bounded = np.clip(source.values, -MOST_POINTS, MOST_POINTS)
        exact = bounded * MILLION if source.values.dtype == np.int64 else np.floor(bounded * MILLION + 0.5).astype(np.int64)
        return np.where(held, exact, 0)


def _texts(column: Column) -> tuple[npt.NDArray[np.int32], list[str]]:
    """A derived or built-in column's texts, numbered."""
    if isinstance(column, CodedColumn):
        return column.codes, column.vocabulary.texts
    codes, found = distinct_values(column, None)
    return codes, [value_text(value, column.type) for value in found]


def _tier(score: Score, column: NumberColumn) -> npt.NDArray[np.int32]:
    """The rank of the first tier that the score reaches, from the highest; the lowest takes the rest."""
    codes = np.full(len(column.values), len(score.tiers) - 1, np.int32)
    for rank in range(len(score.tiers) - 2, -1, -1):
        codes[column.values >= score.tiers[rank][1]] = rank
    codes[column.missing] = -1
    return codes
