"""A derived column in the making: literals and other fields' values, row by row or all at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from leadroute import values
from leadroute.language.evaluate import distinct_values
from leadroute.leads.columns import boolean_vocabulary
from leadroute.model.clock import DAY, EPOCH, EPOCH_DAY
from leadroute.model.columns import CodedColumn, Column, NumberColumn, Rows, Vocabulary
from leadroute.model.condition import Ago, Days, Operand
from leadroute.model.fields import ORDERED_TYPES, Field, FieldType, Value


class Outcome:
    """The column of one derived field for one block; missing wherever nothing is put.

    ``vocabulary`` is the field's own over all blocks (not used for numbers and times).
    """

    def __init__(self, field: Field, size: int, vocabulary: Vocabulary, timezone: str) -> None:
        self._field = field
        self._vocabulary = vocabulary
        self._timezone = timezone
        self._ordered = field.type in ORDERED_TYPES
        self._codes = np.full(0 if self._ordered else size, -1, np.int32)
        kind = np.float64 if field.type is FieldType.NUMBER else np.int64
        self._numbers: npt.NDArray[Any] = np.zeros(size if self._ordered else 0, kind)
        self._missing = np.ones(size if self._ordered else 0, np.bool_)

    def put(self, rows: Rows, operand: Operand | None, columns: dict[str, Column]) -> None:
        """What an operand gives, in some rows; ``None`` leaves them missing."""
        if operand is None or len(rows) == 0:
            return
        if operand.ref is not None:
            self.copy(rows, columns[operand.ref])
            return
        value = operand.value
        if not isinstance(value, Ago):  # `-7d` is for tests alone
            self.value(rows, value.start if isinstance(value, Days) else value, operand.text)

    def value(self, rows: Rows, value: Value | None, text: str | None) -> None:
        """One value in some rows."""
        if value is None:
            return
        if self._ordered:
            self._numbers[rows] = value
            self._missing[rows] = False
        else:
            self._codes[rows] = self._vocabulary.code(value, str(value) if text is None else text.strip())

    def pick(self, rows: Rows, source: Column, at: Rows) -> None:
        """Entries ``at`` of a column of the same field, one for each of ``rows``."""
        if isinstance(source, NumberColumn):
            self._numbers[rows], self._missing[rows] = source.values[at], source.missing[at]
        elif isinstance(source, CodedColumn):
            self._codes[rows] = source.codes[at]

    def copy(self, rows: Rows, source: Column) -> None:
        """Another column's values in the same rows; read from their text where the types differ."""
        if self._ordered and isinstance(source, NumberColumn) and source.type is self._field.type:
            self._numbers[rows] = source.values[rows]
            self._missing[rows] = source.missing[rows]
            return
        codes, found = distinct_values(source, rows)
        used = np.unique(codes[codes >= 0]).tolist()
        if self._ordered:
            numbers, missing = np.zeros(len(found) + 1, self._numbers.dtype), np.ones(len(found) + 1, np.bool_)
            for at in used:
                value = self._converted(found[at], source)
                if value is not None:
                    numbers[at], missing[at] = value, False
            self._numbers[rows], self._missing[rows] = numbers[codes], missing[codes]
            return
        table = np.full(len(found) + 1, -1, np.int32)
        for at in used:
            value = self._converted(found[at], source)
            if value is not None:
                text = source.vocabulary.texts[at] if isinstance(source, CodedColumn) else value_text(found[at], source.type)
                table[at] = self._vocabulary.code(value, text)
        self._codes[rows] = table[codes]

    def column(self) -> Column:
        """The column as it stands."""
        if self._ordered:
            return NumberColumn(self._field.type, self._numbers, self._missing)
        return CodedColumn(self._field.type, self._codes, self._vocabulary)

    def _converted(self, value: Value, source: Column) -> Value | None:
        if source.type is self._field.type:
            return value
        return values.read(self._field, value_text(value, source.type), self._timezone)


def value_text(value: Value, kind: FieldType) -> str:
    """A compared value as text: dates and times in ISO 8601, numbers plain, lists with ``;``."""
    from datetime import timedelta

    if kind is FieldType.DATE and isinstance(value, int):
        return (EPOCH_DAY + timedelta(days=value)).isoformat()
    if kind is FieldType.DATETIME and isinstance(value, int):
        return (EPOCH + timedelta(microseconds=value)).isoformat()
    if kind is FieldType.TIME and isinstance(value, int):
        return (EPOCH + timedelta(microseconds=value % DAY)).time().isoformat()
    if isinstance(value, tuple):
        return ";".join(value)
    return values.text_of(value)


def vocabulary_for(field: Field) -> Vocabulary:
    """A derived field's own vocabulary; texts are told apart even where they compare alike, since a pattern may look at them."""
    return boolean_vocabulary() if field.type is FieldType.BOOLEAN else Vocabulary(by_text=field.type is FieldType.STRING)
