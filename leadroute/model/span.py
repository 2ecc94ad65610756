"""Where something that a person wrote stands."""

from __future__ import annotations

from leadroute.model.frozen import frozen


@frozen
class Span:
    """A place in a text file; lines and columns count from 1, ``end_column`` is one past the last character."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
