"""Working without the garbage collector for a while."""

from __future__ import annotations

import gc

from leadroute.model.uncollected import uncollected


def test_what_was_made_is_not_looked_through_at_once() -> None:
    """A stretch without collections is followed by none of what it made; garbage is still found later."""
    made: list[list[object]] = []
    collections: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "stop":
            collections.append(info["generation"])

    gc.collect()
    gc.callbacks.append(note)
    try:
        with uncollected():
            made.extend([] for _ in range(10 * gc.get_threshold()[0]))
            assert not gc.isenabled()
        assert gc.isenabled()
        made.append([])
        assert collections == []
        knot: list[object] = []
        knot.append(knot)
        del knot
        assert gc.collect() >= 1
    finally:
        gc.callbacks.remove(note)


def test_a_stretch_within_another_ends_with_the_outer_one() -> None:
    """Who has switched collections off gets them back, nobody else."""
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
