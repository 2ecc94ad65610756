"""``leadroute explain``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit


class Account(StrEnum):
    """How the account is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def explain(
    what: Annotated[list[str], typer.Argument(metavar="LEADS | FIELD=VALUE ...", help="A lead file, or a lead typed in.")],
    lead: Annotated[str | None, typer.Option("--lead", metavar="ID", help="The id of the lead in the file.")] = None,
    why_not: Annotated[
        str | None, typer.Option("--why-not", metavar="REP|RULE", help="Answer only why this rep, or this rule, did not take it.")
    ] = None,
    format: Annotated[Account, options.FORMAT] = Account.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="As in `route --strict`.")] = False,
    input_format: options.InputFormat = None,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    state: options.State = None,
    at: options.At = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Tell why one lead went where it went.

    Every rule with the test that failed, every rep with the gate that stopped them, every term of the fit, and whose turn it was.

    Example: leadroute explain leads.csv --lead L-1042
    """
    from leadroute.leads.errors import LeadFileError
    from leadroute.show.console import Terminal
    from leadroute.show.explained import show_explained, show_unexplained
    from leadroute.workflows.explain import ExplainOptions
    from leadroute.workflows.explain import explain as run
    from leadroute.workflows.refusal import CannotRunError

    values = None
    if lead is None:
        pairs = [one.partition("=") for one in what]
        if not all(equals for _, equals, _ in pairs):
            raise typer.BadParameter("name a lead of the file with --lead ID, or type a lead in as FIELD=VALUE ...")
        values = {name.strip(): value for name, _, value in pairs}
    elif len(what) != 1:
        raise typer.BadParameter("one lead file, and the lead's id with --lead")
    terminal = Terminal(color=color, quiet=quiet, verbose=verbose)
    asked = ExplainOptions(
        leads=what[0] if values is None else None,
        lead=lead,
        values=values,
        start=Path.cwd(),
        project=project,
        rules=rules,
        roster=roster,
        state=state,
        at=at,
        strict=strict,
        read_format=input_format,
        delimiter=delimiter,
        encoding=encoding,
    )
    try:
        done = run(asked)
    except (CannotRunError, LeadFileError) as problem:
        if format is Account.JSON:
            show_unexplained(terminal, problem.diagnostics)
        raise
    known = show_explained(terminal, done.trace, recorded=done.recorded, changed=done.changed, form=format.value, why_not=why_not)
    if not known:
        raise typer.BadParameter(f"`{why_not}` is no rule and no rep of this project", param_hint="--why-not")
    return Exit.DONE
