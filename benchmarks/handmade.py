"""The rules as the if/elif function that somebody would write by hand: what every other engine must agree with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.world import Rule, Test

Matcher = Callable[[Mapping[str, Any]], int]


def source(rules: Sequence[Rule], *, bound: bool = False) -> tuple[str, dict[str, Any]]:
    """The text of ``match(lead) -> rule number`` and the compiled patterns it names.

    Tests say ``lead["country"]``, as people write them; ``bound`` fetches every field in use once, before the first rule.
    Sets are literals, which Python keeps as frozen constants.
    """
    patterns: dict[str, Any] = {}
    fields = sorted({test.field for rule in rules for test in rule.tests})
    names = {field: field if bound else f"lead[{field!r}]" for field in fields}
    lines = ["def match(lead):", *(f"    {field} = lead[{field!r}]" for field in fields if bound)]
    for at, rule in enumerate(rules):
        tests = [_expression(test, names[test.field], patterns) for test in rule.tests]
        if not tests:
            lines.append(f"    return {at}")
            break
        lines.append(f"    if {' and '.join(tests)}: return {at}")
    return "\n".join(lines), patterns


def compiled(rules: Sequence[Rule], *, bound: bool = False) -> Matcher:
    """The function itself."""
    text, names = source(rules, bound=bound)
    exec(compile(text, "<rules>", "exec"), names)  # noqa: S102 - its own generated text
    matcher: Matcher = names["match"]
    return matcher


def _expression(test: Test, field: str, patterns: dict[str, Any]) -> str:
    values = test.values
    match test.op:
        case "in":
            return f"{field} == {values[0]!r}" if len(values) == 1 else f"{field} in {{{', '.join(map(repr, values))}}}"
        case "gte":
            found = f"{field} >= {values[0]}"
        case "lt":
            found = f"{field} < {values[0]}"
        case "between":
            found = f"{values[0]} <= {field} <= {values[1]}"
        case "has_any":
            return _any([f"{value!r} in {field}" for value in values])
        case "contains":
            return _any([f"{value!r} in {field}" for value in values])
        case "starts_with":
            return f"{field}.startswith({values!r})"
        case "ends_with":
            return f"{field}.endswith({values!r})"
        case "matches":
            name = f"P{len(patterns)}"
            patterns[name] = re.compile(str(values[0])).search
            return f"{name}({field})"
    return f"{field} is not None and {found}" if test.field == "employees" else found


def _any(tests: list[str]) -> str:
    return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"
