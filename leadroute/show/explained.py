"""What ``explain`` found, in the form that was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from leadroute.model.decisions import Decision
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.trace import Trace
from leadroute.show.console import Terminal
from leadroute.show.machine import document
from leadroute.show.trace import as_json, as_markdown, lines, nothing_as_json, passed_over


def show_unexplained(terminal: Terminal, diagnostics: Sequence[Diagnostic]) -> None:
    """Print to stdout, in the shape of every account, that there is none; people are told on stderr by whoever calls."""
    terminal.data(document(nothing_as_json(diagnostics)))


def show_explained(
    terminal: Terminal, trace: Trace, *, recorded: Decision | None, changed: tuple[str, ...], form: str, why_not: str | None
) -> bool:
    """Print the account to stdout; ``False`` when ``why_not`` names neither a rule nor a rep.

    ``recorded`` is the decision that the ledger holds, ``changed`` what is different since.
    """
    answer = list(passed_over(trace, why_not)) if why_not is not None else []
    if why_not is not None and not answer:
        return False
    if form == "json":
        terminal.data(document(as_json(trace, recorded=recorded, changed=changed, why_not=answer or None)))
    elif answer:
        for line in answer:
            terminal.show_line(line, 2)
    elif form == "markdown":
        terminal.data(as_markdown(trace, recorded=recorded, changed=changed))
    else:
        for line, hang in lines(trace, recorded=recorded, changed=changed, verbose=terminal.verbose, width=terminal.out.width):
            terminal.show_line(line, hang)
    return True
