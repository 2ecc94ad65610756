"""A place for a lead, and an instant at which its own clock and that of the office show what a model wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from leadroute import values
from leadroute.model.clock import DAY, HOUR, WEEKDAYS, at_wall, day, wall
from leadroute.model.fields import FieldType
from leadroute.model.project import Project
from leadroute.model.roster import Holidays
from leadroute.people.working import in_hours
from leadroute.proofs.formula import TRUE, Literal
from leadroute.proofs.partition import Numbers, Partition
from leadroute.proofs.scale import readable
from leadroute.values.places import Spot, holidays_at, spot

LOCAL = "local."
_SOMEWHERE = {"timezone": "Europe/Berlin", "country": "DE", "phone": "+49 30 901820"}
"""Texts that give a lead a place, for fields that nothing else asks about."""
_MOST_DAYS = 400
_MOST_TRIED = 30
"""Of so many days that may do, every half hour is tried."""


def somewhere(project: Project, texts: Mapping[str, str], now: int) -> tuple[dict[str, str], Spot] | None:
    """What to add to a lead's texts so that it has a clock of its own, and where it then is; fields with a text stay as they are."""

    def found(said: Mapping[str, str]) -> Spot | None:
        read = {
            place: values.read(project.fields[name], said[name], project.timezone)
            for place, name in project.places.items()
            if said.get(name)
        }
        return spot(now, **{place: str(value) for place, value in read.items() if value is not None})

    own = found(texts)
    if own is not None:
        return {}, own
    for place, text in _SOMEWHERE.items():
        name = project.places.get(place)
        if name is not None and name not in texts and project.fields[name].origin == "declared":
            there = found({**texts, name: text})
            if there is not None:
                return {name: text}, there
    return None


def instant_at(project: Project, place: Spot, partitions: Mapping[str, Partition], model: frozenset[Literal], now: int) -> int | None:
    """The nearest instant at which both clocks show what a model has; ``None``: there is none within a year or so."""
    office = {name.partition(".")[2]: part for name, part in partitions.items() if name.startswith("now.")}
    own = {name.removeprefix(LOCAL): part for name, part in partitions.items() if name.startswith(LOCAL)}
    first = day(now, place.zone)
    for facts in (office, own):
        date = facts.get("date")
        if isinstance(date, Numbers) and has(date, model) and not date.stretch(model).holds(first):
            first = int(readable(date.stretch(model), FieldType.DATE, first))
    days = {fact: part for fact, part in own.items() if fact not in ("time", "business_hours")}
    off = holidays_at(place)
    times = sorted({HOUR // 2 * step for step in range(48)} | set(_ends(own, model)) | set(_ends(office, model)), key=_from_noon)
    nearest = sorted(range(first - _MOST_DAYS, first + _MOST_DAYS), key=lambda day: abs(day - first))
    fitting = (one for one in nearest if _shows(days, model, one * DAY, off, project))
    for one in islice(fitting, _MOST_TRIED):
        for time in times:
            at = at_wall(one * DAY + time, place.zone)
            if _shows(own, model, wall(at, place.zone), off, project) and _shows(
                office, model, wall(at, project.timezone), project.holidays, project
            ):
                return at
    return None


def _ends(facts: Mapping[str, Partition], model: frozenset[Literal]) -> Iterator[int]:
    """The first and the last time of day that a clock may show."""
    clock = facts.get("time")
    if isinstance(clock, Numbers) and has(clock, model):
        stretch = clock.stretch(model)
        yield from (int(end) for end in (stretch.low, stretch.high) if end is not None)


def _from_noon(time: int) -> int:
    return abs(time - DAY // 2)


def _shows(facts: Mapping[str, Partition], model: frozenset[Literal], shown: int, holidays: Holidays | None, project: Project) -> bool:
    """Whether a clock that shows a wall-clock time has the facts of a model."""
    today = shown // DAY
    off = holidays is not None and holidays.on(today) is not None
    for fact, part in facts.items():
        if not has(part, model):
            if fact != "holiday" or holidays is not None:
                return False
            continue
        if isinstance(part, Numbers):
            if not part.stretch(model).holds(today if fact == "date" else shown % DAY):
                return False
            continue
        is_so = {
            "weekday": WEEKDAYS[(today + 3) % 7],
            "holiday": off,
            "business_hours": in_hours(project.business_hours, shown) and not (off and project.holidays is not None),
        }[fact]
        if part.value(model) != is_so or (fact == "holiday" and holidays is None):
            return False
    return True


def has(partition: Partition, model: frozenset[Literal]) -> bool:
    """Whether a field has a value in a model."""
    return partition.present == TRUE or partition.present in model
