"""How far a long run has come, for whoever watches it at a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

PATIENCE = 1.0
"""Seconds before anything is shown: what is over by then needs no progress."""
INTERVAL = 0.1
"""Seconds between two looks at the clock's worth of news."""


class Progress:
    """One line on stderr that rewrites itself and is gone at the end: ``deciding: 412,000 leads, 380,000 a second, 41 %``.

    Only at a terminal, only when not ``quiet``, and only once a second has passed. ``total`` is the number of things when it is known.
    """

    def __init__(self, what: str, things: str, *, total: int | None = None, quiet: bool = False) -> None:
        """Start the clock."""
        self._what = what
        self._things = things
        self._total = total
        self._wanted = not quiet and sys.stderr.isatty()
        self._done = 0
        self._start = self._last = time.monotonic()
        self._shown = False

    def advance(self, number: int) -> None:
        """So many more are done."""
        self._done += number
        now = time.monotonic()
        if self._wanted and now - self._start >= PATIENCE and now - self._last >= INTERVAL:
            self._last = now
            self._shown = True
            sys.stderr.write(f"\r\x1b[K{self._line(now - self._start)}")
            sys.stderr.flush()

    def _line(self, seconds: float) -> str:
        share = f", {100 * self._done // self._total} %" if self._total else ""
        return f"{self._what}: {self._done:,} {self._things}, {self._done / seconds:,.0f} a second{share}"

    def __enter__(self) -> Self:
        """The progress itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
