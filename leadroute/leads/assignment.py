"""What a decision looks like beside its lead: the added columns, and the added JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from leadroute.leads.cells import LeadFile
from leadroute.model.columns import Rows
from leadroute.model.decisions import Decisions, Verdict

COLUMNS = (
    "assigned_to",
    "assignment_outcome",
    "assignment_queue",
    "assignment_rule",
    "assignment_pool",
    "assignment_reason",
    "assignment_why",
    "assignment_fit",
    "assignment_batch",
)
"""The columns that are added to tables, in this order."""

KEY = "assignment"
"""The key that is added to JSON leads."""

FIT = COLUMNS.index("assignment_fit")
Cells = tuple[str, ...]
WhyOf = Callable[[str, str], str]
"""A duplicate's sentence, from its verdict's and the place of the row that it repeats (``line 17``)."""


def why_with_place(why: str, place: str) -> str:
    """The usual sentence of a duplicate: ``the same id as line 17`` after what the verdict says."""
    return f"{why}: {place}"


def fit_text(fit: int) -> str:
    """A fit in billionths as a decimal number without trailing zeros; empty for -1."""
    if fit < 0:
        return ""
    whole, rest = divmod(fit, 1_000_000_000)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Kinds:
    """The decisions of some leads by kind: leads of one kind have all cells in common but the fit.

    ``of`` gives each lead's kind, ``cells`` each kind's cells (the fit empty), ``fit`` is in billionths, -1 for none.
    """

    of: npt.NDArray[np.int64]
    cells: list[Cells]
    fit: npt.NDArray[np.int64]

    def row(self, at: int) -> Cells:
        """One lead's cells."""
        cells = self.cells[self.of[at]]
        fit = int(self.fit[at])
        return cells if fit < 0 else (*cells[:FIT], fit_text(fit), *cells[FIT + 1 :])


class Assignments:
    """The decisions of a file as cells, for any stretch of leads.

    ``places`` tells where the first rows of duplicates stand; it is filled by whoever writes, before the duplicates come.
    """

    def __init__(self, decisions: Decisions, why_of: WhyOf) -> None:
        self._decisions = decisions
        self._why_of = why_of
        self.places: dict[int, str] = {}
        self.firsts: Rows = np.unique(decisions.first[decisions.first >= 0])

    def __len__(self) -> int:
        """The number of leads."""
        return len(self._decisions)

    def firsts_in(self, start: int, size: int) -> list[int]:
        """The leads of a stretch whose place some duplicate names."""
        low, high = np.searchsorted(self.firsts, [start, start + size])
        found: list[int] = self.firsts[low:high].tolist()
        return found

    def kinds(self, start: int, size: int) -> Kinds:
        """The decisions of a stretch of leads."""
        made = self._decisions
        rows = slice(start, start + size)
        batch, rep = made.batch[rows].astype(np.int64), made.rep[rows].astype(np.int64)
        joint = (made.verdict[rows] * np.int64(len(made.reps) + 1) + rep + 1) * np.int64(len(made.batches) + 1) + batch + 1
        _, first, of = np.unique(joint, return_index=True, return_inverse=True)
        cells = [self._cells(start + at) for at in first.tolist()]
        of = of.astype(np.int64)
        repeats = np.flatnonzero(made.first[rows] >= 0)
        for at in repeats.tolist():
            cells.append(self._cells(start + at))
            of[at] = len(cells) - 1
        return Kinds(of, cells, made.fit[rows])

    def row(self, at: int) -> Cells:
        """One lead's cells."""
        cells = self._cells(at)
        fit = int(self._decisions.fit[at])
        return cells if fit < 0 else (*cells[:FIT], fit_text(fit), *cells[FIT + 1 :])

    def object(self, at: int) -> str:
        """One lead's JSON object; what does not apply is null."""
        made = self._decisions[at]
        fit = fit_text(made.fit) if made.fit is not None else "null"
        facts = {
            "outcome": made.outcome.value,
            "rep": made.rep,
            "queue": made.queue,
            "rule": made.rule,
            "pool": made.pool,
            "reason": made.reason,
            "why": self._why(self._decisions.verdicts[self._decisions.verdict[at]], at),
        }
        known = ", ".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items())
        return f'{{{known}, "fit": {fit}, "batch": {json.dumps(made.batch, ensure_ascii=False)}}}'

    def _cells(self, at: int) -> Cells:
        made = self._decisions
        verdict = made.verdicts[made.verdict[at]]
        rep, batch = int(made.rep[at]), int(made.batch[at])
        return (
            made.reps[rep] if rep >= 0 else "",
            verdict.outcome.value,
            verdict.queue or "",
            verdict.rule or "",
            verdict.pool or "",
            verdict.reason,
            self._why(verdict, at),
            "",
            made.batches[batch] if batch >= 0 else "",
        )

    def _why(self, verdict: Verdict, at: int) -> str:
        first = int(self._decisions.first[at])
        return verdict.why if first < 0 else self._why_of(verdict.why, self.places.get(first, f"lead {first + 1}"))


def taken(file: LeadFile, target_format: str) -> tuple[str, ...]:
    """The names that would be added but are already there (``--replace`` drops the old ones)."""
    from leadroute.language.text import compared

    names = (KEY,) if target_format in ("json", "jsonl") else COLUMNS
    forms = {compared(name) for name in file.header}
    return tuple(name for name in names if name in forms)
