"""Which leads no rule takes, told by the fields that most rules ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from leadroute.language.references import conjuncts, references, tests
from leadroute.model.condition import Test
from leadroute.model.fields import FieldType
from leadroute.proofs.findings import Findings
from leadroute.proofs.formula import Literal
from leadroute.proofs.partition import Partition, Texts
from leadroute.proofs.prover import Prover, Witness
from leadroute.proofs.witness import Replayed
from leadroute.values.countries import COUNTRIES

_WHATEVER = frozenset({"present", "is_not", "not_in", "has_none"})
"""Operators that ask for no value."""
_MOST_FIELDS = 3
_MOST_NAMED = 8


def gap(prover: Prover, findings: Findings) -> None:
    """Leads that no rule takes. They go to the project's default; where it is written down, that is probably meant."""
    meant = findings.project.default[0].span is not None
    if (meant and not findings.advice) or prover.solver.holds(prover.left_over()) is False:
        return
    wanted = _wanted(prover)
    questions = list(_questions(prover, wanted))
    left, *answers = prover.ask_all([([*prover.left_over(), *more], _nobodys) for more in ([], *(more for _, _, more in questions))])
    if left.exists and left.witness is not None:
        shown = [(name, words, answer.witness) for (name, words, _), answer in zip(questions, answers, strict=True) if answer.exists]
        findings.add(
            "gap",
            f"no rule takes some leads; they {_default_words(left.witness)}",
            None if not findings.project.rules else findings.project.rules[-1].span,
            severity="info" if meant else None,
            help="end with a rule without `when`, or write `default:` in leadroute.yaml to say that this is meant",
            related=[(clause, None) for clause in _clauses(wanted, len(prover.rules[0]), shown)],
            witness=left.witness,
            about=(),
        )
    elif left.exists is None and (not meant or findings.every):
        findings.undecided("whether every lead is taken by a rule", left.why)


def _wanted(prover: Prover) -> dict[str, int]:
    """The fields that at least half of the rules cannot do without, with how many these are; the most wanted first."""
    asking = {name: _asking(prover, name, part) for name, part in prover.writers[0].base() if part.field.origin == "declared"}
    found = [(name, count) for name, count in asking.items() if 1 < count >= len(prover.rules[0]) / 2]
    return dict(sorted(found, key=lambda one: -one[1])[:_MOST_FIELDS])


def _questions(prover: Prover, wanted: Iterable[str]) -> Iterator[tuple[str, str, list[Literal]]]:
    """Field, words and literals of what leads that are left over may be like; without a field: though they have what rules ask for."""
    known: list[Literal] = []
    for name in wanted:
        partition = prover.space.partition(name)
        known.append(_asked_for(prover, name))
        yield name, "leads without one", [-partition.present]
        if isinstance(partition, Texts):
            yield name, _others(partition), [partition.unnamed]
    if known:
        yield "", "", known


def _clauses(wanted: Mapping[str, int], rules: int, shown: Sequence[tuple[str, str, Witness | None]]) -> Iterator[str]:
    for name, count in wanted.items():
        left = [words for of, words, _ in shown if of == name]
        if left:
            yield f"{count} of {rules} rules ask for `{name}`; left over are {', and '.join(left)}"
    for name, _, witness in shown:
        if not name and witness is not None and any(witness.lead.get(one) for one in wanted):
            values = " with ".join(f"`{one}` {witness.lead[one]}" for one in wanted if witness.lead.get(one))
            yield f"left over are also leads with values that rules ask for, such as {values}"


def _asked_for(prover: Prover, name: str) -> Literal:
    """A field has a value that some rule asks for."""
    asked = (test for rule in prover.rules[0] if rule.when is not None for test in tests(rule.when))
    return prover.space.formula.any_of(
        prover.space.literal(test) for test in asked if test.subject.name == name and test.op not in _WHATEVER
    )


def _asking(prover: Prover, name: str, partition: Partition) -> int:
    """How many rules take no lead that lacks a field."""
    count, roots = 0, prover.writers[0].roots
    for rule, takes in zip(prover.rules[0], prover.takes[0], strict=True):
        parts = conjuncts(rule.when)
        if any(isinstance(part, Test) and part.subject.name == name and part.op != "present" for part in parts):
            count += 1  # a test on a missing value never holds
        elif rule.when is not None and any(name in roots(one) for one in references(rule.when)):
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


def _default_words(witness: Witness) -> str:
    decision = witness.routed.decision
    return f"go to the default queue `{decision.queue}`" if decision.queue is not None else "go where `default` sends them"
