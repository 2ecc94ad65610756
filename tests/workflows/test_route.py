"""Whole batches: what comes out, what the ledger keeps, and what happens when the same leads come again."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from leadroute.leads.errors import LeadFileError
from leadroute.ledger import open_ledger
from leadroute.workflows.refusal import CannotRunError
from tests.workflows.running import ADDED, AT, acme, project, run, standings, table, write_leads

ROUND = "pools: {all: {}}\nrules: [{id: everybody, assign: {pool: all}}]"
"""One pool of everybody, by turns."""


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file under a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def decided(folder: Path) -> dict[str, list[str]]:
    """The batches in which the ledger decided each lead."""
    import sqlite3

    database = sqlite3.connect(folder / ".leadroute" / "state.db")
    found: dict[str, list[str]] = {}
    for lead, batch in database.execute("SELECT lead, name FROM decisions JOIN batches USING (batch) ORDER BY batch"):
        found.setdefault(lead, []).append(batch)
    database.close()
    return found


# What comes out


def test_the_added_columns_are_those_of_the_contract(tmp_path: Path) -> None:
    """Every column as it came, then the nine of the assignment, in their order."""
    run(acme(tmp_path))
    header = (tmp_path / "out.csv").read_text("utf-8").splitlines()[0].split(",")
    assert header == [*(tmp_path / "leads.csv").read_text("utf-8").splitlines()[0].split(","), *ADDED]


def test_every_row_is_there_in_its_order_byte_for_byte(tmp_path: Path) -> None:
    """Each record of the output begins with the very bytes of the input's record."""
    run(acme(tmp_path))
    came, went = ((tmp_path / name).read_bytes().splitlines() for name in ("leads.csv", "out.csv"))
    assert len(came) == len(went)
    assert [new.startswith(old + b",") for old, new in zip(came, went, strict=True)] == [True] * len(came)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiter_line_ends_and_mark_stay(tmp_path: Path, end: str, delimiter: str, encoding: str) -> None:
    """The output has the input's delimiter, line ends and byte order mark; text is UTF-8."""
    project(tmp_path, ROUND, "[{id: ann}]")
    lines = [["lead_id", "name"], ["1", "Zoë"], ["2", '"a\nb"']]
    (tmp_path / "leads.csv").write_bytes("".join(delimiter.join(line) + end for line in lines).encode(encoding))
    run(tmp_path)
    out = (tmp_path / "out.csv").read_bytes()
    assert out.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    text = out.decode("utf-8-sig")
    assert text.split(end)[0].split(delimiter) == ["lead_id", "name", *ADDED]
    assert text.split(end)[1].startswith(f"1{delimiter}Zoë{delimiter}ann{delimiter}assigned{delimiter}")


def test_json_is_an_array_of_the_leads_as_they_came(tmp_path: Path) -> None:
    """Each lead has one more key, ``assignment``, of the contract's shape; what does not apply is null."""
    acme(tmp_path)
    leads = [
        {"lead_id": 1, "company": "A", "country": "MX", "industry": "fintech", "language": "es", "employees": 2400, "n": {"x": [1.0]}},
        {"lead_id": "2", "company": "B", "country": "US", "industry": "retail", "language": "en", "employees": None},
    ]
    (tmp_path / "leads.json").write_text(json.dumps(leads))
    run(tmp_path, "leads.json", "out.json")
    out = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [{key: value for key, value in lead.items() if key != "assignment"} for lead in out] == leads
    assert list(out[0]["assignment"]) == ["outcome", "rep", "queue", "rule", "pool", "reason", "why", "fit", "batch"]
    assert out[0]["assignment"] == {
        "outcome": "assigned",
        "rep": "sarah",
        "queue": None,
        "rule": "enterprise",
        "pool": "enterprise",
        "reason": "pool",
        "why": "rule enterprise: pool enterprise handed it out",
        "fit": 0.88,
        "batch": "2026-11-23-1",
    }
    assert {key: value for key, value in out[1]["assignment"].items() if value is None} == dict.fromkeys(["rep", "rule", "pool", "fit"])


