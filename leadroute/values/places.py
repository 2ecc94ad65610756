"""Where a lead is, as far as its clock and its holidays go: from a zone, a phone number, a country and a state."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from leadroute.model.frozen import frozen
from leadroute.values.countries import country_code, plain
from leadroute.values.holidays import PublicHolidays, holiday_countries, holiday_part
from leadroute.values.phones import phone as phone_number
from leadroute.values.zones import country_of, one_clock, zone_named, zones_of

_ELSE = "*"
_STATES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "US": {
            "America/New_York": "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
            "America/Chicago": "AL AR IA IL LA MN MO MS OK WI",
            "America/Denver": "CO MT NM UT WY",
            "America/Los_Angeles": "CA WA",
            "Pacific/Honolulu": "HI",
            "America/Puerto_Rico": "PR VI",
            "Pacific/Guam": "GU MP",
            "Pacific/Pago_Pago": "AS",
        },
        "CA": {
            "America/Edmonton": "AB NT",
            "America/Winnipeg": "MB",
            "America/Halifax": "NB NS PE",
            "America/Whitehorse": "YT",
        },
        "AU": {
            "Australia/Sydney": "ACT",
            "Australia/Darwin": "NT",
            "Australia/Brisbane": "QLD",
            "Australia/Adelaide": "SA",
            "Australia/Hobart": "TAS",
            "Australia/Melbourne": "VIC",
        },
        "BR": {
            "America/Rio_Branco": "AC",
            "America/Porto_Velho": "RO",
            "America/Boa_Vista": "RR",
            "America/Cuiaba": "MT",
            "America/Campo_Grande": "MS",
            "America/Belem": "AP PA",
            "America/Fortaleza": "CE MA PB PI RN",
            "America/Maceio": "AL SE",
            "America/Bahia": "BA",
            "America/Araguaina": "TO",
            "America/Sao_Paulo": "DF ES GO MG PR RJ RS SC SP",
        },
        "MX": {
            "America/Mexico_City": "AGU CHP CMX COL GRO GUA HID JAL MEX MIC MOR OAX PUE QUE SLP TAB TLA VER ZAC",
            "America/Merida": "CAM YUC",
            "America/Monterrey": "DUR",
            "America/Cancun": "ROO",
            "America/Mazatlan": "BCS SIN",
            "America/Hermosillo": "SON",
            "America/Tijuana": "BCN",
        },
        "ES": {"Atlantic/Canary": "CN GC TF", "Africa/Ceuta": "CE ML", "Europe/Madrid": _ELSE},
        "PT": {"Atlantic/Azores": "20", "Atlantic/Madeira": "30", "Europe/Lisbon": _ELSE},
        "NZ": {"Pacific/Chatham": "CIT", "Pacific/Auckland": _ELSE},
        "ID": {
            "Asia/Jakarta": "AC BB BE BT JA JB JI JK JT KR LA RI SB SS SU YO",
            "Asia/Pontianak": "KB KT",
            "Asia/Makassar": "BA GO KI KS KU NB NT SA SG SN SR ST",
            "Asia/Jayapura": "MA MU PA PB PD PE PS PT",
        },
    }
)
"""Zone to the states that lie in it alone, by ISO 3166-2, for countries with more than one clock. A state with two clocks is in none."""

_OTHERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"MX": {"mexico city": "CMX", "cdmx": "CMX", "df": "CMX"}, "ES": {"islas canarias": "CN"}}
)
"""Usual names of states that ISO's list lacks."""


@frozen
class Spot:
    """A clock, and the country (alpha-2, upper case, or empty) and state in which it hangs."""

    zone: str
    country: str
    state: str


def spot(
    now: int, timezone: str | None = None, phone: str | None = None, country: str | None = None, state: str | None = None
) -> Spot | None:
    """Where a lead is: by its zone, else by its phone number, else by its country and state; ``None`` where none of them gives one clock.

    ``now`` is the instant (microseconds since the epoch) whose year decides whether two zones are one clock.
    """
    code = (country_code(country) or "").upper() if country else ""
    zone = zone_named(timezone) if timezone else None
    if zone is None and phone:
        zone = zone_of_phone(phone, code, now)
    if zone is None and code:
        zone = zone_of_place(code, state, now)
    if zone is None:
        return None
    return Spot(zone, code or country_of(zone) or "", state or "")


@cache
def holidays_at(place: Spot) -> PublicHolidays | None:
    """The public holidays of a spot: its state's where that has some of its own, else its country's; ``None`` where they are not known."""
    if place.country not in holiday_countries():
        return None
    code = state_code(place.country, place.state) or place.state
    return PublicHolidays(place.country, holiday_part(place.country, code) or "")


def zone_of_phone(text: str, country: str, now: int) -> str | None:
    """The zone of a phone number, where its prefix lies in one clock alone; one without ``+`` is of ``country`` (alpha-2, or empty)."""
    import phonenumbers
    from phonenumbers import timezone

    read = phone_number(text)
    if read is None or not (read.startswith("+") or country):
        return None
    number = _e164(read)
    if number is None:
        try:
            number = phonenumbers.parse(read, country or None)
        except phonenumbers.NumberParseException:
            return None
    found = [zone for zone in timezone.time_zones_for_number(number) if zone != timezone.UNKNOWN_TIMEZONE]
    return one_clock(tuple(found), now) if found else None


def _e164(text: str) -> Any:
    """A number with its calling code, taken apart; ``None`` where that takes knowing its numbering plan (a national zero)."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumber

    code = next(
        (size for size in (1, 2, 3) if text[1 : 1 + size].isdecimal() and int(text[1 : 1 + size]) in COUNTRY_CODE_TO_REGION_CODE), None
    )
    if not text.startswith("+") or code is None or text[1 + code : 2 + code] in ("", "0"):
        return None
    return PhoneNumber(country_code=int(text[1 : 1 + code]), national_number=int(text[1 + code :]))


@cache
def zone_of_place(country: str, state: str | None, now: int) -> str | None:
    """The zone of a country that has one clock alone, or of its state."""
    zones = zones_of(country)
    whole = one_clock(zones, now) if zones else None
    if whole is not None or not state:
        return whole
    code = state_code(country, state)
    if code is None:
        return None
    table = _STATES.get(country, {})
    return next((zone for zone, codes in table.items() if code in codes.split() or codes == _ELSE), None)


def state_code(country: str, text: str) -> str | None:
    """The ISO 3166-2 code of a state, without its country, from its code or name (``CA``, ``California``)."""
    return _state_codes(country).get(plain(text))


@cache
def _state_codes(country: str) -> Mapping[str, str]:
    import pycountry

    subdivisions: Any = pycountry.subdivisions
    found: dict[str, str] = {}
    for one in subdivisions.get(country_code=country) or ():
        code = one.code.partition("-")[2]
        found[plain(code)] = code
        for name in one.name.replace("]", "").split(" ["):
            found.setdefault(plain(name), code)
            found.setdefault(plain(name.partition(",")[0]), code)  # "Asturias, Principado de" is Asturias
            if country == "MX":
                found.setdefault(plain(name.partition(" de ")[0]), code)  # "Coahuila de Zaragoza" is Coahuila
    return found | dict(_OTHERS.get(country, {}))
