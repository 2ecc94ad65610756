"""Cells to typed columns, one reader per field, kept from block to block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from leadroute import values
from leadroute.language.text import compared, trimmed
from leadroute.leads import arrow
from leadroute.leads.moments import moments
from leadroute.leads.texts import clean, tokens_at
from leadroute.model.columns import CodedColumn, Column, Mask, NumberColumn, Rows, TextColumn, Vocabulary
from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import frozen
from leadroute.values.mail import ADDRESS, is_address
from leadroute.values.numbers import LONGEST

EXAMPLES = 3
"""How many distinct texts that do not parse are kept per field."""

_MOSTLY_DISTINCT = 0.2
_MANY = 1_000
"""Text with more distinct values than both in the first block is kept as text: numbering it would cost more than it saves."""

_KEPT_AS_TEXT = frozenset({FieldType.STRING, FieldType.EMAIL})
_TYPED = frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME, FieldType.LIST})
"""Types for which a typed value says more than its text."""

_UNREAD = -2


@frozen
class Reading:
    """One field of one block: its column, and the rows whose cell does not parse (missing in the column)."""

    column: Column
    unread: Rows


class ColumnReader(Protocol):
    """Reads one field, block by block; ``count`` cells so far did not parse, ``examples`` are the first distinct of them."""

    field: Field
    count: int
    examples: list[str]

    def read(self, cells: Any) -> Reading:
        """The column of one block, from an Arrow array or a list of typed values."""


def reader_of(field: Field, missing: frozenset[str], timezone: str, *, by_text: bool = False) -> ColumnReader:
    """The reader for a field.

    Args:
        field: The field; its type decides.
        missing: Compared forms that stand for a missing value; an empty cell always is.
        timezone: The zone of datetimes without an offset.
        by_text: Number texts apart even where they compare alike, since a pattern looks at the text itself.
    """
    if field.type in (FieldType.INTEGER, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME):
        return NumberReader(field, missing, timezone)
    return TextReader(field, missing, timezone, by_text=by_text)


class _Faults:
    """Counts the cells that do not parse."""

    def __init__(self, field: Field, missing: frozenset[str], timezone: str) -> None:
        self.field = field
        self.count = 0
        self.examples: list[str] = []
        self._missing = missing
        self._timezone = timezone

    def _fault(self, rows: int, texts: Sequence[str]) -> None:
        self.count += rows
        for text in texts:
            if len(self.examples) >= EXAMPLES:
                return
            if text not in self.examples:
                self.examples.append(text)

    def _is_missing(self, text: str) -> bool:
        form = compared(text)
        return not form or form in self._missing


class TextReader(_Faults):
    """Texts, booleans, countries, lists …: numbered, or kept as text where (nearly) every cell is another."""

    def __init__(self, field: Field, missing: frozenset[str], timezone: str, *, by_text: bool) -> None:
        super().__init__(field, missing, timezone)
        self._vocabulary = boolean_vocabulary() if field.type is FieldType.BOOLEAN else Vocabulary(by_text=by_text and not field.exact)
        self._known: dict[str, int] = {}
        # What is kept is trimmed; an exact field compares the text as written.
        self._as_text: bool | None = None if field.type in _KEPT_AS_TEXT and not field.exact else False

    def read(self, cells: Any) -> Reading:
        """The column of one block."""
        if not isinstance(cells, list) and not _is_text(cells):
            cells = plain_values(cells)
        if isinstance(cells, list):
            if self.field.type in _TYPED:
                return self._typed(cells)
            cells = arrow.strings([None if cell is None else values.text_of(cell) for cell in cells])
        if self._as_text:
            return self._kept(cells)
        found, distinct = arrow.codes(cells)
        if self._as_text is None and len(found):
            self._as_text = len(distinct) > max(_MANY, _MOSTLY_DISTINCT * len(found))
            if self._as_text:
                return self._kept(cells)
        table = np.fromiter((self._number(text) for text in distinct), np.int32, len(distinct))
        codes = np.append(table, np.int32(-1))[found]
        unread = np.flatnonzero(codes == _UNREAD)
        if len(unread):
            self._fault(len(unread), [text for text, number in zip(distinct, table.tolist(), strict=True) if number == _UNREAD])
            codes[unread] = -1
        return Reading(CodedColumn(self.field.type, codes, self._vocabulary), unread)

    def _number(self, text: str) -> int:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._fresh(text)
        return known

    def _fresh(self, text: str) -> int:
        if self._is_missing(text):
            return -1
        value = values.read(self.field, text, self._timezone)
        if value is None:
            return -1 if self.field.type is FieldType.LIST else _UNREAD
        return self._vocabulary.code(value, trimmed(text))

    def _kept(self, cells: Any) -> Reading:
        texts, missing = clean(cells)
        missing |= tokens_at(texts, self._missing)
        unread: Rows = np.zeros(0, np.int64)
        if self.field.type is FieldType.EMAIL:
            wrong = ~missing & ~_addresses(texts)
            unread = np.flatnonzero(wrong)
            if len(unread):
                self._fault(len(unread), arrow.take(texts, unread[:100]).to_pylist())
                missing |= wrong
        return Reading(TextColumn(self.field.type, arrow.without(texts, missing), self.field.exact, self._vocabulary), unread)

    def _typed(self, cells: list[Any]) -> Reading:
        codes = np.full(len(cells), -1, np.int32)
        for row, cell in enumerate(cells):
            if cell is None or (isinstance(cell, str) and self._is_missing(cell)):
                continue
            value, text = values.of_typed(self.field, cell, self._timezone)
            if value is not None:
                codes[row] = self._vocabulary.code(value, text)
        return Reading(CodedColumn(self.field.type, codes, self._vocabulary), np.zeros(0, np.int64))


class NumberReader(_Faults):
    """Numbers, dates and datetimes: plain cells by whole arrays, the others once per distinct text."""

    def __init__(self, field: Field, missing: frozenset[str], timezone: str) -> None:
        super().__init__(field, missing, timezone)
        self._kind: type[np.int64] | type[np.float64] = np.float64 if field.type is FieldType.NUMBER else np.int64
        self._counts = field.type in (FieldType.INTEGER, FieldType.NUMBER)
        own_form = field.decimal != "." or field.format is not None
        # A token such as `0` or `999` looks like a value: then no cell may be taken without comparing it.
        self._plain = not own_form and not any(any(mark.isdigit() for mark in token) for token in missing)

    def read(self, cells: Any) -> Reading:
        """The column of one block."""
        if isinstance(cells, list):
            return self._typed(cells)
        if not _is_text(cells):
            return self._arrow_numbers(cells)
        ends, _ = arrow.buffers(cells)
        missing = (np.diff(ends) == 0) | arrow.nulls(cells)
        found: npt.NDArray[Any] = np.zeros(len(cells), self._kind)
        open_rows = ~missing
        if self._plain:
            done = self._numbers(cells, missing, found) if self._counts else moments(cells, missing, found, self.field.type, self._timezone)
            open_rows &= ~done
        odd = np.flatnonzero(open_rows)
        unread = self._one_by_one(cells, odd, found, missing) if len(odd) else odd
        return Reading(NumberColumn(self.field.type, found, missing), unread)

    def _numbers(self, cells: Any, missing: Mask, found: npt.NDArray[Any]) -> Mask:
        """Fills in what Arrow's parser reads exactly as ``values.decimal`` does, and tells which rows those are."""
        import pyarrow as pa
        import pyarrow.compute as pc

        ends, data = arrow.buffers(cells)
        target = pa.int64() if self._kind is np.int64 else pa.float64()
        longest = int(np.diff(ends).max(initial=0))
        if longest <= LONGEST and not data[int(ends[0]) : int(ends[-1])].tobytes().translate(None, b"0123456789.-"):
            try:
                parsed = arrow.numbers(pc.cast(arrow.without(cells, missing), target), self._kind)
            except pa.ArrowInvalid:
                pass
            else:
                done = ~missing & np.isfinite(parsed)
                found[done] = parsed[done]
                return done if self._kind is np.int64 else self._unsigned(found, done)
        pattern = r"^-?[0-9]{1,18}$" if self._kind is np.int64 else r"^-?[0-9]+(?:\.[0-9]+)?$"
        plain = arrow.mask(pc.match_substring_regex(cells, pattern)) & ~missing & (np.diff(ends) <= LONGEST)
        parsed = arrow.numbers(pc.cast(arrow.without(cells, ~plain), target), self._kind)
        done = plain.copy()
        done[plain] = np.isfinite(parsed[plain])
        found[done] = parsed[done]
        return self._unsigned(found, done)

    def _unsigned(self, found: npt.NDArray[Any], done: Mask) -> Mask:
        """Zero has no sign."""
        found += 0
        return done

    def _one_by_one(self, cells: Any, rows: Rows, found: npt.NDArray[Any], missing: Mask) -> Rows:
        """Fills in the rest, once per distinct text; the rows that do not parse."""
        codes, distinct = arrow.codes(arrow.take(cells, rows))
        numbers = np.zeros(len(distinct), self._kind)
        gone, wrong = np.zeros(len(distinct), np.bool_), np.zeros(len(distinct), np.bool_)
        for at, text in enumerate(distinct):
            if self._is_missing(text):
                gone[at] = True
                continue
            value = values.read(self.field, text, self._timezone)
            if value is None:
                wrong[at] = True
            else:
                numbers[at] = value
        found[rows] = numbers[codes]
        missing[rows] = (gone | wrong)[codes]
        unread = rows[wrong[codes]]
        if len(unread):
            self._fault(len(unread), [text for text, bad in zip(distinct, wrong.tolist(), strict=True) if bad])
        return unread

    def _typed(self, cells: list[Any]) -> Reading:
        found: npt.NDArray[Any] = np.zeros(len(cells), self._kind)
        missing = np.ones(len(cells), np.bool_)
        unread = []
        for row, cell in enumerate(cells):
            if cell is None or self._is_missing(text := values.text_of(cell)):
                continue
            value, _ = values.of_typed(self.field, cell, self._timezone)
            if value is None:
                unread.append(row)
                self._fault(1, [text])
            else:
                found[row], missing[row] = value, False
        return Reading(NumberColumn(self.field.type, found, missing), np.array(unread, np.int64))

    def _arrow_numbers(self, cells: Any) -> Reading:
        """Numbers that Parquet has typed; other types one by one."""
        import pyarrow as pa

        if self._counts and not self._missing_numbers():
            if pa.types.is_signed_integer(cells.type) or pa.types.is_uint8(cells.type) or pa.types.is_uint16(cells.type):
                whole = arrow.numbers(cells.cast(pa.int64()), np.int64)
                missing = arrow.nulls(cells)
                return Reading(NumberColumn(self.field.type, _whole_or_real(np.where(missing, 0, whole), self._kind), missing), _none())
            if pa.types.is_floating(cells.type) and self._kind is np.float64 and not pa.types.is_float16(cells.type):
                real = arrow.numbers(cells.cast(pa.float64()), np.float64)
                missing = arrow.nulls(cells)
                if np.isfinite(real[~missing]).all():
                    return Reading(NumberColumn(self.field.type, np.where(missing, 0, real) + 0.0, missing), _none())
        return self._typed(plain_values(cells))

    def _missing_numbers(self) -> bool:
        return any(any(mark.isdigit() for mark in token) for token in self._missing)


