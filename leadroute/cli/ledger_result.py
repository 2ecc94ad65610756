"""What the commands of the ledger have in common: which ledger is meant, and one JSON object also on failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from leadroute.show.console import Terminal
    from leadroute.workflows.ledger_opening import LedgerOptions

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the record.")]


def meant(
    terminal: Terminal,
    project: Path | None,
    rules: list[Path] | None,
    roster: Path | None,
    state: str | None,
    at: str | None,
    why: str = "",
) -> LedgerOptions:
    """The options that say which ledger is meant."""
    from leadroute.workflows.ledger_opening import LedgerOptions

    return LedgerOptions(Path.cwd(), project, rules, roster, state, at, why, terminal.warn)


@contextmanager
def one_object(terminal: Terminal, *, as_json: bool, nothing: Mapping[str, Any]) -> Iterator[None]:
    """A refusal is an object too: ``nothing``, and why."""
    from leadroute.leads.errors import LeadFileError
    from leadroute.show.ledger_json import result
    from leadroute.workflows.refusal import CannotRunError

    try:
        yield
    except (CannotRunError, LeadFileError) as refusal:
        if as_json:
            terminal.data(result(nothing, refusal.diagnostics))
        raise
