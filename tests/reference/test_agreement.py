"""The fast engine, through its command line, beside the reference engine on random worlds and on rare ones made by hand."""

from datetime import datetime
from typing import Any

import pytest

from tests.reference.compare import disagreement
from tests.reference.engine import parse
from tests.reference.histories import history
from tests.reference.worlds import Stage, World, world

SEEDS = range(24)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fast_engine_decides_every_lead_as_the_reference_does(seed: int) -> None:
    """Whatever the project and the leads: outcome, rep, queue, rule, pool and fit are the same, batch after batch."""
    found = disagreement(world(seed))
    assert found is None, found.account()


@pytest.mark.parametrize("seed", SEEDS)
def test_they_agree_over_long_histories(seed: int) -> None:
    """However people come, go, are away and come back, whatever is edited and decided again."""
    found = disagreement(history(seed))
    assert found is None, found.account()


def test_a_world_is_the_same_for_the_same_seed() -> None:
    """A seed that failed once can be looked at again."""
    assert [stage.texts() for stage in world(7).stages] == [stage.texts() for stage in world(7).stages]


def directed(rules: str, *batches: tuple[int, str, str]) -> World:
    """A world of batches on days of November 2026: the reps in YAML, and a letter for each lead's field `to`."""
    stages: list[Stage] = []
    start = 0
    for day, reps, letters in batches:
        fields: dict[str, Any] = {"id": "string", "to": "string", "size": {"type": "number", "column": "to", "optional": True}}
        project = {"version": 1, "rules": ["rules.yaml"], "leads": {"id": "id", "fields": fields}}
        rows = [{"id": f"L{start + place}", "to": letter} for place, letter in enumerate(letters.split())]
        start += len(rows)
        at = datetime.fromisoformat(f"2026-11-{day}T10:00+00:00")
        stages.append(Stage(project, {"rules.yaml": {"version": 1} | parse(rules)}, parse(reps), {}, {}, ["id", "to"], rows, at))
    return World(-1, stages)


def rules_for(pools: str) -> str:
    """Each letter goes to the pool of that name."""
    rules = "".join(f"{{id: {name}, when: {{to: {name}}}, assign: {{pool: {name}}}}}, " for name in parse(pools))
    turns = "rotations: {t: {weights: {a: 1}}}, " if "turns: t" in pools else ""
    return f"{{{turns}pools: {pools}, rules: [{rules}]}}"


SHARED = rules_for("{p: {turns: t, who: {id: a}, limits: {per_day: 1}}, q: {turns: t, who: {id: b}}, r: {turns: t}}")
PLAIN = rules_for("{p: {turns: t}}")
OWN = rules_for("{p: {}}")
BY_NAME = (
    """{pools: {p: {who: {team: x}}}, rules: [{id: one, when: {to: n}, assign: {rep: c, turn_in: p}}, {id: two, assign: {pool: p}}]}"""
)
PACED = """{pools: {p: {absence: {catch_up: {every: 2}}}, q: {}},
  rules: [{id: q, when: {to: q}, assign: {pool: q}}, {id: p, assign: {pool: p, effort: $size}}]}"""
SIZED = "{pools: {p: {}}, rules: [{id: r, assign: {pool: p, effort: $size}}]}"


@pytest.mark.parametrize(
    ("rules", "batches"),
    [
        pytest.param(SHARED, [(23, "[{id: a}, {id: b}]", "p p q q q"), (24, "[{id: a}, {id: b}]", "p r r r r")], id="pool limits, shared"),
        pytest.param(
            PLAIN,
            [
                (23, "[{id: a}, {id: b}]", "p p p p"),
                (24, "[{id: a}, {id: b}, {id: c, weight: 0}]", "p p p"),
                (25, "[{id: a}, {id: b}, {id: c, weight: 2}]", "p p p p p p p p"),
            ],
            id="a joiner of weight 0",
        ),
        pytest.param(
            PLAIN,
            [(day, f"[{{id: a, weight: {weight}}}, {{id: b}}]", "p p p p p") for day, weight in ((23, "2"), (24, "0"), (25, "0.333333"))],
            id="a weight of 0 between others",
        ),
        pytest.param(
            BY_NAME,
            [(23, f"[{{id: a, team: x}}, {{id: b, team: x}}, {{id: c, team: {team}}}]", "n n p p p p p") for team in ("x", "y")],
            id="turn_in",
        ),
        pytest.param(
            BY_NAME,
            [
                (day, f"[{{id: a, team: x}}, {{id: b, team: x}}, {{id: c, team: {team}}}]", "p n n p p")
                for day, team in ((23, "y"), (24, "x"))
            ],
            id="turn_in by one who joins later",
        ),
        pytest.param(
            SIZED,
            [
                (23, "[{id: a, limits: {open: 2}}, {id: b}]", "0.5 1 0.5 1 0.5 0.25 0 2 0"),
                (24, "[{id: a, load: 1, limits: {open: 2}}, {id: b}]", "1 1 1"),
            ],
            id="room for less than 1",
        ),
        pytest.param(
            PACED,
            [
                (23, "[{id: a, away: [{from: 2026-11-23, to: 2026-11-23}]}, {id: b}]", "1 1"),
                (24, "[{id: a, limits: {open: 2}}, {id: b}]", "q 0.5 0.5 0.5 1"),
            ],
            id="at a limit with room for less, and catching up",
        ),
        pytest.param(
            OWN,
            [
                (23, "[{id: a}, {id: b}, {id: c}]", "p p p"),
                (24, "[{id: a}]", "p p p"),
                (25, "[{id: b}]", "p p"),
                (26, "[{id: a}, {id: b}, {id: c}, {id: d}]", "p p p p p p"),
            ],
            id="everybody leaves and comes back",
        ),
        pytest.param(
            PLAIN,
            [
                (23, "[{id: a}, {id: b}]", "p p p"),
                (24, "[{id: a, away: [{from: 2026-11-24, to: 2026-11-24}]}, {id: b, active: false}]", "p"),
                (24, "[{id: a}, {id: b}, {id: c}, {id: d, weight: 0.5}]", "p p p p p p"),
            ],
            id="joiners while all are absent",
        ),
    ],
)
def test_rare_worlds(rules: str, batches: list[tuple[int, str, str]]) -> None:
    """What random worlds seldom meet: the same answers too."""
    found = disagreement(directed(rules, *batches))
    assert found is None, found.account()
