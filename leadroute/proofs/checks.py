"""Everything that is proved about a project, in one go: what ``validate`` shows."""

from __future__ import annotations

from dataclasses import dataclass

from leadroute.model.diagnostic import Diagnostic
from leadroute.model.project import Project
from leadroute.proofs import order, parts
from leadroute.proofs.findings import Findings
from leadroute.proofs.formula import Budget
from leadroute.proofs.prover import Prover


@dataclass(frozen=True, slots=True)
class Proofs:
    """The findings, and how many conflicts they took."""

    diagnostics: tuple[Diagnostic, ...]
    spent: int


def prove(project: Project, *, budget: Budget | None = None, advice: bool = False) -> Proofs:
    """Prove what can be proved about a project.

    Args:
        project: The project.
        budget: What solving may cost; what it leaves open is a finding of certainty ``undecided``.
        advice: Also report what only deserves a look: overlaps, redundant rules and the like, as ``info``.
    """
    findings = Findings(project, advice=advice)
    prover = Prover(project, budget=budget)
    alive = order.unreached(prover, findings)
    parts.dead_parts(prover, findings, alive)
    order.gap(prover, findings)
    if advice:
        parts.always_true(prover, findings, alive)
        order.redundant(prover, findings, alive)
        order.overlaps(prover, findings, alive)
    return Proofs(findings.close(prover.budget.spent), prover.budget.spent)
