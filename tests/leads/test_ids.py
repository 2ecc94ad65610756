"""Repeated ids."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leadroute.leads import arrow, first_rows
from leadroute.leads.ids import fingerprints

ROWS = st.lists(st.tuples(st.sampled_from([None, "a", "b", "B", "c"]), st.booleans()), max_size=30)


@given(ROWS, st.integers(1, 7))
def test_every_later_row_names_the_first_valid_one(rows: list[tuple[str | None, bool]], size: int) -> None:
    """Invalid rows and rows without an id neither repeat nor are repeated; blocks change nothing."""
    expected, met = [], dict[str, int]()
    for at, (name, invalid) in enumerate(rows):
        counts = name is not None and not invalid
        expected.append(met.get(name, -1) if counts and name is not None else -1)
        if counts and name is not None:
            met.setdefault(name, at)
    blocks = [rows[at : at + size] for at in range(0, len(rows), size)]
    ids = [arrow.strings([name for name, _ in block]) for block in blocks]
    invalid = [np.array([bad for _, bad in block], np.bool_) for block in blocks]
    assert first_rows(ids, invalid).tolist() == expected


@given(st.lists(st.text(max_size=20), max_size=30))
def test_fingerprints_tell_texts_apart(texts: list[str]) -> None:
    """Equal texts have equal fingerprints, and a few different ones do not meet."""
    found = fingerprints(arrow.strings(texts)).tolist()
    assert len(set(found)) == len(set(texts))
    by_text = dict(zip(texts, found, strict=True))
    assert [by_text[text] for text in texts] == found
