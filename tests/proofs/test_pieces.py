"""Values and alternatives that count for nothing, what an ``any`` drops, and which leads are left over: told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute import project
from leadroute.language.scalar import lead_holds
from leadroute.leads import open_file
from leadroute.leads.reader import Reader, lead_of
from leadroute.model.clock import Clock
from leadroute.model.standings import Standings
from leadroute.proofs.checks import prove
from leadroute.proofs.pieces import unneeded
from leadroute.proofs.prover import Prover
from leadroute.routing.router import Router
from leadroute.values.countries import COUNTRIES
from tests.proofs.projects import load
from tests.reference.worlds import world


def said(folder: Path, name: str, rules: str, *, advice: bool = True) -> list[tuple[str, str]]:
    """The findings of a name: severity and message."""
    found = prove(load(folder, f"rules:\n{rules}"), advice=advice).diagnostics
    return [(one.severity, one.message) for one in found if one.name == name]


BENELUX = """\
  - {id: lowlands, when: {any: [{country: [BE, NL]}, {country: LU}]}, assign: {rep: sarah}}
  - {id: caribbean, when: {any: [{country: [CW, NL, AW]}, {country: BQ, source: web}]}, assign: {rep: tom}}
"""


@pytest.mark.parametrize("advice", [False, True])
def test_a_value_in_two_rules_counts_in_the_first(advice: bool, tmp_path: Path) -> None:
    """A warning that names the value and who takes its leads; the other values count."""
    expected = "`NL` for `country` in `caribbean` counts for nothing, since `lowlands` takes all such leads before"
    assert said(tmp_path, "dead-part", BENELUX, advice=advice) == [("warning", expected)]
    same = BENELUX.replace("tom", "sarah")
    assert said(tmp_path, "dead-part", same, advice=advice) == ([("info", expected)] if advice else [])


def test_beginnings_of_postal_codes_are_counted(tmp_path: Path) -> None:
    """How many of the values an earlier rule takes, and which; one of whose leads it takes a part counts."""
    rules = """\
  - {id: first, when: {employees: {lt: 50}, postal_code: {starts_with: ["34", "11", "7"]}}, assign: {rep: sarah}}
  - {id: second, when: {employees: {lt: 50}, postal_code: {starts_with: ["345", "72", "1", "8", "9"]}}, assign: {rep: tom}}
"""
    expected = (
        "2 of the 5 values for `postal_code` in `second` count for nothing, since `first` takes all such leads before: `345` and `72`"
    )
    assert said(tmp_path, "dead-part", rules, advice=False) == [("warning", expected)]
    assert said(tmp_path, "dead-part", rules.replace("lt: 50", "lt: 40", 1)) == []


def test_an_overlap_says_for_which_values(tmp_path: Path) -> None:
    """Where it is for a few of many."""
    rules = """\
  - {id: first, when: {vip: true, postal_code: {starts_with: ["34", "11"]}}, assign: {rep: sarah}}
  - {id: second, when: {postal_code: {starts_with: ["345", "72", "1", "8", "9"]}, source: web}, assign: {rep: tom}}
"""
    (found,) = [one for one in prove(load(tmp_path, f"rules:\n{rules}"), advice=True).diagnostics if one.name == "overlap"]
    extent = "for 2 of the 5 values of `postal_code` that it asks for: `345` and `1`"
    assert found.related[0].message == f"`second` sends them to rep `tom`, {extent}"


def test_several_rules_together_may_take_a_value(tmp_path: Path) -> None:
    """With advice, the union of earlier rules is seen: none takes it alone."""
    rules = """\
  - {id: big, when: {country: DE, employees: {gte: 100}}, assign: {pool: na}}
  - {id: small, when: {any: [{country: DE, employees: {lt: 100}}, {country: DE, employees: {present: false}}]}, assign: {pool: na}}
  - {id: dach, when: {country: [DE, AT, CH]}, assign: {pool: smb}}
"""
    expected = "`DE` for `country` in `dach` counts for nothing, since `big` and `small` take all such leads before"
    assert said(tmp_path, "dead-part", rules) == [("warning", expected)]


def test_an_alternative_may_count_for_nothing(tmp_path: Path) -> None:
    """A whole part of an ``any``; what stands in it is not told of again."""
    rules = """\
  - {id: web, when: {source: [web, chat]}, assign: {pool: na}}
  - {id: mixed, when: {any: [{country: DE}, {source: [web, chat], vip: true}]}, assign: {pool: smb}}
