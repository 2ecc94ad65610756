"""What ``explain`` found, in the form that was asked for."""

from __future__ import annotations

from leadroute.model.decisions import Decision
from leadroute.model.trace import Trace
from leadroute.show.console import Terminal
from leadroute.show.machine import document
from leadroute.show.trace import as_json, as_markdown, lines, passed_over


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
        content = as_json(trace, recorded=recorded, changed=changed)
        terminal.data(document({**content, "why_not": answer or None}))
    elif answer:
        terminal.show("\n".join(answer))
    elif form == "markdown":
        terminal.data(as_markdown(trace, recorded=recorded, changed=changed))
    else:
        for line in lines(trace, recorded=recorded, changed=changed, verbose=terminal.verbose):
            terminal.show(line)
    return True
