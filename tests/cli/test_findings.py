"""``leadroute validate``: which findings count, how they are told to programs, and how some are put right."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from leadroute import __version__
from leadroute.cli.exit import Exit
from leadroute.model.codes import CODES_BY_NAME
from tests.cli.conftest import Leadroute
from tests.conftest import Golden
from tests.proofs.projects import LEADROUTE, POOLS, ROSTER

AT = ("--at", "2026-11-25T12:00")
RULES = """\
rules:
  - {id: large, when: {employees: {gte: 50}}, assign: {pool: smb}}
  - {id: small, when: {employees: {lt: 50}}, assign: {pool: na}}
  - id: web
    when: {employees: {gte: 1}, source: web}
    assign: {pool: na}
  - {id: rest, assign: {pool: smb}}
"""
"""`web` is never reached."""

Found = list[tuple[str, str | None]]
Write = Callable[..., None]


@pytest.fixture
def write(folder: Path) -> Write:
    """Write a project with these rules into the working folder."""

    def written(rules: str, **texts: str) -> None:
        files = {"leadroute.yaml": LEADROUTE, "roster.yaml": ROSTER, "rules.yaml": f"version: 1\n{POOLS}{rules}"}
        for name, text in (files | texts).items():
            (folder / name.replace("_", ".")).write_text(text, "utf-8", newline="")

    return written


def told(result: Result) -> list[dict[str, Any]]:
    """The findings of a JSON result that are more than advice."""
    return [one for one in json.loads(result.stdout)["diagnostics"] if one["severity"] != "info"]


def found(result: Result) -> Found:
    """They, with the rule that each is about."""
    return [(one["name"], one["rule"]) for one in told(result)]


def marks(result: Result) -> dict[str, str]:
    """Their fingerprints, by rule and name."""
    return {f"{one['rule']} {one['name']}": one["fingerprint"] for one in told(result)}


# Fingerprints


TWO = "  - {{id: {}, when: {{segment: [large, tiny], vip: true}}, assign: {{pool: smb}}}}\n"
DERIVED = "derive: {segment: {cases: [{when: {employees: {gte: 50}}, then: large}], else: small}}\n"


def test_a_fingerprint_stays_when_lines_move_and_others_are_renamed(write: Write, leadroute: Leadroute) -> None:
    """Moved lines, a renamed rule beside it, another layout; but not another rule, word or severity."""
    write(DERIVED + RULES.replace("rules:\n", "rules:\n" + TWO.format("dead")))
    before = marks(leadroute("validate", "--format", "json"))
    assert len(set(before.values())) == 2
    moved = RULES.replace("rules:\n", "\n# new\nrules:\n" + TWO.format("dead")).replace("id: large", "id: big")
    write(DERIVED + moved.replace("  - {id: rest", "\n  -   {id: rest"))
    assert marks(leadroute("validate", "--format", "json")) == before
    write(DERIVED + moved.replace("id: web", "id: net").replace("assign: {pool: na}\n  - {id: rest", "assign: {pool: smb}\n  - {id: rest"))
    after = marks(leadroute("validate", "--format", "json"))
    assert before.items() & after.items() == {item for item in before.items() if "dead-part" in item[0]}


def test_a_rule_is_known_again_in_another_file(write: Write, leadroute: Leadroute) -> None:
    """A file of rules may be renamed, or split."""
    write(RULES)
    before = marks(leadroute("validate", "--format", "json"))
    Path("rules.yaml").rename("inbound.yaml")
    assert marks(leadroute("validate", "--format", "json")) == before


def test_equal_findings_have_fingerprints_of_their_own(write: Write, leadroute: Leadroute, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted in their order; and a fingerprint does not depend on the folder from which the project is seen."""
    twice = "any: [{not: {source: web}}, {not: {source: web}}]"
    write(f"rules:\n  - {{id: a, when: {{{twice}}}, assign: {{pool: smb}}}}\n  - {{id: b, assign: {{pool: smb}}}}\n")
    here = told(leadroute("validate", "--format", "json"))
    assert [one["name"] for one in here] == ["not-catches-missing", "not-catches-missing"]
    assert len({one["fingerprint"] for one in here}) == 2
    Path("inner").mkdir()
    monkeypatch.chdir("inner")
    there = told(leadroute("validate", "--format", "json"))
    assert [one["fingerprint"] for one in there] == [one["fingerprint"] for one in here]


