"""Leads that nobody answered go on: when, to whom, and each once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from leadroute.leads.errors import LeadFileError
from leadroute.ledger import open_ledger
from leadroute.workflows.explain import ExplainOptions, explain
from leadroute.workflows.ledger_opening import LedgerOptions
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.reroute import Rerouted, RerouteOptions, reroute
from tests.workflows.running import project, run, standings, table, write_leads

DAY = "2026-11-23"
REPS = """
  - {id: ann, team: a, manager: kim, hours: {mon-fri: "09:00-17:00"}}
  - {id: bob, team: a, manager: kim, hours: {mon-fri: "09:00-17:00"}}
  - {id: cat, team: a, manager: kim, hours: {mon-fri: "09:00-17:00"}}
  - {id: kim, team: m}
"""
FIELDS = "{lead_id: string, seg: string, size: {type: integer, optional: true}}"


def world(folder: Path, respond: str, *, more: str = "", reps: str = REPS) -> Path:
    """Hot leads are to be answered, cold ones are held out of hours."""
    rules = f"""
pools: {{p: {{who: {{team: a}}}}}}
rules:
  - {{id: hot, when: {{seg: hot}}, assign: {{pool: p{more}}}, respond_within: {respond}}}
  - {{id: cold, assign: {{pool: p, availability: working, otherwise: [hold]}}}}
"""
    return project(folder, rules, reps, FIELDS)


def leads(folder: Path, *rows: tuple[str, str], at: str = "10:00") -> None:
    write_leads(folder / "leads.csv", ((lead, seg, "12") for lead, seg in rows), ("lead_id", "seg", "size"))
    run(folder, at=f"{DAY}T{at}Z")


def later(folder: Path, at: str, **options: Any) -> tuple[Rerouted, list[dict[str, str]]]:
    """Reroute at a time of the day; what was done, and the leads that came out."""
    at = at if "T" in at else f"{DAY}T{at}Z"
    done = reroute(RerouteOptions(LedgerOptions(folder, folder, at=at), output=str(folder / "moved.csv"), **options))
    return done, table(folder / "moved.csv")


def test_a_lead_that_nobody_answered_goes_to_the_next_rep(tmp_path: Path) -> None:
    """At the end of the time, not a moment before; to a rep who did not have it, by the same rule."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    assert later(tmp_path, "10:09")[1] == []
    done, rows = later(tmp_path, "10:10")
    assert (done.waiting, done.on) == (1, 1)
    assert [(row["lead_id"], row["assigned_to"], row["assignment_rule"], row["assignment_reason"]) for row in rows] == [
        ("1", "bob", "hot", "rerouted")
    ]
    assert rows[0]["assignment_why"] == "rule hot: nobody answered in time, so pool p handed it out"
    assert later(tmp_path, "10:11")[0] == Rerouted(1, 0, 0, 0, 0, 0, None, str(tmp_path / ".leadroute/state.db"))


def test_it_never_goes_back_to_somebody_who_had_it(tmp_path: Path) -> None:
    """Without a number of tries it goes through everybody, and then to the default."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    went = [later(tmp_path, at)[1][0] for at in ("10:10", "10:20", "10:30")]
    assert [row["assigned_to"] for row in went] == ["bob", "cat", ""]
    assert (went[2]["assignment_queue"], went[2]["assignment_reason"]) == ("unassigned", "default")
    assert later(tmp_path, "11:00")[0].waiting == 0


def test_after_all_tries_the_steps_of_then_are_taken(tmp_path: Path) -> None:
    """The manager is that of who had it last; the manager's time to answer runs, too."""
    world(tmp_path, "{time: 10m, tries: 2, then: [manager, {queue: review}]}")
    leads(tmp_path, ("1", "hot"))
    went = [later(tmp_path, at)[1][0] for at in ("10:10", "10:20", "10:30")]
    assert [(row["assigned_to"], row["assignment_queue"]) for row in went] == [("bob", ""), ("kim", ""), ("", "review")]
    assert went[1]["assignment_why"] == "rule hot: nobody answered in 2 tries, so the manager took it"


def test_then_also_follows_when_nobody_is_left(tmp_path: Path) -> None:
    """Whoever is not there cannot be the next one."""
    away = REPS.replace("id: bob, team: a", "id: bob, team: a, active: false").replace(
        "id: cat, team: a", "id: cat, team: a, active: false"
    )
    world(tmp_path, "{time: 10m, tries: 3, then: [manager]}", reps=away)
    leads(tmp_path, ("1", "hot"))
    assert later(tmp_path, "10:10")[1][0]["assigned_to"] == "kim"


