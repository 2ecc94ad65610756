"""What can be wrong with a lead file as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from leadroute.model.diagnostic import Diagnostic
from leadroute.model.span import Span

CODES: Mapping[str, str] = MappingProxyType(
    {
        "lead-file-missing": "LR601",
        "lead-file-format": "LR602",
        "lead-file-empty": "LR603",
        "lead-file-encoding": "LR604",
        "open-quote": "LR605",
        "broken-json": "LR606",
        "missing-column": "LR607",
        "ambiguous-column": "LR608",
        "column-taken": "LR609",
        "surplus-cells": "LR610",
        "lead-file-changed": "LR611",
        "option-misfit": "LR612",
    }
)
"""Names of the diagnostics that this room makes, and their codes."""


class LeadFileError(Exception):
    """A lead file cannot be loaded or written; ``diagnostics`` say why, each with what to do instead."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(diagnostic.message for diagnostic in diagnostics))
        self.diagnostics = diagnostics


def finding(
    name: str,
    message: str,
    *,
    file: str | None = None,
    line: int | None = None,
    column: int = 1,
    help: str | None = None,  # noqa: A002 (named like the diagnostic's own)
    warning: bool = False,
) -> Diagnostic:
    """A diagnostic of this room; ``line`` and ``column`` count from 1."""
    span = None if file is None or line is None else Span(file, line, column, line, column)
    return Diagnostic(CODES[name], name, "warning" if warning else "error", message, span, help)


def cannot_load(
    name: str,
    message: str,
    *,
    file: str | None = None,
    line: int | None = None,
    column: int = 1,
    help: str | None = None,  # noqa: A002
) -> LeadFileError:
    """The error for one finding."""
    return LeadFileError(finding(name, message, file=file, line=line, column=column, help=help))
