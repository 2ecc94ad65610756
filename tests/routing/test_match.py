"""The first rule that holds, for whole blocks at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from leadroute.language.evaluate import Evaluator
from leadroute.language.references import references
from leadroute.model.condition import All, Condition, Operand, Subject, Test
from leadroute.model.fields import FieldType
from leadroute.model.rules import Assign, Rule, Target, TargetKind
from leadroute.routing.match import Matcher
from tests.language.blocks import CLOCK, Blocks, Lead, conditions, lead_holds, leads

QUEUE = Assign(Target(TargetKind.QUEUE, "q"))
FORMS = st.sets(st.sampled_from(["name", "city", "mail"])).map(frozenset)


def rules_of(whens: list[Condition | None]) -> list[Rule]:
    return [Rule(f"r{at}", when, QUEUE) for at, when in enumerate(whens)]


def loop(whens: list[Condition | None], lead: Lead, after: int) -> int:
    """Top to bottom, the first whose ``when`` holds; no ``when``: always."""
    return next((at for at, when in enumerate(whens) if at > after and (when is None or lead_holds(when, lead))), -1)


@given(st.data(), FORMS, FORMS)
@settings(max_examples=60)
def test_the_first_rule_is_that_of_a_plain_loop(data: st.DataObject, one: frozenset[str], other: frozenset[str]) -> None:
    """Whatever the rules, the columns' form and the vocabularies that grow from block to block; from any rule on; for any rows."""
    whens = data.draw(st.lists(st.one_of(conditions(), conditions(), st.none()), max_size=6))
    whens = [part for when in whens for part in [when] * data.draw(st.sampled_from([1, 1, 1, 30]))]
    names = frozenset().union(*(references(when) for when in whens if when is not None))
    blocks, evaluator = Blocks(), Evaluator(CLOCK)
    matcher = Matcher(rules_of(whens), evaluator)
    for as_text in (one, other):
        found = data.draw(st.lists(leads(names), min_size=1, max_size=5))
        batch = blocks.of(found, as_text)
        after = data.draw(st.integers(-1, len(whens) - 1))
        rows = data.draw(st.lists(st.integers(0, len(found) - 1), unique=True, min_size=1))
        assert matcher.first(batch).tolist() == [loop(whens, lead, -1) for lead in found]
        chosen = matcher.first(batch, np.array(rows, np.int64), after=after).tolist()
        assert chosen == [loop(whens, found[row], after) for row in rows]


def test_rules_beyond_one_word_of_bits_are_found() -> None:
    """A rule's number may be anything: the first, the last of a word of 64, the first of the next, one of many."""
    whens: list[Condition | None] = [Test(Subject("size", FieldType.INTEGER), "is", (Operand("", at),)) for at in range(200)]
    found = [Lead({"size": at}) for at in (0, 63, 64, 127, 128, 199, 200)]
    matcher = Matcher(rules_of(whens), Evaluator(CLOCK))
    assert matcher.first(Blocks().of(found)).tolist() == [0, 63, 64, 127, 128, 199, -1]
    assert matcher.first(Blocks().of(found), after=127).tolist() == [-1, -1, -1, -1, 128, 199, -1]


def test_no_rules_match_nothing() -> None:
    """A project without rules leaves every lead to the default."""
    assert Matcher([], Evaluator(CLOCK)).first(Blocks().of([Lead(), Lead()])).tolist() == [-1, -1]


def test_text_is_looked_at_only_where_it_can_decide() -> None:
    """Where an earlier rule is certain, or another test of the rule fails, no text is looked at."""
    acme = Test(Subject("name", FieldType.STRING), "contains", (Operand("acme", "acme"),))
    whens: list[Condition | None] = [
        Test(Subject("size", FieldType.INTEGER), "lt", (Operand("50", 50),)),
        All((acme, Test(Subject("vip", FieldType.BOOLEAN), "is", (Operand("true", True),)))),
        Test(Subject("size", FieldType.INTEGER), "lt", (Operand("90", 90),)),
        acme,
    ]
    found = [Lead({"name": f"acme {at}", "size": at, "vip": at % 2 == 0}, {"name": f"Acme {at}"}) for at in range(100)]
    evaluator = Evaluator(CLOCK)
    first = Matcher(rules_of(whens), evaluator).first(Blocks().of(found, frozenset({"name"})))
    assert first.tolist() == [0] * 50 + [1 if at % 2 == 0 else 2 for at in range(50, 90)] + [
        1 if at % 2 == 0 else 3 for at in range(90, 100)
    ]
    assert evaluator.text_tests == 25 + 5
