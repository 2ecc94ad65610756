"""What a change of rules changes: nothing that leads really do is missing, and nothing is claimed that they do not do."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from random import Random

import pytest

from leadroute import project
from leadroute.leads import Reader, open_file
from leadroute.model.clock import Clock
from leadroute.model.project import Project
from leadroute.model.standings import Standings
from leadroute.proofs import difference, space, survey
from leadroute.proofs.difference import Matrix, matrix
from leadroute.proofs.formula import Budget
from leadroute.proofs.prover import Prover
from leadroute.proofs.region import Part, Region
from leadroute.proofs.shared import meaning
from leadroute.proofs.stages import Stop
from leadroute.routing.router import Router
from leadroute.routing.targets import lets_go
from tests.proofs.projects import LEADROUTE, POOLS, load
from tests.proofs.test_prover import DERIVED
from tests.reference.worlds import Stage, world

RULES = (
    DERIVED
    + """\
rules:
  - {id: large, when: {segment: enterprise, country: de}, assign: {pool: smb}}
  - {id: bank, when: {company: {contains: bank}}, assign: {pool: na, otherwise: [next_rule]}}
  - {id: web, when: {source: [web, form], deal_value: {gt: 10.5}}, assign: {pool: smb, require: {languages: {has: $tongue}}}}
  - {id: rest, when: {industry: {not_in: [x, y]}}, assign: {pool: na}}
"""
)
Pair = Callable[..., tuple[Project, Project]]


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """Two projects from their rules, and what else differs."""

    def made(old: str, new: str, **more: tuple[str, str]) -> tuple[Project, Project]:
        found = []
        for at, (name, rules) in enumerate((("old", old), ("new", new))):
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            found.append(load(folder, rules, **{key: values[at] for key, values in more.items()}))
        return found[0], found[1]

    return made


def name(stop: Stop) -> str:
    return stop.rule.id if stop.rule is not None else "default" if stop.ends else "stays"


def moves(found: Matrix) -> set[str]:
    return {f"{name(way.old)} > {name(way.new)}" for cell in found.cells for way in cell.ways}


def outcome(stop: Stop, of: Project) -> object:
    """What becomes of a lead at a stop, as a test sees it."""
    return meaning((stop.rule.assign, stop.rule.respond)) if stop.rule is not None else meaning(of.default) if stop.ends else None


def first_difference(old: Sequence[Stop], new: Sequence[Stop], projects: tuple[Project, Project]) -> tuple[Stop, Stop] | None:
    """Where two ways through the rules part, by what the rules say."""
    for one, other in zip_longest(old, new, fillvalue=Stop()):
        if outcome(one, projects[0]) != outcome(other, projects[1]):
            return one, other
    return None


def stops(path: Sequence[str], of: Project) -> list[Stop]:
    """The stops of a lead that these rules may keep."""
    rules = {rule.id: rule for rule in of.rules}
    found = [Stop(rules[one]) for one in path]
    return found if path and not lets_go(rules[path[-1]], of) else [*found, Stop(ends=True)]


def check_witnesses(old: Project, new: Project, found: Matrix) -> None:
    """Every witness, matched once more, takes the paths that it is shown with, and they differ."""
    prover = Prover(old, new)
    for cell in found.cells:
        for way in cell.ways:
            matched = [writer.replay(way.witness) for writer in prover.writers]
            ways = [stops(one.path, of) for one, of in zip(matched, (old, new), strict=True)]
            if cell.fields:
                assert (way.old, way.new) in zip(*ways, strict=True)
                assert all(matched[0].values.get(one) != matched[1].values.get(one) for one in cell.fields)
            else:
                assert first_difference(*ways, (old, new)) == (way.old, way.new)


def test_a_project_is_as_itself(pair: Pair) -> None:
    """Nothing moves, proved without spending anything, also where the formula leaves patterns and sums open."""
    old, new = pair(RULES, RULES)
    assert matrix(old, new, Budget(conflicts=0)) == Matrix((), (), 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: large", "id: renamed, about: a note, owner: me"),
        ("source: [web, form]", "source: {in: [form, web]}"),
        ("deal_value: {gt: 10.5}", "not: {any: [{deal_value: {lte: 10.50}}, {deal_value: {present: false}}]}"),
        ("gte: 1000}}, then", "gt: 999}}, then"),
        (
            "  - {id: rest",
            "  - {id: dead, when: {segment: enterprise, employees: {lt: 900}}, assign: {queue: review}}\n  - {id: rest",
        ),
        ("  - {id: rest", "  - {id: off, enabled: false, assign: {queue: review}}\n  - {id: rest"),
        ("assign: {pool: smb}}", "assign: {pool: smb, pick: round_robin, effort: 1}}"),
        ("  - {id: rest", "  - {id: same, when: {industry: z}, assign: {pool: na}}\n  - {id: rest"),
    ],
)
def test_texts_that_mean_the_same_are_proved_to(before: str, after: str, pair: Pair) -> None:
    """Names and notes, spellings, rules that nothing reaches, rules that send leads where they went anyway."""
    assert before in RULES
    old, new = pair(RULES, RULES.replace(before, after, 1))
    found = matrix(old, new)
    assert (found.cells, found.undecided) == ((), ())


def test_a_cell_says_which_leads_move(pair: Pair) -> None:
    """By which rules, with a lead, and a condition that holds for them, of the leads of the old rule, and for no others."""
    found = matrix(*pair(RULES, RULES.replace("country: de}", "country: [de, at]}")))
    regions = {name(way.old): way.region for cell in found.cells for way in cell.ways}
    assert set(regions.values()) == {Region((Part("employees", "is at least 1,000"), Part("country", "is at")), whole=True)}
    assert moves(found) == {"bank > large", "web > large", "rest > large", "default > large"}
    check_witnesses(*pair(RULES, RULES.replace("country: de}", "country: [de, at]}")), found)


def test_swapping_the_two_transposes_the_matrix(pair: Pair) -> None:
    """What moves from here to there moves from there to here."""
    old, new = pair(RULES, RULES.replace("gte: 1000", "gte: 500").replace("[web, form]", "[web, ads]").replace("else: en", "else: es"))
    found, back = matrix(old, new), matrix(new, old)
    assert not found.undecided
    assert moves(found) == {" > ".join(reversed(move.split(" > "))) for move in moves(back)}
    assert len(moves(found)) > 8
    check_witnesses(old, new, found)


def test_a_rule_behind_one_that_lets_go_counts(pair: Pair) -> None:
    """Leads that nobody in the first pool can take go on; where they go then is part of the outcome."""
    rules = """\
