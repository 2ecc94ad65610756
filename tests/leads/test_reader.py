"""Typed batches: columns found, cells read, invalid leads named, blocks that change nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadroute import values
from leadroute.language.text import compared
from leadroute.leads import LeadFileError, Reader, open_file
from leadroute.model.fields import Field, FieldType
from tests.leads.projects import CLOCK, kind_of, project, value_at, values_of

ANYTHING = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
T = FieldType


def _csv(folder: Path, text: str, name: str = "leads.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def _reader(path: Path, of: object, **options: object) -> Reader:
    file = open_file(str(path))
    return Reader(file, of, CLOCK, **options)  # type: ignore[arg-type]


NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda number: f"{number:f}"),
    st.text(st.sampled_from("0123456789.,-+$€kmbMK e"), max_size=8),
    st.sampled_from(["", "N/A", "-", "nan", "inf", "1e5", "0x1F", "-0", "5.", ".5", "1,234", "1,23", "٣"]),
)
MOMENTS = st.one_of(
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%d %H:%M")),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    st.dates().map(lambda date: date.isoformat()),
    st.from_regex(
        r"2026-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,7})?)?(Z|[+-][0-2][0-9]:?[0-6][0-9])?", fullmatch=True
    ),
    st.sampled_from(
        ["", "-", "2026-02-29", "2024-02-29", "0001-01-01", "9999-12-31T23:59:59.999999Z", "20260102", "yesterday", "2026-1-2"]
    ),
)


@ANYTHING
@given(st.sampled_from([T.INTEGER, T.NUMBER]), st.lists(NUMBERS, min_size=1, max_size=30), st.sampled_from([".", ","]))
def test_number_columns_are_read_cell_by_cell(tmp_path: Path, kind: FieldType, texts: list[str], decimal: str) -> None:
    """A column gives for every cell what reading that cell alone gives."""
    _same_as_one_by_one(tmp_path, Field("x", kind, decimal=decimal), texts)


@ANYTHING
@given(st.sampled_from([T.DATE, T.DATETIME]), st.lists(MOMENTS, min_size=1, max_size=30))
def test_moment_columns_are_read_cell_by_cell(tmp_path: Path, kind: FieldType, texts: list[str]) -> None:
    """A column gives for every cell what reading that cell alone gives, clock changes included."""
    _same_as_one_by_one(tmp_path, Field("x", kind), texts)


def _same_as_one_by_one(folder: Path, field: Field, texts: list[str]) -> None:
    path = _csv(folder, "lead_id\tx\n" + "".join(f'L{at}\t"{text}"\n' for at, text in enumerate(texts)), "leads.tsv")
    missing = project().missing
    expected = [None if compared(text) in missing else values.read(field, text, CLOCK.timezone) for text in texts]
    for block_bytes in (16, 8 << 20):
        assert values_of(path, "x", project(field), block_bytes=block_bytes) == expected


@pytest.mark.parametrize("exact", [False, True])
def test_text_that_is_different_in_every_lead(tmp_path: Path, exact: bool) -> None:
    """Nearly distinct text is kept as text (an exact one is numbered, as written), with the same values either way."""
    texts = [f"  Ünit {at} " if at % 3 else f"CO-{at}" for at in range(1500)] + ["N/A", " ", "n/a", "-", "x\u00a0"]
    path = _csv(tmp_path, "lead_id,x\n" + "".join(f"L{at},{text}\n" for at, text in enumerate(texts)))
    field = Field("x", T.STRING, exact=exact)
    expected = [None if compared(text) in project().missing else values.read(field, text, "UTC") for text in texts]
    with open_file(str(path)) as file:
        reader = Reader(file, project(field), CLOCK, fields=frozenset({"x"}))
        (batch,) = reader.batches()
        assert kind_of(batch, "x") == ("coded" if exact else "text")
        assert [value_at(batch, "x", row) for row in range(batch.size)] == expected
    assert values_of(path, "x", project(field), block_bytes=64) == expected


def test_distinct_addresses_are_checked_all_at_once(tmp_path: Path) -> None:
    """An e-mail column of distinct addresses is kept as text; what is no address is missing and counted."""
    mails = [f"User{at}@Acme.com" for at in range(1500)] + ["no address", "zoë@müller.de", "a\u00a0b@c.de", "x@y"]
    path = _csv(tmp_path, "lead_id,x\n" + "".join(f"L{at},{mail}\n" for at, mail in enumerate(mails)))
    with open_file(str(path)) as file:
        reader = Reader(file, project(Field("x", T.EMAIL)), CLOCK, fields=frozenset({"x"}))
        (batch,) = reader.batches()
        assert kind_of(batch, "x") == "text"
        assert [value_at(batch, "x", row) for row in range(1500, 1504)] == [None, "zoë@müller.de", None, None]
        assert value_at(batch, "x", 7) == "user7@acme.com"
    assert reader.faults["x"].count == 3
    assert reader.faults["x"].examples == ("no address", "a\u00a0b@c.de", "x@y")


def test_cells_that_do_not_parse_are_counted_with_examples(tmp_path: Path) -> None:
    """They are missing, counted, and the first distinct ones are shown; missing tokens are not among them."""
    path = _csv(
        tmp_path, "lead_id,n\n" + "".join(f"L{at},{text}\n" for at, text in enumerate(["lots", "1", "lots", "N/A", "few", "x", "y", ""]))
    )
    reader = _reader(path, project(Field("n", T.INTEGER)), fields=frozenset({"n"}), block_bytes=16)
    assert [bool(batch.invalid.any()) for batch in reader.batches()].count(True) == 0
    assert reader.faults["n"].count == 5
    assert reader.faults["n"].examples == ("lots", "few", "x")
    assert reader.rows == 8


def test_invalid_leads_say_why(tmp_path: Path) -> None:
    """No id, surplus cells, a required cell that is missing or cannot be read."""
    path = _csv(tmp_path, "lead_id,n\nL1,1\n,2\nN/A,2\nL2,3,4\nL3,\nL4,many\n")
    reader = _reader(path, project(Field("n", T.INTEGER, required=True)), fields=frozenset())
    (batch,) = reader.batches()
    assert batch.invalid.tolist() == [False, True, True, True, True, True]
    reasons = [reader.invalid_reasons[code].reason if code >= 0 else None for code in reader.invalid_codes().tolist()]
    assert reasons == [None, "no_id", "no_id", "surplus_cells", "required_missing", "unreadable"]
    assert [found.span.line for found in reader.diagnostics if found.span is not None] == [5]
    assert batch.ids.to_pylist() == ["L1", None, None, "L2", "L3", "L4"]


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("csv", "lead_id,n,x\nL1,many,a\n,lots,a\nL2,x,slipped,a\n"),
        ("json", '[{"lead_id": "L1", "n": "many"}, {"lead_id": "", "n": "lots"}]'),
    ],
)
def test_cells_of_rows_that_cannot_be_decided_are_not_listed(tmp_path: Path, ending: str, text: str) -> None:
    """A row without an id, or whose cells have slipped, is invalid as a whole: its cells count nowhere."""
    path = tmp_path / f"leads.{ending}"
    path.write_text(text, "utf-8")
    reader = _reader(path, project(Field("n", T.INTEGER)), fields=frozenset({"n"}))
    list(reader.batches())
    assert reader.faults["n"].examples == ("many",)
    assert reader.faults["n"].count == 1


def test_a_column_that_cannot_be_found_is_told_once(tmp_path: Path) -> None:
    """Also where it is the id's, and one that a rule reads."""
    path = _csv(tmp_path, "a,b\n1,2\n")
    for optional in (False, True):
        of = project(Field("lead_id", T.STRING, optional=optional))
        assert [found.name for found in _reader(path, of, fields=frozenset({"lead_id"})).diagnostics] == ["missing-column"]


