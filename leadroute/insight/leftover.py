"""Why leads were left over: groups of leads with one story, each with counts that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from leadroute.insight.distribution import LeftOver
from leadroute.model.decisions import Decisions, Outcome
from leadroute.model.together import WAITING
from leadroute.routing.router import Router
from leadroute.routing.trace import last_counts

NOBODY = frozenset({"fallback_queue", "default", "no_rule", "hold", WAITING})
"""Reasons of leads that wait because nobody could take them (a rule that sends leads to a queue leaves nothing over)."""


@dataclass(slots=True)
class _Story:
    leads: int = 0
    of: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def left_over(router: Router, decisions: Decisions) -> tuple[LeftOver, ...]:
    """The leads of a file that wait in a queue, or are held, because nobody, or no rule, took them, most first.

    Those that keep the decision of an earlier batch are there with its sentence: why is known of those decided now alone.
    """
    names = [verdict.reason in NOBODY and verdict.outcome in {Outcome.QUEUED, Outcome.HELD} for verdict in decisions.verdicts]
    waiting = np.array([*names, False], np.bool_)[decisions.verdict]
    found = [*_now(router, decisions, np.flatnonzero(waiting & decisions.fresh))]
    kept: Counter[tuple[str, str]] = Counter()
    for number, count in zip(*np.unique(decisions.verdict[waiting & ~decisions.fresh], return_counts=True), strict=True):
        verdict = decisions.verdicts[number]  # batches that say the same have a verdict each
        kept[verdict.queue or "held", f"decided before: {verdict.why}"] += int(count)
    found.extend(LeftOver(where, count, sentence, 0, ()) for (where, sentence), count in kept.items())
    return tuple(sorted(found, key=lambda one: (-one.leads, one.where, one.sentence)))


def _now(router: Router, decisions: Decisions, rows: npt.NDArray[np.int64]) -> Iterator[LeftOver]:
    """The stories of leads decided in this run."""
    if len(rows) == 0 or router.desk is None:
        return
    causes = router.unmatched.cause_of(len(decisions))
    stories: dict[tuple[str, str], _Story] = {}
    joint = router.codes[rows].astype(np.int64) * len(decisions.verdicts) + decisions.verdict[rows]
    _, examples, groups = np.unique(joint, return_index=True, return_inverse=True)
    for group, example in enumerate(examples.tolist()):
        lead = int(rows[example])
        members = rows[groups == group]
        chain = router.chains[router.codes[lead]]
        verdict = decisions.verdicts[decisions.verdict[lead]]
        where = verdict.queue or "held"
        counts = last_counts(chain, lead, router.desk) if chain is not None and verdict.reason != WAITING else None
        if counts is not None:
            pool, reasons, size = counts
            words = ", ".join(f"{count} {reason}" for reason, count in reasons.items())
            story = stories.setdefault((where, f"0 of {size} in {pool} can take it" + (f": {words}" if words else "")), _Story())
            story.of, story.reasons = size, Counter(reasons)
        elif verdict.reason == "no_rule":
            story = stories.setdefault((where, "no rule took it"), _Story())
            for cause, count in zip(*np.unique(causes[members], return_counts=True), strict=True):
                rule, name = router.unmatched.causes[cause] if cause >= 0 else ("", "")
                story.reasons[f"{name} missing (first asked by {rule})" if rule else "no condition held"] += int(count)
        else:
            story = stories.setdefault((where, verdict.why), _Story())
        story.leads += len(members)
    for (where, sentence), story in stories.items():
        yield LeftOver(where, story.leads, sentence, story.of, tuple((count, words) for words, count in story.reasons.most_common()))
