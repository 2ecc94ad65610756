"""``leadroute ledger close`` and ``leadroute ledger answered``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit
from leadroute.cli.ledger_result import Why, meant, one_object

if TYPE_CHECKING:
    from leadroute.ledger.records import Noted
    from leadroute.show.console import Terminal

Leads = Annotated[list[str], typer.Argument(metavar="LEADS", help="Ids of leads, or files of them; `-` is stdin.")]


def ledger_close(
    leads: Leads,
    why: Why = "",
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    state: options.State = None,
    at: options.At = None,
    format: options.Format = options.ResultFormat.TEXT,
    quiet: options.Quiet = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Free the load of leads whose work is done.

    Their reps can take that much more. Turns stay taken and days stay counted; a lead that was closed before is passed over.

    Example: leadroute ledger close L-1042 L-1043
    """
    from leadroute.show.console import Terminal
    from leadroute.show.ledger_json import noted
    from leadroute.workflows.ledger_note import close

    terminal = Terminal(color=color, quiet=quiet)
    as_json = format is options.ResultFormat.JSON
    with one_object(terminal, as_json=as_json, nothing=noted(None)):
        return _told(terminal, close(meant(terminal, project, rules, roster, state, at, why), leads), "closed", as_json=as_json)


def ledger_answered(
    leads: Leads,
    why: Why = "",
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    state: options.State = None,
    at: options.At = None,
    format: options.Format = options.ResultFormat.TEXT,
    quiet: options.Quiet = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Note that somebody answered leads, which stops the reply clock.

    The instant is that of --at, by default now; a lead that was answered since it was given to its rep is passed over.

    Example: leadroute ledger answered L-1042 --at 2026-11-23T10:05
    """
    from leadroute.show.console import Terminal
    from leadroute.show.ledger_json import noted
    from leadroute.workflows.ledger_note import answered

    terminal = Terminal(color=color, quiet=quiet)
    as_json = format is options.ResultFormat.JSON
    with one_object(terminal, as_json=as_json, nothing=noted(None)):
        return _told(terminal, answered(meant(terminal, project, rules, roster, state, at, why), leads), "answered", as_json=as_json)


def _told(terminal: Terminal, found: Noted, done: str, *, as_json: bool) -> Exit:
    from leadroute.show.ledger import show_noted
    from leadroute.show.ledger_json import noted, result

    if as_json:
        terminal.data(result(noted(found)))
    else:
        show_noted(terminal, found, done)
    return Exit.DONE
