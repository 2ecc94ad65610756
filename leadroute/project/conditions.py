"""Conditions: from nodes to trees, names resolved, literals read."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Several
from functools import lru_cache

from leadroute import values
from leadroute.language.operators import OPERATORS, Operator
from leadroute.language.text import compared, pattern_problem
from leadroute.model.condition import All, Any, Condition, Not, Operand, Subject, Test
from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import frozen
from leadroute.project.findings import Findings, listed, near, shown
from leadroute.project.literals import a_type, naming, operand, reference
from leadroute.project.nodes import Entry, Mapping, Node, Scalar, Sequence
from leadroute.project.scope import Scope

_LISTS = frozenset({FieldType.LIST, FieldType.MAP})
_MANY_LISTS = frozenset({"in", "not_in", "has_any", "has_all", "has_none"})
"""Operators whose operand may be a ``$list``."""
_SEARCHES = frozenset({"contains", "starts_with", "ends_with"})
_ORDERED = frozenset({"gt", "gte", "lt", "lte", "between"})


@frozen
class Conditions:
    """Compiles conditions over leads, or over reps, in one scope."""

    scope: Scope
    findings: Findings

    def over_leads(self, node: Node) -> Condition | None:
        """A condition whose left side are the lead's fields; ``None`` when it has errors, all of them noted."""
        return self._mapping(node, reps=False, references=True)

    def over_reps(self, node: Node, *, references: bool = True) -> Condition | None:
        """A condition whose left side are the rep's attributes; ``references`` allows ``$fields`` of the lead on the right."""
        return self._mapping(node, reps=True, references=references)

    def _mapping(self, node: Node, *, reps: bool, references: bool) -> Condition | None:
        if not isinstance(node, Mapping):
            return None
        parts: list[Condition | None] = []
        for name, entry in node.entries.items():
            if name in ("all", "any"):
                inner = entry.value.items if isinstance(entry.value, Sequence) else []
                found = [self._mapping(item, reps=reps, references=references) for item in inner]
                good = _complete(found)
                parts.append(None if good is None else (All if name == "all" else Any)(good, entry.value.span))
            elif name == "not":
                held = self._mapping(entry.value, reps=reps, references=references)
                if held is not None and not reps:
                    self._catches_missing(entry.key, held, node)
                parts.append(None if held is None else Not(held, entry.key.span))
            else:
                parts.append(self._tests(entry, reps=reps, references=references))
        good = _complete(parts)
        if good is None:
            return None
        return good[0] if len(good) == 1 else All(good, node.span)

    def _tests(self, entry: Entry, *, reps: bool, references: bool) -> Condition | None:
        """All tests under one name."""
        named = self._subject(entry.key, reps=reps, references=references)
        value = entry.value
        if named is None:
            return None
        subject, field = named
        if isinstance(value, Mapping):
            found = [self._test(subject, field, op.key.text, op.value, op.key, references=references) for op in value.entries.values()]
            good = _complete(found)
            if good is None:
                return None
            return good[0] if len(good) == 1 else All(good, value.span)
        lists = subject.type in _LISTS
        if isinstance(value, Sequence):
            return self._test(subject, field, "has_any" if lists else "in", value, entry.key, references=references)
        return self._test(subject, field, "has" if lists else "is", value, entry.key, references=references)

    def _subject(self, key: Scalar, *, reps: bool, references: bool) -> tuple[Subject, Field] | None:
        """The left side, with the field that reads its literals."""
        if not reps:
            if key.text.startswith("$"):
                said = "the left side of a test is a field's name, without `$`"
                self.findings.add("no-reference", said, key, help=f"write `{key.text.lstrip('$')}`")
                return None
            field = self.scope.field(key.text, key, self.findings)
            return None if field is None else (Subject(field.name, field.type, exact=field.exact), field)
        name, dot, part = key.text.partition(".")
        kind = self.scope.attribute(name, key, self.findings)
        if kind is None:
            return None
        if not dot:
            return Subject(name, kind), Field(name, kind)
        if kind is not FieldType.MAP:
            self.findings.add("unknown-attribute", f"{shown(name)} is {a_type(kind)} and has no parts", key, help=f"write `{name}`")
            return None
        number = Field(key.text, FieldType.NUMBER)
        ref = reference(part)
        if ref is None:
            self.known_part(name, part, key)
            return Subject(name, FieldType.NUMBER, part=compared(part)), number
        if not references:
            self._no_reference(key)
            return None
        if not naming(ref, key, self.scope, self.findings):
            return None
        return Subject(name, FieldType.NUMBER, part_ref=ref), number

    def known_part(self, name: str, part: str, at: Node) -> None:
        """A name in a map that nobody has is a missing value: it can run, but is rarely meant."""
        known = self.scope.map_names.get(name, set())
        if compared(part) not in known and self.scope.roster_complete:
            meant = near(part, sorted(known))
            advice = f"did you mean `{meant}`?" if meant else f"known are {listed(sorted(known))}" if known else None
            self.findings.add("unknown-map-name", f"no rep has {shown(part)} in `{name}`", at, help=advice)

    def _test(self, subject: Subject, field: Field, op: str, value: Node, at: Node, *, references: bool) -> Test | None:
        operator = OPERATORS[op]
        if subject.type not in operator.types:
            self._does_not_fit(subject, field, operator, value, at)
            return None
        if operator.takes == "boolean":
            return self._yes_or_no(subject, op, value)
        nodes = value.items if isinstance(value, Sequence) else [value]
        found: list[Operand | None] = []
        for node in nodes:
            if not isinstance(node, Scalar):
                return None
            if reference(node.text) is not None and (operator.literals_only or not references):
                self._no_reference(node, operator if operator.literals_only else None)
                found.append(None)
            elif op == "matches":
                found.append(self._pattern(node, subject))
            else:
                found.append(
                    operand(
                        node,
                        field,
                        self.scope,
                        self.findings,
                        ordered=op in _ORDERED,
                        searched=op in _SEARCHES,
                        lists=op in _MANY_LISTS,
                    )
                )
        if any(one is None for one in found):
            return None
        return Test(subject, op, tuple(one for one in found if one is not None), span=at.span)

    def _yes_or_no(self, subject: Subject, op: str, value: Node) -> Test | None:
        if not isinstance(value, Scalar) or value.kind != "boolean":
            return None
        domains: frozenset[str] = frozenset()
        if op == "free_mail":
            domains = values.free_mail_domains()
        elif op == "disposable":
            domains = values.disposable_domains()
        literal = Operand(text=value.text, value=value.truth, type=FieldType.BOOLEAN, span=value.span)
        return Test(subject, op, (literal,), domains, value.span)

    def _pattern(self, node: Scalar, subject: Subject) -> Operand | None:
        problem = _pattern_problem(node.text)
        if problem is not None:
            said = f"{shown(node.text)} is not a pattern that RE2 reads: {problem}"
            self.findings.add("bad-pattern", said, node, help="RE2 knows no look-around and no back references")
            return None
        return Operand(text=node.text, value=node.text, type=subject.type, span=node.span)

    def _no_reference(self, node: Scalar, operator: Operator | None = None) -> None:
        if operator is not None:
            said = f"`{operator.name}` takes no `$field`"
            self.findings.add("no-reference", said, node, help=f"write for example `{operator.example}`; `$$` starts a text with a `$`")
        else:
            said = f"{shown(node.text)} names a field of a lead, and a pool's `who` is asked without a lead"
            self.findings.add("no-reference", said, node, help="put the test into the rule's `require`")

    def _does_not_fit(self, subject: Subject, field: Field, operator: Operator, value: Node, at: Node) -> None:
        fitting = [name for name, one in OPERATORS.items() if subject.type in one.types]
        advice = f"{a_type(subject.type)} takes {listed(fitting, 30)}"
        if subject.type in _LISTS and operator.name in ("is", "in"):
            advice = f"use `{'has' if operator.name == 'is' else 'has_any'}`"
        elif subject.type is FieldType.STRING and operator.name in _ORDERED and field.origin == "declared":
            advice = f"if `{field.name}` is a number, give it `type: number` in leadroute.yaml; else {advice}"
        self.findings.add(
            "operator-does-not-fit", f"`{operator.name}` does not fit `{field.name}`, which is {a_type(subject.type)}", at, help=advice
        )

    def _catches_missing(self, key: Scalar, held: Condition, beside: Mapping) -> None:
        names = sorted(set(_catching(held)) - self.scope.never_missing - beside.entries.keys())
        if names:
            said = f"`not` also takes leads whose {listed(names, 3)} {'is' if len(names) == 1 else 'are'} missing"
            advice = f"if that is not meant, add `{names[0]}: {{present: true}}` beside it, or use `is_not` or `not_in`"
            self.findings.add("not-catches-missing", said, key, help=advice)


def _catching(held: Condition) -> Iterable[str]:
    """The declared or derived fields whose missing value makes ``held`` false, so that its ``not`` holds."""
    if isinstance(held, Test):
        name = held.subject.name
        asks = held.op == "present" or name.startswith(("now.", "arrived.")) or name in ("score", "tier", "previous.count")
        return [] if asks else [held.subject.name]
    if isinstance(held, All | Any):
        names = [name for part in held.parts for name in _catching(part)]
        checked = {part.subject.name for part in held.parts if isinstance(part, Test) and part.op == "present"}
        return [name for name in names if name not in checked]
    return []


def _complete(parts: Several[Condition | None]) -> tuple[Condition, ...] | None:
    """The parts, if all of them are good."""
    good = tuple(part for part in parts if part is not None)
    return good if len(good) == len(parts) else None


@lru_cache(maxsize=1024)
def _pattern_problem(pattern: str) -> str | None:
    return pattern_problem(pattern)
