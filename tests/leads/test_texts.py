"""Whole columns of text do what single texts do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leadroute.language.text import compared, trimmed
from leadroute.leads import arrow
from leadroute.leads.texts import clean, tokens_at

TEXT = st.none() | st.text(st.sampled_from("nN/aA-e\u0301é \t\x1f\u00a0ßK"), max_size=5) | st.text(max_size=5)
TOKENS = st.frozensets(st.sampled_from(["n/a", "-", "é", "nn", "k", "ss", "a a"]), max_size=4)


@given(st.lists(TEXT, max_size=20))
def test_cleaning_is_trimming_each(texts: list[str | None]) -> None:
    """Trimmed and in NFC; null and empty are missing."""
    found, missing = clean(arrow.strings(texts))
    assert missing.tolist() == [text is None or not trimmed(text) for text in texts]
    assert [text for text, gone in zip(found.to_pylist(), missing, strict=True) if not gone] == [
        trimmed(text) for text in texts if text is not None and trimmed(text)
    ]


@given(st.lists(st.text(st.sampled_from("nN/aA-e\u0301é K\u212aßsS"), max_size=5), max_size=20), TOKENS)
def test_tokens_are_found_where_each_text_compares_like_one(texts: list[str], tokens: frozenset[str]) -> None:
    """Looking at first and last characters only never misses one."""
    bare = [trimmed(text) for text in texts]
    assert tokens_at(arrow.strings(bare), tokens).tolist() == [bool(text) and compared(text) in tokens for text in bare]
