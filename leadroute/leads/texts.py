"""Whole columns of text: trimmed, and looked through for the words that stand for nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from leadroute.language.text import compared, trimmed
from leadroute.leads import arrow
from leadroute.model.columns import Mask

_BLANK = 0x20
_ASCII = 0x7F


def clean(array: Any) -> tuple[Any, Mask]:
    """A string array in trimmed form, and which of its entries are null or empty.

    Only texts that begin or end with a control character or blank, or that are not ASCII, are looked at one by one.
    """
    offsets, data = arrow.buffers(array)
    lengths = np.diff(offsets)
    missing = (lengths == 0) | arrow.nulls(array)
    filled = np.flatnonzero(lengths > 0)
    odd = np.zeros(len(array), np.bool_)
    if len(filled):
        odd[filled] = (data[offsets[filled]] <= _BLANK) | (data[offsets[filled + 1] - 1] <= _BLANK)
        if data[int(offsets[0]) : int(offsets[-1])].max() > _ASCII:
            import pyarrow.compute as pc

            odd |= ~arrow.mask(pc.string_is_ascii(array))
    odd &= ~missing
    rows = np.flatnonzero(odd)
    if len(rows) == 0:
        return array, missing
    texts = [trimmed(text) for text in arrow.take(array, rows).to_pylist()]
    changed = _replaced(array, rows, texts)
    missing[rows] = [not text for text in texts]
    return changed, missing


def tokens_at(texts: Any, tokens: frozenset[str]) -> Mask:
    """Where a trimmed text compares like one of ``tokens``.

    Comparing form keeps a text's first and last ASCII character up to case, so only texts that begin and end like a token are compared.
    """
    found = np.zeros(len(texts), np.bool_)
    words = [token for token in tokens if token]
    offsets, data = arrow.buffers(texts)
    filled = np.flatnonzero(np.diff(offsets) > 0)
    if not words or len(filled) == 0:
        return found
    starts, stops = (_letters([word[end] for word in words]) for end in (0, -1))
    near = filled[starts[data[offsets[filled]]] & stops[data[offsets[filled + 1] - 1]]]
    if len(near):
        codes, distinct = arrow.codes(arrow.take(texts, near))
        hits = np.array([compared(text) in tokens for text in distinct] + [False], np.bool_)
        found[near] = hits[codes]
    return found


def _letters(marks: list[str]) -> Mask:
    """Bytes with which a text may begin (or end) that compares like a token; any byte beyond ASCII may."""
    table = np.zeros(256, np.bool_)
    table[_ASCII + 1 :] = True
    for mark in marks:
        if mark.isascii():
            table[[ord(mark.lower()), ord(mark.upper())]] = True
        else:
            table[:] = True  # it may stem from a letter and an accent
    return table


def _replaced(array: Any, rows: Any, texts: list[str]) -> Any:
    """The array with some entries changed."""
    import pyarrow as pa

    order = np.arange(len(array))
    order[rows] = len(array) + np.arange(len(rows))
    return pa.concat_arrays([array, arrow.strings(texts)]).take(arrow.positions(order))
