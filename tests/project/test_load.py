"""Whole projects."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadroute import project
from tests.project.world import LEADROUTE, ROSTER, RULES, found, good, rules, write

FILES = ("leadroute.yaml", "roster.yaml", "rules.yaml", "areas.csv")
RICH = (
    RULES
    + """
derive:
  segment: {cases: [{when: {employees: {gte: 100}}, then: big}], else: small}
  area: {lookup: areas.csv, by: [country], give: name}
  bucket: {hash: lead_id, into: 10}
score: {points: [{when: {segment: big}, add: 5}], tiers: {hot: 5, cold: 0}}
rotations: {inbound: {by: tier, weights: {sarah: 2}}}
"""
)


def test_the_default_rule_files_are_those_with_rules_by_name(tmp_path: Path) -> None:
    """Tests, the roster and other tools' files are passed over."""
    made = good(
        tmp_path,
        a__yaml="version: 1\nrules: [{id: first, assign: {queue: q}}]\n",
        b__test__yaml="nonsense: 1\n",
        c__yaml="image: x\nimage: y\n",
    )
    assert [rule.id for rule in made.rules] == ["first", "everyone"]
    assert [Path(name).name for name in made.rule_files] == ["a.yaml", "rules.yaml"]
    assert "c.yaml" not in {Path(name).name for name in made.sources}


def test_named_rule_files_are_read_in_their_order(tmp_path: Path) -> None:
    """`rules:` says the order."""
    first = "version: 1\nrules: [{id: first, assign: {queue: q}}]\n"
    made = good(tmp_path, leadroute=LEADROUTE + "rules: [rules.yaml, a.yaml]\n", a__yaml=first)
    assert [rule.id for rule in made.rules] == ["everyone", "first"]


def test_files_of_the_command_line_come_first(tmp_path: Path) -> None:
    """`rules` and `roster` replace what the project names."""
    write(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "r.yaml").write_text("version: 1\nrules: [{id: x, assign: {queue: q}}]\n")
    (tmp_path / "other" / "team.csv").write_text("id,team\nann,smb\n")
    loaded = project.load(tmp_path, rules=[tmp_path / "other" / "r.yaml"], roster=tmp_path / "other" / "team.csv")
    assert loaded.project is not None
    assert [rule.id for rule in loaded.project.rules] == ["x"]
    assert [rep.id for rep in loaded.project.reps] == ["ann"]


