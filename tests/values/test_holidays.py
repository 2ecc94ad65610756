"""Public holidays by country and part."""

from __future__ import annotations

from datetime import date

import pytest

from leadroute.values.holidays import PublicHolidays, holiday_country, holiday_part


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


@pytest.mark.parametrize(
    ("country", "part", "text", "expected"),
    [
        ("US", "", "2026-11-26", True),
        ("US", "", "2026-11-27", False),
        ("US", "CA", "2026-11-27", True),
        ("US", "", "2026-07-03", True),
        ("US", "", "2021-12-31", True),
        ("DE", "", "2026-08-15", False),
        ("DE", "SL", "2026-08-15", True),
        ("DE", "", "2026-10-03", True),
        ("US", "", "0001-01-01", False),
        ("US", "", "9999-12-30", False),
    ],
)
def test_holidays_are_those_of_the_place_and_year(country: str, part: str, text: str, expected: bool) -> None:
    """A part has its own beside the country's; a day in lieu counts, also when it falls into the year before."""
    assert (PublicHolidays(country, part).on(day(text)) is not None) is expected


def test_days_beyond_the_calendar_are_none() -> None:
    """No year has them."""
    assert PublicHolidays("US").on(10**9) is None
    assert PublicHolidays("US").on(-(10**9)) is None


@pytest.mark.parametrize(("text", "code"), [("US", "US"), ("us", "US"), ("Germany", "DE"), ("NO", "NO"), ("Atlantis", None), ("", None)])
def test_a_country_in_any_spelling(text: str, code: str | None) -> None:
    """As in a lead file."""
    assert holiday_country(text) == code


@pytest.mark.parametrize(
    ("country", "text", "part"),
    [("US", "CA", "CA"), ("US", "california", "CA"), ("DE", "Bayern", "BY"), ("CH", "zh", "ZH"), ("US", "XX", None), ("US", "", None)],
)
def test_a_part_by_code_or_name(country: str, text: str, part: str | None) -> None:
    """Compared like strings."""
    assert holiday_part(country, text) == part