def test_working_time_is_that_of_the_rep(tmp_path: Path) -> None:
    """Ten minutes before the end of the day leave the rest for the next morning."""
    world(tmp_path, "{time: 30m, clock: working}")
    leads(tmp_path, ("1", "hot"), at="16:50")
    assert later(tmp_path, "2026-11-24T09:19Z")[1] == []
    assert later(tmp_path, "2026-11-24T09:20Z")[0].on == 1


def test_a_reminder_is_given_once_before_the_time_is_over(tmp_path: Path) -> None:
    """It comes out with the rep who has the lead, and changes nothing."""
    world(tmp_path, "{time: 10m, remind: 3m}")
    leads(tmp_path, ("1", "hot"))
    before = standings(tmp_path)
    assert later(tmp_path, "10:06")[1] == []
    rows = later(tmp_path, "10:07")[1]
    assert [(row["assigned_to"], row["assignment_reason"]) for row in rows] == [("ann", "reminder")]
    assert standings(tmp_path) == before
    assert later(tmp_path, "10:08")[1] == []
    assert later(tmp_path, "10:10")[1][0]["assignment_reason"] == "rerouted"


def test_an_answer_stops_the_clock(tmp_path: Path) -> None:
    """Answers come from a file of activities; with a column, only rows in which it is filled count."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"), ("2", "hot"), ("3", "hot"))
    write_leads(tmp_path / "activities.csv", [("1", "2026-11-23T10:03"), ("2", "")], ("lead_id", "replied"))
    done, rows = later(tmp_path, "10:10", answers=str(tmp_path / "activities.csv"), answered_at="Replied")
    assert (done.answered, [row["lead_id"] for row in rows]) == (1, ["2", "3"])
    assert later(tmp_path, "10:20", answers=str(tmp_path / "activities.csv"))[1][0]["lead_id"] == "3"


def test_a_closed_lead_waits_for_nobody(tmp_path: Path) -> None:
    """Work that is done needs no answer."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    from leadroute.leads import arrow
    from leadroute.ledger.records import Action

    ledger = open_ledger(str(tmp_path / ".leadroute/state.db"), create=False)
    assert ledger is not None
    with ledger, ledger.begin():
        ledger.close_leads(arrow.strings(["1"]), Action("2026-11-23-9", 0))
    assert later(tmp_path, "11:00")[0].waiting == 0


@pytest.mark.parametrize(("turn", "turns"), [("keep", 1), ("give_back", 0)])
def test_load_is_freed_and_the_turn_is_kept_or_given_back(tmp_path: Path, turn: str, turns: int) -> None:
    """Who did not answer carries the lead no longer, and has used up the turn unless the rule says otherwise."""
    world(tmp_path, f"{{time: 10m, turn: {turn}}}")
    leads(tmp_path, ("1", "hot"))
    later(tmp_path, "10:10")
    found = standings(tmp_path)
    assert found["load"] == {"bob": 1_000_000}
    places = found["turns"]["pool:p"][None]
    assert (places["ann"][0], places["bob"][0]) == (turns * 1_000_000, 1_000_000)


def test_held_leads_are_tried_again_and_told_when_they_move(tmp_path: Path) -> None:
    """What is held still is no news; what the file said is read from the ledger."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "cold"), at="08:00")
    assert table(tmp_path / "out.csv")[0]["assignment_outcome"] == "held"
    done, rows = later(tmp_path, "08:30")
    assert (done.retried, done.released, done.batch, rows) == (1, 0, None, [])
    done, rows = later(tmp_path, "09:00")
    assert (done.released, rows[0]["assigned_to"], rows[0]["seg"]) == (1, "ann", "cold")
    assert later(tmp_path, "09:05")[0].waiting == 0


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    """It writes what would be, and the next run does it."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    before = (tmp_path / ".leadroute/state.db").read_bytes()
    done, rows = later(tmp_path, "10:10", dry_run=True)
    assert (done.on, done.batch, rows[0]["assigned_to"], rows[0]["assignment_batch"]) == (1, None, "bob", "")
    assert (tmp_path / ".leadroute/state.db").read_bytes() == before
    assert later(tmp_path, "10:10")[0].on == 1


