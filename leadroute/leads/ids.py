"""Which rows repeat an id that came before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from leadroute.leads import arrow
from leadroute.model.columns import Mask, Rows


def first_rows(ids: Sequence[Any], invalid: Sequence[Mask]) -> Rows:
    """For every lead the position of the first row with its id, -1 where it is the first itself, or invalid.

    An invalid row neither repeats nor is repeated.

    Args:
        ids: Arrow string arrays, block by block, null where missing.
        invalid: The invalid rows of the same blocks.
    """
    import pyarrow as pa

    size = sum(map(len, ids))
    first = np.full(size, -1, np.int64)
    if size == 0:
        return first
    whole = pa.chunked_array(list(ids), pa.string()).combine_chunks()
    encoded = (whole if isinstance(whole, pa.Array) else whole.chunk(0)).dictionary_encode()
    codes = arrow.numbers(encoded.indices, np.int32)
    rows = np.flatnonzero(~(np.concatenate(list(invalid)) | arrow.nulls(encoded.indices)))
    met = np.full(len(encoded.dictionary), size, np.int64)
    # Written from the last row to the first, so that the first one stays.
    met[codes[rows[::-1]]] = rows[::-1]
    before = met[codes[rows]]
    repeats = before < rows
    first[rows[repeats]] = before[repeats]
    return first
