"""``leadroute schema``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit


class Kind(StrEnum):
    """The kinds of document that have a schema."""

    PROJECT = "project"
    RULES = "rules"
    ROSTER = "roster"
    TESTS = "tests"


def schema(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="Which document it describes.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it. Default: stdout.")] = None,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Print the JSON Schema of a kind of document.

    Editors complete and check with it as you type.

    Example: leadroute schema rules -o rules.schema.json
    """
    import json

    from leadroute.project.schemas import schema as schema_of
    from leadroute.show.console import Terminal
    from leadroute.workflows.writing import write_whole

    text = json.dumps(schema_of(kind.value), indent=2, ensure_ascii=False) + "\n"
    if output is None or str(output) == "-":
        Terminal(color=color).data(text)
    else:
        write_whole(output, text)
    return Exit.DONE
