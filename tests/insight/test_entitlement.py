"""Entitlement: of each lead a pool hands out, everybody who was eligible is entitled to a part, by weight."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from leadroute.insight.entitlement import PoolEntitlement, Share, entitlement, jain
from leadroute.ledger.records import Total, Totals
from leadroute.model.decisions import PassedOver
from leadroute.model.rules import MILLION

REPS = ("ann", "bob", "cy", "dee")


def total(rep: str, signature: int, leads: int, *, batch: int = 1, pool: str = "smb", tier: str | None = None, back: int = 0) -> Total:
    return Total(batch, "assigned", "pool", "all", pool, None, tier, rep, signature, leads, 2 * leads * MILLION, back, 2 * back * MILLION)


def totals(
    *found: Total,
    signatures: dict[int, tuple[str, ...]],
    weights: tuple[tuple[str, int, dict[str, int]], ...] = (),
    passed: tuple[PassedOver, ...] = (),
) -> Totals:
    return Totals((), found, signatures, weights, passed, ())


def of(found: PoolEntitlement) -> dict[str, tuple[int, Fraction]]:
    """By rep what they got, and were entitled to."""
    return {rep.rep: (rep.share.leads, rep.share.entitled) for rep in found.reps}


def test_a_lead_is_shared_by_weight_among_those_who_were_eligible() -> None:
    """Whoever was not eligible is entitled to nothing of it; effort is shared in the same way."""
    weights = (("smb", 1, {"ann": 2 * MILLION, "bob": MILLION, "cy": MILLION}),)
    signatures = {1: ("ann", "bob", "cy"), 2: ("bob", "cy")}
    passed = (PassedOver("smb", "cy", "on leave", 3), PassedOver("smb", "cy", "limits", 4))
    found = totals(total("ann", 1, 4), total("bob", 2, 3), signatures=signatures, weights=weights, passed=passed)
    [pool] = entitlement(found, {"smb": ["cy", "bob", "ann"]})
    assert of(pool) == {"cy": (0, Fraction(5, 2)), "bob": (3, Fraction(5, 2)), "ann": (4, Fraction(2))}
    assert [rep.rep for rep in pool.reps] == ["cy", "bob", "ann"]
    assert [rep.eligible for rep in pool.reps] == [7, 7, 4]
    assert pool.reps[1].share.entitled_effort == 5 * MILLION
    assert pool.reps[0].passed == (("limits", 4), ("on leave", 3))
    assert pool.most_off is not None
    assert pool.most_off.rep == "cy"


def test_the_weights_are_those_at_the_time() -> None:
    """Each decision is shared by the weights noted last before its batch; before the first note by that one."""
    weights = (("smb", 2, {"ann": MILLION, "bob": MILLION}), ("smb", 5, {"ann": 3 * MILLION, "bob": MILLION}))
    found = totals(*(total("ann", 1, 4, batch=batch) for batch in (1, 4, 5)), signatures={1: ("ann", "bob")}, weights=weights)
    [pool] = entitlement(found, {"smb": ["ann", "bob"]})
    assert of(pool) == {"ann": (12, Fraction(7)), "bob": (0, Fraction(5))}


def test_a_turn_that_was_given_back_counts_for_nobody() -> None:
    """Neither as something got nor as something to be entitled to."""
    [pool] = entitlement(
        totals(total("ann", 1, 5, back=3), total("bob", 1, 2, back=2), signatures={1: ("ann", "bob")}), {"smb": ["ann", "bob"]}
    )
    assert of(pool) == {"ann": (2, Fraction(1)), "bob": (0, Fraction(1))}


def test_tiers_are_shares_of_their_own() -> None:
    """In the order given; leads without a tier are in the whole alone."""
    found = totals(total("ann", 1, 3, tier="hot"), total("bob", 1, 1, tier="cold"), total("bob", 1, 2), signatures={1: ("ann", "bob")})
    [pool] = entitlement(found, {"smb": ["ann", "bob"]}, ["hot", "cold"])
    tiers = [(rep.rep, tier, share.leads, share.entitled) for rep in pool.reps for tier, share in rep.tiers]
    assert tiers == [
        ("ann", "hot", 3, Fraction(3, 2)),
        ("ann", "cold", 0, Fraction(1, 2)),
        ("bob", "hot", 0, Fraction(3, 2)),
        ("bob", "cold", 1, Fraction(1, 2)),
    ]


def test_jains_index_tells_equal_from_one_sided() -> None:
    """1 where everybody got the same part of their entitlement, 1/n where one of n got all of it."""
    even = [Share(leads, Fraction(leads, 2), 0, Fraction(0)) for leads in (4, 10, 1)]
    assert jain(even) == 1
    assert jain([Share(9, Fraction(3), 0, Fraction(0)), *[Share(0, Fraction(3), 0, Fraction(0))] * 2]) == 1 / 3
    assert jain([]) is None


@given(st.data())
def test_entitlements_of_a_pool_add_up_to_what_it_handed_out(data: st.DataObject) -> None:
    """Whatever the weights, the sets of eligible reps, and what was given back; in leads, in effort and within every tier."""
    sets = st.lists(st.sampled_from(REPS), min_size=1, unique=True).map(tuple)
    signatures = dict(enumerate(data.draw(st.lists(sets, min_size=1, max_size=5))))
    amounts = st.dictionaries(st.sampled_from(REPS), st.integers(1, 5 * MILLION))
    notes = data.draw(st.lists(st.tuples(st.sampled_from(["smb", "big"]), st.integers(1, 6), amounts), max_size=4))
    weights = tuple(sorted(notes, key=lambda one: one[:2]))
    found = []
    for number in data.draw(st.lists(st.sampled_from(sorted(signatures)), min_size=1, max_size=8)):
        leads = data.draw(st.integers(1, 1000))
        found.append(
            total(
                data.draw(st.sampled_from(signatures[number])),
                number,
                leads,
                batch=data.draw(st.integers(1, 8)),
                pool=data.draw(st.sampled_from(["smb", "big"])),
                tier=data.draw(st.sampled_from([None, "hot", "cold"])),
                back=data.draw(st.integers(0, leads)),
            )
        )
    pools = entitlement(Totals((), tuple(found), signatures, weights, (), ()), {"smb": REPS})
    assert sum(pool.share.leads for pool in pools) == sum(one.leads - one.back for one in found)
    for pool in pools:
        assert pool.share.entitled == pool.share.leads
        assert pool.share.entitled_effort == pool.share.effort
        for tier in ("hot", "cold"):
            shares = [share for rep in pool.reps for name, share in rep.tiers if name == tier]
            assert sum(share.entitled for share in shares) == sum(share.leads for share in shares)
