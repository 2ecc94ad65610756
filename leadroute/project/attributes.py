"""The reps' attributes that conditions may name: their types, and each rep's values in compared form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from leadroute.language.text import compared
from leadroute.model.fields import FieldType
from leadroute.model.frozen import record
from leadroute.model.roster import AttributeValue
from leadroute.project.findings import Findings, shown
from leadroute.project.nodes import Mapping, Node, Scalar, Sequence
from leadroute.project.schemas import schema

BUILTIN = {
    "id": FieldType.STRING,
    "name": FieldType.STRING,
    "email": FieldType.EMAIL,
    "active": FieldType.BOOLEAN,
    "team": FieldType.STRING,
    "languages": FieldType.LIST,
    "skills": FieldType.MAP,
    "weight": FieldType.NUMBER,
    "manager": FieldType.STRING,
    "backup": FieldType.STRING,
    "timezone": FieldType.STRING,
}
"""What the language gives every rep and conditions may name; standings and hours are none of it."""

_NEARLY = 0.85
_RESERVED = frozenset({"all", "any", "not"})


@record
class Attributes:
    """Types by name, and for each map the names that anybody has in it."""

    types: dict[str, FieldType] = field(default_factory=lambda: dict(BUILTIN))
    map_names: dict[str, set[str]] = field(default_factory=dict)


def find_attributes(reps: Iterable[Mapping], findings: Findings) -> Attributes:
    """Work out the types of all attributes, the built-in ones first; odd names and mixed types are findings."""
    known = rep_keys()
    own: dict[str, list[Node]] = {}
    refused: set[str] = set()
    found = Attributes()
    for rep in reps:
        for name, entry in rep.entries.items():
            if name in known or name in refused:
                continue
            if name not in own and not _may_be_named(entry.key, known, findings):
                refused.add(name)
                continue
            own.setdefault(name, []).append(entry.value)
    for name, nodes in own.items():
        kind = _type(name, nodes, findings)
        found.types[name] = kind
    for name, kind in found.types.items():
        if kind is FieldType.MAP:
            written = {one for rep in reps if (node := rep.get(name)) is not None for one in _names(node)}
            found.map_names[name] = {compared(one) for one in written}  # reps share names: each is compared once
    return found


def rep_keys() -> frozenset[str]:
    """The keys of a rep that the language gives a meaning."""
    return frozenset(schema("roster")["$defs"]["rep"]["properties"])


def attribute_value(kind: FieldType, node: Node) -> AttributeValue | None:
    """An attribute's compared form; ``None`` where it is missing."""
    if kind is FieldType.MAP:
        return levels(node)
    if kind is FieldType.LIST:
        texts = (compared(item.text) for item in scalars(node))
        return tuple(dict.fromkeys(text for text in texts if text))
    if not isinstance(node, Scalar):
        return None
    if kind is FieldType.NUMBER:
        return float(node.text)
    if kind is FieldType.BOOLEAN:
        return node.truth
    return compared(node.text) or None


def attribute_text(node: Node) -> str:
    """An attribute as the person wrote it, on one line."""
    if isinstance(node, Scalar):
        return node.text.strip()
    if isinstance(node, Mapping):
        return ", ".join(f"{name} {entry.value.text}" for name, entry in node.entries.items() if isinstance(entry.value, Scalar))
    return ", ".join(item.text.strip() for item in scalars(node))


def scalars(node: Node) -> list[Scalar]:
    """The scalars of a list; a scalar alone is a list of one."""
    items = node.items if isinstance(node, Sequence) else [node]
    return [item for item in items if isinstance(item, Scalar)]


def _names(node: Node) -> list[str]:
    """The names in a map, or in a plain list, as they are written."""
    if isinstance(node, Mapping):
        return [name for name, entry in node.entries.items() if isinstance(entry.value, Scalar)]
    return [item.text for item in scalars(node)]


def levels(node: Node) -> dict[str, float]:
    """Names with levels, compared; in a plain list each has level 1."""
    if isinstance(node, Mapping):
        return {compared(name): float(entry.value.text) for name, entry in node.entries.items() if isinstance(entry.value, Scalar)}
    return {compared(item.text): 1.0 for item in scalars(node)}


def _may_be_named(key: Scalar, known: frozenset[str], findings: Findings) -> bool:
    from difflib import SequenceMatcher

    name = key.text
    folded = name.casefold().replace("-", "_").replace(" ", "_")
    pairs = [(SequenceMatcher(None, folded, one), one) for one in sorted(known)] if len(name) < 80 else []
    # What two words can have in common at most is found far sooner than what they have.
    likeness = [(pair.ratio(), one) for pair, one in pairs if pair.real_quick_ratio() >= _NEARLY and pair.quick_ratio() >= _NEARLY]
    ratio, nearest = max(likeness, default=(0.0, ""))
    swapped = next((one for one in known if one != name and sorted(one) == sorted(folded)), None)
    if swapped is not None or ratio >= _NEARLY:
        nearest = swapped or nearest
        findings.add(
            "unknown-key",
            f"{shown(name)} is nearly a key of a rep",
            key,
            help=f"did you mean `{nearest}`? else choose a name further from it",
        )
        return False
    if name in _RESERVED or "." in name or name.startswith("$") or not name.strip():
        findings.add("bad-value", f"{shown(name)} cannot be the name of an attribute", key, help="choose a word without `.` and `$`")
        return False
    return True


def _type(name: str, nodes: list[Node], findings: Findings) -> FieldType:
    """Number or boolean where all values are; list or map where one is; else text."""
    kinds = {node.kind for node in nodes}
    if "object" in kinds:
        for node in nodes:
            if not isinstance(node, Mapping):
                said = f"{shown(name)} is a mapping for other reps, and {'a list' if isinstance(node, Sequence) else 'a single value'} here"
                findings.add("wrong-type", said, node, help="write it alike for all reps")
        return FieldType.MAP
    if "array" in kinds:
        return FieldType.LIST
    return {frozenset({"number"}): FieldType.NUMBER, frozenset({"boolean"}): FieldType.BOOLEAN}.get(frozenset(kinds), FieldType.STRING)