rules:
  - {id: first, when: {source: web}, assign: {pool: na, otherwise: [next_rule]}}
  - {id: second, when: {country: de}, assign: {pool: smb}}
"""
    found = matrix(*pair(rules, rules.replace("country: de", "country: fr")))
    assert moves(found) == {"second > default", "default > second"}


def test_what_chooses_among_people_counts(pair: Pair) -> None:
    """The same rule reads a field that is worked out otherwise: some of its leads are served differently."""
    found = matrix(*pair(RULES, RULES.replace("else: en", "else: es")))
    assert {cell.fields for cell in found.cells} == {("tongue",)}
    assert {way.values for cell in found.cells for way in cell.ways} == {(("tongue", "en", "es"),)}
    assert moves(found) == {"web > web"}


def test_a_pool_that_no_longer_hands_on_counts(pair: Pair) -> None:
    """The rules are the same, and leads that went on to the next one stay."""
    rules = "rules:\n  - {id: first, when: {source: web}, assign: {pool: na}}\n  - {id: second, when: {country: de}, assign: {pool: smb}}\n"
    letting_go = POOLS.replace("{who: {region: na}}", "{who: {region: na}, otherwise: [next_rule]}")
    found = matrix(*pair(rules, rules, pools=(letting_go, POOLS)))
    assert moves(found) == {"second > stays", "default > stays"}


def test_fields_of_other_types_are_compared_as_texts(pair: Pair) -> None:
    """A lead's text is one thing to either; what cannot be told of all texts is said to be undecided."""
    rules = "rules:\n  - {id: many, when: {employees: {gte: 100}}, assign: {pool: smb}}\n  - {id: rest, assign: {pool: na}}\n"
    text = rules.replace("{gte: 100}", "'100'")
    found = matrix(*pair(rules, text, leadroute=(LEADROUTE, LEADROUTE.replace("employees: integer", "employees: string"))))
    assert "many > rest" in moves(found)
    assert any("the two read `employees` differently" in one.why for one in found.undecided)


