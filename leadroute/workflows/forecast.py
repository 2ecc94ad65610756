"""What is expected to come: a rate that was typed, or what a file of past leads would bring to each rule a day."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from leadroute.model.clock import DAY
from leadroute.model.codes import diagnostic
from leadroute.model.project import Project
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.standing import clock_of

if TYPE_CHECKING:
    from leadroute.proofs.forecast import Forecast


def forecast_of(project: Project, text: str, at: str | None = None) -> Forecast:
    """A forecast from ``400/day`` or the path of a lead file, whose leads are put to the rules as they are at an instant (default: now).

    Raises:
        CannotRunError: The text is no rate and no file whose leads have an arrival.
        LeadFileError: The file cannot be read.
    """
    from leadroute.proofs.forecast import rate

    return rate(text) or _of_file(project, text, at)


def _of_file(project: Project, path: str, at: str | None) -> Forecast:
    import numpy as np

    from leadroute.leads.opening import open_file
    from leadroute.leads.reader import Reader
    from leadroute.leads.zones import walls
    from leadroute.model.columns import NumberColumn
    from leadroute.model.fields import FieldType
    from leadroute.model.standings import Standings
    from leadroute.proofs.forecast import Forecast
    from leadroute.routing.router import Router

    arrived = project.arrived_field
    if arrived is None:
        raise CannotRunError(
            diagnostic("no-arrival", "the project does not say when a lead came in, so a file gives no leads a day",
                       help="add `arrived: FIELD` under `leads`, or say --forecast 400/day")
        )  # fmt: skip
    clock = clock_of(project, at)
    router = Router(project, Standings(), clock)
    counts = np.zeros(len(router.rules) + 1, np.int64)
    days: set[int] = set()
    with open_file(path) as file:
        reader = Reader(file, project, clock, fields=router.fields | {arrived}, texts_of=router.texts, evaluator=router.evaluator)
        for batch in reader.batches():
            first = router.matcher.first(batch)[~batch.invalid]
            counts += np.bincount(np.where(first < 0, len(router.rules), first), minlength=len(counts))
            column = batch.columns[arrived]
            if isinstance(column, NumberColumn):
                seen = column.values[~column.missing].astype(np.int64)
                days.update(np.unique(seen if column.type is FieldType.DATE else walls(seen, project.timezone) // DAY).tolist())
    if not days:
        raise CannotRunError(diagnostic("no-arrival", f"no lead of `{path}` says when it came in", help=f"fill in `{arrived}`"))
    each = {rule.id: Fraction(int(count), len(days)) for rule, count in zip(router.rules, counts.tolist(), strict=False)}
    what = "day" if len(days) == 1 else f"{len(days):,} days"
    return Forecast(Fraction(int(counts.sum()), len(days)), f"`{path}`, {what}", each)
