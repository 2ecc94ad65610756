"""From the files of a project to a compiled ``Project`` and its diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Lines
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.model.diagnostic import Diagnostic
from leadroute.model.fields import Field
from leadroute.model.frozen import frozen, record
from leadroute.model.project import Project
from leadroute.model.rules import Queue, Step, StepKind, Target, TargetKind
from leadroute.model.uncollected import uncollected
from leadroute.project.derive import Deriving, Scoring
from leadroute.project.diaries import Diaries
from leadroute.project.find import project_file
from leadroute.project.findings import Findings, shown
from leadroute.project.limits import Limiting
from leadroute.project.nodes import Entry, Mapping, Node, Scalar
from leadroute.project.roster import Office, Roster, read_roster
from leadroute.project.routes import Routes
from leadroute.project.schemas import schema
from leadroute.project.scope import Scope
from leadroute.project.settings import DEFAULT_QUEUE, Settings, read_order, read_places, read_settings
from leadroute.project.shape import Shape
from leadroute.project.sources import MOST_TABLE_BYTES, Sources, absolute, displayed
from leadroute.project.steps import Steps
from leadroute.project.together import read_keep_together
from leadroute.project.yaml_text import read_yaml

if TYPE_CHECKING:
    from leadroute.project.csv_text import Table

RULE_KEYS = frozenset({"rules", "pools", "rotations", "derive", "score"})
"""A YAML file with one of these keys is a rule file."""
_SECTIONS = RULE_KEYS - {"rules"}
"""Those of them that declare names, each a mapping."""
TEST_ENDINGS = (".test.yaml", ".test.yml")


@frozen
class Loaded:
    """What came of reading a project; ``project`` is ``None`` when any diagnostic is an error. ``files`` are those read, in order.

    ``sources`` are the lines of each of them.
    """

    project: Project | None
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    sources: Lines[str, tuple[str, ...]] = field(default_factory=dict)


def load(path: Path, *, rules: Sequence[Path] | None = None, roster: Path | None = None, instead: Lines[str, str] | None = None) -> Loaded:
    """Read and compile a project.

    Args:
        path: Its ``leadroute.yaml``, or the folder with it.
        rules: Rule files in the place of those that the project names; from the working folder.
        roster: The roster in the place of the project's; from the working folder.
        instead: Texts to read in the place of what stands in files, by the files' names as messages have them.

    Returns:
        The project and all findings of all files; nothing that stands in a file makes this raise.
    """
    file = project_file(path)
    findings = Findings()
    reading = _Reading(file, findings, Sources(file.parent, findings, instead=instead or {}))
    with uncollected():
        project = reading.project(rules, roster)
    return Loaded(None if findings.failed else project, findings.ordered(), tuple(findings.sources), findings.sources)


@record
class _Reading:
    """One reading of one project."""

    file: Path
    findings: Findings
    sources: Sources
    bad: set[int] = field(default_factory=set)
    tables: dict[Path, Table | None] = field(default_factory=dict)
    rule_files: list[str] = field(default_factory=list)

    def project(self, rules: Sequence[Path] | None, roster: Path | None) -> Project | None:
        """Read everything, compile everything; ``None`` when the settings cannot be read at all."""
        root = self._document(self.file, "project", what="the project file")
        if root is None:
            return None
        scope = Scope("UTC")
        diaries = Diaries(self.sources, self.findings)
        settings = read_settings(root, self.bad, scope, self.findings, diaries)
        named = root.get("roster")
        roster_path = roster or self.file.parent / (root.text("roster") if "roster" in root else "roster.yaml")
        documents, all_read = self._rule_documents(root, rules, roster_path)
        people = self._roster(roster_path, named if roster is None else None, settings, diaries)
        scope.attributes, scope.map_names = people.attributes.types, people.attributes.map_names
        scope.roster_complete = people.known and people.whole
        scope.complete &= all_read
        deriving = Deriving(scope, self.findings, self.bad, self._table)
        scoring = Scoring(scope, self.findings, self.bad)
        deriving.expect([entry for document in documents for entry in _entries(document, "derive")])
        for document in documents:
            for entry in _entries(document, "derive"):
                deriving.add(entry)
        scope.in_derive = False
        places = read_places(scope)
        scope.in_score = True
        for document in documents:
            if "score" in document:
                scoring.add(document.entries["score"])
        scope.in_score = False
        limiting = Limiting(scope, self.findings)
        people.read_limits(limiting)
        steps = Steps(scope, people, self.findings, {}, settings.queues, settings.strict_queues, pools_known=all_read)
        routes = Routes(scope, people, steps, limiting, self.findings, self.bad)
        self._routes(documents, routes)
        order = read_order(root.mapping("leads"), scope, self.findings)
        default = self._default(root.get("default"), steps)
        self._backups(steps, people)
        settings.queues.setdefault(DEFAULT_QUEUE, Queue(DEFAULT_QUEUE))
        return Project(
            path=displayed(self.file),
            name=settings.name,
            timezone=settings.timezone,
            id_field=settings.id_field,
            arrived_field=settings.arrived_field,
            order=order,
            missing=settings.missing,
            fields=_in_order(scope),
            attributes=scope.attributes,
            derive=tuple(deriving.steps),
            score=scoring.score,
            rotations=routes.rotations,
            pools=routes.pools,
            queues=settings.queues,
            rules=tuple(routes.rules),
            reps=tuple(people.reps),
            default=default,
            business_hours=settings.business_hours,
            state=settings.state,
            fresh_load=settings.fresh_load,
            digest=self.sources.digest(),
            sources=dict(self.findings.sources),
            rule_files=tuple(self.rule_files),
            roster_file=displayed(roster_path),
            teams=people.teams,
            holidays=settings.holidays,
            places=places,
            keep_together=read_keep_together(root.get("keep_together"), self.bad, scope, self.findings, routes.freed),
        )

    def _document(self, path: Path, kind: str, at: Node | None = None, *, what: str) -> Mapping | None:
        """A YAML document of a kind, its shape checked; ``None``, with findings, when there is nothing to compile."""
        text = self.sources.read(path, at, what=what)
        node = read_yaml(text, displayed(path), self.findings) if text is not None else None
        return self._checked(node, kind)

    def _checked(self, node: Node | None, kind: str) -> Mapping | None:
        if node is None:
            return None
        shape = Shape(kind, self.findings)
        shape.check(node)
        self.bad |= shape.bad
        return node if isinstance(node, Mapping) else None

    def _rule_documents(self, root: Mapping, given: Sequence[Path] | None, roster: Path) -> tuple[list[Mapping], bool]:
        """All rule documents in order, and whether every one of them could be read."""
        found: list[Mapping] = []
        whole = True
        if given is None and "rules" not in root:
            for path in self._beside(roster):
                text = self.sources.read(path, what="the rule file")
                before = len(self.findings.items)
                node = read_yaml(text, displayed(path), self.findings) if text is not None else None
                if isinstance(node, Mapping) and not RULE_KEYS & node.entries.keys():
                    # some other tool's file: what is odd in it is none of our business
                    del self.findings.items[before:]
                    self.sources.forget(path)
                    continue
                document = self._checked(node, "rules")
                whole &= document is not None and self._names_all(document)
                if document is not None:
                    found.append(document)
                    self.rule_files.append(displayed(path))
            return found, whole
        named: list[tuple[Path, Node | None]] = [(path, None) for path in given or ()]
        if given is None:
            named = [(self.file.parent / item.text.strip(), item) for item in root.items("rules") if isinstance(item, Scalar)]
        seen: set[Path] = set()
        for path, at in named:
            if path in seen:
                said = f"the rule file {shown(displayed(path))} is named twice"
                self.findings.add("duplicate-name", said, at, help="name it once")
                continue
            seen.add(path)
            document = self._document(path, "rules", at, what="the rule file")
            whole &= document is not None and self._names_all(document)
            if document is not None:
                found.append(document)
                self.rule_files.append(displayed(path))
        return found, whole

    def _names_all(self, document: Mapping) -> bool:
        """Whether every name that the file declares can be seen: no misspelt, doubled or mistyped section may hide some."""
        known = schema("rules")["properties"]
        sections = all(
            name in known and (name not in _SECTIONS or isinstance(one.value, Mapping)) for name, one in document.entries.items()
        )
        doubled = any(item.name == "duplicate-key" and item.span and item.span.file == document.file for item in self.findings.items)
        return sections and not doubled

    def _beside(self, roster: Path) -> Iterator[Path]:
        """The YAML files in the project's folder that may hold rules, by name."""
        try:
            names = sorted(path for path in self.file.parent.glob("*.yaml") if path.is_file())
        except OSError:
            return
        for path in names:
            if path.name != self.file.name and not path.name.endswith(TEST_ENDINGS) and absolute(path) != absolute(roster):
                yield path

    def _roster(self, path: Path, at: Node | None, settings: Settings, diaries: Diaries) -> Roster:
        document: Mapping | None
        if path.suffix.lower() in (".csv", ".tsv"):
            from leadroute.project.csv_text import read_csv
            from leadroute.project.roster_csv import roster_document

            text = self.sources.read(path, at, what="the roster")
            table = read_csv(text, displayed(path), self.findings) if text is not None else None
            document = self._checked(roster_document(table), "roster") if table is not None else None
        else:
            document = self._document(path, "roster", at, what="the roster")
        if document is None:
            return Roster(known=False, whole=False)
        office = Office(settings.timezone, settings.business_hours, settings.holidays, diaries)
        return read_roster(document, self.bad, office, self.findings)

    def _table(self, name: Scalar) -> Table | None:
        """The lookup table that a scalar names, from the folder of the file that it stands in; each is read once."""
        folder = (Path.cwd() / name.file).parent
        path = folder / name.text.strip()
        if path not in self.tables:
            from leadroute.project.csv_text import read_csv

            text = self.sources.read(path, name, what="the lookup table", most=MOST_TABLE_BYTES)
            self.tables[path] = read_csv(text, displayed(path), self.findings) if text is not None else None
        return self.tables[path]

    def _routes(self, documents: list[Mapping], routes: Routes) -> None:
        new = [entry for document in documents for entry in _entries(document, "pools") if routes.name_pool(entry)]
        for document in documents:
            for entry in _entries(document, "rotations"):
                routes.add_rotation(entry)
        for entry in new:
            routes.add_pool(entry)
        routes.share_rotations()
        for document in documents:
            for node in document.items("rules"):
                routes.add_rule(node)
        routes.order_rules()

    def _default(self, node: Node | None, steps: Steps) -> tuple[Step, ...]:
        if node is None or id(node) in self.bad:
            return (Step(StepKind.QUEUE, Target(TargetKind.QUEUE, DEFAULT_QUEUE)),)
        before = len(self.findings.items)
        found = steps.steps(node, default=True)
        clean = len(self.findings.items) == before
        if clean and (not found or found[-1].kind is not StepKind.QUEUE):
            said = "`default` does not end in a queue, so a lead could be left with nobody"
            self.findings.add("misplaced-step", said, found[-1].span if found else node, help=f"end it with `{{queue: {DEFAULT_QUEUE}}}`")
        return found

    def _backups(self, steps: Steps, people: Roster) -> None:
        """``backup`` after a rep who has none: the step passes."""
        for at, rep in steps.without_backup:
            found = next((one for one in people.reps if one.id == rep), None)
            if found is not None and found.backup is None and people.whole:
                said = f"`{found.id}` has no backup, so this step passes"
                self.findings.add("no-backup", said, at, help=f"give `{found.id}` a `backup` in the roster", rep=found.id)


def _entries(document: Mapping, key: str) -> list[Entry]:
    return list(document.mapping(key).entries.values())


def _in_order(scope: Scope) -> dict[str, Field]:
    """Declared and derived fields as they were written, score and tier, then the built-in ones."""
    return dict(sorted(scope.fields.items(), key=lambda item: item[1].origin == "builtin"))
