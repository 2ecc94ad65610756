"""Phone numbers."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadroute.values.phones import phone


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+44 20 7946 0958", "+442079460958"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("0044-20-7946-0958", "+442079460958"),
        ("+1 (415) 555-0100 ext. 12", "+14155550100"),
        ("tel:+1-415-555-0100", "+14155550100"),
        ("+39 06 698 12345", "+390669812345"),
        ("(415) 555-0100", "4155550100"),
        ("415.555.0100 x9", "4155550100"),
    ],
)
def test_numbers(text: str, number: str) -> None:
    """E.164 where the country is written, else the digits."""
    assert phone(text) == number


@pytest.mark.parametrize("text", ["", "123", "call me", "+999 123456789", "+", "00", "+44", "1" * 16, "1-800-FLOWERS", "٠١٢٣٤٥٦"])
def test_no_numbers(text: str) -> None:
    """Too short, too long, letters, no such country."""
    assert phone(text) is None


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_example_numbers_of_all_countries(region: str) -> None:
    """Every country's example number comes out as E.164, however it is laid out."""
    example = phonenumbers.example_number(region)
    if example is not None:
        expected = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        assert phone(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)) == expected


@given(st.text(st.sampled_from("+0123456789 ()-x."), max_size=20))
def test_any_text_is_a_number_or_none(text: str) -> None:
    """No text makes it fail."""
    found = phone(text)
    assert found is None or found.removeprefix("+").isdecimal()