def test_repeated_columns_that_nobody_reads_are_a_warning(tmp_path: Path) -> None:
    """They pass through; one that is read is an error, and columns without a name are nothing."""
    path = _csv(tmp_path, "lead_id,n,Notes,,notes,,NOTES\nL1,1,a,b,c,d,e\n")
    of = project(Field("n", T.INTEGER), Field("notes", T.STRING))
    (found,) = _reader(path, of, fields=frozenset({"n"})).diagnostics
    assert (found.name, found.severity) == ("repeated-column", "warning")
    assert "has 3 columns `Notes`" in found.message
    (found,) = _reader(path, of, fields=frozenset({"notes"})).diagnostics
    assert (found.name, found.severity) == ("ambiguous-column", "error")


def test_strict_makes_unreadable_cells_invalid(tmp_path: Path) -> None:
    """With ``strict`` a cell that does not parse makes its lead invalid, in whatever declared field; a missing one does not."""
    path = _csv(tmp_path, "lead_id,n,m\nL1,many,\nL2,,1\n")
    of = project(Field("n", T.INTEGER), Field("m", T.INTEGER), Field("gone", T.STRING))
    reader = _reader(path, of, fields=frozenset({"m"}), strict=True)
    (batch,) = reader.batches()
    assert batch.invalid.tolist() == [True, False]


