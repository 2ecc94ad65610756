"""Holidays and calendars that a project names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from leadroute import project
from leadroute.values.holidays import PublicHolidays
from tests.project.world import LEADROUTE, ROSTER, found, good, write

OFFICE = LEADROUTE + 'business_hours: {from: "09:00", to: "17:00", holidays: US}\n'


def roster(*texts: str) -> str:
    people = (f"  - {{id: r{at}, team: smb, region: na, languages: [en]{', ' if text else ''}{text}}}" for at, text in enumerate(texts))
    return "version: 1\nreps:\n" + "\n".join(people) + "\n"


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def test_a_rep_without_holidays_has_the_office_s(tmp_path: Path) -> None:
    """Those of the business hours, unless the rep has others, or `none`."""
    made = good(tmp_path, leadroute=OFFICE, roster=roster("", "holidays: de-by", "holidays: none", "holidays: United Kingdom"))
    assert made.holidays == PublicHolidays("US")
    assert [rep.holidays for rep in made.reps] == [PublicHolidays("US"), PublicHolidays("DE", "BY"), None, PublicHolidays("GB")]


def test_without_any_nobody_has_holidays(tmp_path: Path) -> None:
    """There is no default country."""
    made = good(tmp_path)
    assert made.holidays is None
    assert {rep.holidays for rep in made.reps} == {None}


def test_a_file_of_dates(tmp_path: Path) -> None:
    """One date a line, with its name; comments, blank lines and the names of the columns are passed over; from the roster's folder."""
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "off.csv").write_text(
        "date,name\n2026-12-24,Christmas Eve\n\n# the shutdown\n2026-12-28  # Monday\n2026-12-29; rest\n"
    )
    write(tmp_path, leadroute=LEADROUTE + "roster: people/roster.yaml\n")
    (tmp_path / "people" / "roster.yaml").write_text(ROSTER.replace("{id: tom,", "{id: tom, holidays: off.csv,"))
    loaded = project.load(tmp_path)
    assert loaded.project is not None, loaded.diagnostics
    tom = loaded.project.reps[1]
    assert tom.holidays is not None
    names = [tom.holidays.on(day(text)) for text in ("2026-12-24", "2026-12-25", "2026-12-28", "2026-12-29")]
    assert names == ["Christmas Eve", None, "holiday", "rest"]
    assert any(name.endswith("people/off.csv") for name in loaded.files)


def test_a_line_that_is_no_date_has_its_place(tmp_path: Path) -> None:
    """File, line and column."""
    (tmp_path / "off.txt").write_text("2026-12-24\n  24.12.2026 Eve\n")
    (item,) = project.load(write(tmp_path, roster=roster("holidays: off.txt"))).diagnostics
    assert (item.name, item.message) == ("bad-value", "`24.12.2026` is no date")
    assert item.span is not None
    assert (Path(item.span.file).name, item.span.line, item.span.column) == ("off.txt", 2, 3)
    assert item.source == ("  24.12.2026 Eve",)


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("US-KA", "`US` has no part `KA` with holidays of its own", "its parts are `AK`, `AL`"),
        ("US-Californa", "`US` has no part `Californa` with holidays of its own", "did you mean `US-CA`?"),
        ("Germny", "there are no holidays for `Germny`", "did you mean `DE` (Germany)?"),
        ("Atlantis", "there are no holidays for `Atlantis`", None),
        ("LI-01", "`LI` has no part `01` with holidays of its own", "write `LI`"),
        ("nowhere.txt", "the file of holidays", None),
    ],
)
def test_what_is_no_holidays_is_an_error(tmp_path: Path, text: str, message: str, help: str | None) -> None:  # noqa: A002
    """With a near name, where there is one."""
    (item,) = project.load(write(tmp_path, roster=roster(f"holidays: {text}"))).diagnostics
    assert item.severity == "error"
    assert item.message.startswith(message)
    assert help is None or (item.help or "").startswith(help)


def test_the_office_s_holidays_may_be_wrong_as_well(tmp_path: Path) -> None:
    """Found at their own place."""
    assert found(tmp_path, leadroute=OFFICE.replace("holidays: US", "holidays: US-XX")) == ["unknown-holidays"]


def test_the_digest_tells_dates_and_data_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another date in the file, or another edition of the packaged holidays, may decide otherwise."""
    texts = {"roster": roster("holidays: off.txt", "holidays: US"), "off__txt": "2026-12-24\n"}
    first = good(tmp_path, **texts).digest
    assert good(tmp_path, **texts).digest == first
    assert good(tmp_path, **(texts | {"off__txt": "2026-12-25\n"})).digest != first
    monkeypatch.setattr("leadroute.project.diaries.holiday_data", lambda: "holidays 99")
    assert good(tmp_path, **texts).digest != first


def test_in_a_csv_roster(tmp_path: Path) -> None:
    """`holidays` is a column."""
    write(tmp_path, leadroute=LEADROUTE + "roster: r.csv\n")
    (tmp_path / "r.csv").write_text("id,team,region,languages,holidays\nann,smb,na,en,NO\nbob,smb,na,en,\n")
    loaded = project.load(tmp_path)
    assert loaded.project is not None, loaded.diagnostics
    assert [rep.holidays for rep in loaded.project.reps] == [PublicHolidays("NO"), None]
