"""Time zones by their names, the countries they are in, and which of them show the same time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from leadroute.model.clock import DAY, wall

_YEAR = 366


@cache
def is_zone(name: str) -> bool:
    """Whether the name is a zone of the database, here and on every other machine."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    # the path of a zone file on a case-insensitive disk, or `localtime`, is no name that works elsewhere
    return name in ("UTC", "GMT") or name in zone_names()


@cache
def zone_names() -> frozenset[str]:
    """All names, from the index of the packaged database where there is one: walking the system's folders takes long."""
    from importlib.resources import files

    try:
        return frozenset((files("tzdata") / "zones").read_text("utf-8").split())
    except (ModuleNotFoundError, OSError):
        return frozenset(available_timezones())


@cache
def zone_named(text: str) -> str | None:
    """The zone that a text of other people's names: by its own name in any case, by Windows' name for it, or at the end of a longer one."""
    known = _by_form().get(_form(text))
    if known is not None:
        return known
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    windows: Mapping[str, str] = WINDOWS_TO_OLSON
    found = next((zone for name, zone in windows.items() if _form(name) == _form(text)), None)
    if found is not None:
        return found
    parts = text.strip().strip("/").split("/")
    return next((zone for at in range(1, len(parts)) if (zone := _by_form().get(_form("/".join(parts[at:]))))), None)


@cache
def zones_of(country: str) -> tuple[str, ...]:
    """The zones of a country (its alpha-2 code in upper case); none where the country has none, or is none."""
    return tuple(zone for zone, home in _countries().items() if home == country)


def country_of(zone: str) -> str | None:
    """The country that a zone is in, as an alpha-2 code in upper case; ``None`` for a zone of none, or of an older name."""
    return _countries().get(zone)


@cache
def one_clock(zones: tuple[str, ...], now: int) -> str | None:
    """The first of some zones where all of them show the same time on every day of the year from ``now`` on; ``None`` where they do not.

    A country may have several zones that differed long ago: for the time of day today they are one.
    """
    alike = {_year(zone, now // DAY) for zone in zones}
    return zones[0] if len(alike) == 1 else None


@cache
def _year(zone: str, day: int) -> tuple[int, ...]:
    return tuple(wall(at * DAY, zone) - at * DAY for at in range(day, day + _YEAR))


@cache
def _countries() -> Mapping[str, str]:
    from importlib.resources import files

    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}


@cache
def _by_form() -> Mapping[str, str]:
    return {_form(name): name for name in sorted(zone_names())}


def _form(text: str) -> str:
    return "_".join(text.casefold().replace("_", " ").split())
