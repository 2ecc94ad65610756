"""The JSON Schemas that are shipped: one a document kind."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent.parent / "schemas"
KINDS = ("project", "rules", "roster", "tests")


@cache
def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a document kind, one of ``KINDS``."""
    text = (_FOLDER / f"{kind}.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