"""
    message = "`source is one of web, chat and vip is true` in `mixed` counts for nothing, since `web` takes all such leads before"
    assert said(tmp_path, "dead-part", rules) == [("warning", message)]


@pytest.mark.parametrize(
    ("when", "what"),
    [
        ("{any: [{country: DE}, {country: DE, vip: true}]}", "`country is DE and vip is true`"),
        ("{postal_code: {starts_with: ['34', '345', '7']}}", "`345` for `postal_code`"),
        ("{any: [{country: [DE, AT]}, {country: [FR, AT, IT], vip: true}]}", "`AT` for `country`"),
        ("{any: [{country: [DE, AT]}, {source: web, not: {country: AT}}], country: [AT, FR]}", None),
        ("{any: [{country: DE}, {country: AT, vip: true}]}", None),
        ("{not: {country: [DE, AT]}, source: [web, chat]}", None),
    ],
)
def test_what_another_part_says_as_well_is_advice(when: str, what: str | None, tmp_path: Path) -> None:
    """An alternative, or a value, that is within another one of the same rule."""
    found = said(tmp_path, "dead-part", f"  - {{id: a, when: {when}, assign: {{pool: smb}}}}\n")
    assert found == ([] if what is None else [("info", f"{what} in `a` counts for nothing, since another part of it says as much")])


def test_what_an_earlier_rule_and_another_part_say_together_is_advice(tmp_path: Path) -> None:
    """Either of two may go, and not both: some such leads reach the rule, so that none is put right by itself."""
    rules = """\
  - {id: a, when: {source: web, not: {vip: false}}, assign: {pool: na}}
  - {id: b, when: {any: [{source: [web, ads]}, {source: [web, chat], vip: false}]}, assign: {pool: smb}}
"""
    start = "`web` for `source` in `b` counts for nothing, since"
    messages = [f"{start} `a` takes such leads before or another part of it says as much", f"{start} another part of it says as much"]
    found = [one for one in prove(load(tmp_path, f"rules:\n{rules}"), advice=True).diagnostics if one.name == "dead-part"]
    assert [(one.severity, one.message, one.drop) for one in found] == [("info", message, None) for message in messages]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("{country: DE, any: [{source: web}, {not: {source: web}}]}", "`source is web or not (source is web)` of `a` always holds"),
        ("{vip: true, any: [{country: DE, not: {country: FR}}, {source: web}]}", "`not (country is FR)` of `a` holds wherever the rest of"),
        (
            "{employees: {gte: 100}, any: [{employees: {gte: 50}, vip: true}, {source: web}]}",
            "`employees is at least 50` of `a`",
        ),
        ("{country: DE, any: [{source: web}, {source: {is_not: web}}]}", None),
    ],
)
def test_parts_that_always_hold(when: str, message: str | None, tmp_path: Path) -> None:
    """By themselves, or beside the rest of the condition or alternative; a test on a missing value does not hold."""
    found = said(tmp_path, "always-true", f"  - {{id: a, when: {when}, assign: {{pool: smb}}}}\n")
    assert [text[: len(message or "")] for _, text in found] == ([] if message is None else [message])


def test_a_value_that_stands_twice_is_advice(tmp_path: Path) -> None:
    """Of what was typed twice, one was perhaps meant to be another."""
    rules = (
        "  - {id: a, when: {postal_code: {starts_with: ['83', '84', '83', '084', '84']}, country: [DE, Germany]}, assign: {pool: smb}}\n"
    )
    assert [message for _, message in said(tmp_path, "dead-part", rules)] == [
        "`83` and `84` of `a` stand in the same list of `postal_code` before",
        "`Germany` of `a` stands in the same list of `country` before",
    ]


@pytest.mark.parametrize("seed", range(24, 48))
def test_what_counts_for_nothing_is_missed_by_no_lead(seed: int, tmp_path: Path) -> None:
    """In random worlds: leads that a rule takes, it would take without such a piece, too."""
    stage = world(seed).stages[0]
    stage.write(tmp_path)
    found = project.load(tmp_path).project
    assert found is not None
    prover = Prover(found)
    alive = frozenset(range(len(prover.rules[0])))
    told = [(at, piece.without()) for every in (False, True) for at, piece, *_ in unneeded(prover, alive, every=every)]
    clock = Clock(int(stage.at.timestamp() * 1_000_000), found.timezone)
    router = Router(found, Standings(), clock)
    ids = [rule.id for rule in prover.rules[0]]
    with open_file(str(tmp_path / "leads.csv")) as file:
        reader = Reader(file, found, clock, fields=router.fields, texts_of=router.texts, evaluator=router.evaluator)
        for batch in reader.batches():
            for row, first in enumerate(router.matcher.first(batch).tolist()):
                for at, without in told if first >= 0 and not batch.invalid[row] else ():
                    if router.rules[first].id == ids[at]:
                        assert lead_holds(without, lead_of(batch, row), clock)


def test_an_any_that_drops_a_condition(tmp_path: Path) -> None:
    """Where others ask it, too, and leads get through without it; not where fields differ, or it is asked nowhere else."""
    rules = """\
  - {id: junk, when: {not: {industry: pack}}, assign: {queue: unassigned}}
  - {id: north, when: {all: [{country: [SE, NO]}, {industry: pack}, {source: web}]}, assign: {rep: sarah}}
  - {id: south, when: {all: [{country: [ES, IT]}, {industry: pack}, {source: web}]}, assign: {rep: sarah}}
  - {id: east, when: {any: [{all: [{all: [{industry: pack}, {source: web}]}, {country: PL}]}, OTHER]}, assign: {rep: tom}}
