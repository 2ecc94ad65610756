"""Why no rule took a lead: the first rule whose first failing test saw a missing value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leadroute.language.evaluate import Evaluator
from leadroute.language.references import conjuncts, references
from leadroute.language.text import present, take
from leadroute.model.columns import CodedColumn, Codes, Column, LeadBatch, Mask, NumberColumn, Rows
from leadroute.model.rules import Rule
from leadroute.routing.cases import Case


class Unmatched:
    """Collects, block by block, the leads that no rule took. ``causes`` names (rule, field); ``cause_of`` gives a lead's, if any."""

    def __init__(self, rules: Sequence[Rule], evaluator: Evaluator) -> None:
        self.causes: list[tuple[str, str]] = []
        self._rules = rules
        self._evaluator = evaluator
        self._numbers: dict[tuple[str, str], int] = {}
        self._rows: list[Rows] = []
        self._found: list[Codes] = []

    def take(self, batch: LeadBatch, codes: Codes, cases: Sequence[Case]) -> None:
        """Look at the leads of a block whose case has no rule."""
        without = np.array([not case.rules for case in cases], np.bool_)
        rows = np.flatnonzero(without[codes])
        if len(rows):
            self._rows.append(rows + batch.start)
            self._found.append(self._causes(batch, rows))

    def cause_of(self, size: int) -> Codes:
        """For each of ``size`` leads the number of its cause, -1 where there is none."""
        found = np.full(size, -1, np.int32)
        for rows, causes in zip(self._rows, self._found, strict=True):
            found[rows] = causes
        return found

    def _causes(self, batch: LeadBatch, rows: Rows) -> Codes:
        found = np.full(len(rows), -1, np.int32)
        names = sorted({name for rule in self._rules if rule.when is not None for name in references(rule.when)})
        gaps = {name: missing(batch.columns[name], rows) for name in names}
        waiting = np.zeros(len(rows), np.bool_)
        for gap in gaps.values():
            waiting |= gap
        at = np.flatnonzero(waiting)
        for rule in self._rules:
            # Tests of a rule are looked at in order, each only for the leads that passed those before.
            standing = at
            for part in conjuncts(rule.when):
                if len(standing) == 0:
                    break
                holds = self._evaluator.mask(part, batch, rows[standing])
                failed = standing[~holds]
                for name in sorted(references(part)):
                    seen = failed[gaps[name][failed] & (found[failed] < 0)]
                    found[seen] = self._number((rule.id, name))
                standing = standing[holds]
            at = at[found[at] < 0]
            if len(at) == 0:
                break
        return found

    def _number(self, cause: tuple[str, str]) -> int:
        number = self._numbers.get(cause)
        if number is None:
            number = self._numbers[cause] = len(self.causes)
            self.causes.append(cause)
        return number


def missing(column: Column, rows: Rows) -> Mask:
    """In which rows a column's value is missing."""
    if isinstance(column, CodedColumn):
        return column.codes[rows] < 0
    if isinstance(column, NumberColumn):
        return column.missing[rows]
    return ~present(take(column.text, rows))
