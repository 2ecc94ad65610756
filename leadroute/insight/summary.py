"""What became of leads over a time, or in a routed file: outcomes, rules, queues, pools and people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from leadroute.model.decisions import Outcome
from leadroute.model.frozen import frozen


class Became(NamedTuple):
    """What became of so many leads."""

    outcome: str
    rule: str | None
    pool: str | None
    queue: str | None
    rep: str | None
    leads: int


@frozen
class Summary:
    """Leads by what became of them.

    ``rules`` holds those that took a lead, in the project's order, ``unreached`` those in force that did not. ``people`` is, by pool
    (``''``: named by a rule, or kept together) and rep, how many leads each got.
    """

    leads: int
    outcomes: Mapping[str, int]
    rules: Mapping[str, int]
    unreached: tuple[str, ...]
    queues: Mapping[str, int]
    people: Mapping[str, Mapping[str, int]]


def summary(
    found: Iterable[Became], *, rules: Sequence[str], in_force: Sequence[str], queues: Sequence[str], pools: Sequence[str]
) -> Summary:
    """Count leads; names come in the order given, those that the project does not have (any more) last."""
    outcomes: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    by_queue: Counter[str] = Counter()
    people: dict[str, Counter[str]] = {}
    for one in found:
        outcomes[one.outcome] += one.leads
        if one.rule is not None:
            by_rule[one.rule] += one.leads
        if one.queue is not None:
            by_queue[one.queue] += one.leads
        if one.rep is not None:
            people.setdefault(one.pool or "", Counter())[one.rep] += one.leads
    known = [outcome.value for outcome in Outcome]
    return Summary(
        leads=sum(outcomes.values()),
        outcomes={name: outcomes[name] for name in (*known, *sorted(outcomes.keys() - set(known)))},
        rules=_ordered(by_rule, rules),
        unreached=tuple(rule for rule in in_force if not by_rule[rule]),
        queues=_ordered(by_queue, queues),
        people={pool: dict(sorted(people[pool].items())) for pool in _ordered(dict.fromkeys(people, 1), (*pools, ""))},
    )


def _ordered(counts: Mapping[str, int], names: Sequence[str]) -> dict[str, int]:
    order = (*names, *sorted(counts.keys() - set(names)))
    return {name: counts[name] for name in order if counts.get(name)}
