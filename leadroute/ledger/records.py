"""What goes into a ledger with a batch and what comes back out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from leadroute.model.decisions import Decision, PassedOver, Verdict
from leadroute.model.frozen import frozen
from leadroute.model.standings import Standings


@frozen
class Parts:
    """Which parts of what a decision charged: the turn, the load, the place in the limits."""

    turn: bool = True
    load: bool = True
    counted: bool = True


EVERYTHING = Parts()


@frozen
class Charge:
    """What one batch charged a rep through a pool (``''``: through none), summed over some of its decisions.

    ``batch`` is its number and ``at`` its instant: the charge counts there, whenever it is given back. ``effort`` is in millionths.
    """

    batch: int
    at: int
    pool: str
    rep: str
    leads: int
    effort: int


@frozen
class Amount:
    """What leads of one instant took of a measure (its key), from one pool (``''``: none), summed up in millionths."""

    at: int
    pool: str
    rep: str
    measure: str
    amount: int


@frozen
class Turn:
    """What one batch charged a rep at one place of the turn orders, in millionths, summed over some of its decisions."""

    batch: int
    rotation: str
    cell: str | None
    rep: str
    turns: int


@frozen
class GivenBack:
    """What decisions had charged and a batch gives back; amounts are positive.

    ``leads`` are the ids of their leads (an Arrow string array), whose newest decisions they are; ``why`` is for the record.
    """

    leads: Any = None
    parts: Parts = EVERYTHING
    charges: tuple[Charge, ...] = ()
    turns: tuple[Turn, ...] = ()
    amounts: tuple[Amount, ...] = ()
    why: str = ""


@frozen
class BatchRecord:
    """What is known about a batch besides its decisions.

    ``at`` is its instant in microseconds since the epoch UTC. ``started_from`` are the standings right before the first pick, what
    is ``given_back`` already taken off (a copy, should the engine change the one that it is handed): ``explain`` replays from them.
    ``kind`` is ``route`` or ``reroute``. ``waiting`` are the leads that wait for an answer or are held after it, each with what it said
    (JSON); ``reminded`` those of whose answer it reminds, each with the number of the batch that gave it to somebody.
    """

    name: str
    at: int
    project_digest: str
    input_digest: str
    started_from: Standings
    given_back: tuple[GivenBack, ...] = ()
    kind: str = "route"
    waiting: tuple[tuple[str, str], ...] = ()
    reminded: tuple[tuple[str, int], ...] = ()


@frozen
class WaitingLead:
    """A lead that waits for an answer, or is held.

    ``number`` and ``batch`` are the number and name of the batch that decided so, ``at`` its instant (microseconds since the epoch UTC).
    ``held`` ones have no ``rep``. ``had`` are the ids of all who had the lead one after the other, the last one last. ``reminded`` says
    that it was reminded of.
    """

    lead: str
    number: int
    batch: str
    at: int
    held: bool
    rule: str | None
    rep: str | None
    had: tuple[str, ...]
    reminded: bool


@frozen
class Batch:
    """A committed batch. ``leads`` counts the rows of its file, ``decided`` those that it decided itself (the others repeat or are kept).

    Instants are microseconds since the epoch UTC; ``committed_at`` is the wall clock, a record that nothing is worked out from.
    ``kind`` is ``route`` or what a person did to the record (``undo``, ``adjust``, ``close``, ``answered``), and ``why`` the reason that
    was given. ``undoes`` names the batch that it takes back, ``undone_by`` the one that took this back.
    """

    name: str
    at: int
    committed_at: int
    project_digest: str
    input_digest: str
    leads: int
    decided: int
    kind: str = "route"
    why: str = ""
    undoes: str | None = None
    undone_by: str | None = None


@frozen
class Action:
    """What a person does to the record: its name as a batch, its instant (microseconds since the epoch UTC), and the reason."""

    name: str
    at: int
    why: str = ""


@frozen
class Undone:
    """A batch that was taken back: ``batch`` is the record of it, ``target`` what was undone, and of what kind that was.

    ``leads`` is how many leads it was about, ``along`` how many later decisions were taken along.
    """

    batch: str
    target: str
    kind: str
    leads: int
    along: int


@frozen
class Moved:
    """What was exported or imported: ``rows`` are those of all tables together."""

    batches: int
    decisions: int
    rows: int


@frozen
class Total:
    """Decisions alike, added up: of one verdict and score tier of one batch (its number), one set of eligible reps and one rep.

    ``signature`` numbers the set, -1 for none. ``effort`` is what they charged, in millionths. Of ``back`` of the ``leads`` the turn was
    given back later, and so were ``back_effort`` of the effort.
    """

    batch: int
    outcome: str
    reason: str
    rule: str | None
    pool: str | None
    queue: str | None
    tier: str | None
    rep: str | None
    signature: int
    leads: int
    effort: int
    back: int
    back_effort: int


@frozen
class Adjusted:
    """Turns (millionths) that a batch added to a rep's, in one cell of a rotation."""

    batch: str
    rep: str
    rotation: str
    cell: str | None
    turns: int