"""
    message = "`east` takes leads with `country is CZ` without asking `source is web`, which its other alternatives and other rules ask"
    assert said(tmp_path, "dropped-condition", rules.replace("OTHER", "{country: CZ}")) == [("info", message)]
    for other in ("{country: CZ, source: web}", "{vip: true}", "{country: {present: false}}", "{country: CZ, vip: true}"):
        assert said(tmp_path, "dropped-condition", rules.replace("OTHER", other)) == []
    alone = "\n".join(line for line in rules.splitlines() if "north" not in line) + "\n"
    assert said(tmp_path, "dropped-condition", alone.replace("OTHER", "{country: CZ}")) == []


def left_over(folder: Path, rules: str) -> list[str]:
    """What is told beside a gap."""
    bare = "version: 1\nleads: {id: id, fields: {id: string, country: country, size: string, code: string}}\n"
    found = prove(load(folder, f"rules:\n{rules}", leadroute=bare)).diagnostics
    return [related.message for one in found if one.name == "gap" for related in one.related]


def test_a_gap_is_told_by_what_most_rules_ask(tmp_path: Path) -> None:
    """Leads without it, with what nobody names, and those that fall between two rules though all is known."""
    rules = """\
  - {id: huge, when: {size: huge}, assign: {pool: na}}
  - {id: large, when: {size: large, code: {starts_with: ["1", "2"]}}, assign: {pool: na}}
  - {id: small, when: {size: small, code: {starts_with: ["1", "3"]}}, assign: {pool: smb}}
"""
    assert left_over(tmp_path, rules) == [
        "3 of 3 rules ask for `size`; left over are leads without one, and leads with one that no rule names",
        "2 of 3 rules ask for `code`; left over are leads without one, and leads with one that no rule names",
        "left over are also leads with values that rules ask for, such as `size` small with `code` 2",
    ]


def test_countries_in_no_rule_are_named(tmp_path: Path) -> None:
    """Where nearly all stand in some rule, the others are left over; where all do, only leads without one."""
    half, some = len(COUNTRIES) // 2, ["bq", "pm", "sx"]
    most = [code.upper() for code in COUNTRIES if code not in some]

    def rules(known: list[str]) -> str:
        lists = [", ".join(f'"{code}"' for code in codes) for codes in (known[:half], known[half:])]
        return "".join(f"  - {{id: r{at}, when: {{country: [{one}]}}, assign: {{pool: na}}}}\n" for at, one in enumerate(lists))

    assert left_over(tmp_path, rules(most)) == ["2 of 2 rules ask for `country`; left over are leads without one, and leads of BQ, PM, SX"]
    assert left_over(tmp_path, rules([*most, "BQ", "PM", "SX"])) == ["2 of 2 rules ask for `country`; left over are leads without one"]


def test_a_country_that_no_rule_names_is_thought_of(tmp_path: Path) -> None:
    """However many are named: a rule for the rest is reached as long as one is left, and not when none is."""
    named = ", ".join(f'"{code.upper()}"' for code in COUNTRIES if code != "bq")
    rules = """\
  - {{id: named, when: {{any: [{{country: [{}]}}, {{country: {{present: false}}}}]}}, assign: {{pool: na}}}}
  - {{id: rest, assign: {{pool: smb}}}}
"""
    assert said(tmp_path, "unreachable-rule", rules.format(named), advice=False) == []
    assert len(said(tmp_path, "unreachable-rule", rules.format(f"{named}, BQ"), advice=False)) == 1