def test_columns_are_chosen_by_compared_names(tmp_path: Path) -> None:
    """The first of a field's columns that is there; an absent one is an error unless optional, and so is a repeated one."""
    path = _csv(tmp_path, "LEAD_ID,Number Of  Employees,Land,land\nL1,12,DE,FR\n")
    found = Field("n", T.INTEGER, columns=("employees", "number of employees"))
    assert values_of(path, "n", project(found)) == [12]
    assert values_of(path, "o", project(Field("o", T.STRING, optional=True))) == [None]
    for field, name in ((Field("o", T.STRING), "missing-column"), (Field("land", T.STRING), "ambiguous-column")):
        reader = _reader(path, project(field), fields=frozenset({field.name}))
        assert [each.name for each in reader.diagnostics if each.severity == "error"] == [name]
        with pytest.raises(LeadFileError):
            list(reader.batches())


def test_json_values_are_used_as_they_are(tmp_path: Path) -> None:
    """Numbers, booleans and lists keep their types; an id of 12.0 is 12, and 1 is "1"."""
    leads = [
        {"lead_id": 1, "n": 1200, "r": 1.5, "b": True, "l": ["A", "a ", "B"], "d": "2026-01-02", "c": "Germany"},
        {"lead_id": 12.0, "n": "1.2k", "r": None, "b": "no", "l": "x;y", "c": None},
        {"lead_id": " x ", "n": 1.5, "r": True, "l": [], "d": 5},
    ]
    path = tmp_path / "leads.json"
    path.write_text(json.dumps(leads), "utf-8")
    of = project(
        Field("n", T.INTEGER), Field("r", T.NUMBER), Field("b", T.BOOLEAN), Field("l", T.LIST), Field("d", T.DATE), Field("c", T.COUNTRY)
    )
    assert values_of(path, "n", of) == [1200, 1200, None]
    assert values_of(path, "r", of) == [1.5, None, None]
    assert values_of(path, "b", of) == [True, False, None]
    assert values_of(path, "l", of) == [("a", "b"), ("x", "y"), None]
    assert values_of(path, "d", of) == [values.day("2026-01-02"), None, None]
    assert values_of(path, "c", of) == ["de", None, None]
    assert values_of(path, "lead_id", of) == ["1", "12", "x"]


def test_patterns_see_the_text_itself(tmp_path: Path) -> None:
    """A field that a pattern looks at numbers texts apart that compare alike."""
    path = _csv(tmp_path, "lead_id,x\n1,Bank\n2,bank \n3,Bank\n")
    reader = _reader(path, project(Field("x", T.STRING)), fields=frozenset({"x"}), texts_of=frozenset({"x"}))
    (batch,) = reader.batches()
    column = batch.columns["x"]
    assert column.vocabulary.texts == ["Bank", "bank"]  # type: ignore[union-attr]
    assert column.vocabulary.values == ["bank", "bank"]  # type: ignore[union-attr]


def test_header_alone_is_zero_leads(tmp_path: Path) -> None:
    """A file with a header only has no leads, and that is fine."""
    reader = _reader(_csv(tmp_path, "lead_id,x"), project(Field("x", T.STRING)), fields=frozenset({"x"}))
    assert list(reader.batches()) == []
    assert reader.rows == 0
    assert len(reader.invalid_codes()) == 0


def test_a_number_that_stands_for_missing(tmp_path: Path) -> None:
    """A missing token that looks like a number is missing in number fields too, by its text."""
    of = project(Field("n", T.INTEGER), missing=frozenset({"", "999"}))
    assert values_of(_csv(tmp_path, "lead_id,n\n1,999\n2,0999\n3,5\n"), "n", of) == [None, 999, 5]
