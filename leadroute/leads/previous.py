"""The built-in fields ``previous.*``: the same lead id in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from leadroute.language.text import compared
from leadroute.model.columns import CodedColumn, Column, NumberColumn, Vocabulary
from leadroute.model.fields import FieldType
from leadroute.model.previous import PreviousOf

REP, COUNT = PREVIOUS = ("previous.rep", "previous.count")


class PreviousColumns:
    """Makes them block by block; without a ledger (``of`` is ``None``) nobody had any lead before."""

    def __init__(self, of: PreviousOf | None) -> None:
        self._of = of
        self._reps = Vocabulary()

    def columns(self, ids: Any) -> Iterator[tuple[str, Column]]:
        """Both columns for the leads of a block; the ledger is asked once for it."""
        size = len(ids)
        if self._of is None:
            rep, count = np.full(size, -1, np.int32), np.zeros(size, np.int64)
        else:
            found = self._of(ids)
            codes = np.array([*(self._reps.code(compared(rep), rep) for rep in found.reps), -1], np.int32)
            rep, count = codes[found.rep], found.count
        yield REP, CodedColumn(FieldType.STRING, rep, self._reps)
        yield COUNT, NumberColumn(FieldType.INTEGER, count, np.zeros(size, np.bool_))
