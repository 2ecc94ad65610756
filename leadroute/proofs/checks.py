"""Everything that is proved about a project, in one go: what ``validate`` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.proofs import gaps, order, parts, people, pieces
from leadroute.proofs.findings import Findings
from leadroute.proofs.formula import Budget
from leadroute.proofs.prover import Prover
from leadroute.proofs.staff import Staff, survey_staff

if TYPE_CHECKING:
    from leadroute.proofs.forecast import Forecast


@frozen
class Proofs:
    """The findings, and how many conflicts they took."""

    diagnostics: tuple[Diagnostic, ...]
    spent: int


def prove(
    project: Project,
    *,
    budget: Budget | None = None,
    advice: bool = False,
    every: bool | None = None,
    forecast: Forecast | None = None,
) -> Proofs:
    """Prove what can be proved about a project.

    Args:
        project: The project.
        budget: What solving may cost; what it leaves open is a finding of certainty ``undecided``.
        forecast: What is expected to come, to be held against limits.
        advice: Also report what only deserves a look: overlaps, redundant rules and the like, as ``info``.
        every: Ask about all that may give advice, and say what is left undecided of it; as a rule where ``advice`` is wanted. Without it
            warnings and what is undecided are the same with advice as without.
    """
    findings = Findings(project, advice=advice, every=advice if every is None else every)
    prover = Prover(project, budget=budget, prepare=survey_staff)
    staff = Staff(prover.space)
    alive = order.unreached(prover, findings)
    ways = people.ways(prover, staff, alive)
    parts.dead_parts(prover, findings, alive)
    pieces.swallowed(prover, findings, alive)
    gaps.gap(prover, findings)
    people.holes(prover, staff, ways, findings)
    people.idle(prover, staff, ways, findings)
    people.unattended(prover, ways, findings)
    if forecast is not None:
        from leadroute.proofs.forecast import short

        short(ways, forecast, findings)
    if advice:
        pieces.twice(findings, prover.rules[0])
        pieces.dropped(prover, findings, alive)
        parts.always_true(prover, findings, alive)
        order.redundant(prover, findings, alive)
        order.overlaps(prover, findings, alive)
        people.single(ways, findings)
        people.open_ends(ways, findings)
    return Proofs(findings.close(prover.budget.spent), prover.budget.spent)
