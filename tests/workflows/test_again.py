"""Leads that come again: kept, decided anew, and what rules may ask about them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from leadroute.workflows.explain import ExplainOptions, explain
from tests.workflows.running import project, run, standings, table, write_leads

FIELDS = "{lead_id: string, kind: string}"
POOLS = "pools: {p: {who: {id: [ann, bob, cy]}}, big: {who: {id: [ann, bob]}, pick: least_loaded}}"
RULES = f"""{POOLS}
rules:
  - {{id: late, when: {{kind: late}}, assign: {{queue: later}}}}
  - {{id: big, when: {{kind: big}}, assign: {{pool: big, effort: 2.5}}}}
  - {{id: none, when: {{kind: none}}, assign: {{rep: off, otherwise: [hold]}}}}
  - {{id: rest, assign: {{pool: p}}}}
"""
REPS = "[{id: ann, weight: 2, limits: {per_day: 9}}, {id: bob, load: 1, limits: {open: 30}}, {id: cy}, {id: off, active: false}]"
NOON, NEXT = "2026-11-23T12:00+00:00", "2026-11-24T12:00+00:00"


def took(folder: Path) -> list[str]:
    return [row["assigned_to"] or row["assignment_queue"] or row["assignment_outcome"] for row in table(folder / "out.csv")]


def routed(folder: Path, kinds: Sequence[str], at: str = NOON, **options: object) -> list[str]:
    write_leads(folder / "leads.csv", [(f"L{number}", kind) for number, kind in enumerate(kinds)], ("lead_id", "kind"))
    run(folder, at=at, **options)
    return took(folder)


# --again


@settings(max_examples=8)
@given(
    before=some.lists(some.sampled_from(["", "big"]), max_size=5),
    kinds=some.lists(some.sampled_from(["", "", "big", "late", "none"]), min_size=1, max_size=8),
    at=some.sampled_from([NOON, NEXT]),
)
def test_decided_again_at_once_it_is_as_if_for_the_first_time(before: list[str], kinds: list[str], at: str) -> None:
    """Turn, limits and load of the old decision are given back first: nobody's place, load or day is different."""
    with tempfile.TemporaryDirectory() as name:
        folder = project(Path(name), RULES, REPS, FIELDS)
        if before:
            write_leads(folder / "before.csv", [(f"B{number}", kind) for number, kind in enumerate(before)], ("lead_id", "kind"))
            run(folder, "before.csv", at=NOON)
        first, after = routed(folder, kinds), standings(folder, NEXT)
        assert routed(folder, kinds, at, again=True) == first
        if at == NOON:
            assert standings(folder, NEXT) == after
        assert {row["assignment_batch"] for row in table(folder / "out.csv")} == {f"{at[:10]}-{2 + bool(before) if at == NOON else 1}"}


def test_what_was_charged_goes_back_to_its_own_day(tmp_path: Path) -> None:
    """A lead of yesterday that is decided again today makes room yesterday, and counts today."""
    rules = "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]"
    folder = project(tmp_path, rules, "[{id: ann, limits: {per_day: 2, open: 2}}]", FIELDS)
    assert routed(folder, ["", ""]) == ["ann", "ann"]
    assert routed(folder, ["", ""], NEXT) == ["ann", "ann"]  # kept
    assert routed(folder, ["", ""], NEXT, again=True) == ["ann", "ann"]  # open is 2, and both were given back
    assert sum(standings(folder, NOON)["used"].values()) == 0
    assert set(standings(folder, NEXT)["used"].values()) == {2}  # of the rep, and of the rep in the pool
    assert standings(folder, NEXT)["load"] == {"ann": 2_000_000}


def test_a_turn_is_given_back_at_the_weight_that_counts_now(tmp_path: Path) -> None:
    """Ten turns at a weight of 1 are 2.5 at a quarter: with those back both are level again, and twenty leads are shared 4 to 16."""
    rules, fields = "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]", FIELDS
    folder = project(tmp_path, rules, "[{id: ann}, {id: bob}]", fields)
    first = routed(folder, [""] * 20)
    assert (first.count("ann"), first.count("bob")) == (10, 10)
    project(tmp_path, rules, "[{id: ann, weight: 0.25}, {id: bob}]", fields)
    write_leads(folder / "more.csv", [("M", "")], ("lead_id", "kind"))
    run(folder, "more.csv", at=NOON)
    again = routed(folder, [""] * 20, NEXT, again=True)
    assert (again.count("ann"), again.count("bob")) == (4, 16)


