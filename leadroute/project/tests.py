"""Test files: from YAML to examples and claims, every name checked against the project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from leadroute import values
from leadroute.language.text import compared
from leadroute.model.condition import Condition
from leadroute.model.decisions import Outcome
from leadroute.model.examples import Claim, Example, Expected, RepState, Suite
from leadroute.model.fields import Field, FieldType
from leadroute.model.project import Project
from leadroute.model.rules import MILLION
from leadroute.project.conditions import Conditions
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.literals import a_type, read_literal
from leadroute.project.nodes import Mapping, Node, Scalar, Sequence, plain
from leadroute.project.scope import Scope
from leadroute.project.shape import Shape
from leadroute.project.sources import Sources, displayed
from leadroute.project.yaml_text import read_yaml
from leadroute.routing.reasons import REASONS
from leadroute.routing.targets import Directory

_NUMBERS = (FieldType.INTEGER, FieldType.NUMBER)
_OF_ONE = frozenset({"rung"})
"""What is expected of one lead alone."""


def read_suite(path: Path, project: Project, findings: Findings) -> Suite | None:
    """Read one test file of a project; ``None``, with findings, where there is nothing in it that can be run."""
    text = Sources(path.parent, findings).read(path, what="the test file")
    node = read_yaml(text, displayed(path), findings) if text is not None else None
    if node is None:
        return None
    shape = Shape("tests", findings)
    shape.check(node)
    if not isinstance(node, Mapping):
        return None
    return _Reading(project, findings, shape.bad).suite(node)


@dataclass(slots=True)
class _Reading:
    """One reading of one test file."""

    project: Project
    findings: Findings
    bad: set[int]
    directory: Directory = field(init=False)
    conditions: Conditions = field(init=False)
    fields: dict[str, Field] = field(init=False)

    def __post_init__(self) -> None:
        self.directory = Directory(self.project)
        self.conditions = Conditions(_scope(self.project), self.findings)
        self.fields = {}
        lead_fields = [one for one in self.project.fields.values() if one.origin != "builtin"]
        for names in (lambda one: (one.name,), lambda one: one.columns):
            for one in lead_fields:
                for name in names(one):
                    self.fields.setdefault(compared(name), one)

    def suite(self, node: Mapping) -> Suite | None:
        """The whole file."""
        at = self._instant(node)
        tests = [item for item in node.items("tests") if isinstance(item, Mapping) and id(item) not in self.bad]
        claims = [item for item in node.items("properties") if isinstance(item, Mapping) and id(item) not in self.bad]
        if not node.items("tests") and not node.items("properties"):
            said = f"{shown(node.file)} has neither tests nor properties"
            self.findings.add("no-tests", said, node.head, help="add `tests:`, each with `name`, `lead` and `expect`")
        self._twice([*tests, *claims])
        examples = [self._example(item, at) for item in tests]
        found = [self._claim(item) for item in claims]
        if self.findings.failed:
            return None
        return Suite(node.file, tuple(one for one in examples if one is not None), tuple(one for one in found if one is not None))

    def _twice(self, items: Iterable[Mapping]) -> None:
        """Two tests of one name could not be told apart in a report."""
        seen: dict[str, Node] = {}
        for item in items:
            name = item.entries["name"].value
            before = seen.setdefault(item.text("name"), name)
            if before is not name:
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

    def _example(self, node: Mapping, at: int | None) -> Example | None:
        one = node.get("lead")
        batch = one is None
        nodes = self._batch(node.get("leads")) if batch else [one]
        cells: list[dict[str, Any]] = []
        given: list[frozenset[str]] = []
        for number, lead in enumerate(nodes, 1):
            if isinstance(lead, Mapping):
                found, names = self._lead(lead, f"lead {number}")
                cells.append(found)
                given.append(names)
        if len(set(given)) > 1:
            said = "the leads of this test do not all give the same derived fields"
            self.findings.add("bad-value", said, node.entries["leads"].key, help="give each lead the same ones, or make two tests")
        expect = node.mapping("expect")
        expected = [self._expected(expect, key, batch=batch) for key in expect.entries if key != "share"]
        apart: tuple[Fraction, Any] | None = None
        share = expect.mapping("share").get("max_difference")
        if isinstance(share, Scalar):
            apart = (Fraction(share.number), share.span)
            if not batch:
                self.findings.add("does-not-apply", "`share` is asked of several leads", expect.entries["share"].key, help="give `leads`")
        return Example(
            name=node.text("name"),
            leads=tuple(cells),
            given=given[0] if given else frozenset(),
            expect=tuple(one for one in expected if one is not None),
            span=node.entries["name"].value.span,
            at=self._instant(node) if "at" in node else at,
            reps=self._states(node),
            batch=batch,
            most_apart=apart,
            fails=node.text("fails") if "fails" in node else None,
        )

    def _batch(self, node: Node | None) -> list[Node | None]:
        if not isinstance(node, Mapping):
            return list(node.items) if isinstance(node, Sequence) else []
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
        """A value that does not parse is missing, which a test may mean, and mostly does not."""
        if not isinstance(node, Scalar) or node.kind == "null" or compared(node.text) in self.project.missing or not node.text.strip():
            return
        if read_literal(one, node.text, self.project.timezone) is None:
            said = f"{shown(node.text)} cannot be read as `{one.name}`, which is {a_type(one.type)}, so it is missing"
            self.findings.add("unreadable-value", said, node, help="leave the field out if that is meant")

    def _states(self, node: Mapping) -> dict[int, RepState]:
        found: dict[int, dict[str, Any]] = {}
        for key, said in (("away", "away"), ("full", "full")):
            for item in node.items(key):
                if isinstance(item, Scalar) and (at := self._rep(item)) is not None:
                    found.setdefault(at, {})[said] = True
        for entry in node.mapping("reps").entries.values():
            place = self._rep(entry.key)
            if place is None or not isinstance(entry.value, Mapping):
                continue
            state = found.setdefault(place, {})
            for name, value in entry.value.entries.items():
                if isinstance(value.value, Scalar):
                    number = value.value.kind == "number"
                    state[name] = int(Fraction(value.value.number) * MILLION + Fraction(1, 2)) if number else value.value.truth
        return {at: RepState(**state) for at, state in sorted(found.items())}

    def _rep(self, node: Scalar) -> int | None:
        found = self.directory.rep(node.text)
        if found is None:
            ids = [rep.id for rep in self.project.reps]
            advice = suggestion(node.text, ids, f"the roster has {listed(ids)}")
            self.findings.add("unknown-rep", f"no rep is {shown(node.text)}", node, help=advice)
        return found

    def _expected(self, expect: Mapping, key: str, *, batch: bool) -> Expected | None:
        entry = expect.entries[key]
        if batch and key in _OF_ONE:
            self.findings.add("does-not-apply", f"`{key}` is asked of one lead", entry.key, help="make it a test of one `lead`")
            return None
        if key in ("score", "tier") and key not in self.project.fields:
            self.findings.add("unknown-field", f"`{key}` is not there: no rule file gives one", entry.key)
            return None
        wanted = tuple(name for item in expect.items(key) if isinstance(item, Scalar) and (name := self._name(key, item)) is not None)
        return Expected(key, wanted, entry.value.span) if wanted else None

    def _name(self, key: str, node: Scalar) -> str | None:
        """A name as the project has it; ``None``, with a finding, where there is none."""
        text = node.text.strip()
        project = self.project
        known: dict[str, tuple[str, Iterable[str]]] = {
            "rule": ("unknown-rule", (rule.id for rule in project.rules)),
            "pool": ("unknown-pool", project.pools),
            "queue": ("unknown-queue", project.queues),
            "outcome": ("bad-value", (outcome.value for outcome in Outcome)),
            "reason": ("bad-value", REASONS),
        }
        if key in ("rep", "not_rep"):
            at = self._rep(node)
            return None if at is None else project.reps[at].id
        if key == "tier":
            tiers = [name for name, _ in project.score.tiers] if project.score is not None else []
            found = next((tier for tier in tiers if compared(tier) == compared(text)), None)
            if found is None:
                advice = suggestion(text, tiers, f"tiers are {listed(tiers)}")
                self.findings.add("bad-value", f"no tier is named {shown(text)}", node, help=advice)
            return found
        if key not in known:
            return text
        code, names = known[key]
        names = list(names)
        if text not in names:
            self.findings.add(
                code, f"no {key} is named {shown(text)}", node, help=suggestion(text, names, f"known are {listed(names, 30)}")
            )
            return None
        return text

    def _claim(self, node: Mapping) -> Claim | None:
        key = "always" if "always" in node else "never"
        said = node.mapping(key)
        given: Condition | None = None
        if "given" in node:
            given = self.conditions.over_leads(node.mapping("given"))
        rep = self.conditions.over_reps(said.mapping("rep")) if "rep" in said else None
        names = {
            name: frozenset(
                found for item in said.items(name) if isinstance(item, Scalar) and (found := self._name(name, item)) is not None
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
