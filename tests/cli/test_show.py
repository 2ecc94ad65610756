"""``leadroute show``: what a project says once defaults are filled in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadroute.cli.exit import Exit
from leadroute.language.operators import OPERATORS
from tests.cli.conftest import Leadroute
from tests.conftest import Golden

TOPICS = ("rules", "roster", "fields", "operators", "config")


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_printed_to_fit_the_width(topic: str, columns: int, project: Path, leadroute: Leadroute, golden: Golden) -> None:
    """Tables and branches as they look."""
    result = leadroute("show", topic, columns=columns)
    golden(f"show/{topic}.{columns}.txt", result.stdout)
    assert (result.exit_code, result.stderr) == (Exit.DONE, "")
    if topic != "rules":
        assert max(map(len, result.stdout.splitlines())) <= columns


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_one_json_object(topic: str, project: Path, leadroute: Leadroute, golden: Golden) -> None:
    """The same view as data."""
    result = leadroute("show", topic, "--format", "json")
    golden(f"show/{topic}.json", result.stdout)
    assert (result.exit_code, result.stderr) == (Exit.DONE, "")


@pytest.mark.parametrize("topic", TOPICS)
def test_the_json_has_the_same_keys_without_a_project(
    topic: str, project: Path, leadroute: Leadroute, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On failure the parts are null and the reason stands in ``diagnostics`` and on stderr."""
    good = json.loads(leadroute("show", topic, "--format", "json").stdout)
    monkeypatch.chdir(project.parent)
    result = leadroute("show", topic, "--format", "json")
    bad = json.loads(result.stdout)
    assert good.keys() == bad.keys()
    if topic == "operators":
        assert bad == good
        return
    assert result.exit_code == Exit.UNLOADABLE
    assert "there is no `leadroute.yaml`" in result.stderr
    assert [one["name"] for one in bad.pop("diagnostics")] == ["unreadable-file"]
    assert {key: value for key, value in bad.items() if value is not None} == {"schema_version": 1, "topic": topic}


def test_a_project_with_errors_is_not_shown(project: Path, leadroute: Leadroute) -> None:
    """Nothing on stdout, the findings on stderr, exit code 3."""
    (project / "roster.yaml").write_text("version: 1\nreps: [{id: ann, weight: heavy}]\n", "utf-8")
    result = leadroute("show", "roster")
    assert (result.exit_code, result.stdout) == (Exit.UNLOADABLE, "")
    assert result.stderr.startswith("roster.yaml:2:")


def test_every_operator_is_shown(leadroute: Leadroute) -> None:
    """The table is made from the registry."""
    shown = json.loads(leadroute("show", "operators", "--format", "json").stdout)
    assert [one["name"] for one in shown["operators"]] == list(OPERATORS)


def test_an_unknown_topic_is_wrong_usage(leadroute: Leadroute) -> None:
    """The topics are named."""
    result = leadroute("show", "leads")
    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")
    assert "rules" in result.stderr


def test_people_s_time_is_shown(project: Path, leadroute: Leadroute) -> None:
    """Holidays, calendars and shifts in words, where there are any."""
    (project / "roster.yaml").write_text(
        "version: 1\nreps:\n  - {id: ann, holidays: US-CA, calendar: ann.ics, away: [{from: 2026-11-24T13:00, to: 2026-11-24T18:00}]}\n"
        "  - {id: bob, holidays: none}\n"
    )
    (project / "ann.ics").write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    (project / "people.yaml").write_text(
        "version: 1\npools:\n  p: {shifts: [{from: 2026-11-28, to: 2026-11-29, reps: [ann]}]}\nrules: [{id: r, assign: {pool: p}}]\n"
    )
    (project / "leadroute.yaml").write_text(
        'version: 1\nleads: {id: id, fields: {id: string}}\nbusiness_hours: {from: "09:00", to: "17:00", holidays: DE}\n'
    )
    shown = leadroute("show", "roster", "--rules", "people.yaml", columns=140)
    assert "holidays US-CA; away 2026-11-24 13:00 to 2026-11-24 18:00; calendar ann.ics" in shown.stdout, shown.stderr
    assert "p     2026-11-28 to 2026-11-29: ann\n" in shown.stdout
    config = leadroute("show", "config", "--rules", "people.yaml", columns=140)
    assert "mon-fri 09:00-17:00, holidays DE" in config.stdout
    seen = json.loads(leadroute("show", "roster", "--rules", "people.yaml", "--format", "json").stdout)
    assert [(rep["holidays"], rep["calendar"]) for rep in seen["reps"]] == [("US-CA", "ann.ics"), (None, None)]
    assert seen["pools"][0]["shifts"] == ["2026-11-28 to 2026-11-29: ann"]
