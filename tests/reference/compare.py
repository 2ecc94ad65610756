"""The fast engine, through its command line, beside the reference.

`python -m tests.reference.compare --seeds 0:500 [--shrink] [--stop 5]` prints the first disagreements; with `--shrink`
leads, rules, reps and keys are dropped one after another while a disagreement of the same kind stays, and what is left is
written to `--keep DIR`.
"""

import argparse
import copy
import csv
import importlib.util
import io
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.reference import engine, fields
from tests.reference.documents import to_yaml
from tests.reference.histories import History, history
from tests.reference.standings import Decision, Standings
from tests.reference.worlds import FEATURES, Maker, Stage, World, world

COLUMNS = ("outcome", "rep", "queue", "rule", "pool", "fit")
Answer = tuple[str, str | None, str | None, str | None, str | None, Fraction | None]


@dataclass
class Disagreement:
    """Where the two part: the batch, the row, what each says; `row` is None where the fast engine did not run."""

    seed: int
    batch: int
    row: int | None
    lead: dict[str, str]
    reference: Decision | None
    fast: Answer | None
    why: str
    others: int = 0

    def kind(self) -> str:
        """What a shrunken world must still show."""
        if self.row is None:
            return "failure " + (re.findall(r"LR[0-9]+ [^`0-9]*", self.why) or [self.why[:60]])[0]
        assert self.reference is not None
        assert self.fast is not None
        pairs = zip(COLUMNS, self.reference.answer(), self.fast, strict=True)
        differ = " ".join(name for name, one, other in pairs if one != other)
        return f"{differ} ({self.reference.outcome}, {self.fast[0]} {self.why.partition(':')[0]})"

    def account(self) -> str:
        """A short readable account."""
        lines = [f"seed {self.seed}, batch {self.batch}: "]
        if self.row is None:
            return lines[0] + f"the command failed: {self.why.strip()}"
        assert self.reference is not None
        assert self.fast is not None
        lines[0] += f"row {self.row + 1} differs in {self.kind()}; {self.others} more rows differ in this batch"
        for name, one, other in zip(COLUMNS, self.reference.answer(), self.fast, strict=True):
            mark = " " if one == other else "*"
            lines.append(f"  {mark} {name:8} reference {shown(one):24} fast {shown(other)}")
        lines.append(f"    rung {self.reference.rung}, eligible {', '.join(self.reference.eligible) or '-'}; fast says: {self.why}")
        lines.append(f"    lead {cells_of(self.lead)}")
        return "\n".join(lines)


def cells_of(lead: dict[str, str]) -> str:
    """A lead's cells that say something."""
    return ", ".join(f"{key}={value!r}" for key, value in lead.items() if key != "notes" and value)


def shown(value: Any) -> str:
    """A value for people."""
    return "-" if value is None else f"{float(value):.9f}" if isinstance(value, Fraction) else str(value)


def run_command(arguments: list[str]) -> tuple[int, str]:
    """The command line in this process where it can be imported, else as a process of its own."""
    if importlib.util.find_spec("leadroute.cli.main") is None:
        done = subprocess.run([sys.executable, "-m", "leadroute", *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr
    from typer.testing import CliRunner

    from leadroute.cli.main import app

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = CliRunner().invoke(app, arguments)
    text = result.output
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        text += f" {type(result.exception).__name__}: {result.exception}"
    return result.exit_code, text


def fast_answers(folder: Path, stage: Stage) -> tuple[list[Answer], list[str]]:
    """What the command line writes for a batch.

    Raises:
        RuntimeError: The command did not end with 0.
    """
    out = folder / "out.csv"
    out.unlink(missing_ok=True)
    at = stage.at.isoformat()
    command = ["route", str(folder / "leads.csv"), "--project", str(folder), "--at", at, "-o", str(out), *stage.options]
    code, text = run_command(command)
    if code != 0 or not out.exists():
        raise RuntimeError(f"exit {code}: {text}")
    answers: list[Answer] = []
    reasons = []
    for row in csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))):
        fit = row["assignment_fit"]
        answers.append(
            (
                row["assignment_outcome"],
                row["assigned_to"] or None,
                row["assignment_queue"] or None,
                row["assignment_rule"] or None,
                row["assignment_pool"] or None,
                Fraction(fit) if fit else None,
            )
        )
        reasons.append(f"{row['assignment_reason']}: {row['assignment_why']}")
    return answers, reasons


