"""Move somebody in a turn order, for a reason."""

from __future__ import annotations

from leadroute.model.codes import diagnostic
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.rules import Rotation
from leadroute.model.standings import EventKind, RotationStanding, StandingEvent
from leadroute.workflows.ledger_opening import LedgerOptions, Opened, opened
from leadroute.workflows.refusal import CannotRunError


@frozen
class Moved:
    """One place that was moved: ``turns`` were added, so that the rep stands at ``now`` (millionths)."""

    cell: str | None
    turns: int
    now: int


@frozen
class Adjusted:
    """What was adjusted, and the batch that says so; ``None`` when the rep was next already."""

    batch: str | None
    rep: str
    pool: str
    rotation: str
    moved: tuple[Moved, ...]


def adjust(options: LedgerOptions, rep: str, pool: str, turns: int | None, of: str | None = None) -> Adjusted:
    """Add turns (millionths, below 0: given) to a rep's in a pool's turn order; ``None``: as many as put the rep next.

    ``of`` says which value of the rotation's ``by`` is meant (``''``: where it is missing); without it, putting next is meant of all.

    Raises:
        CannotRunError: The ledger cannot be used, or the rep has no such place.
    """
    with opened(options, write=True) as use:
        found = _pool(use.project, pool)
        rotation = use.project.rotations[use.project.pools[found].rotation]
        standing = use.ledger.rotations().get(rotation.key, RotationStanding())
        who = _rep(use.project, rep)
        cells = _cells(rotation, standing, who, found, of, several=turns is None)
        added = [_foremost(use.project, rotation, standing, who, cell) if turns is None else turns for cell in cells]
        moved = tuple(
            Moved(cell, more, standing.cells[cell][who].turns + more)
            for cell, more in zip(cells, added, strict=True)
            if more or turns is not None
        )
        batch = _record(use, rotation, who, found, moved) if moved else None
    return Adjusted(batch, who, found, rotation.key, moved)


def _record(use: Opened, rotation: Rotation, rep: str, pool: str, moved: tuple[Moved, ...]) -> str:
    action = use.action()
    use.ledger.adjust(
        [
            StandingEvent(EventKind.ADJUSTED, use.clock.now, rotation.key, one.cell, rep, pool, turns=one.turns, why=use.why)
            for one in moved
        ],
        action,
    )
    return action.name


def _foremost(project: Project, rotation: Rotation, standing: RotationStanding, rep: str, cell: str | None) -> int:
    """What puts a rep next among those who are there."""
    from leadroute.routing.foremost import foremost

    members = {project.reps[member].id for pool in project.pools.values() if pool.rotation == rotation.key for member in pool.members}
    places = standing.cells[cell]
    there = sorted(members - standing.absent.keys() - {rep})
    return foremost(places[rep], [places[other] for other in there if other in places], rotation.cost)


def _pool(project: Project, name: str) -> str:
    from leadroute.routing.targets import Directory

    found = Directory(project).pool(name)
    if found is None:
        raise CannotRunError(_no_place(f"there is no pool `{name}`", f"the pools are {', '.join(project.pools) or 'none'}"))
    return found


def _rep(project: Project, text: str) -> str:
    """The id of a rep by id, e-mail or name; one who left the roster is named by the id."""
    from leadroute.routing.targets import Directory

    found = Directory(project).rep(text)
    return text if found is None else project.reps[found].id


def _cells(rotation: Rotation, standing: RotationStanding, rep: str, pool: str, of: str | None, *, several: bool) -> list[str | None]:
    """The places that are meant."""
    from leadroute.language.text import compared

    there = sorted((cell for cell, places in standing.cells.items() if rep in places), key=lambda cell: (cell is not None, cell or ""))
    if not there:
        raise CannotRunError(
            _no_place(f"`{rep}` has no place in the turns of pool `{pool}`", "a place comes with the first lead that the pool gives out")
        )
    if of is not None:
        wanted = compared(of) or None
        if wanted not in there:
            raise CannotRunError(_no_place(f"the turns of pool `{pool}` have no place for `{of}`", f"there is {_listed(there)}"))
        return [wanted]
    if len(there) > 1 and not several:
        help = f"say with --of which of {_listed(there)} is meant"  # noqa: A001 - named as the diagnostic's own attribute
        raise CannotRunError(_no_place(f"the turns of pool `{pool}` are split by `{rotation.by}`", help))
    return there


def _listed(cells: list[str | None]) -> str:
    return ", ".join("`` (missing)" if cell is None else f"`{cell}`" for cell in cells)


def _no_place(message: str, help: str) -> Diagnostic:  # noqa: A002 - named as the diagnostic's own attribute
    return diagnostic("no-place", message, help=help)
