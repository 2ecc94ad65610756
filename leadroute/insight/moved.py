"""What a change of rules or roster does to some leads: who gets what before and after, and why each lead that moves does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from leadroute.insight.cause import Cause, Causes, Found, Run, crossed
from leadroute.model.decisions import Decision, Decisions, Outcome, Verdict
from leadroute.model.frozen import frozen
from leadroute.model.together import TOGETHER

Rows = npt.NDArray[np.int64]
EXAMPLES = 5
"""Leads of a group that are named."""


class Way(NamedTuple):
    """How leads end: ``rule`` is ``None`` where none kept them."""

    outcome: Outcome
    rule: str | None
    pool: str | None
    queue: str | None


class Change(NamedTuple):
    """How many leads something got, ``before`` and ``after``; of rules the ``name`` is empty for leads that none kept."""

    name: str
    before: int
    after: int


@frozen
class RepChange:
    """One rep's leads before and after; ``net`` says by cause how many more they got (below 0: fewer), and adds up to the difference."""

    rep: str
    before: int
    after: int
    net: Mapping[Cause, int]


@frozen
class Group:
    """Leads that moved for the same reasons, and on the same way.

    ``went`` has from whom to whom, most leads first: a rep, else a queue, else the outcome. ``examples`` names the first few leads.
    """

    found: Found
    old: Way
    new: Way
    leads: int
    went: tuple[tuple[str, str, int], ...]
    examples: tuple[str, ...]


class Move(NamedTuple):
    """One lead that moved."""

    lead: str
    found: Found
    old: Decision
    new: Decision


@frozen
class Moves:
    """The leads that moved, in file order; made one by one, since there may be many."""

    names: Sequence[str]
    rows: Rows
    found: Sequence[Found]
    number: npt.NDArray[np.int32]
    old: Decisions
    new: Decisions

    def __len__(self) -> int:
        """How many."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Move]:
        """Each of them."""
        for name, row, number in zip(self.names, self.rows.tolist(), self.number.tolist(), strict=True):
            yield Move(name, self.found[number], self.old[row], self.new[row])


@frozen
class Measured:
    """What a change does to ``leads`` leads: ``moved`` get another rep, queue or outcome, and the others do not.

    ``otherwise`` of those others come there by another rule or pool. ``reordered``: the leads are served in another order.
    ``causes`` has every cause. ``reps`` are all who get a lead, ``rules``, ``pools``, ``queues`` and ``outcomes`` those that are met, the
    new project's first, in its order. ``groups`` come by cause, the largest first.
    """

    leads: int
    moved: int
    otherwise: int
    reordered: bool
    causes: Mapping[Cause, int]
    outcomes: tuple[Change, ...]
    rules: tuple[Change, ...]
    pools: tuple[Change, ...]
    queues: tuple[Change, ...]
    reps: tuple[RepChange, ...]
    groups: tuple[Group, ...]
    moves: Moves

    @property
    def same(self) -> int:
        """How many leads do not move."""
        return self.leads - self.moved

    @property
    def own(self) -> int:
        """How many move since they themselves are treated otherwise."""
        return sum(leads for cause, leads in self.causes.items() if cause.own)


def measured(old: Run, new: Run, names: Sequence[str | None]) -> Measured:
    """Compare two runs over the same leads.

    Args:
        old: The leads as the old project decides them.
        new: The same leads, in the same order, as the new one does.
        names: The id of each lead; one without is called by its row, from 1.
    """
    numbering: dict[Hashable, int] = {}
    ways: dict[Hashable, int] = {}
    went, came = _numbered(old.decisions, _place, numbering), _numbered(new.decisions, _place, numbering)
    before, after = _numbered(old.decisions, _way, ways), _numbered(new.decisions, _way, ways)
    rows = np.flatnonzero(went != came)
    found, number = _causes(old, new, rows)
    cause = np.array([list(Cause).index(one.cause) for one in found], np.int64)[number]
    called = [names[row] or f"row {row + 1}" for row in rows.tolist()]
    counts = np.bincount(cause, minlength=len(Cause))
    both = old.decisions.fresh & new.decisions.fresh
    return Measured(
        leads=len(went),
        moved=len(rows),
        otherwise=int(((went == came) & (before != after)).sum()),
        reordered=not np.array_equal(old.router.served(both), new.router.served(both)),
        causes={cause: int(counts[at]) for at, cause in enumerate(Cause)},
        outcomes=_changes(old, new, lambda verdict: verdict.outcome.value, [outcome.value for outcome in Outcome]),
        rules=_changes(old, new, _rule, [rule.id for run in (new, old) for rule in run.router.project.rules]),
        pools=_changes(old, new, lambda verdict: verdict.pool, [*new.router.project.pools, *old.router.project.pools]),
        queues=_changes(old, new, lambda verdict: verdict.queue, [*new.router.project.queues, *old.router.project.queues]),
        reps=_reps(old, new, rows, cause),
        groups=tuple(_groups(found, number, _pairs(went, came, rows, numbering), _pairs(before, after, rows, ways), called)),
        moves=Moves(called, rows, found, number, old.decisions, new.decisions),
    )


def _place(verdict: Verdict, rep: str | None) -> Hashable:
    """Where a lead is in the end: with a rep, or in a queue, or what else became of it."""
    return (verdict.outcome, rep or verdict.queue)


def _way(verdict: Verdict, rep: str | None) -> Hashable:
    del rep
    return Way(verdict.outcome, verdict.rule, verdict.pool, verdict.queue)


def _numbered(decisions: Decisions, what: Callable[[Verdict, str | None], Hashable], numbering: dict[Hashable, int]) -> Rows:
    """A number for each lead, the same in both runs for the same."""
    joint = decisions.verdict.astype(np.int64) * (len(decisions.reps) + 1) + decisions.rep + 1
    distinct, inverse = np.unique(joint, return_inverse=True)
    numbers = []
    for one in distinct.tolist():
        verdict, rep = divmod(one, len(decisions.reps) + 1)
        key = what(decisions.verdicts[verdict], decisions.reps[rep - 1] if rep else None)
        numbers.append(numbering.setdefault(key, len(numbering)))
    return np.array(numbers, np.int64)[inverse]


def _causes(old: Run, new: Run, rows: Rows) -> tuple[list[Found], npt.NDArray[np.int32]]:
    """Why leads moved: all reasons, and the number of each lead's."""
    alone = np.zeros(len(old.decisions), np.bool_)
    asked = alone.copy()
    asked[rows] = old.decisions.fresh[rows] & new.decisions.fresh[rows]
    for run in (old, new):
        alone |= np.array([verdict.reason in TOGETHER for verdict in run.decisions.verdicts], np.bool_)[run.decisions.verdict]
    found = crossed(old, new, asked & ~alone)
    columns = [column for run in (old, new) for column in (run.router.codes, run.decisions.verdict, run.decisions.eligible)]
    groups, examples = _grouped(*(column[rows] for column in (*columns, found.tried, found.eligible)), np.where(alone[rows], rows, -1))
    causes = Causes(old, new, found)
    numbering: dict[Found, int] = {}
    numbers = [numbering.setdefault(causes.of(row), len(numbering)) for row in rows[examples].tolist()]
    return list(numbering), np.array(numbers, np.int32)[groups]


