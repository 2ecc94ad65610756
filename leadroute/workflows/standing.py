"""Where a project's ledger lies, and what it says of the reps at an instant."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from leadroute.model.clock import Clock, day
from leadroute.model.codes import diagnostic
from leadroute.model.project import Project
from leadroute.workflows.refusal import CannotRunError

NO_STATE = "none"


def state_of(project: Project, given: str | None) -> str | None:
    """The path of the ledger: as given, from the working folder; else the project's, from its folder; ``None`` for none."""
    if given is not None:
        return None if given == NO_STATE else given
    if project.state == NO_STATE:
        return None
    return project.state if "://" in project.state else str(Path(project.path).parent / project.state)


def clock_of(project: Project, at: str | None) -> Clock:
    """The one instant of a run: as told, else now.

    Raises:
        CannotRunError: It is no timestamp.
    """
    return Clock(_instant(at, project.timezone), project.timezone)


def today(project: Project | None, at: str | None) -> int:
    """The day on the project's clock, counted from 1970-01-01; without a project the day in UTC.

    Raises:
        CannotRunError: ``at`` is no timestamp.
    """
    zone = project.timezone if project is not None else "UTC"
    return day(_instant(at, zone), zone)


def _instant(at: str | None, zone: str) -> int:
    from leadroute import values

    if at is None:
        import time

        return time.time_ns() // 1000
    now = values.instant(at, zone)
    if now is None:
        raise CannotRunError(
            diagnostic("bad-instant", f"`{at}` is no timestamp", help="write ISO 8601, such as 2026-11-23T10:01 or 2026-11-23T10:01-05:00")
        )
    return now


def figures_of(project: Project) -> Mapping[str, int]:
    """Each rep's load as the roster has it, in millionths."""
    return {rep.id: rep.load for rep in project.reps}


def dated_of(project: Project) -> Mapping[str, int]:
    """The instants at which loads of the roster were taken, where it says so."""
    return {rep.id: rep.load_as_of for rep in project.reps if rep.load_as_of is not None}


def ledger_refusal(problem: Exception) -> CannotRunError:
    """A ledger that cannot be used, as a refusal."""
    return CannotRunError(diagnostic("ledger", str(problem), help="name another ledger with --state, or `--state none`"))
