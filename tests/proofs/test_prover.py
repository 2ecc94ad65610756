"""Whether a lead reaches a rule: proofs that hold, witnesses that do what is claimed."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute import project
from leadroute.leads import Reader, open_file
from leadroute.model.clock import Clock
from leadroute.model.project import Project
from leadroute.model.standings import Standings
from leadroute.proofs.formula import Budget
from leadroute.proofs.prover import Answer, Prover
from leadroute.routing.router import Router
from tests.proofs.projects import load
from tests.reference.worlds import Stage, world

DERIVED = """\
derive:
  domain: {domain_of: email}
  segment:
    cases:
      - {when: {employees: {gte: 1000}}, then: enterprise}
      - {when: {employees: {gte: 100}}, then: mid}
    else: small
  place: {lookup: table.csv, by: [country, postal_code], prefix: [postal_code], give: [area, owner], else: {area: nowhere}}
  bucket: {hash: lead_id, into: 100}
  tongue: {cases: [{when: {language: {present: true}}, then: $language}], else: en}
score:
  points:
    - {when: {segment: enterprise}, add: 30}
    - {when: {source: [demo, trial]}, add: 25}
    - {when: {email: {free_mail: true}}, add: -20}
    - {when: {employees: {present: true}}, add: $employees}
  tiers: {hot: 50, warm: 20, cold: 0}
"""


def reaches(found: Project, rule: str, budget: Budget | None = None) -> Answer:
    """Whether a lead reaches a rule."""
    prover = Prover(found, budget=budget)
    at = [one.id for one in prover.rules[0]].index(rule)
    return prover.ask(prover.reaching(at), lambda routed: routed.rule == rule)


@pytest.mark.parametrize(
    "when",
    [
        "{segment: enterprise, employees: {lt: 500}}",
        "{segment: small, employees: {gte: 100}}",
        "{employees: {gt: 5, lt: 6}}",
        "{previous.count: {lt: 0}}",
        "{previous.count: {present: false}}",
        "{employees: {between: [10, 20]}, deal_value: {present: true, lt: 3, gte: 3.0}}",
        "{industry: fintech, any: [{industry: {not_in: [fintech]}}, {industry: {present: false}}]}",
        "{source: n/a}",
        "{products: {has_all: [crm, api], has_none: [api]}}",
        "{products: {has: crm, present: false}}",
        "{company: {starts_with: acme}, not: {company: {contains: acm}}}",
        "{company: {starts_with: acme}, all: [{company: {starts_with: zeta}}]}",
        "{company: {is: acme, matches: '^z'}}",
        "{place.area: east, country: fr}",
        "{place.area: all, postal_code: {starts_with: '10'}}",
        "{place.area: nowhere}",
        "{place.owner: {present: true}, country: us}",
        "{tier: cold, score: {gte: 20}}",
        "{tier: hot, segment: small, employees: {present: false}}",
        "{bucket: {gte: 100}}",
        "{domain: acme.com, email: jane@other.com}",
        "{tongue: en, language: fr}",
        "{tongue: {present: false}}",
        "{now.weekday: sat, now.business_hours: true}",
        "{now.time: {lt: '08:00'}, now.business_hours: true}",
        "{arrived.weekday: mon, created_at: {present: false}}",
        "{created_at: 2026-11-23, arrived.weekday: sat}",
        "{created_at: {gte: -2d}, all: [{created_at: {lt: -3d}}]}",
        "{industry: $source, all: [{industry: a, source: b}]}",
        "{industry: {is_not: $source}, source: {present: false}}",
        "{vip: true, any: [{vip: false}, {vip: {present: false}}]}",
        "{now.date: {lt: -1d}}",
        "{now.holiday: true}",
        "{local.business_hours: true, local.time: {gte: '18:00'}}",
        "{local.time: {present: true}, local.weekday: {present: false}}",
    ],
)
def test_what_cannot_be_is_proved(when: str, tmp_path: Path) -> None:
    """Through derived fields, tables, bands, lists, clocks and tests between fields."""
    found = load(tmp_path, f"{DERIVED}rules:\n  - {{id: never, when: {when}, assign: {{pool: smb}}}}\n")
    assert reaches(found, "never") == Answer(False)


@pytest.mark.parametrize(
    "when",
    [
        "{segment: mid, employees: {lt: 101}}",
        "{products: {has_all: [crm, api], has_none: [billing]}}",
        "{company: {matches: '^(vp|head) of [a-z]+ [0-9]{3}$'}}",
        "{company: {contains: [bank], ends_with: ' ag'}}",
        "{place.area: north, place.owner: sarah}",
        "{place.area: abroad, country: de, any: [{country: us}, {country: {present: true}}]}",
        "{place.area: all, postal_code: {starts_with: '2'}}",
        "{tier: hot, segment: small}",
        "{bucket: {lt: 3}}",
        "{domain: acme.com, email: {is_not: jane@acme.com, free_mail: false}}",
        "{email: {disposable: true}}",
        "{tongue: fr}",
        "{now.weekday: sun, now.date: {gte: 2027-03-01}, now.time: {gte: '23:00'}}",
        "{arrived.business_hours: true, created_at: {gt: 2026-11-20, lt: 2026-11-24}}",
        "{created_at: {gte: -2d}, renewal: {lt: -30d}}",
        "{industry: $source, source: {not_in: [a, b]}}",
        "{industry: {not_in: [$source, $language]}}",
        "{deal_value: {gt: $employees}}",
        "{renewal: {lt: 2026-12-01}, created_at: {lt: $renewal}}",
        "{site: {ends_with: .de}}",
        "{previous.rep: sarah, previous.count: {gte: 2}}",
        "{now.holiday: false, now.business_hours: true}",
        "{local.time: {lt: '08:00'}, country: fr}",
        "{local.business_hours: true, now.business_hours: false}",
        "{local.weekday: sun, now.weekday: sat}",
        "{local.date: {gte: 2027-03-01}, local.holiday: true, country: de}",
        "{local.date: {present: false}, country: us}",
    ],
)
def test_what_can_be_is_witnessed(when: str, tmp_path: Path) -> None:
    """With a lead that the engine itself hands to the rule."""
    extra = "abroad" in when
    rules = f"{DERIVED}rules:\n  - {{id: wanted, when: {when}, assign: {{pool: smb}}}}\n"
    answer = reaches(load(tmp_path, rules), "wanted")
    assert answer.exists is not extra
    if answer.witness is not None:
        assert answer.witness.routed.rule == "wanted"
        assert answer.witness.lead


def test_a_dead_rule_behind_the_union_of_two(tmp_path: Path) -> None:
    """Neither of them swallows it alone, so that no comparison of pairs finds it."""
    rules = """\