def disagreement(one: World) -> Disagreement | None:
    """Runs a world through both engines, batch after batch; the first difference, or None."""
    standings = Standings()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, stage in enumerate(one.stages, start=1):
            stage.write(folder)
            rows = engine.read_leads((folder / "leads.csv").read_text("utf-8"))
            expected = engine.route(engine.load(folder), rows, stage.at, standings, stage.options)
            try:
                found, reasons = fast_answers(folder, stage)
            except RuntimeError as failure:
                return Disagreement(one.seed, number, None, {}, None, None, str(failure))
            if len(found) != len(expected):
                return Disagreement(one.seed, number, None, {}, None, None, f"{len(found)} rows of {len(expected)}")
            differ = [place for place, decision in enumerate(expected) if decision.answer() != found[place]]
            if differ:
                first = earliest(differ, expected, rows, stage)
                why = reasons[first]
                return Disagreement(one.seed, number, first, rows[first], expected[first], found[first], why, len(differ) - 1)
    return None


def earliest(differ: list[int], expected: list[Decision], rows: list[dict[str, str]], stage: Stage) -> int:
    """The differing row that was served first: the others may follow from it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage.write(folder)
        batch = engine.Batch(engine.load(folder), stage.at, Standings())
        waiting = []
        for place, row in enumerate(rows):
            cells, _, _ = fields.read_row(batch.leads, row, batch.clock)
            if expected[place].outcome not in ("invalid", "duplicate"):
                waiting.append((place, "", batch.complete(cells)))
        served = [place for place, _, _ in batch.served(waiting)]
    return min(differ, key=lambda place: served.index(place) if place in served else -1)


# Shrinking

PARTS = ("files", "reps", "teams", "project")


def same(one: World, kind: str) -> Disagreement | None:
    """The world's disagreement if it is still of this kind; a world that either side refuses has none."""
    try:
        found = disagreement(one)
    except (KeyError, ValueError, AttributeError, AssertionError, StopIteration, TypeError, OSError, IndexError):
        return None
    return found if found is not None and found.kind() == kind else None


def smaller(one: World, batch: int) -> Iterator[tuple[Any, Any]]:
    """What can be left out, as a name and a change of a world: leads by halves, batches, then anything in the documents."""
    longest = max(len(stage.rows) for stage in one.stages)
    size = longest // 2
    while size:
        for number in range(len(one.stages) - 1, -1, -1):
            for start in range(0, len(one.stages[number].rows), size):
                yield (
                    ("rows", size, number, start),
                    lambda copied, at=number, cut=slice(start, start + size): copied.stages[at].rows.__delitem__(cut),
                )
        size //= 2
        if size == longest // 4:
            for number in range(len(one.stages) - 1, -1, -1):
                if number >= batch or len(one.stages) > 1:
                    yield ("stage", number, len(one.stages)), lambda copied, at=number: copied.stages.pop(at)
    everywhere = {(part, path): None for stage in one.stages for part in PARTS for path in paths(getattr(stage, part))}
    for part, path in sorted(everywhere, key=lambda found: len(found[1])):
        if path[:2] != ("leads", "fields") and path[-1] not in ("id", "version"):
            yield (part, path), lambda copied, name=part, where=path: drop_in_all(copied, name, where)


def drop_in_all(one: World, part: str, path: tuple[Any, ...]) -> None:
    """Drops what a path leads to in every batch that has it."""
    for stage in one.stages:
        try:
            drop(getattr(stage, part), path)
        except (KeyError, IndexError, TypeError):
            continue


