"""What a condition reads of a lead."""

from __future__ import annotations

from hypothesis import given

from leadroute.language.references import borrowed, conjuncts, references
from leadroute.model.condition import All, Condition, Operand, Subject, Test
from leadroute.model.fields import FieldType
from tests.language.blocks import Lead, conditions, lead_holds, leads

SKILL = Test(Subject("skills", FieldType.NUMBER, part_ref="industry"), "gte", (Operand("size", ref="size"),))


@given(conditions(), leads())
def test_nothing_else_of_a_lead_matters(condition: Condition, lead: Lead) -> None:
    """The fields that are not named could as well be missing."""
    names = references(condition)
    kept = Lead({name: value for name, value in lead.values.items() if name in names}, lead.texts)
    assert lead_holds(condition, kept) == lead_holds(condition, lead)


@given(conditions(), leads())
def test_all_conjuncts_are_the_condition(condition: Condition, lead: Lead) -> None:
    """Nested `all` flattened says the same."""
    parts = conjuncts(condition)
    assert all(lead_holds(part, lead) for part in parts) == lead_holds(condition, lead)
    assert not any(isinstance(part, All) for part in parts)


def test_over_a_rep_the_subject_is_not_the_lead_s() -> None:
    """`skills.$industry: {gte: $size}` reads the lead's industry and size."""
    assert borrowed(SKILL) == {"industry", "size"}
    assert conjuncts(None) == ()
