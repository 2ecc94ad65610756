"""The register of findings."""

from __future__ import annotations

from leadroute.model.codes import CODES, Code


def codes(wanted: str | None = None) -> list[Code]:
    """All codes in their order; or the one with this code or name, none where there is no such code."""
    if wanted is None:
        return list(CODES.values())
    key = wanted.strip().casefold()
    return [code for code in CODES.values() if key in (code.code.casefold(), code.name)]
