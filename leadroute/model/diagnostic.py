"""A finding about what a person wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from leadroute.model.frozen import frozen
from leadroute.model.span import Span

Severity = Literal["error", "warning", "info"]
Certainty = Literal["proved", "witnessed", "heuristic", "undecided"]


@frozen
class Related:
    """Another place that a finding is about, with a clause that says why."""

    message: str
    span: Span | None


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
