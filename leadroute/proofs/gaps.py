"""Which leads no rule takes, told by the fields that most rules ask for."""

from __future__ import annotations

from leadroute.language.references import references, tests
from leadroute.model.fields import FieldType
from leadroute.proofs.formula import Literal
from leadroute.proofs.partition import Partition, Texts
from leadroute.proofs.prover import Prover
from leadroute.proofs.witness import Replayed
from leadroute.values.countries import COUNTRIES

_WHATEVER = frozenset({"present", "is_not", "not_in", "has_none"})
"""Operators that ask for no value."""
_MOST_FIELDS = 3
_MOST_NAMED = 8


def where_left(prover: Prover) -> list[str]:
    """Clauses about the fields that at least half of the rules cannot do without: leads left over for want of one, or in spite of all."""
    rules, space = prover.rules[0], prover.space
    asking = {
        name: _asking(prover, name, partition) for name, partition in prover.writers[0].base() if partition.field.origin == "declared"
    }
    wanted = sorted((name for name, count in asking.items() if 1 < count >= len(rules) / 2), key=lambda name: -asking[name])[:_MOST_FIELDS]
    questions: list[tuple[str, str, list[Literal]]] = []
    known: list[Literal] = []
    for name in wanted:
        partition = space.partition(name)
        known.append(_asked_for(prover, name))
        questions.append((name, "leads without one", [-partition.present]))
        if isinstance(partition, Texts):
            questions.append((name, _others(partition), [partition.unnamed]))
    questions.append(("", "", known))
    answers = prover.ask_all([([*prover.left_over(), *more], _nobodys) for _, _, more in questions]) if wanted else []
    clauses = []
    for name in wanted:
        left = [words for (of, words, _), answer in zip(questions, answers, strict=True) if of == name and answer.exists]
        if left:
            clauses.append(f"{asking[name]} of {len(rules)} rules ask for `{name}`; left over are {', and '.join(left)}")
    example = answers[-1].witness if answers else None
    if example is not None and any(example.lead.get(name) for name in wanted):
        values = " with ".join(f"`{name}` {example.lead[name]}" for name in wanted if example.lead.get(name))
        clauses.append(f"left over are also leads with values that rules ask for, such as {values}")
    return clauses


def _asked_for(prover: Prover, name: str) -> Literal:
    """A field has a value that some rule asks for."""
    asked = (test for rule in prover.rules[0] if rule.when is not None for test in tests(rule.when))
    return prover.space.formula.any_of(
        prover.space.literal(test) for test in asked if test.subject.name == name and test.op not in _WHATEVER
    )


def _asking(prover: Prover, name: str, partition: Partition) -> int:
    """How many rules take no lead that lacks a field."""
    count = 0
    for rule, takes in zip(prover.rules[0], prover.takes[0], strict=True):
        if rule.when is not None and any(name in prover.writers[0].roots(one) for one in references(rule.when)):
            count += prover.solver.holds([takes, -partition.present]) is False
    return count


def _others(partition: Texts) -> str:
    """Leads with a value that nothing names; of countries those that are left, if they are few."""
    if partition.field.type is FieldType.COUNTRY:
        named = {str(value).lower() for value in partition.named if value not in partition.strangers}
        left = [code.upper() for code in COUNTRIES if code not in named]
        if len(left) <= _MOST_NAMED:
            return f"leads of {', '.join(left)}"
    return "leads with one that no rule names"


def _nobodys(routed: Replayed) -> bool:
    return routed.rule is None
