"""Rules, pools and rotations in their compiled form: names resolved, numbers exact, defaults filled in."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

from leadroute.model.condition import Condition, Operand
from leadroute.model.frozen import frozen
from leadroute.model.limits import NO_LIMITS, Limits
from leadroute.model.span import Span

MILLION = 1_000_000
"""Turns, costs, weights, efforts, loads and open limits are whole millionths: 1 is ``MILLION``."""
BILLION = 1_000_000_000
"""Fit is whole billionths."""


class PickKind(Enum):
    """The pick strategies."""

    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"
    BEST_FIT = "best_fit"


@frozen
class Pick:
    """How one of several is chosen. ``margin`` is for best_fit, in billionths of fit."""

    kind: PickKind = PickKind.ROUND_ROBIN
    margin: int = 0


class AvailabilityKind(Enum):
    """How strictly availability is asked."""

    IGNORE = "ignore"
    NOT_AWAY = "not_away"
    WORKING = "working"
    WITHIN = "within"


@frozen
class Availability:
    """``within`` is in microseconds, and set for ``WITHIN`` alone."""

    kind: AvailabilityKind = AvailabilityKind.NOT_AWAY
    within: int = 0


@frozen
class Match:
    """Fit term: 1 when the condition over the rep holds, else 0."""

    condition: Condition


@frozen
class Scale:
    """Fit term: a rep's number (``skills.fintech``, ``skills.$industry``, an attribute) divided by ``best``, within 0..1."""

    attribute: str
    part: str | None
    part_ref: str | None
    best: Fraction


@frozen
class Headroom:
    """Fit term: 1 - load / limits.open, within 0..1; 1 without a limit, 0 where it is 0."""


@frozen
class Term:
    """One entry of ``prefer``; ``text`` is how it is shown, ``when`` asks the lead."""

    value: Match | Scale | Headroom
    weight: Fraction
    when: Condition | None
    text: str
    span: Span | None = None


class TargetKind(Enum):
    """What a lead is sent to."""

    POOL = "pool"
    REP = "rep"
    QUEUE = "queue"


@frozen
class Target:
    """A pool, rep or queue: by ``name`` (a rep's is its id), or by the lead's field ``ref``."""

    kind: TargetKind
    name: str | None = None
    ref: str | None = None


class StepKind(Enum):
    """The fallback steps."""

    POOL = "pool"
    REP = "rep"
    QUEUE = "queue"
    BACKUP = "backup"
    MANAGER = "manager"
    NEXT_RULE = "next_rule"
    HOLD = "hold"


@frozen
class Step:
    """One step of ``otherwise`` or ``default``. ``None`` in require, availability and pick: the rule's goes along."""

    kind: StepKind
    target: Target | None = None
    require: tuple[Condition, ...] | None = None
    availability: Availability | None = None
    pick: Pick | None = None
    span: Span | None = None


@frozen
class Response:
    """How fast a lead must be answered, and what becomes of one that is not (``leadroute reroute``).

    ``time`` and ``remind`` (how long before the time is over a reminder is due; 0: none) are in microseconds, of the clock or, with
    ``working``, of the rep's working time. After ``tries`` people (``None``: no end) the steps ``then`` are taken. ``give_back`` returns
    the turn of who did not answer.
    """

    time: int
    working: bool = False
    tries: int | None = None
    then: tuple[Step, ...] = ()
    remind: int = 0
    give_back: bool = False


@frozen
class Assign:
    """Where a rule sends its leads. ``require`` is the ladder, tried in order; empty: no requirement."""

    target: Target
    require: tuple[Condition, ...] = ()
    prefer: tuple[Term, ...] = ()
    pick: Pick | None = None
    effort: Operand | None = None
    charge_turn: bool = True
    charge_limits: bool = True
    charge_load: bool = True
    availability: Availability = Availability()
    otherwise: tuple[Step, ...] = ()
    turn_in: str | None = None


@frozen
class Rule:
    """One rule. ``when`` is ``None`` for always; ``start`` and ``end`` are days since the epoch, both included.

    ``enabled`` is as written; whether it is in force on a day is ``enabled and start <= day <= end``. Without ``keep_together``
    its leads do not follow others of their person or company.
    """

    id: str
    when: Condition | None
    assign: Assign
    enabled: bool = True
    start: int | None = None
    end: int | None = None
    about: str = ""
    owner: str = ""
    keep_together: bool = True
    respond: Response | None = None
    span: Span | None = None


@frozen
class CatchUp:
    """How a rep who comes back may make up for what was missed.

    ``most`` says how much of it, in millionths of a turn at the cost's ``else`` (``None``: all), ``within`` for how long, in microseconds
    (``None``: as long as it takes), and ``every`` that until then one takes at most one of so many leads of a pool (1: any).
    """

    most: int | None = None
    within: int | None = None
    every: int = 1


@frozen
class ReturnPolicy:
    """What a rep who comes back finds, by the reason of the absence; ``None`` is ``keep_place``: nothing is made up."""

    leave: CatchUp | None = None
    hours: CatchUp | None = None
    limit: CatchUp | None = None

    def after(self, reason: str) -> CatchUp | None:
        """What holds after an absence for a reason; whatever is no matter of hours or limits is leave."""
        return self.hours if reason == "hours" else self.limit if reason == "limit" else self.leave

    @property
    def every(self) -> int:
        """The widest ``every`` of all reasons."""
        return max(one.every if one is not None else 1 for one in (self.leave, self.hours, self.limit))


KEEP_PLACE = ReturnPolicy()


@frozen
class Rotation:
    """A turn order. ``key`` is unique; a pool's own rotation has ``key`` ``pool:NAME``, a declared one its name.

    ``cost`` in millionths; with ``cost_of`` the lead's field gives it and ``cost`` is its ``else``.
    ``weights`` (millionths, by rep id) come before the reps' own. ``shared`` when more than one pool turns in it; ``absence`` is that of
    all its pools.
    """

    key: str
    by: str | None = None
    cost: int = MILLION
    cost_of: str | None = None
    weights: tuple[tuple[str, int], ...] = ()
    shared: bool = False
    absence: ReturnPolicy = KEEP_PLACE
    span: Span | None = None


@frozen
class OnCall:
    """A shift of a pool: who is on call for ``start <= t < end`` (instants in microseconds); positions in ``Project.reps``, ascending."""

    start: int
    end: int
    reps: tuple[int, ...]


@frozen
class Pool:
    """A pool; ``members`` are positions in ``Project.reps``, ascending (roster order), inactive reps that fit included.

    ``shifts`` by their start; ``None``: nobody is on call, all members count.
    """

    name: str
    members: tuple[int, ...]
    rotation: str
    who: Condition | None = None
    pick: Pick = Pick()
    limits: Limits = NO_LIMITS
    otherwise: tuple[Step, ...] = ()
    shifts: tuple[OnCall, ...] | None = None
    span: Span | None = None


@frozen
class Queue:
    """A place where leads wait for a person."""

    name: str
    about: str = ""
    owner: str = ""
    span: Span | None = None
