"""What can be wrong with a lead file as a whole."""

from __future__ import annotations

from leadroute.model.codes import diagnostic
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.span import Span


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
) -> Diagnostic:
    """A finding about a lead file, by its name in the registry; ``line`` and ``column`` count from 1."""
    span = None if file is None or line is None else Span(file, line, column, line, column)
    return diagnostic(name, message, span=span, help=help)


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
