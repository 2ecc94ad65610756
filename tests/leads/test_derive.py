"""Derived fields: cases, lookups, hashes, domains, score and tier; and the built-in ones."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadroute.leads import Reader, needs, open_file, typed_lead
from leadroute.leads.zones import at_walls, walls
from leadroute.model.clock import at_wall, wall
from leadroute.model.condition import All, Operand, Subject
from leadroute.model.condition import Test as Check
from leadroute.model.derive import Cases, DomainOf, Hash, Lookup, LookupRow, Points, Score
from leadroute.model.fields import Field, FieldType, Value
from leadroute.model.project import Project
from leadroute.model.roster import Hours, Shift
from leadroute.values.holidays import ListedHolidays
from leadroute.values.lookup import Table
from tests.leads.projects import CLOCK, project, value_at, values_of

T = FieldType


def _file(folder: Path, text: str) -> Path:
    path = folder / "leads.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def _is(name: str, value: Value, kind: FieldType = T.STRING) -> Check:
    return Check(Subject(name, kind), "is", (Operand(str(value), value, type=kind),))


def _least(name: str, value: int) -> Check:
    return Check(Subject(name, T.INTEGER), "gte", (Operand(str(value), value, type=T.INTEGER),))


def _derived(*steps: Any, score: Score | None = None) -> Project:
    fields = [field for step in steps for field in (step.fields if isinstance(step, Lookup) else (step.field,))]
    if score is not None:
        fields += [Field("score", T.NUMBER, origin="derived"), Field("tier", T.STRING, origin="derived")]
    declared = (
        Field("n", T.INTEGER, optional=True),
        Field("email", T.EMAIL, optional=True),
        Field("country", T.COUNTRY, optional=True),
        Field("zip", T.STRING, optional=True),
        Field("value", T.NUMBER, optional=True),
    )
    return project(*declared, *fields, derive=steps, score=score)


def _out(name: str, kind: FieldType = T.STRING) -> Field:
    return Field(name, kind, origin="derived")


SEGMENT = Cases(
    _out("segment"),
    ((_least("n", 1000), Operand("Enterprise", "enterprise")), (_least("n", 100), Operand("zip", ref="zip"))),
    Operand("smb", "smb"),
)


def test_the_first_case_that_holds_gives_its_value(tmp_path: Path) -> None:
    """Cases in order, a ``$field`` its value, nothing that holds gives ``else``; a missing value holds in none."""
    path = _file(tmp_path, "lead_id,n,zip\n1,5000,a\n2,500,B 1\n3,500,\n4,5,\n5,,\n")
    for block_bytes in (1, 1 << 20):
        assert values_of(path, "segment", _derived(SEGMENT), block_bytes=block_bytes) == ["enterprise", "b 1", None, "smb", "smb"]


def test_number_cases_copy_numbers(tmp_path: Path) -> None:
    """A derived number takes literals and a ``$field``'s numbers."""
    step = Cases(_out("x", T.NUMBER), ((_least("n", 10), Operand("value", ref="value", type=T.NUMBER)),), Operand("1.5", 1.5))
    path = _file(tmp_path, "lead_id,n,value\n1,50,2.25\n2,1,9\n3,50,\n")
    assert values_of(path, "x", _derived(step)) == [2.25, 1.5, None]


def _row(line: int, country: str | None, code: str | None, area: str | None) -> LookupRow:
    return LookupRow((country, code), (area,), (area,), line)


ROWS = (
    _row(2, None, None, "world"),
    _row(3, "de", None, "germany"),
    _row(4, "de", "1", "berlin"),
    _row(5, "de", "12", "spandau"),
    _row(6, "de", "12", "never"),
    _row(7, None, "9", "nine"),
    _row(8, "fr", None, None),
)
AREA = Lookup("area", "postal.csv", ("country", "zip"), frozenset({"zip"}), (_out("area"),), ROWS, (Operand("none", "none"),))


def test_the_row_with_most_filled_keys_then_the_longest_prefix_wins(tmp_path: Path) -> None:
    """Blank keys fit anything, filled ones never a missing value; ties go to the first row; a blank result is missing."""
    path = _file(tmp_path, "lead_id,country,zip\n1,Germany,12345\n2,DE,19999\n3,de,\n4,Japan,1\n5,France,75000\n6,,95\n7,de,95\n8,fr,95\n")
    expected = ["spandau", "berlin", "germany", "world", None, "nine", "nine", "nine"]
    for block_bytes in (1, 1 << 20):
        assert values_of(path, "area", _derived(AREA), block_bytes=block_bytes) == expected


KEYS = st.sampled_from([None, "a", "ab", "abc", "b"])