def test_a_word_for_missing_counts(pair: Pair) -> None:
    """A cell that only one of the two takes for empty goes by the rules elsewhere; numbers are read as before."""
    rules = """\
rules:
  - {id: known, when: {source: unknown}, assign: {pool: smb}}
  - {id: many, when: {employees: {gte: 100}}, assign: {pool: smb}}
  - {id: rest, assign: {pool: na}}
"""
    changed = LEADROUTE.replace("  id: lead_id\n", "  id: lead_id\n  missing: ['', N/A, 'null', '-', unknown]\n")
    old, new = pair(rules, rules, leadroute=(LEADROUTE, changed))
    for one, other, expected in ((old, new, {"known > rest"}), (new, old, {"rest > known"})):
        found = matrix(one, other)
        assert (moves(found), found.undecided) == (expected, ())
        check_witnesses(one, other, found)


def test_a_pattern_that_differs_is_not_passed_over(pair: Pair) -> None:
    """No text may be made up for it, and then it is undecided, and not the same."""
    rules = "rules:\n  - {{id: odd, when: {{company: {{matches: '{}'}}}}, assign: {{pool: smb}}}}\n"
    old, new = pair(rules.format("^(a|b)c{2}\\\\pL$".replace("\\\\", "\\")), rules.format("^(a|b)c{2}\\\\pN$".replace("\\\\", "\\")))
    found = matrix(old, new)
    assert found.cells or found.undecided


OPEN = """\
derive:
  chosen: {type: list, cases: [{when: {country: de}, then: $products}]}
  place: {lookup: table.csv, by: [country, postal_code], prefix: [postal_code], give: [area, owner], else: {area: nowhere}}
  bucket: {hash: company, into: 100}
score:
  points:
    - {when: {vip: true}, add: 20}
    - {when: {deal_value: {present: true}}, add: $deal_value}
    - {when: {employees: {present: true}}, add: $employees}
  tiers: {hot: 50, cold: 0}
rules:
  - {id: tier, when: {tier: hot, source: score}, assign: {pool: smb}}
  - {id: list, when: {chosen: {has_all: [crm, api]}, source: list}, assign: {pool: smb}}
  - {id: area, when: {place.area: nowhere, source: table}, assign: {pool: smb}}
  - {id: hash, when: {bucket: 3, source: hash}, assign: {pool: smb}}
  - {id: rest, assign: {pool: na}}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("add: 20}", "add: 21}"),  # beside a sum of two fields
        ("country: de}, then: $products", "country: fr}, then: $products"),  # a list that is copied
        ("else: {area: nowhere}", "else: {area: abroad}"),  # a table with too many rows
        ("into: 100", "into: 97"),  # a hash
    ],
)
def test_what_is_not_followed_is_not_passed_over(before: str, after: str, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lead shows it, or it is undecided: a construct that the formula leaves open never makes two projects the same."""
    for module in (space, survey):
        monkeypatch.setattr(module, "MOST_ROWS", 2)
    assert before in OPEN
    found = matrix(*pair(OPEN, OPEN.replace(before, after)))
    assert found.cells or found.undecided
    assert matrix(*pair(OPEN, OPEN)) == Matrix((), (), 0)


def test_a_time_that_no_lead_lacks_is_not_told_as_missing(pair: Pair) -> None:
    """The clock always says what time it is, so an end at the top alone lets nothing else in."""
    rules = "rules:\n  - {id: early, when: {now.time: {lte: '06:00'}}, assign: {pool: smb}}\n  - {id: rest, assign: {pool: na}}\n"
    (cell,) = matrix(*pair("rules: [{id: rest, assign: {pool: na}}]\n", rules)).cells
    assert [way.region for way in cell.ways] == [Region((Part("now.time", "is at most 06:00"),), whole=True)]


def test_a_lead_that_is_a_week_old_is_shown_with_the_instant(pair: Pair) -> None:
    """Its age is one at that instant alone; a lead that no clock matters to is shown without."""
    old = "rules: [{id: rest, assign: {pool: na}}]\n"
    (way,) = (
        matrix(*pair(old, "rules: [{id: new, when: {created_at: {gte: -7d}}, assign: {pool: smb}}, {id: rest, assign: {pool: na}}]\n"))
        .cells[0]
        .ways
    )
    assert way.witness.keys() == {"now", "created_at"}
    (way,) = (
        matrix(*pair(old, "rules: [{id: web, when: {source: web}, assign: {pool: smb}}, {id: rest, assign: {pool: na}}]\n")).cells[0].ways
    )
    assert way.witness == {"source": "web"}


