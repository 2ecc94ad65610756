"""A document against its JSON Schema, with every violation as a finding of our own.

The schema files are the one source of what a document may look like; this module reads them, as ``jsonschema`` would, but walks
nodes instead of plain data, so that each finding has its place and a near name, and so that ``validate`` need not import and run
``jsonschema``. A property test holds the two to the same answer. The keywords of draft 2020-12 that the schemas use are all here;
another one is refused when the schema is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence as Several
from typing import Any

from leadroute.model.span import Span
from leadroute.project.findings import Findings, listed, near, shown, suggestion
from leadroute.project.nodes import Mapping, Node, Scalar, Sequence
from leadroute.project.schemas import schema

Schema = Dict[str, Any]

ANNOTATIONS = frozenset(
    {"$schema", "$id", "$defs", "title", "description", "examples", "default", "x-not-built", "x-thing", "x-empty", "x-list"}
)
KEYWORDS = frozenset(
    {
        "$ref", "type", "enum", "const", "anyOf", "oneOf", "properties", "additionalProperties", "propertyNames", "required",
        "minProperties", "maxProperties", "items", "minItems", "maxItems", "pattern", "minLength", "minimum", "maximum",
        "exclusiveMinimum",
    }
)  # fmt: skip

_A_KIND = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "`true`/`false`",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


class Shape:
    """Checks one document. ``bad`` holds the ids of all nodes that have a violation in them, so that they are not compiled."""

    def __init__(self, kind: str, findings: Findings) -> None:
        self.root = schema(kind)
        self.findings = findings
        self.bad: set[int] = set()
        self._merged: dict[int, Schema] = {}
        self._split: dict[int, list[tuple[Schema, Several[str]]]] = {}
        self._fine: set[tuple[int, str, str]] = set()
        """Scalars that were found right, by schema, kind and text: most stand in many places."""

    def check(self, node: Node) -> bool:
        """Check a whole document; whether it is as the schema says."""
        return self._check(node, self.root, "the file")

    def check_as(self, node: Node, key: str, where: str) -> bool:
        """Check a node as an entry of the list under ``key``."""
        return self._check(node, self.root["properties"][key]["items"], where)

    def _check(self, node: Node, rules: Schema, where: str, at: Node | None = None) -> bool:
        """Check one node; ``where`` names it in messages, ``at`` is its key."""
        asked = id(rules)
        rules = self._resolved(rules)
        good = node.kind == rules.get("type") or self._type(node, rules, where, at)
        if good and "x-not-built" in rules:
            form = f" as {_A_KIND[node.kind]}" if "type" in rules and not isinstance(node, Scalar) else ""
            self.findings.add("not-built", f"{where}{form} is not built yet", at or node, help=rules["x-not-built"])
            good = False
        elif good:
            if isinstance(node, Scalar):
                good = self._value(node, rules, where)
            if "anyOf" in rules:
                good &= self._branches(node, rules, where, at)
            if "oneOf" in rules:
                good &= self._one_key_of(node, [branch["required"][0] for branch in rules["oneOf"]], where)
            if isinstance(node, Mapping):
                good &= self._object(node, rules, where)
            elif isinstance(node, Sequence):
                good &= self._array(node, rules, where)
        if not good:
            self.bad.add(id(node))
        elif isinstance(node, Scalar):
            self._fine.add((asked, node.kind, node.text))
        return good

    def _type(self, node: Node, rules: Schema, where: str, at: Node | None) -> bool:
        wanted = _types(rules)
        if _is_one_of(node, wanted):
            return True
        self._wrong_type(node, wanted, rules, where, at)
        return False

    def _wrong_type(self, node: Node, wanted: Several[str], rules: Schema, where: str, at: Node | None) -> None:
        expected = _either(_A_KIND[kind] for kind in wanted if kind != "integer" or "number" not in wanted)
        example = _example(rules)
        advice = f"write for example {example}" if example else None
        if isinstance(node, Scalar) and node.kind == "null":
            said = f"{where} is empty, expected {expected}"
            advice = rules.get("x-empty", advice)
            place: Node = at if at is not None and not node.text else node
        elif isinstance(node, Scalar):
            said = f"{where} is {'the text ' if node.quoted else ''}{shown(node.text)}, expected {expected}"
            place = node
            if node.quoted and {"number", "integer", "boolean"} & set(wanted):
                advice = "take the quotes off" if _unquoted(node).kind in ("number", "boolean") else advice
            elif tuple(wanted) == ("string",):
                advice = f'put it in quotes: `"{node.text}"`'
        else:
            said = f"{where} is {_A_KIND[node.kind]}, expected {expected}"
            advice = rules.get("x-list", advice) if node.kind == "array" else advice
            place = at if at is not None else node
        self.findings.add("wrong-type", said, _start(place), help=advice)

    def _value(self, node: Scalar, rules: Schema, where: str) -> bool:
        problem = _scalar_problem(node, rules)
        if problem is None:
            return True
        said, advice = problem
        self.findings.add("bad-value", f"{where} {said}", node, help=advice)
        return False

    def _branches(self, node: Node, rules: Schema, where: str, at: Node | None) -> bool:
        """``anyOf``: findings are those of the branch that was most probably meant."""
        branches = self._split.get(id(rules))
        if branches is None:
            resolved = [self._resolved(branch) for branch in rules["anyOf"]]
            branches = self._split[id(rules)] = [(branch, _types(branch)) for branch in resolved]
        fitting = [branch for branch, kinds in branches if node.kind in kinds or _is_one_of(node, kinds)]
        if len(fitting) == 1:
            return self._check(node, fitting[0], where, at)
        if not fitting:
            wanted = tuple(dict.fromkeys(kind for _, kinds in branches for kind in kinds))
            self._wrong_type(node, wanted, rules, where, at)
            return False
        tries = [self._attempt(node, branch, where, at) for branch in fitting]
        if any(good for good, _, _ in tries):
            return True
        values = [value for branch in fitting if "x-not-built" not in branch for value in branch.get("enum", ())]
        later = [one for one in tries if all(item.name == "not-built" for item in one[1].items)]
        if isinstance(node, Scalar) and values and not later:
            said, advice = _not_in(node, values)
            self.findings.add("bad-value", f"{where} {said}", node, help=advice)
            return False
        _, found, bad = later[0] if later else min(tries, key=lambda one: len(one[1].items))
        self.findings.items += found.items
        self.bad |= bad
        return False

    def _resolved(self, rules: Schema) -> Schema:
        """The schema that ``$ref`` names, under the annotations that stand beside it."""
        if "$ref" not in rules:
            return rules
        merged = self._merged.get(id(rules))
        if merged is None:
            target = self._resolved(self.root["$defs"][rules["$ref"].removeprefix("#/$defs/")])
            merged = self._merged[id(rules)] = {**target, **{key: value for key, value in rules.items() if key != "$ref"}}
        return merged

    def _attempt(self, node: Node, rules: Schema, where: str, at: Node | None) -> tuple[bool, Findings, set[int]]:
        """Check against one branch, keeping its findings apart."""
        findings, bad = self.findings, self.bad
        self.findings, self.bad = Findings(), set()
        self.findings.sources = findings.sources
        try:
            good = self._check(node, rules, where, at)
            return good, self.findings, self.bad
        finally:
            self.findings, self.bad = findings, bad

    def _one_key_of(self, node: Node, keys: list[str], where: str) -> bool:
        if not isinstance(node, Mapping):
            return True
        there = [key for key in keys if key in node]
        if len(there) == 1:
            return True
        if there:
            said = f"{where} has {_both(there)}: one of {listed(keys)} is meant"
            self.findings.add("bad-value", said, node.entries[there[1]].key, help="keep one of them")
        else:
            self.findings.add("missing-key", f"{where} says none of {listed(keys)}", node.head, help=f"add one of {listed(keys)}")
        return False

    def _object(self, node: Mapping, rules: Schema, where: str) -> bool:
        good = True
        properties: Schema = rules.get("properties", {})
        others = rules.get("additionalProperties", True)
        names: Schema | None = rules.get("propertyNames")
        thing = rules.get("x-thing", where)
        fine = self._fine
        for name, entry in node.entries.items():
            if names is not None and _scalar_problem(entry.key, names, text=True) is not None:
                said = f"{shown(name)} cannot be a name here"
                self.findings.add("bad-value", said, entry.key, help=names.get("description"))
                self.bad.add(id(entry.value))
                good = False
                continue
            inner = properties.get(name, others)
            if inner is False:
                self._unknown_key(entry.key, properties, thing)
                self.bad.add(id(entry.value))
                good = False
            elif inner is not True:
                if "x-not-built" in inner:
                    said = f"{shown(name)} is not built yet"
                    self.findings.add("not-built", said, entry.key, help=inner["x-not-built"])
                    good = False
                    continue
                value = entry.value
                if not isinstance(value, Scalar) or (id(inner), value.kind, value.text) not in fine:
                    good &= self._check(value, inner, shown(name), entry.key)
        for name in rules.get("required", ()):
            if name not in node:
                good = False
                if not any(near(key, [name]) for key in node.entries if key not in properties):
                    example = _example(self._resolved(properties.get(name, {})))
                    advice = f"add `{name}: {example.strip('`')}`" if example else f"add `{name}:`"
                    self.findings.add("missing-key", f"{thing} has no `{name}`", node.head, help=advice)
        if len(node.entries) < rules.get("minProperties", 0):
            good = False
            self.findings.add("missing-key", f"{where} is empty", node, help=_such(rules))
        if len(node.entries) > rules.get("maxProperties", len(node.entries)):
            good = False
            extra = list(node.entries.values())[rules["maxProperties"]].key
            self.findings.add("bad-value", f"{where} has more than {rules['maxProperties']} keys", extra, help=_such(rules))
        return good

    def _unknown_key(self, key: Scalar, properties: Schema, thing: str) -> None:
        known = [name for name, inner in properties.items() if "x-not-built" not in inner]
        advice = suggestion(key.text, known, f"keys here are {listed(known, 30)}" if known else None)
        self.findings.add("unknown-key", f"{shown(key.text)} is not a key of {thing}", key, help=advice)

    def _array(self, node: Sequence, rules: Schema, where: str) -> bool:
        good = True
        if len(node.items) < rules.get("minItems", 0):
            good = False
            wanted = "is empty" if not node.items else f"has {len(node.items)} entries, expected {rules['minItems']}"
            self.findings.add("bad-value", f"{where} {wanted}", node, help=_such(rules))
        if len(node.items) > rules.get("maxItems", len(node.items)):
            good = False
            said = f"{where} has {len(node.items)} entries, expected {rules['maxItems']}"
            self.findings.add("bad-value", said, node, help=_such(rules))
        inner = rules.get("items")
        if inner is not None:
            inside = where if where.startswith("an entry of ") else f"an entry of {where}"
            fine = self._fine
            for item in node.items:
                if not isinstance(item, Scalar) or (id(inner), item.kind, item.text) not in fine:
                    good &= self._check(item, inner, inside)
        return good


_ANY = ("string", "number", "boolean", "null", "array", "object")


def _types(rules: Schema) -> Several[str]:
    """The kinds that a schema without ``$ref`` admits."""
    kinds = rules.get("type")
    return (kinds,) if isinstance(kinds, str) else kinds or _ANY


def _is_one_of(node: Node, kinds: Several[str]) -> bool:
    if node.kind in kinds:
        return True
    return "integer" in kinds and isinstance(node, Scalar) and node.kind == "number" and node.number == node.number.to_integral_value()


def _scalar_problem(node: Scalar, rules: Schema, *, text: bool = False) -> tuple[str, str | None] | None:
    """What is wrong with a scalar's value and what to do; ``text`` reads it as text whatever it looks like."""
    if "enum" in rules and not any(_equals(node, value) for value in rules["enum"]):
        return _not_in(node, rules["enum"])
    if "const" in rules and not _equals(node, rules["const"]):
        wanted = _yaml(rules["const"])
        return f"is {shown(node.text)}, expected `{wanted}`", f"write `{wanted}`"
    if text or node.kind == "string":
        if "pattern" in rules and not re.search(rules["pattern"], node.text):
            return f"cannot be {shown(node.text)}", _such(rules)
        if len(node.text) < rules.get("minLength", 0):
            return "is empty", _such(rules)
    elif node.kind == "number":
        number = float(node.text)
        if "minimum" in rules and number < rules["minimum"]:
            return f"is {shown(node.text)}, expected at least {rules['minimum']}", _such(rules)
        if "exclusiveMinimum" in rules and number <= rules["exclusiveMinimum"]:
            return f"is {shown(node.text)}, expected more than {rules['exclusiveMinimum']}", _such(rules)
        if "maximum" in rules and number > rules["maximum"]:
            return f"is {shown(node.text)}, expected at most {rules['maximum']}", _such(rules)
    return None