def test_a_row_of_a_table_is_known_by_its_first_cell(write: Write, leadroute: Leadroute) -> None:
    """Wherever it moves to."""
    write("rules:\n  - {id: a, assign: {pool: smb}}\n")
    Path("leadroute.yaml").write_text(f"{LEADROUTE}roster: reps.csv\n", "utf-8")
    told = []
    for rows in ("ann,smb,na,-1\nbob,smb,na,2\n", "bob,smb,na,2\nann,smb,na,-1\n", "bob,smb,na,-1\nann,smb,na,1\n"):
        Path("reps.csv").write_text(f"id,team,region,weight\n{rows}", "utf-8")
        told.append(marks(leadroute("validate", "--format", "json")))
    assert told[0] == told[1] != told[2]
    assert all(told)


# Selecting and ignoring


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ((), {"unreachable-rule", "not-catches-missing"}),
        (("--select", "LR3"), {"unreachable-rule"}),
        (("--select", "lr301,LR258"), {"unreachable-rule", "not-catches-missing"}),
        (("--select", "overlap"), {"overlap"}),
        (("--ignore", "LR2"), {"unreachable-rule"}),
        (("--ignore", "unreachable-rule", "--ignore", "not-catches-missing"), set()),
        (("--select", "LR", "--ignore", "LR25"), {"unreachable-rule"}),
    ],
)
def test_findings_are_chosen_by_code_name_or_beginning(
    options: tuple[str, ...], names: set[str], write: Write, leadroute: Leadroute
) -> None:
    """Ignoring goes before selecting; what is selected by its own name need not be asked for as advice."""
    write(RULES.replace("source: web", "not: {source: web}"))
    if "overlap" in names:
        write("rules:\n  - {id: a, when: {vip: true}, assign: {pool: smb}}\n  - {id: b, when: {source: web}, assign: {pool: na}}\n")
    result = leadroute("validate", "--format", "json", *options)
    shown = {one["name"] for one in json.loads(result.stdout)["diagnostics"]}
    assert (shown if "overlap" in options else {name for name, _ in found(result)}) == names
    assert result.exit_code == (Exit.NO if "unreachable-rule" in names else Exit.DONE)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--select", "overlapp"), "did you mean 'overlap'?"),
        (("--ignore", "LR399,LR3O1"), "there is no code 'LR3O1'"),
        (("--select", ""), "nothing would be found"),
        (("--ignore", "unknown-field"), "cannot be ignored"),
        (("--ignore", "LR201"), "cannot be ignored"),
        (("--fix", "--diff"), "--fix writes"),
        (("--diff", "--format", "json"), "--diff"),
        (("--write-baseline",), "--baseline"),
        (("--leads", "-", "--fix"), "standard input can be read only once"),
        (("--leads", "-", "--forecast", "-"), "standard input can be read only once"),
    ],
)
def test_options_that_mean_nothing_are_wrong_usage(options: tuple[str, ...], said: str, write: Write, leadroute: Leadroute) -> None:
    """An unknown code is never passed over, nor is one with which a project cannot be run."""
    write(RULES)
    result = leadroute("validate", *options, columns=200)
    assert said in " ".join(result.stderr.split())
    assert (result.exit_code, result.stdout) == (Exit.USAGE, "")


def test_what_cannot_be_run_is_always_told(write: Write, leadroute: Leadroute) -> None:
    """Whatever is selected or ignored, and whatever a baseline or a revision held; no baseline is made of it."""
    write(RULES.replace("source: web", "sauce: web"))
    for options in (("--select", "LR3"), ("--ignore", "LR2")):
        result = leadroute("validate", *options, "--format", "json")
        assert (found(result), result.exit_code) == ([("unknown-field", "web")], Exit.NO)
    result = leadroute("validate", "--baseline", "known.json", "--write-baseline")
    assert (result.exit_code, Path("known.json").exists()) == (Exit.NO, False)


# Comments


def test_a_comment_lets_a_finding_stand(write: Write, leadroute: Leadroute) -> None:
    """With its reason until its date, that day included; then the finding is back, and the date is said to be over."""
    comment = "  - id: web  # leadroute: ignore[LR301] kept for the audit until 2026-11-25\n"
    write(RULES.replace("  - id: web\n", comment))
    result = leadroute("validate", *AT)
    assert (result.exit_code, result.stdout) == (Exit.DONE, "no findings in 4 rules, 3 reps; 1 suppressed\n")
    told = json.loads(leadroute("validate", *AT, "--format", "json").stdout)
    assert [(one["name"], one["suppression"]) for one in told["suppressed"]] == [
        ("unreachable-rule", {"by": "comment", "reason": "kept for the audit"})
    ]
    result = leadroute("validate", "--at", "2026-11-26T00:00", "--format", "json")
    assert found(result) == [("unreachable-rule", "web"), ("expired-suppression", None)]
    assert result.exit_code == Exit.NO