def read_back(path: Path) -> list[dict[str, Any]]:
    """Leads of any format as mappings of texts, the assignment as columns."""
    match path.suffix:
        case ".csv" | ".tsv":
            with path.open(newline="", encoding="utf-8") as file:
                return list(csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ","))
        case ".json" | ".jsonl":
            text = path.read_text("utf-8")
            leads = json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]
            names = dict(zip(["rep", "outcome", "queue", "rule", "pool", "reason", "why", "fit", "batch"], ADDED, strict=True))
            return [{**lead, **{names[key]: value for key, value in lead.pop("assignment").items()}} for lead in leads]
        case ".parquet":
            return pq.read_table(path).to_pylist()
        case _:
            sheet = openpyxl.load_workbook(path).active
            assert sheet is not None
            head, *rows = sheet.iter_rows(values_only=True)
            return [dict(zip(map(str, head), row, strict=True)) for row in rows]


@pytest.mark.parametrize("into", ["csv", "tsv", "json", "jsonl", "parquet", "xlsx"])
@pytest.mark.parametrize("came", ["csv", "tsv", "json", "jsonl", "parquet", "xlsx"])
def test_every_format_in_and_out(tmp_path: Path, came: str, into: str) -> None:
    """A file of any format, made by routing, routes into any format, to the same decisions."""
    acme(tmp_path)
    run(tmp_path, "leads.csv", f"first.{came}", state="none")
    run(tmp_path, f"first.{came}", f"second.{into}", state="none", replace=True)

    def plain(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
        told = ["lead_id", "assigned_to", "assignment_outcome", "assignment_rule", "assignment_reason"]
        return [tuple(str(row[name] if row[name] is not None else "") for name in told) for row in rows]

    assert plain(read_back(tmp_path / f"second.{into}")) == plain(table_of(tmp_path))


def table_of(folder: Path) -> list[dict[str, Any]]:
    """The leads of the small project as CSV routes them."""
    run(folder, "leads.csv", "plain.csv", state="none")
    return list(table(folder / "plain.csv"))


@pytest.mark.parametrize("size", [1, 7, 64, 300, 1 << 20])
def test_the_block_size_never_changes_the_bytes(tmp_path: Path, size: int) -> None:
    """Leads are read in blocks; how large they are shows nowhere."""
    acme(tmp_path)
    run(tmp_path, state="none")
    run(tmp_path, output="blocks.csv", state="none", block_bytes=size)
    assert (tmp_path / "blocks.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_a_cell_that_looks_like_a_formula_comes_out_as_it_came(tmp_path: Path) -> None:
    """Input cells are never changed; added ones never begin a formula; ``safe_cells`` guards all."""
    project(tmp_path, ROUND, "[{id: '=cmd()'}]")
    (tmp_path / "leads.csv").write_text("lead_id,note\n1,=1+1\n")
    run(tmp_path, state="none")
    run(tmp_path, output="safe.csv", state="none", safe_cells=True)
    assert (tmp_path / "out.csv").read_text().splitlines()[1].startswith("1,=1+1,'=cmd(),assigned")
    assert (tmp_path / "safe.csv").read_text().splitlines()[1].startswith("1,'=1+1,'=cmd(),assigned")


def test_a_duplicate_names_the_first_row(tmp_path: Path) -> None:
    """The first row with an id is routed; another is a duplicate without rep, queue or rule, also when the ledger holds the id."""
    acme(tmp_path)
    for _ in range(2):
        run(tmp_path)
        rows = [row for row in table(tmp_path / "out.csv") if row["lead_id"] == "L-02"]
        assert [row["assignment_outcome"] for row in rows] == ["assigned", "duplicate"]
        assert rows[1]["assignment_why"] == "it has the same id as an earlier row: line 3"
        assert [rows[1][name] for name in ADDED if name not in {"assignment_outcome", "assignment_reason", "assignment_why"}] == [""] * 6


def test_an_invalid_row_makes_no_other_a_duplicate(tmp_path: Path) -> None:
    """A row with surplus cells is invalid and keeps no decision: the next row with its id is routed."""
    project(tmp_path, ROUND, "[{id: ann}]")
    (tmp_path / "leads.csv").write_text("lead_id,note\n1,a,b\n1,a\n ,x\nN/A,x\n 1 ,y\n")
    run(tmp_path)
    assert [(row["assignment_outcome"], row["assignment_reason"]) for row in table((tmp_path / "out.csv").read_text())] == [
        ("invalid", "surplus_cells"),
        ("assigned", "pool"),
        ("invalid", "no_id"),
        ("invalid", "no_id"),
        ("duplicate", "duplicate"),
    ]


def test_strict_makes_a_lead_with_an_unreadable_cell_invalid(tmp_path: Path) -> None:
    """Without ``strict`` the cell is missing and listed, and the lead still routes."""
    acme(tmp_path)
    loose = run(tmp_path, state="none")
    outcome = {row["lead_id"]: row["assignment_outcome"] for row in table(tmp_path / "out.csv")}
    assert (outcome["L-03"], outcome["L-11"]) == ("queued", "queued")
    assert {name: (fault.count, fault.examples) for name, fault in loose.distribution.faults.items()} == {
        "country": (1, ("Wonderland",)),
        "employees": (1, ("lots",)),
    }
    run(tmp_path, state="none", strict=True)
    rows = {row["lead_id"]: row for row in table(tmp_path / "out.csv")}
    assert (rows["L-03"]["assignment_reason"], rows["L-11"]["assignment_outcome"]) == ("unreadable", "invalid")
    assert rows["L-01"]["assignment_outcome"] == "assigned"


def test_old_columns_are_refused_or_replaced(tmp_path: Path) -> None:
    """A file that is routed already is refused with nothing written; ``replace`` drops what is there."""
    acme(tmp_path)
    run(tmp_path, state="none")
    with pytest.raises(LeadFileError, match="already has `assigned_to`"):
        run(tmp_path, "out.csv", "again.csv", state="none")
    assert not (tmp_path / "again.csv").exists()
    run(tmp_path, "out.csv", "again.csv", state="none", replace=True)
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_a_file_can_be_routed_onto_itself(tmp_path: Path) -> None:
    """The output may be the input: it is replaced when all is written."""
    acme(tmp_path)
    run(tmp_path, state="none")
    run(tmp_path, output="leads.csv", state="none")
    assert (tmp_path / "leads.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_no_leads_are_a_result(tmp_path: Path) -> None:
    """A file with a header alone gives a header, and no batch."""
    project(tmp_path, ROUND, "[{id: ann}]")
    (tmp_path / "leads.csv").write_text("lead_id\n")
    done = run(tmp_path)
    assert (tmp_path / "out.csv").read_text() == ",".join(["lead_id", *ADDED]) + "\n"
    assert (done.batch, done.distribution.leads) == (None, 0)


# The ledger


def test_a_dry_run_leaves_no_trace(tmp_path: Path) -> None:
    """It decides and writes with an empty batch, and makes neither file nor folder for the ledger."""
    acme(tmp_path)
    done = run(tmp_path, dry_run=True)
    assert (done.batch, done.state) == (None, None)
    assert {row["assignment_batch"] for row in table(tmp_path / "out.csv")} == {""}
    assert not (tmp_path / ".leadroute").exists()


def test_a_dry_run_reads_the_ledger(tmp_path: Path) -> None:
    """Leads decided before stay decided, new ones follow from the standings, and the ledger's bytes stay."""
    project(tmp_path, ROUND, "[{id: ann}, {id: bob}, {id: cho}]")
    write_leads(tmp_path / "leads.csv", [["1"], ["2"]])
    run(tmp_path)
    before = (tmp_path / ".leadroute" / "state.db").read_bytes()
    write_leads(tmp_path / "more.csv", [["2"], ["3"]])
    run(tmp_path, "more.csv", dry_run=True)
    found = [(row["assigned_to"], row["assignment_batch"]) for row in table(tmp_path / "out.csv")]
    assert found == [("bob", "2026-11-23-1"), ("cho", "")]
    assert (tmp_path / ".leadroute" / "state.db").read_bytes() == before


def test_state_none_neither_reads_nor_writes_a_ledger(tmp_path: Path) -> None:
    """Every such run starts from nothing."""
    project(tmp_path, ROUND, "[{id: ann}, {id: bob}]")
    write_leads(tmp_path / "leads.csv", [["1"]])
    run(tmp_path)
    before = snapshot(tmp_path / ".leadroute")
    write_leads(tmp_path / "leads.csv", [["2"]])
    assert run(tmp_path, state="none").batch is None
    assert [(row["assigned_to"], row["assignment_batch"]) for row in table(tmp_path / "out.csv")] == [("ann", "")]
    assert snapshot(tmp_path / ".leadroute") == before


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    """Without held leads the second run writes the same bytes, commits nothing, and names the batch."""
    project(tmp_path, ROUND, "[{id: ann}, {id: bob}]")
    write_leads(tmp_path / "leads.csv", [[str(at)] for at in range(9)])
    first = run(tmp_path)
    before, ledger = (tmp_path / "out.csv").read_bytes(), standings(tmp_path)
    again = run(tmp_path, at="2026-12-01T08:00-05:00")
    assert (tmp_path / "out.csv").read_bytes() == before
    assert (first.batch, first.again, again.batch, again.again) == ("2026-11-23-1", None, None, "2026-11-23-1")
    assert standings(tmp_path) == ledger
    assert again.distribution.kept == 9


def test_only_held_leads_are_decided_anew(tmp_path: Path) -> None:
    """Of a file that comes again the held leads alone get another batch; every other byte stays, and so do all charges."""
    acme(tmp_path)
    run(tmp_path)
    first, ledger = table(tmp_path / "out.csv"), standings(tmp_path)
    run(tmp_path)
    second = table(tmp_path / "out.csv")
    differ = [(old, new) for old, new in zip(first, second, strict=True) if old != new]
    assert [(old["assignment_outcome"], new["assignment_outcome"]) for old, new in differ] == [("held", "held")]
    assert [{**new, "assignment_batch": "2026-11-23-1"} for _, new in differ] == [old for old, _ in differ]
    assert standings(tmp_path) == ledger


def test_a_held_lead_is_taken_once_somebody_works(tmp_path: Path) -> None:
    """The lead that waited for Tokyo's morning is assigned then, and kept from then on."""
    acme(tmp_path)
    run(tmp_path)
    for at, batch in (("2026-11-23T20:00-05:00", "2026-11-23-2"), ("2026-11-24T20:00-05:00", "2026-11-23-2")):
        run(tmp_path, at=at)
        row = next(row for row in table(tmp_path / "out.csv") if row["lead_id"] == "L-10")
        assert (row["assigned_to"], row["assignment_batch"]) == ("yuki", batch)


@pytest.mark.parametrize("seed", range(6))
def test_two_halves_end_as_the_whole(tmp_path: Path, seed: int) -> None:
    """In file order, at one instant, a file in two parts gives the same decisions and standings as the whole file."""
    chance = random.Random(seed)
    header = ["lead_id", "size", "grade", "value"]
    rows = [[f"L{at}", chance.choice(["", "1", "50", "900", "lots"]), chance.choice("abc"), chance.randint(0, 9)] for at in range(60)]
    cut = chance.randrange(1, 59)
    rules = """
rotations: {shared: {by: grade, cost: {of: $value, else: 2}, weights: {bob: 3}}}
pools:
  big: {who: {team: big}, turns: shared, limits: {per_day: 6}, otherwise: [{pool: small}]}
  small: {who: {team: small}, pick: least_loaded, limits: {open: 11}}
  rest: {turns: shared}
rules:
  - {id: big, when: {size: {gte: 100}}, assign: {pool: big, effort: 2}}
  - {id: small, when: {size: {lt: 100}}, assign: {pool: small, otherwise: [hold]}}
  - {id: a, when: {grade: a}, assign: {rep: ann, turn_in: big, otherwise: [{pool: rest}]}}
  - {id: rest, assign: {pool: rest, pick: best_fit, prefer: [{headroom: true}]}}
"""
    roster = """
  - {id: ann, team: big, limits: {per_day: 5, open: 30}, load: 3}
  - {id: bob, team: big, limits: {per_day: 9}}
  - {id: cho, team: small, weight: 2, limits: {open: 20}}
  - {id: dee, team: small, limits: {per_day: 7}}
"""
    found = []
    for name, parts in (("whole", [rows]), ("halves", [rows[:cut], rows[cut:]])):
        fields = "{lead_id: string, size: integer, grade: string, value: number}"
        folder = project(tmp_path / name, rules, roster, fields)
        out: list[dict[str, str]] = []
        for part in parts:
            write_leads(folder / "leads.csv", part, header)
            run(folder)
            out.extend(table(folder / "out.csv"))
        found.append(([{**row, "assignment_batch": ""} for row in out], standings(folder)))
    assert found[0] == found[1]


def test_a_limit_per_day_counts_over_batches_until_the_reps_midnight(tmp_path: Path) -> None:
    """Leads of an earlier batch of the rep's day count; after midnight in the rep's zone none does."""
    project(tmp_path, ROUND, "[{id: ann, limits: {per_day: 3}, timezone: Asia/Tokyo}]")

    def day(name: str, at: str) -> list[str]:
        write_leads(tmp_path / "leads.csv", [[f"{name}{number}"] for number in range(2)])
        run(tmp_path, at=at)
        return [row["assigned_to"] for row in table(tmp_path / "out.csv")]

    assert day("a", "2026-11-23T09:00+09:00") == ["ann", "ann"]
    assert day("b", "2026-11-23T23:59+09:00") == ["ann", ""]
    assert day("c", "2026-11-24T00:00+09:00") == ["ann", "ann"]
    assert day("d", "2026-11-24T23:00+09:00") == ["ann", ""]


def test_a_changed_load_replaces_what_was_charged(tmp_path: Path) -> None:
    """While the roster's figure stays, charges add to it; another figure stands for everything before."""
    roster = "[{id: ann, load: %s, limits: {open: 5}}]"
    project(tmp_path, ROUND, roster % 2)

    def more(name: str) -> int:
        write_leads(tmp_path / "leads.csv", [[f"{name}{number}"] for number in range(6)])
        run(tmp_path)
        return sum(row["assigned_to"] == "ann" for row in table(tmp_path / "out.csv"))

    assert [more("a"), more("b")] == [3, 0]
    project(tmp_path, ROUND, roster % 1)
    assert [more("c"), more("d")] == [4, 0]


def test_batches_are_numbered_by_the_day_on_the_routing_clock(tmp_path: Path) -> None:
    """A batch is named by its date and its number on that date."""
    project(tmp_path, ROUND, "[{id: ann}]", settings="timezone: America/New_York")
    names = []
    for number, at in enumerate(["2026-11-23T01:00Z", "2026-11-23T04:59Z", "2026-11-23T05:00Z", "2026-11-22T12:00-05:00"]):
        write_leads(tmp_path / "leads.csv", [[str(number)]])
        names.append(run(tmp_path, at=at).batch)
    assert names == ["2026-11-22-1", "2026-11-22-2", "2026-11-23-1", "2026-11-22-3"]


# What cannot run


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: (folder / "leads.csv").unlink(), "there is no file"),
        (lambda folder: ((folder / "leads.csv").unlink(), (folder / "leads.csv").mkdir()), "is a folder"),
        (lambda folder: (folder / "rules.yaml").write_text("rules: ["), "YAML"),
        (lambda folder: (folder / "rules.yaml").write_text("version: 1\nrules: [{id: a, when: {nope: 1}, assign: {queue: q}}]"), "nope"),
        (lambda folder: (folder / "roster.yaml").unlink(), "roster"),
        (lambda folder: (folder / "leads.csv").write_text("lead_id,company\n1,x\n"), "no column"),
        (lambda folder: (folder / "leads.csv").write_bytes(b"\x00\x01\x02"), "leads.csv"),
        (lambda folder: (folder / "out.csv").mkdir(), "is a folder"),
        (lambda folder: ((folder / ".leadroute").mkdir(), (folder / ".leadroute" / "state.db").write_text("no ledger at all")), "ledger"),
    ],
)
def test_a_run_that_cannot_be_made_writes_nothing(tmp_path: Path, change: Any, said: str) -> None:
    """A missing, broken or misfit input is refused; no output, no ledger and no temporary file is left."""
    change(acme(tmp_path))
    before = snapshot(tmp_path)
    with pytest.raises((CannotRunError, LeadFileError), match=said):
        run(tmp_path)
    assert {name: content for name, content in snapshot(tmp_path).items() if not name.endswith("state.db") or name in before} == before
    ledger = open_ledger(str(tmp_path / ".leadroute" / "state.db"), create=False) if "ledger" not in said else None
    if ledger is not None:
        with ledger:
            assert ledger.batches() == []


