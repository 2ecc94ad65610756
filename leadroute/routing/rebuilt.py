"""The turns of all rotations once more, from the record: what was charged, and the events that changed them otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadroute.model.standings import Absence, EventKind, Place, RotationStanding, StandingEvent

GONE = frozenset({EventKind.ABSENT, EventKind.LEFT})


def rebuilt(events: Iterable[StandingEvent], charged: Mapping[tuple[str, str | None, str], int]) -> dict[str, RotationStanding]:
    """The rotations by key, as the events (in their order) and all turns ``charged`` leave them.

    ``charged`` holds millionths by rotation, cell and rep; in which order they were charged makes no difference. ``recent`` is not rebuilt:
    it remembers an order, and nothing that was charged.

    Raises:
        KeyError: turns are charged or changed in a place that no event opened.
    """
    found: dict[str, RotationStanding] = {}
    for event in events:
        if event.rotation is not None and event.rep is not None:
            _apply(event, event.rep, found.setdefault(event.rotation, RotationStanding()))
    for (rotation, cell, rep), turns in charged.items():
        found[rotation].cells[cell][rep].turns += turns
    return found


def _apply(event: StandingEvent, rep: str, standing: RotationStanding) -> None:
    cell = event.cell
    if event.kind in GONE:
        _leave(event, rep, standing)
    elif event.kind is EventKind.AMENDED and event.state is not None:
        standing.absent[rep] = _copy(event.state)
    elif event.kind in (EventKind.OPENED, EventKind.JOINED):
        standing.cells.setdefault(cell, {})[rep] = Place(event.turns, event.weight)
        if event.kind is EventKind.OPENED:
            _open(cell, rep, event.weight, standing)
    else:
        if event.kind is EventKind.RETURNED:
            standing.absent.pop(rep, None)
        if event.turns or event.weight:
            place = standing.cells[cell][rep]
            place.turns += event.turns
            place.weight = event.weight or place.weight
    if event.owed is not None:
        standing.owed.setdefault(cell, {})[rep] = event.owed
        if not event.owed.parts:
            del standing.owed[cell][rep]
            if not standing.owed[cell]:
                del standing.owed[cell]


def _leave(event: StandingEvent, rep: str, standing: RotationStanding) -> None:
    """An absence begins, and whoever begins one was not there throughout any other; or it goes on for another reason."""
    state = event.state
    if state is None:
        standing.absent[rep].reason = event.why
        return
    for absence in standing.absent.values():
        for levels in absence.levels.values():
            levels.pop(rep, None)
    standing.absent[rep] = _copy(state)


def _copy(state: Absence) -> Absence:
    return Absence(state.reason, state.since, {key: dict(levels) for key, levels in state.levels.items()})


def _open(cell: str | None, rep: str, weight: int, standing: RotationStanding) -> None:
    """A value of ``by`` comes into use: for everybody who is away, those who were there throughout stand at 0 in it."""
    for absence in standing.absent.values():
        levels = absence.levels.setdefault(cell, {})
        throughout = next((seen for key, seen in absence.levels.items() if key != cell), None)
        if rep not in standing.absent and (throughout is None or rep in throughout):
            levels[rep] = (0, weight)