def test_a_comment_above_an_item_speaks_of_all_of_it(write: Write, leadroute: Leadroute) -> None:
    """Whatever line of it a finding points to."""
    rules = DERIVED + RULES.replace("source: web}", "not: {source: web}}")
    write(rules.replace("  - id: web\n", "  # leadroute: ignore[LR301, LR258] as agreed\n  - id: web\n"))
    assert leadroute("validate").stdout == "no findings in 4 rules, 3 reps; 2 suppressed\n"


@pytest.mark.parametrize(
    ("comment", "name"),
    [
        ("ignore[LR302] why", "unused-suppression"),
        ("ignore[LR258] why", "unused-suppression"),
        ("ignore[LR301] why", "unused-suppression"),
        ("ignore[LR301]", "no-reason"),
        ("ignore LR301 why", "bad-suppression"),
        ("ignore[LR31] why", "unknown-code"),
        ("ignore[LR201] why", "not-suppressible"),
    ],
)
def test_comments_that_do_nothing_are_findings(comment: str, name: str, write: Write, leadroute: Leadroute) -> None:
    """Warnings, which only ``--strict`` makes errors of."""
    write(f"rules:\n  - {{id: a, assign: {{pool: smb}}}}  # leadroute: {comment}\n")
    result = leadroute("validate", "--format", "json")
    assert (found(result), result.exit_code) == ([(name, None)], Exit.DONE)
    assert leadroute("validate", "--strict").exit_code == Exit.NO


def test_a_comment_in_the_wrong_place_is_not_thrown_away(write: Write, leadroute: Leadroute) -> None:
    """It is told where the finding is that it may be about, and --fix leaves it."""
    rules = RULES.replace("    assign: {pool: na}", "    assign: {pool: na}  # leadroute: ignore[LR301] to come")
    write(rules)
    result = leadroute("validate", "--fix")
    assert "help: put it above line 8, if it is about that, or remove it\n" in result.stdout
    assert rules in Path("rules.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "unused"),
    [((), False), (("--advice",), True), (("--advice", "--budget", "0"), False), (("--advice", "--select", "LR301,LR504"), False)],
)
def test_a_comment_is_only_unused_where_its_finding_was_looked_for(
    options: tuple[str, ...], unused: bool, write: Write, leadroute: Leadroute
) -> None:
    """What only deserves a look is not looked for, nor what is left undecided or not selected."""
    write("rules:\n  - {id: a, assign: {pool: smb}}  # leadroute: ignore[LR307] why\n")
    result = leadroute("validate", "--format", "json", *options)
    assert ("unused-suppression" in {name for name, _ in found(result)}) == unused


# Baselines and revisions


def test_a_baseline_holds_what_is_known(write: Write, leadroute: Leadroute) -> None:
    """What comes new counts; what is gone is said, until the baseline is written anew; and the file has one form."""
    write(RULES)
    result = leadroute("validate", "--baseline", "known.json", "--write-baseline")
    assert (result.exit_code, result.stdout) == (Exit.DONE, "no findings in 4 rules, 3 reps; 1 in the baseline; wrote known.json\n")
    first = Path("known.json").read_text("utf-8")
    write(RULES.replace("rules:\n", "\n\nrules:\n"))
    assert leadroute("validate", "--baseline", "known.json").stdout == "no findings in 4 rules, 3 reps; 1 in the baseline\n"
    leadroute("validate", "--baseline", "known.json", "--write-baseline")
    assert Path("known.json").read_text("utf-8") == first
    write(RULES.replace("id: web", "id: net"))
    result = leadroute("validate", "--baseline", "known.json", "--format", "json")
    assert (found(result), result.exit_code) == ([("unreachable-rule", "net"), ("stale-baseline", None)], Exit.NO)
    (stale,) = [one for one in json.loads(result.stdout)["diagnostics"] if one["name"] == "stale-baseline"]
    assert (stale["file"], stale["line"]) == (
        "known.json",
        1 + first[: first.index(json.loads(first)["findings"][0]["fingerprint"])].count("\n"),
    )
    assert found(leadroute("validate", "--baseline", "known.json", "--select", "LR258", "--format", "json")) == []


