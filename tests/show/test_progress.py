"""Progress of a long run."""

from __future__ import annotations

import io
import sys

import pytest

from leadroute.show import progress
from leadroute.show.progress import Progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def watched(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A terminal as stderr, and a clock that ticks half a second at every look."""
    ticks = iter(range(1000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(ticks) / 2)
    made = Screen()
    monkeypatch.setattr(sys, "stderr", made)
    return made


def test_progress_is_shown_after_a_second_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count, rate and share, on one line that is gone at the end."""
    screen = watched(monkeypatch)
    with Progress("deciding", "leads", total=4000) as shown:
        shown.advance(1000)
        assert screen.getvalue() == ""
        shown.advance(1000)
    assert screen.getvalue() == "\r\x1b[Kdeciding: 2,000 leads, 2,000 a second, 50 %\r\x1b[K"


def test_quiet_runs_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """``-q`` silences it."""
    screen = watched(monkeypatch)
    with Progress("deciding", "leads", quiet=True) as shown:
        for _ in range(5):
            shown.advance(1)
    assert screen.getvalue() == ""


def test_without_a_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs are not filled with carriage returns."""
    ticks = iter(range(1000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(ticks))
    with Progress("deciding", "leads") as shown:
        for _ in range(5):
            shown.advance(1)
    assert capsys.readouterr() == ("", "")