def test_the_digest_is_that_of_the_files(tmp_path: Path) -> None:
    """Equal bytes give an equal digest wherever the folder is; one more byte gives another."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    assert good(one).digest == good(two).digest
    assert good(two, roster=ROSTER + "\n").digest != good(one).digest


@pytest.mark.parametrize("name", ["leadroute.yaml", "roster.yaml"])
def test_a_file_that_is_not_there_or_a_folder_is_one_error(tmp_path: Path, name: str) -> None:
    """And nothing is said of what would have stood in it."""
    write(tmp_path)
    (tmp_path / name).unlink()
    path = tmp_path / "leadroute.yaml"
    assert [item.name for item in project.load(path).diagnostics] == ["unreadable-file"]
    (tmp_path / name).mkdir()
    assert [item.name for item in project.load(path if name == "roster.yaml" else tmp_path / name).diagnostics] == ["unreadable-file"]


def test_paths_are_shown_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`rules.yaml:8:11`, not the whole path."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, rules=rules("{industri: x}"))
    (item,) = project.load(Path()).diagnostics
    assert item.span is not None
    assert (item.span.file, item.span.line, item.span.column) == ("rules.yaml", 8, 12)
    assert item.source == ("    when: {industri: x}",)
    assert item.rule == "one"


@pytest.mark.parametrize(
    "texts",
    [
        {"rules": RULES.replace("{team: smb}", "{team: [}")},
        {"rules": RULES.replace("pools:", "pols:")},
        {"rules": RULES.replace("smb: {who: {team: smb}}", "smb: {whom: {team: smb}}")},
        {"leadroute": LEADROUTE.replace("industry: string", "industry: strng"), "rules": rules("{industry: x}")},
        {"leadroute": LEADROUTE.replace("  fields:", "  fieds:"), "rules": rules("{industry: x}")},
        {"roster": ROSTER.replace("region: na, languages", "region: na, langauges"), "rules": rules("{}", assign="{rep: sarah}")},
        {"roster": ROSTER.replace("id: sarah,", "id: sarah, weight: x,"), "rules": rules("{}", assign="{rep: sarah}")},
        {"rules": rules("{seg: x}", before="derive:\n  seg: {cases: [{when: {nobody: 1}, then: x}]}")},
        {"rules": rules("{seg: x}", before="derive:\n  seg: {cases: [{when: {country: us}, them: x}]}")},
        {"rules": rules("{seg: x}", before="derive: [seg]")},
    ],
)
def test_one_cause_is_one_error(tmp_path: Path, texts: dict[str, str]) -> None:
    """What follows from a mistake is not told as another one."""
    assert len(found(tmp_path, **texts)) == 1


def test_all_mistakes_of_all_files_are_told_together(tmp_path: Path) -> None:
    """By file and place."""
    names = found(
        tmp_path,
        leadroute=LEADROUTE + "timezon: UTC\n",
        roster=ROSTER.replace("backup: sarah", "backup: sara"),
        rules=rules("{industri: x, country: Wonderland}", assign="{pool: sbm}"),
    )
    assert names == ["unknown-key", "unknown-field", "unreadable-literal", "unknown-pool", "unknown-rep"]


@pytest.mark.parametrize("default", ["{queue: later}", "[{pool: smb}, {queue: later}]", "[{rep: tom}, backup, {queue: later}]"])
def test_default_ends_in_a_queue(tmp_path: Path, default: str) -> None:
    """The last step is the queue."""
    made = good(tmp_path, leadroute=LEADROUTE + f"default: {default}\n")
    assert made.default[-1].target is not None
    assert made.default[-1].target.name == "later"


@pytest.mark.parametrize("default", ["[{pool: smb}]", "[hold]", "[]", "[next_rule, {queue: later}]"])
def test_default_that_leaves_a_lead_with_nobody_is_refused(tmp_path: Path, default: str) -> None:
    """A list that does not end in a queue, or goes on to a next rule that is not there."""
    assert found(tmp_path, leadroute=LEADROUTE + f"default: {default}\n") == ["misplaced-step"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FILES), st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_as_any_file_are_a_project_or_findings(tmp_path: Path, name: str, data: bytes) -> None:
    """Never an exception."""
    write(tmp_path, rules=RICH, areas__csv="country,name\nUS,west\n")
    (tmp_path / name).write_bytes(data)
    loaded = project.load(tmp_path)
    assert (loaded.project is None) == any(item.severity == "error" for item in loaded.diagnostics)


SCRAPS = [
    "[",
    "}",
    ": ",
    "'",
    "~",
    "null",
    "true",
    "$x",
    "$",
    "$$",
    "1e999999",
    "9" * 50,
    "-7d",
    "now.time",
    "{}",
    "[]",
    "...",
    ".inf",
    "any",
]
SCRAPS += [
    "not",
    "id",
    "tier",
    "local.x",
    "arrived.date",
    "skills.$industry",
    "skills.",
    "0001-01-01",
    "9999-12-31",
    "*a",
    "&a",
    "\t",
    "\x00",
]
SCRAPS += ['""', "\u2028", '"\\0"', "x" * 5000]


@pytest.mark.parametrize("name", ['"a\\0b"', "x" * 5000, "..", "''", "'~'", "/dev/null", "a/b/c"])
@pytest.mark.parametrize("key", ["roster: {}", "rules: [{}]"])
def test_any_name_of_a_file_is_a_finding(tmp_path: Path, key: str, name: str) -> None:
    """Names that no disk takes, folders, and files that are empty."""
    assert found(tmp_path, leadroute=LEADROUTE + key.format(name) + "\n")


@pytest.mark.parametrize("seed", range(6))
def test_any_change_of_a_good_project_is_a_project_or_findings(tmp_path: Path, seed: int) -> None:
    """Lines deleted, doubled and swapped, words replaced: never an exception."""
    dice = random.Random(seed)
    texts = {"leadroute.yaml": LEADROUTE, "roster.yaml": ROSTER, "rules.yaml": RICH, "areas.csv": "country,name\nUS,west\nDE,dach\n"}
    for _ in range(60):
        name = dice.choice(FILES)
        lines = texts[name].split("\n")
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(lines))
            words = list(re.finditer(r"[^\s{}\[\],:]+", lines[at]))
            match dice.randrange(4):
                case 0 if len(lines) > 1:
                    del lines[at]
                case 1:
                    lines.insert(at, dice.choice(lines))
                case 2:
                    lines[at] = dice.choice(texts[dice.choice(FILES)].split("\n"))
                case _ if words:
                    start, end = dice.choice(words).span()
                    lines[at] = lines[at][:start] + dice.choice(SCRAPS) + lines[at][end:]
        for one, text in {**texts, name: "\n".join(lines)}.items():
            (tmp_path / one).write_text(text)
        loaded = project.load(tmp_path)
        assert (loaded.project is None) == any(item.severity == "error" for item in loaded.diagnostics)