def _not_in(node: Scalar, values: list[Any]) -> tuple[str, str | None]:
    known = [str(value) for value in values]
    return f"cannot be {shown(node.text)}", suggestion(node.text, known, f"it is one of {listed(known, 30)}")


def _equals(node: Scalar, value: Any) -> bool:
    if isinstance(value, str):
        return node.kind == "string" and node.text == value
    if isinstance(value, bool):
        return node.kind == "boolean" and node.truth is value
    return node.kind == "number" and bool(float(node.text) == value)


def _unquoted(node: Scalar) -> Scalar:
    return Scalar(node.file, node.place, node.text)


def _start(node: Node) -> Span:
    """A node's first line, for messages about a whole list or mapping."""
    line, column, end_line, _ = node.place
    return node.span if isinstance(node, Scalar) or end_line == line else Span(node.file, line, column, line, column + 1)


def _example(rules: Schema) -> str | None:
    examples = rules.get("examples")
    return f"`{_yaml(examples[0])}`" if examples else None


def _such(rules: Schema) -> str | None:
    example = _example(rules)
    return f"write for example {example}" if example else rules.get("description")


def _yaml(value: Any) -> str:
    """A value as one would type it, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _either(words: Any) -> str:
    words = list(words)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _both(keys: list[str]) -> str:
    return " and ".join(f"`{key}`" for key in keys)
