"""Handing leads out one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.standings import Standings
from leadroute.routing.chain import Chain
from leadroute.routing.hand import Places
from leadroute.routing.router import Router
from tests.reference.worlds import world
from tests.routing.worlds import answers, made, route, taken_in

PEOPLE = "[{id: ann, languages: [es], weight: 2}, {id: bob, languages: [es]}, {id: cat, languages: [en]}]"


@pytest.mark.parametrize("cost", ["3", "{of: $deal}"])
def test_some_of_the_best_share_turns_by_weight(tmp_path: Path, cost: str) -> None:
    """Whatever a turn costs, among those of the best fit weights decide: of three leads two are ann's and one is bob's."""
    rules = f"""
rotations: {{t: {{cost: {cost}}}}}
pools: {{all: {{turns: t}}}}
rules: [{{id: r, assign: {{pool: all, pick: best_fit, prefer: [{{match: {{languages: {{has: $language}}}}}}]}}}}]
"""
    taken = route(made(tmp_path, rules, PEOPLE), [{"language": "es", "deal": "3"}] * 6).taken
    assert [taken[:3].count("ann"), taken[3:].count("ann"), taken.count("bob")] == [2, 2, 2]


def test_a_lead_ends_the_same_on_the_long_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop says what the chain of each case says: worlds of all features, with the loop and without."""
    moved = 0

    def add(self: Places, case: int, chain: Chain) -> None:
        self.chains[case], self.ways[case] = chain, chain.place
        chain.first()

    for seed in range(50_600, 50_640):
        for number, stage in enumerate(world(seed).stages):
            folder = tmp_path / f"{seed}-{number}"
            folder.mkdir()
            stage.write(folder)
            taken = taken_in(folder, stage.at)
            ends = []
            for long in (False, True):
                router = Router(taken.project, Standings(), taken.clock)
                router.match(taken.batch)
                with monkeypatch.context() as patch:
                    if long:
                        patch.setattr(Places, "add", add)
                    ends.append(answers(router.decide(taken.wanted)))
                moved += not long and any(move is not None for move in _moves(router))
            assert ends[0] == ends[1], seed
    assert moved > 20


def _moves(router: Router) -> list[object]:
    """The charge of the first try of each case that was decided."""
    firsts = (chain.tries[0] for chain in router.chains if chain is not None)
    return [getattr(tried, "charge", None) for tried in firsts]


def test_leads_may_go_another_way() -> None:
    """They get a number that is no case's, and are placed as that way says."""
    places = Places(3)
    assert places.divert(lambda lead: lead + 40) == 3
    assert (places.moves[3], places.ways[3](2)) == (None, 42)