def test_the_budget_is_kept(pair: Pair) -> None:
    """What it does not decide is undecided, never equivalent."""
    found = matrix(*pair(RULES, RULES.replace("gte: 1000", "gte: 500")), Budget(conflicts=0))
    assert not found.cells
    assert ["budget" in one.why for one in found.undecided] == [True]


def test_many_ways_are_told_to_be_more(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only some of the rules by which leads move are named, and it is said that there are more."""
    monkeypatch.setattr(difference, "_MOST_WAYS", 3)
    rules = "".join(f"  - {{id: r{at}, when: {{industry: i{at}}}, assign: {{pool: na}}}}\n" for at in range(5))
    found = matrix(*pair(f"rules:\n{rules}", f"rules:\n  - {{id: vip, when: {{vip: true}}, assign: {{pool: smb}}}}\n{rules}"))
    assert [(len(cell.ways), cell.more) for cell in found.cells if name(cell.old) != "default"] == [(3, True)]


def changed(stage: Stage, random: Random) -> Stage:
    """The same project after one or two changes of its rules, or of how leads are read."""
    found = copy.deepcopy(stage)
    for _ in range(random.choice([1, 1, 2])):
        derived = [
            step for document in found.files.values() for step in document.get("derive", {}).values() if len(step.get("cases", ())) > 1
        ]
        if derived and random.random() < 0.3:
            random.choice(derived)["cases"].pop(0)
            continue
        if random.random() < 0.15:
            found.project["leads"]["missing"] = random.sample(["", "N/A", "fintech", "en", "demo", "2", "-"], 4)
            continue
        files = [document for document in found.files.values() if document.get("rules")]
        rules = random.choice(files)["rules"]
        at = random.randrange(len(rules))
        kind = random.choice(["swap", "drop", "when", "assign", "always"])
        if kind == "swap":
            other = random.randrange(len(rules))
            rules[at], rules[other] = rules[other], rules[at]
        elif kind == "drop" and len(rules) > 1:
            del rules[at]
        elif kind in ("when", "assign"):
            donor = random.choice(random.choice(files)["rules"])
            if kind in donor:
                rules[at][kind] = copy.deepcopy(donor[kind])
        else:
            rules[at].pop("when", None)
    return found


def paths(of: Project, stage: Stage, file: Path) -> Iterator[list[Stop] | None]:
    """The stops of each lead of a file; ``None`` for one that is invalid."""
    clock = Clock(int(stage.at.timestamp() * 1_000_000), of.timezone)
    router = Router(of, Standings(), clock)
    with open_file(str(file)) as opened:
        reader = Reader(opened, of, clock, fields=router.fields, texts_of=router.texts, evaluator=router.evaluator)
        for batch in reader.batches():
            for code, invalid in zip(router.sorter.sort(batch).tolist(), batch.invalid.tolist(), strict=True):
                yield None if invalid else stops([router.rules[at].id for at in router.sorter.cases[code].rules], of)


@pytest.mark.parametrize(("seed", "other"), [*((seed, None) for seed in range(12)), (6, 13), (13, 20), (53, 60), (63, 70)])
def test_proofs_agree_with_routing(seed: int, other: int | None, tmp_path: Path) -> None:
    """In random worlds, changed or quite others: no lead goes a way that is proved not to be gone, and every witness the one it is for."""
    before = world(seed).stages[0]
    after = changed(before, Random(seed)) if other is None else world(other).stages[0]
    projects = []
    for name, stage in (("old", before), ("new", after)):
        stage.write(tmp_path / name)
        loaded = project.load(tmp_path / name)
        if loaded.project is None:
            pytest.skip("the change breaks the project")
        projects.append(loaded.project)
    old, new = projects
    found = matrix(old, new)
    check_witnesses(old, new, found)
    back = matrix(new, old)
    if not found.undecided and not back.undecided:
        assert moves(found) == {" > ".join(reversed(move.split(" > "))) for move in moves(back)}
    known = {(outcome(cell.old, old), outcome(cell.new, new)) for cell in found.cells}
    if any(one.old is None for one in found.undecided):
        return
    open_cells = {(outcome(one.old, old), outcome(one.new, new)) for one in found.undecided if one.old is not None and one.new is not None}
    file = tmp_path / "old" / "leads.csv"
    for one, two in zip(paths(old, before, file), paths(new, before, file), strict=True):
        parting = None if one is None or two is None else first_difference(one, two, (old, new))
        assert parting is None or (outcome(parting[0], old), outcome(parting[1], new)) in known | open_cells
