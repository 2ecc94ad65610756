"""An account agrees with what was decided, for every lead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from leadroute.ledger import open_ledger
from leadroute.model.decisions import Decision, Outcome
from leadroute.show.trace import lines
from leadroute.workflows.explain import Explained, ExplainOptions, explain
from leadroute.workflows.route import RouteOptions, route
from tests.workflows.running import AT, acme, project, run, table, write_leads

ROOT = Path(__file__).resolve().parents[2]
LEADS = ROOT / "samples" / "leads.csv"


def told(folder: Path, lead: str, leads: str = "leads.csv", **options: object) -> Explained:
    """The account of one lead of a file in the folder."""
    return explain(ExplainOptions(leads=str(folder / leads), lead=lead, start=folder, project=folder, **options))  # type: ignore[arg-type]


def same(found: Explained) -> bool:
    """Whether the replay came to the recorded decision."""
    assert found.recorded is not None
    return replace(found.recorded, batch=None) == found.trace.decision


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[dict[str, str]]]:
    """The samples routed by the example project: the ledger, and the rows with their decisions."""
    folder = tmp_path_factory.mktemp("samples")
    state, out = str(folder / "state.db"), folder / "out.csv"
    route(RouteOptions(leads=str(LEADS), output=str(out), start=ROOT, project=ROOT / "rules", state=state, at=AT))
    return state, table(out)


def of_sample(lead: str, state: str) -> Explained:
    return explain(ExplainOptions(leads=str(LEADS), lead=lead, start=ROOT, project=ROOT / "rules", state=state))


def decided(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in rows if row["assignment_outcome"] not in {"duplicate", "invalid"}]


def test_the_samples_replay_to_what_is_recorded(samples: tuple[str, list[dict[str, str]]]) -> None:
    """While nothing changed, leads of every rule and outcome replay to the recorded decision, and their tries tell it."""
    state, rows = samples
    chosen = {(row["assignment_rule"], row["assignment_outcome"], row["assignment_reason"]): row for row in decided(rows)}
    spread = [*chosen.values(), *decided(rows)[::100]]
    assert len(spread) >= 30
    for row in spread:
        found = of_sample(row["lead_id"].strip(), state)
        assert found.recorded is not None
        assert (found.changed, same(found)) == ((), True), row
        assert (found.recorded.rep or "", found.recorded.queue or "") == (row["assigned_to"], row["assignment_queue"])
        last = found.trace.tries[-1]
        takers = [rep.rep for rung in last.rungs for rep in rung.reps if rep.chosen]
        assert takers == ([row["assigned_to"]] if row["assigned_to"] else [])
        assert [rule.rule for rule in found.trace.rules if rule.status == "took"] == (
            [row["assignment_rule"]] if row["assignment_rule"] else []
        )


def test_samples_all_down_the_file_replay_to_what_is_recorded(samples: tuple[str, list[dict[str, str]]]) -> None:
    """The same down the whole file, whatever the rule."""
    state, rows = samples
    assert [row["lead_id"] for row in decided(rows)[5::20] if not same(of_sample(row["lead_id"].strip(), state))] == []


def test_the_gates_count_everybody(samples: tuple[str, list[dict[str, str]]]) -> None:
    """On every rung those who were stopped, by first gate, and those who pass add up to the candidates."""
    state, rows = samples
    for row in decided(rows)[::50]:
        for attempt in of_sample(row["lead_id"].strip(), state).trace.tries:
            for rung in attempt.rungs:
                assert sum(rung.counts.values()) + rung.passing == len(rung.reps)
                assert all((rep.gate is None) or rep.words for rep in rung.reps)


def test_a_lead_of_a_later_batch_is_replayed_from_there(tmp_path: Path) -> None:
    """Each lead is replayed from the standings that its own batch began with, whatever came after."""
    project(tmp_path, "pools: {all: {}}\nrules: [{id: everybody, assign: {pool: all}}]", "[{id: ann}, {id: bob}, {id: cho, weight: 3}]")
    for batch in range(3):
        write_leads(tmp_path / f"{batch}.csv", [(f"L{batch}{at}",) for at in range(7)])
        run(tmp_path, f"{batch}.csv", f"{batch}.out.csv")
    for batch in range(3):
        for row in table(tmp_path / f"{batch}.out.csv"):
            found = told(tmp_path, row["lead_id"], f"{batch}.csv")
            assert same(found)
            assert found.recorded is not None
            assert (found.recorded.rep, found.changed) == (row["assigned_to"], ())


def test_a_held_lead_is_replayed_from_its_newest_batch(tmp_path: Path) -> None:
    """A lead decided anew is told as it was decided last, among the leads that were decided with it."""
    acme(tmp_path)
    run(tmp_path)
    run(tmp_path, at="2026-11-23T20:00-05:00")
    found = told(tmp_path, "L-10")
    assert found.recorded is not None
    assert (found.recorded.rep, found.recorded.batch, found.trace.of, same(found)) == ("yuki", "2026-11-23-2", 1, True)


def test_what_changed_is_named(tmp_path: Path) -> None:
    """Project and lead file are compared with those of the batch; the recorded decision stays what it is."""
    acme(tmp_path)
    run(tmp_path)
    assert told(tmp_path, "L-01").changed == ()
    (tmp_path / "roster.yaml").write_text((tmp_path / "roster.yaml").read_text().replace("{id: sarah,", "{id: sarah, active: false,"))
    found = told(tmp_path, "L-01")
    assert found.recorded is not None
    assert (found.changed, found.recorded.rep, found.trace.decision.rep) == (("the project changed",), "sarah", "diego")
    (tmp_path / "leads.csv").write_bytes((tmp_path / "leads.csv").read_bytes() + b"L-99,,,US,,,1,,,\n")
    assert told(tmp_path, "L-01").changed == ("the project changed", "the lead file changed")


def test_a_lead_not_decided_yet_stands_behind_those_that_are(tmp_path: Path) -> None:
    """In a file of which the ledger holds a part, the rest is told as the next run would decide it."""
    project(tmp_path, "pools: {all: {}}\nrules: [{id: everybody, assign: {pool: all}}]", "[{id: ann}, {id: bob}, {id: cho}]")
    write_leads(tmp_path / "leads.csv", [("1",)])
    run(tmp_path)
    write_leads(tmp_path / "leads.csv", [("1",), ("2",), ("3",)])
    found = told(tmp_path, "3", at=AT)
    assert (found.recorded, found.trace.decision.rep, found.trace.position, found.trace.of) == (None, "cho", 2, 2)


def test_a_duplicate_is_told_as_its_first_row(tmp_path: Path) -> None:
    """An id stands for its first valid row."""
    acme(tmp_path)
    found = told(tmp_path, "L-02", state="none", at=AT)
    assert (dict(found.trace.values)["company"], found.trace.decision.outcome) == ("Orchard, Inc", Outcome.ASSIGNED)


def test_explaining_writes_nothing(tmp_path: Path) -> None:
    """No ledger is made, and one that is there keeps its bytes."""
    acme(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    told(tmp_path, "L-01", at=AT)
    assert {path.name for path in tmp_path.iterdir()} == before
    run(tmp_path)
    state = (tmp_path / ".leadroute" / "state.db").read_bytes()
    told(tmp_path, "L-01")
    assert (tmp_path / ".leadroute" / "state.db").read_bytes() == state


def test_a_decision_is_that_of_the_ledger(tmp_path: Path) -> None:
    """``recorded`` is what the ledger says, word for word."""
    acme(tmp_path)
    run(tmp_path)
    ledger = open_ledger(str(tmp_path / ".leadroute" / "state.db"), create=False)
    assert ledger is not None
    with ledger:
        kept = ledger.decision_of("L-01")
    assert (
        kept
        == told(tmp_path, "L-01").recorded
        == Decision(
            Outcome.ASSIGNED,
            "pool",
            "rule enterprise: pool enterprise handed it out",
            "sarah",
            None,
            "enterprise",
            "enterprise",
            880_000_000,
            "2026-11-23-1",
        )
    )


def test_a_cell_that_cannot_be_read_is_told_with_its_text(tmp_path: Path) -> None:
    """A field that is missing because of what its cell says is no empty one, in a file as typed in."""
    rule = "pools: {all: {}}\nrules: [{id: big, when: {size: {gte: 9}, country: DE}, assign: {pool: all}}]"
    fields = "{lead_id: string, size: {type: integer, column: Employees}, country: country}"
    project(tmp_path, rule, "[{id: ann}]", fields)
    write_leads(
        tmp_path / "leads.csv", [("1", "9", "DE"), ("2", " lots", "n/a"), ("3", "", "Atlantis")], ("lead_id", "Employees", "country")
    )
    assert [told(tmp_path, lead).trace.unread for lead in "123"] == [(), (("size", " lots"),), (("country", "Atlantis"),)]
    typed = explain(ExplainOptions(values={"size": "lots", "country": ""}, start=tmp_path, project=tmp_path))
    assert typed.trace.unread == (("size", "lots"),)
    assert "  missing: size (`lots` cannot be read), country" in [line for line, _ in lines(typed.trace)]
