"""How many leads of a file a finding is about, so that what matters stands first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from leadroute.model.clock import Clock
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.project import Project

if TYPE_CHECKING:
    from leadroute.model.columns import Codes, LeadBatch, Mask
    from leadroute.routing.router import Router

WEIGHED = frozenset({"unreachable-rule", "gap", "overlap"})
"""Findings about leads that can be counted: which a rule would take, no rule takes, or several would."""


def weighed(found: Sequence[Diagnostic], project: Project, path: str, clock: Clock) -> list[Diagnostic]:
    """Findings with the leads of a file that each is about, the most first, and those that are not about leads after them as they were.

    Args:
        found: The findings of the project.
        project: The project.
        path: A lead file.
        clock: The instant for rules that are in force for a while, and for dates.

    Raises:
        LeadFileError: The file cannot be read.
    """
    from leadroute.leads.opening import open_file
    from leadroute.leads.reader import Reader
    from leadroute.model.standings import Standings
    from leadroute.routing.router import Router

    router = Router(project, Standings(), clock)
    places = {rule.id: at for at, rule in enumerate(router.rules)}
    asked = [one for one in found if one.name in WEIGHED and {*([one.rule] if one.rule else ()), *(one.about or ())} <= places.keys()]
    counts = [0] * len(asked)
    total = 0
    with open_file(path) as file:
        reader = Reader(file, project, clock, fields=router.fields, texts_of=router.texts, evaluator=router.evaluator)
        for batch in reader.batches():
            first = router.matcher.first(batch)
            total += int((~batch.invalid).sum())
            for number, one in enumerate(asked):
                counts[number] += int((_about(one, first, batch, router, places) & ~batch.invalid).sum())
    leads = {id(one): count for one, count in zip(asked, counts, strict=True)}
    told = [
        one if id(one) not in leads else replace(one, leads=leads[id(one)], message=f"{one.message}; {leads[id(one)]:,} of {total:,} leads")
        for one in found
    ]
    return sorted(told, key=lambda one: -1 if one.leads is None else -one.leads - 2)


def _about(found: Diagnostic, first: Codes, batch: LeadBatch, router: Router, places: Mapping[str, int]) -> Mask:
    """Which leads of a block a finding is about."""
    if found.rule is None:
        unmatched: Mask = first < 0
        return unmatched
    if not found.about:
        return _holds(router, places[found.rule], batch)
    mine: Mask = first == places[found.rule]
    others = np.zeros(batch.size, np.bool_)
    for rule in found.about:
        others |= _holds(router, places[rule], batch)
    return np.logical_and(mine, others)


def _holds(router: Router, at: int, batch: LeadBatch) -> Mask:
    when = router.rules[at].when
    return np.ones(batch.size, np.bool_) if when is None else router.evaluator.mask(when, batch)
