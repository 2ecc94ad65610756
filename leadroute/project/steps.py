"""Where a lead goes: targets, fallback steps, requirements, preferences, picks and availability."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction

from leadroute.language.text import compared
from leadroute.model.condition import Condition
from leadroute.model.fields import FieldType
from leadroute.model.frozen import record
from leadroute.model.rules import (
    Availability,
    AvailabilityKind,
    Headroom,
    Match,
    Pick,
    PickKind,
    Queue,
    Scale,
    Step,
    StepKind,
    Target,
    TargetKind,
    Term,
)
from leadroute.model.span import Span
from leadroute.project.conditions import Conditions
from leadroute.project.exact import billionths, fraction
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.literals import a_type, naming, reference, span_micros
from leadroute.project.nodes import Entry, Mapping, Node, Scalar, Sequence
from leadroute.project.roster import Roster
from leadroute.project.scope import Scope

_LAST = frozenset({StepKind.QUEUE, StepKind.HOLD, StepKind.NEXT_RULE})
"""Steps after which nothing is tried any more."""


@record
class Steps:
    """Compiles what stands under ``assign``, ``otherwise`` and ``default``; ``pools`` are the spans of all declared pools."""

    scope: Scope
    roster: Roster
    findings: Findings
    pools: dict[str, Span]
    queues: dict[str, Queue]
    strict_queues: bool
    pools_known: bool = True
    """Whether every file that may declare pools could be read."""
    without_backup: list[tuple[Scalar, str | None]] = field(default_factory=list)
    """``backup`` steps after a named rep, with the rep's id."""

    def target(self, node: Mapping) -> tuple[Target, Scalar] | None:
        """The pool, rep or queue that a mapping names; ``None``, with a finding, where there is none such."""
        for kind in TargetKind:
            named = node.get(kind.value)
            if isinstance(named, Scalar):
                found = self._named(kind, named)
                return None if found is None else (found, named)
        return None

    def _named(self, kind: TargetKind, node: Scalar) -> Target | None:
        text = node.text.strip()
        name = reference(text)
        if name is not None:
            if kind is TargetKind.QUEUE:
                self.findings.add("no-reference", "a queue is named, it takes no `$field`", node, help="write the queue's name")
                return None
            return Target(kind, ref=name) if naming(name, node, self.scope, self.findings, f"the name of a {kind.value}") else None
        if kind is TargetKind.POOL:
            return Target(kind, text) if self.pool(node) else None
        if kind is TargetKind.QUEUE:
            return Target(kind, text) if self.queue(node) else None
        rep = self.roster.find(text, node, self.findings)
        return None if rep is None else Target(kind, rep.id)

    def pool(self, node: Scalar) -> bool:
        """Whether a pool of this name is declared; a finding if not."""
        name = node.text.strip()
        if name in self.pools:
            return True
        if self.pools_known:
            advice = suggestion(name, self.pools, f"pools are {listed(self.pools)}" if self.pools else "declare it under `pools`")
            self.findings.add("unknown-pool", f"no pool is named {shown(name)}", node, help=advice)
        return False

    def queue(self, node: Scalar) -> bool:
        """Whether leads may be put into this queue; where none is declared, a queue is declared by its use."""
        name = node.text.strip()
        if name in self.queues:
            return True
        if self.strict_queues and name != "unassigned":
            advice = suggestion(name, self.queues, "declare it under `queues` in leadroute.yaml")
            self.findings.add("unknown-queue", f"no queue is named {shown(name)}", node, help=advice)
            return False
        self.queues[name] = Queue(name)
        return True

    def steps(self, node: Node | None, *, rep: Target | None = None, in_pool: bool = False, default: bool = False) -> tuple[Step, ...]:
        """Fallback steps in order; ``rep`` is the rep that was tried before them, whose backup and manager may be meant."""
        found: list[Step] = []
        items = node.items if isinstance(node, Sequence) else [node] if node is not None else []
        ended: Node | None = None
        for item in items:
            if ended is not None:
                said = "no lead reaches this step: the one before it takes every lead"
                before = [("the step before", _place(ended))]
                self.findings.add("step-never-reached", said, _place(item), help="remove it, or move it up", related=before, drop="")
                ended = None
            step = self._step(item, rep, in_pool=in_pool, default=default)
            if step is None:
                if isinstance(item, Mapping) and "rep" in item:
                    rep = rep or Target(TargetKind.REP)
                continue
            if step.kind is StepKind.REP:
                rep = step.target
            found.append(step)
            if step.kind in _LAST and item is not items[-1]:
                ended = item
        return tuple(found)

    def _step(self, node: Node, rep: Target | None, *, in_pool: bool, default: bool) -> Step | None:
        if isinstance(node, Scalar):
            kind = StepKind(node.text)
            if kind in (StepKind.BACKUP, StepKind.MANAGER) and rep is None and not in_pool:
                said = f"`{node.text}` stands after no `rep:`, so it is nobody's, and the step passes"
                self.findings.add("nobodys-step", said, node, help="put a step such as `{rep: $account_owner}` before it")
            if kind is StepKind.NEXT_RULE and default:
                self.findings.add("misplaced-step", "after `default` there is no next rule", node, help="end with a queue")
                return None
            if kind is StepKind.BACKUP and rep is not None and rep.ref is None:
                self.without_backup.append((node, rep.name))
            return Step(kind, span=node.span)
        if not isinstance(node, Mapping):
            return None
        found = self.target(node)
        good = self.only_for_people(node, ("require", "availability", "pick"))
        require = self.require(node.get("require")) if "require" in node else ()
        if found is None or not good or require is None:
            return None
        target, named = found
        return Step(
            kind=StepKind(target.kind.value),
            target=target,
            require=require if "require" in node else None,
            availability=availability(node.get("availability")) if "availability" in node else None,
            pick=pick(node.get("pick")),
            span=named.span,
        )

    def only_for_people(self, node: Mapping, keys: tuple[str, ...]) -> bool:
        """Whether a queue has none of the keys that are about reps; each of them is a finding."""
        if "queue" not in node:
            return True
        wrong = [node.entries[key].key for key in keys if key in node]
        for key in wrong:
            self.findings.add("does-not-apply", f"`{key.text}` means nothing for a queue", key, help="remove it, or name a pool or rep")
        return not wrong

    def require(self, node: Node | None) -> tuple[Condition, ...] | None:
        """The ladder of requirements; ``None`` when it has errors. A ladder without a rung asks for nothing."""
        if node is None:
            return ()
        rungs = node.items if isinstance(node, Sequence) else [node]
        conditions = Conditions(self.scope, self.findings)
        for rung in [node, *rungs] if isinstance(node, Sequence) and not rungs else rungs:
            if (isinstance(rung, Mapping) and not rung.entries) or (isinstance(rung, Sequence) and not rung.items):
                self.findings.add(
                    "empty-requirement", "an empty requirement lets anyone pass", rung, help="remove it, or say what is needed"
                )
        found = [conditions.over_reps(rung) for rung in rungs]
        good = tuple(one for one in found if one is not None)
        return good if len(good) == len(found) else None

    def prefer(self, node: Node | None) -> tuple[Term, ...] | None:
        """The terms of fit; ``None`` when one has errors."""
        items = node.items if isinstance(node, Sequence) else []
        found = [self._term(item) for item in items if isinstance(item, Mapping)]
        good = tuple(one for one in found if one is not None)
        return good if len(good) == len(found) else None

    def _term(self, node: Mapping) -> Term | None:
        conditions = Conditions(self.scope, self.findings)
        when = conditions.over_leads(node.entries["when"].value) if "when" in node else None
        weight = node.get("weight")
        value: Match | Scale | Headroom | None = None
        text = "headroom"
        if "match" in node:
            held = conditions.over_reps(node.entries["match"].value)
            value, text = (Match(held) if held is not None else None), _text(node.entries["match"].value)
        elif "scale" in node:
            value, text = self._scale(node), node.text("scale")
        elif "headroom" in node:
            value = Headroom()
        if "best" in node and "scale" not in node:
            self.findings.add("does-not-apply", "`best` means nothing without `scale`", node.entries["best"].key, help="remove it")
            return None
        if value is None or ("when" in node and when is None):
            return None
        return Term(value, fraction(weight) if isinstance(weight, Scalar) else Fraction(1), when, text, node.head)

    def _scale(self, node: Mapping) -> Scale | None:
        named, best = node.get("scale"), node.get("best")
        if not isinstance(named, Scalar):
            return None
        if not isinstance(best, Scalar):
            self.findings.add("missing-key", "`scale` has no `best`", named, help="add the number that counts as 1, such as `best: 5`")
            return None
        name, dot, part = named.text.strip().partition(".")
        kind = self.scope.attribute(name, named, self.findings)
        if kind is None:
            return None
        if kind is not (FieldType.MAP if dot else FieldType.NUMBER):
            advice = "write for example `skills.fintech`" if kind is FieldType.MAP else "name an attribute that is a number for all reps"
            self.findings.add("type-mismatch", f"{shown(named.text)} is no number: `{name}` is {a_type(kind)}", named, help=advice)
            return None
        ref = reference(part)
        if ref is None:
            if dot:
                Conditions(self.scope, self.findings).known_part(name, part, named)
            return Scale(name, compared(part) if dot else None, None, fraction(best))
        return Scale(name, None, ref, fraction(best)) if naming(ref, named, self.scope, self.findings) else None


def pick(node: Node | None) -> Pick | None:
    """``pick``: a word, or ``best_fit`` with its margin; ``None`` where nothing is said."""
    if isinstance(node, Scalar):
        return Pick(PickKind(node.text))
    if isinstance(node, Mapping):
        margin = node.mapping("best_fit").get("margin")
        return Pick(PickKind.BEST_FIT, billionths(margin) if isinstance(margin, Scalar) else 0)
    return None


def availability(node: Node | None) -> Availability:
    """``availability``; not on leave where nothing is said."""
    if isinstance(node, Scalar):
        return Availability(AvailabilityKind(node.text))
    if isinstance(node, Mapping):
        return Availability(AvailabilityKind.WITHIN, span_micros(node.text("within")))
    return Availability()


def _place(node: Node) -> Span:
    return node.head if isinstance(node, Mapping) else node.span


def _text(node: Node) -> str:
    """A condition in one line, as one would type it."""
    if isinstance(node, Mapping):
        parts: list[Entry] = list(node.entries.values())
        return ", ".join(f"{part.key.text} {_inner(part.value)}" for part in parts)
    return _inner(node)


def _inner(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return f"[{', '.join(_inner(item) for item in node.items)}]"
    return _text(node)
