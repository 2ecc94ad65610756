"""Parts of conditions that change nothing: alternatives that never hold, parts that always do, values that a derived field never has."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from leadroute.language.references import conjuncts, references, tests
from leadroute.model.condition import Any, Condition, Test
from leadroute.model.derive import Cases
from leadroute.model.rules import Rule
from leadroute.proofs.findings import Findings, quoted, written_at
from leadroute.proofs.formula import Literal
from leadroute.proofs.partition import EQUALITY, Texts
from leadroute.proofs.prover import Prover

Never = Callable[..., bool]
"""Whether some literals never hold together."""


def dead_parts(prover: Prover, findings: Findings, alive: frozenset[int]) -> None:
    """Report alternatives that no lead fulfils, values that a field never has, and cases of derived fields that never apply."""
    possible: dict[Literal, bool | None] = {}

    def never(*literals: Literal) -> bool:
        if len(literals) == 1:
            if literals[0] not in possible:
                possible[literals[0]] = prover.solver.holds(literals)
            return possible[literals[0]] is False
        return prover.solver.holds(literals) is False

    for at in sorted(alive):
        rule = prover.rules[0][at]
        _values(prover, findings, rule, never)
        parts = conjuncts(rule.when)
        literals = [prover.space.literal(part) for part in parts]
        for part in parts:
            if isinstance(part, Any) and len(part.parts) > 1:
                rest = [literal for other, literal in zip(parts, literals, strict=True) if other is not part]
                for choice in part.parts:
                    if not isinstance(choice, Test) or choice.op not in EQUALITY:
                        _alternative(prover, findings, rule, choice, rest, never)
    for step in findings.project.derive:
        if isinstance(step, Cases) and prover.space.survey.key(0, step.field.name) in prover.space.partitions:
            _cases(prover, findings, step)


def always_true(prover: Prover, findings: Findings, alive: frozenset[int]) -> None:
    """Parts of a rule's condition, or of one of its alternatives, that always hold, or wherever the rest of it does."""
    writer, solver = prover.writers[0], prover.solver
    for at in sorted(alive):
        rule = prover.rules[0][at]
        for parts, outer in _conjunctions(rule.when):
            beside = [*parts, *outer]
            roots = [frozenset[str]().union(*(writer.roots(name) for name in references(part))) for part in beside]
            literals = [prover.space.literal(part) for part in beside]
            found = False
            for place, part in enumerate(parts):
                others = [literal for other, literal in enumerate(literals) if other != place]
                said = "always holds" if solver.holds([-literals[place]]) is False else ""
                if not said and any(roots[place] & theirs for other, theirs in enumerate(roots) if other != place):
                    said = "holds wherever the rest of its condition does" if solver.holds([*others, -literals[place]]) is False else ""
                if said:
                    findings.add(
                        "always-true",
                        f"{quoted(part)} of `{rule.id}` {said}",
                        written_at(part) or rule.span,
                        help="leave it out, or correct it if more was meant",
                        rule=rule.id,
                    )
                    found = True
                    break
            if found:
                break


def _conjunctions(condition: Condition | None) -> Iterator[tuple[tuple[Condition, ...], tuple[Condition, ...]]]:
    """The parts that must hold together, and what must hold beside them: of the whole, then of each alternative of several parts."""
    whole = conjuncts(condition)
    yield whole, ()
    for part in whole:
        for choice in part.parts if isinstance(part, Any) else ():
            inner = conjuncts(choice)
            if len(inner) > 1:
                yield inner, tuple(other for other in whole if other is not part)


def _values(prover: Prover, findings: Findings, rule: Rule, never: Never) -> None:
    """Values that a rule names and its field never has: misspelt, or read as missing."""
    for test in tests(rule.when) if rule.when is not None else ():
        if test.op not in {"is", "in"} or any(operand.ref is not None for operand in test.operands):
            continue
        name = test.subject.name
        partition = prover.space.partition(name)
        if not isinstance(partition, Texts):
            continue
        named = set(partition.named)
        derived = partition.field.origin == "derived" and name != "tier"
        for operand in test.operands:
            value = operand.value
            if not isinstance(value, str):
                continue
            drop: str | None = "" if operand.span is not None else None
            if value not in named:
                said = f"`{operand.text}` is read as a missing value of `{name}`, so `{rule.id}` never sees it"
                advice: str | None = "ask `present: false`, or take it from `leads.missing`"
            elif derived and never(partition.at(value)):
                said = f"`{name}` is never `{operand.text}`, which `{rule.id}` asks for"
                advice, drop = _givable(prover, partition, never, operand.text)
            else:
                continue
            findings.add("dead-part", said, operand.span or test.span or rule.span, help=advice, rule=rule.id, drop=drop)


def _givable(prover: Prover, partition: Texts, never: Never, asked: str) -> tuple[str | None, str | None]:
    """What a field can be, and whether ``asked`` may just go: one that is nearly another was probably meant to be that."""
    from leadroute.project.findings import listed, near

    values = [partition.texts[value] for value in partition.named if not never(partition.at(value))]
    return f"it can be {listed(values)}" if values else None, None if near(asked, values) else ""


def _alternative(prover: Prover, findings: Findings, rule: Rule, choice: Condition, rest: list[Literal], never: Never) -> None:
    if never(prover.space.literal(choice), *rest):
        said = f"{quoted(choice)} never holds beside the rest of `{rule.id}`"
        findings.add("dead-part", said, written_at(choice) or rule.span, help="correct it, or leave it out", rule=rule.id, drop="any")


def _cases(prover: Prover, findings: Findings, step: Cases) -> None:
    """Cases that earlier ones swallow, or that cannot hold."""
    before: list[Literal] = []
    for condition, then in step.cases:
        literal = prover.space.literal(condition)
        if prover.solver.holds([*before, literal]) is False:
            alone = prover.solver.holds([literal]) is False
            why = "its condition contradicts itself" if alone else "the cases before it take every lead"
            said = f"the case `{then.text}` of `{step.field.name}` never applies: {why}"
            findings.add("dead-part", said, written_at(condition) or step.span, help="move it up, correct it, or delete it", drop="cases")
        before.append(-literal)