def test_an_instant_that_is_none_is_refused(tmp_path: Path) -> None:
    """``--at`` takes ISO 8601."""
    with pytest.raises(CannotRunError, match="`soon` is no timestamp"):
        run(acme(tmp_path), at="soon")


def test_a_failed_commit_leaves_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the ledger refuses the batch, the finished file is thrown away."""
    from leadroute.ledger import LedgerError
    from leadroute.ledger.ledger import Ledger

    def full(*_: object, **__: object) -> None:
        raise LedgerError("the disk is full")

    monkeypatch.setattr(Ledger, "commit", full)
    acme(tmp_path)
    before = set(snapshot(tmp_path))
    with pytest.raises(CannotRunError, match="the disk is full"):
        run(tmp_path)
    assert set(snapshot(tmp_path)) - before <= {".leadroute/state.db"}


def test_a_batch_whose_file_was_never_published_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between commit and rename: the same command writes the file that the killed run would have written."""
    from leadroute.leads.write import Prepared

    project(tmp_path, ROUND, "[{id: ann}, {id: bob}]")
    write_leads(tmp_path / "leads.csv", [[str(at)] for at in range(9)])
    run(tmp_path, output="meant.csv", state=str(tmp_path / "other.db"))

    def killed(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Prepared, "publish", killed)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path)
    assert not (tmp_path / "out.csv").exists()
    assert run(tmp_path).again == "2026-11-23-1"
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "meant.csv").read_bytes()


