"""Derived fields, score and tiers, in the order in which they are worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

from leadroute.language.text import compared
from leadroute.model.condition import Condition, Operand
from leadroute.model.derive import Cases, DeriveStep, DomainOf, Hash, Points, Score
from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import record
from leadroute.model.span import Span
from leadroute.project.conditions import Conditions
from leadroute.project.findings import Findings, shown
from leadroute.project.literals import a_type, operand, reference, result
from leadroute.project.lookups import LookupReader
from leadroute.project.nodes import Entry, Mapping, Node, Scalar
from leadroute.project.scope import Scope
from leadroute.project.settings import check_name

if TYPE_CHECKING:
    from leadroute.project.csv_text import Table

_HAVE_DOMAINS = frozenset({FieldType.EMAIL, FieldType.DOMAIN, FieldType.STRING})


@record
class Deriving:
    """Compiles the derive steps of all files, in order; each puts its fields into the scope."""

    scope: Scope
    findings: Findings
    bad: set[int]
    read_table: Callable[[Scalar], Table | None]
    """Reads the CSV file that a scalar names."""
    steps: list[DeriveStep] = field(default_factory=list)

    def expect(self, entries: list[Entry]) -> None:
        """Tell the scope what is going to be derived, so that a use before that is not taken for an unknown name."""
        self.scope.in_derive = True
        for entry in entries:
            for name in self._names(entry):
                self.scope.later.setdefault(name, entry.key.span)

    def add(self, entry: Entry) -> None:
        """Compile the next step."""
        node = entry.value
        names = self._names(entry)
        good = check_name(entry.key, self.scope, self.findings)
        step: DeriveStep | None = None
        fields: list[Field] = []
        if good and isinstance(node, Mapping) and id(node) not in self.bad:
            if "lookup" in node:
                step, fields = self._lookup(entry, node)
            else:
                step = self._step(entry, node)
                fields = [step.field] if isinstance(step, Cases | Hash | DomainOf) else []
        for name in names:
            self.scope.later.pop(name, None)
        if step is not None:
            self.steps.append(step)
            self.scope.fields.update((one.name, one) for one in fields)
        elif good:
            self.scope.broken.update(name for name in names if name not in self.scope.fields)

    def _names(self, entry: Entry) -> list[str]:
        """The names of the fields that a step gives, as far as they can be read."""
        node = entry.value
        if isinstance(node, Mapping) and "lookup" in node and node.kind == "object" and not isinstance(node.get("give"), Scalar):
            return [f"{entry.key.text}.{item.text.strip()}" for item in node.items("give") if isinstance(item, Scalar)] or [entry.key.text]
        return [entry.key.text]

    def _step(self, entry: Entry, node: Mapping) -> DeriveStep | None:
        if "cases" in node:
            return self._cases(entry, node)
        key = "hash" if "hash" in node else "domain_of"
        source = node.get(key)
        if not isinstance(source, Scalar):
            return None
        found = self.scope.field(source.text, source, self.findings)
        if found is None:
            return None
        if key == "hash":
            into = node.get("into")
            if found.type is FieldType.LIST or found.origin == "builtin":
                what = "a list" if found.type is FieldType.LIST else "built in"
                self.findings.add(
                    "type-mismatch", f"{shown(source.text)} is {what} and has no text to hash", source, help="hash the lead's id"
                )
                return None
            if found.name in self.scope.never_missing:
                self.scope.never_missing.add(entry.key.text)
            made = Field(entry.key.text, FieldType.INTEGER, origin="derived", span=entry.key.span)
            return Hash(made, found.name, int(into.number), entry.key.span) if isinstance(into, Scalar) else None
        if found.type not in _HAVE_DOMAINS:
            said = f"{shown(source.text)} is {a_type(found.type)} and has no domain"
            self.findings.add("type-mismatch", said, source, help="name an e-mail or domain field")
            return None
        return DomainOf(Field(entry.key.text, FieldType.DOMAIN, origin="derived", span=entry.key.span), found.name, entry.key.span)

    def _lookup(self, entry: Entry, node: Mapping) -> tuple[DeriveStep | None, list[Field]]:
        reader = LookupReader(self.scope, self.findings)
        fields = reader.given(entry)
        for made, column in fields:
            if made.name in self.scope.fields or made.name in self.scope.broken:
                named = Scalar(column.file, column.place, made.name)
                check_name(named, self.scope, self.findings)
                return None, []
        name = node.get("lookup")
        table = self.read_table(name) if isinstance(name, Scalar) else None
        if table is None:
            return None, []
        return reader.compile(entry, table, fields), [made for made, _ in fields]

    def _cases(self, entry: Entry, node: Mapping) -> Cases | None:
        rows = [item for item in node.items("cases") if isinstance(item, Mapping)]
        results = [found for row in rows if (found := row.get("then")) is not None]
        otherwise = node.get("else")
        made = self._made(entry, node, results + ([otherwise] if otherwise is not None else []))
        conditions = Conditions(self.scope, self.findings)
        cases: list[tuple[Condition, Operand]] = []
        good = made is not None
        for row in rows:
            when, then = row.get("when"), row.get("then")
            condition = conditions.over_leads(when) if when is not None else None
            given = result(then, made, self.scope, self.findings) if then is not None and made is not None else None
            if condition is None or given is None:
                good = False
            else:
                cases.append((condition, given))
        last = result(otherwise, made, self.scope, self.findings) if otherwise is not None and made is not None else None
        if made is None or not good or (otherwise is not None and last is None):
            return None
        if last is not None and (last.ref is None or last.ref in self.scope.never_missing):
            refs = {given.ref for _, given in cases if given.ref is not None}
            if refs <= self.scope.never_missing:
                self.scope.never_missing.add(made.name)
        return Cases(made, tuple(cases), last, entry.key.span)

    def _made(self, entry: Entry, node: Mapping, results: list[Node]) -> Field | None:
        """The field that the cases give: its type is what ``type:`` says, else that of the ``$fields``, else string."""
        said = node.text("type")
        if said:
            return Field(entry.key.text, FieldType(said), origin="derived", span=entry.key.span)
        types: dict[FieldType, Scalar] = {}
        for given in results:
            name = reference(given.text) if isinstance(given, Scalar) else None
            if name is None or not isinstance(given, Scalar):
                continue
            found = self.scope.field(name, given, Findings())
            if found is not None:
                types.setdefault(found.type, given)
        if len(types) > 1:
            names = " and ".join(f"{shown(one.text)} is {a_type(kind)}" for kind, one in list(types.items())[:2])
            advice = f"give {shown(entry.key.text)} a `type:`"
            self.findings.add("type-mismatch", f"the cases give different types: {names}", list(types.values())[1], help=advice)
            return None
        return Field(entry.key.text, next(iter(types), FieldType.STRING), origin="derived", span=entry.key.span)


@record
class Scoring:
    """The one ``score`` of a project."""

    scope: Scope
    findings: Findings
    bad: set[int]
    first: Span | None = None
    score: Score | None = None

    def add(self, entry: Entry) -> None:
        """Compile a file's score; a second one is a finding."""
        if self.first is not None:
            said = "`score` stands in two files, and a lead has one score"
            self.findings.add("second-score", said, entry.key, help="put all points into one file", related=[("the first one", self.first)])
            return
        self.first = entry.key.span
        node = entry.value
        names = [(name, kind) for name, kind in (("score", FieldType.NUMBER), ("tier", FieldType.STRING))]
        if not isinstance(node, Mapping) or id(node) in self.bad:
            self.scope.broken.update(name for name, _ in names)
            return
        points = [point for item in node.items("points") if isinstance(item, Mapping) and (point := self._points(item)) is not None]
        tiers = self._tiers(node.mapping("tiers"))
        self.scope.tiers = {compared(name): name for name, _ in tiers}
        for name, kind in names if tiers else names[:1]:
            self.scope.fields[name] = Field(name, kind, origin="derived", span=entry.key.span)
            self.scope.never_missing.add(name)
        self.score = Score(tuple(points), tiers, entry.key.span)

    def _points(self, node: Mapping) -> Points | None:
        when, add = node.get("when"), node.get("add")
        condition = Conditions(self.scope, self.findings).over_leads(when) if when is not None else None
        number = number_operand(add, "add", self.scope, self.findings)
        if condition is None or number is None:
            return None
        return Points(condition, number, node.head)

    def _tiers(self, node: Mapping) -> tuple[tuple[str, float], ...]:
        found: dict[str, tuple[str, float]] = {}
        starts: dict[float, Scalar] = {}
        for entry in node.entries.values():
            if not isinstance(entry.value, Scalar):
                continue
            start = float(entry.value.text)
            first = starts.setdefault(start, entry.key)
            if first is not entry.key:
                said = f"the tiers {shown(first.text)} and {shown(entry.key.text)} begin at the same score"
                self.findings.add("bad-value", said, entry.value, help="let each begin at a score of its own")
            elif compared(entry.key.text) in found:
                said = f"the tier {shown(entry.key.text)} is defined twice"
                self.findings.add("duplicate-name", said, entry.key, help="give one of them another name")
            found[compared(entry.key.text)] = (entry.key.text.strip(), start)
        return tuple(sorted(found.values(), key=lambda tier: -tier[1]))


def number_operand(node: Node | None, what: str, scope: Scope, findings: Findings) -> Operand | None:
    """A number, or a ``$field`` that is one; ``None``, with a finding, for anything else."""
    return operand(node, Field(what, FieldType.NUMBER), scope, findings) if node is not None else None