@pytest.mark.parametrize(
    "text", [None, "{", "[]", '{"schema_version": 2, "findings": []}', '{"schema_version": 1, "findings": [{}]}', "\xff"]
)
def test_a_baseline_that_is_none_is_refused(text: str | None, write: Write, leadroute: Leadroute) -> None:
    """As any input that cannot be loaded, in a machine format with one object all the same."""
    write(RULES)
    if text is not None:
        Path("known.json").write_bytes(text.encode("latin-1"))
    result = leadroute("validate", "--baseline", "known.json", "--format", "json")
    assert "error LR508 [bad-baseline] the baseline `known.json` cannot be used: " in result.stderr
    assert (found(result), result.exit_code) == ([("bad-baseline", None)], Exit.UNLOADABLE)


def test_a_baseline_that_cannot_be_written_is_refused(write: Write, leadroute: Leadroute) -> None:
    """With the name that was typed."""
    write(RULES)
    result = leadroute("validate", "--baseline", "nowhere/known.json", "--write-baseline")
    assert (result.exit_code, result.stderr) == (Exit.UNLOADABLE, "error: `nowhere/known.json`: no such file or directory\n")


def test_a_baseline_is_not_written_over_another_file(write: Write, leadroute: Leadroute) -> None:
    """Such as one of rules; a baseline from an editor that marks UTF-8 is one."""
    write(RULES)
    before = Path("rules.yaml").read_bytes()
    result = leadroute("validate", "--baseline", "rules.yaml", "--write-baseline")
    assert (result.exit_code, Path("rules.yaml").read_bytes()) == (Exit.UNLOADABLE, before)
    Path("known.json").write_text('{"schema_version": 1, "findings": []}', "utf-8-sig")
    assert leadroute("validate", "--baseline", "known.json", "--write-baseline").exit_code == Exit.DONE


def git(*words: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *words], check=True, capture_output=True)


def test_only_what_is_new_since_a_revision_counts(write: Write, leadroute: Leadroute) -> None:
    """Moved findings are not new; a project that was not there had none; a revision that is not there is refused."""
    write(RULES)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "first")
    write(RULES.replace("rules:\n", "\n\nrules:\n"))
    result = leadroute("validate", "--changed-since", "HEAD")
    assert (result.exit_code, result.stdout) == (Exit.DONE, "no findings in 4 rules, 3 reps; 1 not new\n")
    write(
        RULES.replace("rules:\n", "\n\nrules:\n").replace(
            "  - {id: rest", "  - {id: net, when: {employees: 3}, assign: {pool: smb}}\n  - {id: rest"
        )
    )
    result = leadroute("validate", "--changed-since", "HEAD", "--format", "json")
    assert (found(result), result.exit_code) == ([("unreachable-rule", "net")], Exit.NO)
    result = leadroute("validate", "--changed-since", "nowhere", "--format", "sarif")
    assert [one["ruleId"] for one in json.loads(result.stdout)["runs"][0]["results"]] == [CODES_BY_NAME["no-revision"].code]
    assert result.exit_code == Exit.UNLOADABLE
    git("rm", "-q", "--cached", "leadroute.yaml")
    git("commit", "-qm", "second")
    assert leadroute("validate", "--changed-since", "HEAD", "--format", "json").stdout.count("unreachable-rule") == 2


# Fixes


BROKEN = """\
derive:
  segment:
    cases:
      - {when: {employees: {gte: 50}}, then: large}
      # never
      - {when: {employees: {gte: 100}}, then: huge}
    else: small
rules:
  # the first
  - id: a
    when:
      segment: [large, medium]  # two
      any:
        - {source: web}
        - {employees: {lt: 10}}
    assign: {pool: smb, otherwise: [{queue: unassigned}, {pool: na}]}
  - id: b   # twice
    when: {segment: large, source: web}
    assign: {pool: smb, otherwise: [{queue: unassigned}]}
  - {id: c, when: {country: DE}, assign: {pool: na}}  # leadroute: ignore[LR302] why
  - {id: rest, assign: {pool: smb}}
"""
FIXED = """\
derive:
  segment:
    cases:
      - {when: {employees: {gte: 50}}, then: large}
      # never
    else: small
rules:
  # the first
  - id: a
    when:
      segment: [large]  # two
      any:
        - {source: web}
    assign: {pool: smb, otherwise: [{queue: unassigned}]}
  - {id: c, when: {country: DE}, assign: {pool: na}}
  - {id: rest, assign: {pool: smb}}
"""


