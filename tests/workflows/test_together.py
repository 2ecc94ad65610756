"""Leads of one person or company over several batches: with the rep who has the earlier one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from leadroute.workflows.explain import ExplainOptions, explain
from tests.workflows.running import project, run, standings, table, write_leads

FIELDS = "{lead_id: string, company: string, email: email, owner: string, vip: boolean, rank: integer}"
HEADER = ("lead_id", "company", "email", "owner", "vip", "rank")
RULES = """
rules:
  - {id: vip, when: {vip: true}, keep_together: false, assign: {rep: $owner, availability: ignore, otherwise: [{queue: q}]}}
  - {id: named, assign: {rep: $owner, availability: ignore, otherwise: [{queue: q}]}}
"""
REPS = "[{id: ann}, {id: bob, backup: ann}, {id: cy, backup: bob}]"
START = date(2026, 11, 2)

Row = tuple[str, str, str, str, str, str]


def at(day: int) -> str:
    return f"{START + timedelta(days=day)}T12:00+00:00"


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp())
    yield made
    shutil.rmtree(made)


def away(days: Sequence[int]) -> str:
    """A roster entry's leave on some days from the start."""
    return "".join(f"{{from: {START + timedelta(days=day)}, to: {START + timedelta(days=day)}}}, " for day in days)


def routed(folder: Path, rows: Sequence[Row], day: int, **options: object) -> list[dict[str, str]]:
    write_leads(folder / "leads.csv", rows, HEADER)
    run(folder, at=at(day), **options)
    return table(folder / "out.csv")


