"""Limits of all kinds while a batch is decided, against a count of every lead anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.model.rules import MILLION
from leadroute.model.standings import Standings, Use
from leadroute.routing.trace import last_counts
from tests.routing.worlds import Batch, made, route

REPS = ("a", "b", "c")
Lead = Mapping[str, str]


@dataclass(frozen=True)
class Rule:
    """A limit as a test writes it; ``owner`` is a rep, or ``p`` for the pool's."""

    owner: str
    most: int
    per: str
    vip: bool = False
    of: bool = False

    @property
    def text(self) -> str:
        parts = [f"max: {self.most}", f"per: {self.per}"]
        parts += ["when: {vip: yes}"] if self.vip else []
        parts += ["of: $deal"] if self.of else []
        return f"{{{', '.join(parts)}}}"

    def stops(self, rep: str, lead: Lead, before: Sequence[tuple[str, str, Lead]]) -> bool:
        """Whether it stops a rep; ``before`` are rep, rule and lead of what was handed out."""
        if (self.owner not in (rep, "p")) or not self.counts(lead):
            return False
        taken = sum((self.amount(one) for who, _, one in before if who == rep and self.counts(one)), Fraction(0))
        return taken + self.amount(lead) > self.most

    def counts(self, lead: Lead) -> bool:
        return not self.vip or lead.get("vip") == "yes"

    def amount(self, lead: Lead) -> Fraction:
        return max(Fraction(lead.get("deal", "0")), Fraction(0)) if self.of else Fraction(1)


WINDOWS = ["hour", "day", "week", "month", "4h"]
LIMITS = st.builds(Rule, st.sampled_from([*REPS, "p"]), st.integers(0, 6), st.sampled_from(WINDOWS), st.booleans(), st.booleans())
LEADS = st.fixed_dictionaries(
    {"name": st.sampled_from(["x", "y"]), "size": st.sampled_from(["1", "0", "2.5"])},
    optional={"vip": st.sampled_from(["yes", "no"]), "deal": st.sampled_from(["0", "1", "2.5", "-3", "7", "0.000001"])},
)


def world(folder: Path, limits: Sequence[Rule], pick: str, effort: str) -> tuple[str, str]:
    """The rules and the roster that these limits are in."""

    def of(owner: str) -> str:
        return f"limits: [{', '.join(limit.text for limit in limits if limit.owner == owner)}]"

    rules = f"pools: {{p: {{pick: {pick}, {of('p')}}}}}\n"
    assign = f"assign: {{pool: p, effort: {effort}}}"
    rules += f"rules: [{{id: x, when: {{name: x}}, {assign}}}, {{id: y, {assign}}}]"
    return rules, f"[{', '.join(f'{{id: {rep}, {of(rep)}}}' for rep in REPS)}]"


def handed_out(batch: Batch, leads: Sequence[Lead]) -> Iterator[tuple[Lead, str | None, frozenset[str]]]:
    """Each lead, who took it, and who was eligible."""
    decisions = batch.decisions
    for at, lead in enumerate(leads):
        eligible = decisions.signatures[decisions.eligible[at]] if decisions.eligible[at] >= 0 else ()
        yield lead, decisions[at].rep, frozenset(eligible)


@given(
    st.lists(LIMITS, max_size=6),
    st.lists(st.lists(LEADS, max_size=8), min_size=1, max_size=3),
    st.sampled_from(["round_robin", "least_loaded", "best_fit"]),
    st.sampled_from(["1", "$size"]),
)
@settings(max_examples=60)
def test_who_is_eligible_is_who_has_room_by_a_count_of_every_lead(
    limits: list[Rule], batches: list[list[Lead]], pick: str, effort: str
) -> None:
    """Own limits and the pool's, plain, of some leads, of a value: within a batch and from one to the next at the same instant."""
    with tempfile.TemporaryDirectory() as name:
        found = made(Path(name), *world(Path(name), limits, pick, effort))
        standings, before = Standings(), []
        for leads in batches:
            batch = route(found, leads, standings)
            for lead, rep, eligible in handed_out(batch, leads):
                room = {one for one in REPS if not any(limit.stops(one, lead, before) for limit in limits)}
                assert eligible == room
                assert (rep is None) == (not room)
                if rep is not None:
                    before.append((rep, "", lead))
            standings = batch.router.standings()


def test_a_rep_by_name_is_asked_for_their_own_limits_alone(tmp_path: Path) -> None:
    """Nothing of a pool's counts; what is taken so counts in the rep's own."""
    rules = "pools: {p: {limits: [{max: 1, per: day, when: {vip: yes}}]}}\n"
    rules += "rules: [{id: o, when: {owner: a}, assign: {rep: a}}, {id: r, assign: {pool: p}}]"
    found = made(tmp_path, rules, "[{id: a, limits: [{max: 3, per: day, when: {vip: yes}}]}]")
    leads = [{"owner": "a", "vip": "yes"}, {"vip": "yes"}, {"vip": "yes"}, {"owner": "a", "vip": "yes"}, {"owner": "a", "vip": "yes"}, {}]
    batch = route(found, leads)
    assert batch.taken == ["a", "a", "unassigned", "a", "unassigned", "a"]


