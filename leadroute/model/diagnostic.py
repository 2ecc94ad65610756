"""A finding about what a person wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from leadroute.model.frozen import frozen
from leadroute.model.span import Span

Severity = Literal["error", "warning", "info"]
Certainty = Literal["proved", "witnessed", "heuristic", "undecided"]
MARK = "leadroute:"
"""How a comment in a YAML file begins that speaks of findings."""


@frozen
class Related:
    """Another place that a finding is about, with a clause that says why."""

    message: str
    span: Span | None


@frozen
class Edit:
    """What stands at a place, replaced by a text."""

    span: Span
    text: str


@frozen
class Fix:
    """Edits that put a finding right and leave every lead where it goes; ``title`` is a clause such as ``remove `x` ``."""

    title: str
    edits: tuple[Edit, ...]


@frozen
class Diagnostic:
    """One finding: a stable code and name, one sentence, a place, and what to type instead.

    ``message`` has no capital and no full stop and holds the user's words in backticks.
    ``rule``, ``pool`` and ``rep`` name what the finding is about, where it is about one.
    """

    code: str
    name: str
    severity: Severity
    message: str
    span: Span | None = None
    help: str | None = None
    certainty: Certainty = "proved"
    related: tuple[Related, ...] = ()
    witness: Mapping[str, str] | None = None
    rule: str | None = None
    pool: str | None = None
    rep: str | None = None
    source: tuple[str, ...] = field(default=())
    """The source lines that the span covers, for the caret; empty when there is no text to show."""
    about: tuple[str, ...] | None = None
    """Beside ``rule``, ``pool`` and ``rep``, the words by which the finding is known again; ``None``: those in backticks in ``message``."""
    drop: str | None = None
    """The list, by its key, whose item at ``span`` can go and move no lead: the outermost of that name (``any/any``: in an item of which it
    is), or for ``""`` the one it begins."""
    leads: int | None = None
    """How many leads of a file that was given the finding is about."""
    fingerprint: str | None = None
    """What it is known again by, wherever its lines have moved to; worked out where somebody asks."""
    fix: Fix | None = None
    """What would put it right, worked out where somebody asks."""


@frozen
class LetStand:
    """A finding that does not count: by a comment in the file, whose ``reason`` is told, or as one of a baseline."""

    found: Diagnostic
    by: Literal["comment", "baseline"]
    reason: str | None = None
    span: Span | None = None
