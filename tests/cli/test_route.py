"""``leadroute route`` as it is typed: its streams, its exit codes, its report files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Leadroute
from tests.conftest import Golden
from tests.workflows.running import ADDED, AT, acme, project, table, write_leads

SECONDS = re.compile(r"\d+\.\d\d s\b")


@pytest.fixture
def here(folder: Path) -> Path:
    """The working folder with the small project and its leads."""
    return acme(folder)


def timeless(text: str) -> str:
    """What is printed, without how long it took."""
    assert len(SECONDS.findall(text)) == 1
    return SECONDS.sub("0.00 s", text)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


# Streams


def test_leads_go_to_stdout_and_words_to_stderr(here: Path, leadroute: Leadroute) -> None:
    """Without ``-o`` stdout holds the leads and nothing else, the same bytes as the file would."""
    shown = leadroute("route", "leads.csv", "--at", AT, "--state", "none")
    leadroute("route", "leads.csv", "--at", AT, "--state", "none", "-o", "out.csv")
    assert shown.exit_code == 0
    assert shown.stdout_bytes == (here / "out.csv").read_bytes()
    assert shown.stderr.startswith("21 leads: 13 assigned, 5 queued, 1 held, 1 duplicate, 1 invalid")


def test_leads_come_from_stdin(here: Path, leadroute: Leadroute) -> None:
    """``-`` is stdin; the format is found out or told."""
    text = (here / "leads.csv").read_text("utf-8")
    piped = leadroute("route", "-", "--at", AT, "--state", "none", stdin=text)
    named = leadroute("route", "leads.csv", "--at", AT, "--state", "none")
    assert piped.stdout_bytes == named.stdout_bytes
    told = leadroute("route", "-", "--at", AT, "--state", "none", "--input-format", "jsonl", "-q", stdin='{"lead_id": "1"}\n')
    assert told.exit_code == 3  # it has no company
    assert "missing-column" in told.stderr


def test_the_output_format_is_told_or_follows_the_ending(here: Path, leadroute: Leadroute) -> None:
    """``--format`` wins over the ending, the ending over the input's format."""
    common = ("route", "leads.csv", "--at", AT, "--state", "none", "-q")
    assert len(json.loads(leadroute(*common, "--format", "json").stdout)) == 21
    assert leadroute(*common, "-o", "out.jsonl").exit_code == 0
    assert [*json.loads((here / "out.jsonl").read_text("utf-8").splitlines()[0])][-1] == "assignment"
    assert leadroute(*common, "-o", "out.json", "--format", "csv").exit_code == 0
    assert [*table(here / "out.json")[0]][-9:] == ADDED


def test_quiet_says_nothing(here: Path, leadroute: Leadroute) -> None:
    """With ``-q`` stderr is empty when all is well, and still says what is wrong."""
    assert leadroute("route", "leads.csv", "-q", "-o", "out.csv").stderr == ""
    assert "no file `nope.csv`" in leadroute("route", "nope.csv", "-q").stderr


@pytest.mark.parametrize("columns", [80, 140])
def test_the_account_fits_the_width(here: Path, leadroute: Leadroute, golden: Golden, columns: int) -> None:
    """What is said of a run, at two widths; no line is longer than the terminal."""
    done = leadroute("route", "leads.csv", "--at", AT, "-o", "out.csv", columns=columns)
    assert max(map(len, done.stderr.splitlines())) <= columns
    golden(f"route/acme.{columns}.txt", timeless(done.stderr))


@pytest.mark.parametrize("columns", [80, 140])
def test_a_second_run_says_what_stayed(here: Path, leadroute: Leadroute, golden: Golden, columns: int) -> None:
    """Leads that keep an earlier decision are counted, and left-over ones still listed."""
    leadroute("route", "leads.csv", "--at", AT, "-q", "-o", "out.csv")
    done = leadroute("route", "leads.csv", "--at", "2026-11-23T20:00-05:00", "-o", "out.csv", columns=columns)
    golden(f"route/again.{columns}.txt", timeless(done.stderr))


def test_large_accounts_are_cut_short(folder: Path, leadroute: Leadroute, golden: Golden) -> None:
    """Of many pools, reps and rules the first are shown with the sum of the rest; ``-v`` shows all."""
    pools = "\n".join(f"  pool-{at}: {{who: {{team: t{at % 3}}}}}" for at in range(15))
    rules = "\n".join(f"  - {{id: rule-number-{at}, when: {{n: {at}}}, assign: {{pool: pool-{at % 15}}}}}" for at in range(45))
    reps = "".join(f"\n  - {{id: rep-{at}, team: t{at % 3 if at < 20 else 0}}}" for at in range(40))
    project(folder, f"pools:\n{pools}\nrules:\n{rules}", reps, "{lead_id: string, n: integer}")
    write_leads(folder / "leads.csv", [(f"L{at}", at % 40) for at in range(200)], ("lead_id", "n"))
    short = leadroute("route", "leads.csv", "--at", AT, "--state", "none", "-o", "out.csv")
    assert max(map(len, short.stderr.splitlines())) <= 80
    golden("route/large.80.txt", timeless(short.stderr))
    assert "rep-39" in leadroute("route", "leads.csv", "--at", AT, "--state", "none", "-o", "out.csv", "-v").stderr


