"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadroute.values import decimal
from leadroute.values.numbers import INT64_MAX, INT64_MIN, real, whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1200", "1200"),
        (" 1,200,000.50 ", "1200000.50"),
        ("1.2k", "1200"),
        ("3 M", "3000000"),
        ("0.5B", "500000000"),
        ("-$1,200", "-1200"),
        ("$-5", "-5"),
        ("+€ 7", "7"),
        ("7 €", "7"),
        ("\N{MINUS SIGN}4", "-4"),
        ("007", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("9999999999999999999999.99", "9999999999999999999999.99"),
    ],
)
def test_what_a_number_is(text: str, number: str) -> None:
    """A sign, a currency sign, ASCII digits, commas in threes, one suffix."""
    assert decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "$",
        "k",
        ".",
        "1e5",
        "nan",
        "inf",
        "0x1F",
        "1,23",
        "1,2345",
        ",123",
        "12,34,567",
        "1 200",
        "--1",
        "$$1",
        "$1$",
        "1kk",
        "١٢",
        "1.2.3",
        "9" * 401,
    ],
)
def test_what_no_number_is(text: str) -> None:
    """Exponents, nan, other digits, commas elsewhere, and two of anything."""
    assert decimal(text) is None


@pytest.mark.parametrize(("text", "number"), [("1.200,5", "1200.5"), ("1,5", "1.5"), ("1.200", "1200"), ("1.2", None), ("1,2k", "1200")])
def test_european_numbers(text: str, number: str | None) -> None:
    """With a decimal comma the point stands between groups of three."""
    assert decimal(text, ",") == (None if number is None else Decimal(number))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**30), max_value=10**30))
def test_numbers_are_exact(number: Decimal) -> None:
    """Every digit counts, with commas too."""
    assert decimal(f"{number:f}") == number
    assert decimal(f"{number:,f}") == number


@given(st.integers(-(2**70), 2**70))
def test_integers_fit_64_bits(number: int) -> None:
    """A whole number beyond 64 bits is none."""
    assert whole(Decimal(number)) == (number if INT64_MIN <= number <= INT64_MAX else None)
    assert whole(Decimal(number) + Decimal("0.5")) is None


def test_floats_are_finite_and_zero_has_no_sign() -> None:
    """What no float holds is none."""
    assert real(Decimal(10) ** 400) is None
    assert str(real(Decimal("-0"))) == "0.0"
