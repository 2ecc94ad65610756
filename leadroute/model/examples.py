"""Rule tests in their compiled form: examples with what is expected of them, claims about every lead, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from fractions import Fraction
from typing import Any

from leadroute.model.condition import Condition
from leadroute.model.frozen import frozen
from leadroute.model.span import Span
from leadroute.model.standings import Use
from leadroute.model.trace import RuleTrace, Trace


@frozen
class RepState:
    """What differs about a rep in an example: load and weight in millionths, each ``None`` where it is the roster's."""

    load: int | None = None
    active: bool | None = None
    away: bool | None = None
    weight: int | None = None
    full: bool = False


@frozen
class Expected:
    """One thing that is expected of every lead of an example.

    ``key`` is a fact of a decision (``rule``, ``rep``, ``not_rep`` …), ``wanted`` the names that it may have (of ``not_rep``: may not);
    or it is a field of the lead, of which ``condition`` must hold, and ``wanted`` says so in words.
    """

    key: str
    wanted: tuple[str, ...]
    span: Span
    condition: Condition | None = None


@frozen
class Gated:
    """What is expected of the gates in one try: of ``pool``, or (``None``) of the first.

    ``gates`` has by rep id the gate that stops them (``""``: some gate; ``None``: none). With ``only`` nobody else passes.
    """

    key: str
    pool: str | None
    gates: Mapping[str, str | None]
    span: Span
    only: bool = False


@frozen
class Number:
    """How many leads of a batch have ``name`` as their ``key`` (``rep``, ``pool``, ``queue``, ``rule``, ``outcome``)."""

    key: str
    name: str
    least: int
    most: int | None
    span: Span


@frozen
class Snapshot:
    """A file that says who gets which lead of a batch: its path, and how messages name it."""

    path: str
    shown: str
    span: Span


@frozen
class Whole:
    """What is expected of a batch as a whole; ``None`` and empty: nothing.

    ``apart`` is the largest difference of leads / weight. ``order`` are ids of reps. ``kept`` is there when nobody may be above a limit at
    the end, ``per_rep`` is how many of the leads one rep may get.
    """

    apart: tuple[Fraction, Span] | None = None
    order: tuple[tuple[str, ...], Span] | None = None
    numbers: tuple[Number, ...] = ()
    kept: Span | None = None
    per_rep: tuple[int, Span] | None = None
    snapshot: Snapshot | None = None


NOTHING_ELSE = Whole()


@frozen
class Start:
    """What differs about the standings that an example starts from.

    ``turns`` are those of reps, in millionths, by rotation and ``by`` value (compared form as text; ``None`` without); ``used`` is what
    counts in limits, ``pool_load`` what reps carry (millionths) by pool and rep. ``before`` are leads, as cells by column, that were
    routed first, ``given`` the derived fields that they give.
    """

    turns: Mapping[str, Mapping[str | None, Mapping[str, int]]] = field(default_factory=dict)
    used: Mapping[Use, int] = field(default_factory=dict)
    pool_load: Mapping[tuple[str, str], int] = field(default_factory=dict)
    before: tuple[Mapping[str, Any], ...] = ()
    given: frozenset[str] = frozenset()


NEW = Start()


@frozen
class LeadsOf:
    """A lead file: its path, how messages name it, the place that names it, and how many of its leads count (``None``: all)."""

    path: str
    shown: str
    span: Span
    count: int | None = None