# The account of a run


@pytest.mark.parametrize("again", [False, True])
def test_the_counts_of_the_distribution_add_up(tmp_path: Path, again: bool) -> None:
    """Outcomes add up to the leads, pools and reps to the assigned, queues to the queued, histograms to their size."""
    acme(tmp_path)
    if again:
        run(tmp_path)
    found = run(tmp_path).distribution
    rows = table(tmp_path / "out.csv")
    assert sum(found.outcomes.values()) == found.leads == len(rows)
    for outcome, count in found.outcomes.items():
        assert count == sum(row["assignment_outcome"] == outcome for row in rows)
    assert sum(pool.leads for pool in found.pools) == found.outcomes["assigned"]
    assert sum(found.queues.values()) == found.outcomes["queued"]
    for pool in found.pools:
        assert sum(rep.leads for rep in pool.reps) == pool.leads
        assert sum(rep.share for rep in pool.reps) == pytest.approx(1)
        assert not pool.pool or sum(rep.target for rep in pool.reps) == pytest.approx(1)
    for rule, count in found.rules.items():
        assert count == sum(row["assignment_rule"] == rule for row in rows)
    waiting = {"fallback_queue", "default", "no_rule", "hold"}
    assert sum(story.leads for story in found.left_over) == sum(row["assignment_reason"] in waiting for row in rows)
    for story in found.left_over:
        if story.reasons:
            assert sum(count for count, _ in story.reasons) == (story.of or story.leads)
    assert (found.kept > 0) == again


