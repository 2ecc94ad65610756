"""Text as it is compared, and text tests on whole columns."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.language import text
from leadroute.language.operators import OPERATORS
from tests.language.blocks import TEXTS

ANY = st.one_of(TEXTS, st.text(max_size=12))


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("  Acme \t Inc ", "acme inc"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Nai\u0308ve", "naïve"),
        ("\u212bngström", "ångström"),
        ("İ", "i̇"),
        ("a\u00a0\u2003b", "a b"),
        ("a\x1cb", "a b"),
        ("a\x00b", "a\x00b"),
        (" \n ", ""),
    ],
)
def test_strings_are_compared_without_case_accent_form_and_blanks(written: str, form: str) -> None:
    """NFC, case-folded, trimmed, blanks collapsed."""
    assert text.compared(written) == form


@given(ANY)
@settings(max_examples=100)
def test_the_compared_form_is_its_own(written: str) -> None:
    """Comparing twice changes nothing, however the text was composed, and trimming before changes nothing either."""
    form = text.compared(written)
    assert text.compared(form) == form
    assert text.compared(text.trimmed(written)) == form
    assert text.compared(unicodedata.normalize("NFC", written)) == form
    assert form == " ".join(form.split())


@given(st.lists(st.one_of(st.none(), ANY), max_size=6), st.booleans(), st.integers(0, 2))
@settings(max_examples=100)
def test_folding_a_column_is_comparing_each_text(written: list[str | None], exact: bool, cut: int) -> None:
    """Kernels for plain text and the long way for the rest give one form; nulls stay, and slices are no trap."""
    texts = [None if one is None else text.trimmed(one) for one in written]
    array = pa.array(texts, pa.string())[cut:]
    expected = [one if one is None or exact else text.compared(one) for one in texts[cut:]]
    assert text.fold(array, exact=exact).to_pylist() == expected


KERNELS = ("is", "is_not", "in", "not_in", "contains", "starts_with", "ends_with", "matches", "free_mail", "disposable")


@given(st.sampled_from(KERNELS), st.lists(ANY, min_size=1, max_size=6), st.lists(ANY, min_size=1, max_size=2), st.booleans(), st.data())
@settings(max_examples=200)
def test_a_kernel_says_what_the_operator_says(op: str, written: list[str], wanted: list[str], exact: bool, data: st.DataObject) -> None:
    """For any text: beyond ASCII, blanks, control characters, exact or not."""
    form = text.trimmed if exact else text.compared
    texts = [text.trimmed(one) for one in written]
    if op == "matches":
        values: list[object] = [
            data.draw(st.sampled_from(["(?i)", ""])) + data.draw(st.sampled_from(["^a", "ß", "[^a-z]$", r"\s", ".", r"\x00", "é"]))
        ]
        seen = texts
    elif op in {"free_mail", "disposable"}:
        texts = [
            f"{one}@{host}"
            for one, host in zip(texts, data.draw(st.lists(st.sampled_from(["x.de", "X.de", "y@z"]), min_size=6)), strict=False)
        ]
        values, seen = [frozenset({"x.de", "z"}), data.draw(st.booleans())], [form(one) for one in texts]
    else:
        values = [form(one) for one in [*wanted, *written[:1]]]
        seen = [form(one) for one in texts]
    if op in {"free_mail", "disposable"} and any("\n" in one for one in seen):
        return  # an address has no line break
    column = pa.array(texts, pa.string()) if op == "matches" else text.fold(pa.array(texts, pa.string()), exact=exact)
    found = text.kernel(op, column, values)
    test = OPERATORS[op].test
    if op in {"is", "is_not"}:
        values = values[:1]
        found = text.kernel(op, column, values)
    assert found.tolist() == [test(one, values) for one in seen]


@given(st.lists(ANY), st.sampled_from(["a", "^$", "É", "(?i)É", "\x00", "[[:space:]]"]))
def test_a_pattern_finds_the_same_in_a_column_as_alone(written: list[str], pattern: str) -> None:
    """An explanation never uses another matcher."""
    texts = [text.trimmed(one) for one in written]
    assert text.search(pa.array(texts, pa.string()), pattern).tolist() == [text.matches_pattern([one], pattern)[0] for one in texts]


@pytest.mark.parametrize(
    ("pattern", "problem"), [("^a+$", None), ("(", "missing )"), ("(?=a)", "invalid perl operator"), (r"(a)\1", "invalid escape")]
)
def test_a_pattern_is_refused_in_re2_s_words(pattern: str, problem: str | None) -> None:
    """RE2 alone: no look-around, no back-references."""
    found = text.pattern_problem(pattern)
    assert found is None if problem is None else found is not None and problem in found


def test_a_pattern_cannot_blow_up() -> None:
    """What takes other engines ages takes RE2 a moment."""
    assert text.matches_pattern(["a" * 5000 + "!"], "^(a+)+$") == [False]


@given(st.lists(st.one_of(st.none(), ANY), max_size=8), st.integers(0, 3))
def test_columns_survive_being_numbered(written: list[str | None], cut: int) -> None:
    """Codes and distinct texts give the column back; -1 is null; so do slices."""
    array = pa.array(written, pa.string())[cut:]
    codes, distinct = text.encode(array)
    assert [distinct[code] if code >= 0 else None for code in codes.tolist()] == written[cut:]
    assert len(set(distinct)) == len(distinct)
    assert text.present(array).tolist() == [one is not None for one in written[cut:]]
    assert text.filled(array).to_pylist() == [one or "" for one in written[cut:]]
    rows = np.arange(len(array))[::-1]
    assert text.take(array, rows).to_pylist() == written[cut:][::-1]


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 20))
def test_bits_are_unpacked_from_any_offset(flags: list[bool], cut: int) -> None:
    """Arrow packs eight answers into a byte, and a slice starts inside one."""
    assert text.mask(pa.array(flags, pa.bool_())[cut:]).tolist() == flags[cut:]


@given(st.from_regex(text.PLAIN, fullmatch=True).filter(lambda pattern: len(pattern) <= text.LONGEST_PLAIN))
@settings(max_examples=60)
def test_re2_reads_every_plain_pattern(pattern: str) -> None:
    """What is taken without asking RE2 is a pattern to it."""
    assert text.matches_pattern([""], pattern) in ([True], [False])


def test_the_longest_plain_patterns_fit_into_re2() -> None:
    """Repetitions of classes and groups, as many as the length allows, stay far from what RE2 refuses as too large."""
    for pattern in ("(a+)*" * 40, r"\w*" * 66, r"[^a-z]+" * 28, "|" * text.LONGEST_PLAIN):
        assert text.PLAIN.fullmatch(pattern)
        assert text.matches_pattern([""], pattern) in ([True], [False])


@pytest.mark.parametrize("pattern", ["a**", "a{2}", "(?=a)", "(a", "[b-a]", r"\k", "é+", "a*+", "((a))", "[[:alpha:]]"])
def test_what_is_not_plain_is_shown_to_re2(pattern: str) -> None:
    """Nothing whose reading could be in doubt is taken for plain."""
    assert text.PLAIN.fullmatch(pattern) is None


def test_what_is_looked_for_keeps_a_blank_at_its_ends() -> None:
    """`ends_with: " ag"` is a word of its own; everything else of the piece is in compared form."""
    assert [text.sought(piece) for piece in (" AG", "Neo  Bank ", "\tx y\n", "  ")] == [" ag", "neo bank ", " x y ", ""]