def test_an_absence_that_turns_graver_began_when_it_began(tmp_path: Path) -> None:
    """Ann, at her limit and then on leave, left when Bob had none: of the three he took one is given back, so she rises by two."""
    rules, bob = "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]", "{id: bob}"
    folder = project(tmp_path, rules, f"[{{id: ann, limits: {{per_day: 1}}}}, {bob}]", FIELDS)
    assert routed(folder, ["", "", ""]) == ["ann", "bob", "bob"]
    project(tmp_path, rules, f"[{{id: ann, away: [{{from: 2026-11-24, to: 2026-11-24}}]}}, {bob}]", FIELDS)
    write_leads(folder / "more.csv", [("M", "")], ("lead_id", "kind"))
    run(folder, "more.csv", at=NEXT)
    project(tmp_path, rules, f"[{{id: ann}}, {bob}]", FIELDS)
    write_leads(folder / "leads.csv", [("L1", "")], ("lead_id", "kind"))
    run(folder, at="2026-11-25T12:00+00:00", again=True)
    assert standings(folder, NEXT)["turns"]["pool:p"][None] == {"ann": (3_000_000, 1_000_000), "bob": (3_000_000, 1_000_000)}


def test_a_changed_lead_may_go_elsewhere(tmp_path: Path) -> None:
    """All leads of the file are decided anew, and only those; a file that comes once more is told from the newest batch."""
    folder = project(tmp_path, RULES, REPS, FIELDS)
    assert routed(folder, ["late", "", ""])[0] == "later"
    rest = table(folder / "out.csv")[2]["assigned_to"]
    write_leads(folder / "leads.csv", [("L0", ""), ("L1", "late")], ("lead_id", "kind"))
    done = run(folder, at=NEXT, again=True)
    assert (done.anew, took(folder)[1]) == (2, "later")
    assert took(folder)[0] in {"ann", "bob", "cy"}
    assert run(folder, at=NEXT).again == done.batch
    told = explain(ExplainOptions(str(folder / "leads.csv"), "L0", project=folder))
    assert (told.changed, told.recorded and told.recorded.rep, told.trace.of) == ((), told.trace.decision.rep, 2)
    write_leads(folder / "leads.csv", [("L2", "")], ("lead_id", "kind"))
    assert run(folder, at=NEXT).anew == 0
    assert took(folder) == [rest]


def test_decided_anew_a_lead_does_not_follow_itself(tmp_path: Path) -> None:
    """Nor another of the file before that is decided; those of other files it does follow."""
    rules = "pools: {p: {}}\nrules: [{id: vip, when: {kind: vip}, assign: {rep: cy}}, {id: r, assign: {pool: p}}]"
    folder = project(tmp_path, rules, "[{id: ann}, {id: bob}, {id: cy}]", FIELDS, "keep_together: {by: [kind], for: 9d}")
    assert routed(folder, ["x", "y", "x"]) == ["ann", "bob", "ann"]
    rules = rules.replace("kind: vip", "kind: x")
    project(tmp_path, rules, "[{id: ann}, {id: bob}, {id: cy}]", FIELDS, "keep_together: {by: [kind], for: 9d}")
    assert routed(folder, ["x", "y", "x"], NEXT) == ["ann", "bob", "ann"]
    assert routed(folder, ["x", "y", "x"], NEXT, again=True) == ["cy", "ann", "cy"]
    kept = explain(ExplainOptions(str(folder / "leads.csv"), "L2", project=folder)).trace.kept
    assert kept is not None
    assert (kept.lead, kept.batch) == ("L0", None)
    assert explain(ExplainOptions(str(folder / "leads.csv"), "L0", project=folder)).trace.kept is None


def test_a_dry_run_gives_nothing_back(tmp_path: Path) -> None:
    """It shows what would be decided."""
    folder = project(tmp_path, RULES, REPS, FIELDS)
    routed(folder, ["", "big"])
    before = standings(folder, NEXT)
    assert run(folder, at=NEXT, again=True, dry_run=True).anew == 2
    assert standings(folder, NEXT) == before


# --retry-queued, and held


