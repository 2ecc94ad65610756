"""Tests for rules that no test reaches, ready to paste: the prover finds a lead for each, and the engine says what becomes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from leadroute.model.clock import local
from leadroute.workflows.starter import scalar

if TYPE_CHECKING:
    from leadroute.model.project import Project
    from leadroute.proofs.prover import Witness


def suggested(project: Project, rules: Collection[str], budget: int) -> str:
    """The entries of ``tests:`` for some rules, as YAML; a comment for each for which no lead was found."""
    from leadroute.proofs.formula import Budget
    from leadroute.proofs.prover import Prover
    from leadroute.proofs.witness import Replayed

    prover = Prover(project, budget=Budget(conflicts=budget))
    found: list[str] = []
    for at, rule in enumerate(prover.rules[0]):
        if rule.id not in rules:
            continue

        def reaches(routed: Replayed, name: str = rule.id) -> bool:
            return routed.rule == name

        answer = prover.ask(prover.reaching(at), reaches)
        if answer.witness is not None and not any("." in name for name in answer.witness.lead):
            found += _entry(project, rule.id, answer.witness)
        else:
            why = "no lead reaches it (proved)" if answer.exists is False else answer.why or "it takes a lead that the ledger knows"
            found.append(f"  # {rule.id}: {why}")
    return "".join(f"{line}\n" for line in found)


def _entry(project: Project, rule: str, witness: Witness) -> Iterator[str]:
    from leadroute.proofs.witness import AT

    decision = witness.routed.decision
    names = {"rule": decision.rule, "pool": decision.pool, "queue": decision.queue, "outcome": decision.outcome.value}
    lead = {name: text for name, text in witness.lead.items() if name != AT and text}
    yield f"  - name: {scalar(f'{rule} takes its leads')}"
    yield f"    at: {local(witness.routed.clock.now, project.timezone).isoformat()}"
    yield f"    lead: {{{', '.join(f'{name}: {scalar(text)}' for name, text in lead.items())}}}"
    yield f"    expect: {{{', '.join(f'{name}: {scalar(text)}' for name, text in names.items() if text is not None)}}}"
