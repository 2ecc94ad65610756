"""Measures leadroute against its goals, side by side with its peers: ``python -m benchmarks.run [--leads N] [--rounds R]``."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.measure import Job, Samples, rounds, run

PYTHON = sys.executable
HERE = Path(__file__).parent
AT = "2026-11-23T10:00:00Z"

PANDAS = "import sys, pandas; pandas.read_csv(sys.argv[1]).to_csv(sys.argv[2], index=False)"
PYARROW = "import sys, pyarrow.csv as csv; csv.write_csv(csv.read_csv(sys.argv[1]), sys.argv[2])"


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure beside its goal: ``at_most`` or ``at_least``, or neither, where it is for the reader alone."""

    what: str
    value: float
    unit: str = "x"
    at_most: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; ``None`` where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return self.value >= self.at_least if self.at_least is not None else None

    def __str__(self) -> str:
        """The line of the table."""
        goal = f"<= {self.at_most:g}" if self.at_most is not None else f">= {self.at_least:g}" if self.at_least is not None else ""
        sign = {True: "✓", False: "✗", None: " "}[self.met]
        return f"  {sign} {self.what:66} {self.value:12,.2f} {self.unit:8} {goal}"


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured, how often, and where the files are kept."""

    work: Path
    leads: int
    rounds: int

    def world(self, leads: int, mix: str = "plain", rules: int = 200) -> Path:
        """The folder of a generated lead file and project, made when it is not there or was made by another generator."""
        folder = self.work / (f"{mix}-{leads}" if rules == 200 else f"{mix}-{leads}-{rules}")
        stamp = folder / "made-by"
        sources = ("vocabulary", "world", "handmade", "leads", "projects", "generate")
        digest = hashlib.sha256(b"".join((HERE / f"{name}.py").read_bytes() for name in sources)).hexdigest()
        if not stamp.exists() or stamp.read_text() != digest:
            print(f"  making {leads:,} leads, {mix}", file=sys.stderr)
            argv = (PYTHON, "-m", "benchmarks.generate", "--leads", str(leads), "--rules", str(rules), "--mix", mix, "--out", str(folder))
            subprocess.run(argv, check=True)
            stamp.write_text(digest)
        return folder

    def route(self, name: str, folder: Path, *, ledger: bool = False) -> Job:
        """``leadroute route`` of a world."""
        out, state = self.work / "routed.csv", self.work / "state.db"
        where = ("--state", str(state) if ledger else "none")
        command = ("route", str(folder / "leads.csv"), "--project", str(folder), "-o", str(out), "--at", AT, *where)
        return Job(name, (PYTHON, "-m", "leadroute", *command), (out, state))

    def check(self, job: Job, leads: int) -> None:
        """A route that did not route is not fast: every lead must be there, and nearly all assigned."""
        if "leadroute" not in job.argv or "route" not in job.argv:
            return
        rows = assigned = 0
        with (self.work / "routed.csv").open("rb") as file:
            next(file)
            for row in file:
                rows += 1
                assigned += b",assigned," in row
        if rows != leads or assigned < 0.8 * leads:
            sys.exit(f"{job.name}: {rows:,} rows for {leads:,} leads, {assigned:,} of them assigned")
        print(f"           {assigned / leads:.1%} of {leads:,} leads assigned", file=sys.stderr)


def start(bench: Bench) -> list[Line]:
    """How soon a command that reads no leads has answered."""
    jobs = [
        Job("import pandas", (PYTHON, "-c", "import pandas")),
        Job("--help", (PYTHON, "-m", "leadroute", "--help")),
        *(
            Job(f"validate, {mix}", (PYTHON, "-m", "leadroute", "validate", "--project", str(bench.world(0, mix))))
            for mix in ("plain", "full")
        ),
    ]
    for job in jobs:
        run(job)  # compiles modules and warms the disk's cache
    found = rounds(jobs, max(bench.rounds, 5))
    return [
        *_times(found),
        Line("--help / import pandas", found.ratio("--help", "import pandas"), at_most=0.4),
        Line("validate 200 rules, 500 reps, plain / import pandas", found.ratio("validate, plain", "import pandas"), at_most=1.0),
        Line("validate 200 rules, 500 reps, full / import pandas", found.ratio("validate, full", "import pandas"), at_most=1.0),
    ]


def review(bench: Bench) -> list[Line]:
    """What a pull request waits for: proofs of many rules, and what the change of one rule does."""
    many, size = bench.world(0, "full", 1000), min(bench.leads, 100_000)
    old = bench.world(size, "full")
    new = bench.work / "changed"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    for name in ("leadroute.yaml", "roster.yaml", "rules.yaml"):
        text = (old / name).read_text(encoding="utf-8")
        # The first rule that asks for a source takes one source less.
        changed = re.sub(r"source: \[\w+, ", "source: [", text, count=1) if name == "rules.yaml" else text
        (new / name).write_text(changed, encoding="utf-8")
    leadroute = (PYTHON, "-m", "leadroute")
    both = (*leadroute, "diff", str(old), str(new), "--at", AT, "--state", "none", "--detail", "summary")
    jobs = [
        Job("validate, 1,000 rules", (*leadroute, "validate", "--project", str(many))),
        Job("validate --advice, 200 rules", (*leadroute, "validate", "--advice", "--project", str(old))),
        Job("diff, 200 rules", both),
        Job(f"diff, 200 rules, {size:,} leads", (*both, "--leads", str(old / "leads.csv"))),
        bench.route(f"route full, {size:,}", old),
    ]
    found = rounds(jobs, bench.rounds)
    measured = f"diff --leads, {size:,} leads, / route of them"
    return [
        *_times(found),
        Line("validate 1,000 rules, 500 reps", found.median("validate, 1,000 rules"), "s", at_most=2.0),
        Line(measured, found.ratio(jobs[3].name, jobs[4].name)),
    ]


def route(bench: Bench) -> list[Line]:
    """Whole runs of ``route``, against programs that only copy the file."""
    plain, full = bench.world(bench.leads), bench.world(bench.leads, "full")
    leads, copy = plain / "leads.csv", bench.work / "copy.csv"
    jobs = [
        Job("pandas copy", (PYTHON, "-c", PANDAS, str(leads), str(copy)), (copy,)),
        Job("pyarrow copy", (PYTHON, "-c", PYARROW, str(leads), str(copy)), (copy,)),
        bench.route("route plain", plain),
        bench.route("route full", full),
        bench.route("route plain, ledger", plain, ledger=True),
    ]
    found = rounds(jobs, bench.rounds, lambda job: bench.check(job, bench.leads))
    return [
        *_times(found),
        Line("route plain, --state none / pandas copy", found.ratio("route plain", "pandas copy"), at_most=0.9),
        Line("route plain, --state none / pyarrow copy", found.ratio("route plain", "pyarrow copy"), at_most=3.0),
        Line("route full, --state none / pandas copy", found.ratio("route full", "pandas copy"), at_most=1.3),
        Line("route plain, with the ledger / pandas copy", found.ratio("route plain, ledger", "pandas copy"), at_most=1.6),
        Line("peak memory, route plain / lead file", found.median("route plain", "peak") / leads.stat().st_size, at_most=2.0),
        Line("peak memory, route full / lead file", found.median("route full", "peak") / leads.stat().st_size),
        Line("peak memory, pandas copy / lead file", found.median("pandas copy", "peak") / leads.stat().st_size),
    ]


def memory(bench: Bench) -> list[Line]:
    """What three times the leads take in memory."""
    sizes = (bench.leads, 3 * bench.leads)
    peaks = []
    for size in sizes:
        job = bench.route(f"route plain, {size:,}", bench.world(size))
        found = rounds([job], 1, lambda job, size=size: bench.check(job, size))  # type: ignore[misc]
        peaks.append(found.median(job.name, "peak"))
    grown = (peaks[1] - peaks[0]) / (sizes[1] - sizes[0])
    return [
        *(Line(f"peak memory, route plain, {size:,} leads", peak / 1e6, "MB") for size, peak in zip(sizes, peaks, strict=True)),
        Line(f"memory a lead more, {sizes[1]:,} against {sizes[0]:,} leads", grown, "bytes", at_most=100),
    ]


def growth(bench: Bench) -> list[Line]:
    """How the time of ``route`` grows with the leads, start-up taken off."""
    sizes = [bench.leads // 4, bench.leads // 2, bench.leads]
    tiny = bench.world(1000)
    jobs = [bench.route("route plain, 1,000", tiny), *(bench.route(f"route plain, {size:,}", bench.world(size)) for size in sizes)]
    found = rounds(jobs, bench.rounds)
    spent = [found.median(job.name) - found.median(jobs[0].name) for job in jobs[1:]]
    return [*_times(found), Line("exponent of route plain in leads, start-up taken off", _exponent(sizes, spent), "", at_most=1.1)]


def matching(bench: Bench) -> list[Line]:
    """Matching alone, against rule engines."""
    lines = []
    for count, mix in ((200, "plain"), (30, "plain"), (200, "adversarial")):
        found = _peers("--rules", count, "--mix", mix, "--rounds", bench.rounds)
        ours = found.pop("leadroute")
        lines.append(Line(f"matching, {count} rules, {mix}: leadroute", median(ours), "leads/s"))
        for name, rates in found.items():
            ratio = median(one / other for one, other in zip(ours, rates, strict=True))
            goal = {"zen-engine": 20.0, "if/elif": 6.0}.get(name) if (count, mix) == (200, "plain") else None
            lines.append(Line(f"matching, {count} rules, {mix}: leadroute / {name}", ratio, at_least=goal))
    return lines


def rules(bench: Bench) -> list[Line]:
    """How matching grows with the rules."""
    counts = [30, 100, 200, 500, 1000]
    args = ("--leads", bench.leads, "--rounds", bench.rounds, "--only", "leadroute")
    spent = [bench.leads / median(_peers("--rules", count, *args)["leadroute"]) for count in counts]
    return [
        *(Line(f"matching {bench.leads:,} leads, {count} rules", seconds, "s cpu") for count, seconds in zip(counts, spent, strict=True)),
        Line("exponent of matching in rules", _exponent(counts, spent), "", at_most=0.6),
    ]


def ledger(bench: Bench) -> list[Line]:
    """A million decisions into the ledger and looked up again, beside the plain driver doing the same."""
    script = str(HERE.parent / "scripts" / "postgres.py")
    size = ("--leads", str(bench.leads), "--rounds", str(bench.rounds))
    own = (PYTHON, "-m", "benchmarks.ledger", *size)
    state = bench.work / "ledger.db"
    lines = []
    for name, argv in (("SQLite", (*own, "--state", str(state))), ("PostgreSQL", (PYTHON, script, "--durable", *own))):
        done = subprocess.run(argv, stdout=subprocess.PIPE, check=False)
        if done.returncode:
            print(f"  {name} was not measured", file=sys.stderr)
            continue
        found = json.loads(done.stdout)
        for step, what in (("commit", "committed"), ("lookup", "looked up")):
            ours, plain = found["ours"][step], found["plain"][step]
            lines.append(Line(f"{name}: {bench.leads:,} {what}, leadroute", median(ours), "s"))
            lines.append(Line(f"{name}: {bench.leads:,} {what}, plain driver", median(plain), "s"))
            ratio = median(one / other for one, other in zip(ours, plain, strict=True))
            lines.append(Line(f"{name}: {bench.leads:,} {what}, leadroute / plain driver", ratio, at_most=2.0))
    return lines


def _peers(*args: object) -> dict[str, list[float]]:
    argv = (PYTHON, "-m", "benchmarks.peers", "--json", *map(str, args))
    found: dict[str, list[float]] = json.loads(subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout)
    return found


def _times(found: Samples) -> list[Line]:
    lines = []
    for name in found.found:
        peak = f"{found.median(name, 'cpu'):.2f} s cpu, {found.median(name, 'peak') / 1e6:,.0f} MB peak"
        lines.append(Line(f"{name} ({peak})", found.median(name), "s"))
    return lines


def _exponent(sizes: Sequence[int], spent: Sequence[float]) -> float:
    """The slope of the least-squares line through the logarithms."""
    xs, ys = [math.log(size) for size in sizes], [math.log(seconds) for seconds in spent]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


PARTS: dict[str, Callable[[Bench], list[Line]]] = {
    part.__name__: part for part in (start, review, matching, rules, route, ledger, memory, growth)
}


def machine() -> str:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    if (facts := Path("/proc/cpuinfo")).exists():
        model = next((line.split(":")[1].strip() for line in facts.read_text().splitlines() if line.startswith("model name")), model)
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    hardware = f"{model}, {os.cpu_count()} cores, {size:.0f} GB, {platform.system()}"
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "pyarrow", "polars", "zen-engine"))
    load = ", ".join(f"{one:.2f}" for one in os.getloadavg())
    return f"{hardware}; Python {platform.python_version()}, {packages}; load {load}"


def main() -> None:
    """Measures the chosen parts and prints their lines; the exit code is 1 when a goal is missed."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    options.add_argument("--leads", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", nargs="+", choices=tuple(PARTS), help="parts to measure (default: all)")
    options.add_argument("--work", type=Path, default=HERE / "work", help="where generated and routed files are kept")
    options.add_argument("--json", type=Path, help="also write the lines to this file")
    given = options.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.work.resolve(), given.leads, given.rounds)
    facts = machine()
    print(facts)
    print(f"{given.leads:,} leads, 200 rules, 500 reps; medians of {given.rounds} interleaved rounds")
    lines: list[Line] = []
    for name in given.only or PARTS:
        print(f"{name}: {(PARTS[name].__doc__ or '').splitlines()[0]}")
        lines += (found := PARTS[name](bench))
        print(*found, sep="\n", flush=True)
    if given.json:
        document = {"machine": facts, "leads": given.leads, "rounds": given.rounds, "lines": [asdict(line) for line in lines]}
        given.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    goals = [line.met for line in lines if line.met is not None]
    print(f"{goals.count(True)} of {len(goals)} goals met")
    sys.exit(0 if all(goals) else 1)


if __name__ == "__main__":
    main()
