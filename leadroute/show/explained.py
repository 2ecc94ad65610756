"""What ``explain`` found, in the form that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadroute.show.console import Terminal
from leadroute.show.machine import document
from leadroute.show.trace import as_json, as_markdown, lines, passed_over

if TYPE_CHECKING:
    from leadroute.workflows.explain import Explained


def show_explained(terminal: Terminal, done: Explained, *, form: str, why_not: str | None) -> bool:
    """Print the account to stdout; ``False`` when ``why_not`` names neither a rule nor a rep."""
    answer = list(passed_over(done.trace, why_not)) if why_not is not None else []
    if why_not is not None and not answer:
        return False
    if form == "json":
        content = as_json(done.trace, recorded=done.recorded, changed=done.changed)
        terminal.data(document({**content, "why_not": answer} if answer else content))
    elif answer:
        terminal.show("\n".join(answer))
    elif form == "markdown":
        terminal.data(as_markdown(done.trace, recorded=done.recorded, changed=done.changed))
    else:
        for line in lines(done.trace, recorded=done.recorded, changed=done.changed, verbose=terminal.verbose):
            terminal.show(line)
    return True
