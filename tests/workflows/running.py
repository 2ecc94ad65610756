"""Running whole batches in a folder of their own: a small project, lead files made on the spot, and what comes out."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from leadroute.ledger import open_ledger
from leadroute.people.windows import stretches
from leadroute.workflows.route import Routed, RouteOptions, route
from leadroute.workflows.standing import clock_of, dated_of, figures_of
from tests.databases import state_in

ACME = Path(__file__).parent / "acme"
AT = "2026-11-23T10:01-05:00"
"""A Monday morning in New York; midnight is near in Tokyo."""
ADDED = [
    "assigned_to",
    "assignment_outcome",
    "assignment_queue",
    "assignment_rule",
    "assignment_pool",
    "assignment_reason",
    "assignment_why",
    "assignment_fit",
    "assignment_batch",
]


def acme(folder: Path) -> Path:
    """The small project and its leads, copied to where they may be changed."""
    shutil.copytree(ACME, folder, dirs_exist_ok=True)
    return _on_its_server(folder)


def project(folder: Path, rules: str, roster: str, fields: str = "{lead_id: string}", settings: str = "") -> Path:
    """A project of three texts: the body of a rule file, the reps, the fields; ``settings`` are more lines of ``leadroute.yaml``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "leadroute.yaml").write_text(f"version: 1\nrules: [rules.yaml]\nleads: {{id: lead_id, fields: {fields}}}\n{settings}\n")
    (folder / "rules.yaml").write_text(f"version: 1\n{rules}\n")
    (folder / "roster.yaml").write_text(f"version: 1\nreps: {roster}\n")
    return _on_its_server(folder)


def _on_its_server(folder: Path) -> Path:
    """The project, its ledger where the test's database is."""
    state = state_in(folder / ".leadroute")
    if "://" in state:
        with (folder / "leadroute.yaml").open("a", encoding="utf-8") as settings:
            settings.write(f"state: {state}\n")
    return folder


def run(folder: Path, leads: str | Path = "leads.csv", output: str | Path = "out.csv", **options: Any) -> Routed:
    """Route a file of the folder into a file of the folder, at ``AT`` unless told otherwise."""
    options = {"at": AT, "project": folder, "start": folder, **options}
    target = str(output) if str(output) == "-" else str(folder / output)
    return route(RouteOptions(leads=str(folder / leads), output=target, **options))


def table(text: str | Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    if isinstance(text, Path):
        text = text.read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def write_leads(path: Path, rows: Iterable[Sequence[object]], header: Sequence[str] = ("lead_id",)) -> Path:
    """A CSV file of leads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path


def standings(folder: Path, at: str = AT) -> Mapping[str, Any]:
    """Who carries what and whose turn it is, by the project's ledger; written out, so that two can be compared."""
    from leadroute.workflows.opening import open_project

    made = open_project(folder, folder)
    clock = clock_of(made, at)
    ledger = open_ledger(state_in(folder / ".leadroute"), create=False)
    assert ledger is not None
    with ledger:
        found = ledger.standings(stretches(made, clock.now), figures_of(made), clock.now, dated=dated_of(made))
    return {
        "load": {rep: load for rep, load in found.load.items() if load},
        "used": found.used,
        "pool_load": {key: load for key, load in found.pool_load.items() if load},
        "turns": {
            name: {key: {rep: (place.turns, place.weight) for rep, place in cell.items()} for key, cell in one.cells.items()}
            for name, one in found.rotations.items()
        },
    }