rules:
  - {id: large, when: {country: de, employees: {gte: 50}}, assign: {pool: smb}}
  - {id: rest, when: {country: [de, fr], any: [{employees: {lt: 50}}, {employees: {present: false}}]}, assign: {pool: na}}
  - {id: german, when: {country: de}, assign: {pool: na}}
"""
    assert reaches(load(tmp_path, rules), "german") == Answer(False)


def test_dates_of_rules_count(tmp_path: Path) -> None:
    """A rule that another swallows only while that one is in force is reached at other times."""
    rules = """\
rules:
  - {id: offer, from: 2026-11-01, to: 2026-11-30, when: {source: web}, assign: {pool: smb}}
  - {id: web, when: {source: web}, assign: {pool: na}}
  - {id: autumn, from: 2026-11-10, to: 2026-11-20, when: {source: web}, assign: {pool: na}}
"""
    found = load(tmp_path, rules)
    web = reaches(found, "web")
    assert web.witness is not None
    assert not "2026-11-01" <= web.witness.lead["now"][:10] <= "2026-11-30"
    assert reaches(found, "autumn") == Answer(False)


def test_a_witness_names_what_matters_alone(tmp_path: Path) -> None:
    """Everything else may be anything, and is left out."""
    rules = """\
rules:
  - {id: one, when: {industry: fintech, vip: true}, assign: {pool: smb}}
  - {id: two, when: {employees: {gte: 10}, source: web}, assign: {pool: na}}
