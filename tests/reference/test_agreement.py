"""The fast engine, through its command line, beside the reference engine on random worlds."""

import pytest

from tests.reference.compare import disagreement
from tests.reference.worlds import world

SEEDS = range(150)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fast_engine_decides_every_lead_as_the_reference_does(seed: int) -> None:
    """Whatever the project and the leads: outcome, rep, queue, rule, pool and fit are the same, batch after batch."""
    found = disagreement(world(seed))
    assert found is None, found.account()


def test_a_world_is_the_same_for_the_same_seed() -> None:
    """A seed that failed once can be looked at again."""
    assert [stage.texts() for stage in world(7).stages] == [stage.texts() for stage in world(7).stages]
