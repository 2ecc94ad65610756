"""The settings of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.fields import FieldType
from leadroute.model.project import OrderKey
from leadroute.show.resolved import config
from tests.project.world import LEADROUTE, found, good, rules


def test_defaults(tmp_path: Path) -> None:
    """UTC, file order, four missing texts, a queue, a ledger beside the project."""
    made = good(tmp_path, leadroute=LEADROUTE.replace("timezone: America/New_York\n", ""))
    assert (made.timezone, made.order, made.state, list(made.queues)) == ("UTC", (), ".leadroute/state.db", ["unassigned"])
    assert made.missing == {"", "n/a", "null", "-"}
    assert made.default[0].target is not None
    assert made.default[0].target.name == "unassigned"


def test_fields_have_all_their_settings(tmp_path: Path) -> None:
    """A short form is a type; a field's column is its name unless it says another."""
    text = LEADROUTE.replace(
        "    products: list\n", "    products: {type: list, separator: '|', column: [A, B], optional: true, required: true, exact: true}\n"
    )
    made = good(tmp_path, leadroute=text)
    field = made.fields["products"]
    assert (field.separator, field.columns, field.optional, field.required, field.exact) == ("|", ("A", "B"), True, True, True)
    assert made.fields["industry"].columns == ("industry",)


def test_built_in_fields_come_last(tmp_path: Path) -> None:
    """`now` and `previous` always, `arrived` where the project says which field that is, `local` where one says where a lead is."""
    names = list(good(tmp_path).fields)
    parts = ("date", "time", "weekday", "business_hours", "holiday")
    now, arrived, local = ([f"{clock}.{part}" for part in parts] for clock in ("now", "arrived", "local"))
    assert names[-17:] == [*now, *arrived, "previous.rep", "previous.count", *local]
    assert good(tmp_path).fields["now.time"].type is FieldType.TIME
    assert found(tmp_path, leadroute=LEADROUTE.replace("  arrived: created_at\n", ""), rules=rules("{arrived.date: 2026-11-23}")) == [
        "unknown-field"
    ]


def test_order_names_fields(tmp_path: Path) -> None:
    """`-` is the largest first."""
    before = "score: {points: [{when: {}, add: 5}], tiers: {hot: 5}}"
    made = good(tmp_path, leadroute=LEADROUTE + "  order: [-score, tier, created_at]\n", rules=rules("{}", before=before))
    assert made.order == (OrderKey("score", descending=True), OrderKey("tier"), OrderKey("created_at"))


def test_missing_texts_are_compared(tmp_path: Path) -> None:
    """The empty cell always is."""
    assert good(tmp_path, leadroute=LEADROUTE + "  missing: [N/A, null, NO]\n").missing == {"", "n/a", "null", "no"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (LEADROUTE + "  order: [products]\n", "list-not-allowed"),
        (LEADROUTE + "  order: [nobody]\n", "unknown-field"),
        (LEADROUTE.replace("id: lead_id", "id: leadid"), "unknown-field"),
        (LEADROUTE.replace("arrived: created_at", "arrived: company"), "type-mismatch"),
        (LEADROUTE.replace("America/New_York", "EST5"), "bad-timezone"),
        (LEADROUTE.replace("born: date", "born: {type: date, format: x}"), "bad-value"),
        (LEADROUTE.replace("born: date", "born: {type: time}"), "bad-value"),
        (LEADROUTE.replace("born: date", "any: date"), "duplicate-name"),
        (LEADROUTE.replace("born: date", "b.c: date"), "bad-value"),
        (LEADROUTE + "accounts: {file: a.csv}\n", "not-built"),
        (LEADROUTE + "history: {file: a.csv}\n", "not-built"),
        (LEADROUTE + "load: ledger\n", "bad-value"),
        (LEADROUTE + "state: mysql://x/y\n", "bad-value"),
        (LEADROUTE + 'business_hours: {from: "09:00", to: "18:00", holidays: US-XX}\n', "unknown-holidays"),
        (LEADROUTE + 'business_hours: {from: "09:00", to: "25:00"}\n', "bad-value"),
        (LEADROUTE + "rules: [rules.yaml, rules.yaml]\n", "duplicate-name"),
        (LEADROUTE.replace("version: 1", "version: 1.10"), "wrong-type"),
        (LEADROUTE.replace("version: 1", "version: 2"), "bad-value"),
    ],
)
def test_what_is_found(tmp_path: Path, text: str, name: str) -> None:
    """Each mistake is one finding."""
    assert found(tmp_path, leadroute=text) == [name]


def test_a_ledger_may_be_in_postgresql(tmp_path: Path) -> None:
    """The URL is kept as it is, password and all; it is masked where it is shown."""
    url = "postgresql+psycopg://me:secret@host/db"
    made = good(tmp_path, leadroute=LEADROUTE + f"state: {url}\n")
    assert made.state == url
    assert config(made).state == "postgresql+psycopg://me:***@host/db"