@given(st.lists(st.tuples(KEYS, KEYS), max_size=8), st.tuples(KEYS, KEYS))
def test_a_table_finds_what_looking_at_every_row_finds(
    rows: list[tuple[str | None, str | None]], lead: tuple[str | None, str | None]
) -> None:
    """The arranged table and a plain loop over all rows agree."""
    table = Lookup(
        "t", "t.csv", ("x", "y"), frozenset({"y"}), (_out("t"),), tuple(LookupRow(keys, ("v",), ("v",), 2) for keys in rows), (None,)
    )
    best, found = None, -1
    for at, (first, second) in enumerate(rows):
        fits = first in (None, lead[0]) and (second is None or (lead[1] is not None and lead[1].startswith(second)))
        rank = ((first is not None) + (second is not None), len(second or ""))
        if fits and (best is None or rank > best):
            best, found = rank, at
    assert Table(table).row(lead) == found


def test_nothing_found_gives_else(tmp_path: Path) -> None:
    """Without a row that fits, each given field has its own ``else``, a ``$field`` too."""
    rows = (LookupRow(("de",), ("dach", "p1"), ("DACH", "p1"), 2),)
    fields = (_out("t.name"), _out("t.pool"))
    step = Lookup("t", "t.csv", ("country",), frozenset(), fields, rows, (Operand("zip", ref="zip"), None))
    path = _file(tmp_path, "lead_id,country,zip\n1,de,Z\n2,us,Z\n")
    assert values_of(path, "t.name", _derived(step)) == ["dach", "z"]
    assert values_of(path, "t.pool", _derived(step)) == ["p1", None]


def test_the_hash_is_of_the_trimmed_text(tmp_path: Path) -> None:
    """First 8 bytes, big-endian, of the SHA-256 of the UTF-8 text, modulo; the case and digits of the text count."""
    texts = ["L1", "l1", "Zoë", "007"]
    path = _file(tmp_path, "lead_id,n\n" + "".join(f" {text} ,{text}\n" for text in texts) + ",\n")
    expected = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % 100 for text in texts]
    assert values_of(path, "b", _derived(Hash(_out("b", T.INTEGER), "lead_id", 100))) == [*expected, None]
    assert values_of(path, "b", _derived(Hash(_out("b", T.INTEGER), "n", 100)))[3] == expected[3]


def test_the_domain_is_the_registrable_one(tmp_path: Path) -> None:
    """By the public suffix list, the host where there is none; also where every address is another."""
    rows = "".join(f"{at},u{at}@mail.acme{at % 3}.co.uk\n" for at in range(1500))
    path = _file(tmp_path, f"lead_id,email\n{rows}x,a@github.io\ny,\n")
    found = values_of(path, "d", _derived(DomainOf(_out("d", T.DOMAIN), "email")))
    assert found[:3] == ["acme0.co.uk", "acme1.co.uk", "acme2.co.uk"]
    assert found[-2:] == ["github.io", None]
    assert values_of(path, "d", _derived(DomainOf(_out("d", T.DOMAIN), "email")), block_bytes=99) == found


SCORE = Score(
    (
        Points(All(()), Operand("0.1", 0.1)),
        Points(_least("n", 1), Operand("0.2", 0.2)),
        Points(_least("n", 5), Operand("value", ref="value", type=T.NUMBER)),
    ),
    (("Hot", 10.0), ("warm", 0.3), ("cold", 0.2)),
)


def test_points_are_summed_exactly(tmp_path: Path) -> None:
    """0.1 and 0.2 are 0.3; a missing ``$field`` adds nothing; the lowest tier takes what is below it."""
    path = _file(tmp_path, "lead_id,n,value\n1,1,9\n2,5,9.9\n3,5,\n4,,\n")
    assert values_of(path, "score", _derived(score=SCORE)) == [0.3, 10.2, 0.3, 0.1]
    assert values_of(path, "tier", _derived(score=SCORE)) == ["warm", "hot", "warm", "cold"]


def test_a_later_step_uses_an_earlier_one_and_no_other_is_taken(tmp_path: Path) -> None:
    """Only the steps that something needs are taken, with what they read."""
    second = Cases(_out("big", T.BOOLEAN), ((_is("segment", "enterprise"), Operand("true", True)),), Operand("false", False))
    of = _derived(SEGMENT, second, AREA)
    needed = needs(of, frozenset({"big"}))
    assert list(needed.steps) == [SEGMENT, second]
    assert needed.declared == {"n", "zip"}
    assert values_of(_file(tmp_path, "lead_id,n,zip\n1,1000,\n2,1,\n"), "big", of) == [True, False]


