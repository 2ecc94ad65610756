"""Is this project right? Everything that can be found without leads, in one reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from leadroute.model.codes import CODES
from leadroute.model.diagnostic import Diagnostic, LetStand, Severity
from leadroute.model.frozen import frozen
from leadroute.model.uncollected import uncollected
from leadroute.workflows.checking import BUDGET, Check, Reading, ValidateOptions

__all__ = ["BUDGET", "COUNTING", "UNREAD", "FailOn", "ValidateOptions", "Validation", "settled", "validate"]

FailOn = Literal["error", "warning", "never"]

COUNTING: Mapping[FailOn, Sequence[Severity]] = {"error": ("error",), "warning": ("error", "warning"), "never": ()}
"""The severities that make the answer no."""
UNREAD = frozenset({"unreadable-file", "too-large", "bad-text", "bad-yaml", "bad-csv", "bad-calendar"})
"""Findings that mean that a file could not be taken in at all, so that there is no telling what else is in it."""


@frozen
class Validation:
    """What was found, in the order of the files, and how much was read.

    ``rules`` and ``reps`` are how many there are, ``None`` where errors keep them from being counted; ``files`` are those read.
    ``standing`` are the findings that do not count, ``before`` is how many were there before, ``fixed`` how many were put right (or would
    be, in ``diff``), and ``written`` the files that were written.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    rules: int | None
    reps: int | None
    standing: tuple[LetStand, ...] = ()
    before: int = 0
    fixed: int = 0
    diff: str = ""
    written: tuple[str, ...] = ()

    @property
    def undecided(self) -> bool:
        """Whether a proof was left open."""
        return any(found.certainty == "undecided" for found in self.diagnostics)

    @property
    def unread(self) -> bool:
        """Whether a file is missing, or is not what its name says."""
        return any(found.name in UNREAD for found in self.diagnostics)

    def fails(self, on: FailOn) -> bool:
        """Whether anything was found that is as bad as ``on``, or worse."""
        return any(found.severity in COUNTING[on] for found in self.diagnostics)


@uncollected()
def validate(options: ValidateOptions) -> Validation:
    """Read whole projects, prove what holds for every lead of them, and collect every finding that counts.

    Raises:
        CannotRunError: The forecast, the instant or the baseline cannot be used.
        LeadFileError: A lead file cannot be read.
        RevisionError: There is no such revision.
        OSError: A file cannot be written.
    """
    if options.at is not None:
        from leadroute.workflows.standing import today

        today(None, options.at)  # refused at once where it is no instant, whether or not anything depends on it
    details = options.details or options.baseline is not None or options.since is not None or options.fix is not None
    if options.fix is not None:
        from leadroute.workflows.fixing import fixed

        return fixed(options)
    return settled(Check(options, details).read(), options)


def settled(readings: Sequence[Reading], options: ValidateOptions, old: frozenset[str] | None = None) -> Validation:
    """What counts of several readings, by all that was asked; ``old`` are the fingerprints of before, where they are known already."""
    count = [one for reading in readings for one in reading.count]
    standing = [one for reading in readings for one in reading.standing]
    written: tuple[str, ...] = ()
    before = 0
    if options.baseline is not None:
        from leadroute.workflows.known import by_baseline

        count, known, written = by_baseline(count, readings, options)
        standing += known
    if options.since is not None:
        from leadroute.workflows.known import before_revision

        old = before_revision(readings, options) if old is None else old
        fresh = [one for one in count if one.fingerprint not in old or CODES[one.code].stops]
        count, before = fresh, len(count) - len(fresh)
    if options.selection is not None:
        count = [one for one in count if options.selection.wants(one)]
    loaded = [reading.loaded for reading in readings]
    projects = [one.project for one in loaded if one is not None and one.project is not None]
    complete = len(projects) == len(readings)
    return Validation(
        diagnostics=tuple(count),
        files=tuple(dict.fromkeys(file for one in loaded if one is not None for file in one.files)),
        rules=sum(len(one.rules) for one in projects) if complete else None,
        reps=sum(len(one.reps) for one in projects) if complete else None,
        standing=tuple(standing),
        before=before,
        written=written,
    )