def took(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return [row["assigned_to"] or row["assignment_queue"] or row["assignment_outcome"] for row in rows]


# What follows was assigned before


def test_two_leads_of_an_account_minutes_apart_go_to_one_rep(tmp_path: Path) -> None:
    """In one file and in two runs; routed once more it is the same; `explain` and the ledger say because of which lead."""
    rules = "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]"
    folder = project(tmp_path, rules, REPS, FIELDS, "keep_together: {by: [company, email], for: 90d}")
    first: list[Row] = [("1", "Acme", "a@x.com", "", "", ""), ("2", "Beta", "", "", "", ""), ("3", "ACME", "c@x.com", "", "", "")]
    assert took(routed(folder, first, 0)) == ["ann", "bob", "ann"]
    second: list[Row] = [("4", "", "C@x.com", "", "", ""), ("5", "New", "", "", "", ""), ("6", "acme", "", "", "", "")]
    write_leads(folder / "second.csv", second, HEADER)
    done = run(folder, "second.csv", "second.out.csv", at=at(1))
    rows = table(folder / "second.out.csv")
    assert took(rows) == ["ann", "cy", "ann"]  # nobody's turn was taken by those kept together
    assert [row["assignment_reason"] for row in rows] == ["kept_together", "pool", "kept_together"]
    assert [(row["assignment_rule"], row["assignment_pool"]) for row in rows] == [("", ""), ("r", "p"), ("", "")]
    assert dict(done.distribution.kept_together) == {"kept_together": 2}
    assert [(pool.pool, pool.kept_together, pool.leads) for pool in done.distribution.pools] == [("p", False, 1), ("", True, 2)]
    before = standings(folder, at(1))
    assert run(folder, "second.csv", "again.csv", at=at(2)).again == done.batch
    assert (folder / "again.csv").read_bytes() == (folder / "second.out.csv").read_bytes()
    assert standings(folder, at(1)) == before

    told = explain(ExplainOptions(str(folder / "second.csv"), "4", project=folder, at=at(5)))
    assert told.changed == ()
    kept = told.trace.kept
    assert kept is not None
    assert (kept.key, kept.value, kept.lead, kept.batch, kept.rep, kept.then) == ("email", "C@x.com", "3", "2026-11-02-1", "ann", "kept")
    assert {rule.status for rule in told.trace.rules} == {"not_reached"}
    inside = explain(ExplainOptions(str(folder / "second.csv"), "6", project=folder, at=at(5))).trace.kept
    assert inside is not None
    assert (inside.key, inside.lead, inside.batch) == ("company", "3", "2026-11-02-1")
    typed = explain(ExplainOptions(values={"email": "c@x.com"}, project=folder, at=at(5))).trace
    assert (typed.decision.rep, typed.decision.reason) == ("ann", "kept_together")


@pytest.mark.parametrize(("day", "rep"), [(-3, "bob"), (-2, "ann"), (2, "ann"), (3, "bob")])
def test_only_within_the_time_asked(tmp_path: Path, day: int, rep: str) -> None:
    """To the microsecond, and in both directions: a batch that says an earlier instant, committed later, is as near."""
    folder = project(tmp_path, RULES, REPS, FIELDS, "keep_together: {by: [company], for: 2d}")
    routed(folder, [("1", "x", "", "ann", "", "")], 0)
    assert took(routed(folder, [("2", "x", "", "bob", "", "")], day)) == [rep]


def test_a_rep_who_left_the_roster(tmp_path: Path) -> None:
    """Nobody is waited for who is not there: the rules decide."""
    asked = "keep_together: {by: [company], for: 9d, when_unavailable: wait}"
    folder = project(tmp_path, RULES, REPS, FIELDS, asked)
    routed(folder, [("1", "x", "", "cy", "", "")], 0)
    project(tmp_path, RULES, "[{id: ann}, {id: bob}]", FIELDS, asked)
    assert took(routed(folder, [("2", "x", "", "bob", "", "")], 1)) == ["bob"]


def test_held_for_the_rep_it_is_decided_anew_when_it_comes_again(tmp_path: Path) -> None:
    """And goes to them once they are back."""
    asked = "keep_together: {by: [company], for: 9d, when_unavailable: wait}"
    folder = project(tmp_path, RULES, f"[{{id: ann, away: [{away([1])}]}}, {{id: bob}}]", FIELDS, asked)
    routed(folder, [("1", "x", "", "ann", "", "")], 0)
    lead: list[Row] = [("2", "x", "", "bob", "", "")]
    rows = routed(folder, lead, 1)
    assert [(row["assignment_outcome"], row["assignment_reason"]) for row in rows] == [("held", "kept_waiting")]
    assert took(routed(folder, lead, 2)) == ["ann"]
    assert [story.sentence for story in run(folder, at=at(3)).distribution.left_over] == []


def test_who_holds_a_lead_that_waits_is_counted_as_left_over(tmp_path: Path) -> None:
    """With the sentence of its reason."""
    asked = "keep_together: {by: [company], for: 9d, when_unavailable: wait}"
    folder = project(tmp_path, RULES, f"[{{id: ann, away: [{away([1])}]}}, {{id: bob}}]", FIELDS, asked)
    routed(folder, [("1", "x", "", "ann", "", "")], 0)
    write_leads(folder / "leads.csv", [("2", "x", "", "bob", "", "")], HEADER)
    found = run(folder, at=at(1)).distribution
    assert dict(found.kept_together) == {"kept_waiting": 1}
    assert [(story.where, story.leads) for story in found.left_over] == [("held", 1)]


# Against a model that looks at one lead after the other


@dataclass
class Model:
    """Who had what, in the order in which it was decided; and who is away on which day."""

    unavailable: str
    span: int
    away: Mapping[str, Sequence[int]]
    had: list[tuple[int, Row, str]] = field(default_factory=list)

    def decide(self, row: Row, day: int) -> tuple[str, str]:
        """Who takes a lead and why."""
        found, why = "", ""
        if row[4] != "yes":
            for key in (1, 2):
                earlier = [rep for then, one, rep in self.had if row[key] and one[key].lower() == row[key].lower() and self.near(then, day)]
                if earlier:
                    found, why = self.kept(earlier[-1], day)
                    break
        if why == "kept_waiting":
            return "held", why
        if not found:
            if row[3] not in self.away:
                return "q", "fallback_queue"
            found, why = row[3], "rep"
        self.had.append((day, row, found))
        return found, why

    def near(self, then: int, day: int) -> bool:
        return abs(then - day) <= self.span

    def kept(self, rep: str, day: int) -> tuple[str, str]:
        if day not in self.away[rep]:
            return rep, "kept_together"
        if self.unavailable == "wait":
            return "", "kept_waiting"
        backups = {"ann": [], "bob": ["ann"], "cy": ["bob", "ann"]}[rep] if self.unavailable == "backup" else []
        return next(((one, "kept_backup") for one in backups if day not in self.away[one]), ("", ""))


def leads() -> some.SearchStrategy[list[tuple[str, str, str, str, int]]]:
    """Company, mail, owner, vip, rank."""
    company = some.sampled_from(["", "Acme", "ACME", "Beta", "c"])
    mail = some.sampled_from(["", "a@x.com", "A@x.com", "b@x.com"])
    owner = some.sampled_from(["ann", "bob", "cy", "nobody"])
    return some.lists(some.tuples(company, mail, owner, some.sampled_from(["", "", "yes"]), some.integers(0, 3)), min_size=1, max_size=9)


@settings(max_examples=12)
@given(
    unavailable=some.sampled_from(["reassign", "wait", "backup"]),
    span=some.integers(0, 3),
    gone=some.fixed_dictionaries({rep: some.lists(some.integers(0, 4), max_size=3) for rep in ("ann", "bob", "cy")}),
    batches=some.lists(some.tuples(some.integers(0, 4), leads()), min_size=1, max_size=3),
)
def test_as_a_model_says_that_takes_one_lead_after_the_other(
    unavailable: str, span: int, gone: dict[str, list[int]], batches: list[tuple[int, list[tuple[str, str, str, str, int]]]]
) -> None:
    """Over batches of any day, served by an order that is not the file's, with people on leave."""
    with tempfile.TemporaryDirectory() as name:
        reps = ", ".join(
            f"{{id: {rep}{', backup: ' + backup if backup else ''}, away: [{away(gone[rep])}]}}"
            for rep, backup in (("ann", ""), ("bob", "ann"), ("cy", "bob"))
        )
        asked = f"keep_together: {{by: [company, email], for: {span}d, when_unavailable: {unavailable}}}"
        folder = project(Path(name), RULES, f"[{reps}]", FIELDS, asked)
        file = folder / "leadroute.yaml"
        file.write_text(file.read_text().replace("leads: {id: lead_id,", "leads: {id: lead_id, order: [rank],"))
        model = Model(unavailable, span, gone)
        for number, (day, found) in enumerate(batches):
            rows: list[Row] = [
                (f"{number}-{at}", company, mail, owner, vip, str(rank)) for at, (company, mail, owner, vip, rank) in enumerate(found)
            ]
            expected = {row[0]: model.decide(row, day) for row in sorted(rows, key=lambda row: int(row[5]))}
            out = routed(folder, rows, day)
            assert list(zip(took(out), (row["assignment_reason"] for row in out), strict=True)) == [expected[row[0]] for row in rows]


@settings(max_examples=12)
@given(found=leads(), cut=some.integers(0, 9))
def test_halves_of_a_file_give_what_the_whole_gives(found: list[tuple[str, str, str, str, int]], cut: int) -> None:
    """In file order, at one instant, with turns: a batch remembers what the one before decided."""
    rules = "pools: {p: {}}\nrules: [{id: r, assign: {pool: p}}]"
    rows: list[Row] = [(str(number), company, mail, "", "", "") for number, (company, mail, *_) in enumerate(found)]
    with tempfile.TemporaryDirectory() as name:
        whole = project(Path(name) / "whole", rules, REPS, FIELDS, "keep_together: {by: [company, email], for: 1d}")
        halves = project(Path(name) / "halves", rules, REPS, FIELDS, "keep_together: {by: [company, email], for: 1d}")
        one = routed(whole, rows, 0)
        two = [row for part in (rows[:cut], rows[cut:]) if part for row in routed(halves, part, 0)]
        assert took(one) == took(two)
        assert standings(whole, at(0)) == standings(halves, at(0))
