"""Parts that no lead needs: values of a list and alternatives that could be left out of a rule, and nothing would change.

They are looked for one by one, by the rule without them: no lead that reaches the rule is lost by it. So it does not matter how deep
they stand, nor whether one earlier rule takes the leads that they are for, or several together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from leadroute.language.references import conjuncts, leaf_key, tests
from leadroute.model.condition import Any, Condition, Not, Operand, Test
from leadroute.model.frozen import frozen
from leadroute.model.rules import Rule
from leadroute.model.span import Span
from leadroute.proofs.findings import Findings, both, listed, outcome, quoted, sent, written_at
from leadroute.proofs.formula import Literal, Solver
from leadroute.proofs.partition import EQUALITY
from leadroute.proofs.prover import Prover
from leadroute.proofs.witness import Replayed

_ANY_OF = frozenset({"in", "has_any", "contains", "starts_with", "ends_with", "matches"})
"""Operators of which one operand is enough."""
_NAMING = frozenset({"is", "in", "starts_with"})
_MOST_NAMED = 9
"""So many values are named in a message."""
_MOST_VALUES = 400
"""Of a field in a rule with more values it is not looked for which are meant."""
_MOST_ASKED = 2_000
"""Of so many values and alternatives each is asked about."""


@frozen
class Piece:
    """A value of a list (``operand`` of the test ``part``) or an alternative of a condition (``part``).

    ``without`` is the whole condition without it, ``only`` the whole with none of the pieces beside it or around it. ``among`` is the
    number of pieces beside each other, itself included, and ``inside`` how many alternatives it is a part of.
    """

    part: Condition
    without: Callable[[], Condition]
    only: Callable[[], Condition]
    among: int
    inside: int
    operand: Operand | None = None

    @property
    def alone(self) -> Condition:
        """What it asks."""
        return self.part if self.operand is None or not isinstance(self.part, Test) else replace(self.part, operands=(self.operand,))

    @property
    def span(self) -> Span | None:
        """Where it is written."""
        return (self.operand.span if self.operand is not None else None) or written_at(self.part)


Put = Callable[[Condition], Condition]
"""Puts a changed part back into the whole."""


def pieces(
    condition: Condition | None, within: Put = lambda part: part, alone: Put = lambda part: part, inside: int = 0
) -> Iterator[Piece]:
    """The pieces of a condition, which is a part of a whole; ``alone`` puts it there without its alternatives. Under ``not`` is none."""
    if condition is None:
        return
    if isinstance(condition, Test):
        if condition.op in _ANY_OF and len(condition.operands) > 1 and all(operand.ref is None for operand in condition.operands):
            values = {str(operand.value): operand for operand in reversed(condition.operands)}
            for value, operand in reversed(values.items()) if len(values) > 1 else ():
                rest = partial(_less, condition, value, within)
                yield Piece(condition, rest, partial(_but, condition, operand, alone), len(values), inside, operand)
    elif not isinstance(condition, Not):
        kind, parts = type(condition), condition.parts
        for at, part in enumerate(parts):

            def put(changed: Condition, at: int = at, outer: Put = within) -> Condition:
                return outer(kind((*parts[:at], changed, *parts[at + 1 :]), condition.span))

            mine = alone if kind is Any else partial(put, outer=alone)
            if kind is Any and len(parts) > 1:
                others = Any((*parts[:at], *parts[at + 1 :]), condition.span)
                yield Piece(part, partial(within, others), partial(alone, part), len(parts), inside)
            yield from pieces(part, put, mine, inside + (kind is Any))


def _less(test: Test, value: str, within: Callable[[Condition], Condition]) -> Condition:
    """The whole condition with a test that has lost a value."""
    return within(replace(test, operands=tuple(operand for operand in test.operands if str(operand.value) != value)))


def _but(test: Test, operand: Operand, within: Put) -> Condition:
    """The whole condition with a test that has one value alone."""
    return within(replace(test, operands=(operand,)))


def swallowed(prover: Prover, findings: Findings, alive: frozenset[int]) -> None:
    """Report values and alternatives of whose leads earlier rules leave none.

    To ask about every one takes long where there are many. Without advice those are asked about which one earlier rule takes by the look of
    it; with it all, up to ``_MOST_ASKED``.
    """
    rules = prover.rules[0]
    every = findings.every
    if every and sum(1 for at in alive for _ in pieces(rules[at].when)) > _MOST_ASKED:
        every = False
        findings.undecided("whether every value in lists and every alternative counts", f"there are more than {_MOST_ASKED:,} of them")
    found: dict[tuple[int, tuple[int, ...], bool, Span | None], list[Piece]] = {}
    for at, piece, by, shares in unneeded(prover, alive, every=every):
        found.setdefault((at, by, shares, written_at(piece.part)), []).append(piece)
    for (at, by, shares, _), dead in found.items():
        _report(findings, rules[at], [rules[one] for one in by], dead, shares=shares)


def unneeded(prover: Prover, alive: frozenset[int], *, every: bool) -> Iterator[tuple[int, Piece, tuple[int, ...], bool]]:
    """For rules that leads reach, the pieces that none of these needs, with the earlier rules that take those that would.

    The last is whether another part of the same rule says as much, of all those leads or of some. What holds for no lead at all is not
    among them. ``every`` one is asked about, or those that one earlier rule takes by the look of it.
    """
    takes, space = prover.takes[0], prover.space
    likely = _Likely()
    # Of many questions each is small where the rules passed already are denied for good; for a few that is not worth a solver.
    chain = Solver(space.formula, prover.budget) if every else None
    denied = 0

    def possible(passed: Sequence[Literal], goal: Sequence[Literal]) -> bool:
        return (prover.solver.holds([*passed, *goal]) if chain is None else chain.holds(goal)) is not False

    for at, rule in enumerate(prover.rules[0]):
        dead: list[Test] = []
        known = iter(()) if at not in alive else pieces(rule.when) if every else likely.taken(rule)
        for piece in known:
            if any(part is piece.part for part in dead):
                continue
            passed = prover.passed(at)
            if chain is not None:
                for other in passed[denied:]:
                    chain.demand(other)
                denied = len(passed)
            needed = -space.literal(piece.without())
            if possible(passed, [takes[at], needed]) or prover.solver.holds([takes[at], space.literal(piece.alone)]) is False:
                continue
            mine = [takes[at], space.literal(piece.only())]
            shares = possible(passed, mine)
            by = prover.solver.least(passed, [takes[at], needed] if shares else mine)
            if every or not shares:
                yield at, piece, tuple(place for place, other in enumerate(takes[:at]) if -other in by), shares
                if piece.operand is None:
                    dead += tests(piece.part)
        likely.add(rule)


@frozen
class _Asks:
    """What a rule asks: the whole condition, the tests that must hold in any case, and all values that it names, by field."""

    whole: Condition
    tests: tuple[Test, ...]
    named: Mapping[str, frozenset[str]]

    def names(self, field: str, value: str) -> bool:
        """Whether it names a value of a field, or how that begins."""
        named = self.named.get(field, frozenset())
        return value in named or any(value.startswith(one) for one in named)


class _Likely:
    """Rules by a field of which they name values and the fields that they ask for, to find those that take all leads with a value."""

    def __init__(self) -> None:
        self._known: dict[str, dict[frozenset[str], list[_Asks]]] = {}

    def add(self, rule: Rule) -> None:
        """Know one more rule."""
        if rule.when is None or rule.start is not None or rule.end is not None:
            return
        named: dict[str, set[str]] = {}
        for test in tests(rule.when):
            if test.op in _NAMING:
                named.setdefault(test.subject.name, set()).update(str(operand.value) for operand in test.operands)
        parts = tuple(part for part in conjuncts(rule.when) if isinstance(part, Test))
        asks = _Asks(rule.when, parts, {name: frozenset(values) for name, values in named.items()})
        fields = frozenset(part.subject.name for part in parts)
        for name in named:
            self._known.setdefault(name, {}).setdefault(fields, []).append(asks)

    def taken(self, rule: Rule) -> Iterator[Piece]:
        """The pieces of a rule for which one that is known asks nothing that they, and what stands beside them, do not say."""
        beside = [part for part in conjuncts(rule.when) if isinstance(part, Test)]
        asked = {part.subject.name for part in beside}
        for _, group in groupby(pieces(rule.when), key=lambda piece: id(piece.part)):
            those = list(group)
            test = those[0].part
            if not isinstance(test, Test) or test.op not in _NAMING:
                continue
            name = test.subject.name
            rest = [part for part in beside if part is not test]
            there = asked | {name}
            others = [
                asks
                for fields, rules in self._known.get(name, {}).items()
                if fields <= there
                for asks in rules
                if all(_follows(one, rest) for one in asks.tests if one.subject.name != name)
            ]
            for piece in those if others else ():
                alone = piece.alone
                assert isinstance(alone, Test)  # noqa: S101 - as the part is
                value = str(alone.operands[0].value)
                if len(alone.operands) == 1 and any(asks.names(name, value) and _follows(asks.whole, [alone, *rest]) for asks in others):
                    yield piece


def _follows(condition: Condition, said: Sequence[Test]) -> bool:
    """Whether a condition is plainly no more than what some tests say together."""
    if isinstance(condition, Test):
        return any(_says(one, condition) for one in said if one.subject == condition.subject)
    if isinstance(condition, Not):
        return False
    parts = (_follows(part, said) for part in condition.parts)
    return any(parts) if isinstance(condition, Any) else all(parts)


def _says(one: Test, other: Test) -> bool:
    """Whether a test plainly holds only where another does."""
    if one.op not in _NAMING or other.op not in _NAMING:
        return leaf_key(one) == leaf_key(other)
    values, theirs = ([str(operand.value) for operand in test.operands] for test in (one, other))
    if other.op == "starts_with":
        return all(value.startswith(tuple(theirs)) for value in values)
    return one.op != "starts_with" and set(values) <= set(theirs)


def _report(findings: Findings, rule: Rule, by: Sequence[Rule], dead: Sequence[Piece], *, shares: bool) -> None:
    said = [f"`{piece.operand.text}`" if piece.operand is not None else quoted(piece.alone) for piece in dead]
    first, same = dead[0], all(outcome(other) == outcome(rule) for other in by)
    why = [f"{listed(by)} {'takes' if len(by) == 1 else 'take'} {'such' if shares else 'all such'} leads before"] if by else []
    if shares:
        why.append("another part of it says as much")
    elif not by:
        why.append(f"{'it never holds' if len(said) == 1 else 'they never hold'} beside the rest of it")
    if first.operand is not None and isinstance(first.part, Test):
        field = first.part.subject.name
        what = f"{said[0]} for `{field}`" if len(said) == 1 else f"{len(said)} of the {first.among} values for `{field}`"
    else:
        what = joined(said)
    names = f": {joined(said)}" if len(said) > 1 and first.operand is not None else ""
    findings.add(
        "dead-part",
        f"{what} in `{rule.id}` {'counts' if len(said) == 1 else 'count'} for nothing, since {' or '.join(why)}{names}",
        dead[0].span or rule.span,
        severity="info" if same or shares else None,
        help=f"leave {'it' if len(said) == 1 else 'them'} out{f', or move `{rule.id}` above {listed(by[:1])}' if by else ''}",
        related=[(f"`{other.id}` sends them {sent(other)}", other.span) for other in by],
        rule=rule.id,
        about=(*(other.id for other in by), *said),
        # Of two that say the same one must stay, so what the rule itself makes unneeded, too, is left to people.
        drop=None if shares or first.span is None else "/".join(["any"] * (first.inside + 1)) if first.operand is None else "",
    )


def twice(findings: Findings, rules: Sequence[Rule]) -> None:
    """Report values that stand twice in a list."""
    for rule in rules:
        for test in tests(rule.when) if rule.when is not None else ():
            seen: set[str] = set()
            again: list[Operand] = []
            for operand in test.operands if test.op in _ANY_OF | {"not_in", "has_all", "has_none"} else ():
                if operand.ref is None and str(operand.value) in seen:
                    again.append(operand)
                seen.add(str(operand.value))
            if again:
                findings.add(
                    "dead-part",
                    f"{joined([f'`{operand.text}`' for operand in again])} of `{rule.id}` "
                    f"{'stands' if len(again) == 1 else 'stand'} in the same list of `{test.subject.name}` before",
                    again[0].span or test.span or rule.span,
                    severity="info",
                    help="leave out one of the two, or correct it if another value was meant",
                    rule=rule.id,
                    about=(test.subject.name, *(operand.text for operand in again)),
                    drop="" if again[0].span is not None else None,
                )


def dropped(prover: Prover, findings: Findings, alive: frozenset[int]) -> None:
    """Report alternatives that do without what all others beside them ask, and other rules too: an ``any`` that reaches too far.

    Only one that differs from the others in nothing but a value: ``region`` is APAC beside one for Asia from the web.
    """
    rules = prover.rules[0]
    asking = [{leaf_key(part) for part in conjuncts(rule.when) if isinstance(part, Test)} for rule in rules]
    for at in sorted(alive):
        rule = rules[at]
        for whole in conjuncts(rule.when):
            if isinstance(whole, Any) and len(whole.parts) > 1:
                for choice in whole.parts:
                    lacks = _lacking(choice, [part for part in whole.parts if part is not choice])
                    others = [[rules[one] for one, asks in enumerate(asking) if one != at and leaf_key(test) in asks] for test in lacks]
                    lacks = [test for test, who in zip(lacks, others, strict=True) if len(who) > 1]
                    _without(prover, findings, at, choice, lacks)


def _lacking(choice: Condition, others: Sequence[Condition]) -> list[Test]:
    """What all other alternatives ask and one does not; of one that asks for values of their fields alone."""
    mine = conjuncts(choice)
    if not all(isinstance(part, Test) and part.op in ("is", "in") for part in mine):
        return []
    fields = {part.subject.name for part in mine if isinstance(part, Test)}
    theirs = [{leaf_key(part): part for part in conjuncts(other) if isinstance(part, Test)} for other in others]
    if not all(fields <= {test.subject.name for test in asked.values() if test.op in EQUALITY} for asked in theirs):
        return []
    return [test for key, test in theirs[0].items() if test.subject.name not in fields and all(key in asked for asked in theirs[1:])]


def _without(prover: Prover, findings: Findings, at: int, choice: Condition, lacks: Sequence[Test]) -> None:
    rule, space = prover.rules[0][at], prover.space
    goal = [*prover.reaching(at), space.literal(choice)]
    free: list[tuple[Test, Literal]] = [(test, -space.literal(test)) for test in lacks]
    free = [(test, literal) for test, literal in free if prover.solver.holds([*goal, literal])]
    if not free:
        return
    found = prover.ask([*goal, *(literal for _, literal in free)], _taken(rule))
    if found.exists and found.witness is not None:
        findings.add(
            "dropped-condition",
            f"`{rule.id}` takes leads with {quoted(choice)} without asking {both([quoted(test) for test, _ in free])}, "
            "which its other alternatives and other rules ask",
            written_at(choice) or rule.span,
            certainty="heuristic",
            help="if that is not meant, put the condition that all alternatives share beside the `any`",
            witness=found.witness,
            rule=rule.id,
            about=(quoted(choice), *(quoted(test) for test, _ in free)),
        )


def _taken(rule: Rule) -> Callable[[Replayed], bool]:
    return lambda routed: routed.rule == rule.id


def shared(prover: Prover, goal: Sequence[Literal], rule: Rule) -> str:
    """For which of the values that a rule asks for leads fulfil a goal, as a clause; nothing where it is for most, or there are few."""
    found: dict[tuple[str, str], list[Piece]] = {}
    for piece in pieces(rule.when):
        if piece.operand is not None and isinstance(piece.part, Test):
            found.setdefault((piece.part.subject.name, piece.part.op), []).append(piece)
    clauses = []
    for (name, _), values in found.items():
        if 2 < len(values) <= _MOST_VALUES:
            those = [one for one in values if prover.solver.holds([*goal, prover.space.literal(one.alone)])]
            if 0 < len(those) * 2 <= len(values):
                texts = [f"`{one.operand.text}`" for one in those if one.operand is not None]
                clauses.append(f"for {len(those)} of the {len(values)} values of `{name}` that it asks for: {joined(texts)}")
    return "; ".join(clauses)


def joined(texts: Sequence[str]) -> str:
    """``a``, ``b`` and ``c``; of many the first."""
    if len(texts) > _MOST_NAMED + 1:
        return f"{', '.join(texts[:_MOST_NAMED])} and {len(texts) - _MOST_NAMED} more"
    return both(texts)