def without(one: World, change: Any) -> World:
    """A copy with a change made."""
    copied = copy.deepcopy(one)
    change(copied)
    return copied


def paths(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all that can be dropped, the outer before the inner."""
    inner = list(document.items()) if isinstance(document, dict) else list(enumerate(document)) if isinstance(document, list) else []
    for key, value in reversed(inner):
        yield (*path, key)
        yield from paths(value, (*path, key))


def drop(document: Any, path: tuple[Any, ...]) -> None:
    """Drops what a path leads to."""
    for key in path[:-1]:
        document = document[key]
    del document[path[-1]]


def shrink(one: World, found: Disagreement, seconds: float) -> tuple[World, Disagreement]:
    """Drops one thing after another while the disagreement stays, as long as there is time."""
    end = time.monotonic() + seconds
    kind = found.kind()
    again = True
    while again and time.monotonic() < end:
        again = False
        tried: set[Any] = set()
        candidates = smaller(one, found.batch)
        while time.monotonic() < end:
            name, change = next(((name, change) for name, change in candidates if name not in tried), (None, None))
            if change is None:
                break
            tried.add(name)
            candidate = without(one, change)
            still = same(candidate, kind) if any(stage.rows for stage in candidate.stages) else None
            if still is not None:
                one, found, again = candidate, still, True
                candidates = smaller(one, found.batch)
    return one, found


def main() -> None:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", default="0:200")
    options.add_argument("--histories", action="store_true", help="small teams over many batches instead of worlds")
    options.add_argument("--stop", type=int, default=5)
    options.add_argument("--shrink", type=float, default=0, metavar="SECONDS", help="per disagreement")
    options.add_argument("--keep", type=Path)
    options.add_argument("--features", default=",".join(FEATURES), help="those that worlds may be about; - for none")
    options.add_argument("--each", metavar="FEATURE", help="leave out worlds that are not about this one")
    options.add_argument("--list", action="store_true", help="each seed that differs, and how")
    given = options.parse_args()
    first, _, last = given.seeds.partition(":")
    say = sys.stdout.write
    seeds = range(int(first), int(last or int(first) + 1))
    kinds: Counter[str] = Counter()
    make, about = (history, History) if given.histories else (world, Maker)
    features = [name for name in given.features.split(",") if name in FEATURES]
    count = 0
    for seed in seeds:
        if given.each is not None and given.each not in about(seed, features).features:
            continue
        count += 1
        one = make(seed, features)
        found = disagreement(one)
        if found is None:
            continue
        kinds[found.kind()] += 1
        if given.list:
            say(f"{seed} {found.kind()}\n")
        if kinds.total() > given.stop:
            continue
        if given.shrink:
            one, found = shrink(one, found, given.shrink)
        say(f"{found.account()}\n")
        if given.shrink:
            before = ""
            for number, stage in enumerate(one.stages, start=1):
                say(f"--- batch {number} at {stage.at.isoformat()} {' '.join(stage.options)}\n")
                after = "".join(to_yaml(part) for part in [without_fields(stage.project), *stage.files.values(), stage.reps])
                after += "".join(f"{cells_of(row)}\n" for row in stage.rows)
                say("".join(unified_diff(before.splitlines(True), after.splitlines(True), n=1)) if before else after)
                before = after
            say("".join(f"=== {name}\n{text}" for name, text in one.stages[0].tables.items()))
        if given.keep:
            for number, stage in enumerate(one.stages, start=1):
                stage.write(given.keep / f"seed{seed}" / f"batch{number}")
        sys.stdout.flush()
    say(f"{count} worlds, {kinds.total()} disagree: {dict(kinds)}\n")


def without_fields(project: dict[str, Any]) -> dict[str, Any]:
    """A project document without its long list of fields, for people."""
    return project | {"leads": {key: value for key, value in project["leads"].items() if key != "fields"}}


if __name__ == "__main__":
    main()
