"""Routing processes that die at any moment, or run side by side: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.databases import rows, state_in
from tests.workflows.running import AT, project, standings, table, write_leads

LEADS = 3000
KILLS = 15
RULES = """
rotations: {shared: {by: grade, cost: {of: $value, else: 2}}}
pools:
  big: {who: {team: big}, turns: shared, otherwise: [{pool: small}]}
  small: {who: {team: small}, pick: least_loaded}
rules:
  - {id: big, when: {grade: [a, b]}, assign: {pool: big, effort: 2}}
  - {id: nurture, when: {grade: c}, assign: {queue: nurture}}
  - {id: rest, assign: {pool: small}}
"""
REPS = """
  - {id: ann, team: big, weight: 2, limits: {per_day: 700}}
  - {id: bob, team: big}
  - {id: cho, team: small, limits: {open: 5000}}
  - {id: dee, team: small, weight: 3}
"""
COMMAND = ["route", "leads.csv", "-o", "out.csv", "--at", AT]
FIELDS = "{lead_id: string, grade: string, value: number}"


def world(folder: Path, leads: range = range(LEADS)) -> Path:
    """A project and leads that differ in what they cost."""
    project(folder, RULES, REPS, FIELDS)
    rows = ((f"L{at}", "abcd"[at * 7 % 4], at * 13 % 10) for at in leads)
    write_leads(folder / "leads.csv", rows, ("lead_id", "grade", "value"))
    return folder


def started(folder: Path) -> subprocess.Popen[bytes]:
    """The command as its own process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEADROUTE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "leadroute", *COMMAND], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def finished(folder: Path) -> str:
    """Run it to its end; what it said."""
    with started(folder) as child:
        out, said = child.communicate(timeout=120)
    assert (child.returncode, out) == (0, b""), said
    return said.decode()


