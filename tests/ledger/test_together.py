"""Which leads of the ledger share a key with others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from leadroute.ledger import lookup, together
from leadroute.ledger.ledger import Ledger
from leadroute.ledger.records import Refused
from leadroute.ledger.tables import follows, shared_keys
from leadroute.model.together import DIGEST, Kept, Precedents, SharedKey, Together
from tests.ledger.worlds import DAY, Made, held, opened, queued, route, undo

pytestmark = pytest.mark.usefixtures("database")


def key(*values: str | None, field: str = "company") -> SharedKey:
    texts = list(dict.fromkeys(value for value in values if value is not None))
    place = {text: at for at, text in enumerate(texts)}
    codes = [-1 if value is None else place[value] for value in values]
    return SharedKey(field, np.array(codes, np.int32), pa.array(texts, pa.string()))


def shared(
    *keys: SharedKey, served: Sequence[int] | None = None, kept: Sequence[tuple[int, int]] = (), known: Precedents | None = None
) -> Together:
    size = len(keys[0].codes)
    return Together(
        keys,
        np.array(range(size) if served is None else served, np.int64),
        Kept(
            np.array([lead for lead, _ in kept], np.int64), np.zeros(len(kept), np.int8), np.array([other for _, other in kept], np.int64)
        ),
        known,
    )


def found(ledger: Ledger, asked: SharedKey, at: int = 0, span: int = DAY, **more: object) -> list[tuple[str, str, str] | None]:
    """For each lead that asks: rep, lead and batch that it may follow."""
    answer = ledger.precedents([asked], np.ones(len(asked.codes), np.bool_), at, span, **more)  # type: ignore[arg-type]
    if answer is None:
        return [None] * len(asked.codes)
    numbers = np.append(answer.numbers[0], -1)[asked.codes].tolist()
    return [None if one < 0 else (answer.reps[answer.rep[one]], answer.leads[one], answer.batches[answer.batch[one]]) for one in numbers]


def test_the_newest_that_somebody_has_is_found(tmp_path: Path) -> None:
    """By batch, then by the serving order; queued and held leads, and values of other fields, are not."""
    with opened(tmp_path) as ledger:
        assert found(ledger, key("x")) == [None]
        made = [Made("a"), Made("b", rep="bob"), queued("q"), held("h"), Made("c", rep="cy")]
        first = route(
            ledger,
            made,
            shared=shared(key("x", "x", "x", "y", None), key("m", None, None, None, "n", field="email"), served=[1, 0, 2, 3, 4]),
        )
        assert found(ledger, key("x", "y", None, "m", "zz")) == [("ann", "a", first), None, None, None, None]
        assert found(ledger, key("m", "x", "n", field="email")) == [("ann", "a", first), None, ("cy", "c", first)]
        second = route(ledger, [Made("d", rep="dan")], shared=shared(key("x")))
        assert found(ledger, key("x")) == [("dan", "d", second)]
        assert found(ledger, key("x"), before=second) == [("ann", "a", first)]


def test_only_values_of_wanted_leads_are_looked_for(tmp_path: Path) -> None:
    """The others need no answer."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a"), Made("b")], shared=shared(key("x", "y")))
        answer = ledger.precedents([key("x", "y")], np.array([False, True]), 0, DAY)
        assert answer is not None
        assert answer.numbers[0].tolist() == [-1, 0]


