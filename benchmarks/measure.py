"""Runs a command and says what it cost. Imports nothing large: a child's peak memory starts at what its parent held."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds on the wall and of processor time (children included), and peak resident memory in bytes."""

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True, slots=True)
class Job:
    """A command to measure, and the files it must not find: its output, a ledger."""

    name: str
    argv: tuple[str, ...]
    fresh: tuple[Path, ...] = ()


@dataclass(slots=True)
class Samples:
    """All runs of all jobs, a list per job, in the order of the rounds."""

    found: dict[str, list[Sample]] = field(default_factory=dict)

    def median(self, name: str, of: str = "wall") -> float:
        """The median over the rounds of ``wall``, ``cpu`` or ``peak``."""
        return float(median(getattr(sample, of) for sample in self.found[name]))

    def ratio(self, name: str, to: str, of: str = "wall") -> float:
        """The median over the rounds of one job's figure divided by another's in the same round."""
        pairs = zip(self.found[name], self.found[to], strict=True)
        return float(median(getattr(one, of) / getattr(other, of) for one, other in pairs))


def environment() -> Mapping[str, str]:
    """This environment without what would steer leadroute."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LEADROUTE_")}


def run(job: Job) -> Sample:
    """Runs a command once; ends the program with its messages when it fails."""
    for path in job.fresh:
        for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))):
            name.unlink(missing_ok=True)
    start = time.perf_counter()
    # Waiting by hand gives this child's own usage, not that of all children so far.
    child = subprocess.Popen(job.argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
    assert child.stderr is not None  # noqa: S101 - it was asked for
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.stderr.close()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{job.name}: exit code {child.returncode} of {' '.join(job.argv)}\n{errors.decode(errors='replace')}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


def rounds(jobs: Sequence[Job], count: int, after: Callable[[Job], None] = lambda _job: None) -> Samples:
    """Runs all jobs in turn, ``count`` times, so that a slow minute falls on all alike; ``after`` is called after each first run."""
    samples = Samples()
    for turn in range(count):
        for job in jobs:
            sample = run(job)
            samples.found.setdefault(job.name, []).append(sample)
            print(
                f"  round {turn + 1}: {job.name:28} {sample.wall:8.2f} s wall {sample.cpu:8.2f} s cpu {sample.peak / 1e6:8.0f} MB",
                file=sys.stderr,
            )
            if turn == 0:
                after(job)
    return samples
