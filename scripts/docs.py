"""Write docs/reference from the registries, the JSON Schemas and the command line, so that the reference cannot disagree with the code.

``python scripts/docs.py`` writes the pages; ``--check`` writes nothing and fails where a page is not what would be written.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import yaml
from typer.main import get_command

from leadroute.cli.main import app
from leadroute.language.operators import OPERATORS
from leadroute.model.codes import CODES, Code
from leadroute.model.fields import FieldType
from leadroute.project import schema
from leadroute.routing.reasons import REASONS

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
_SOME_DAY = "2027-01-31"
MADE = "<!-- made by scripts/docs.py from the code: `make docs` -->"

Schema = Mapping[str, Any]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; cells are made to fit on one line."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _page(title: str, about: str, *parts: str) -> str:
    return "\n\n".join([MADE, f"# {title}", about, *(part.rstrip("\n") for part in parts)]) + "\n"


# Operators


def operators() -> str:
    """The tests of a condition."""
    every = frozenset(FieldType)
    takes = {"one": "a value or `$field`", "many": "a value, a list or `$field`", "pair": "two values", "boolean": "`true` or `false`"}
    rows = []
    for name, operator in OPERATORS.items():
        absent = [kind.value for kind in FieldType if kind not in operator.types]
        present = [kind.value for kind in FieldType if kind in operator.types]
        types = "any" if operator.types == every else f"any but {', '.join(absent)}" if len(absent) <= 3 else ", ".join(present)
        right = takes[operator.takes]
        if operator.literals_only:
            right = right.replace(" or `$field`", "").replace("a value, a list", "a value or a list")
        rows.append([f"`{name}`", operator.about, types, right, f"`{operator.example}`", f"{operator.words} / {operator.opposite}"])
    head = ["test", "meaning", "on", "takes", "example", "in an explanation"]
    about = (
        "A condition is a mapping of field to test. A bare value is `is`, a bare list is `in`; on a list or map they are `has` and "
        "`has_any`. A test on a missing value is false, whatever the test; only `present: false` is true."
    )
    return _page("Operators", about, _table(head, rows))


# Document kinds


KINDS = {
    "project": ("leadroute.yaml", "The project: clock, files, lead fields, queues."),
    "rules": ("Rule files", "Derived fields, score, rotations, pools and rules."),
    "roster": ("roster.yaml", "The people who take leads, and their teams."),
    "tests": ("*.test.yaml", "What must stay true of the rules."),
}


def document(kind: str) -> Callable[[], str]:
    """The keys of one kind of document."""

    def page() -> str:
        title, about = KINDS[kind]
        top = schema(kind)
        parts = [part for path, table in _sections(top, (), top) for part in ([f"## `{path}`", table] if path else [table])]
        for name, definition in _definitions(top).items():
            tables = list(_sections(definition, (name.replace("_", " "),), top))
            if tables:
                parts += [f'## <a id="{name.lower()}"></a>{name.replace("_", " ")}', str(definition.get("description", ""))]
                parts += [
                    part for path, table in tables for part in ([table] if path == name.replace("_", " ") else [f"### `{path}`", table])
                ]
        editor = (
            f"`leadroute schema {kind}` prints the JSON Schema that this page is made from; an editor with YAML support completes and "
            "documents every key with it."
        )
        return _page(title, about, editor, *(part for part in parts if part))

    return page


def _definitions(top: Schema) -> Mapping[str, Schema]:
    return top.get("$defs") or top.get("definitions") or {}


def _sections(node: Schema, path: tuple[str, ...], top: Schema) -> Iterator[tuple[str, str]]:
    """The table of a schema node's keys and those of what is written out inside it, each with its dotted path."""
    objects = list(_objects(node))
    tables = []
    for properties, required in objects:
        rows = []
        for name, value in properties.items():
            about = str(value.get("description") or _target(value, top).get("description", ""))
            mark = " (required)" if name in required else ""
            rows.append([f"`{name}`{mark}", _kind(value, top), about, _example(value, top)])
        tables.append(_table(["key", "takes", "what it does", "example"], rows))
    if tables:
        yield ".".join(path), "\nor\n\n".join(tables)
    for properties, _ in objects:
        for name, value in properties.items():
            yield from _sections(value, (*path, name), top)
    for word, mark in (("items", "[]"), ("additionalProperties", ".NAME")):
        for part in (node, *(one for choice in ("anyOf", "oneOf") for one in node.get(choice, ()))):
            if isinstance(part.get(word), Mapping) and path:
                yield from _sections(part[word], (*path[:-1], path[-1] + mark), top)


def _objects(node: Schema) -> Iterator[tuple[Mapping[str, Schema], Sequence[str]]]:
    if node.get("properties"):
        yield node["properties"], node.get("required", ())
    for word in ("anyOf", "oneOf", "allOf"):
        for part in node.get(word, ()):
            yield from _objects(part)
    for word in ("then", "else"):
        if isinstance(node.get(word), Mapping):
            yield from _objects(node[word])


def _target(node: Schema, top: Schema) -> Schema:
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return {}
    return _definitions(top).get(reference.rpartition("/")[2], {})


