"""How a batch was distributed: outcomes, rules, pools and reps, leads left over and why, cells that did not parse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from leadroute.model.decisions import Decisions, Faults, Outcome
from leadroute.model.frozen import frozen
from leadroute.model.limits import DAILY, Limits
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import MILLION
from leadroute.model.standings import Standings, Use
from leadroute.model.together import TOGETHER
from leadroute.routing.room import counts_words


@frozen
class LimitUse:
    """How much of a limit is used after the batch, in leads or whatever it adds up; ``what`` is that: ``this week``, ``hot in 4 h``.

    ``of_pool``: the limit is the pool's, and counts what came from there.
    """

    what: str
    used: float
    most: float
    of_pool: bool = False


@frozen
class RepShare:
    """One rep in one pool (``pool`` empty: named directly): leads, share of the pool's leads and target share by weight (0..1).

    ``today`` and ``per_day``, ``open`` and ``open_limit`` are the rep's counts after the batch and the limits (``None``: no limit);
    open figures in leads (effort). ``limits`` are all of them: the rep's own, then the pool's.
    """

    rep: str
    leads: int
    share: float
    target: float
    today: int
    per_day: int | None
    open: float
    open_limit: float | None
    limits: tuple[LimitUse, ...] = ()


@frozen
class PoolShare:
    """One pool and its reps in roster order; ``kept_together`` (``pool`` empty): not named by a rule, but who has an earlier lead."""

    pool: str
    leads: int
    reps: tuple[RepShare, ...]
    kept_together: bool = False


@frozen
class LeftOver:
    """Leads in one queue (or held) because nobody could take them, or no rule did: how many, and why.

    ``reasons`` are ``(count, words)``; for ``of`` > 0 they count reps of the last pool tried, for a group of ``leads`` leads with one
    story, and add up to ``of``; for ``of`` = 0 they count leads and add up to ``leads``.
    """

    where: str
    leads: int
    sentence: str
    of: int
    reasons: tuple[tuple[int, str], ...]


@frozen
class Distribution:
    """The numbers of one run. ``outcomes`` and ``rules`` keep the order of the language and of the project.

    ``kept_together`` counts the leads that no rule decided, since they share a key with an earlier one, by reason.
    """

    leads: int
    outcomes: Mapping[str, int]
    kept: int
    rules: Mapping[str, int]
    queues: Mapping[str, int]
    kept_together: Mapping[str, int]
    pools: tuple[PoolShare, ...]
    left_over: tuple[LeftOver, ...]
    faults: Faults
    unreached: tuple[str, ...]


def distribution(
    project: Project,
    decisions: Decisions,
    standings: Standings,
    faults: Faults,
    left_over: Sequence[LeftOver],
    weights: Mapping[str, Mapping[str, int]],
    in_force: Sequence[str],
) -> Distribution:
    """Count a batch.

    Args:
        project: The project that decided.
        decisions: All decisions of the run.
        standings: Where everybody stands afterwards.
        faults: Cells that did not parse, by field.
        left_over: Why leads were left over (worked out where the decisions were made).
        weights: The weights in force, by pool and rep id (millionths).
        in_force: The ids of the rules in force on the routing date.
    """
    per_verdict = np.bincount(decisions.verdict, minlength=len(decisions.verdicts)).tolist() if len(decisions) else []
    outcomes = {outcome.value: 0 for outcome in Outcome}
    rules: dict[str, int] = {rule.id: 0 for rule in project.rules}
    queues: dict[str, int] = {}
    together = dict.fromkeys(TOGETHER, 0)
    for verdict, count in zip(decisions.verdicts, per_verdict, strict=False):
        outcomes[verdict.outcome.value] += count
        if verdict.rule is not None and count:
            rules[verdict.rule] = rules.get(verdict.rule, 0) + count
        if verdict.queue is not None and count:
            queues[verdict.queue] = queues.get(verdict.queue, 0) + count
        if verdict.reason in together:
            together[verdict.reason] += count
    return Distribution(
        leads=len(decisions),
        outcomes=outcomes,
        kept=int(np.sum(~decisions.fresh & (decisions.batch >= 0))),
        rules={rule: count for rule, count in rules.items() if count},
        queues={queue: queues[queue] for queue in (*project.queues, *sorted(set(queues) - set(project.queues))) if queue in queues},
        kept_together={reason: count for reason, count in together.items() if count},
        pools=tuple(_pools(project, decisions, standings, weights)),
        left_over=tuple(left_over),
        faults=faults,
        unreached=tuple(rule for rule in in_force if not rules[rule]),
    )


def _pools(project: Project, decisions: Decisions, standings: Standings, weights: Mapping[str, Mapping[str, int]]) -> list[PoolShare]:
    pools = [(verdict.reason in TOGETHER, verdict.pool or "") for verdict in decisions.verdicts]
    place = {name: at for at, name in enumerate(project.pools)}
    names = sorted(set(pools), key=lambda one: (one[0], one[1] == "", place.get(one[1], -1), one[1]))
    of_verdict = np.array([names.index(pool) for pool in pools] or [0], np.int64)
    given = np.flatnonzero(decisions.rep >= 0)
    if len(given) == 0:
        return []
    joint = of_verdict[decisions.verdict[given]] * len(decisions.reps) + decisions.rep[given]
    counts = np.bincount(joint, minlength=len(names) * len(decisions.reps)).reshape(len(names), -1)
    found: list[PoolShare] = []
    known = {rep.id: rep for rep in project.reps}
    for at, (kept, name) in enumerate(names):
        leads = int(counts[at].sum())
        if not leads:
            continue
        own = weights.get(name, {})
        whole = sum(own.values())
        by_rep = {rep: int(counts[at][number]) for number, rep in enumerate(decisions.reps)}
        members = list(own) if own else [rep for rep, count in by_rep.items() if count]
        members.extend(rep for rep, count in by_rep.items() if count and rep not in members)
        shares = []
        for rep in members:
            person = known.get(rep)
            limits = person.limits if person is not None else None
            load = standings.load.get(rep, 0) + (person.load if person is not None else 0)
            shares.append(
                RepShare(
                    rep=rep,
                    leads=by_rep.get(rep, 0),
                    share=by_rep.get(rep, 0) / leads,
                    target=own.get(rep, 0) / whole if whole else 0.0,
                    today=standings.used.get(Use(DAILY.key, "", "", rep), 0),
                    per_day=per_day(limits) if limits is not None else None,
                    open=load / MILLION,
                    open_limit=limits.open / MILLION if limits is not None and limits.open is not None else None,
                    limits=tuple(_uses(project, standings, name, person)),
                )
            )
        found.append(PoolShare(name, leads, tuple(shares), kept))
    return found


def per_day(limits: Limits) -> int | None:
    """How many leads a day the limits allow at most."""
    return min((limit.most // MILLION for limit in limits.plain if limit.window == DAILY), default=None)


def _uses(project: Project, standings: Standings, pool: str, rep: Rep | None) -> Iterator[LimitUse]:
    """How much is used of each limit of a rep, then of those of the pool."""
    if rep is None:
        return
    yield from uses(rep.limits, standings, rep.load + standings.load.get(rep.id, 0), "", rep.id)
    if pool in project.pools:
        yield from uses(project.pools[pool].limits, standings, standings.pool_load.get((pool, rep.id), 0), pool, rep.id)


def uses(limits: Limits, standings: Standings, load: int, pool: str, rep: str) -> Iterator[LimitUse]:
    """How much a rep used of some limits, carrying ``load`` (millionths); ``pool`` is whose limits they are, ``''`` the rep's own."""
    of_pool = pool != ""
    if limits.open is not None:
        yield LimitUse("open", load / MILLION, limits.open / MILLION, of_pool)
    for limit in limits.within:
        used = standings.used.get(Use(limit.window.key, limit.measure.key, pool, rep), 0)
        yield LimitUse(counts_words(limit), used if limit.plain else used / MILLION, limit.most / MILLION, of_pool)
