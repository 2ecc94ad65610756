"""Public holidays of countries and their parts, from the ``holidays`` library: a year is worked out when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from leadroute.model.frozen import frozen
from leadroute.values.countries import country_code

_EPOCH_DAY = date(1970, 1, 1).toordinal()


@frozen
class PublicHolidays:
    """The public holidays of a country (``US``), or of a part of it (``CA``), as ISO 3166 names them; days off in lieu count."""

    country: str
    part: str = ""

    @property
    def name(self) -> str:
        """``US``, ``US-CA``."""
        return f"{self.country}-{self.part}" if self.part else self.country

    def on(self, day: int) -> str | None:
        """The name of the holiday on a date (days since 1970-01-01); ``None`` when it is none."""
        try:
            year = date.fromordinal(day + _EPOCH_DAY).year
        except (ValueError, OverflowError):
            return None
        return _year(self.country, self.part, year).get(day)


@frozen
class ListedHolidays:
    """The dates of a file, with their names."""

    name: str
    days: Mapping[int, str]

    def on(self, day: int) -> str | None:
        """The name of the holiday on a date (days since 1970-01-01); ``None`` when it is none."""
        return self.days.get(day)


def holiday_country(text: str) -> str | None:
    """The alpha-2 code of a country in any common spelling; ``None`` when there is none such, or its holidays are not known."""
    code = (country_code(text) or "").upper()
    return code if code in holiday_countries() else None


def holiday_part(country: str, text: str) -> str | None:
    """The code of a part of a country, from its code or name (``CA``, ``California``); ``None`` when there is none such."""
    wanted = text.strip().casefold()
    return next((code for name, code in holiday_parts(country).items() if name.casefold() == wanted), None)


@cache
def holiday_countries() -> frozenset[str]:
    """The codes of all countries whose holidays are known."""
    from holidays.registry import COUNTRIES

    return frozenset(code for _, code, *_ in COUNTRIES.values())


def holiday_names() -> Mapping[str, str]:
    """The English names of those countries, and their codes, each to the code."""
    import pycountry

    named = {country.name: country.alpha_2 for country in pycountry.countries if country.alpha_2 in holiday_countries()}
    return named | {code: code for code in sorted(holiday_countries())}


@cache
def holiday_parts(country: str) -> Mapping[str, str]:
    """The codes and names of the parts of a country that have holidays of their own, each to the code."""
    import holidays

    entity = holidays.country_holidays(country, years=[], expand=False)
    named = {alias: part for part, aliases in entity.get_subdivision_aliases().items() for alias in aliases}
    return {part: part for part in entity.subdivisions} | named


def holiday_data() -> str:
    """Which edition of the data is used: holidays change with it."""
    from importlib.metadata import version

    return f"holidays {version('holidays')}"


@cache
def _year(country: str, part: str, year: int) -> Mapping[int, str]:
    import holidays

    found = holidays.country_holidays(country, subdiv=part or None, years=[year], expand=False)
    return {day.toordinal() - _EPOCH_DAY: name for day, name in found.items()}