def _grouped(*columns: npt.NDArray[np.integer[Any]]) -> tuple[Rows, Rows]:
    """The group of each row, of those that agree in every column, and the first row of each group."""
    groups = np.zeros(len(columns[0]), np.int64)
    examples = np.zeros(0, np.int64)
    for column in columns:
        _, own = np.unique(column, return_inverse=True)
        _, examples, groups = np.unique(groups * (len(column) + 1) + own, return_index=True, return_inverse=True)
    return groups, examples


def _rule(verdict: Verdict) -> str | None:
    """The rule that kept leads, empty for none; ``None`` for what is not decided."""
    return None if verdict.outcome in (Outcome.DUPLICATE, Outcome.INVALID) else verdict.rule or ""


def _changes(old: Run, new: Run, name_of: Callable[[Verdict], str | None], known: Iterable[str]) -> tuple[Change, ...]:
    """How many leads everything got that got any, in the order of ``known``."""
    counts: list[Counter[str]] = [Counter(), Counter()]
    for counted, run in zip(counts, (old, new), strict=True):
        of = run.decisions
        for verdict, leads in zip(of.verdicts, np.bincount(of.verdict, minlength=len(of.verdicts)).tolist(), strict=True):
            name = name_of(verdict)
            if name is not None:
                counted[name] += leads
    before, after = counts
    names = dict.fromkeys((*known, *sorted(before.keys() | after.keys())))
    return tuple(Change(name, before[name], after[name]) for name in names if before[name] or after[name])


def _reps(old: Run, new: Run, rows: Rows, cause: Rows) -> tuple[RepChange, ...]:
    """Every rep's leads."""
    names = list(dict.fromkeys((*new.decisions.reps, *old.decisions.reps)))
    at = {name: number for number, name in enumerate(names)}
    sums, nets = [], []
    for of in (old.decisions, new.decisions):
        reps = np.array([*(at[rep] for rep in of.reps), len(names)], np.int64)[of.rep]
        sums.append(np.bincount(reps, minlength=len(names) + 1))
        nets.append(np.bincount(reps[rows] * len(Cause) + cause, minlength=(len(names) + 1) * len(Cause)).reshape(-1, len(Cause)))
    before, after = sums
    net = nets[1] - nets[0]
    return tuple(
        RepChange(name, int(before[rep]), int(after[rep]), {cause: int(net[rep, place]) for place, cause in enumerate(Cause)})
        for rep, name in enumerate(names)
        if before[rep] or after[rep]
    )


Pairs = tuple[Rows, Rows, Sequence[Any]]
"""For each lead that moved two numbers, before and after, and what they stand for."""


def _pairs(before: Rows, after: Rows, rows: Rows, meaning: Iterable[Hashable]) -> Pairs:
    return before[rows], after[rows], list(meaning)


def _groups(found: Sequence[Found], number: npt.NDArray[np.int32], places: Pairs, ways: Pairs, called: Sequence[str]) -> Iterator[Group]:
    groups, examples = _grouped(number, ways[0], ways[1])
    firsts = examples.tolist()
    members = np.split(np.argsort(groups, kind="stable"), np.cumsum(np.bincount(groups, minlength=len(firsts)))[:-1])
    order = sorted(range(len(firsts)), key=lambda at: (list(Cause).index(found[number[firsts[at]]].cause), -len(members[at]), firsts[at]))
    for at in order:
        own, first = members[at], firsts[at]
        went, count = np.unique(np.stack([places[0][own], places[1][own]]), axis=1, return_counts=True)
        named = (
            (_called(places[2][one]), _called(places[2][other]), leads)
            for one, other, leads in zip(*went.tolist(), count.tolist(), strict=True)
        )
        yield Group(
            found[number[first]],
            ways[2][ways[0][first]],
            ways[2][ways[1][first]],
            len(own),
            tuple(sorted(named, key=lambda one: -one[2])),
            tuple(called[row] for row in own[:EXAMPLES].tolist()),
        )


def _called(place: tuple[Outcome, str | None]) -> str:
    outcome, name = place
    return name or outcome.value
