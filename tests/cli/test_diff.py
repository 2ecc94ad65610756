"""``leadroute diff``: what it prints in each format, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from leadroute.cli.exit import Exit
from tests.cli.conftest import Leadroute
from tests.conftest import Golden
from tests.proofs.projects import LEADROUTE, ROSTER

POOLS = """version: 1
pools:
  smb: {who: {team: smb}, limits: {per_day: 8}}
  na: {who: {region: na}}
"""
RULES = f"""{POOLS}rules:
  - {{id: large, when: {{employees: {{gte: 1000}}}}, assign: {{pool: smb}}}}
  - {{id: "<b>|`", when: {{source: web}}, assign: {{pool: na, pick: best_fit}}}}
  - {{id: rest, assign: {{pool: na}}}}
"""
CHANGED = RULES.replace("gte: 1000", "gte: 500").replace("per_day: 8", "per_day: 10").replace("id: rest,", "id: others, about: the rest,")
SAME = RULES.replace("id: rest", "id: others").replace("gte: 1000", "gt: 999")


@pytest.fixture
def sides(folder: Path) -> Path:
    """``old`` and ``new``, with a rep more in the latter; ``same`` means what ``old`` does; ``broken`` cannot be loaded."""
    for name, rules in (("old", RULES), ("new", CHANGED), ("same", SAME), ("broken", RULES.replace("pool: na", "pool: none"))):
        (folder / name).mkdir()
        for file, text in (("leadroute.yaml", LEADROUTE), ("roster.yaml", ROSTER), ("rules.yaml", rules)):
            (folder / name / file).write_text(text)
    (folder / "new" / "roster.yaml").write_text(ROSTER + "  - {id: lee, team: smb, region: na}\n")
    return folder


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_what_it_prints(form: str, sides: Path, leadroute: Leadroute, golden: Golden) -> None:
    """The answer first; no text of a user is markup; a page loads nothing from elsewhere."""
    result = leadroute("diff", "old", "new", "--format", form)
    text = result.stdout if form != "json" else _without_digests(result.stdout)
    golden(f"diff/{form}.txt", text)
    assert result.exit_code == Exit.DONE
    if form == "html":
        assert "<b>" not in result.stdout
        assert "http" not in result.stdout


def _without_digests(text: str) -> str:
    found: dict[str, Any] = json.loads(text)
    found["old"]["digest"] = found["new"]["digest"] = "…"
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("detail", ["summary", "full"])
def test_how_much_it_prints(detail: str, sides: Path, leadroute: Leadroute, golden: Golden) -> None:
    """From one sentence to everything."""
    golden(f"diff/{detail}.txt", leadroute("diff", "old", "new", "--detail", detail).stdout)


def test_texts_that_change_nothing_are_said_to(sides: Path, leadroute: Leadroute) -> None:
    """With what is written otherwise."""
    result = leadroute("diff", "old", "same", "--exit-code", "--strict")
    assert "equivalent: every possible lead is treated as before (proved), though the files differ" in " ".join(result.stdout.split())
    assert "rule rest: is now called others" in result.stdout
    assert result.exit_code == Exit.DONE


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["old", "new"], Exit.DONE),
        (["old", "new", "--exit-code"], Exit.CHANGES),
        (["old", "old", "--exit-code"], Exit.DONE),
        (["old", "same", "--exit-code", "--budget", "0"], Exit.DONE),
        (["old", "new", "--budget", "0", "--strict"], Exit.UNDECIDED),
        (["old", "broken"], Exit.UNLOADABLE),
        (["old", "nowhere"], Exit.UNLOADABLE),
        (["git:main:", "old"], Exit.UNLOADABLE),
    ],
)
def test_exit_codes(words: list[str], code: Exit, sides: Path, leadroute: Leadroute, monkeypatch: pytest.MonkeyPatch) -> None:
    """5 for changes that were asked about, 4 for what is undecided where all is asked for, 3 for what cannot be loaded."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(sides.parent))
    assert leadroute("diff", *words).exit_code == code


def test_what_is_undecided_is_told_by_its_reason(sides: Path, leadroute: Leadroute) -> None:
    """With few words, too: the answer is not whole without it."""
    lines = leadroute("diff", "old", "new", "--budget", "0", "--detail", "summary").stdout.splitlines()
    assert "undecided" in lines[1]
    assert (lines[-2], "budget" in lines[-1]) == ("undecided", True)


def test_json_has_one_shape(sides: Path, leadroute: Leadroute) -> None:
    """On changes, on nothing, and on failure; always one object."""
    found = [json.loads(leadroute("diff", "old", new, "--format", "json").stdout) for new in ("new", "old", "broken")]
    assert len({tuple(one) for one in found}) == 1
    assert [one["verdict"] for one in found] == ["changed", "equivalent", None]
    assert [bool(one["diagnostics"]) for one in found] == [False, False, True]


def test_leads_are_measured_when_there_are_any(sides: Path, leadroute: Leadroute) -> None:
    """Both projects decide them; the answer has a part of its own in every format, ``null`` without leads."""
    rows = [("L1", "web", 700), ("L2", "ads", 9), ("L3", "web", 9)]
    fields = [line.split(":")[0].strip() for line in LEADROUTE.split("fields:")[1].splitlines() if line.startswith("    ")]
    cells = [{"lead_id": lead, "source": source, "employees": str(size)} for lead, source, size in rows]
    lines = [",".join(fields), *(",".join(one.get(field, "") for field in fields) for one in cells), ""]
    (sides / "leads.csv").write_text("\n".join(lines))
    asked = ("diff", "old", "new", "--leads", "leads.csv", "--state", "none", "--at", "2026-11-23T10:00")
    found = json.loads(leadroute(*asked, "--format", "json", "--detail", "full").stdout)["measured"]
    assert (found["leads"], found["causes"]["person"], found["moved_leads"][0]["lead"]) == (3, 1, "L3")
    assert found["moved"] == sum(found["causes"].values()) == len(found["moved_leads"])
    for form, head in (("text", "measured on 3 leads"), ("markdown", "## measured on 3 leads"), ("html", "<h2>measured on 3 leads</h2>")):
        assert head in leadroute(*asked, "--format", form).stdout
    missing = leadroute(*asked[:4], "nowhere.csv", "--format", "json")
    assert missing.exit_code == Exit.UNLOADABLE
    assert (json.loads(missing.stdout)["measured"], bool(json.loads(missing.stdout)["diagnostics"])) == (None, True)