def test_queued_leads_are_decided_anew_where_it_is_asked(tmp_path: Path) -> None:
    """Assigned ones stay; held ones are decided anew in any case."""
    folder = project(tmp_path, RULES, REPS, FIELDS)
    kinds = ["late", "", "none"]
    assert routed(folder, kinds) == (first := ["later", took(folder)[1], "held"])
    rules = RULES.replace("{queue: later}", "{rep: cy}")
    project(tmp_path, rules, REPS.replace(", active: false", ""), FIELDS)
    assert routed(folder, kinds, NEXT) == ["later", first[1], "off"]
    write_leads(folder / "leads.csv", [("L0", "late"), ("L1", "")], ("lead_id", "kind"))
    done = run(folder, at=NEXT, retry_queued=True)
    assert (took(folder), done.anew) == (["cy", first[1]], 1)
    assert run(folder, at=NEXT, retry_queued=True).batch is None  # nothing is queued any more


# previous.*


def test_rules_may_ask_who_had_the_lead_before_and_how_often_it_was_decided(tmp_path: Path) -> None:
    """At the batch's start, held and queued decisions included; a rep who had it last, whatever came after."""
    rules = """pools: {p: {}}
rules:
  - {id: third, when: {previous.count: {gte: 2}}, assign: {rep: $previous.rep, otherwise: [{queue: seen}]}}
  - {id: second, when: {previous.rep: ANN}, assign: {queue: later}}
  - {id: held, when: {kind: none}, assign: {rep: off, otherwise: [hold]}}
  - {id: first, assign: {pool: p}}
"""
    folder = project(tmp_path, rules, "[{id: Ann}, {id: bob}, {id: off, active: false}]", FIELDS)
    write_leads(folder / "leads.csv", [("L0", ""), ("L1", ""), ("L2", "none"), ("L0", "")], ("lead_id", "kind"))
    run(folder, at=NOON)
    assert took(folder) == ["Ann", "bob", "held", "duplicate"]
    run(folder, at=NOON, again=True)
    assert took(folder) == ["later", "Ann", "held", "duplicate"]  # every turn was given back, and L0 takes none now
    run(folder, at=NOON, again=True)
    assert took(folder) == ["Ann", "Ann", "seen", "duplicate"]
    told = explain(ExplainOptions(str(folder / "leads.csv"), "L0", project=folder)).trace
    assert told.rules[0].words == "previous.count `2` is at least `2`"
    assert [(rule.rule, rule.status) for rule in told.rules][:2] == [("third", "took"), ("second", "not_reached")]
    typed = explain(ExplainOptions(values={"lead_id": "L2"}, project=folder)).trace
    assert typed.decision.queue == "seen"


def test_without_a_ledger_nobody_had_it_before(tmp_path: Path) -> None:
    """The count is 0, and the rep is missing."""
    rules = """rules:
  - {id: new, when: {previous.count: 0, previous.rep: {present: false}}, assign: {queue: new}}
  - {id: other, assign: {queue: other}}
"""
    folder = project(tmp_path, rules, "[{id: ann}]", FIELDS)
    assert routed(folder, ["", ""], state="none") == ["new", "new"]
    assert routed(folder, [""]) == ["new"]


# Duplicates


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_the_first_row_of_an_id_is_routed(tmp_path: Path, ending: str) -> None:
    """Ids are trimmed, their case kept, and JSON's `1` is `1`; an invalid row makes no other a duplicate. So it stays in a ledger."""
    fields = "{lead_id: string, kind: {type: integer, required: true}}"
    folder = project(tmp_path, "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]", "[{id: ann}]", fields)
    file = folder / f"leads.{ending}"
    rows = [("1", "x"), ("1", 1), (" 1 ", 2), ("a", 3), ("A", 4), ("", 5), ("1", 6)]
    if ending == "csv":
        write_leads(file, rows, ("lead_id", "kind"))
    else:
        texts = [f'{{"lead_id": {"1" if at == 1 else chr(34) + one + chr(34)}, "kind": "{two}"}}' for at, (one, two) in enumerate(rows)]
        file.write_text("\n".join(texts))
    for _ in range(2):
        run(folder, file.name, "out.csv", at=NOON)
        out = table(folder / "out.csv")
        assert [row["assignment_outcome"] for row in out] == [
            "invalid", "assigned", "duplicate", "assigned", "assigned", "invalid", "duplicate",
        ]  # fmt: skip
        for row in (out[2], out[6]):
            assert [row[f"assignment_{part}"] for part in ("queue", "rule", "pool", "batch")] == [""] * 4
            assert row["assigned_to"] == ""
            assert ("line 3" if ending == "csv" else "line 2") in row["assignment_why"]
