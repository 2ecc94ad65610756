"""`respond_within`: how fast a rule's leads must be answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.clock import MINUTE
from leadroute.model.rules import Response, StepKind
from tests.project.world import RULES, found, good


def rules(respond: str) -> str:
    return RULES.replace("everyone,", f"everyone, respond_within: {respond},")


def test_the_short_form_is_the_time_alone(tmp_path: Path) -> None:
    """All time counts, as many people as there are, no reminder, the turn is kept."""
    assert good(tmp_path, rules=rules("5m")).rules[0].respond == Response(5 * MINUTE)
    assert good(tmp_path).rules[0].respond is None


def test_everything_may_be_said(tmp_path: Path) -> None:
    """Time, clock, tries, steps, reminder, and what becomes of the turn."""
    text = "{time: 1h, clock: working, tries: 3, then: [manager, {queue: later}], remind: 10m, turn: give_back}"
    made = good(tmp_path, rules=rules(text)).rules[0].respond
    assert made is not None
    assert (made.time, made.working, made.tries, made.remind, made.give_back) == (60 * MINUTE, True, 3, 10 * MINUTE, True)
    assert [step.kind for step in made.then] == [StepKind.MANAGER, StepKind.QUEUE]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{tries: 3}", "missing-key"),
        ("{time: 5}", "wrong-type"),
        ("{time: 5s}", "bad-value"),
        ("{time: 5m, tries: 0}", "bad-value"),
        ("{time: 5m, clock: sun}", "bad-value"),
        ("{time: 5m, remind: 5m}", "bad-value"),
        ("{time: 5m, then: [next_rule]}", "misplaced-step"),
        ("{time: 5m, then: [{pool: nowhere}]}", "unknown-pool"),
        ("{time: 5m, give: back}", "unknown-key"),
    ],
)
def test_what_makes_no_sense_is_a_finding(tmp_path: Path, text: str, name: str) -> None:
    """One finding each, at its place."""
    assert found(tmp_path, rules=rules(text)) == [name]


def test_a_queue_answers_nobody(tmp_path: Path) -> None:
    """The key means nothing for a rule that sends to a queue."""
    more = "  - {id: later, when: {company: acme}, assign: {queue: later}, respond_within: 5m}\n"
    assert found(tmp_path, rules=RULES.replace("rules:\n", "rules:\n" + more)) == ["does-not-apply"]
