"""``keep_together``: the fields that say that two leads are one person or company, and for how long."""

from __future__ import annotations

from collections.abc import Iterable

from leadroute.model.fields import FieldType
from leadroute.model.together import KeepTogether, Unavailable
from leadroute.project.findings import Findings, shown
from leadroute.project.literals import span_micros
from leadroute.project.nodes import Mapping, Node, Scalar
from leadroute.project.scope import Scope


def read_keep_together(
    node: Node | None, bad: set[int], scope: Scope, findings: Findings, freed: Iterable[tuple[str, Node]] = ()
) -> KeepTogether | None:
    """Compile ``keep_together``; ``None`` where it is not there, or, with findings, cannot be used.

    ``freed`` are the rules that say that their leads are not kept together, and where.
    """
    if node is None:
        for rule, at in freed:
            said = f"rule {shown(rule)} says `keep_together: false`, but the project keeps no leads together"
            findings.add("nothing-kept-together", said, at, help="add `keep_together` to leadroute.yaml, or remove it here", rule=rule)
    if not isinstance(node, Mapping) or id(node) in bad:
        return None
    names: list[str] = []
    for item in node.items("by"):
        if not isinstance(item, Scalar):
            continue
        name = item.text.strip()
        found = scope.field(name, item, findings)
        if found is None:
            continue
        if found.type is FieldType.LIST:
            said = f"leads cannot be kept together by {shown(name)}, which is a list"
            findings.add("list-not-allowed", said, item, help="name a field of one value, such as `email`")
        elif found.origin == "builtin":
            said = f"{shown(name)} says nothing of who a lead is, so leads cannot be kept together by it"
            findings.add("bad-value", said, item, help="name a declared or derived field, such as `company` or `email`")
        elif name in names:
            findings.add("duplicate-name", f"{shown(name)} stands twice under `by`", item, help="name it once")
        else:
            names.append(name)
    if not names:
        return None
    return KeepTogether(tuple(names), span_micros(node.text("for")), Unavailable(node.text("when_unavailable") or "reassign"))
