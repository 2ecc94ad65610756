"""What a test expects: every name checked against the project, so that no test passes or fails for a reason that nobody meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from leadroute.language.words import written
from leadroute.model.condition import All, Condition, Test
from leadroute.model.decisions import Outcome
from leadroute.model.examples import Expected, Gated, Number, Snapshot, Whole
from leadroute.model.frozen import record
from leadroute.model.project import Project
from leadroute.project.conditions import Conditions
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.nodes import Entry, Mapping, Node, Scalar, Sequence
from leadroute.project.schemas import schema
from leadroute.project.sources import displayed
from leadroute.routing.reasons import REASONS
from leadroute.routing.targets import Directory

_OF_ONE = frozenset({"rung", "eligible", "not_eligible", "only_eligible", "stopped"})
"""What is expected of one lead alone."""
_OF_SEVERAL = ("share", "order", "spread", "limits", "snapshot")
"""What is expected of several leads together."""
_PLAIN = frozenset({"is", "in", "has", "has_any"})


@record
class Expectations:
    """Reads ``expect``; paths in it start at ``folder``."""

    project: Project
    findings: Findings
    directory: Directory
    conditions: Conditions
    folder: Path

    def facts(self, expect: Mapping, *, batch: bool) -> Iterator[Expected]:
        """What is expected of each lead: facts of its decision, and its fields."""
        keys = schema("tests")["$defs"]["expect"]["properties"]
        for key, entry in expect.entries.items():
            if batch and key in _OF_ONE:
                self.findings.add("does-not-apply", f"`{key}` is asked of one lead", entry.key, help="make it a test of one `lead`")
            elif not batch and key in _OF_SEVERAL:
                self.findings.add("does-not-apply", f"`{key}` is asked of several leads", entry.key, help="give `leads`")
            elif key in _OF_ONE - {"rung"} or key in _OF_SEVERAL:
                continue
            elif key in keys:
                wanted = [self.name(key, item) for item in expect.items(key) if isinstance(item, Scalar)]
                if wanted and None not in wanted:
                    yield Expected(key, tuple(name for name in wanted if name is not None), entry.value.span)
            else:
                yield from self._field(expect, key, entry, keys)

    def _field(self, expect: Mapping, key: str, entry: Entry, keys: Iterable[str]) -> Iterator[Expected]:
        """A field of the lead with what it must be: a condition, as a rule would ask it."""
        fields = self.project.fields
        if key not in fields and key not in ("score", "tier"):
            known = [*keys, *fields]
            advice = suggestion(key, known, f"expect one of {listed(keys, 20)}, or a field: {listed(fields)}")
            self.findings.add("unknown-field", f"{shown(key)} is neither a field nor a fact of a decision", entry.key, help=advice)
            return
        before = len(self.findings.items)
        condition = self.conditions.over_leads(Mapping(expect.file, expect.place, {key: entry}))
        found = self.findings.items[before:]
        if any(one.name == "unknown-tier" for one in found):
            # In a rule that can run; here it could only be a mistake.
            del self.findings.items[before:]
            self.findings.items += [one for one in found if one.name != "unknown-tier"]
            for one in found:
                if one.name == "unknown-tier":
                    self.findings.add("bad-value", one.message, one.span, help=one.help)
        elif condition is not None:
            yield Expected(key, (in_words(condition),), entry.value.span, condition)

    def gated(self, expect: Mapping) -> Iterator[Gated]:
        """What is expected of the gates."""
        for key, gate in (("eligible", None), ("only_eligible", None), ("not_eligible", "")):
            if key not in expect:
                continue
            node = expect.entries[key].value
            by_pool = isinstance(node, Mapping)
            for pool, names in self._by_pool(node):
                found = {rep: gate for item in names if (rep := self.rep(item)) is not None}
                if len(found) == len(names) and (pool is not None or not by_pool):
                    yield Gated(key, pool, found, node.span, only=key == "only_eligible")
        stopped = {
            rep: entry.value.text
            for entry in expect.mapping("stopped").entries.values()
            if isinstance(entry.value, Scalar) and (rep := self.rep(entry.key)) is not None
        }
        if stopped:
            yield Gated("stopped", None, stopped, expect.mapping("stopped").span)

    def _by_pool(self, node: Node) -> Iterator[tuple[str | None, list[Scalar]]]:
        if isinstance(node, Mapping):
            for name, entry in node.entries.items():
                yield self.name("pool", entry.key), _scalars(node, name)
        else:
            yield None, [item for item in (node.items if isinstance(node, Sequence) else [node]) if isinstance(item, Scalar)]

    def whole(self, expect: Mapping) -> Whole:
        """What is expected of several leads together."""
        apart = expect.mapping("share").get("max_difference")
        order = [rep for item in _scalars(expect, "order") if (rep := self.rep(item)) is not None]
        limits = expect.mapping("limits")
        most = limits.get("per_rep")
        snapshot = expect.get("snapshot")
        return Whole(
            apart=(Fraction(apart.number), apart.span) if isinstance(apart, Scalar) else None,
            order=(tuple(order), expect.entries["order"].value.span) if order else None,
            numbers=tuple(self._numbers(expect.mapping("spread"))),
            kept=limits.entries["kept"].key.span if "kept" in limits else None,
            per_rep=(int(most.number), most.span) if isinstance(most, Scalar) else None,
            snapshot=self._snapshot(snapshot) if isinstance(snapshot, Scalar) else None,
        )

    def _numbers(self, spread: Mapping) -> Iterator[Number]:
        for key in spread.entries:
            for entry in spread.mapping(key).entries.values():
                name = self.name(key, entry.key)
                value = entry.value
                if isinstance(value, Mapping):
                    least, most = value.get("min"), value.get("max")
                else:
                    least = most = value
                if name is not None:
                    low = int(least.number) if isinstance(least, Scalar) else 0
                    high = int(most.number) if isinstance(most, Scalar) else None
                    if high is not None and low > high:
                        said = f"at least {low} and at most {high} is no number"
                        self.findings.add("bad-value", said, value, help="write the smaller number under `min`")
                    yield Number(key, name, low, high, value.span)

    def _snapshot(self, node: Scalar) -> Snapshot:
        path = self.folder / node.text.strip()
        return Snapshot(str(path), displayed(path), node.span)

    def rep(self, node: Scalar) -> str | None:
        """A rep's id; ``None``, with a finding, where nobody is meant."""
        found = self.directory.rep(node.text)
        if found is None:
            ids = [rep.id for rep in self.project.reps]
            advice = suggestion(node.text, ids, f"the roster has {listed(ids)}")
            self.findings.add("unknown-rep", f"no rep is {shown(node.text)}", node, help=advice)
            return None
        return self.project.reps[found].id

    def name(self, key: str, node: Scalar) -> str | None:
        """A name as the project has it; ``None``, with a finding, where there is none."""
        text = node.text.strip()
        project = self.project
        if key in ("rep", "not_rep"):
            return self.rep(node)
        known: dict[str, tuple[str, Iterable[str]]] = {
            "rule": ("unknown-rule", (rule.id for rule in project.rules)),
            "matches": ("unknown-rule", (rule.id for rule in project.rules)),
            "pool": ("unknown-pool", project.pools),
            "queue": ("unknown-queue", project.queues),
            "outcome": ("bad-value", (outcome.value for outcome in Outcome)),
            "reason": ("bad-value", REASONS),
        }
        if key not in known:
            return text
        code, names = known[key]
        names = list(names)
        if text not in names:
            what = "rule" if key == "matches" else key
            advice = suggestion(text, names, f"known are {listed(names, 30)}")
            self.findings.add(code, f"no {what} is named {shown(text)}", node, help=advice)
            return None
        return text


def in_words(condition: Condition) -> str:
    """What a condition over one field expects of it: ``enterprise or mid_market``, ``at least 60``."""
    if isinstance(condition, All):
        return " and ".join(in_words(part) for part in condition.parts)
    if isinstance(condition, Test) and condition.op in _PLAIN:
        return " or ".join(f"${one.ref}" if one.ref is not None else " ".join(one.text.split()) for one in condition.operands)
    if isinstance(condition, Test) and condition.op == "present":
        return "a value" if condition.operands[0].value else "none"
    name = condition.subject.name if isinstance(condition, Test) else ""
    return written(condition).removeprefix(name).replace("`", "").strip().removeprefix("is ")


def _scalars(node: Mapping, key: str) -> list[Scalar]:
    return [item for item in node.items(key) if isinstance(item, Scalar)]