@pytest.mark.parametrize(("start", "ends"), [("", "\n"), ("\ufeff", "\r\n")])
def test_fixes_are_exact(start: str, ends: str, write: Write, leadroute: Leadroute) -> None:
    """Comments, layout, line ends and byte order mark stay; what is shown is what is written; and nothing is left to fix."""
    before, after = (f"{start}version: 1\n{POOLS}{rules}".replace("\n", ends).encode() for rules in (BROKEN, FIXED))
    write("")
    Path("rules.yaml").rename("elsewhere.yaml")
    Path("rules.yaml").symlink_to("elsewhere.yaml")
    Path("rules.yaml").write_bytes(before)
    Path("leadroute.yaml").write_text(f"{LEADROUTE}rules: [rules.yaml]\n", "utf-8")
    shown = leadroute("validate", "--diff")
    assert Path("rules.yaml").read_bytes() == before
    assert shown.stdout.startswith("--- a/rules.yaml\n+++ b/rules.yaml\n")
    assert "6 can be fixed" in shown.stderr
    result = leadroute("validate", "--fix")
    assert (result.exit_code, result.stdout) == (Exit.DONE, "no findings in 3 rules, 3 reps; 6 fixed; wrote rules.yaml\n")
    assert Path("rules.yaml").read_bytes() == after
    assert Path("rules.yaml").is_symlink()
    assert leadroute("validate", "--fix").stdout == "no findings in 3 rules, 3 reps\n"
    if ends == "\n":  # stdout has line ends of its own
        Path("rules.yaml").unlink()
        Path("rules.yaml").write_bytes(before)
        subprocess.run(["git", "apply"], input=shown.stdout, text=True, check=True)
        assert Path("rules.yaml").read_bytes() == after


def test_fixes_move_no_lead(write: Write, leadroute: Leadroute) -> None:
    """Every lead of a file with all that the rules ask about is decided as before, by the same rule."""
    write(BROKEN)
    rows = [
        f"{source}-{employees}-{country},{source},{employees},{country}"
        for source in ("web", "ads", "")
        for employees in ("", 5, 10, 49, 50, 99, 100, 1000)
        for country in ("DE", "FR", "")
    ]
    others = "created_at,renewal,company,email,site,industry,language,postal_code,deal_value,owner,vip,products"
    blank = "," * (others.count(",") + 1)
    Path("leads.csv").write_text("\n".join([f"lead_id,source,employees,country,{others}", *(row + blank for row in rows)]) + "\n", "utf-8")
    routed = [leadroute("route", "leads.csv", "--state", "none", *AT).stdout]
    assert leadroute("validate", "--fix").exit_code == Exit.DONE
    routed.append(leadroute("route", "leads.csv", "--state", "none", *AT).stdout)
    assert routed[0] == routed[1]
    assert routed[0].count("\n") == len(rows) + 1


def test_a_value_that_stands_twice_is_taken_out_where_advice_is_asked_for(write: Write, leadroute: Leadroute) -> None:
    """One by one, until each is there once; and a comment that lets such advice stand is not unused without it."""
    write("rules:\n  - {id: a, when: {source: [web, ads, web, web]}, assign: {pool: smb}}  # leadroute: ignore[LR307] why\n")
    assert "fixed" not in leadroute("validate", "--fix").stdout
    leadroute("validate", "--fix", "--advice")
    assert "source: [web, ads]}" in Path("rules.yaml").read_text("utf-8")
    write("rules:\n  - {id: a, when: {source: [web, ads, web]}, assign: {pool: smb}}  # leadroute: ignore[LR303] why\n")
    assert leadroute("validate").stdout == "no findings in 1 rule, 3 reps\n"
    assert "1 suppressed" in leadroute("validate", "--advice").stdout