"""
    answer = reaches(load(tmp_path, rules), "two")
    assert answer.witness is not None
    assert answer.witness.lead.keys() <= {"industry", "vip", "employees", "source"}
    assert len(answer.witness.lead) == 3


def test_what_the_budget_does_not_reach_is_undecided(tmp_path: Path) -> None:
    """And says so, instead of guessing."""
    found = load(tmp_path, "rules:\n  - {id: a, when: {industry: x}, assign: {pool: smb}}\n")
    answer = reaches(found, "a", Budget(conflicts=0))
    assert (answer.exists, answer.certainty) == (None, "undecided")
    assert "budget" in answer.why


def leads_taken(found: Project, stage: Stage, folder: Path) -> set[str | None]:
    """The rules that some leads of a file really reach; ``None`` where no rule took one."""
    clock = Clock(int(stage.at.timestamp() * 1_000_000), found.timezone)
    router = Router(found, Standings(), clock)
    taken: set[str | None] = set()
    with open_file(str(folder / "leads.csv")) as file:
        reader = Reader(file, found, clock, fields=router.fields, texts_of=router.texts, evaluator=router.evaluator)
        for batch in reader.batches():
            firsts = router.matcher.first(batch)[~batch.invalid].tolist()
            taken |= {router.rules[first].id if first >= 0 else None for first in firsts}
    return taken


@pytest.mark.parametrize("seed", range(24))
def test_proofs_agree_with_the_engine(seed: int, tmp_path: Path) -> None:
    """In random worlds: a rule that is proved dead takes no lead, and every witness is taken by the rule that it is for."""
    stage = world(seed).stages[0]
    stage.write(tmp_path)
    found = project.load(tmp_path).project
    assert found is not None
    prover = Prover(found)
    answers = {
        rule.id: prover.ask(prover.reaching(at), lambda routed, rule=rule: routed.rule == rule.id)  # type: ignore[misc]
        for at, rule in enumerate(prover.rules[0])
    }
    left = prover.ask(prover.left_over(), lambda routed: routed.rule is None)
    for rule in leads_taken(found, stage, tmp_path):
        assert (left if rule is None else answers[rule]).exists is not False
    for rule, answer in answers.items():
        if answer.witness is not None:
            assert prover.writers[0].replay(answer.witness.lead).rule == rule
        assert answer.exists is not None or answer.why


@pytest.mark.parametrize("seed", [1, 2, 8, 9, 16, 17])
def test_leads_routed_together_are_as_if_alone(seed: int, tmp_path: Path) -> None:
    """Of many questions at once each is answered as it would be alone, and no lead sees the others."""
    world(seed).stages[0].write(tmp_path)
    found = project.load(tmp_path).project
    assert found is not None
    prover = Prover(found)
    rules = range(len(prover.rules[0]))
    questions = [(prover.reaching(at), lambda routed, at=at: routed.rule == prover.rules[0][at].id) for at in rules]  # type: ignore[misc]
    together = prover.ask_all(questions)
    assert [one.exists for one in together] == [prover.ask(goal, confirm).exists for goal, confirm in questions]
    leads = [one.witness.lead for one in together if one.witness is not None]
    assert len(leads) > 1
    writer = prover.writers[0]
    for lead, routed in zip(leads, writer.replay_all(leads), strict=True):
        alone = writer.replay(lead)
        assert (alone.rule, alone.values, alone.decision) == (routed.rule, routed.values, routed.decision)


def test_two_projects_are_asked_about_one_lead(tmp_path: Path) -> None:
    """Fields of the lead file are the same in both, derived ones are each project's own: what a change of rules changes."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    rules = """\
derive:
  segment: {{cases: [{{when: {{employees: {{gte: {large}}}}}, then: large}}], else: small}}
rules:
  - {{id: big, when: {{segment: large, country: de}}, assign: {{pool: smb}}}}
  - {{id: rest, assign: {{pool: na}}}}
"""
    projects = load(old, rules.format(large=1000)), load(new, rules.format(large=500))
    prover = Prover(*projects)

    def moves(before: int, after: int) -> Answer:
        names = [one.id for one in prover.rules[0]]
        goal = [*prover.reaching(before, 0), *prover.reaching(after, 1)]
        return prover.ask(goal, lambda routed: routed.rule == names[before])

    gained = moves(1, 0)
    assert gained.witness is not None
    assert prover.writers[1].replay(gained.witness.lead).rule == "big"
    assert 500 <= int(gained.witness.lead["employees"]) < 1000
    assert moves(0, 1) == Answer(False)


SCORED = """\
score:
  points:
    - {when: {vip: true}, add: 10}
    - {when: {source: web}, add: -5}
    - {when: {deal_value: {present: true}}, add: $deal_value}
  tiers: {hot: 50, cold: 0}
"""


def test_a_field_may_bring_a_score_anywhere(tmp_path: Path) -> None:
    """What a score can be is not what it is for one value of the field that adds to it."""
    rules = "rules:\n  - {id: cold, when: {tier: {starts_with: c}}, assign: {pool: smb}}\n  - {id: hot, assign: {pool: na}}\n"
    assert reaches(load(tmp_path, f"{SCORED}{rules}"), "hot").exists is True


@pytest.mark.parametrize(
    ("when", "exists"),
    [
        ("{tier: hot, vip: true, deal_value: {lt: 39.9}, source: mail}", False),
        ("{tier: hot, vip: true, deal_value: {lt: 40}, source: mail}", True),
        ("{tier: hot, vip: true, deal_value: {gte: 40}, source: mail}", True),
        ("{tier: cold, vip: true, deal_value: {gte: 40}, source: mail}", False),
        ("{tier: hot, vip: true, deal_value: {lt: 44.9}, source: web}", False),
        ("{tier: hot, deal_value: {present: false}}", False),
    ],
)
def test_what_a_field_adds_to_a_score_counts(when: str, exists: bool, tmp_path: Path) -> None:
    """Beside whatever else is added, and to the millionth: 39.9999995 counts as 40."""
    rules = f"rules:\n  - {{id: wanted, when: {when}, assign: {{pool: smb}}}}\n"
    assert reaches(load(tmp_path, f"{SCORED}{rules}"), "wanted").exists is exists


def test_a_field_that_is_asked_about_late_contradicts_nothing(tmp_path: Path) -> None:
    """It is only not told apart: some lead is possible all the same, of each of its values."""
    found = load(tmp_path, f"{DERIVED}rules:\n  - {{id: all, assign: {{pool: smb}}}}\n")
    prover = Prover(found)
    for name in found.fields:
        prover.space.partition(name)
        assert prover.solver.holds([]) is True
