"""Shifts of pools: who is on call when."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.values import instant
from tests.project.world import RULES, found, good

NEW_YORK = "America/New_York"


def rules(shifts: str) -> str:
    return RULES.replace("smb: {who: {team: smb}}", f"smb: {{who: {{team: smb}}, shifts: {shifts}}}")


def test_both_days_are_included_on_the_routing_clock(tmp_path: Path) -> None:
    """From the first midnight to the one after the last day; a moment is a moment, an offset goes before the zone."""
    late = "{from: 2026-11-28T18:00, to: 2026-11-29T06:00+01:00, reps: [tom]}"
    early = "{from: 2026-10-31, to: 2026-11-01, reps: [kim, sarah@acme.example]}"
    shifts = good(tmp_path, rules=rules(f"[{late}, {early}]")).pools["smb"].shifts
    assert shifts is not None
    first, second = shifts
    assert (first.start, first.end) == (instant("2026-10-31T00:00", NEW_YORK), instant("2026-11-02T00:00", NEW_YORK))
    assert first.end - first.start == 49 * 3_600_000_000
    assert first.reps == (0, 2)
    assert (second.start, second.end) == (instant("2026-11-28T23:00Z", "UTC"), instant("2026-11-29T05:00Z", "UTC"))
    assert second.reps == (1,)


def test_a_pool_without_shifts_has_none(tmp_path: Path) -> None:
    """Then all its members count."""
    assert good(tmp_path).pools["smb"].shifts is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[{from: 2026-11-29, to: 2026-11-28, reps: [tom]}]", ["bad-value"]),
        ("[{from: soon, to: 2026-11-28, reps: [tom]}]", ["bad-value"]),
        ("[{from: 2026-11-28, to: 2026-11-28, reps: [nobody]}]", ["unknown-rep"]),
        ("[{from: 2026-11-28, to: 2026-11-28, reps: []}]", ["bad-value"]),
        ("[{from: 2026-11-28, to: 2026-11-28}]", ["missing-key"]),
        ("[]", ["bad-value"]),
        ("[{from: 2026-11-28, to: 2026-11-28, reps: [tom], who: x}]", ["unknown-key"]),
    ],
)
def test_what_is_found(tmp_path: Path, text: str, names: list[str]) -> None:
    """Each mistake is one finding."""
    assert found(tmp_path, rules=rules(text)) == names


def test_somebody_outside_the_pool_is_a_warning(tmp_path: Path) -> None:
    """They are never on call there."""
    text = RULES.replace(
        "na: {who: {region: na}", "na: {who: {region: na}, shifts: [{from: 2026-11-28, to: 2026-11-28, reps: [tom, sarah]}]"
    )
    assert found(tmp_path, rules=text) == ["on-call-outside-pool"]
    shifts = good(tmp_path, rules=text).pools["na"].shifts
    assert shifts is not None
    assert shifts[0].reps == (0,)