def test_a_lead_that_charges_no_limits_counts_in_none(tmp_path: Path) -> None:
    """``charge`` without ``limits``: neither in plain counts nor in those of some leads, nor in a value."""
    limits = "[{max: 1, per: day}, {max: 1, per: week, when: {vip: yes}}, {max: 5, per: week, of: $deal}]"
    rules = "pools: {p: {}}\nrules: [{id: f, when: {name: free}, assign: {pool: p, charge: [turn]}}, {id: r, assign: {pool: p}}]"
    found = made(tmp_path, rules, f"[{{id: a, limits: {limits}}}]")
    free = {"name": "free", "vip": "yes", "deal": "5"}
    batch = route(found, [free, free, {"vip": "yes", "deal": "5"}, free])
    assert batch.taken == ["a", "a", "a", "unassigned"]
    assert all(not amounts[:2].any() and amounts[2] for amounts in batch.decisions.measured.values())


def test_only_plain_limits_are_absence(tmp_path: Path) -> None:
    """Who is full of vips was there all the time, and takes what was missed; who is full for the day makes nothing up."""
    rules = "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]"
    for limit, then in (("[{max: 1, per: day, when: {vip: yes}}]", ["a"] * 3), ("[{max: 1, per: day}]", ["b", "a", "b"])):
        folder = tmp_path / str(len(limit))
        folder.mkdir()
        first = route(made(folder, rules, f"[{{id: a, limits: {limit}}}, {{id: b}}]"), [{"vip": "yes"}] * 5)
        assert first.taken == ["a", "b", "b", "b", "b"]
        standings = first.router.standings()
        assert ("a" in standings.rotations["pool:p"].absent) == (then[0] == "b")
        standings.used.clear()
        assert route(made(folder, rules, "[{id: a}, {id: b}]"), [{}] * 3, standings).taken == then


@pytest.mark.parametrize("used", [4, 5, 9])
def test_a_limit_that_was_lowered_lets_nothing_more_through(tmp_path: Path, used: int) -> None:
    """More was taken than is allowed now: not even a lead without a value goes on, while others are not asked."""
    found = made(
        tmp_path,
        "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]",
        "[{id: a, limits: [{max: 4, per: week, of: $deal, when: {vip: yes}}, {max: 4, per: day}]}]",
    )
    (measure,) = (limit.measure for limit in found.reps[0].limits.measured)
    before = Standings(used={Use("week", measure.key, "", "a"): used * MILLION, Use("day", "", "", "a"): used - 3})
    assert route(found, [{"vip": "yes"}], before).taken == (["a"] if used == 4 else ["unassigned"])
    assert route(found, [{"deal": "9"}], before).taken == (["a"] if used < 7 else ["unassigned"])


def test_counts_by_gate_add_up(tmp_path: Path) -> None:
    """Reps of a pool by the limit that stops them, each once, by how much."""
    roster = (
        "[{id: a, limits: [{max: 2, per: 4h, when: {vip: yes}}]}, {id: b, limits: [{max: 10, per: week, of: $deal}]},"
        " {id: c, limits: {per_hour: 1}}, {id: d, limits: {open: 1}}, {id: e, limits: {per_month: 9}}]"
    )
    rules = "pools: {p: {limits: [{max: 2, per: month, when: {vip: yes}}]}}\nrules: [{id: r, assign: {pool: p}}]"
    batch = route(made(tmp_path, rules, roster), [{"vip": "yes", "deal": "8"}] * 8)
    assert batch.taken == ["a", "b", "c", "d", "e", "a", "e", "unassigned"]
    chain = batch.router.chains[batch.router.codes[7]]
    assert chain is not None
    assert batch.router.desk is not None
    assert last_counts(chain, 7, batch.router.desk) == (
        "p",
        {
            "at 1 of 1 open": 1,
            "at 1 of 1 this hour": 1,
            "at 2 of 2 vip in 4 h": 1,
            "at 2 of 2 vip this month from this pool": 1,
            "at 8 of 10 deal this week, this needs 8": 1,
        },
        5,
    )


def test_the_distribution_of_cases_is_as_without_conditions(tmp_path: Path) -> None:
    """A project without such limits asks nothing more of a lead: no more cases, no numbers that travel, nothing measured."""
    rules = "pools: {p: {limits: {per_week: 5}}}\nrules: [{id: r, assign: {pool: p}}]"
    batch = route(made(tmp_path, rules, "[{id: a, limits: {per_hour: 3}}]"), [{"vip": "yes"}, {"vip": "no"}])
    assert (len(batch.router.sorter.cases), batch.router.travels, batch.decisions.measured) == (1, [], {})
