"""The JSON Schemas that are shipped: one a document kind."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

KINDS = ("project", "rules", "roster", "tests")


@cache
def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a document kind, one of ``KINDS``."""
    text = (files("leadroute") / "schemas" / f"{kind}.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
