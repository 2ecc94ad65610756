"""Where a lead is: one clock, or none."""

from __future__ import annotations

import phonenumbers
import pytest

from leadroute.values import instant, places
from leadroute.values.holidays import PublicHolidays
from leadroute.values.places import Spot, holidays_at, spot, state_code
from leadroute.values.zones import is_zone, one_clock, zone_named, zones_of

NOW = instant("2026-11-23T15:01Z", "UTC")
assert NOW is not None


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("America/New_York", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("UTC", "UTC"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("eastern standard time", "America/New_York"),
        ("/example.org/v1/Europe/Berlin", "Europe/Berlin"),
        ("Mars/Olympus", None),
        ("PST", None),
        ("", None),
    ],
)
def test_a_zone_by_other_people_s_names(text: str, zone: str | None) -> None:
    """IANA's in any case, Windows', or at the end of a longer one; an abbreviation is no zone."""
    assert zone_named(text) == zone


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ({"timezone": "Asia/Tokyo", "phone": "+14155550100", "country": "de"}, "Asia/Tokyo"),
        ({"timezone": "nowhere", "phone": "+14155550100", "country": "de"}, "America/Los_Angeles"),
        ({"phone": "+442079460958"}, "Europe/London"),
        ({"phone": "+14165550123"}, "America/Toronto"),
        ({"phone": "(415) 555-0100", "country": "us"}, "America/Los_Angeles"),
        ({"phone": "(415) 555-0100"}, None),
        ({"phone": "+447911123456"}, "Europe/Guernsey"),
        ({"phone": "+18005550123"}, None),
        ({"phone": "+18005550123", "country": "us", "state": "CA"}, "America/Los_Angeles"),
        ({"phone": "+61412345678", "country": "au", "state": "vic"}, "Australia/Melbourne"),
        ({"phone": "12", "country": "de"}, "Europe/Berlin"),
        ({"country": "de"}, "Europe/Berlin"),
        ({"country": "Germany"}, "Europe/Berlin"),
        ({"country": "fr", "state": "Bretagne"}, "Europe/Paris"),
        ({"country": "ar"}, "America/Argentina/Buenos_Aires"),
        ({"country": "us"}, None),
        ({"country": "us", "state": "NY"}, "America/New_York"),
        ({"country": "us", "state": "new york"}, "America/New_York"),
        ({"country": "us", "state": "TX"}, None),
        ({"country": "us", "state": "Bavaria"}, None),
        ({"country": "ca", "state": "Alberta"}, "America/Edmonton"),
        ({"country": "ca", "state": "ON"}, None),
        ({"country": "au", "state": "NSW"}, None),
        ({"country": "au", "state": "Queensland"}, "Australia/Brisbane"),
        ({"country": "br", "state": "São Paulo"}, "America/Sao_Paulo"),
        ({"country": "br", "state": "sao paulo"}, "America/Sao_Paulo"),
        ({"country": "mx", "state": "Jalisco"}, "America/Mexico_City"),
        ({"country": "mx", "state": "CDMX"}, "America/Mexico_City"),
        ({"country": "mx", "state": "Coahuila"}, None),
        ({"country": "es"}, None),
        ({"country": "es", "state": "Madrid"}, "Europe/Madrid"),
        ({"country": "es", "state": "Las Palmas"}, "Atlantic/Canary"),
        ({"country": "pt", "state": "Lisboa"}, "Europe/Lisbon"),
        ({"country": "id", "state": "Bali"}, "Asia/Makassar"),
        ({"country": "aq"}, None),
        ({"state": "CA"}, None),
        ({}, None),
    ],
)
def test_the_lead_s_clock(said: dict[str, str], zone: str | None) -> None:
    """Its zone, else its phone number, else its country and state; none where several clocks are possible."""
    found = spot(NOW, **said)
    assert (None if found is None else found.zone) == zone


@pytest.mark.parametrize(
    ("said", "country", "part"),
    [
        ({"country": "us", "state": "California"}, "US", "CA"),
        ({"country": "de", "state": "Bayern"}, "DE", "BY"),
        ({"country": "de", "state": "nowhere"}, "DE", ""),
        ({"phone": "+493012345678"}, "DE", ""),
        ({"timezone": "Europe/Vienna", "country": "de"}, "DE", ""),
        ({"timezone": "UTC"}, "", ""),
        ({"timezone": "Asia/Pyongyang"}, "KP", ""),
    ],
)
def test_the_lead_s_holidays_are_its_country_s(said: dict[str, str], country: str, part: str) -> None:
    """As it says, else where its clock is; of its state where that has some of its own."""
    assert (found := spot(NOW, **said)) is not None
    assert holidays_at(found) == (PublicHolidays(country, part) if country else None)


def test_zones_are_one_clock_when_they_agree_all_year() -> None:
    """Büsingen is not Berlin, but its clock is; Phoenix and Los Angeles agree in summer alone."""
    assert one_clock(("Europe/Berlin", "Europe/Busingen"), NOW) == "Europe/Berlin"
    assert one_clock(("America/Phoenix", "America/Los_Angeles"), NOW) is None


def test_the_table_of_states_is_of_zones_and_states_that_exist() -> None:
    """And no state stands in it twice."""
    for country, table in places._STATES.items():
        codes = [code for listed in table.values() for code in listed.split() if code != "*"]
        assert len(codes) == len(set(codes))
        assert all(state_code(country, code) == code for code in codes)
        assert all(is_zone(zone) for zone in table)
        assert one_clock(zones_of(country), NOW) is None


def test_spots_are_told_apart_by_all_they_say() -> None:
    """The clock may be the same and the holidays not."""
    assert spot(NOW, country="de", state="by") == Spot("Europe/Berlin", "DE", "by") != spot(NOW, country="de")


def test_a_number_taken_apart_is_the_one_that_is_parsed() -> None:
    """For an example of every country and kind; where a national zero counts, the numbering plan is asked."""
    numbers = (phonenumbers.example_number_for_type(region, kind) for region in phonenumbers.SUPPORTED_REGIONS for kind in range(11))
    taken = 0
    for number in filter(None, numbers):
        text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        found = places._e164(text)
        taken += found is not None
        assert found is None or found == phonenumbers.parse(text)
    assert taken > 1000