def test_only_what_counts_is_fixed(write: Write, leadroute: Leadroute) -> None:
    """What was there in a revision stays, also where the files are named by options; what comes after the last round is told."""
    old = "  - {id: old, when: {country: DE}, assign: {pool: smb}}\n"
    rules = "rules:\n  - {id: all, when: {country: [DE, FR]}, assign: {pool: smb}}\n" + old
    write(rules + "  - {id: rest, assign: {pool: smb}}\n")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "first")
    write(rules + old.replace("old", "new") + "  - {id: rest, assign: {pool: smb}}\n")
    options = ("--changed-since", "HEAD", "--rules", "rules.yaml", "--roster", "roster.yaml")
    assert leadroute("validate", "--fix", *options).stdout == "no findings in 3 rules, 3 reps; 1 not new; 1 fixed; wrote rules.yaml\n"
    assert old in Path("rules.yaml").read_text("utf-8")


def test_what_may_be_a_typo_or_is_not_counted_is_not_fixed(write: Write, leadroute: Leadroute) -> None:
    """A value near one that the field can have; a rule whose leads were meant to go elsewhere; what is ignored or let stand."""
    typo = DERIVED + "rules:\n  - {id: a, when: {segment: [large, smalls]}, assign: {pool: smb}}\n  - {id: b, assign: {pool: na}}\n"
    for rules, options in ((typo, ()), (RULES, ()), (BROKEN, ("--ignore", "LR3,LR5,LR2"))):
        write(rules)
        before = Path("rules.yaml").read_text("utf-8")
        assert "fixed" not in leadroute("validate", "--fix", *options).stdout
        assert Path("rules.yaml").read_text("utf-8") == before


# Formats


LOUD = """\
rules:
  - {id: "50%, a: b", when: {employees: {gte: 50}}, assign: {pool: smb}}
  - {id: web, when: {employees: {gte: 100}, source: web}, assign: {pool: na}}
  - {id: net, when: {employees: {gte: 100}, source: net}, assign: {pool: na}}  # leadroute: ignore[LR301] to come
  - {id: rest, when: {segment: [small, wee]}, assign: {pool: smb}}
"""


@pytest.mark.parametrize("form", ["github", "sarif", "junit"])
def test_programs_are_told_in_their_own_format(form: str, write: Write, leadroute: Leadroute, golden: Golden) -> None:
    """With what is let stand, what would put it right, and characters that mean something there escaped."""
    write(DERIVED + LOUD)
    result = leadroute("validate", "--format", form)
    told = result.stdout
    if form == "sarif":  # without what the registry says, which has tests of its own
        content = json.loads(told)
        driver = content["runs"][0]["tool"]["driver"]
        assert driver.pop("version") == __version__
        driver["rules"] = [one["id"] for one in driver["rules"]]
        told = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    golden(f"validate/findings.{form}", told)
    assert (result.exit_code, result.stderr) == (Exit.NO, "")


