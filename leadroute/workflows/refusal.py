"""When a use case could not be run at all."""

from __future__ import annotations

from leadroute.model.diagnostic import Diagnostic


class CannotRunError(Exception):
    """What was asked could not be run: an input is missing or unreadable, or the project has errors.

    Everything that stands in the way is in ``diagnostics``, at least one; a lead that nobody can take is a decision, never this.
    """

    def __init__(self, *diagnostics: Diagnostic) -> None:
        """Say what stands in the way."""
        super().__init__("; ".join(found.message for found in diagnostics))
        self.diagnostics = diagnostics