def rows_of(folder: Path) -> list[tuple[str, int]]:
    """Every lead that the ledger has decided, with how often; nothing when there is no ledger yet."""
    place = folder / ".leadroute"
    if "://" in state_in(place):
        tables = rows(place, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    elif (place / "state.db").exists():
        assert rows(place, "PRAGMA integrity_check") == [("ok",)]
        tables = rows(place, "SELECT name FROM sqlite_master")
    else:
        tables = []
    return rows(place, "SELECT lead, count(*) FROM decisions GROUP BY lead") if ("decisions",) in tables else []  # type: ignore[return-value]


def wait_for_writing(folder: Path, child: subprocess.Popen[bytes]) -> None:
    """Until the output is being written; the commit and the rename are not far then."""
    while child.poll() is None and not any(folder.glob(".out.csv.*.tmp")):
        time.sleep(0.0005)


@pytest.mark.usefixtures("database")
@pytest.mark.kill
@pytest.mark.slow
def test_a_killed_run_is_made_good_by_the_same_command(tmp_path: Path) -> None:
    """After each kill there is nothing, or a whole batch; the same command ends as if nothing had happened."""
    meant = world(tmp_path / "meant")
    begin = time.monotonic()
    with started(meant) as child:
        wait_for_writing(meant, child)
        writing = time.monotonic() - begin
        child.communicate()
    length = time.monotonic() - begin
    right, ledger = (meant / "out.csv").read_bytes(), standings(meant)
    chance = random.Random(25)
    committed = 0
    for run in range(KILLS):
        folder = world(tmp_path / str(run))
        with started(folder) as child:
            if run % 3:
                wait_for_writing(folder, child)
                time.sleep(chance.uniform(0, 1.2) * (length - writing))
            else:
                time.sleep(chance.uniform(0, length))
            if child.poll() is None:
                os.kill(child.pid, signal.SIGKILL)
            child.communicate()
        done = rows_of(folder)
        published = (folder / "out.csv").exists()
        assert len(done) in (0, LEADS)
        assert not published or (done and (folder / "out.csv").read_bytes() == right)
        committed += bool(done)
        said = finished(folder)
        assert ("decided in batch 2026-11-23-1: written again" in said) == bool(done)
        assert (folder / "out.csv").read_bytes() == right
        assert dict(rows_of(folder)) == {f"L{at}": 1 for at in range(LEADS)}
        assert standings(folder) == ledger
    assert committed < KILLS, "no kill met a run under way: the test proves little"


@pytest.mark.kill
@pytest.mark.slow
def test_an_interrupted_run_leaves_nothing_half_done(tmp_path: Path) -> None:
    """Ctrl-C at any moment: no temporary file, and nothing, or the whole batch."""
    chance = random.Random(11)
    for run in range(12):
        folder = world(tmp_path / str(run))
        with started(folder) as child:
            time.sleep(chance.uniform(0, 1))
            child.send_signal(signal.SIGINT)
            _, said = child.communicate()
        # An interpreter that is interrupted before it is up ends with 1, and has not come to leadroute.
        assert child.returncode in (0, 130, -signal.SIGINT) or b"init_import_site" in said, said
        assert [*folder.glob(".out.csv.*")] == []
        assert len(rows_of(folder)) == (LEADS if (folder / "out.csv").exists() else 0) or child.returncode == 130


DYING = """
import os, signal, sys
from importlib import import_module
from leadroute.cli.main import main
room, owner, name = sys.argv.pop(1).split(":")
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
setattr(getattr(import_module(room), owner), name, die)
main()
"""
"""The command, killed the moment it calls one function."""


@pytest.mark.usefixtures("database")
@pytest.mark.kill
@pytest.mark.parametrize(
    ("point", "committed"),
    [
        ("leadroute.ledger.ledger:Ledger:commit", False),
        ("leadroute.leads.write:Prepared:settle", False),
        ("leadroute.ledger.store:Store:commit", False),
        ("leadroute.leads.write:Prepared:publish", True),
    ],
)
def test_a_run_killed_between_two_steps(tmp_path: Path, point: str, committed: bool) -> None:
    """Before the ledger's commit there is nothing; between it and the rename a batch, whose file the same command writes, and says so."""
    meant = world(tmp_path / "meant", range(40))
    finished(meant)
    folder = world(tmp_path / "killed", range(40))
    died = subprocess.run([sys.executable, "-c", DYING, point, *COMMAND], cwd=folder, capture_output=True, check=False, timeout=120)
    assert died.returncode == -signal.SIGKILL
    assert not (folder / "out.csv").exists()
    assert len(rows_of(folder)) == (40 if committed else 0)
    assert ("decided in batch 2026-11-23-1: written again" in finished(folder)) == committed
    assert (folder / "out.csv").read_bytes() == (meant / "out.csv").read_bytes()
    assert standings(folder) == standings(meant)


@pytest.mark.kill
@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(4))
def test_two_runs_at_once_end_as_one_after_the_other(tmp_path: Path, attempt: int) -> None:
    """Two processes on one ledger both succeed; outputs, charges and turns are those of one run and then the other."""
    halves = [range(LEADS // 2), range(LEADS // 2, LEADS)]
    both = [world(tmp_path / name, half) for name, half in zip("ab", halves, strict=True)]
    for folder in both:
        settings = (folder / "leadroute.yaml").read_text() + f"state: {tmp_path}/one.db\n"
        (folder / "leadroute.yaml").write_text(settings)
    children = [started(folder) for folder in (both if attempt % 2 else reversed(both))]
    for child in children:
        with child:
            _, said = child.communicate(timeout=120)
        assert child.returncode == 0, said
    names = [{row["assignment_batch"] for row in table(folder / "out.csv")} for folder in both]
    assert sorted(map(sorted, names)) == [["2026-11-23-1"], ["2026-11-23-2"]]
    order = (0, 1) if names[0] == {"2026-11-23-1"} else (1, 0)
    alone = tmp_path / "alone"
    for at in order:
        world(alone, halves[at])
        finished(alone)
        assert (alone / "out.csv").read_bytes() == (both[at] / "out.csv").read_bytes()
    (both[0] / ".leadroute").mkdir()
    (tmp_path / "one.db").rename(both[0] / ".leadroute" / "state.db")
    assert standings(both[0]) == standings(alone)
    assert dict(rows_of(both[0])) == {f"L{at}": 1 for at in range(LEADS)}