def test_markup_is_text(folder: Path, leadroute: Leadroute) -> None:
    """Nothing of a user's text is read as markup or steers the terminal."""
    project(
        folder,
        "pools: {'[red]x[/x]': {}}\nrules: [{id: '[bold]r', assign: {pool: '[red]x[/x]'}}]",
        "[{id: '[link]ann[/link]'}]",
        "{lead_id: string, n: integer}",
        "name: x",
    )
    write_leads(folder / "leads.csv", [("[red]x[/x]", "\x1b[31mred")], ("lead_id", "n"))
    rules = (folder / "rules.yaml").read_text().replace("assign:", "when: {not: {n: 1}}, assign:")
    (folder / "rules.yaml").write_text(rules)
    done = leadroute("route", "leads.csv", "--state", "none", "-o", "out.csv", columns=140)
    assert [word for word in ("[red]x[/x]", "[bold]r", "[link]ann[/link]", "\\x1b[31mred") if word not in done.stderr] == []
    told = leadroute("explain", "leads.csv", "--lead", "[red]x[/x]", "--state", "none")
    assert told.stdout.startswith("[red]x[/x]")
    assert "\x1b" not in done.stderr + told.stdout


def test_colour_is_asked_for(here: Path, leadroute: Leadroute) -> None:
    """``NO_COLOR`` and a pipe mean none; ``--color always`` colours, and its text is the same."""
    plain = leadroute("route", "leads.csv", "--at", AT, "--state", "none", "-o", "out.csv", NO_COLOR="1")
    always = leadroute("route", "leads.csv", "--at", AT, "--state", "none", "-o", "out.csv", "--color", "always")
    assert "\x1b" not in plain.stderr
    uncoloured = re.sub(r"\x1b\[[0-9;]*m", "", always.stderr)
    assert [line.rstrip() for line in timeless(uncoloured).splitlines()] == timeless(plain.stderr).splitlines()


# Exit codes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'LEADS'"),
        (["leads.csv", "--format", "yaml"], "'yaml' is not one of"),
        (["leads.csv", "--report", "x.txt"], "a report ends in .json or .md"),
        (["leads.csv", "-o", "x.json", "--report", "./x.json"], "the output and the report are one file"),
        (["leads.csv", "--nope"], "No such option"),
        (["leads.csv", "more.csv"], "unexpected extra argument"),
    ],
)
def test_wrong_usage_is_2(here: Path, leadroute: Leadroute, arguments: list[str], said: str) -> None:
    """What is typed wrong is refused before anything is read."""
    before = files(here)
    done = leadroute("route", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert files(here) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope.csv"], "there is no file `nope.csv`"),
        (["."], "`.` is a folder"),
        (["leads.csv", "--project", "nope"], "the project file `nope` does not exist"),
        (["leads.csv", "--roster", "nope.yaml"], "nope.yaml"),
        (["leads.csv", "--rules", "leads.csv"], "leads.csv:"),
        (["leads.csv", "--at", "soon"], "`soon` is no timestamp"),
        (["leads.csv", "--state", "leads.csv"], "`leads.csv` is no leadroute ledger"),
        (["leads.csv", "--state", "postgresql://me:secret@127.0.0.1:1/db"], "`postgresql://me:***@127.0.0.1:1/db` cannot be opened"),
        (["leads.csv", "--report", "nope/x.json"], "`nope/x.json`: no such file or directory"),
        (["leads.csv", "-o", "nope/x.csv"], "`nope/x.csv` cannot be written"),
        (["leads.csv", "--encoding", "klingon"], "klingon"),
        (["leads.csv", "--delimiter", "ab"], "`ab` cannot separate cells"),
        (["leads.csv", "--input-format", "xlsx"], "leads.csv"),
        (["roster.yaml"], "missing-column"),
    ],
)
def test_an_input_that_cannot_be_used_is_3(here: Path, leadroute: Leadroute, arguments: list[str], said: str) -> None:
    """The message says which and why; nothing is on stdout, and no lead was decided."""
    before = files(here)
    done = leadroute("route", "-o", "out.csv", *arguments)
    assert (done.exit_code, done.stdout) == (3, "")
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr
    left = files(here) - before
    assert left <= {".leadroute/state.db"}
    if left:
        assert leadroute("route", "leads.csv", "--at", AT, "-q", "-o", "out.csv").exit_code == 0
        assert {row["assignment_batch"] for row in table(here / "out.csv")} == {"2026-11-23-1", ""}


def test_a_missing_column_is_named(here: Path, leadroute: Leadroute) -> None:
    """A field that a rule uses and no column gives is an error that lists the columns there are."""
    write_leads(here / "leads.csv", [("1", "x")], ("lead_id", "company"))
    done = leadroute("route", "leads.csv")
    assert done.exit_code == 3
    assert [word for word in ("missing-column", "`country`", "`lead_id`, `company`") if word not in done.stderr] == []


