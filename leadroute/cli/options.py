"""The flags that commands share, each with its ``LEADROUTE_*`` twin: a flag wins over the variable, the variable over the project.

Typer reads them from a command's annotations::

    def validate(project: options.Project = None, color: options.Color = options.ColorWhen.AUTO, ...) -> Exit: ...
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class ColorWhen(StrEnum):
    """When to colour: at a terminal that wants it, always, never."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class ResultFormat(StrEnum):
    """How a result is printed: for people, or as one JSON object."""

    TEXT = "text"
    JSON = "json"


class LeadFormat(StrEnum):
    """Formats of lead files."""

    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"


Project = Annotated[
    Path | None,
    typer.Option(
        "--project",
        envvar="LEADROUTE_PROJECT",
        metavar="PATH",
        help="The project: its folder or its leadroute.yaml. Default: the nearest one upward from here, else rules/leadroute.yaml.",
    ),
]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", envvar="LEADROUTE_RULES", metavar="FILE", help="Rule files instead of the project's own; may be repeated."),
]
Roster = Annotated[
    Path | None,
    typer.Option("--roster", envvar="LEADROUTE_ROSTER", metavar="FILE", help="A roster instead of the project's own."),
]
State = Annotated[
    str | None,
    typer.Option("--state", envvar="LEADROUTE_STATE", metavar="PATH|URL|none", help="Where decisions are kept; `none` keeps nothing."),
]
At = Annotated[
    str | None,
    typer.Option("--at", envvar="LEADROUTE_AT", metavar="TIMESTAMP", help="The instant to decide at, in ISO 8601. Default: now."),
]
InputFormat = Annotated[LeadFormat | None, typer.Option("--input-format", help="Format of the input, when its ending lies.")]
Delimiter = Annotated[str | None, typer.Option("--delimiter", help="What separates cells of the input. Default: found out.")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Encoding of the input. Default: found out.")]
FORMAT = typer.Option("--format", envvar="LEADROUTE_FORMAT", help="How the result is printed.")
"""For ``Annotated[SomeEnum, options.FORMAT]``: which formats there are is the command's own business."""

Format = Annotated[ResultFormat, FORMAT]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", envvar="LEADROUTE_QUIET", help="Print the result alone.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", envvar="LEADROUTE_VERBOSE", help="Say more on the way.")]
Color = Annotated[ColorWhen, typer.Option("--color", envvar="LEADROUTE_COLOR", help="Colour the output. NO_COLOR is honoured by `auto`.")]
Debug = Annotated[bool, typer.Option("--debug", envvar="LEADROUTE_DEBUG", help="Show the traceback of a bug.")]
