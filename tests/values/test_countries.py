"""Countries in any common spelling."""

from __future__ import annotations

import pycountry
import pytest

from leadroute.values import countries, country_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("us", "us"), ("USA", "us"), ("U.S.", "us"), ("U.S.A.", "us"), ("America", "us"), ("The United States of America", "us"),
        ("UK", "gb"), ("England", "gb"), ("great  britain", "gb"), ("Northern Ireland", "gb"),
        ("Korea", "kr"), ("South Korea", "kr"), ("Republic of Korea", "kr"), ("North Korea", "kp"),
        ("Turkey", "tr"), ("Türkiye", "tr"), ("Holland", "nl"), ("The Netherlands", "nl"),
        ("Ivory Coast", "ci"), ("Côte d'Ivoire", "ci"), ("Kosovo", "xk"), ("XK", "xk"),
        ("Deutschland", "de"), ("Allemagne", "de"), ("ALEMANIA", "de"), ("Österreich", "at"), ("España", "es"),
        ("日本", "jp"), ("Россия", "ru"),
        ("Czech Republic", "cz"), ("Bolivia", "bo"), ("Viet Nam", "vn"), ("Vietnam", "vn"), ("Trinidad & Tobago", "tt"),
        ("NO", "no"), ("NA", "na"), ("Georgia", "ge"), ("Niger", "ne"), ("Nigeria", "ng"),
    ],
)  # fmt: skip
def test_spellings(text: str, code: str) -> None:
    """Codes, English and own names, and the usual aliases, whatever their case, accents and points."""
    assert country_code(text) == code


@pytest.mark.parametrize("text", ["Wonderland", "", " ", "...", "Germny", "840", "EU", "Europe", "x" * 1000])
def test_nothing_is_guessed(text: str) -> None:
    """What is not exactly a spelling is none."""
    assert country_code(text) is None


def test_every_country_is_known_by_its_codes_and_names() -> None:
    """ISO's own list is known in full."""
    for country in pycountry.countries:
        for name in (country.alpha_2, country.alpha_3, country.name, getattr(country, "common_name", country.name)):
            assert country_code(name) == country.alpha_2.lower()


def test_every_code_of_iso_is_known_without_its_list() -> None:
    """The codes written down are those of the library, and no alias says otherwise."""
    import pycountry

    assert {country.alpha_2.lower() for country in pycountry.countries} == countries._CODES
    assert all(countries._english()[code] == code for code in countries._CODES)
