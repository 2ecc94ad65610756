"""Who carries what and whose turn it is, for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from leadroute.insight.distribution import LimitUse, uses
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import Rotation
from leadroute.model.standings import Place, RotationStanding, Standings
from leadroute.routing.turns import due


@frozen
class Load:
    """What a rep carries, and may (``None``: any amount), in millionths of effort; and what is used of the rep's limits in time."""

    rep: str
    load: int
    open: int | None
    limits: tuple[LimitUse, ...] = ()


@frozen
class Standing:
    """A rep's place in a turn order: turns taken and the weight they count with (millionths), and the absence, if any, with its instant.

    ``next``: the next lead that everybody there could take is this rep's. ``member``: still in one of the pools.
    """

    rep: str
    turns: int
    weight: int
    member: bool
    absent: str | None
    since: int | None
    next: bool


@frozen
class Order:
    """A turn order, or the part of it for one value of its ``by``."""

    rotation: str
    pools: tuple[str, ...]
    by: str | None
    cell: str | None
    places: tuple[Standing, ...]


@frozen
class Carried:
    """All loads in roster order, and all turn orders in that of the project; those that no pool uses any more come last."""

    loads: tuple[Load, ...]
    orders: tuple[Order, ...]


def carried(project: Project, standings: Standings) -> Carried:
    """The standings by rep and by turn order."""
    loads = tuple(_load(rep, standings) for rep in project.reps)
    used = [key for key in project.rotations if key in standings.rotations]
    left = sorted(standings.rotations.keys() - set(used))
    orders = tuple(order for key in (*used, *left) for order in _orders(project, key, standings.rotations[key]))
    return Carried(loads, orders)


def _load(rep: Rep, standings: Standings) -> Load:
    load = rep.load + standings.load.get(rep.id, 0)
    limits = tuple(uses(replace(rep.limits, open=None), standings, load, "", rep.id))
    return Load(rep.id, load, rep.limits.open, limits)


def _orders(project: Project, key: str, standing: RotationStanding) -> Iterator[Order]:
    rotation = project.rotations.get(key)
    pools = tuple(pool.name for pool in project.pools.values() if pool.rotation == key)
    ids = [rep.id for rep in project.reps]
    members = {ids[member] for name in pools for member in project.pools[name].members}
    taking = {rep.id for rep in project.reps if rep.id in members and rep.active and (rotation is None or _weight(rotation, rep))}
    for cell, places in sorted(standing.cells.items(), key=lambda item: (item[0] is not None, item[0] or "")):
        roster_order = sorted(places, key=lambda rep: (ids.index(rep) if rep in ids else len(ids), rep))
        there = [rep for rep in roster_order if rep in taking and rep not in standing.absent]
        first = None if rotation is None else _next(rotation, places, there)
        yield Order(
            rotation=key,
            pools=pools,
            by=None if rotation is None else rotation.by,
            cell=cell,
            places=tuple(_standing(rep, places[rep], standing, member=rep in members, first=rep == first) for rep in roster_order),
        )


def _weight(rotation: Rotation, rep: Rep) -> int:
    return dict(rotation.weights).get(rep.id, rep.weight)


def _next(rotation: Rotation, places: dict[str, Place], there: list[str]) -> str | None:
    """Whose turn it is among those who are there, by the engine's own rule, at the cost of a plain lead."""
    if not there:
        return None
    turns, weights = [places[rep].turns for rep in there], [places[rep].weight for rep in there]
    return there[due(range(len(there)), turns, weights, rotation.cost)]


def _standing(rep: str, place: Place, standing: RotationStanding, *, member: bool, first: bool) -> Standing:
    absence = standing.absent.get(rep)
    return Standing(
        rep=rep,
        turns=place.turns,
        weight=place.weight,
        member=member,
        absent=None if absence is None else absence.reason,
        since=None if absence is None else absence.since,
        next=first,
    )
