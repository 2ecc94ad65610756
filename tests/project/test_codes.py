"""The registry of diagnostics."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute import project
from leadroute.project.codes import CODES

BROKEN = Path(__file__).parent / "broken"


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
def test_every_code_is_emitted_by_its_broken_sample_and_by_nothing_else_there(code: project.Code) -> None:
    """One mistake gives one finding, of the code that is documented for it, with a place and the source line."""
    loaded = project.load(BROKEN / code.name)
    assert [item.name for item in loaded.diagnostics] == [code.name]
    (item,) = loaded.diagnostics
    assert (item.code, item.severity) == (code.code, code.severity)
    assert item.span is not None
    assert item.source
    assert (loaded.project is None) == (code.severity == "error")


def test_every_sample_has_a_code() -> None:
    """No sample is left over."""
    assert {folder.name for folder in BROKEN.iterdir()} == {code.name for code in CODES.values()}


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
def test_every_code_is_documented(code: project.Code) -> None:
    """Each has a kebab-case name, a summary, what it costs, and snippets before and after."""
    assert CODES[code.code] is code
    assert code.name == code.name.lower().replace("_", "-").replace(" ", "-")
    assert code.summary
    assert code.why.endswith(".")
    assert code.bad != code.good


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
def test_messages_are_one_sentence_without_capital_and_full_stop(code: project.Code) -> None:
    """A message starts small, ends open, and stands on one line; so does its help."""
    for item in project.load(BROKEN / code.name).diagnostics:
        for text in (item.message, item.help or ""):
            assert text[:1] in ("`", "") or text[:1].islower() or text.startswith(("RE2",))
            assert not text.endswith(".")
            assert "\n" not in text
