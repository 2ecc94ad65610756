"""Lookup tables: which row fits a lead best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadroute.model.derive import Lookup
from leadroute.model.fields import Value

Key = tuple[Value | None, ...]
Pattern = tuple[int | None, ...]
"""What a row asks of each key: ``None`` nothing, -1 equality, else a prefix of that length."""


class Table:
    """A lookup's rows, arranged so that the best fit is found without looking at every row.

    Rows that ask alike (the same keys filled, prefixes equally long) stand in one dictionary; these are tried from the most filled
    keys and the longest prefix down. What was found is kept per combination of keys.
    """

    def __init__(self, step: Lookup) -> None:
        prefixed = [name in step.prefix for name in step.by]
        groups: dict[Pattern, dict[Key, int]] = {}
        for at, row in enumerate(step.rows):
            pattern = tuple(_asks(key, by_prefix) for key, by_prefix in zip(row.keys, prefixed, strict=True))
            groups.setdefault(pattern, {}).setdefault(row.keys, at)
        ranked = sorted(groups.items(), key=lambda group: _rank(group[0]))
        self._ranks = [(_rank(pattern), pattern, rows) for pattern, rows in ranked]
        self._found: dict[Key, int] = {}

    @property
    def groups(self) -> Iterator[tuple[tuple[int, int], Pattern, Mapping[Key, int]]]:
        """The rows by what they ask: rank (smaller wins; within a rank the first row), pattern, and positions by keys. The best first."""
        yield from self._ranks

    def row(self, keys: Sequence[Value | None]) -> int:
        """The position of the row that fits best, or -1."""
        asked = tuple(keys)
        found = self._found.get(asked)
        if found is None:
            found = self._found[asked] = self._best(asked)
        return found

    def _best(self, keys: Key) -> int:
        best, best_rank = -1, None
        for rank, pattern, rows in self._ranks:
            if best_rank is not None and rank != best_rank:
                break
            at = rows.get(tuple(_asked(key, size) for key, size in zip(keys, pattern, strict=True)), -1)
            if at >= 0 and (best < 0 or at < best):
                best, best_rank = at, rank
        return best


def _asks(key: Value | None, by_prefix: bool) -> int | None:
    if key is None:
        return None
    return len(str(key)) if by_prefix else -1


def _rank(pattern: Pattern) -> tuple[int, int]:
    """Smaller is better: most filled keys, then the longest prefixes."""
    filled = [size for size in pattern if size is not None]
    return -len(filled), -sum(size for size in filled if size > 0)


def _asked(key: Value | None, size: int | None) -> Value | None:
    """A lead's key as rows of one pattern hold it; a missing value, which fits no filled key, becomes one that is nowhere."""
    if size is None:
        return None
    if key is None:
        return _NOWHERE
    if size < 0:
        return key
    return str(key)[:size] if len(str(key)) >= size else _NOWHERE


_NOWHERE: Value = ("", "")
"""No key is a list."""
