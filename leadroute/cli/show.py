"""``leadroute show``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit


class Topic(StrEnum):
    """What can be shown."""

    RULES = "rules"
    ROSTER = "roster"
    FIELDS = "fields"
    OPERATORS = "operators"
    CONFIG = "config"


def show(
    topic: Annotated[Topic, typer.Argument(metavar="TOPIC", help="What to show.")],
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    format: options.Format = options.ResultFormat.TEXT,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Show a project as it is understood.

    Every default is filled in and every name followed: who is in each pool, and where a rule leads when nobody can take it.

    Example: leadroute show rules
    """
    from leadroute.show.console import Terminal
    from leadroute.show.project import json_of, show_view
    from leadroute.workflows.refusal import CannotRunError
    from leadroute.workflows.show import show as run

    terminal = Terminal(color=color)
    as_json = format is options.ResultFormat.JSON
    try:
        view = run(topic.value, Path.cwd(), project, rules=rules, roster=roster)
    except CannotRunError as refusal:
        if as_json:
            terminal.data(json_of(topic.value, None, refusal.diagnostics))
        raise
    if as_json:
        terminal.data(json_of(topic.value, view))
    else:
        show_view(terminal, view)
    return Exit.DONE
