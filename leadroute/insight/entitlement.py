"""Did everybody get their share? What the pools handed out, against what each rep was entitled to.

Of a lead that a pool hands out, each rep who was eligible for it at the time is entitled to the part that their weight is of the
weights of all who were: whoever was away, full, or did not fulfil what the lead requires is entitled to nothing of it. Entitlements are
exact; a figure is rounded when it is shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import fsum, gcd, lcm
from typing import TYPE_CHECKING

from leadroute.model.frozen import frozen
from leadroute.model.rules import MILLION

if TYPE_CHECKING:
    from leadroute.ledger.records import Total, Totals


@frozen
class Share:
    """Leads that a rep got from a pool, and was entitled to; the same in effort (both in millionths)."""

    leads: int
    entitled: Fraction
    effort: int
    entitled_effort: Fraction

    @property
    def off(self) -> Fraction:
        """Leads above the entitlement, below it where negative."""
        return self.leads - self.entitled


@frozen
class RepEntitlement:
    """One rep in one pool.

    ``eligible`` is for how many leads the rep passed every gate; ``tiers`` the share of each score tier, ``passed`` the leads that passed
    the rep over, by reason, most first.
    """

    rep: str
    share: Share
    eligible: int
    tiers: tuple[tuple[str, Share], ...]
    passed: tuple[tuple[str, int], ...]


@frozen
class PoolEntitlement:
    """One pool and its reps: members in roster order, then who has left.

    ``jain`` is Jain's index of leads by entitlement: 1 where everybody got the same part of theirs, 1/n where one of n got everything;
    ``None`` where nobody was entitled to anything. ``most_off`` is the rep whose leads are furthest from their entitlement.
    """

    pool: str
    share: Share
    reps: tuple[RepEntitlement, ...]
    jain: float | None
    most_off: RepEntitlement | None


class _Sums:
    """Leads and effort of a rep: what was got, and what was entitled to, by the sum of the weights (the denominator)."""

    __slots__ = ("effort", "eligible", "entitled", "entitled_effort", "leads")

    def __init__(self) -> None:
        self.leads = self.effort = self.eligible = 0
        self.entitled: Counter[int] = Counter()
        self.entitled_effort: Counter[int] = Counter()

    def share(self) -> Share:
        return Share(self.leads, _added(self.entitled), self.effort, _added(self.entitled_effort))


def entitlement(totals: Totals, members: Mapping[str, Sequence[str]], tiers: Sequence[str] = ()) -> tuple[PoolEntitlement, ...]:
    """What every pool handed out, and who was entitled to it.

    Args:
        totals: What the ledger holds of the time in question. Decisions whose turn was given back do not count.
        members: The reps of each pool, in the order in which they are listed; pools in theirs.
        tiers: The score tiers in their order.
    """
    sums: defaultdict[tuple[str, str], defaultdict[str | None, _Sums]] = defaultdict(lambda: defaultdict(_Sums))
    for (pool, tier, weights), (leads, effort) in _alike(totals).items():
        whole = sum(weight for _, weight in weights)
        for rep, weight in weights:
            for of in (sums[pool, rep][None], *((sums[pool, rep][tier],) if tier is not None else ())):
                of.eligible += leads
                of.entitled[whole] += leads * weight
                of.entitled_effort[whole] += effort * weight
    for total in _handed_out(totals):
        for of in (None, *((total.tier,) if total.tier is not None else ())):
            got = sums[total.pool or "", total.rep or ""][of]
            got.leads += total.leads - total.back
            got.effort += total.effort - total.back_effort
    passed: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in totals.passed:
        passed[one.pool, one.rep][one.reason] += one.leads
    seen = sums.keys() | passed.keys()
    pools = [*members, *sorted({pool for pool, _ in seen} - members.keys())]
    found = []
    for pool in pools:
        of_pool = {rep for name, rep in seen if name == pool}
        listed = [rep for rep in members.get(pool, ()) if rep in of_pool]
        listed += sorted(of_pool.difference(listed))
        reps = [_rep(rep, sums[pool, rep], passed[pool, rep], tiers) for rep in listed]
        if reps:
            found.append(_pool(pool, reps))
    return tuple(found)


def _handed_out(totals: Totals) -> Iterable[Total]:
    """What pools handed out and was not given back."""
    return (total for total in totals.totals if total.pool is not None and total.rep is not None and total.leads > total.back)


def _alike(totals: Totals) -> dict[tuple[str, str | None, tuple[tuple[str, int], ...]], list[int]]:
    """Leads and effort by pool, tier and the eligible reps with their weights (in lowest terms)."""
    noted: defaultdict[str, tuple[list[int], list[Mapping[str, int]]]] = defaultdict(lambda: ([], []))
    for pool, batch, weights in totals.weights:
        noted[pool][0].append(batch)
        noted[pool][1].append(weights)
    known: dict[tuple[str, int, int], tuple[tuple[str, int], ...]] = {}
    found: defaultdict[tuple[str, str | None, tuple[tuple[str, int], ...]], list[int]] = defaultdict(lambda: [0, 0])
    for total in _handed_out(totals):
        pool, reps = total.pool or "", totals.signatures.get(total.signature, (total.rep or "",))
        batches, weights_of = noted[pool]
        # Batches of layout 1 noted no weights: the first that were noted are the nearest to theirs.
        at = max(bisect_right(batches, total.batch) - 1, 0)
        key = (pool, at, total.signature)
        if key not in known or total.signature < 0:
            known[key] = _lowest(reps, weights_of[at] if weights_of else {})
        summed = found[pool, total.tier, known[key]]
        summed[0] += total.leads - total.back
        summed[1] += total.effort - total.back_effort
    return found


def _lowest(reps: Sequence[str], weights: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """The weights of some reps without a common factor; a rep of whom none is noted counts with 1."""
    own = [weights.get(rep, MILLION) for rep in reps]
    if not any(own):
        own = [1] * len(reps)
    common = gcd(*own)
    return tuple((rep, weight // common) for rep, weight in zip(reps, own, strict=True))


def _added(by_whole: Mapping[int, int]) -> Fraction:
    """The sum of ``numerator / whole``: over one denominator, so that only the sum is brought to lowest terms."""
    common = lcm(*by_whole)
    return Fraction(sum(numerator * (common // whole) for whole, numerator in by_whole.items()), common)


def _rep(rep: str, sums: Mapping[str | None, _Sums], passed: Counter[str], order: Sequence[str]) -> RepEntitlement:
    known = {tier for tier in sums if tier is not None}
    tiers = tuple((tier, sums[tier].share()) for tier in (*order, *sorted(known.difference(order))) if tier in known)
    whole = sums.get(None, _Sums())
    return RepEntitlement(rep, whole.share(), whole.eligible, tiers, tuple(sorted(passed.items(), key=lambda one: (-one[1], one[0]))))


def _pool(pool: str, reps: Sequence[RepEntitlement]) -> PoolEntitlement:
    shares = [rep.share for rep in reps]
    whole = Share(
        leads=sum(share.leads for share in shares),
        entitled=sum((share.entitled for share in shares), Fraction(0)),
        effort=sum(share.effort for share in shares),
        entitled_effort=sum((share.entitled_effort for share in shares), Fraction(0)),
    )
    entitled = [rep for rep in reps if rep.share.entitled > 0]
    most_off = max(entitled, key=lambda rep: abs(rep.share.off), default=None)
    return PoolEntitlement(pool, whole, tuple(reps), jain([rep.share for rep in entitled]), most_off)


def jain(shares: Sequence[Share]) -> float | None:
    """Jain's index of leads by entitlement, over those who were entitled to anything."""
    parts = [float(share.leads / share.entitled) for share in shares]
    squares = fsum(part * part for part in parts)
    return fsum(parts) ** 2 / (len(parts) * squares) if squares else None