def test_a_derived_field_is_taken_from_the_file_only_when_it_is_given(tmp_path: Path) -> None:
    """A column called like a derived field passes by, unless the caller says that leads bring it."""
    path = _file(tmp_path, "lead_id,n,zip,segment\n1,5000,,Mine\n")
    assert values_of(path, "segment", _derived(SEGMENT)) == ["enterprise"]
    assert values_of(path, "segment", _derived(SEGMENT), given=frozenset({"segment"})) == ["mine"]


FIRST, LAST = datetime(1900, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - wall times
WORK = Hours((Shift(9 * 60, 17 * 60), Shift(6 * 1440 + 22 * 60, 7 * 1440 + 60)))


def test_arrival_on_the_routing_clock(tmp_path: Path) -> None:
    """Date, time, weekday and business hours of each lead's arrival in the project's zone; a missing arrival has none."""
    path = _file(tmp_path, "lead_id,at\n1,2026-11-23T14:30:00Z\n2,2026-11-23T04:30Z\n3,2026-11-23T05:30Z\n4,\n")
    of = project(Field("at", T.DATETIME), arrived_field="at", business_hours=WORK)
    assert values_of(path, "arrived.weekday", of) == ["mon", "sun", "mon", None]
    assert values_of(path, "arrived.business_hours", of) == [True, True, True, None]
    assert values_of(path, "arrived.time", of) == [34_200_000_000, 84_600_000_000, 1_800_000_000, None]
    assert values_of(path, "arrived.holiday", of) == [False, False, False, None]
    assert values_of(path, "now.weekday", of) == ["mon"] * 4
    assert values_of(path, "now.business_hours", project(Field("at", T.DATETIME), business_hours=None)) == [True] * 4


@given(
    st.lists(st.datetimes(FIRST, LAST), max_size=20),
    st.sampled_from(["America/St_Johns", "Africa/Casablanca", "Australia/Lord_Howe", "UTC", "America/New_York"]),
)
def test_whole_columns_of_instants_are_translated_like_single_ones(moments: list[datetime], timezone: str) -> None:
    """Offsets asked per day are those of every instant."""
    import numpy as np

    instants = [int((moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000 for moment in moments]
    assert ZoneInfo(timezone)
    assert walls(np.array(instants, np.int64), timezone).tolist() == [wall(each, timezone) for each in instants]
    assert at_walls(np.array(instants, np.int64), timezone).tolist() == [at_wall(each, timezone) for each in instants]


def test_a_lead_typed_in_is_read_by_the_same_code() -> None:
    """Fields by their own or their column's name; what is not named is missing; an id is made up."""
    of = _derived(SEGMENT)
    batch = typed_lead(of, CLOCK, {"N": "1.2k"}, fields=frozenset({"segment", "n"}))
    assert value_at(batch, "segment", 0) == "enterprise"
    assert not batch.invalid.any()
    renamed = project(Field("n", T.INTEGER, columns=("Employees",)), Field("lead", T.STRING))
    assert value_at(typed_lead(renamed, CLOCK, {"n": "7"}, fields=frozenset({"n", "lead"})), "n", 0) == 7
    assert value_at(typed_lead(renamed, CLOCK, {"employees": "8", "lead_id": "X"}, fields=frozenset({"n"})), "n", 0) == 8


@pytest.mark.parametrize("block_bytes", [1, 100, 1 << 20])
def test_a_reader_can_go_over_a_file_twice(tmp_path: Path, block_bytes: int) -> None:
    """A second pass gives the same leads."""
    path = _file(tmp_path, "lead_id,n,zip\n1,5000,a\n2,500,B 1\n")
    with open_file(str(path)) as file:
        reader = Reader(file, _derived(SEGMENT), CLOCK, fields=frozenset({"segment"}), block_bytes=block_bytes)
        first, second = ([value_at(batch, "segment", row) for batch in reader.batches() for row in range(batch.size)] for _ in "12")
        assert first == second
        assert reader.rows == 2


def test_holidays_are_those_of_the_business_hours(tmp_path: Path) -> None:
    """By the date on the routing clock; a holiday is outside business hours."""
    path = tmp_path / "leads.csv"
    path.write_text("lead_id,at\n1,2026-11-26T10:00\n2,2026-11-27T04:59Z\n3,2026-11-27T05:00Z\n4,\n5,2026-12-25T10:00\n")
    off = ListedHolidays("off", {20_783: "Thanksgiving", 20_780: "today"})
    of = project(Field("at", T.DATETIME), arrived_field="at", holidays=off)
    assert values_of(path, "arrived.holiday", of) == [True, True, False, None, False]
    assert values_of(path, "arrived.business_hours", of) == [False, False, True, None, True]
    assert values_of(path, "now.holiday", of) == [True] * 5
    assert values_of(path, "now.business_hours", of) == [False] * 5
