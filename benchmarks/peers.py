"""Matching alone, against what people would use instead: ``python -m benchmarks.peers [--rules 200] [--leads 100000]``.

The same generated rules, the same leads, already typed in the form that each engine likes best. Every engine must name the same
rule as the if/elif function for every lead that it is given, or the run ends. Rounds are interleaved; a figure is leads per second
of processor time (an engine that uses two cores pays for two), a ratio is the median over the rounds.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import generate, handmade, leads, projects, vocabulary
from benchmarks.world import Mix, Rule, Test, rules

Engine = Callable[[], Sequence[int]]
"""Decides all its leads once, from a cold start: the number of the rule for each."""


@dataclass(frozen=True, slots=True)
class World:
    """What is decided: rules, and ``count`` leads; ``leads`` are the first of them as typed dicts.

    ``count`` and ``mix`` let an engine read the same from files.
    """

    rules: tuple[Rule, ...]
    leads: list[dict[str, Any]]
    count: int
    mix: Mix


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine's name, how to make it ready, how many leads it gets at most, and for which rules it is of use.

    ``ready`` is outside the clock: it brings the leads into the form that the engine likes best.
    """

    name: str
    ready: Callable[[World], Engine]
    at_most: int | None = None
    adversarial: bool = False


def if_elif(world: World) -> Engine:
    """A generated function, as somebody would write it by hand, over dicts."""
    match = handmade.compiled(world.rules)
    return lambda: [match(lead) for lead in world.leads]


def if_elif_bound(world: World) -> Engine:
    """The same with every field fetched once, into a local name: by hand, and with an eye on speed."""
    match = handmade.compiled(world.rules, bound=True)
    return lambda: [match(lead) for lead in world.leads]


def pandas_select(world: World) -> Engine:
    """``numpy.select`` over pandas masks; columns of few values are categories."""
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame.from_records(world.leads)
    products = pd.DataFrame({name: [name in held for held in frame["products"]] for name in vocabulary.PRODUCTS})
    for name in ("country", "state", "industry", "source", "language"):
        frame[name] = frame[name].astype("category")
    made = world.rules

    def mask(test: Test) -> Any:
        column: Any = frame[test.field]
        values: Any = test.values
        match test.op:
            case "in":
                return column.isin(values)
            case "gte":
                return column >= values[0]
            case "lt":
                return column < values[0]
            case "between":
                return column.between(*values)
            case "has_any":
                return reduce(or_, (products[value] for value in values))
            case "contains":
                return reduce(or_, (column.str.contains(value, regex=False) for value in values))
            case "starts_with":
                return column.str.startswith(values)
            case "ends_with":
                return column.str.endswith(values)
            case "matches":
                return column.str.contains(values[0], regex=True)

    def run() -> Sequence[int]:
        masks = [reduce(lambda a, b: a & b, map(mask, rule.tests)) for rule in made[:-1]]
        found: list[int] = np.select(masks, range(len(masks)), len(masks)).tolist()
        return found

    return run


def polars_when(world: World) -> Engine:
    """A chain of ``when/then`` in a lazy polars query; columns of few values are enums."""
    import polars as pl

    frame = pl.DataFrame([{**lead, "products": list(lead["products"])} for lead in world.leads], infer_schema_length=None)
    coded = {name: frame[name].drop_nulls().unique().sort().to_list() for name in ("country", "state", "industry", "source", "language")}
    frame = frame.with_columns(pl.col(name).cast(pl.Enum(values)) for name, values in coded.items())
    made = world.rules

    def expression(test: Test) -> Any:
        column = pl.col(test.field)
        values: Any = test.values
        match test.op:
            case "in":
                return column.is_in([value for value in values if value in coded[test.field]])
            case "gte":
                return column >= values[0]
            case "lt":
                return column < values[0]
            case "between":
                return column.is_between(*values)
            case "has_any":
                return reduce(or_, (column.list.contains(value) for value in values))
            case "contains":
                return reduce(or_, (column.str.contains(value, literal=True) for value in values))
            case "starts_with":
                return reduce(or_, (column.str.starts_with(value) for value in values))
            case "ends_with":
                return reduce(or_, (column.str.ends_with(value) for value in values))
            case "matches":
                return column.str.contains(values[0])

    def run() -> Sequence[int]:
        chain: Any = pl
        for at, rule in enumerate(made[:-1]):
            chain = chain.when(pl.all_horizontal([expression(test) for test in rule.tests])).then(at)
        answer: list[int] = frame.lazy().select(chain.otherwise(len(made) - 1).alias("rule")).collect()["rule"].to_list()
        return answer

    return run


def zen_table(world: World) -> Engine:
    """zen-engine's decision table, compiled once by its static loader.

    Its best case: patterns, which it would compile again for every lead, and tests on lists are handed over as booleans.
    """
    import re

    import zen

    handed: dict[Test, str] = {}
    for test in (test for rule in world.rules for test in rule.tests if test.op in {"matches", "has_any"}):
        handed.setdefault(test, f"flag{len(handed)}")
    fields = [*dict.fromkeys(test.field for rule in world.rules for test in rule.tests if test not in handed), *handed.values()]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in fields],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [
            {
                "_id": rule.id,
                **dict.fromkeys(fields, ""),
                **{handed.get(test, test.field): "true" if test in handed else _zen_cell(test) for test in rule.tests},
                "rule": str(at),
            }
            for at, rule in enumerate(world.rules)
        ],
    }
    nodes: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("in", "inputNode", {}),
        ("table", "decisionTableNode", table),
        ("out", "outputNode", {}),
    )
    graph = {
        "nodes": [
            {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, "content": content} for name, kind, content in nodes
        ],
        "edges": [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in (("in", "table"), ("table", "out"))],
    }
    answers: dict[str, Callable[[dict[str, Any]], bool]] = {}
    for test, flag in handed.items():
        if test.op == "matches":
            search = re.compile(str(test.values[0])).search
            answers[flag] = lambda lead, search=search, field=test.field: search(lead[field]) is not None  # type: ignore[misc]
        else:
            wanted = frozenset(test.values)
            answers[flag] = lambda lead, wanted=wanted: not wanted.isdisjoint(lead["products"])  # type: ignore[misc]
    plain = [name for name in fields if name not in answers]
    contexts = [
        {**{name: lead[name] for name in plain}, **{flag: answer(lead) for flag, answer in answers.items()}} for lead in world.leads
    ]
    evaluate = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": graph}}}).evaluate
    evaluate("rules", contexts[0])
    return lambda: [evaluate("rules", context)["result"]["rule"] for context in contexts]