@pytest.mark.parametrize("case", ["findings", "none", "unloadable"])
def test_sarif_is_valid(case: str, write: Write, leadroute: Leadroute) -> None:
    """Against the schema of the standard, also where nothing was found or nothing could be read."""
    from jsonschema import Draft7Validator

    if case != "unloadable":
        write(DERIVED + LOUD if case == "findings" else "rules:\n  - {id: a, assign: {pool: smb}}\n")
    told = json.loads(leadroute("validate", "--format", "sarif").stdout)
    schema = json.loads((Path(__file__).parents[1] / "show" / "sarif-schema-2.1.0.json").read_text("utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(told)] == []
    (run,) = told["runs"]
    assert [run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    assert bool(run["results"]) == (case != "none")
    if case == "findings":
        assert all(one["partialFingerprints"] for one in run["results"])


def test_places_outside_the_working_folder_are_whole(write: Write, leadroute: Leadroute, monkeypatch: pytest.MonkeyPatch) -> None:
    """In SARIF as addresses; a lead that shows a finding is in the message."""
    write("rules:\n  - {id: a, when: {vip: true}, assign: {pool: smb}}\n")
    Path("leadroute.yaml").write_text(LEADROUTE.replace("default: {queue: unassigned}\n", ""), "utf-8")
    home = Path.cwd()
    Path("inner").mkdir()
    monkeypatch.chdir("inner")
    (gap,) = json.loads(leadroute("validate", "--format", "sarif").stdout)["runs"][0]["results"]
    assert gap["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": (home / "rules.yaml").as_uri()}
    assert "for example: vip=" in gap["message"]["text"]
    assert "%0Afor example: vip=" in leadroute("validate", "--format", "github").stdout


def test_code_hosts_are_told_places_from_the_top_of_a_checkout(write: Write, leadroute: Leadroute) -> None:
    """Wherever the job runs; and what is about no place stands at the project's file, since a log with a result without one is refused."""
    write(RULES)
    Path.cwd().with_name(".git").mkdir()
    place = f"{Path.cwd().name}/"
    assert leadroute("validate", "--format", "github").stdout.startswith(f"::error file={place}rules.yaml,line=8,")
    told = json.loads(leadroute("validate", "--format", "sarif", "--budget", "0").stdout)
    uris = [one["physicalLocation"]["artifactLocation"]["uri"] for found in told["runs"][0]["results"] for one in found["locations"]]
    assert uris == [f"{place}leadroute.yaml"]


def test_junit_is_xml_whatever_a_rule_is_called(write: Write, leadroute: Leadroute) -> None:
    """Characters that XML cannot hold are escapes."""
    from xml.etree import ElementTree

    write(RULES.replace("id: web", r'id: "we\uFFFE\uFFFF\x01<&b"'))
    told = ElementTree.fromstring(leadroute("validate", "--format", "junit").stdout.encode())  # noqa: S314 - written by us
    assert [one.get("message", "").partition(":")[0] for one in told.iter("failure")] == [r"no lead reaches `we\ufffe\uffff\x01<&b`"]


def test_what_a_chosen_proof_leaves_open_is_told(write: Write, leadroute: Leadroute) -> None:
    """So that what was never proved does not pass as not found; choosing other findings does without."""
    write(RULES)
    for chosen, code in (("LR301", Exit.UNDECIDED), ("LR2", Exit.DONE)):
        result = leadroute("validate", "--select", chosen, "--strict", "--budget", "0")
        assert (result.exit_code, "LR399 [undecided]" in result.stdout) == (code, code == Exit.UNDECIDED)


@pytest.mark.parametrize("options", [(), ("--strict",), ("--fail-on", "never")])
def test_the_exit_code_and_the_words_agree(options: tuple[str, ...], write: Write, leadroute: Leadroute) -> None:
    """JUnit has a failure if and only if the answer is no, or a file cannot be read."""
    for rules in (
        "rules:\n  - {id: a, assign: {pool: smb}}\n",
        RULES,
        RULES.replace("pool: na}\n  - {id: rest", "pool: smb}\n  - {id: rest"),
    ):
        write(rules)
        result = leadroute("validate", "--format", "junit", *options)
        assert ("<failure" in result.stdout) == (result.exit_code == Exit.NO)
        assert result.stdout.startswith("<?xml")
    Path("roster.yaml").unlink()
    result = leadroute("validate", "--format", "junit", *options)
    assert ("<failure" in result.stdout, result.exit_code) == (True, Exit.UNLOADABLE)


# Leads


def test_leads_weigh_findings(write: Write, leadroute: Leadroute) -> None:
    """Overlaps, gaps and rules that nobody reaches say how many leads of a file they are about; the heaviest is told first."""
    write(
        "rules:\n  - {id: vip, when: {vip: true}, assign: {pool: smb}}\n  - {id: web, when: {source: web}, assign: {pool: na}}\n"
        "  - {id: de, when: {country: DE, source: web}, assign: {pool: smb}}\n  - {id: fr, when: {country: FR}, assign: {pool: smb}}\n"
    )
    others = "created_at,renewal,company,email,site,industry,language,postal_code,employees,deal_value,owner,products"
    leads = ["true,web,FR", "true,web,US", "false,web,DE", "false,web,FR", "false,ads,US", "false,ads,US", "false,ads,", "true,ads,FR"]
    rows = [f"{at},{lead}{',' * (others.count(',') + 1)}" for at, lead in enumerate(leads)]
    Path("leads.csv").write_text("\n".join([f"lead_id,vip,source,country,{others}", *rows]) + "\n", "utf-8")
    result = leadroute("validate", "--advice", "--leads", "leads.csv", "--select", "LR301,LR306,LR307", "--format", "json")
    told = [(one["name"], one["rule"], one["leads"]) for one in json.loads(result.stdout)["diagnostics"]]
    assert told == [("gap", None, 3), ("overlap", "vip", 2), ("overlap", "web", 1), ("unreachable-rule", "de", 1)]
    assert "3 of 8 leads" in leadroute("validate", "--advice", "--leads", "leads.csv").stdout.splitlines()[0]
    refused = leadroute("validate", "--leads", "nowhere.csv", "--format", "json")
    assert (found(refused), refused.exit_code) == ([("lead-file-missing", None)], Exit.UNLOADABLE)
