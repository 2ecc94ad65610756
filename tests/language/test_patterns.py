"""Patterns that are taken without asking RE2."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.language import text

PLAIN = getattr(text, "PLAIN", None)


@pytest.mark.skipif(PLAIN is None, reason="every pattern is shown to RE2")
@given(st.data())
@settings(max_examples=300)
def test_every_plain_pattern_is_one_that_re2_reads(data: st.DataObject) -> None:
    """A pattern that is called fine without asking must never fail on a lead."""
    assert PLAIN is not None
    pattern = data.draw(st.from_regex(PLAIN, fullmatch=True) | st.text(st.sampled_from("a.*+?|()[]^$-\\bwd:0"), max_size=8))
    if PLAIN.fullmatch(pattern):
        pc.match_substring_regex(pa.array([""]), pattern)