def _zen_cell(test: Test) -> str:
    """One test as a cell of a decision table."""
    values = test.values
    match test.op:
        case "in":
            return ", ".join(f'"{value}"' for value in values)
        case "gte":
            return f">= {values[0]}"
        case "lt":
            return f"< {values[0]}"
        case "between":
            return f"[{values[0]}..{values[1]}]"
        case _:
            name = {"contains": "contains", "starts_with": "startsWith", "ends_with": "endsWith"}[test.op]
            return " or ".join(f'{name}($, "{value}")' for value in values)


def ours(world: World) -> Engine:
    """leadroute: project and leads read from files; the clock runs over the making of the plan and the matching."""
    import numpy as np

    from leadroute.language.evaluate import Evaluator
    from leadroute.language.references import references
    from leadroute.leads import Reader, open_file
    from leadroute.model.clock import Clock
    from leadroute.project import load
    from leadroute.routing.match import Matcher

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        projects.write(folder, leads=world.count, rule_count=len(world.rules), rep_count=500, mix=world.mix, seed=generate.SEED)
        generate.write_leads(folder / "leads.csv", world.count)
        project = load(folder / "leadroute.yaml").project
        assert project is not None, "the generated project does not load"  # noqa: S101
        clock = Clock(NOW, project.timezone)
        fields = frozenset(name for rule in project.rules if rule.when is not None for name in references(rule.when))
        file = open_file(str(folder / "leads.csv"), format=None, delimiter=None, encoding=None)
        batches = list(Reader(file, project, clock, fields=fields, strict=False).batches())

    def run() -> Sequence[int]:
        matcher = Matcher(project.rules, Evaluator(clock))
        found: list[int] = np.concatenate([matcher.first(batch) for batch in batches]).tolist()
        return found

    return run


NOW = 1_795_428_000_000_000
"""2026-11-23T10:00Z, after every generated lead came in."""

PEERS: tuple[Peer, ...] = (
    Peer("leadroute", ours, adversarial=True),
    Peer("if/elif", if_elif, adversarial=True),
    Peer("if/elif, bound", if_elif_bound, adversarial=True),
    Peer("pandas np.select", pandas_select),
    Peer("polars when/then", polars_when),
    Peer("zen-engine", zen_table, at_most=20_000),
)
TYPED = 100_000
"""At most so many leads are made into dicts, for the peers and for the comparison with if/elif."""


def rates(world: World, peers: Sequence[Peer], rounds: int) -> dict[str, list[float]]:
    """Leads per second of processor time, by engine, one figure a round; ends the program where an engine disagrees."""
    expected = if_elif(world)()
    engines: dict[str, tuple[Engine, int]] = {}
    for peer in peers:
        count = world.count if peer.name == "leadroute" else min(len(world.leads), peer.at_most or TYPED)
        engines[peer.name] = (peer.ready(World(world.rules, world.leads[:count], count, world.mix)), count)
        print(f"{peer.name} is ready", file=sys.stderr)
    found: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(rounds):
        for name, (engine, count) in engines.items():
            start = time.process_time()
            answer = engine()
            spent = time.process_time() - start
            found[name].append(count / spent)
            if turn == 0 and list(answer[:TYPED]) != expected[:count]:
                wrong = next(at for at, (got, want) in enumerate(zip(answer, expected, strict=False)) if got != want)
                sys.exit(f"{name} says rule {answer[wrong]} and not {expected[wrong]} for {world.leads[wrong]}")
    return found


def main() -> None:
    """Measures the engines and prints a table, or one JSON object."""
    names = [peer.name for peer in PEERS]
    options = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    options.add_argument("--leads", type=int, default=100_000)
    options.add_argument("--rules", type=int, default=200)
    options.add_argument("--mix", choices=("plain", "adversarial"), default="plain")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", nargs="+", choices=names, help="engines to run")
    options.add_argument("--json", action="store_true", help="print rates as JSON")
    given = options.parse_args()
    peers = [peer for peer in PEERS if (peer.adversarial or given.mix == "plain") and (not given.only or peer.name in given.only)]
    typed = [lead for block in leads.blocks(min(given.leads, TYPED), generate.SEED) for lead in block.typed()]
    world = World(rules(given.rules, given.mix, generate.SEED), typed, given.leads, given.mix)
    found = rates(world, peers, given.rounds)
    if given.json:
        print(json.dumps(found))
        return
    ours_found = found.get("leadroute")
    print(f"{given.leads:,} leads, {given.rules} rules, {given.mix}; {given.rounds} rounds; per second of processor time")
    for name, figures in found.items():
        ratio = f"{median(a / b for a, b in zip(ours_found, figures, strict=True)):8.1f} x" if ours_found else ""
        print(f"  {name:20} {median(figures):>12,.0f} leads/s {ratio}")


if __name__ == "__main__":
    main()
