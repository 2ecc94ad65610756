"""Conditions as texts that are the same for the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.language.canonical import canonical
from tests.project.world import good, rules


def key(folder: Path, when: str) -> str:
    (rule,) = good(folder, rules=rules(when)).rules
    assert rule.when is not None
    return canonical(rule.when)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{source: Web, country: us}", "{country: USA, source: web}"),
        ("{all: [{source: web}, {employees: {gt: 5}}]}", "{all: [{employees: {gt: 5.0}}, {source: web}]}"),
        ("{any: [{source: web}, {source: fair}]}", "{any: [{source: fair}, {source: web}]}"),
        ("{not: {source: $industry}}", "{not: {source: {is: $industry}}}"),
        ("{employees: {between: [1, 2]}}", '{employees: {between: [1, "2"]}}'),
    ],
)
def test_the_same_has_the_same_text(tmp_path: Path, one: str, other: str) -> None:
    """Whatever the order of parts, the case and the spelling."""
    assert key(tmp_path, one) == key(tmp_path, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{source: web}", "{industry: web}"),
        ("{source: web}", "{source: {is_not: web}}"),
        ("{source: web}", "{not: {source: web}}"),
        ("{source: industry}", "{source: $industry}"),
        ("{any: [{source: a}, {source: b}]}", "{all: [{source: a}, {source: b}]}"),
        ("{employees: {between: [1, 2]}}", "{employees: {between: [2, 3]}}"),
        ("{created_at: {gt: -1d}}", "{created_at: {gt: -24h}}"),
    ],
)
def test_what_differs_has_another_text(tmp_path: Path, one: str, other: str) -> None:
    """A field, an operator, a value, a reference."""
    assert key(tmp_path, one) != key(tmp_path, other)
