"""Every type reads its texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadroute.model.fields import Field, FieldType, Value
from leadroute.values import EXPECTED, day, instant, of_typed, read, text_of

T = FieldType


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (Field("x", T.STRING), "  Banco   SÖL ", "banco söl"),
        (Field("x", T.STRING, exact=True), "  Banco   SÖL ", "  Banco   SÖL "),
        (Field("x", T.INTEGER), "12.0", 12),
        (Field("x", T.INTEGER), "1.2k", 1200),
        (Field("x", T.INTEGER), "1.5", None),
        (Field("x", T.INTEGER), "9223372036854775808", None),
        (Field("x", T.NUMBER), "$1,200.50", 1200.5),
        (Field("x", T.NUMBER, decimal=","), "1.200,5", 1200.5),
        (Field("x", T.BOOLEAN), "Yes", True),
        (Field("x", T.BOOLEAN), "0", False),
        (Field("x", T.BOOLEAN), "on", None),
        (Field("x", T.DATE), "2026-11-23", 20780),
        (Field("x", T.DATE, format="%d/%m/%Y"), "23/11/2026", 20780),
        (Field("x", T.DATETIME), "1970-01-01T00:00:01Z", 1_000_000),
        (Field("x", T.TIME), "00:01", 60_000_000),
        (Field("x", T.LIST), " B; a;;b ;", ("b", "a")),
        (Field("x", T.LIST, separator=","), "x,Y", ("x", "y")),
        (Field("x", T.LIST, exact=True), "x;Y", ("x", "Y")),
        (Field("x", T.LIST), " ; ", None),
        (Field("x", T.EMAIL), "Jane@ACME.com", "jane@acme.com"),
        (Field("x", T.EMAIL), "jane", None),
        (Field("x", T.DOMAIN), "https://www.Acme.com/", "acme.com"),
        (Field("x", T.COUNTRY), "Germany", "de"),
        (Field("x", T.COUNTRY), "Wonderland", None),
        (Field("x", T.PHONE), "+1 415 555 0100", "+14155550100"),
        (Field("x", T.MAP), "a:1", None),
    ],
)
def test_reading_by_type(field: Field, text: str, value: Value | None) -> None:
    """The compared form by type, exactness, decimal mark, separator and format."""
    found = read(field, text, "UTC")
    assert found == value
    assert type(found) is type(value)


@given(st.sampled_from(FieldType), st.text(max_size=20), st.booleans())
def test_any_text_reads_or_does_not(kind: FieldType, text: str, exact: bool) -> None:
    """No text makes a type fail, and every type says what it expects."""
    assert EXPECTED[kind]
    read(Field("x", kind, exact=exact), text, "America/New_York")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), ("a", "a"), (True, "true"), (12, "12"), (12.0, "12"), (1e20, "100000000000000000000"),
        (1.10, "1.1"), (Decimal("1.50"), "1.5"),
        (0.1, "0.1"), (date(2026, 1, 2), "2026-01-02"), ([1, "x"], '[1, "x"]'),
        ({"a": date(2026, 1, 2)}, '{"a": "2026-01-02"}'), (b"x", "x"),
        (float("nan"), "nan"),
    ],
)  # fmt: skip
def test_typed_values_as_text(value: Any, text: str) -> None:
    """As a person would write them."""
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("field", "value", "read_as"),
    [
        (Field("x", T.NUMBER, decimal=","), 1.5, 1.5),
        (Field("x", T.INTEGER), 12.0, 12),
        (Field("x", T.INTEGER), 10**400, None),
        (Field("x", T.NUMBER), float("inf"), None),
        (Field("x", T.NUMBER), True, None),
        (Field("x", T.STRING), 7, "7"),
        (Field("x", T.BOOLEAN), 1, True),
        (Field("x", T.LIST), ["A", "a", ""], ("a",)),
        (Field("x", T.DATE), datetime(2026, 1, 2, 23, tzinfo=timezone(timedelta(hours=14))), day("2026-01-02")),
        (Field("x", T.DATETIME), datetime(2026, 1, 2, tzinfo=UTC), instant("2026-01-02Z", "UTC") or instant("2026-01-02T00Z", "UTC")),
        (Field("x", T.DATETIME), date(2026, 1, 2), instant("2026-01-02", "America/New_York")),
        (Field("x", T.DATETIME), 1_700_000_000, None),
    ],
)
def test_typed_values_are_used_as_they_are(field: Field, value: Any, read_as: Value | None) -> None:
    """Numbers whatever the decimal mark, lists, dates; the rest by its text."""
    assert of_typed(field, value, "America/New_York")[0] == read_as
