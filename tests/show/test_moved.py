"""What a change does to leads, as text, page, fragment and value."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from leadroute.insight.cause import Cause
from leadroute.insight.moved import Measured, RepChange
from leadroute.show.console import Terminal
from leadroute.show.moved import CAUSES, Detail, as_value, blocks
from leadroute.show.page import Grid, Items, Line, page_html, page_markdown, show_page
from tests.conftest import Golden
from tests.insight.moving import RULES, World, swapped

REPS = """
  - {id: ann, team: a, languages: [en, es], limits: {per_day: 2}}
  - {id: bob, team: a, languages: [en], limits: {per_day: 2}}
  - {id: cat, team: b, languages: [en]}
  - {id: dan, team: b, languages: [en, es]}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Warm leads go elsewhere, dan is away, and some hot leads find their reps full."""
    rules = swapped(RULES, {"assign: {pool: a}": "assign: {pool: a, otherwise: [{queue: '<full>'}]}"})
    world = World(tmp_path_factory.mktemp("moved"), ["warm", "cold", "hot", "warm", *["hot"] * 2, *["cold"] * 3], rules, REPS)
    return world.to(world.changed(rules={"seg: hot": "seg: [hot, warm]"}, reps={"id: dan": "id: dan, active: false"}))


@pytest.mark.parametrize("detail", Detail)
def test_text_tells_real_causes_first(
    found: Measured, detail: Detail, golden: Golden, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts and people in any case, real causes with examples, every lead when all is asked for."""
    monkeypatch.setenv("COLUMNS", "110")
    show_page(Terminal(color="never"), blocks(found, detail))
    golden(f"diff/measured-{detail}.txt", capsys.readouterr().out)


def test_markdown_and_html_hold_what_the_text_does(found: Measured, golden: Golden) -> None:
    """A comment and a page; nothing of a user's text is markup there."""
    golden("diff/measured.md", page_markdown(blocks(found)))
    golden("diff/measured.html", page_html(blocks(found)))


def test_names_are_no_markup_formula_mention_or_issue_in_a_comment() -> None:
    """What GitHub would make something of is shown as it stands: an entity would still be found by what looks for people and issues."""
    said = page_markdown([Line("~~a~~ $x.pool -> $y.pool"), Items([("<b> @kim", ["queue #12 of jane@acme.example & co"])])])
    assert said == (
        "\\~\\~a\\~\\~ &#36;x.pool -> &#36;y.pool\n\n- &lt;b> @&#8203;kim\n  - queue #&#8203;12 of jane@acme.example &amp; co\n"
    )


def test_programs_get_one_shape(found: Measured, golden: Golden) -> None:
    """Leads one by one are there when they are asked for, else ``null``; without leads all of it is."""
    brief, full = as_value(found), as_value(found, Detail.FULL)
    golden("diff/measured.json", json.dumps(full, indent=2) + "\n")
    assert brief is not None
    assert full is not None
    assert (brief["moved_leads"], {**full, "moved_leads": None}) == (None, brief)
    assert as_value(None) is None


def test_nothing_moved_is_said_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What stays by another rule is no move, and worth a word."""
    world = World(tmp_path, ["hot", "cold"])
    show_page(Terminal(color="never"), blocks(world.to(world.changed(rules={"id: first": "id: one"}))))
    assert capsys.readouterr().out.splitlines()[:2] == ["measured on 2 leads", "none moves; 1 is taken by another rule or pool"]


def test_of_many_reps_those_whose_leads_change_most_are_listed(found: Measured) -> None:
    """The others are counted, and listed when everything is asked for."""
    nothing = dict.fromkeys(Cause, 0)
    many = replace(found, reps=tuple(RepChange(f"r{number}", 50, 50 + number, nothing) for number in range(30)))
    people = {detail: next(one for one in blocks(many, detail) if isinstance(one, Grid)) for detail in Detail}
    assert [row[0] for row in people[Detail.NORMAL].rows] == [f"r{number}" for number in range(10, 30)]
    assert len(people[Detail.FULL].rows) == 30
    assert Line("9 other reps whose leads change less (--detail full)") in list(blocks(many, Detail.SUMMARY))


def test_every_cause_has_words() -> None:
    """A cause without them could not be told."""
    assert set(CAUSES) == set(Cause)
