"""What a decision looks like beside its lead: the added columns, and the added JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from leadroute.leads.cells import LeadFile
from leadroute.leads.errors import LeadFileError, cannot_load
from leadroute.model.columns import Rows
from leadroute.model.decisions import Decisions, Verdict
from leadroute.model.frozen import frozen

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

Lead = TypeVar("Lead")
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


@frozen
class Stretch:
    """The decisions of consecutive leads, taken apart into what few of them differ in.

    ``said`` indexes ``sentences``, the cells between rep and fit; ``rep`` and ``batch`` index the names of ``Assignments``, whose last is
    empty; ``fit`` is in billionths, -1 for none.
    """

    rep: npt.NDArray[np.int64]
    said: npt.NDArray[np.int64]
    sentences: list[Cells]
    fit: npt.NDArray[np.int64]
    batch: npt.NDArray[np.int64]


class Assignments:
    """The decisions of a file as cells, for any stretch of leads.

    ``reps`` and ``batches`` are the names, with an empty one at the end. ``places`` tells where the first rows of duplicates
    stand; it is filled by whoever writes, before the duplicates come.
    """

    def __init__(self, decisions: Decisions, why_of: WhyOf) -> None:
        self._decisions = decisions
        self._why_of = why_of
        self._sentences = [_said(verdict, verdict.why) for verdict in decisions.verdicts]
        self.reps = (*decisions.reps, "")
        self.batches = (*decisions.batches, "")
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

    def stretch(self, start: int, size: int) -> Stretch:
        """The decisions of ``size`` leads from ``start``."""
        made, rows = self._decisions, slice(start, start + size)
        said, sentences = made.verdict[rows].astype(np.int64), self._sentences.copy()
        # A duplicate's sentence is its own: it names a place.
        for at in np.flatnonzero(made.first[rows] >= 0).tolist():
            sentences.append(self._sentence(start + at))
            said[at] = len(sentences) - 1
        rep, batch = made.rep[rows].astype(np.int64), made.batch[rows].astype(np.int64)
        rep[rep < 0], batch[batch < 0] = len(made.reps), len(made.batches)
        return Stretch(rep, said, sentences, made.fit[rows], batch)

    def row(self, at: int) -> Cells:
        """One lead's cells, one for each of ``COLUMNS``."""
        made = self._decisions
        repeats = made.first[at] >= 0
        sentence = self._sentence(at) if repeats else self._sentences[made.verdict[at]]
        return (self.reps[made.rep[at]], *sentence, fit_text(int(made.fit[at])), self.batches[made.batch[at]])

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

    def _sentence(self, at: int) -> Cells:
        verdict = self._decisions.verdicts[self._decisions.verdict[at]]
        return _said(verdict, self._why(verdict, at))

    def _why(self, verdict: Verdict, at: int) -> str:
        first = int(self._decisions.first[at])
        return verdict.why if first < 0 else self._why_of(verdict.why, self.places.get(first, f"lead {first + 1}"))


def _said(verdict: Verdict, why: str) -> Cells:
    return (verdict.outcome.value, verdict.queue or "", verdict.rule or "", verdict.pool or "", verdict.reason, why)


def beside(leads: Iterable[Lead], file: LeadFile, assignments: Assignments) -> Iterator[tuple[int, Lead]]:
    """What the second reading of a file gives, numbered.

    Raises:
        LeadFileError: There are not as many leads as were decided.
    """
    count = 0
    for lead in leads:
        if count == len(assignments):
            raise changed(file)
        yield count, lead
        count += 1
    if count != len(assignments):
        raise changed(file)


def changed(file: LeadFile) -> LeadFileError:
    """The error for a file that is not, the second time, what it was the first time."""
    return cannot_load("lead-file-changed", f"`{file.path}` changed while it was being read", help="run it again")


def taken(file: LeadFile, target_format: str) -> tuple[str, ...]:
    """The names that would be added but are already there (``--replace`` drops the old ones)."""
    from leadroute.language.text import compared

    names = (KEY,) if target_format in ("json", "jsonl") else COLUMNS
    forms = {compared(name) for name in file.header}
    return tuple(name for name in names if name in forms)