def test_who_is_full_is_counted_after_the_batch(tmp_path: Path) -> None:
    """Today's leads and the open load include those of earlier batches and the roster's own figure."""
    acme(tmp_path)
    found = run(tmp_path).distribution
    reps = {rep.rep: rep for pool in found.pools for rep in pool.reps}
    assert (reps["sarah"].open, reps["sarah"].open_limit, reps["diego"].today, reps["diego"].per_day) == (15, 15, 2, 2)
    assert reps["ann"].today == 4


def test_a_rule_off_or_out_of_season_is_not_reached_but_not_complained_about(tmp_path: Path) -> None:
    """Rules that nobody reached are listed, disabled ones are not."""
    assert run(acme(tmp_path)).distribution.unreached == ("partners",)


def test_paths_on_the_command_line_start_at_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's own ledger lies beside the project, a named one where the user stands."""
    acme(tmp_path / "acme")
    monkeypatch.chdir(tmp_path)
    assert run(tmp_path / "acme", state="here.db").state == "here.db"
    assert (tmp_path / "here.db").exists()
    assert not (tmp_path / "acme" / ".leadroute").exists()
    run(tmp_path / "acme")
    assert (tmp_path / "acme" / ".leadroute" / "state.db").exists()


def test_what_the_options_are_is_frozen() -> None:
    """Options are values: they can be kept and compared."""
    from leadroute.workflows.route import RouteOptions

    options = RouteOptions(leads="leads.csv", at=AT)
    assert replace(options) == options


