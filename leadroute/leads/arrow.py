"""Arrow arrays from plain buffers, and back.

``pa.array`` of a list, ``pa.scalar`` and plain Python arguments to kernels all import pandas, which costs more than routing ten
thousand leads; so arrays are put together from their buffers here, for every module that handles columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from leadroute.model.columns import Mask

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int32]


def strings(texts: Sequence[str | None]) -> Any:
    """A string array; ``None`` becomes null. Text that UTF-8 cannot hold (lone surrogates) gets question marks."""
    encoded = [b"" if text is None else text.encode("utf-8", "replace") for text in texts]
    ends = np.zeros(len(encoded) + 1, np.int32)
    np.cumsum([len(text) for text in encoded], out=ends[1:])
    missing = np.fromiter((text is None for text in texts), np.bool_, len(texts)) if None in texts else None
    return of_buffers(ends, b"".join(encoded), missing)


def of_buffers(ends: Offsets, data: Any, missing: Mask | None = None) -> Any:
    """A string array of ``len(ends) - 1`` texts, ``data[ends[i]:ends[i + 1]]`` each, null where ``missing``."""
    import pyarrow as pa

    valid = None if missing is None or not missing.any() else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.StringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(data), valid)


def buffers(array: Any) -> tuple[Offsets, Bytes]:
    """Offsets (one more than entries) and bytes of a string array; the offsets index the bytes as they are."""
    if len(array) == 0:
        return np.zeros(1, np.int32), np.zeros(0, np.uint8)
    _, ends, data = array.buffers()
    offsets = np.frombuffer(ends, np.int32)[array.offset : array.offset + len(array) + 1]
    return offsets, np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)


def without(array: Any, missing: Mask) -> Any:
    """A string array with nulls where ``missing``, on the same buffers."""
    offsets, data = buffers(array)
    return of_buffers(np.ascontiguousarray(offsets), data, missing)


def numbers(array: Any, kind: type[np.int64] | type[np.int32] | type[np.float64]) -> npt.NDArray[Any]:
    """An Arrow number array as a numpy one; what stands where it is null is not defined."""
    size = np.dtype(kind).itemsize
    data = array.buffers()[1]
    if data is None or len(array) == 0:
        return np.zeros(len(array), kind)
    return np.frombuffer(data, kind, len(array), array.offset * size)


def mask(array: Any) -> Mask:
    """An Arrow boolean array as a numpy one, ``False`` where it is null."""
    if len(array) == 0:
        return np.zeros(0, np.bool_)
    valid, data = array.buffers()
    found = _bits(data, array.offset, len(array))
    return found if valid is None else found & _bits(valid, array.offset, len(array))


def nulls(array: Any) -> Mask:
    """Where an Arrow array is null."""
    valid = array.buffers()[0]
    if array.null_count == 0 or valid is None:
        return np.zeros(len(array), np.bool_)
    return ~_bits(valid, array.offset, len(array))


def positions(rows: Any) -> Any:
    """Positions as an Arrow array, to take by."""
    import pyarrow as pa

    whole = np.ascontiguousarray(rows, np.int64)
    return pa.Int64Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)])


def take(array: Any, rows: Any) -> Any:
    """Some entries, by position."""
    return array.take(positions(rows))


def blanked(cells: Any, missing: Mask) -> Any:
    """An array of any type, or a list of Python values, with nulls where ``missing``."""
    if isinstance(cells, list):
        return [None if gone else cell for cell, gone in zip(cells, missing.tolist(), strict=True)]
    import pyarrow as pa

    valid = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return cells.take(pa.Int64Array.from_buffers(pa.int64(), len(cells), [valid, pa.py_buffer(np.arange(len(cells)))]))


def codes(array: Any) -> tuple[npt.NDArray[np.int32], list[str]]:
    """A string array as numbers (-1: null) and its distinct texts in order of appearance."""
    encoded = array.dictionary_encode()
    if len(array) == 0:
        return np.zeros(0, np.int32), []
    indices = encoded.indices
    found = np.frombuffer(indices.buffers()[1], np.int32, len(array), indices.offset * 4)
    if array.null_count:
        found = np.where(nulls(array), np.int32(-1), found)
    return found, encoded.dictionary.to_pylist()


def _bits(buffer: Any, offset: int, size: int) -> Mask:
    first = offset // 8
    data = np.frombuffer(buffer, np.uint8)[first : (offset + size + 7) // 8]
    return np.unpackbits(data, bitorder="little")[offset - first * 8 :][:size].astype(np.bool_)
