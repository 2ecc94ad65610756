"""Standings as canonical JSON: equal standings give equal text, and every whole number keeps all its digits."""

from __future__ import annotations

import json
import zlib
from typing import Any

from leadroute.model.standings import Absence, Debt, Figure, Owed, Place, RotationStanding, StandingEvent, Standings, Use

_Json = Any  # what json.loads gives; its shape is that of the functions that wrote it


def freeze(standings: Standings) -> bytes:
    """Standings as compressed text. Names that stand at 0 are kept as they are: what comes back is equal."""
    return zlib.compress(
        _text(
            {
                "load": standings.load,
                "pool_load": [[pool, rep, n] for (pool, rep), n in sorted(standings.pool_load.items())],
                "used": [[*use, n] for use, n in sorted(standings.used.items())],
                "rotations": {key: _rotation(rotation) for key, rotation in standings.rotations.items()},
                "figures": {
                    rep: [figure.load, figure.seen, *([True] if figure.dated else [])] for rep, figure in standings.figures.items()
                },
            }
        ).encode()
    )


def thaw(frozen: bytes) -> Standings:
    """The standings that :func:`freeze` was given.

    Raises:
        ValueError, TypeError, KeyError, zlib.error: these are no frozen standings.
    """
    plain = json.loads(zlib.decompress(frozen))
    return Standings(
        load=plain["load"],
        pool_load={(pool, rep): n for pool, rep, n in plain["pool_load"]},
        used={Use(*use): n for *use, n in plain["used"]} if "used" in plain else _used_today(plain),
        rotations={key: _thawed_rotation(rotation) for key, rotation in plain["rotations"].items()},
        figures={rep: Figure(*parts) for rep, parts in plain["figures"].items()},
    )


def _figure(figure: Figure) -> _Json:
    return [figure.load, figure.seen, True] if figure.dated else [figure.load, figure.seen]


def _used_today(plain: _Json) -> dict[Use, int]:
    """Counts as the first layout had them: of the day alone."""
    used = {Use("day", "", "", rep): n for rep, n in plain["today"].items()}
    return used | {Use("day", "", pool, rep): n for pool, rep, n in plain["pool_today"]}


def rotation_text(standing: RotationStanding) -> str:
    """One rotation as text."""
    return _text(_rotation(standing))


def rotation_of(text: str) -> RotationStanding:
    """The rotation that :func:`rotation_text` was given; raises like :func:`thaw`."""
    return _thawed_rotation(json.loads(text))


def state_text(event: StandingEvent) -> str | None:
    """The state that an event leaves a rep in, as text: an absence, or what is owed; ``None`` where it says nothing of either."""
    if event.owed is not None:
        return _text({"owed": _debt(event.owed)})
    return None if event.state is None else _text(_absence(event.state))


def state_of(text: str | None) -> tuple[Absence | None, Debt | None]:
    """The ``state`` and ``owed`` of the event that :func:`state_text` was given; raises like :func:`thaw`."""
    plain = None if text is None else json.loads(text)
    if isinstance(plain, dict):
        return None, _thawed_debt(plain["owed"])
    return None if plain is None else _thawed_absence(plain), None


def _text(value: _Json) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _by_cell(item: tuple[str | None, object]) -> tuple[bool, str]:
    return item[0] is not None, item[0] or ""


def _rotation(standing: RotationStanding) -> _Json:
    # A cell may be None, which no JSON object has for a key: cells are pairs.
    return {
        "cells": [
            [cell, {rep: [place.turns, place.weight] for rep, place in places.items()}]
            for cell, places in sorted(standing.cells.items(), key=_by_cell)
        ],
        "absent": {rep: _absence(absence) for rep, absence in standing.absent.items()},
        "owed": [[cell, {rep: _debt(debt) for rep, debt in debts.items()}] for cell, debts in sorted(standing.owed.items(), key=_by_cell)],
        "recent": standing.recent,
    }


def _thawed_rotation(plain: _Json) -> RotationStanding:
    return RotationStanding(
        cells={cell: {rep: Place(turns, weight) for rep, (turns, weight) in places.items()} for cell, places in plain["cells"]},
        absent={rep: _thawed_absence(absence) for rep, absence in plain["absent"].items()},
        # Ledgers from before anybody could catch up have neither.
        owed={cell: {rep: _thawed_debt(debt) for rep, debt in debts.items()} for cell, debts in plain.get("owed", ())},
        recent={pool: tuple(reps) for pool, reps in plain.get("recent", {}).items()},
    )


def _debt(debt: Debt) -> _Json:
    return [debt.made_up, [[part.turns, part.until, part.every] for part in debt.parts]]


def _thawed_debt(plain: _Json) -> Debt:
    made_up, parts = plain
    return Debt(tuple(Owed(turns, until, every) for turns, until, every in parts), made_up)


def _absence(absence: Absence) -> _Json:
    return [absence.reason, absence.since, [[cell, levels] for cell, levels in sorted(absence.levels.items(), key=_by_cell)]]


def _thawed_absence(plain: _Json) -> Absence:
    reason, since, levels = plain
    return Absence(reason, since, {cell: {rep: (turns, weight) for rep, (turns, weight) in level.items()} for cell, level in levels})
