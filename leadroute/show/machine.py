"""Results for programs: one JSON object, the same shape whatever happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

SCHEMA_VERSION = 1
"""Goes up when a shape changes in a way that a reader could notice; new keys are no such change."""


def document(content: Mapping[str, Any]) -> str:
    """One JSON object with its ``schema_version`` first, and a final newline."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **content}, indent=2, ensure_ascii=False) + "\n"
