"""Which rows repeat an id that came before.

Ids are compared by a 64-bit fingerprint first, which takes 16 bytes a lead however long ids are; only those whose fingerprints meet are
compared themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from leadroute.leads import arrow
from leadroute.model.columns import Mask, Rows

Fingerprints = npt.NDArray[np.uint64]

_ODD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_WORD = 8


def first_rows(ids: Sequence[Any], invalid: Sequence[Mask]) -> Rows:
    """For every lead the position of the first row with its id, -1 where it is the first itself, or invalid.

    An invalid row neither repeats nor is repeated.

    Args:
        ids: Arrow string arrays, block by block, null where missing.
        invalid: The invalid rows of the same blocks.
    """
    import pyarrow as pa

    none: Rows = np.broadcast_to(np.int64(-1), sum(map(len, ids)))  # takes no memory
    if len(none) == 0:
        return none
    prints = np.concatenate([fingerprints(block) for block in ids])
    counts = ~np.concatenate([bad | arrow.nulls(block) for bad, block in zip(invalid, ids, strict=True)])
    ranked = np.sort(prints[counts])
    shared = np.unique(ranked[1:][ranked[1:] == ranked[:-1]])
    if len(shared) == 0:
        return none
    rows = np.flatnonzero(counts & np.isin(prints, shared))
    whole = pa.chunked_array(list(ids), pa.string()).take(arrow.positions(rows)).combine_chunks()
    codes, distinct = arrow.codes(whole if isinstance(whole, pa.Array) else whole.chunk(0))
    met = np.zeros(len(distinct), np.int64)
    # Written from the last row to the first, so that the first one stays.
    met[codes[::-1]] = rows[::-1]
    before = met[codes]
    repeats = before < rows
    first = none.copy()
    first[rows[repeats]] = before[repeats]
    return first


def fingerprints(texts: Any) -> Fingerprints:
    """A 64-bit mix of each text's bytes; equal texts have equal ones, and different texts nearly always different ones."""
    offsets, data = arrow.buffers(texts)
    lengths = np.diff(offsets)
    found = np.zeros(len(texts), np.uint64)
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        # Texts of one length side by side, filled up to whole words with zeros.
        words = -(-length // _WORD)
        matrix = np.zeros((len(rows), words * _WORD), np.uint8)
        matrix[:, :length] = data[offsets[rows].astype(np.int64)[:, None] + np.arange(length)]
        mixed = np.full(len(rows), length, np.uint64)
        for word in matrix.view(np.uint64).T:
            mixed = (mixed ^ word) * _ODD
            mixed ^= mixed >> _SHIFT
        found[rows] = mixed
    return found
