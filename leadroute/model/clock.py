"""The one instant of a batch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """``now`` in microseconds since 1970-01-01T00:00Z, seen on the routing clock of ``timezone`` (an IANA name)."""

    now: int
    timezone: str
