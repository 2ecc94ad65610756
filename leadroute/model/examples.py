"""Rule tests in their compiled form: examples with what is expected of them, claims about every lead, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from typing import Any

from leadroute.model.condition import Condition
from leadroute.model.frozen import frozen
from leadroute.model.span import Span
from leadroute.model.trace import Trace


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

    ``key`` is a fact of a decision (``rule``, ``rep``, ``not_rep`` …), ``wanted`` the names that it may have (of ``not_rep``: may not).
    """

    key: str
    wanted: tuple[str, ...]
    span: Span


@frozen
class Example:
    """One test: leads, the circumstances in which they are routed, and what is expected.

    ``leads`` are cells by column, ``given`` the derived fields that they give; ``at`` is the instant (microseconds since the epoch),
    ``None`` where none is said. ``reps`` has by position in the roster who differs. ``most_apart`` is the largest difference of
    leads / weight. ``fails`` says why the test is known to fail.
    """

    name: str
    leads: tuple[Mapping[str, Any], ...]
    given: frozenset[str]
    expect: tuple[Expected, ...]
    span: Span
    at: int | None = None
    reps: Mapping[int, RepState] | None = None
    batch: bool = False
    most_apart: tuple[Fraction, Span] | None = None
    fails: str | None = None


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

    @property
    def good(self) -> bool:
        """Whether nothing stands against it; what is undecided is not known to be wrong."""
        return self not in {Status.FAILED, Status.PASSED_AGAINST_KNOWN, Status.REFUTED}


@frozen
class Ran:
    """A test that was run. ``trace`` is the account of the first lead that came out otherwise."""

    example: Example
    status: Status
    differences: tuple[Difference, ...] = ()
    trace: Trace | None = None


@frozen
class Settled:
    """A property that was asked of the prover.

    ``why`` says what keeps it undecided; ``lead`` refutes it: texts by field, with the instant under ``now`` where that matters, while
    the reps in ``away`` are on leave or at a limit; ``found`` says where it goes.
    """

    claim: Claim
    status: Status
    why: str = ""
    lead: Mapping[str, str] | None = None
    away: tuple[str, ...] = ()
    found: str = ""


@frozen
class Covered:
    """How many of some things tests have reached, and which they have not: a name and its place each."""

    reached: int
    total: int
    missed: tuple[tuple[str, Span | None], ...] = ()


@frozen
class Coverage:
    """Rules that decided a lead of some test, and fallback steps that one reached."""

    rules: Covered
    steps: Covered