def without_pandas(folder: Path, *more: str) -> None:
    """Route the leads of a folder in a process that must not have imported pandas in the end."""
    script = "import sys; from leadroute.cli.main import main\ntry: main()\nfinally: assert 'pandas' not in sys.modules"
    command = [sys.executable, "-c", script, "route", "leads.csv", "-q", "-o", "out.csv", "--at", AT, *more]
    subprocess.run(command, cwd=folder, check=True, timeout=120)


def test_pandas_stays_out_of_a_run(tmp_path: Path) -> None:
    """Routing imports no pandas, which would take longer than a small batch; neither the first time nor when the leads come again."""
    acme(tmp_path)
    for _ in range(2):
        without_pandas(tmp_path)


def test_pandas_stays_out_where_texts_are_looked_at_one_by_one(tmp_path: Path) -> None:
    """Text that is different in every lead, and not all ASCII, is folded without pandas."""
    rule = "pools: {all: {}}\nrules: [{id: some, when: {name: {contains: zoë}}, assign: {pool: all}}]"
    project(tmp_path, rule, "[{id: ann}]", "{lead_id: string, name: string}")
    write_leads(tmp_path / "leads.csv", [(str(at), f"{'ZOË' if at % 2 else 'Bo'} {at}") for at in range(1200)], ("lead_id", "name"))
    without_pandas(tmp_path, "--state", "none")
    assert [row["assignment_outcome"] for row in table(tmp_path / "out.csv")] == ["queued", "assigned"] * 600


def test_no_leads_against_a_ledger_that_holds_some(tmp_path: Path) -> None:
    """A file without leads, or with none that can be decided, changes nothing that the ledger holds."""
    project(tmp_path, ROUND, "[{id: ann}]")
    write_leads(tmp_path / "leads.csv", [("1",)])
    run(tmp_path)
    before = standings(tmp_path)
    for rows in ([], [("",), ("N/A",)]):
        write_leads(tmp_path / "leads.csv", rows)
        assert run(tmp_path).batch is None
    assert standings(tmp_path) == before