def test_a_rule_that_is_gone_lets_its_leads_stay(tmp_path: Path) -> None:
    """Nobody can say any more how long there was to answer."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    text = (tmp_path / "rules.yaml").read_text()
    (tmp_path / "rules.yaml").write_text(text.replace("id: hot,", "id: warm,"))
    assert later(tmp_path, "11:00")[0].on == 0


def test_routing_again_keeps_what_was_passed_on(tmp_path: Path) -> None:
    """The ledger holds the newest decision; the same file changes nothing."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    later(tmp_path, "10:10")
    run(tmp_path, at=f"{DAY}T10:15Z")
    assert table(tmp_path / "out.csv")[0]["assigned_to"] == "bob"


def test_the_account_names_who_had_it(tmp_path: Path) -> None:
    """Who had the lead fails the first gate, with words of its own."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    later(tmp_path, "10:10")
    told = explain(ExplainOptions(leads=str(tmp_path / "leads.csv"), lead="1", start=tmp_path, project=tmp_path))
    assert told.recorded is not None
    assert (told.recorded.rep, told.trace.decision.rep, told.trace.decision.reason) == ("bob", "bob", "rerouted")
    ann = told.trace.tries[0].rungs[0].reps[0]
    assert (ann.rep, ann.gate, ann.words) == ("ann", "require", "had it, and did not answer in time")


def test_an_undone_batch_lets_the_lead_wait_again(tmp_path: Path) -> None:
    """As if it had never gone on."""
    from leadroute.ledger.records import Action

    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    before = standings(tmp_path)
    done, _ = later(tmp_path, "10:10")
    ledger = open_ledger(str(tmp_path / ".leadroute/state.db"), create=False)
    assert ledger is not None
    assert done.batch is not None
    with ledger, ledger.begin():
        ledger.undo(done.batch, Action("2026-11-23-9", 0))
    assert standings(tmp_path) == before
    assert later(tmp_path, "10:12")[1][0]["assigned_to"] == "bob"


def test_without_a_ledger_there_is_nothing_to_pass_on(tmp_path: Path) -> None:
    """A plain sentence, and no ledger is made."""
    world(tmp_path, "10m")
    with pytest.raises(CannotRunError, match="there is no ledger"):
        later(tmp_path, "10:10")
    assert not (tmp_path / ".leadroute").exists()


def test_a_lead_that_cannot_be_read_any_more_stays_with_its_rep_and_so_does_its_load(tmp_path: Path) -> None:
    """The field has become required: the lead goes nowhere, so nothing is given back for it; another one goes on."""
    world(tmp_path, "10m", more=", effort: $size")
    write_leads(tmp_path / "leads.csv", [("1", "hot", "12"), ("2", "hot", "")], ("lead_id", "seg", "size"))
    run(tmp_path, at=f"{DAY}T10:00Z")
    settings = (tmp_path / "leadroute.yaml").read_text()
    (tmp_path / "leadroute.yaml").write_text(settings.replace("type: integer, optional: true", "type: integer, required: true"))
    done, rows = later(tmp_path, "10:10")
    assert (done.on, [row["lead_id"] for row in rows]) == (1, ["1"])
    assert standings(tmp_path)["load"] == {"bob": 1_000_000, "cat": 12_000_000}


def test_a_field_that_is_required_since_is_missing_in_what_was_kept(tmp_path: Path) -> None:
    """Nobody read it when the lead came: the lead stays, and the run is not refused."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    settings = (tmp_path / "leadroute.yaml").read_text()
    (tmp_path / "leadroute.yaml").write_text(settings.replace("type: integer, optional: true", "type: integer, required: true"))
    assert later(tmp_path, "10:10")[0].on == 0


def test_an_account_leaves_out_who_had_it_in_a_batch_that_was_undone(tmp_path: Path) -> None:
    """What was taken back never was: bob may have the lead again."""
    from leadroute.ledger.records import Action

    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    done, _ = later(tmp_path, "10:10")
    ledger = open_ledger(str(tmp_path / ".leadroute/state.db"), create=False)
    assert ledger is not None
    assert done.batch is not None
    with ledger, ledger.begin():
        ledger.undo(done.batch, Action("2026-11-23-9", 0))
    later(tmp_path, "10:12")
    told = explain(ExplainOptions(leads=str(tmp_path / "leads.csv"), lead="1", start=tmp_path, project=tmp_path))
    assert (told.trace.decision.rep, told.changed) == ("bob", ())


def test_a_file_of_answers_without_ids_is_refused(tmp_path: Path) -> None:
    """It would say of nobody that they were answered."""
    world(tmp_path, "10m")
    leads(tmp_path, ("1", "hot"))
    write_leads(tmp_path / "activities.csv", [("1",)], ("number",))
    with pytest.raises(LeadFileError, match="lead_id"):
        later(tmp_path, "10:10", answers=str(tmp_path / "activities.csv"))
