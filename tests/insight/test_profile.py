"""Guessing fields from a lead file."""

from __future__ import annotations

from collections import Counter

import pytest

from leadroute.insight.profile import ColumnTexts, GuessedField, LeadProfile, field_name, profile


def guess(texts: list[str], header: str = "thing") -> GuessedField:
    """The field for one column beside an id column."""
    ids = ColumnTexts("id", {f"L{number}": 1 for number in range(max(1, len(texts)))})
    return profile([ids, ColumnTexts(header, Counter(texts))], len(texts)).fields[1]


def of_columns(rows: int = 3, **columns: list[str]) -> LeadProfile:
    return profile([ColumnTexts(header, Counter(texts)) for header, texts in columns.items()], rows)


@pytest.mark.parametrize(
    ("texts", "header", "type_"),
    [
        (["12", "1,200", "1.2k"], "employees", "integer"),
        (["12", "1.5"], "deal value", "number"),
        (["02139", "10115"], "code", "string"),
        (["10115", "80331"], "Postal Code", "string"),
        (["Yes", "No", "no"], "opt in", "boolean"),
        (["0", "1", "1"], "converted", "boolean"),
        (["1", "1"], "visits", "integer"),
        (["0", "1", "2"], "visits", "integer"),
        (["2026-11-23", "2026-01-02"], "birthday", "date"),
        (["2026-11-23T10:00:00Z", "2026-11-23 10:00"], "created", "datetime"),
        (["a@x.com", "b@y.org"], "contact", "email"),
        (["US", "de", "France"], "country", "country"),
        (["United States", "Germany", "Japan"], "office", "country"),
        (["CA", "IN", "DE"], "state", "string"),
        (["acme.com", "www.x.org"], "Website", "domain"),
        (["+1 415 555 2671", "+49 30 901820"], "Mobile Phone", "phone"),
        (["a;b", "b", "a;c", "c;a", "b"], "products", "list"),
        (["came by; wants a call", "no; thanks for asking", "to be; or not"], "notes", "string"),
        (["fintech", "retail"], "industry", "string"),
        ([], "empty", "string"),
    ],
)
def test_a_type_is_guessed_from_header_and_values(texts: list[str], header: str, type_: str) -> None:
    """The narrowest type that reads the cells; codes, states and prose stay text."""
    assert guess(texts, header).type.value == type_


def test_a_few_cells_may_not_parse() -> None:
    """Up to three in a hundred are faults of the data, not of the guess, and are counted."""
    field = guess(["lots", *(str(number) for number in range(99))])
    assert (field.type.value, field.faults) == ("integer", 1)
    assert guess(["lots", "many", *map(str, range(10))]).type.value == "string"


@pytest.mark.parametrize(
    ("texts", "format_", "also"),
    [
        (["11/23/2026", "1/2/2026"], "%m/%d/%Y", None),
        (["23/11/2026", "2/1/2026"], "%d/%m/%Y", None),
        (["1/2/2026", "3/4/2026"], "%m/%d/%Y", "%d/%m/%Y"),
        (["23.11.2026"], "%d.%m.%Y", None),
        (["11/23/2026 10:15"], "%m/%d/%Y %H:%M", None),
        (["Nov 23, 2026"], "%b %d, %Y", None),
    ],
)
def test_dates_in_other_formats_are_recognised(texts: list[str], format_: str, also: str | None) -> None:
    """The format that reads every cell; where day and month could be swapped, that is said."""
    field = guess(texts, "created")
    assert (field.format, field.also) == (format_, also)


def test_a_decimal_comma_is_recognised() -> None:
    """European numbers get ``decimal: ","``."""
    field = guess(["1.200,50", "3,25"], "value")
    assert (field.type.value, field.decimal) == ("number", ",")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("NumberOfEmployees", "number_of_employees"),
        ("Lead ID", "lead_id"),
        ("  E-Mail (work) ", "e_mail_work"),
        ("UTMSource", "utm_source"),
        ("Größe", "grosse"),
        ("score", "lead_score"),
        ("2nd phone", "lead_2nd_phone"),
        ("What matters most to you in choosing a course", "what_matters_most_to_you_in_choosing_a"),
        ("会社", ""),
    ],
)
def test_headers_become_names(header: str, name: str) -> None:
    """Lower case, words joined by ``_``, none of the language's own names, not too long."""
    assert field_name(header) == name


def test_names_are_different_and_never_empty() -> None:
    """Two headers may come out alike, or as nothing."""
    found = profile([ColumnTexts(header, {"x": 1}) for header in ("A b", "a_b", "会社")], 1)
    assert [field.name for field in found.fields] == ["a_b", "a_b_2", "column_3"]


def test_a_column_is_named_only_where_the_name_does_not_find_it() -> None:
    """Headers are compared like strings, so ``Company`` is ``company``."""
    found = profile([ColumnTexts(header, {"x": 1}) for header in ("Company", "Lead ID")], 1)
    assert [field.header for field in found.fields] == [None, "Lead ID"]


def test_the_id_is_unique_and_says_so() -> None:
    """An id column that is different in every row, before an e-mail, before whatever differs most."""
    ids, mails, names = ["7", "8", "9"], ["a@x.com", "b@x.com", "c@x.com"], ["Ann", "Ann", "Bob"]
    assert of_columns(email=mails, lead_id=ids, owner_id=["1", "1", "2"]).id == "lead_id"
    assert of_columns(name=names, email=mails).id == "email"
    nearest = of_columns(name=names, city=["X", "X", "X"])
    assert (nearest.id, nearest.repeats) == ("name", 1)
    assert [field.type.value for field in of_columns(lead_id=ids).fields] == ["string"]


def test_the_arrival_is_the_first_date_that_says_so() -> None:
    """``created_at`` rather than a birthday, as an instant; none without a date."""
    days = ["2026-01-01", "2026-01-02", "2026-01-03"]
    found = of_columns(id=["1", "2", "3"], birthday=days, created_at=days)
    assert found.arrived == "created_at"
    assert [field.type.value for field in found.fields] == ["string", "date", "datetime"]
    assert of_columns(id=["1", "2", "3"], created_by=["a", "b", "c"]).arrived is None


def test_texts_for_missing_cells_are_found() -> None:
    """Placeholders of the file are added as they are written; ``NA`` in a country column may be Namibia."""
    found = of_columns(id=["1", "2", "3"], city=["Select", "n/a", "Rome"], country=["NA", "DE", "--"], employees=["NA", "5", "6"])
    assert found.missing == ("", "N/A", "null", "-", "Select", "--", "NA")
    assert found.fields[3].type.value == "integer"
    assert of_columns(id=["1"], country=["NA"]).missing == ("", "N/A", "null", "-")


def test_common_values_are_those_of_columns_with_few() -> None:
    """The five most frequent with their numbers, and how many more there are; none where every row differs."""
    field = guess([letter for number, letter in enumerate("abcdefg", 2) for _ in range(number)])
    assert field.common == (("g", 8), ("f", 7), ("e", 6), ("d", 5), ("c", 4))
    assert (field.more, field.filled, field.distinct) == (2, 35, 7)
    assert guess(["a", "b", "c"]).common == ()