@frozen
class Totals:
    """What the ledger holds of a stretch of time.

    ``signatures`` are sets of eligible reps by number. ``weights`` are those of pools' members (millionths by rep id) from a batch (its
    number) on, by pool and batch; ``passed`` whom leads passed over, of all batches together.
    """

    batches: tuple[Batch, ...]
    totals: tuple[Total, ...]
    signatures: Mapping[int, tuple[str, ...]]
    weights: tuple[tuple[str, int, Mapping[str, int]], ...]
    passed: tuple[PassedOver, ...]
    adjusted: tuple[Adjusted, ...]


@frozen
class Reference:
    """What a later batch made of leads of an earlier one: ``how`` in words, of how many leads, and the first of them by name."""

    batch: str
    how: str
    leads: int
    lead: str


@frozen
class Refused:
    """Why a batch is not undone: ``unknown``, ``undone`` (by a batch), ``undo`` (it is one itself), or ``referred`` to by later batches."""

    target: str
    reason: str
    by: str | None = None
    references: tuple[Reference, ...] = ()


@frozen
class Noted:
    """What was noted of leads that were named: ``batch`` is the record of it, ``None`` when there was nothing to note.

    ``fresh`` leads were noted now, ``before`` had been before, ``unassigned`` ones nobody has, ``unknown`` ones the ledger does not hold.
    """

    batch: str | None
    fresh: int
    before: int
    unassigned: int
    unknown: int


@frozen
class Recorded:
    """The decisions of one batch as they were written: the leads, and of each the numbers of its row.

    ``columns`` are ``position``, ``verdict``, ``rep``, ``fit``, ``signature``, ``effort``, ``cost``, ``place`` and ``counted``, as in the
    table of decisions. The other values are what the numbers stand for: a verdict and the score tier, a rep, a set of eligible reps, a
    rotation and its cell.
    """

    leads: Sequence[str]
    columns: Mapping[str, npt.NDArray[np.int64]]
    verdicts: Mapping[int, tuple[Verdict, str | None]]
    reps: Mapping[int, str]
    signatures: Mapping[int, tuple[str, ...]]
    places: Mapping[int, tuple[str, str | None]]

    def __len__(self) -> int:
        """The number of decisions."""
        return len(self.leads)


@frozen
class Difference:
    """Something that the ledger says otherwise than decisions and events: ``recorded`` there, ``rebuilt`` from them, in words."""

    what: str
    where: str
    recorded: str
    rebuilt: str


class Happened(Enum):
    """What can become of a lead."""

    DECIDED = "decided"
    UNDONE = "undone"
    GIVEN_BACK = "given_back"
    CLOSED = "closed"
    ANSWERED = "answered"


@frozen
class Chapter:
    """One thing that became of a lead, at an instant (microseconds since the epoch UTC), by a batch.

    What was decided has the ``decision`` and what it charged: ``effort`` and ``cost`` in millionths, the cost in a ``cell`` of a
    ``rotation``; ``follows`` names the lead that it was kept together with. What came later says ``of`` which batch's decision it is, and
    which ``parts`` of it were given back.
    """

    batch: str
    at: int
    what: Happened
    why: str = ""
    of: str | None = None
    undone_by: str | None = None
    decision: Decision | None = None
    tier: str | None = None
    eligible: tuple[str, ...] = ()
    effort: int = 0
    cost: int = 0
    rotation: str | None = None
    cell: str | None = None
    counted: bool = False
    follows: str | None = None
    parts: tuple[str, ...] = ()


@frozen
class Earlier:
    """Leads that the ledger holds as assigned or queued.

    ``number`` has one entry per id asked about: which of the decisions below is its own, -1 for none. The other arrays have one entry
    per decision: ``verdict``, ``rep`` and ``batch`` index the tuples of the same name (``rep`` -1: none), ``fit`` is in billionths (-1:
    none), ``effort`` and ``cost`` in millionths (0: nothing was charged), ``counted`` whether the lead counts in limits per day.
    """

    number: npt.NDArray[np.int64]
    verdicts: tuple[Verdict, ...]
    reps: tuple[str, ...]
    batches: tuple[str, ...]
    verdict: npt.NDArray[np.int32]
    rep: npt.NDArray[np.int32]
    batch: npt.NDArray[np.int32]
    fit: npt.NDArray[np.int64]
    effort: npt.NDArray[np.int64]
    cost: npt.NDArray[np.int64]
    counted: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """The number of decisions found."""
        return len(self.verdict)