def _kind(node: Schema, top: Schema) -> str:
    """What a key takes, in a few words, with links to what has a table of its own."""
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        shown = name.replace("_", " ")
        return f"[{shown}](#{name.lower()})" if any(_objects(_target(node, top))) else shown
    if "const" in node:
        return f"`{json.dumps(node['const'])}`"
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    for word in ("anyOf", "oneOf"):
        if word in node:
            return " or ".join(dict.fromkeys(_kind(part, top) for part in node[word]))
    kind = node.get("type", "anything")
    kinds = kind if isinstance(kind, list) else [kind]
    words = []
    for one in kinds:
        if one == "array" and isinstance(node.get("items"), Mapping):
            words.append(f"list of {_kind(node['items'], top)}")
        elif one == "object" and isinstance(node.get("additionalProperties"), Mapping):
            words.append(f"mapping of name to {_kind(node['additionalProperties'], top)}")
        else:
            words.append({"object": "mapping", "array": "list", "string": "text", "null": "nothing"}.get(str(one), str(one)))
    return " or ".join(words)


def _example(node: Schema, top: Schema) -> str:
    given = node.get("examples") or _target(node, top).get("examples") or ()
    return f"`{_inline(given[0])}`" if given else ""


def _inline(value: object) -> str:
    """A value as YAML in one line."""
    if isinstance(value, str):
        return value
    return (
        yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000, allow_unicode=True)
        .strip()
        .removesuffix("\n...")
        .strip()
    )


# Diagnostics, reasons, commands


def diagnostics() -> str:
    """Every finding, with a link to its page."""
    about = (
        "What `leadroute validate` finds (LR1 to LR3), what the commands say of rule tests (LR4), of findings that somebody lets stand "
        "(LR5), of lead files (LR6) and of two states of a project (LR7), and what keeps them from running (LR9). Each has a page: what it "
        "means, what it costs, what to write instead. A code never changes its meaning; `leadroute codes LR101` prints its page."
    )
    rows = [[f"[{c.code}](diagnostics/{c.code}.md)", f"`{c.name}`", c.severity, c.summary] for c in CODES.values()]
    return _page("Diagnostics", about, _table(["code", "name", "severity", "what it says"], rows))


def diagnostic(code: Code) -> Callable[[], str]:
    """The page of one finding."""

    def page() -> str:
        parts = [code.why]
        for label, text in (("Not this:", code.bad), ("But this:", code.good)):
            if text:
                parts += [label, f"```text\n{text.rstrip()}\n```"]
        if "LR200" < code.code < "LR400" and not code.stops:
            comment = f"# leadroute: ignore[{code.code}] why, until {_SOME_DAY}"
            parts.append(f"Where it is meant, [a comment lets it stand](../../how-to/findings.md): `{comment}`.")
        return _page(f"{code.code} `{code.name}`", f"*{code.severity}*: {code.summary}", *parts, "[All diagnostics](../diagnostics.md)")

    return page


def reasons() -> str:
    """The reason codes of decisions."""
    about = "The column `assignment_reason`: why a decision came out as it did. `assignment_why` says the same as a sentence with names."
    return _page("Reasons", about, _table(["code", "what it means"], [[f"`{code}`", words] for code, words in REASONS.items()]))


def commands() -> str:
    """The command line."""
    root = get_command(app)
    parts = []
    for name, command in _commands(root, ()):
        usage = " ".join(["leadroute", *name, *_usage(command)])
        parts += [f"## {' '.join(name)}", f"```text\n{usage}\n```", str(command.help or "").strip()]
        rows = []
        for option in command.params:
            if option.name == "help":
                continue
            shown = ", ".join(f"`{text}`" for text in [*option.opts, *option.secondary_opts] if text.startswith("-"))
            listed = [str(one.value if isinstance(one, Enum) else one) for one in getattr(option.type, "choices", ())]
            choices = " or ".join(f"`{choice}`" for choice in listed)
            shown += f" {choices}" if choices else ""
            variable = f" `{option.envvar}`" if getattr(option, "envvar", None) else ""
            rows.append([shown or f"`{option.metavar or str(option.name).upper()}`", (getattr(option, "help", None) or "") + variable])
        if rows:
            parts.append(_table(["option", "what it does, and its variable"], rows))
    about = "A flag wins over its environment variable, the variable over the project. Data goes to stdout, words for people to stderr."
    return _page("Commands", about, *parts)


def _commands(command: Any, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The leaves of the command tree, in the order of the help."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield above, command.whole()
        return
    for name, sub in inner.items():
        yield from _commands(sub, (*above, name))


def _usage(command: Any) -> list[str]:
    words = []
    for option in command.params:
        if any(text.startswith("-") for text in option.opts):
            continue
        shown = option.metavar or str(option.name).upper()
        words.append(shown if option.required else f"[{shown}]")
    return ["[OPTIONS]", *words]


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "operators.md": operators,
    **{f"{kind}.md": document(kind) for kind in KINDS},
    "diagnostics.md": diagnostics,
    **{f"diagnostics/{code.code}.md": diagnostic(code) for code in CODES.values()},
    "reasons.md": reasons,
}


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or check them."""
    check = "--check" in arguments
    stale = []
    for name, make in PAGES.items():
        path, text = REFERENCE / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    surplus = sorted({path.relative_to(REFERENCE).as_posix() for path in REFERENCE.rglob("*.md")} - PAGES.keys())
    if not check:
        print(f"{len(stale)} written, {len(PAGES) - len(stale)} as they were")
        return 0
    for name in [*stale, *surplus]:
        print(f"docs/reference/{name} is not what the code says: run `make docs`", file=sys.stderr)
    return 1 if stale or surplus else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