def test_an_already_routed_file_is_refused(here: Path, leadroute: Leadroute) -> None:
    """Columns that would be added twice are refused with what to type; ``--replace`` takes them away."""
    leadroute("route", "leads.csv", "--at", AT, "--state", "none", "-q", "-o", "once.csv")
    done = leadroute("route", "once.csv", "--at", AT, "--state", "none", "-o", "twice.csv")
    assert done.exit_code == 3
    assert "--replace" in done.stderr
    assert leadroute("route", "once.csv", "--at", AT, "--state", "none", "-q", "-o", "twice.csv", "--replace").exit_code == 0
    assert (here / "twice.csv").read_bytes() == (here / "once.csv").read_bytes()


def test_leads_left_over_are_1_when_asked(here: Path, leadroute: Leadroute) -> None:
    """With ``--fail-unassigned`` leads that nobody took are the answer no, also when they were decided before; all is written."""
    for _ in range(2):
        assert leadroute("route", "leads.csv", "--at", AT, "-q", "-o", "out.csv", "--fail-unassigned").exit_code == 1
        assert len(table(here / "out.csv")) == 21
    assert leadroute("route", "leads.csv", "--at", AT, "-q", "-o", "out.csv").exit_code == 0
    write_leads(
        here / "fine.csv", [("N-1", "A", "US", "retail", "en", 5)], ("lead_id", "company", "country", "industry", "language", "employees")
    )
    assert leadroute("route", "fine.csv", "--at", AT, "-q", "-o", "out.csv", "--fail-unassigned").exit_code == 0


def test_a_queue_that_a_rule_names_leaves_nothing_over(folder: Path, leadroute: Leadroute) -> None:
    """A rule that sends leads to a queue has done what was wanted."""
    project(folder, "rules: [{id: all, assign: {queue: nurture}}]", "[{id: ann}]")
    write_leads(folder / "leads.csv", [("1",)])
    done = leadroute("route", "leads.csv", "--fail-unassigned", "-o", "out.csv")
    assert done.exit_code == 0
    assert "left over" not in done.stderr


# The report


@pytest.mark.parametrize("ending", ["json", "md"])
def test_the_report_is_the_account_as_a_file(here: Path, leadroute: Leadroute, golden: Golden, ending: str) -> None:
    """``--report`` writes the same numbers as JSON with a ``schema_version``, or as Markdown."""
    done = leadroute("route", "leads.csv", "--at", AT, "-o", "out.csv", "--report", f"report.{ending}")
    assert done.exit_code == 0
    text = (here / f"report.{ending}").read_text("utf-8")
    golden(f"route/report.{ending}", text)
    if ending == "json":
        found = json.loads(text)
        assert next(iter(found)) == "schema_version"
        assert sum(found["outcomes"].values()) == found["leads"] == 21


def test_a_report_is_written_on_a_dry_run_too(here: Path, leadroute: Leadroute) -> None:
    """A dry run writes what was asked for, and no ledger."""
    assert leadroute("route", "leads.csv", "--at", AT, "--dry-run", "-o", "out.csv", "--report", "r.json").exit_code == 0
    assert json.loads((here / "r.json").read_text())["batch"] is None
    assert files(here) >= {"out.csv", "r.json"}
    assert not (here / ".leadroute").exists()


# The process


def process(here: Path, *arguments: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own, away from the variables of whoever runs the tests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEADROUTE_") and name != "COLUMNS"}
    command = [sys.executable, "-m", "leadroute", *arguments]
    return subprocess.run(command, cwd=here, env=environment, capture_output=True, check=False, timeout=120, **more)  # type: ignore[call-overload, no-any-return]


def test_the_bytes_of_a_real_pipe(here: Path) -> None:
    """From stdin to stdout as processes do it, without a terminal: data alone on stdout, plain text of 80 columns on stderr."""
    came = (here / "leads.csv").read_bytes()
    done = process(here, "route", "-", "--at", AT, "--state", "none", input=came)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == len(came.splitlines())
    assert b"\x1b" not in done.stderr
    assert done.stderr.decode().startswith("21 leads: ")


def test_variables_stand_for_flags(here: Path, leadroute: Leadroute, tmp_path: Path) -> None:
    """Common flags have ``LEADROUTE_*`` twins; a flag wins."""
    variables = {"LEADROUTE_AT": "2026-01-05T10:00Z", "LEADROUTE_QUIET": "1", "LEADROUTE_STATE": str(tmp_path / "else.db")}
    done = leadroute("route", "leads.csv", "-o", "out.csv", **variables)
    assert (done.exit_code, done.stderr) == (0, "")
    assert {row["assignment_batch"] for row in table(here / "out.csv")} == {"2026-01-05-1", ""}
    assert (tmp_path / "else.db").exists()
    leadroute("route", "leads.csv", "-o", "out.csv", "--at", AT, "--state", "none", **variables)
    assert {row["assignment_batch"] for row in table(here / "out.csv")} == {""}
