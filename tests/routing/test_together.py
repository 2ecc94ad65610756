"""Leads that share a key go to one rep, before any rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from leadroute.model.columns import TextColumn
from leadroute.model.fields import FieldType
from leadroute.model.standings import Standings
from leadroute.model.together import Precedents
from leadroute.routing.router import Router
from leadroute.routing.together import KeyColumn, written
from tests.routing.worlds import Batch, block, clock_at, made, route

REPS = "[{id: a, backup: off}, {id: b}, {id: off, active: false, backup: gone}, {id: gone, active: false, backup: c}, {id: c}]"
RULES = """
pools: {p: {who: {id: [a, b]}}}
rules:
  - {id: vip, when: {vip: true}, assign: {pool: p}, keep_together: false}
  - {id: named, when: {owner: {present: true}}, assign: {rep: $owner, availability: ignore, otherwise: [{queue: q}]}}
  - {id: all, assign: {pool: p}}
"""


def kept(folder: Path, rows: list[dict[str, str]], more: str = "", reps: str = REPS) -> Batch:
    return route(made(folder, RULES, reps, f"keep_together: {{by: [name, mail], for: 90d{more}}}\n"), rows)


def test_the_newest_lead_with_the_first_shared_key_counts(tmp_path: Path) -> None:
    """Keys in the order listed; compared forms; missing keys never match; the newest goes before the first."""
    rows = [
        {"name": "Acme", "mail": "x@x.com", "owner": "c"},
        {"name": "Beta", "mail": "y@x.com", "owner": "b"},
        {"name": " ACME", "mail": "y@x.com"},  # by name, although the newest of its mail is b's
        {"mail": "Y@X.com"},  # by mail: the newest with it is now c's
        {"name": "beta", "vip": "yes"},  # its rule goes first
        {"name": "Beta"},  # and yet is the newest
        {},
        {},
    ]
    batch = kept(tmp_path, rows)
    assert batch.taken == ["c", "b", "c", "c", "a", "a", "b", "a"]
    assert batch.reasons == ["rep", "rep", "kept_together", "kept_together", "pool", "kept_together", "pool", "pool"]
    assert [batch.decisions[at].why for at in (2, 3)] == [
        "kept together by name: the rep of an earlier lead took it",
        "kept together by mail: the rep of an earlier lead took it",
    ]
    assert {(one.rule, one.pool) for one in map(batch.decisions.__getitem__, (2, 3, 5))} == {(None, None)}
    assert batch.router.keeper is not None
    found = batch.router.keeper.kept()
    assert (found.lead.tolist(), found.key.tolist(), found.followed.tolist()) == ([2, 3, 5], [0, 1, 0], [0, 2, 4])


def test_what_is_queued_or_held_is_followed_by_nobody(tmp_path: Path) -> None:
    """Only leads that somebody has count."""
    assert kept(tmp_path, [{"name": "x", "owner": "zed"}, {"name": "x"}]).taken == ["q", "a"]


def test_it_counts_in_limits_of_some_leads(tmp_path: Path) -> None:
    """Beyond them too; the rules find the rep full afterwards."""
    reps = "[{id: a, limits: [{max: 1, per: day, when: {land: de}}]}, {id: b}]"
    rows = [{"name": "x"}, {}, {"name": "x", "land": "de"}, {"land": "de"}, {"name": "x", "land": "de"}]
    batch = kept(tmp_path, rows, reps=reps)
    assert batch.taken == ["a", "b", "a", "b", "a"]
    assert [count for use, count in batch.router.standings().used.items() if use.measure] == [2_000_000]


def test_it_charges_limits_and_load_and_no_turn(tmp_path: Path) -> None:
    """Effort 1, whatever the rep has room for: require and limits are not asked."""
    reps = "[{id: a, limits: {per_day: 1, open: 1.5}}, {id: b, limits: {open: 9}}]"
    batch = kept(tmp_path, [{"name": "x"}, {"name": "x"}, {"name": "x"}, {}, {}], reps=reps)
    assert batch.taken == ["a", "a", "a", "b", "b"]
    after = batch.router.standings()
    assert (after.load["a"], after.used["day", "", "", "a"]) == (3_000_000, 3)
    assert [batch.decisions.effort[at] for at in range(3)] == [1_000_000] * 3
    assert [batch.decisions.cost[at] for at in range(3)] == [1_000_000, 0, 0]
    assert {rep: place.turns for rep, place in after.rotations["pool:p"].cells[None].items()} == {"a": 1_000_000, "b": 2_000_000}
    assert batch.decisions.signatures[batch.decisions.eligible[1]] == ("a",)


@pytest.mark.parametrize(
    ("more", "taken", "reasons"),
    [
        ("", ["off", "a", "a"], ["rep", "pool", "kept_together"]),
        (", when_unavailable: wait", ["off", "held", "held"], ["rep", "kept_waiting", "kept_waiting"]),
        (", when_unavailable: backup", ["off", "c", "c"], ["rep", "kept_backup", "kept_together"]),
    ],
)
def test_when_the_rep_is_away(tmp_path: Path, more: str, taken: list[str], reasons: list[str]) -> None:
    """By the rules, held, or the first backup who is there; a lead that goes on is the newest from then on."""
    # An inactive rep takes nothing, whoever names them: on leave, and named by a rule that ignores leave, they do.
    reps = REPS.replace("{id: off, active: false", "{id: off, away: [{from: 2026-11-23, to: 2026-11-23}]")
    batch = kept(tmp_path, [{"name": "x", "owner": "off"}, {"name": "x"}, {"name": "x"}], more, reps)
    assert (batch.taken, batch.reasons) == (taken, reasons)


def test_the_sentence_names_how_far_the_backups_went(tmp_path: Path) -> None:
    """Each backup is asked; nobody there: by the rules."""
    away = "away: [{from: 2026-11-23, to: 2026-11-23}]"
    reps = REPS.replace("{id: off, active: false", f"{{id: off, {away}")
    rows = [{"name": "x", "owner": "off"}, {"name": "x"}]
    more = ", when_unavailable: backup"
    assert kept(tmp_path, rows, more, reps).decisions[1].why == (
        "kept together by name: the rep of an earlier lead could not take it, so the backup's backup took it"
    )
    nobody = reps.replace("{id: c}", f"{{id: c, {away}, backup: off}}").replace("backup: off}, {id: b}", "}, {id: b}")
    nobody = nobody.replace(", backup: off}]", "}]")
    assert kept(tmp_path, rows, more, nobody).taken == ["off", "a"]


def told(rep: str, *texts: str | None) -> Precedents:
    """That somebody has a lead L-0 of the ledger with the first value of the first key."""
    none = np.full(sum(text is not None for text in texts), -1, np.int64)
    numbers = none.copy()
    numbers[0] = 0
    return Precedents((numbers, np.zeros(0, np.int64)), (rep,), ("2026-11-01-1",), np.zeros(1, np.int32), np.zeros(1, np.int32), ["L-0"])


@pytest.mark.parametrize(("rep", "taken"), [("b", ["b", "b", "a"]), ("left", ["a", "a", "b"]), ("off", ["held", "held", "a"])])
def test_a_lead_of_the_ledger_is_followed(tmp_path: Path, rep: str, taken: list[str]) -> None:
    """Before the first of this batch; who left the roster cannot be waited for."""
    found = made(tmp_path, RULES, REPS, "keep_together: {by: [name, mail], for: 90d, when_unavailable: wait}\n")
    router = Router(found, Standings(), clock_at(found))
    router.match(block(found, [{"name": "x"}, {"name": "x"}, {"name": "y"}]))
    router.precedents = told(rep, "x", "y")
    wanted = np.ones(3, np.bool_)
    batch = Batch(router, router.decide(wanted), wanted)
    assert batch.taken == taken
    together = router.together()
    assert together is not None
    assert together.served.tolist() == [0, 1, 2]
    assert together.kept.followed.tolist() == ([-1, 0] if rep == "b" else [0] if rep == "left" else [])


def test_leads_that_share_nothing_go_the_plain_way(tmp_path: Path) -> None:
    """Nothing is remembered for them."""
    batch = kept(tmp_path, [{"name": "x"}, {"name": "y"}, {}])
    assert batch.taken == ["a", "b", "a"]
    assert batch.router.keeper is not None
    assert batch.router.keeper.following(0) is None


def test_a_key_is_numbered_alike_whatever_the_blocks(tmp_path: Path) -> None:
    """Coded in one block and plain text in the next; numbers by their value."""
    found = made(tmp_path, RULES, REPS)
    first, second = block(found, [{"name": "Acme"}, {}, {"name": "b"}]), block(found, [{"name": "c"}, {"name": "acme"}, {}])
    column: Any = second.columns["name"]
    text = TextColumn(FieldType.STRING, pa.array(["C", "ACME", None], pa.string()), False, column.vocabulary)
    key = KeyColumn("name")
    key.take(first)
    key.take(type(second)(3, 3, second.ids, second.invalid, {"name": text}))
    shared = key.shared()
    assert [None if code < 0 else shared.texts[int(code)].as_py() for code in shared.codes] == ["acme", None, "b", "c", "acme", None]
    numbers = KeyColumn("size")
    numbers.take(block(found, [{"size": "5"}, {}, {"size": "7"}, {"size": "5"}]))
    whole = numbers.shared()
    assert [None if code < 0 else whole.texts[int(code)].as_py() for code in whole.codes] == ["5", None, "7", "5"]


def test_a_whole_number_is_written_as_one() -> None:
    """So that a field may change from integer to number and still be the same key."""
    assert [written(value) for value in (5, 5.0, 5.5, True, "5")] == ["5", "5", "5.5", "true", "5"]
