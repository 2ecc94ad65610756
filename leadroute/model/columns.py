"""Typed columns of leads: what a block of a lead file becomes before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from leadroute.model.fields import FieldType, Value
from leadroute.model.frozen import frozen

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(slots=True)
class Vocabulary:
    """The distinct values of a text, list or boolean field, numbered as they were met; shared by all blocks of a run.

    It only grows, so tables made per value (is this country in that list?) are extended, never rebuilt. ``values`` are compared
    forms, ``texts`` the trimmed text first met for each. Numbers are given per compared form; or, when ``by_text`` is set (a pattern
    looks at the text itself), per trimmed text, so that several numbers may share a compared form. Booleans are ``False`` and ``True``.
    """

    by_text: bool = False
    values: list[Value] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    index: dict[Value, int] = field(default_factory=dict)

    def code(self, value: Value, text: str) -> int:
        """The number of a value whose trimmed text is ``text``, given out now if it is new."""
        key = text if self.by_text else value
        found = self.index.get(key)
        if found is None:
            found = len(self.values)
            self.index[key] = found
            self.values.append(value)
            self.texts.append(text)
        return found


@frozen
class CodedColumn:
    """Values by number in a vocabulary: ``codes[i]`` is -1 where the value is missing."""

    type: FieldType
    codes: Codes
    vocabulary: Vocabulary


@frozen
class NumberColumn:
    """Integers, dates, datetimes and times as ``int64``, numbers as ``float64``; ``values[i]`` is 0 where ``missing[i]``."""

    type: FieldType
    values: npt.NDArray[np.int64] | npt.NDArray[np.float64]
    missing: Mask


@frozen
class TextColumn:
    """Text that is (nearly) different in every lead, kept as an Arrow array of *trimmed* text, null where missing.

    It is folded to compared form only for the rows that a test asks about; ``exact`` columns are never folded.
    ``vocabulary`` numbers the compared forms of rows for which a case needs them.
    """

    type: FieldType
    text: Any
    exact: bool
    vocabulary: Vocabulary


Column = CodedColumn | NumberColumn | TextColumn


@frozen
class LeadBatch:
    """A block of leads: one typed column per field in use, all ``size`` long.

    ``start`` is the position of the first lead among all leads of the file, from 0. ``ids`` is an Arrow string array of trimmed
    ids, null where missing; ``invalid`` marks rows that must not be decided (no id, surplus cells, a required cell missing).
    """

    start: int
    size: int
    ids: Any
    invalid: Mask
    columns: Mapping[str, Column]