def _whole_or_real(whole: npt.NDArray[np.int64], kind: type) -> npt.NDArray[np.int64] | npt.NDArray[np.float64]:
    return whole if kind is np.int64 else whole.astype(np.float64)


def _none() -> Rows:
    return np.zeros(0, np.int64)


def missing_in(column: Column) -> Mask:
    """Where a column's values are missing."""
    if isinstance(column, CodedColumn):
        return column.codes < 0
    return column.missing if isinstance(column, NumberColumn) else arrow.nulls(column.text)


def boolean_vocabulary() -> Vocabulary:
    """``False`` is 0, ``True`` is 1."""
    vocabulary = Vocabulary()
    vocabulary.code(False, "false")
    vocabulary.code(True, "true")
    return vocabulary


def plain_values(array: Any) -> list[Any]:
    """An Arrow array as Python values; nanoseconds are cut to microseconds, which Python can hold."""
    import pyarrow as pa

    kind = array.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        array = array.cast(pa.timestamp("us", kind.tz), safe=False)
    elif pa.types.is_time64(kind) and kind.unit == "ns":
        array = array.cast(pa.time64("us"), safe=False)
    found: list[Any] = array.to_pylist()
    return found


def _is_text(array: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(array.type))


def _addresses(texts: Any) -> Mask:
    """Which texts are e-mail addresses, by one pattern over all; texts beyond ASCII one by one."""
    import pyarrow.compute as pc

    found = arrow.mask(pc.match_substring_regex(texts, ADDRESS))
    _, data = arrow.buffers(texts)
    if len(data) and data.max() > 127:
        for row in np.flatnonzero(~arrow.mask(pc.string_is_ascii(texts))).tolist():
            text = texts[row].as_py()
            found[row] = text is not None and is_address(text)
    return found
