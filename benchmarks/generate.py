"""Writes a lead file and a routing project of any size: ``python -m benchmarks.generate --leads 1000000 --out DIR``."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import leads, projects

SEED = 7


def write_leads(path: Path, count: int, seed: int = SEED) -> None:
    """Writes ``count`` leads as CSV, about 170 bytes each, holding one block in memory."""
    with path.open("wb") as file:
        file.write((",".join(leads.COLUMNS) + "\n").encode())
        for block in leads.blocks(count, seed):
            file.write(block.csv())


def main() -> None:
    """Reads the options and writes the files."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    options.add_argument("--leads", type=int, default=1_000_000, help="rows of leads.csv; 0 writes the project alone")
    options.add_argument("--rules", type=int, default=200)
    options.add_argument("--reps", type=int, default=500)
    options.add_argument("--mix", choices=("plain", "full", "adversarial"), default="plain")
    options.add_argument("--limits-for", type=int, help="leads that the reps' limits are made for (default: --leads)")
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--out", type=Path, required=True)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    limits_for = given.limits_for or given.leads
    projects.write(given.out, leads=limits_for, rule_count=given.rules, rep_count=given.reps, mix=given.mix, seed=given.seed)
    if given.leads:
        write_leads(given.out / "leads.csv", given.leads, given.seed)


if __name__ == "__main__":
    main()