@frozen
class Example:
    """One test: leads, the circumstances in which they are routed, and what is expected.

    ``leads`` are cells by column (of a lead ``file``: none), ``given`` the derived fields that they give; ``at`` is the instant
    (microseconds since the epoch), ``None`` where none is said. ``reps`` has by position in the roster who differs. ``fails`` says why
    the test is known to fail.
    """

    name: str
    leads: tuple[Mapping[str, Any], ...]
    given: frozenset[str]
    expect: tuple[Expected, ...]
    span: Span
    at: int | None = None
    reps: Mapping[int, RepState] | None = None
    start: Start = NEW
    batch: bool = False
    file: LeadsOf | None = None
    gated: tuple[Gated, ...] = ()
    whole: Whole = NOTHING_ELSE
    fails: str | None = None

    @property
    def stage(self) -> Stage:
        """How far leads must go for what is expected to be known."""
        facts = {one.key for one in self.expect if one.condition is None}
        if facts - {"matches"} or self.gated or self.whole != NOTHING_ELSE:
            return Stage.DECIDE
        return Stage.MATCH if facts else Stage.DERIVE


class Stage(Enum):
    """The stages of routing that can be tested alone: the fields of a lead, the rule that it matches, who gets it."""

    DERIVE = "derive"
    MATCH = "match"
    DECIDE = "decide"


@frozen
class Claim:
    """One property: what always holds (``never``: never) of the leads for which ``given`` holds.

    ``rep`` is a condition over whoever gets the lead. ``names`` has by ``rule``, ``pool``, ``queue`` and ``outcome`` the names that are
    meant.
    """

    name: str
    given: Condition | None
    never: bool
    rep: Condition | None
    names: Mapping[str, frozenset[str]]
    span: Span


@frozen
class Suite:
    """One test file."""

    file: str
    examples: tuple[Example, ...]
    claims: tuple[Claim, ...]


@frozen
class Difference:
    """What came out otherwise than expected: of a lead of the example (its id and position; ``None``: of all together)."""

    key: str
    expected: str
    found: str
    lead: str | None
    row: int | None
    span: Span


class Status(Enum):
    """How a test or a property came out."""

    PASSED = "passed"
    FAILED = "failed"
    FAILED_AS_KNOWN = "failed_as_known"
    PASSED_AGAINST_KNOWN = "passed_against_known"
    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    ABOUT_NOTHING = "about_nothing"

    @property
    def good(self) -> bool:
        """Whether nothing stands against it; what is undecided is not known to be wrong."""
        return self not in {Status.FAILED, Status.PASSED_AGAINST_KNOWN, Status.REFUTED, Status.ABOUT_NOTHING}


@frozen
class Ran:
    """A test that was run.

    ``trace`` is the account of the first lead that came out otherwise. ``derivations`` has, by name, how its fields came to be that are
    otherwise than expected.
    """

    example: Example
    status: Status
    differences: tuple[Difference, ...] = ()
    trace: Trace | None = None
    derivations: Mapping[str, tuple[RuleTrace, ...]] = field(default_factory=dict)


@frozen
class Settled:
    """A property that was asked of the prover.

    ``why`` says what keeps it undecided, or why it is about nothing; ``lead`` refutes it: texts by field, with the instant under ``now``
    where that matters, while the reps in ``away`` are on leave or at a limit; ``found`` says where it goes.
    """

    claim: Claim
    status: Status
    why: str = ""
    lead: Mapping[str, str] | None = None
    away: tuple[str, ...] = ()
    found: str = ""


@frozen
class Covered:
    """How many of some things tests have reached, and which they have not: what to say of each, and its place."""

    reached: int
    total: int
    missed: tuple[tuple[str, Span | None], ...] = ()

    @property
    def percent(self) -> int:
        """Whole percents, rounded down: 100 says that nothing is missed."""
        return 100 * self.reached // self.total if self.total else 100


KINDS = ("rules", "steps", "conditions", "gates")
"""What coverage counts."""


@frozen
class Coverage:
    """What tests have reached.

    Rules that decided a lead of some test, fallback steps that one came to, tests in conditions over leads that were seen true and
    false, gates that stopped somebody.
    """

    rules: Covered
    steps: Covered
    conditions: Covered
    gates: Covered

    @property
    def kinds(self) -> Mapping[str, Covered]:
        """The four, by name."""
        return dict(zip(KINDS, (self.rules, self.steps, self.conditions, self.gates), strict=True))