def test_only_batches_that_are_near(tmp_path: Path) -> None:
    """Before or after, both ends included."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a")], at=10 * DAY, shared=shared(key("x")))
        near = [found(ledger, key("x"), at=at, span=DAY) != [None] for at in (9 * DAY - 1, 9 * DAY, 10 * DAY, 11 * DAY, 11 * DAY + 1)]
        assert near == [False, True, True, True, False]


def test_a_decision_that_was_made_again_does_not_count(tmp_path: Path) -> None:
    """The newest decision of a lead is the one that says who has it, and by which keys."""
    with opened(tmp_path) as ledger:
        first = route(ledger, [Made("a"), Made("b", rep="bob")], shared=shared(key("x", "x")))
        second = route(ledger, [queued("b")], again=["b"], shared=shared(key("x")))
        assert found(ledger, key("x")) == [("ann", "a", first)]
        assert found(ledger, key("x"), before=second) == [("bob", "b", first)]
        third = route(ledger, [Made("a", rep="cy")], again=["a"], shared=shared(key("z")))
        assert found(ledger, key("x", "z")) == [None, ("cy", "a", third)]


def test_leads_that_are_decided_anew_do_not_count(tmp_path: Path) -> None:
    """Neither for themselves nor for others."""
    with opened(tmp_path) as ledger:
        first = route(ledger, [Made("a"), Made("b", rep="bob")], shared=shared(key("x", "x")))
        assert found(ledger, key("x"), anew=["b"]) == [("ann", "a", first)]
        assert found(ledger, key("x"), anew=["a", "b", "c"]) == [None]


def test_whom_a_lead_followed_is_kept(tmp_path: Path) -> None:
    """In the same batch, or in an earlier one by that one's number."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a"), Made("b")], shared=shared(key("x", "x"), kept=[(1, 0)]))
        answer = ledger.precedents([key("x", "x", "y")], np.ones(3, np.bool_), 0, DAY)
        route(ledger, [Made("c"), Made("d"), Made("e")], shared=shared(key("x", "x", "y"), kept=[(0, -1), (1, 0)], known=answer))
        with ledger.begin(write=False):
            rows = ledger._store.connection.execute(select(follows).order_by(follows.c.lead)).all()
        assert [tuple(row) for row in rows] == [("b", 1, "a", 1), ("c", 2, "b", 1), ("d", 2, "c", 2)]


def test_a_batch_that_others_followed_is_taken_back_only_with_them(tmp_path: Path) -> None:
    """And what was undone is followed by nobody; undone itself, a decision that was made again stands as before."""
    with opened(tmp_path) as ledger:
        first = route(ledger, [Made("a")], shared=shared(key("x")))
        answer = ledger.precedents([key("x")], np.ones(1, np.bool_), 0, DAY)
        second = route(ledger, [Made("b")], shared=shared(key("x"), kept=[(0, -1)], known=answer))
        refused = undo(ledger, first, 0)
        assert isinstance(refused, Refused)
        assert [(one.batch, one.how, one.lead) for one in refused.references] == [(second, "kept together", "b")]
        undo(ledger, second, 0)
        assert found(ledger, key("x")) == [("ann", "a", first)]
        again = route(ledger, [queued("a")], again=["a"], shared=shared(key("y")))
        assert found(ledger, key("x")) == [None]
        undo(ledger, again, 0)
        assert found(ledger, key("x")) == [("ann", "a", first)]
        undo(ledger, first, 0)
        assert found(ledger, key("x")) == [None]


def test_a_project_that_keeps_nothing_together_writes_nothing(tmp_path: Path) -> None:
    """And a ledger without a key is not searched."""
    with opened(tmp_path) as ledger:
        route(ledger, [Made("a")])
        with ledger.begin(write=False):
            assert ledger._store.connection.execute(select(shared_keys)).first() is None


def test_many_leads_are_looked_up_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one block of values, in any order."""
    for module in (lookup, together):
        monkeypatch.setattr(module, "BLOCK", 64)
    monkeypatch.setattr("leadroute.ledger.sqlite.SqliteStore.at_once", 128)
    size = 300
    values = [f"v{number * 7919 % size}" for number in range(size)]
    with opened(tmp_path) as ledger:
        made = [Made(f"l{number}", rep="ann" if number % 2 else "bob") for number in range(size)]
        route(ledger, made, shared=shared(key(*values)))
        answer = found(ledger, key(*reversed(values)))
        assert [None if one is None else one[:2] for one in answer] == [(one.rep, one.lead) for one in reversed(made)]


@given(some.lists(some.text(some.characters(codec="utf-8")), max_size=5, unique=True))
def test_digests_tell_fields_and_values_apart(values: list[str]) -> None:
    """16 bytes each, whatever the text; sorted as bytes are."""
    one = key(*values)
    found = [together.value_of(one, at) for at in range(len(values))]
    assert {len(value) for value in found} <= {DIGEST}
    assert len(set(found)) == len(values)
    other = key(*values, field="companyx")
    assert not set(found) & {together.value_of(other, at) for at in range(len(values))}
    assert [found[at] for at in together.in_order_of(one.digests, np.arange(len(values)))] == sorted(found)
