"""Test files: from YAML to examples and claims, every name checked against the project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from leadroute import values
from leadroute.language.text import compared
from leadroute.model.condition import Condition
from leadroute.model.examples import NOTHING_ELSE, Claim, Example, LeadsOf, Suite
from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import record
from leadroute.model.project import Project
from leadroute.model.span import Span
from leadroute.project.circumstances import Circumstances
from leadroute.project.conditions import Conditions
from leadroute.project.expected import Expectations
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.literals import a_type, read_literal
from leadroute.project.nodes import Mapping, Node, Scalar, Sequence, plain
from leadroute.project.rows import Rows
from leadroute.project.scope import Scope
from leadroute.project.shape import Shape
from leadroute.project.sources import Sources, displayed
from leadroute.project.yaml_text import read_yaml
from leadroute.routing.targets import Directory

_NUMBERS = (FieldType.INTEGER, FieldType.NUMBER)


def read_suite(path: Path, project: Project, findings: Findings) -> Suite | None:
    """Read one test file of a project; ``None``, with findings, where there is nothing in it that can be run."""
    text = Sources(path.parent, findings).read(path, what="the test file")
    return None if text is None else read_text(text, path, project, findings)


def read_text(text: str, path: Path, project: Project, findings: Findings) -> Suite | None:
    """Read what a test file has in it, or is to have; ``path`` says from where its paths start, and how messages name it."""
    node = read_yaml(text, displayed(path), findings)
    if node is None:
        return None
    shape = Shape("tests", findings)
    shape.check(node)
    if not isinstance(node, Mapping):
        return None
    return _Reading(project, findings, shape, path.parent).suite(node)


@record
class _Reading:
    """One reading of one test file, in ``folder``."""

    project: Project
    findings: Findings
    shape: Shape
    folder: Path
    directory: Directory = field(init=False)
    conditions: Conditions = field(init=False)
    fields: dict[str, Field] = field(init=False)
    expected: Expectations = field(init=False)
    circumstances: Circumstances = field(init=False)

    def __post_init__(self) -> None:
        self.directory = Directory(self.project)
        self.conditions = Conditions(_scope(self.project), self.findings)
        self.expected = Expectations(self.project, self.findings, self.directory, self.conditions, self.folder)
        self.circumstances = Circumstances(self.project, self.findings, self.directory, self.expected)
        self.fields = {}
        lead_fields = [one for one in self.project.fields.values() if one.origin != "builtin"]
        for names in (lambda one: (one.name,), lambda one: one.columns):
            for one in lead_fields:
                for name in names(one):
                    self.fields.setdefault(compared(name), one)

    def suite(self, node: Mapping) -> Suite | None:
        """The whole file."""
        at = self._instant(node)
        bad = self.shape.bad
        tests = [item for item in node.items("tests") if isinstance(item, Mapping) and id(item) not in bad]
        claims = [item for item in node.items("properties") if isinstance(item, Mapping) and id(item) not in bad]
        if not node.items("tests") and not node.items("properties"):
            said = f"{shown(node.file)} has neither tests nor properties"
            self.findings.add("no-tests", said, node.head, help="add `tests:`, each with `name`, `lead` and `expect`")
        cases = [case for item in tests for case in self._cases(item)]
        self._twice([*tests, *claims])
        plain = set(map(id, tests))
        self._twice(case for case in cases if id(case) not in plain)
        examples = [self._example(item, at) for item in cases]
        found = [self._claim(item) for item in claims]
        if self.findings.failed:
            return None
        return Suite(node.file, tuple(examples), tuple(found))

    def _cases(self, test: Mapping) -> Iterator[Mapping]:
        """The test itself, or one for each row of its table."""
        if "rows" not in test:
            for key in ("columns", "like"):
                if key in test:
                    said = f"{shown(key)} is about `rows`, and the test has none"
                    self.findings.add("does-not-apply", said, test.entries[key].key, help="give `rows`, or remove it")
            if "expect" in test:
                yield test
            else:
                self._no_expect(test, test.head)
            return
        for case in Rows(self.folder, self.fields, self.findings).cases(test):
            if "expect" not in case:
                self._no_expect(case, case.entries["name"].value.span)
            elif self.shape.check_as(case, "tests", "a row"):
                yield case

    def _no_expect(self, test: Mapping, at: Span) -> None:
        said = f"{shown(test.text('name'))} has no `expect`"
        self.findings.add("missing-key", said, at, help="add for example `expect: {rule: ...}`: a test that expects nothing passes always")

    def _twice(self, items: Iterable[Mapping]) -> None:
        """Two tests of one name could not be told apart in a report."""
        seen: dict[str, Node] = {}
        for item in items:
            name = item.entries["name"].value
            before = seen.get(item.text("name"))
            seen.setdefault(item.text("name"), name)
            if before is not None:
                said = f"two tests are named {shown(item.text('name'))}"
                self.findings.add("duplicate-name", said, name, help="give each a name of its own", related=[("here", before)])

    def _instant(self, node: Mapping) -> int | None:
        at = node.get("at")
        if not isinstance(at, Scalar):
            return None
        found = values.instant(at.text, self.project.timezone)
        if found is None:
            advice = "write ISO 8601, such as 2026-11-23T10:01-05:00"
            self.findings.add("bad-instant", f"{shown(at.text)} is no timestamp", at, help=advice)
        return found

    def _example(self, node: Mapping, at: int | None) -> Example:
        one = node.get("lead")
        batch = one is None
        file = self._file(node.mapping("leads")) if batch else None
        nodes = [one] if one is not None else self._batch(node.get("leads"))
        cells, given = self._leads(nodes, "lead {}", node.entries["lead" if one is not None else "leads"].key)
        expect = node.mapping("expect")
        start = self.circumstances.start(node)
        if "before" in node:
            before, kept = self._leads(node.items("before"), "before {}", node.entries["before"].key)
            start = replace(start, before=before, given=kept)
        return Example(
            name=node.text("name"),
            leads=cells,
            given=given,
            expect=tuple(self.expected.facts(expect, batch=batch)),
            span=node.entries["name"].value.span,
            at=self._instant(node) if "at" in node else at,
            reps=self.circumstances.states(node),
            start=start,
            batch=batch,
            file=file,
            gated=() if batch else tuple(self.expected.gated(expect)),
            whole=self.expected.whole(expect) if batch else NOTHING_ELSE,
            fails=node.text("fails") if "fails" in node else None,
        )

    def _leads(self, nodes: Iterable[Node], name: str, at: Node) -> tuple[tuple[dict[str, Any], ...], frozenset[str]]:
        """The cells of some leads, and the derived fields that all of them give."""
        cells: list[dict[str, Any]] = []
        given: list[frozenset[str]] = []
        for number, lead in enumerate(nodes, 1):
            if isinstance(lead, Mapping):
                found, names = self._lead(lead, name.format(number))
                cells.append(found)
                given.append(names)
        if len(set(given)) > 1:
            said = "the leads of this test do not all give the same derived fields"
            self.findings.add("bad-value", said, at, help="give each lead the same ones, or make two tests")
        return tuple(cells), given[0] if given else frozenset()

    def _file(self, node: Mapping) -> LeadsOf | None:
        """The lead file that is meant."""
        file, count = node.get("file"), node.get("count")
        if not isinstance(file, Scalar):
            return None
        path = self.folder / file.text.strip()
        return LeadsOf(str(path), displayed(path), file.span, int(count.number) if isinstance(count, Scalar) else None)

    def _batch(self, node: Node | None) -> list[Node]:
        if not isinstance(node, Mapping):
            return list(node.items) if isinstance(node, Sequence) else []
        if "file" in node:
            return []
        like, count = node.mapping("like"), node.get("count")
        own = next((entry.key for name, entry in like.entries.items() if self._is_id(name)), None)
        if own is not None:
            self.findings.add("does-not-apply", f"several leads cannot have one {shown(own.text)}", own, help="leave it out")
        return [like] * (int(count.number) if isinstance(count, Scalar) else 1)

    def _is_id(self, name: str) -> bool:
        found = self.fields.get(compared(name))
        return found is not None and found.name == self.project.id_field

    def _lead(self, node: Mapping, name: str) -> tuple[dict[str, Any], frozenset[str]]:
        """A lead's cells by column, and the derived fields among them."""
        cells: dict[str, Any] = {}
        given: set[str] = set()
        by_field: dict[str, Node] = {}
        for key, entry in node.entries.items():
            one = self.fields.get(compared(key))
            if one is None:
                names = [known.name for known in self.project.fields.values() if known.origin != "builtin"]
                advice = suggestion(key, names, f"the fields are {listed(names)}")
                self.findings.add("unknown-field", f"no field is named {shown(key)}", entry.key, help=advice)
                continue
            if one.name in by_field:
                said = f"{shown(key)} gives `{one.name}` a second time"
                self.findings.add("duplicate-name", said, entry.key, help="keep one of them", related=[("here", by_field[one.name])])
            by_field[one.name] = entry.key
            cells[one.columns[0] if one.columns else one.name] = _cell(one, entry.value)
            self._readable(one, entry.value)
            if one.origin == "derived":
                given.add(one.name)
        of_id = self.project.fields[self.project.id_field]
        cells.setdefault(of_id.columns[0] if of_id.columns else of_id.name, name)
        return cells, frozenset(given)

    def _readable(self, one: Field, node: Node) -> None:
        """A value that does not parse is missing, which a test may mean, and mostly does not; a list where one belongs it never means."""
        if isinstance(node, Sequence) and one.type is not FieldType.LIST:
            said = f"`{one.name}` is {a_type(one.type)}, and here is a list"
            self.findings.add("wrong-type", said, node, help="give it one value; several cases are `rows`")
        if not isinstance(node, Scalar) or node.kind == "null" or compared(node.text) in self.project.missing or not node.text.strip():
            return
        if read_literal(one, node.text, self.project.timezone) is None:
            said = f"{shown(node.text)} cannot be read as `{one.name}`, which is {a_type(one.type)}, so it is missing"
            self.findings.add("unreadable-value", said, node, help="leave the field out if that is meant")

    def _claim(self, node: Mapping) -> Claim:
        key = "always" if "always" in node else "never"
        said = node.mapping(key)
        given: Condition | None = None
        if "given" in node:
            given = self.conditions.over_leads(node.mapping("given"))
        rep = self.conditions.over_reps(said.mapping("rep")) if "rep" in said else None
        names = {
            name: frozenset(
                found for item in said.items(name) if isinstance(item, Scalar) and (found := self.expected.name(name, item)) is not None
            )
            for name in ("rule", "pool", "queue", "outcome")
            if name in said
        }
        return Claim(node.text("name"), given, key == "never", rep, names, node.entries["name"].value.span)


def _cell(one: Field, node: Node) -> Any:
    """A value as a lead file would hold it: the text as written, but what is typed where the field writes its numbers otherwise."""
    if isinstance(node, Scalar):
        if node.kind == "null":
            return None
        return plain(node) if node.kind == "number" and one.type in _NUMBERS and one.decimal != "." else node.text
    return [item.text for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else None


def _scope(project: Project) -> Scope:
    """What a condition may name once a project is compiled."""
    maps = {name for name, kind in project.attributes.items() if kind is FieldType.MAP}
    names: dict[str, set[str]] = {name: set() for name in maps}
    for rep in project.reps:
        for name in maps:
            has = rep.attributes.get(name)
            names[name].update(str(one) for one in (has if has is not None and not isinstance(has, str | float | int) else ()))
    tiers = project.score.tiers if project.score is not None else ()
    return Scope(
        project.timezone,
        fields=dict(project.fields),
        attributes=dict(project.attributes),
        map_names=names,
        tiers={compared(name): name for name, _ in tiers},
        has_arrived=project.arrived_field is not None,
    )
