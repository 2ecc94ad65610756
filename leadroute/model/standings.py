"""Who carries what and whose turn it is: the one mutable value, carried from batch to batch by the ledger.

Everything is keyed by names (rep ids, pool names, rotation keys), never by positions, so that an edit of the roster or the
rules moves nobody's place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from leadroute.model.frozen import frozen


@dataclass(slots=True)
class Place:
    """A rep's place in one turn order: turns taken, and the weight they are counted with (both in millionths; level = turns / weight).

    The weight is never 0: a rep whose weight became 0 keeps the last one, so that the level is still known.
    """

    turns: int
    weight: int


@dataclass(slots=True)
class Absence:
    """Since when and why a rep is absent from a rotation.

    ``levels`` remembers, for each ``by`` value of the rotation, the level (turns, weight) at that moment of everybody who was
    there and has been there ever since: what the returning rep's rise is measured against.
    """

    reason: str
    since: int
    levels: dict[str | None, dict[str, tuple[int, int]]] = field(default_factory=dict)


@frozen
class Owed:
    """What one return has left a rep to make up: so many turns (millionths), until an instant (``None``: as long as it takes).

    Until then one takes at most one of ``every`` leads of a pool.
    """

    turns: int
    until: int | None = None
    every: int = 1


@frozen
class Debt:
    """All that a rep may make up in one turn order, the oldest first, and how much of it is made up (millionths).

    That is below 0 for one who has fallen further behind since, and counts for the oldest first. Without ``parts`` nothing is owed.
    """

    parts: tuple[Owed, ...] = ()
    made_up: int = 0

    @property
    def total(self) -> int:
        """All that was left to be made up."""
        return sum(part.turns for part in self.parts)

    @property
    def left(self) -> int:
        """What is still to be made up: never more than the total."""
        return min(self.total, self.total - self.made_up)


NO_DEBT = Debt()


@dataclass(slots=True)
class RotationStanding:
    """One rotation: its places by ``by`` value (compared form as text; ``None`` without ``by`` or where it is missing) and rep id.

    ``owed`` is what those who came back still make up, by ``by`` value and rep id. ``recent`` names who took the last
    leads of each pool, the newest last: as many as ``every`` can ask about, so mostly none.
    """

    cells: dict[str | None, dict[str, Place]] = field(default_factory=dict)
    absent: dict[str, Absence] = field(default_factory=dict)
    owed: dict[str | None, dict[str, Debt]] = field(default_factory=dict)
    recent: dict[str, tuple[str, ...]] = field(default_factory=dict)


class EventKind(Enum):
    """What changes standings and is no decision."""

    OPENED = "opened"
    JOINED = "joined"
    LEFT = "left"
    ABSENT = "absent"
    RETURNED = "returned"
    REWEIGHTED = "reweighted"
    CAUGHT_UP = "caught_up"
    EXPIRED = "expired"
    ADJUSTED = "adjusted"
    GIVEN_BACK = "given_back"
    AMENDED = "amended"
    LOAD_SEEN = "load_seen"


@frozen
class StandingEvent:
    """One change of standings that is no decision; the fields that apply to its kind are set.

    ``at`` is its instant (microseconds since the epoch). ``turns`` is what it adds to the rep's turns in ``rotation`` and ``cell``, and
    ``weight`` the weight that these are counted with from then on (0: unchanged), both in millionths. ``effort`` is, of ``load_seen``, the
    roster's new figure, of the others what is added to the rep's load (millionths). ``state`` is the absence that the rep is in
    from then on (``amended``: the same absence, remembering another level), and ``owed`` what the rep still makes up in the cell
    (``None``: as before); no event has both.
    """

    kind: EventKind
    at: int
    rotation: str | None = None
    cell: str | None = None
    rep: str | None = None
    pool: str | None = None
    turns: int = 0
    weight: int = 0
    effort: int = 0
    state: Absence | None = None
    owed: Debt | None = None
    why: str = ""


@dataclass(slots=True)
class Figure:
    """The roster's ``load`` as last seen (millionths) and since when charges are added to it (microseconds).

    That is the instant of the first batch that saw it; or, where the figure is ``dated``, the one that the roster names.
    """

    load: int
    seen: int
    dated: bool = False


class Use(NamedTuple):
    """What counts toward limits: of which window and measure (their keys), through which pool (``''``: whatever the pool), by which rep."""

    window: str
    measure: str
    pool: str
    rep: str


@dataclass(slots=True)
class Standings:
    """Where everybody stands before a batch, and after it.

    ``load`` is the effort charged to a rep since ``figures[rep].seen``, the roster's own figure not included; ``pool_load`` what of it
    a pool handed out, keyed ``(pool, rep)`` (millionths). ``used`` is what counts in the windows that lie around the batch's instant: leads
    of the plain count, else millionths of the measure. A name that is absent stands at 0. ``events`` are those of one batch, in the order
    in which they happened: what the standings are, decisions and the events of all batches say again.
    """

    load: dict[str, int] = field(default_factory=dict)
    pool_load: dict[tuple[str, str], int] = field(default_factory=dict)
    used: dict[Use, int] = field(default_factory=dict)
    rotations: dict[str, RotationStanding] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    events: list[StandingEvent] = field(default_factory=list, compare=False)
